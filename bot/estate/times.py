"""Whether the windows, freezes and calendars of an estate can be meant.

That a freeze is over is not wrong by itself: time passes, and a bot must start all the same. Only `past` says it.
"""

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot import cron
from bot.domain.duration import as_duration
from bot.domain.estate import Estate
from bot.domain.nearest import hint, nearest
from bot.domain.value import EnvironmentName
from bot.domain.window import LONGEST_NAME, Freeze, instant, zone_fault
from bot.estate.raw import listing, mapping, words
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

#: Bytes of a calendar that are read; those of companies are a few hundred kilobytes.
LARGEST = 2 * 1024 * 1024
_SHORTEST = timedelta(minutes=1)
_REACHED = ("http:", "https:", "webcal:")


def misfits(data: Any, folder: Path) -> Iterator[Misfit]:
    """Judge everything that is about time; relative paths of calendars are taken from *folder*."""
    whole = mapping(data)
    yield from _windows(whole)
    yield from _uses(whole)
    yield from _freezes(whole, folder)


def past(estate: Estate, now: datetime) -> Iterator[tuple[tuple[str, int, str], str]]:
    """Name the freezes that are over."""
    for index, entry in enumerate(estate.freezes):
        freeze = entry.freeze()
        if freeze is not None and freeze.to <= now:
            yield ("freezes", index, "to"), f"is over: it ended at {freeze.to:%Y-%m-%d %H:%M} UTC; delete it."


def _windows(data: dict[str, Any]) -> Iterator[Misfit]:
    for name, window in mapping(data.get("windows")).items():
        at: Steps = ("windows", name)
        written = mapping(window)
        match written.get("opens"):
            case str(line):
                try:
                    cron.read(line)
                except ValueError as error:
                    yield (*at, "opens"), str(error)
        yield from _zone(written.get("timezone"), at)
        try:
            lasts = as_duration(written.get("lasts"))
        except ValueError:
            continue
        if lasts < _SHORTEST:
            yield (*at, "lasts"), "is shorter than a minute, in which nothing can be done."


def _uses(data: dict[str, Any]) -> Iterator[Misfit]:
    """Judge which windows the classes name."""
    known = mapping(data.get("windows"))
    yield from _used(data.get("classes"), known, ())
    for name, environment in mapping(data.get("environments")).items():
        yield from _used(mapping(environment).get("classes"), known, ("environments", name))


def _used(classes: object, known: dict[str, Any], above: Steps) -> Iterator[Misfit]:
    for name, rule in mapping(classes).items():
        at: Steps = (*above, "classes", name, "windows")
        named = mapping(rule).get("windows")
        if named == []:
            yield at, "names no window, so nothing would ever run: write `always`, or the names of windows."
        seen: set[str] = set()
        for index, word in words(named):
            if word not in known:
                yield (*at, index), f"`{word[:60]}` is no window; {hint(word, known)}"
            elif word in seen:
                yield (*at, index), f"`{word[:60]}` stands here twice."
            seen.add(word)


def _freezes(data: dict[str, Any], folder: Path) -> Iterator[Misfit]:
    environments = mapping(data.get("environments"))
    made: list[tuple[int, Freeze]] = []
    for index, entry in enumerate(listing(data.get("freezes"))):
        at: Steps = ("freezes", index)
        written = mapping(entry)
        if len(str(written.get("name"))) > LONGEST_NAME:
            yield (*at, "name"), f"is longer than {LONGEST_NAME} characters."
        yield from _zone(written.get("timezone"), at)
        for place, word in words(written.get("environments")):
            if word not in environments:
                yield (
                    (*at, "environments", place),
                    f"`{word[:60]}` is no environment; {hint(word, environments)}",
                )
        if "calendar" in written:
            yield from _calendar(written, folder, at)
        else:
            freeze = yield from _dated(written, at)
            if freeze is not None:
                made.append((index, freeze))
    yield from _overlaps(made, list(environments))


def _dated(written: dict[str, Any], at: Steps) -> Generator[Misfit, None, Freeze | None]:
    """Judge a freeze with a beginning and an end; the freeze comes back where it is one."""
    missing = [key for key in ("from", "to") if written.get(key) is None]
    for key in missing:
        yield (*at, key), "is missing: a freeze has `from` and `to`, or it is a `calendar`."
    timezone = written.get("timezone")
    if missing or (isinstance(timezone, str) and zone_fault(timezone)):
        return None
    found: dict[str, datetime] = {}
    for key in ("from", "to"):
        if isinstance(written[key], str) and (timezone is None or isinstance(timezone, str)):
            try:
                found[key] = instant(written[key], timezone, latest=key == "to")
            except ValueError as error:
                yield (*at, key), f"`{written[key][:40]}` {error}"
    if len(found) < 2:
        return None
    if found["to"] <= found["from"]:
        yield (*at, "to"), "is not after `from`: a freeze begins before it ends."
        return None
    return Freeze(
        name=str(written.get("name")),
        from_=found["from"],
        to=found["to"],
        environments=tuple(EnvironmentName(word) for _, word in words(written.get("environments"))),
        source="estate",
    )


def _overlaps(made: list[tuple[int, Freeze]], environments: list[str]) -> Iterator[Misfit]:
    """Say of each freeze which earlier one it overlaps with, once."""
    ordered = sorted(made, key=lambda one: one[1].from_)
    told: set[int] = set()
    for place, (index, one) in enumerate(ordered):
        for following, other in ordered[place + 1 :]:
            if other.from_ >= one.to:
                break
            late, early = (index, other) if index > following else (following, one)
            shared = [
                name for name in map(EnvironmentName, environments) if one.covers(name) and other.covers(name)
            ]
            if shared and late not in told:
                told.add(late)
                named = f"`{early.name[:LONGEST_NAME]}` in {', '.join(shared[:5])}"
                yield ("freezes", late), f"overlaps with the freeze {named}: make one of the two."


def _calendar(written: dict[str, Any], folder: Path, at: Steps) -> Iterator[Misfit]:
    for key in ("from", "to"):
        if key in written:
            yield (*at, key), "does not belong to a calendar, whose events have their own times."
    place = written["calendar"]
    if isinstance(place, str) and (fault := _address(place) if _reached(place) else _file(folder, place)):
        yield (*at, "calendar"), fault


def _reached(place: str) -> bool:
    return place.lower().startswith(_REACHED)


def _address(place: str) -> str:
    try:
        parts = urlsplit(place)
        host, password = parts.hostname, parts.password
    except ValueError:
        return "is no address."
    if parts.scheme != "https" or not host:
        return "must be an https address, or a file: anybody on the way could change what http brings."
    return "holds a password: the estate holds no secrets." if password else ""


def _file(folder: Path, place: str) -> str:
    """Say why the calendar cannot be read; empty where it can."""
    shown = f"`{place[:80]}`"
    try:
        path = folder / place
        if not path.is_file():
            return f"{shown} {'is not a file' if path.exists() else 'does not exist'}: name an iCalendar file or an https address."
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "the name is no path"
        return f"{shown} cannot be read: {why}."
    if len(content) > LARGEST:
        return f"{shown} is larger than {LARGEST // 1024 // 1024} MiB."
    if b"BEGIN:VCALENDAR" not in content.upper():
        return f"{shown} is no iCalendar file: there is no BEGIN:VCALENDAR in it."
    return ""


def _zone(written: object, at: Steps) -> Iterator[Misfit]:
    if isinstance(written, str) and zone_fault(written):
        # Those without a place keep one distance from UTC all year, or mean another one on each machine.
        near = nearest(written, (zone for zone in available_timezones() if "/" in zone or zone == "UTC"))
        right = f"did you mean `{near}`?" if near else "write one like Europe/Berlin."
        yield (*at, "timezone"), f"`{written[:60]}` is no time zone; {right}"
