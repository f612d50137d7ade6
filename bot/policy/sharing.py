"""Whether traffic goes where the weights say: a weight is a wish, and only requests are a share.

A share is judged by what chance allows of it (Wilson's interval), and given as much again as real traffic needs, because
requests come in bundles: by connection, by client, by resolver. Both must be left behind before anything is called wrong.
While clients stay with the colour that they met first, every share between the old weights and the new ones is right.
"""

import math
from datetime import timedelta

from bot.domain.colour import Colour
from bot.domain.report import Counted, Finding, Verdict
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.traffic import Move, Weights

#: Fewer requests than this, on both colours together, say nothing.
ENOUGH = 200
#: Standard deviations of chance that are let pass: less than one in a thousand looks is beyond.
_CHANCE = 3.29
#: So many times the odds of one colour may be off, either way.
_BUNDLES = 1.5
#: Parts of a hundred that may go to a colour that should get nothing: connections that are still open.
_REST = 5.0


def share(candidate: Counted, baseline: Counted) -> float | None:
    """Compute the part of all requests, from 0 to 100, that the candidate got; `None` where there were none."""
    requests = candidate.requests + baseline.requests
    return 100 * candidate.requests / requests if requests else None


def mismatch(
    was: float,
    part: float,
    candidate: Counted,
    baseline: Counted,
    *,
    sticky: timedelta,
    since: timedelta,
    let: float | None = None,
) -> Reason | None:
    """Say where the candidate gets another share than *part* of a hundred; `None` where nothing tells so.

    *was* is its part before the move that happened *since*; counts begin there. A client stays *sticky* with its colour.
    *let* is the part that somebody else gave it meanwhile, and that people let it go on with: counts of both are mixed.
    """
    seen, requests = share(candidate, baseline), candidate.requests + baseline.requests
    if seen is None or requests < ENOUGH:
        return None
    right = [part, *([was] if since < sticky else []), *([let] if let is not None else [])]
    lowest, highest = min(map(_least, right)), max(map(_most, right))
    low, high = _interval(candidate.requests, requests)
    if low <= highest and high >= lowest:
        return None
    says = f"{part:g} %" if let is None else f"{part:g} %, and {let:g} % since somebody else changed it"
    text = (
        f"the new colour got {seen:.1f} % of {requests:,} requests where its weight says {says}: "
        f"chance does not explain that{', nor do clients that stay where they were' if since < sticky else ''}."
    )
    return Reason(code=ReasonCode.SHARE_MISMATCH, text=text)


def judged(
    finding: Finding,
    move: Move,
    colour: Colour,
    seen: tuple[Counted, Counted],
    *,
    sticky: timedelta,
    since: timedelta,
    theirs: Weights | None = None,
) -> Finding:
    """Add to a bake's *finding* which share *colour* got after *move*; a bake is not good where that is another one.

    *seen* is what was counted of the candidate and of the baseline, *theirs* what people let it go on with meanwhile.
    """
    candidate, baseline = seen
    found = finding.model_copy(update={"share": share(candidate, baseline)})
    if found.verdict is not Verdict.PASS:
        return found
    was, part = move.before.part(colour), move.after.part(colour)
    let = theirs.part(colour) if theirs is not None else None
    wrong = mismatch(was, part, candidate, baseline, sticky=sticky, since=since, let=let)
    if wrong is None:
        return found
    # More time does not mend it, so that people are asked at once.
    return found.model_copy(update={"verdict": Verdict.UNKNOWN, "final": True, "reason": wrong.text})


def _least(part: float) -> float:
    """The smallest share that *part* still explains."""
    return 100 - _most(100 - part)


def _most(part: float) -> float:
    """The largest share that *part* still explains."""
    if part <= 0:
        return _REST
    if part >= 100:
        return 100.0
    odds = _BUNDLES * part / (100 - part)
    return 100 * odds / (1 + odds)


def _interval(count: int, of: int) -> tuple[float, float]:
    """Compute the shares, from 0 to 100, that *count* in *of* may have come from by chance."""
    z = _CHANCE**2
    middle = (count + z / 2) / (of + z)
    half = _CHANCE / (of + z) * math.sqrt(count * (of - count) / of + z / 4)
    return 100 * (middle - half), 100 * (middle + half)
