"""Words that people write, judged before anything looks them up."""

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


def plain(word: str) -> str:
    """Show no more of somebody's word than can do no harm in a sentence."""
    shown = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in word[:_SHOWN])
    return f"{shown}…" if len(word) > _SHOWN else shown
