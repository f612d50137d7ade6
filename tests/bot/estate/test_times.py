"""Windows, freezes and calendars of an estate: what is wrong is named by line and key."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Fault
from bot.domain.plan import ChangeClass
from bot.domain.value import EnvironmentName
from bot.estate import Kinds, load, past, place, times

Faults = Callable[[str | bytes], tuple[Fault, ...]]

TIMES = """\
windows:
  nights: {opens: "0 20 * * mon-thu", lasts: 3h, timezone: Europe/Berlin}
  days: {opens: "0 9 * * mon-fri", lasts: 8h, timezone: UTC}
freezes:
  - {name: Black Friday, from: 2026-11-26T00:00, to: 2026-12-01T08:00, timezone: America/New_York, environments: [prod]}
  - {name: Christmas, from: 2026-12-24, to: 2026-12-27, timezone: Europe/Berlin}
"""


@pytest.fixture
def timed(good: str) -> str:
    """Give a good estate with windows and freezes, which begin on line 2."""
    return good.replace("version: 1\n", f"version: 1\n{TIMES}").replace(
        "standard: {votes: 1,", "standard: {windows: [nights, days], votes: 1,"
    )


def test_a_good_one(tmp_path: Path, timed: str, kinds: Kinds) -> None:
    """Windows by name, and freezes as moments of everybody's."""
    path = tmp_path / "interlock.yaml"
    path.write_text(timed)
    estate = load(path, kinds)
    assert estate.windows["nights"].lasts.total_seconds() == 3 * 3600
    freezes = [entry.freeze() for entry in estate.freezes]
    assert [freeze and (freeze.name, freeze.from_.isoformat()) for freeze in freezes] == [
        ("Black Friday", "2026-11-26T05:00:00+00:00"),
        ("Christmas", "2026-12-23T23:00:00+00:00"),
    ]
    rule = estate.rule(EnvironmentName("dev"), ChangeClass.STANDARD)
    assert rule is not None
    assert rule.windows == ("nights", "days")


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "sentence"),
    [
        pytest.param("mon-thu", "1-4", 3, "windows.nights.opens", "write `mon-thu`", id="weekdays by number"),
        pytest.param("0 20 * * mon-thu", "0 2 30 2 *", 3, "windows.nights.opens", "never fires", id="30 February"),
        pytest.param("0 20 * * mon-thu", "0 20 * *", 3, "windows.nights.opens", "has 4 fields", id="four fields"),
        pytest.param('opens: "0 20 * * mon-thu"', "opens: 5", 3, "windows.nights.opens", "the number 5, but text", id="a number for a line"),
        pytest.param("lasts: 3h", "lasts: 400d", 3, "windows.nights.lasts", "between 1ms and 366d", id="longer than a year"),
        pytest.param("lasts: 3h", "lasts: 30s", 3, "windows.nights.lasts", "shorter than a minute", id="no time to do anything"),
        pytest.param("lasts: 3h", "lasts: 3", 3, "windows.nights.lasts", "is no duration", id="no unit"),
        pytest.param("Europe/Berlin}\n  days", "Europe/Berln}\n  days", 3, "windows.nights.timezone", "did you mean `Europe/Berlin`?", id="a zone misspelled"),
        pytest.param("timezone: UTC", "timezone: CEST", 4, "windows.days.timezone", "write one like Europe/Berlin", id="a zone of one season"),
        pytest.param("timezone: UTC", "timezone: localtime", 4, "windows.days.timezone", "write one like Europe/Berlin", id="whatever this machine has"),
        pytest.param("timezone: UTC", "timezone: Mars", 4, "windows.days.timezone", "is no time zone", id="no zone"),
        pytest.param(", timezone: UTC", "", 4, "windows.days.timezone", "is missing", id="no zone at all"),
        pytest.param("[nights, days]", "[night, days]", 20, "classes.standard.windows[0]", "did you mean `nights`?", id="unknown window"),
        pytest.param("[nights, days]", "[days, days]", 20, "classes.standard.windows[1]", "stands here twice", id="a window twice"),
        pytest.param("[nights, days]", "[]", 20, "classes.standard.windows", "write `always`", id="no window"),
        pytest.param("[nights, days]", "allways", 20, "classes.standard.windows", "`always` or a list", id="always misspelled"),
        pytest.param("standard: {votes: 0}", "standard: {votes: 0, windows: [dayz]}", 28, "environments.dev.classes.standard.windows[0]", "did you mean `days`?", id="of an environment"),
        pytest.param("to: 2026-12-01T08:00", "to: 2026-11-25", 6, "freezes[0].to", "begins before it ends", id="the end before the beginning"),
        pytest.param("to: 2026-12-01T08:00", "to: 2026-11-26T00:00", 6, "freezes[0].to", "begins before it ends", id="no time at all"),
        pytest.param("2026-12-01T08:00, timezone: America/New_York", "2026-12-01T08:00Z", 6, "freezes[0].from", "does not say in which time zone", id="naive"),
        pytest.param("to: 2026-12-01T08:00", "to: 2026-12-01T08:00Z", 6, "freezes[0].to", "write one of the two", id="a zone and a distance"),
        pytest.param("from: 2026-11-26T00:00", "from: thanksgiving", 6, "freezes[0].from", "`thanksgiving` is no moment", id="no moment"),
        pytest.param("from: 2026-11-26T00:00, ", "", 6, "freezes[0].from", "is missing", id="no beginning"),
        pytest.param("America/New_York", "America/New_Yrk", 6, "freezes[0].timezone", "did you mean `America/New_York`?", id="the zone of a freeze"),
        pytest.param("environments: [prod]", "environments: [pord]", 6, "freezes[0].environments[0]", "did you mean `prod`?", id="unknown environment"),
        pytest.param("from: 2026-12-24", "from: 2026-11-30", 7, "freezes[1]", "overlaps with the freeze `Black Friday` in prod", id="overlapping"),
        pytest.param("name: Christmas", "name: " + "x" * 61, 7, "freezes[1].name", "longer than 60", id="a long name"),
        pytest.param("name: Christmas, ", "", 7, "freezes[1].name", "is missing", id="no name"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: none.ics", 7, "freezes[1].calendar", "`none.ics` does not exist", id="no calendar file"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: .", 7, "freezes[1].calendar", "is not a file", id="a folder"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: interlock.yaml", 7, "freezes[1].calendar", "no BEGIN:VCALENDAR", id="no calendar in it"),
        pytest.param("to: 2026-12-27", "calendar: 'https://example.com/x'", 7, "freezes[1].from", "does not belong to a calendar", id="a calendar with a beginning"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: 'http://example.com/x'", 7, "freezes[1].calendar", "must be an https address", id="http"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: 'webcal://example.com/x'", 7, "freezes[1].calendar", "must be an https address", id="webcal"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: 'https://a:b@example.com/x'", 7, "freezes[1].calendar", "holds a password", id="a password"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: 'https://[x'", 7, "freezes[1].calendar", "is no address", id="no address"),
        pytest.param("from: 2026-12-24, to: 2026-12-27", "calendar: '" + "x" * 5000 + "'", 7, "freezes[1].calendar", "cannot be read", id="no path"),
    ],
)  # fmt: skip
def test_one_fault(
    timed: str, faults: Faults, *, old: str, new: str, line: int, key: str, sentence: str
) -> None:
    """A fault is told with its line, its key and what would be right."""
    assert old in timed
    found = faults(timed.replace(old, new, 1))
    assert [(one.line, one.key) for one in found if sentence in one.sentence] == [(line, key)], found


def test_elsewhere_is_no_overlap(timed: str, faults: Faults) -> None:
    """Two freezes at the same time in different environments do not touch."""
    both = timed.replace("from: 2026-12-24", "from: 2026-11-30")
    assert not faults(
        both.replace("timezone: Europe/Berlin}\ngroups", "x").replace(
            "to: 2026-12-27, timezone: Europe/Berlin",
            "to: 2026-12-27, timezone: Europe/Berlin, environments: [dev]",
        )
    )


def test_a_calendar_file_beside_the_estate(tmp_path: Path, timed: str, faults: Faults) -> None:
    """A relative path is taken from the estate's folder; two megabytes are the most."""
    estate = timed.replace("from: 2026-12-24, to: 2026-12-27", "calendar: ours.ics")
    file = tmp_path / "ours.ics"
    file.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert not faults(estate)
    file.write_bytes(b"BEGIN:VCALENDAR" + b" " * times.LARGEST)
    assert ["larger than 2 MiB" in one.sentence for one in faults(estate)] == [True]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-11-21T00:00Z", [], id="to come"),
        pytest.param("2026-12-01T12:59Z", [], id="on"),
        pytest.param("2026-12-01T13:00Z", [(6, "freezes[0].to")], id="over this very moment"),
        pytest.param("2027-01-01T00:00Z", [(6, "freezes[0].to"), (7, "freezes[1].to")], id="all over"),
    ],
)
def test_the_past(
    tmp_path: Path, timed: str, kinds: Kinds, now: str, expected: list[tuple[int, str]]
) -> None:
    """A freeze that is over keeps nothing from loading, and can be named with its line."""
    path = tmp_path / "interlock.yaml"
    path.write_text(timed)
    found = place(path, past(load(path, kinds), datetime.fromisoformat(now).astimezone(UTC)))
    assert [(one.line, one.key) for one in found] == expected
    assert all("delete it" in one.sentence for one in found)


_KEYS = st.sampled_from(
    ["windows", "w", "opens", "lasts", "timezone", "freezes", "name", "from", "to", "calendar", "environments",
     "classes", "standard", "UTC", "0 2 * * sun", "2026-11-26", "2026-11-27T00:00Z", "3h", "always", "https://x/y"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _KEYS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(data=st.dictionaries(_KEYS, _VALUES, max_size=8) | _VALUES)
def test_no_shape_breaks_a_law(data: Any) -> None:
    """Whatever shape the file has, the laws answer with sentences."""
    for steps, sentence in times.misfits(data, Path()):
        assert isinstance(steps, tuple)
        assert sentence.endswith((".", "?"))
