"""What people may write for a commit, and which one they mean. Pure; `git` has the hands."""

import difflib
import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.domain.errors import RefUnknown
from bot.domain.ref import ref_problem
from bot.domain.value import Commit

#: Names that are compared with an unknown one, in search of the nearest.
_COMPARED = 2_000

_FULL = re.compile(r"[0-9a-f]{40}")
_ABBREVIATION = re.compile(r"[0-9a-f]{7,40}")


class Refs(NamedTuple):
    """Branches and tags of a repository, by their short names, with the commits they point to."""

    branches: Mapping[str, Commit]
    tags: Mapping[str, Commit]


def demand_name(ref: str) -> None:
    """Raise `RefUnknown` where *ref* can be no branch, tag or commit."""
    if problem := ref_problem(ref):
        msg = f"{_shown(ref)} {problem}, so it is no branch, no tag and no commit."
        raise RefUnknown(msg)


def is_commit(text: str) -> bool:
    """Whether *text* is a commit in full: 40 lower-case hex digits."""
    return _FULL.fullmatch(text) is not None


def may_be_commit(ref: str) -> bool:
    """Whether *ref* looks like a commit, in full or abbreviated to no less than 7 digits."""
    return _ABBREVIATION.fullmatch(ref.lower()) is not None


def choose(ref: str, refs: Refs, commits: tuple[Commit, ...]) -> Commit:
    """Give the one commit that *ref* means: a branch, else a tag, else one of *commits*.

    *commits* are those on branches whose name begins with *ref*, asked for only where it looks like one. Raises
    `RefUnknown` where there is none, or more than one.
    """
    named = refs.branches.get(ref) or refs.tags.get(ref)
    if named and may_be_commit(ref):
        kind = "branch" if ref in refs.branches else "tag"
        if is_commit(ref.lower()) and commits != (named,):
            msg = f"{_shown(ref)} is a {kind} that is named like a commit; it points to {named}. Rename it."
            raise RefUnknown(msg)
        if commits and commits != (named,):
            found = ", ".join(commits)
            msg = (
                f"{_shown(ref)} is a {kind}, which points to {named}, and also the beginning of {found}. "
                "Write all 40 digits of the one that is meant."
            )
            raise RefUnknown(msg)
    if named:
        return named
    if len(commits) > 1:
        msg = f"{_shown(ref)} is the beginning of {len(commits)} commits. Write more of its digits."
        raise RefUnknown(msg)
    if commits:
        return commits[0]
    raise RefUnknown(_unknown(ref, refs))


def _unknown(ref: str, refs: Refs) -> str:
    message = f"There is no branch, no tag and no commit on a branch called {_shown(ref)}."
    names = [*refs.branches, *(tag for tag in refs.tags if tag not in refs.branches)][:_COMPARED]
    near = difflib.get_close_matches(ref, names, n=3, cutoff=0.5)
    return f"{message} Nearest: {', '.join(near)}." if near else message


def _shown(ref: str) -> str:
    return repr(ref if len(ref) <= 60 else f"{ref[:59]}…")
