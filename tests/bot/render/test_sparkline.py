import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.report import Counted
from bot.render import sparkline


def of(requests: int, errors: int) -> Counted:
    return Counted(requests=requests, errors=errors)


@pytest.mark.parametrize(
    ("values", "top", "line"),
    [
        pytest.param([], 1.0, "", id="nothing"),
        pytest.param([0.0, 0.5, 1.0], 1.0, "▁▅█", id="none, half, all"),
        pytest.param([0.0, 0.0001], 1.0, "▁▂", id="very little is not nothing"),
        pytest.param([1.0, None, 1.0], 1.0, "█·█", id="a gap"),
        pytest.param([0.0, 0.0], 0.0, "▁▁", id="nothing but zeros"),
        pytest.param([7.0], 1.0, "█", id="beyond the top"),
    ],
)
def test_line(values: list[float | None], top: float, line: str) -> None:
    """One character a value."""
    assert sparkline.line(values, top) == line


def test_a_column_is_counted_together() -> None:
    """A quiet look weighs little beside a busy one, and a column is a gap only where nobody saw anything."""
    seen = [of(1, 1), of(99, 0), None, of(10, 0), None, None]
    assert sparkline.rates(seen, width=3) == (0.01, 0.0, None)
    assert sparkline.requests(seen, width=3) == (50.0, 10.0, None)
    assert sparkline.medians([1.0, None, 3.0, 5.0], width=2) == (1.0, 4.0)


def test_looks_without_requests() -> None:
    """There is no rate of nothing, and no requests are a number."""
    assert sparkline.rates([of(0, 0)]) == (None,)
    assert sparkline.requests([of(0, 0)]) == (0.0,)


def test_top() -> None:
    """Both sides are drawn by the same measure."""
    assert sparkline.top((1.0, None), (3.0,)) == 3.0
    assert sparkline.top((None,), ()) == 0.0


def test_words() -> None:
    """What a line shows can be read aloud."""
    assert sparkline.words("green", (0.5, None, 0.25), "{:.0%}".format) == (
        "green lately 25%, highest 50%, no evidence in 1 of 3 columns"
    )
    assert sparkline.words("blue", (None, None), str) == "blue not seen yet"


@given(
    st.lists(st.none() | st.builds(of, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=300),
    st.integers(1, 60),
)
def test_any_counts(seen: list[Counted | None], width: int) -> None:
    """A line is as wide as asked for at most, and only of characters that it may be made of."""
    rates = sparkline.rates(seen, width)
    line = sparkline.line(rates, sparkline.top(rates))
    assert len(line) == min(width, len(seen))
    assert set(line) <= set("·▁▂▃▄▅▆▇█")
    assert (line.count("·") == len(line)) is (not any(one and one.requests for one in seen))
