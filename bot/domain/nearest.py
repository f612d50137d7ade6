"""The nearest right word to a wrong one."""

from collections.abc import Iterable
from difflib import get_close_matches

#: Longer words are no slips of a finger, and comparing them costs time.
_LONGEST = 64
#: More known words than this are not read by anybody.
_MOST = 20


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the one of *known* that was most likely meant; `None` where none is near."""
    if len(word) > _LONGEST:
        return None
    spelled = {right.lower(): right for right in known}
    found = get_close_matches(word.lower(), sorted(spelled), n=1)
    return spelled[found[0]] if found else None


def hint(word: str, known: Iterable[str]) -> str:
    """Say half a sentence that helps: the nearest right word, else all of them."""
    words = sorted(known)
    if near := nearest(word, words):
        return f"did you mean `{near}`?"
    if not words:
        return "none is known."
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return f"known: {', '.join(f'`{one}`' for one in words[:_MOST])}{more}."
