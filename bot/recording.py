"""The recorded samples of a bake, as `interlock bake-replay` reads them.

`{"interval_s": 60, "samples": [{"at": "…", "candidate": {"requests": 1200, "errors": 3}, "baseline": null}, …]}`

What else stands there is let be, as recordings hold more than is judged; only a name that must be mistyped is refused.
"""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NoReturn

from bot.domain.nearest import nearest
from bot.domain.report import Evidence, Sample, Side
from bot.render import text

#: Nobody's bake was at other times.
_FIRST, _LAST = 2000, 2100
#: Nobody serves more in an interval, and exact chances of larger counts are none.
_MOST = 10**9
_LONGEST = timedelta(days=366)


class UnusableError(Exception):
    """These are no samples of a bake; the message says where and why."""


class Recording(NamedTuple):
    """What was read: at least one sample, in the order of time."""

    interval: timedelta
    samples: tuple[Sample, ...]


def read(data: bytes) -> Recording:
    """Read a document; raises `UnusableError`."""
    said = _object(_parsed(data), "", ("interval_s", "samples"), ("interval_s", "samples"))
    interval = _interval(said["interval_s"])
    written = said["samples"]
    if not isinstance(written, list):
        _refuse("samples", f"must be a list, not {_shown(written)}")
    if not written:
        _refuse("samples", "is empty, so there is nothing to judge")
    samples: list[Sample] = []
    for index, one in enumerate(written):
        sample = _sample(index, one)
        if samples and sample.at <= samples[-1].at:
            what = "the same time as" if sample.at == samples[-1].at else "earlier than"
            _refuse(f"samples[{index}].at", f"is {what} the sample before it; samples go forward in time")
        samples.append(sample)
    return Recording(interval, tuple(samples))


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number, object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        msg = "it is not UTF-8, so it is no JSON"
        raise UnusableError(msg) from error
    except RecursionError as error:
        msg = "it is nested too deeply to be samples of a bake"
        raise UnusableError(msg) from error
    except json.JSONDecodeError as error:
        msg = (
            f"line {error.lineno}, column {error.colno}: it is no JSON: {error.msg}"
            if data
            else "it is empty"
        )
        raise UnusableError(msg) from error
    except ValueError as error:
        msg = "a number in it has too many digits"
        raise UnusableError(msg) from error


def _no_number(word: str) -> NoReturn:
    msg = f"{word} is no number in JSON"
    raise UnusableError(msg)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object; which of two values under one key was meant, nobody knows."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            msg = f"an object has the key {_shown(key)} twice"
            raise UnusableError(msg)
        made[key] = value
    return made


def _object(value: object, place: str, known: Collection[str], needed: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(place, f"must be an object, not {_shown(value)}")
    for key in value:
        if key not in known and (meant := nearest(key, known)) and meant not in value:
            _refuse(place, f"there is no key {_shown(key)} here; did you mean `{meant}`?")
    for key in needed:
        if key not in value:
            _refuse(place, f"the key `{key}` is missing")
    return value


def _interval(value: object) -> timedelta:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, int | float) or not number or not 0.001 <= value <= _LONGEST.total_seconds():
        _refuse("interval_s", f"must be seconds, 0.001 to a year of them, not {_shown(value)}")
    return timedelta(seconds=value)


def _sample(index: int, value: object) -> Sample:
    place = f"samples[{index}]"
    said = _object(value, place, ("at", "candidate", "baseline"), ("at",))
    evidence = (
        _side(said.get("candidate"), f"{place}.candidate", Side.CANDIDATE),
        _side(said.get("baseline"), f"{place}.baseline", Side.BASELINE),
    )
    return Sample(index=index, at=_moment(said["at"], f"{place}.at"), evidence=evidence)


def _moment(value: object, place: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        _refuse(place, f"must be a time like 2026-11-22T02:00:00Z, not {_shown(value)}")
    if moment.utcoffset() is None:
        _refuse(place, f"{_shown(value)} has no zone; write 2026-11-22T02:00:00Z or +01:00")
    if not _FIRST <= moment.year < _LAST:
        _refuse(place, f"{_shown(value)} is too far away: a moment of this century is needed")
    return moment.astimezone(UTC)


def _side(value: object, place: str, side: Side) -> Evidence:
    if value is None:
        return Evidence(metric="error_rate", side=side, missing="not recorded")
    said = _object(value, place, ("requests", "errors"), ("requests", "errors"))
    requests, errors = (_count(said[key], f"{place}.{key}") for key in ("requests", "errors"))
    if errors > requests:
        _refuse(place, f"{errors:,} errors in {requests:,} requests cannot be")
    return Evidence(metric="error_rate", side=side, requests=requests, errors=errors)


def _count(value: object, place: str) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not isinstance(value, int | float) or not whole:
        _refuse(place, f"must be a whole number, not {_shown(value)}")
    if value < 0:
        _refuse(place, f"must not be negative, as {_shown(value)} is")
    if value > _MOST:
        _refuse(place, f"is more than {_MOST:,}, which nobody serves in one interval")
    return int(value)


def _shown(value: object) -> str:
    """Write somebody else's value so that it fits into a sentence."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return f"`{text.shorten(text.one_line(json.dumps(value, ensure_ascii=False)), 60)}`"


def _refuse(place: str, why: str) -> NoReturn:
    msg = f"{place}: {why}" if place else why
    raise UnusableError(msg)
