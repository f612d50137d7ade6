"""What live evidence says about a change, over the whole bake so far.

A bake ends in one of three ways. It fails at once where a line is crossed for good: an alarm, a latency three times
in a row, or errors that chance does not explain. It passes at its planned end, if everything that was asked was seen,
and enough of it. Where evidence is missing then, it goes on for as long again at most, passes as soon as there is
enough, and is given to people if there never is: what nobody saw is never healthy.

The error rate is judged on counts pooled since the bake began, so that a quiet minute weighs little. Looking often
costs nothing in certainty: what may fail a bake early and what may fail it at its end share `alpha` between them,
and neither exceeds its share however many looks there are, and whenever they come.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.estate import BakeSettings, WatchSettings
from bot.domain.report import Counted, Finding, Sample, Verdict
from bot.policy.baking.against import Against
from bot.policy.baking.alarm import Alarm
from bot.policy.baking.frame import Frame
from bot.policy.baking.latency import Slow, Slower
from bot.policy.baking.line import Line
from bot.policy.baking.question import Question
from bot.policy.baking.recorded import Recorded


def judge(
    samples: Sequence[Sample],
    settings: BakeSettings,
    *,
    now: datetime,
    until: datetime,
    recorded: Mapping[str, Counted] | None = None,
) -> Finding:
    """Judge all *samples* at *now*, in a bake planned to end at *until*.

    *recorded* says by metric what the last good bake counted; it is compared with where the samples hold no baseline
    of the same time.
    """
    trial = Trial(settings, until, recorded)
    for sample in samples:
        trial.look(sample)
    return trial.finding(now)


def alone(settings: BakeSettings, recorded: Mapping[str, Counted]) -> BakeSettings:
    """Leave out comparisons with a baseline that nobody can ever see, where a line of the same metric judges it.

    So it is where all traffic moves at once, and in an environment's first bake. Without such a line the comparison
    stays, and its evidence is missing.
    """

    def judged(watch: WatchSettings) -> WatchSettings:
        seen = watch.metric == "error_rate" and watch.metric in recorded
        if seen or watch.at_most is None:
            return watch
        return watch.model_copy(update={"worse_than_baseline": None})

    return settings.model_copy(update={"watch": tuple(map(judged, settings.watch))})


class Trial:
    """A bake that takes sample after sample, in the order of time, and can be asked after each."""

    def __init__(
        self, settings: BakeSettings, until: datetime, recorded: Mapping[str, Counted] | None = None
    ) -> None:
        """Begin with nothing seen."""
        self._frame = Frame(settings, until)
        asked = [(watch.metric, _questions(watch, self._frame, recorded or {})) for watch in settings.watch]
        self._questions = [
            *(question for _, questions in asked for question in questions),
            *(Alarm(name, self._frame) for name in settings.alarms),
        ]
        # Two sources never count quite the same; what is told are the counts that errors are judged by.
        rates = [questions for metric, questions in asked if metric == "error_rate"]
        self._counted = next(iter(rates), self._questions)[:1]

    def look(self, sample: Sample) -> None:
        """Take in one more *sample*."""
        for question in self._questions:
            question.look(sample)

    def finding(self, now: datetime) -> Finding:
        """Say at *now* what was seen; PASS only where the planned end is reached."""
        frame, questions = self._frame, self._questions
        over = now >= frame.until
        if not questions:
            reason = "nothing was watched but time" if over else "nothing is watched but time"
            return Finding(verdict=Verdict.PASS if over else Verdict.UNKNOWN, final=over, reason=f"{reason}.")
        failed = _said(question.failed(now) for question in questions)
        lacking = _said(question.lack(now) for question in questions) if over else ["it is not over"]
        if not failed and not lacking:
            # Asked once in a bake, as what comes of it is final: that is what its share of alpha pays for.
            failed = _said(question.closing(now) for question in questions)
        verdict = Verdict.FAIL if failed else Verdict.UNKNOWN if lacking else Verdict.PASS
        told = failed or (over and lacking) or _said(question.told() for question in questions)
        return Finding(
            verdict=verdict,
            final=verdict is not Verdict.UNKNOWN or now >= frame.limit,
            extended=over and verdict is Verdict.UNKNOWN,
            reason=f"{'; '.join(told)}.",
            requests=sum(question.requests for question in self._counted),
            errors=sum(question.errors for question in self._counted),
        )


def _questions(watch: WatchSettings, frame: Frame, recorded: Mapping[str, Counted]) -> list[Question]:
    """One for each line that the estate draws."""
    rate = watch.metric == "error_rate"
    found: list[Question] = []
    if watch.at_most is not None:
        found.append((Line if rate else Slow)(watch, watch.at_most, frame))
    if (times := watch.worse_than_baseline) is None:
        return found
    if not rate:
        found.append(Slower(watch, times, frame))
    elif last := recorded.get(watch.metric):
        found.append(Recorded(watch, times, frame, last))
    else:
        found.append(Against(watch, times, frame))
    return found


def _said(sentences: Iterable[str]) -> list[str]:
    """Those that say something, each once."""
    return list(dict.fromkeys(filter(None, sentences)))
