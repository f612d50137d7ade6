"""Words that people write, judged before anything looks them up."""

from datetime import UTC, datetime

from bot.domain.ref import ref_problem
from bot.domain.ruling import Reason, ReasonCode

_SHOWN = 60


def ref_fault(ref: str) -> Reason | None:
    """Why *ref* can be no branch, tag or commit; `None` where it can be one."""
    problem = ref_problem(ref)
    if problem is None:
        return None
    return Reason(
        code=ReasonCode.BAD_REF, text=f"“{plain(ref)}” {problem.replace('`', '')}, so it is no ref."
    )


def moment(word: str) -> datetime | str:
    """Read a moment with its distance from UTC; else one sentence about what is wrong with it."""
    try:
        read = datetime.fromisoformat(word)
    except ValueError:
        return f"“{plain(word)}” is no moment: write it like 2026-11-22T02:00Z, where Z is UTC and +01:00 may stand instead."
    if read.tzinfo is None:
        return f"“{plain(word)}” does not say in which time zone: end it with Z or a distance from UTC, like +01:00."
    try:
        return read.astimezone(UTC)
    except OverflowError:
        return f"“{plain(word)}” is too far away."


def written(at: datetime) -> str:
    """Write a moment for sentences that go into the record too."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def listed(names: tuple[str, ...]) -> str:
    """Write `a`, `a and b`, or `a, b and c`."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def plain(word: str) -> str:
    """Show no more of somebody's word than can do no harm in a sentence."""
    shown = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in word[:_SHOWN])
    return f"{shown}…" if len(word) > _SHOWN else shown
