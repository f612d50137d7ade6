"""`interlock bake-replay`: judges recorded samples of a bake again, by the law that judges live ones."""

import argparse
import importlib
import json
import sys
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bot import recording
from bot.domain.errors import Refused
from bot.domain.estate import BakeSettings, Estate, WatchSettings
from bot.domain.nearest import hint
from bot.domain.report import Finding, Sample
from bot.policy.baking import Trial
from bot.recording import Recording
from bot.render import text

#: What is asked of a bake where neither an estate nor anybody else says.
_DEFAULTS = {"min_requests": 100, "alpha": 0.01, "worse_than_baseline": 1.5}
_FLAGS = {
    "min_requests": "--min-requests: must be 0 or more",
    "alpha": "--alpha: must be more than 0 and at most 0.2",
    "worse_than_baseline": "--ratio: must be 1 or more",
    "at_most": "--at-most: must be 0 to 1, like 0.05 for 5 %",
}
#: Longer files are no bakes.
_LARGEST = 64 * 1024 * 1024


def replay(asked: argparse.Namespace) -> int:
    """Print the verdict, where it was reached and why; the exit status is 0 for each, as each is an answer."""
    try:
        wanted = _settings(asked)
    except ValidationError as error:
        # What a value breaks by itself has its name; what none does is that a rate is no percentage.
        wrong = error.errors()[0]["loc"]
        sys.stderr.write(f"interlock bake-replay: {_FLAGS[str(wrong[0]) if wrong else 'at_most']}\n")
        return 2
    if asked.estate and not asked.environment:
        # An answer by other lines than those that somebody thinks of is worse than none.
        sys.stderr.write("interlock bake-replay: the estate's lines count only with --environment\n")
    name = "standard input" if asked.samples == "-" else text.one_line(asked.samples)
    try:
        recorded = recording.read(_content(asked.samples))
    except (recording.UnusableError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        msg = f"{name}: {text.one_line(said)}"
        raise Refused(msg) from error
    place, finding = judged(recorded, wanted)
    told = _data(place, finding) if asked.json else _page(place, finding, len(recorded.samples))
    sys.stdout.write(f"{told}\n")
    return 0


def judged(recorded: Recording, wanted: BakeSettings) -> tuple[int | None, Finding]:
    """Judge after each sample, as a bake does; gives the index of the sample that decided, `None` where none did."""
    first, last = recorded.samples[0].at, recorded.samples[-1].at
    # A sample tells of the interval before it, and a bake that was recorded ends with its last one.
    length = last - first + recorded.interval
    trial = Trial(wanted.model_copy(update={"for_": length, "every": recorded.interval}), last)
    for sample in recorded.samples[:-1]:
        if (finding := _look(trial, sample)).final:
            return sample.index, finding
    finding = _look(trial, recorded.samples[-1])
    return (len(recorded.samples) - 1 if finding.final else None), finding


def _look(trial: Trial, sample: Sample) -> Finding:
    trial.look(sample)
    return trial.finding(sample.at)


def _settings(asked: argparse.Namespace) -> BakeSettings:
    """The thresholds: as given, else the estate's, else the usual; raises `ValidationError` and `Refused`."""
    lines: dict[str, Any] = dict(_DEFAULTS if asked.environment is None else _drawn(asked))
    given = {
        "min_requests": asked.min_requests,
        "alpha": asked.alpha,
        "worse_than_baseline": asked.ratio,
        "at_most": asked.at_most,
    }
    lines |= {name: value for name, value in given.items() if value is not None}
    needed = lines.pop("min_requests")
    watch = WatchSettings(kind="replay", metric="error_rate", **lines)
    minute = timedelta(minutes=1)
    return BakeSettings(for_=minute, every=minute, min_requests=needed, watch=(watch,))


def _drawn(asked: argparse.Namespace) -> dict[str, Any]:
    """The lines that the estate draws; only then is there need of the whole house."""
    estate: Estate = importlib.import_module("bot.commands").estate(asked)
    name = text.one_line(asked.environment)
    if asked.environment not in estate.environments:
        msg = f"`{name}` is no environment; {hint(asked.environment, estate.environments)}"
        raise Refused(msg)
    bake = estate.environments[asked.environment].bake
    watch = next((one for one in bake.watch if one.metric == "error_rate"), None) if bake else None
    if bake is None or watch is None:
        msg = f"`{name}` watches no error_rate in its bake, so it draws no line to judge these samples by."
        raise Refused(msg)
    drawn = watch.model_dump(include={"at_most", "worse_than_baseline", "alpha"})
    return {"min_requests": bake.min_requests, **drawn}


def _content(name: str) -> bytes:
    """Read the file, or standard input for `-`; raises `OSError` and `UnusableError`."""
    if name == "-":
        data = b"" if sys.stdin is None else sys.stdin.buffer.read(_LARGEST + 1)
    else:
        with open(name, "rb") as file:  # noqa: PTH123 -- a name that is no path at all must fail here, too
            data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        msg = f"it is longer than {_LARGEST // 2**20} MiB, which no bake is"
        raise recording.UnusableError(msg)
    return data


def _data(place: int | None, finding: Finding) -> str:
    """The public format; changing a field is a breaking change."""
    return json.dumps(
        {
            "verdict": finding.verdict.value,
            "decided_at_sample": place,
            "requests": finding.requests,
            "errors": finding.errors,
            "reason": finding.reason,
        }
    )


def _page(place: int | None, finding: Finding, samples: int) -> str:
    where = "no sample decided it" if place is None else f"decided at sample {place}, the first being 0"
    seen = f"{text.plural(finding.requests, 'request')}, {text.plural(finding.errors, 'error')}"
    return f"{finding.verdict.value}: {where} ({samples} in all; {seen})\n{finding.reason}"
