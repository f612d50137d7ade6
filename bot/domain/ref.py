"""What a ref may look like: the part of git's own grammar that is safe in a command, a path and a sentence."""

import re

_LONGEST = 200
_ALLOWED = re.compile(r"[!-~]+")
_FORBIDDEN = re.compile(r"[ ~^:?*\[\\]")


def ref_problem(ref: str) -> str | None:
    """Why *ref* can be no branch, tag or commit, as the end of a sentence; `None` where it can be one."""
    parts = ref.split("/")
    problems = (
        (not ref, "is empty"),
        (len(ref) > _LONGEST, f"is longer than {_LONGEST} characters"),
        (ref.startswith("-"), "starts with `-`"),
        (re.search(r"\s", ref) is not None, "holds a space"),
        (_ALLOWED.fullmatch(ref) is None, "holds a character that is not printable ASCII"),
        (_FORBIDDEN.search(ref) is not None, "holds one of ~ ^ : ? * [ \\"),
        (".." in ref or "@{" in ref or ref == "@", "holds `..` or `@{`, which mean something else to git"),
        (any(part == "" or part.startswith(".") for part in parts), "has an empty or hidden part"),
        (any(part.endswith((".lock", ".")) for part in parts), "has a part that ends with `.lock` or `.`"),
    )
    return next((text for wrong, text in problems if wrong), None)
