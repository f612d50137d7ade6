from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.domain.duration import Duration, as_duration, as_written


@pytest.mark.parametrize(
    ("written", "seconds"), [("500ms", 0.5), ("90s", 90), ("30m", 1800), ("1.5h", 5400), ("2d", 172800)]
)
def test_durations(written: str, seconds: float) -> None:
    """A number and a unit are a length of time."""
    assert as_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["30", "s", "-5s", "0s", "0.1ms", "367d", "999999999.9d", "5 m", "5M", "٣s", 5, None, ""]
)
def test_no_durations(written: object) -> None:
    """A bare number, no time at all and more than a year are none."""
    with pytest.raises(ValueError, match="duration"):
        as_duration(written)


@given(milliseconds=st.integers(1, 366 * 86400 * 1000))
def test_durations_are_read_as_they_are_written(milliseconds: int) -> None:
    """What is written by us can be read by us, also through JSON."""
    length = timedelta(milliseconds=milliseconds)
    assert as_duration(as_written(length)) == length
    adapter: TypeAdapter[timedelta] = TypeAdapter(Duration)
    assert adapter.validate_json(adapter.dump_json(length)) == length
