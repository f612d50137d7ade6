"""How the chance of a false alarm is shared out, so that all looks together never take more than `alpha`.

Of a comparison with a baseline half of it pays for failing early, half for the one test at the end. A line has no test
at its end, so there all of it pays for failing early.
"""

from datetime import datetime
from math import exp, log, log1p

from bot.policy.baking.frame import Frame

#: Everything early together, and the test at the end, may each take this part of alpha.
HALF = 0.5
#: So many times as many errors as the baseline's are bet on. One matters where little is wrong and traffic is dense,
#: one where nearly everything is wrong and there is hardly any traffic.
_TIMES = (2.0, 5.0, 20.0)


class Wager:
    """Money on the candidate being worse, which grows only by luck where it is not.

    Of all errors at one look each is the candidate's with the chance of its share of the requests, if both are
    equally good. Whoever bets fairly on that has, at any time at all, `k` times the first stake with a chance of at
    most one in `k` (Ville's inequality). So looks may come as they like and as often as they like; and as each look
    is a bet of its own, neither bursts that hit both sides nor a share that changes between looks harm. One error
    more on the candidate never lessens the winnings.
    """

    def __init__(self) -> None:
        """Stake the same on each."""
        self._logs = [0.0] * len(_TIMES)

    def settle(self, share: float, ours: int, theirs: int) -> None:
        """Settle one look: with *share* of the requests the candidate had *ours* of the errors."""
        for place, times in enumerate(_TIMES):
            # Drawn without putting back, the fair price would be lower still: what is paid is on the safe side.
            price = log1p(share * (times - 1))
            self._logs[place] += ours * log(times) - (ours + theirs) * price

    @property
    def chance(self) -> float:
        """The chance of having won so much by luck; at most 1."""
        top = max(self._logs)
        won = top + log(sum(exp(one - top) for one in self._logs) / len(_TIMES))
        return exp(-max(0.0, won))


class Budget:
    """A chance that is spent as time goes by, for a test that is made anew at each look."""

    def __init__(self, frame: Frame) -> None:
        """Spread it over the bake and the time by which that may be extended."""
        self._frame = frame
        # The first look tells of the time before it, too.
        self._spent = self._begin = frame.began - frame.every
        #: What may be spent at the look that was entered last, as a part of the whole.
        self.part = 0.0

    def enter(self, at: datetime) -> None:
        """Spend what has come free since the last test; a look without one spends nothing, so it is kept for the next."""
        at = max(self._spent, min(at, self._frame.limit))
        self.part = (at - self._spent) / (self._frame.limit - self._begin)
        self._spent = at
