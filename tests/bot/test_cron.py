"""Cron lines: what they mean here, and what is refused because it would mean something else elsewhere."""

from datetime import date
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cron


@pytest.mark.parametrize(
    ("line", "count", "days"),
    [
        pytest.param("0 2 * * sun", 1, ["2026-11-22", "2026-11-29"], id="sundays"),
        pytest.param("0 9 * * MON-Fri", 1, ["2026-11-23", "2026-11-24"], id="names in any case"),
        pytest.param("0 9 * * sat,tue-wed", 1, ["2026-11-21", "2026-11-24"], id="a list of ranges"),
        pytest.param("*/20 1-3 * * *", 9, ["2026-11-21", "2026-11-22"], id="steps and ranges"),
        pytest.param("5/10 0 * * *", 6, ["2026-11-21", "2026-11-22"], id="a step from a number on"),
        pytest.param("* * * * *", 1440, ["2026-11-21", "2026-11-22"], id="always"),
        pytest.param("0 0 last * *", 1, ["2026-11-30", "2026-12-31"], id="the last day"),
        pytest.param("0 0 31 * *", 1, ["2026-12-31", "2027-01-31"], id="only in months that have one"),
        pytest.param("0 0 29 2 *", 1, ["2028-02-29", "2032-02-29"], id="leap days"),
        pytest.param("0 0 1-7 * sun", 1, ["2026-12-06", "2027-01-03"], id="a day and a weekday must both fit"),
        pytest.param("0 0 1 jan,mar-apr *", 1, ["2027-01-01", "2027-03-01"], id="months by name"),
    ],
)  # fmt: skip
def test_what_a_line_means(line: str, count: int, days: list[str]) -> None:
    """How often on a day, and on which days."""
    found = cron.read(line)
    assert len(found.minutes) == count
    first, last = date(2026, 11, 21), date(2036, 11, 21)
    assert [str(day) for day in islice(found.days(first, last), 2)] == days


def test_the_days_end() -> None:
    """Both ends belong to it."""
    found = cron.read("0 0 * * *")
    assert len(list(found.days(date(2026, 11, 21), date(2026, 11, 23)))) == 3
    assert not list(cron.read("0 0 30 * *").days(date(2027, 2, 1), date(2027, 2, 28)))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("0 2 * * 0", "write `sun`", id="a weekday by number"),
        pytest.param("0 2 * * 7", "write `sun`", id="seven is sunday too"),
        pytest.param("0 9 * * 1-5", "write `mon-fri`", id="weekdays by number"),
        pytest.param("0 9 * * 0-5", "write `sun,mon-fri`", id="from sunday by number"),
        pytest.param("0 9 * * 8", "`8` is no weekday", id="no such number"),
        pytest.param("0 9 * * */2", "`*/2` is no weekday", id="every other weekday"),
        pytest.param("0 9 * * mon-fri/2", "`mon-fri/2` is no weekday", id="a step that would be left unread"),
        pytest.param("0 9 * * mond", "`mond` is no weekday", id="no name"),
        pytest.param("0 9 * * fri-mon", "write `fri-sun,mon`", id="over the end of the week"),
        pytest.param("0 9 * nov-feb *", "write `nov-dec,jan-feb`", id="over the end of the year"),
        pytest.param("0 22-3 * * *", "write `22-23,0-3`", id="over midnight"),
        pytest.param("0 24 * * *", "`24` is no hour: write numbers from 0 to 23", id="no hour"),
        pytest.param("60 0 * * *", "`60` is no minute", id="no minute"),
        pytest.param("0 0 0 * *", "`0` is no day", id="no day"),
        pytest.param("0 0 * 13 *", "or names like `jan`", id="no month"),
        pytest.param("*/0 * * * *", "between 1 and 59", id="no step"),
        pytest.param("*/60 * * * *", "between 1 and 59", id="a step too far"),
        pytest.param("5-5/1 * * * *", "needs no step", id="a step to nowhere"),
        pytest.param("0 0 L * *", "or `last`", id="a letter of another program"),
        pytest.param("0 0 ? * *", "`?` is no day", id="a question mark"),
        pytest.param("1,,2 * * * *", "`` is no minute", id="an empty part"),
        pytest.param("0 2 30 2 *", "never fires", id="30 February"),
        pytest.param("0 0 31 4,6,9,11 *", "never fires", id="the 31st of short months"),
        pytest.param("@daily", "write `0 0 * * *`", id="a nickname"),
        pytest.param("0 2 * *", "has 4 fields", id="four fields"),
        pytest.param("0 0 2 * * sun", "has 6 fields", id="seconds"),
        pytest.param("", "has 0 fields", id="nothing"),
        pytest.param("0 2 * * sun\N{ARABIC-INDIC DIGIT ONE}", "is no weekday", id="a digit of another script"),
        pytest.param("0 99999999999999999999 * * *", "is no hour", id="a number too large for anything"),
    ],
)  # fmt: skip
def test_what_is_refused(line: str, sentence: str) -> None:
    """What is wrong, and what would be right."""
    with pytest.raises(ValueError, match=r".") as told:
        cron.read(line)
    assert sentence in str(told.value)


_PART = st.sampled_from(
    ["*", "*/5", "0", "1-3", "last", "sun", "mon-fri", "jan", "7", "?", "L", "60", "5-1", "x", ""]
)


@given(
    fields=st.lists(st.lists(_PART, min_size=1, max_size=3).map(",".join) | st.text(max_size=6), max_size=6)
)
def test_no_line_breaks_it(fields: list[str]) -> None:
    """Whatever is written, it is a line that fires or a sentence."""
    line = " ".join(fields)
    try:
        found = cron.read(line)
    except ValueError as error:
        assert str(error).endswith(".")  # noqa: PT017 -- either is right
    else:
        assert found.minutes
        assert next(found.days(date(2000, 1, 1), date(2399, 12, 31)), None)
