import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ticket

USUAL = r"^(INC|SEC)-\d+$"


@pytest.mark.parametrize(
    ("pattern", "written", "fits"),
    [
        pytest.param(USUAL, "INC-42", True, id="as it should be"),
        pytest.param(USUAL, "inc-42", False, id="in small letters"),
        pytest.param(USUAL, "INC-42x", False, id="more behind it"),
        pytest.param(USUAL, "xINC-42", False, id="more before it"),
        pytest.param(USUAL, "INC-42\n", False, id="a line break behind it"),
        pytest.param(USUAL, "x\nINC-42", False, id="on the second line"),
        pytest.param(
            r"INC-\d+|SEC-\d+", "INC-1x", False, id="the whole word, whatever the pattern begins with"
        ),
        pytest.param(r"(?i)inc-\d+", "InC-1", True, id="a flag"),
        pytest.param(r"INC-\d+", f"INC-{'1' * 60}", True, id="the longest"),
        pytest.param(r"INC-\d+", f"INC-{'1' * 61}", False, id="too long"),
        pytest.param(r"\w*", "", False, id="nothing at all"),
    ],
)
def test_fits(pattern: str, written: str, *, fits: bool) -> None:
    """The whole word must match."""
    assert ticket.fits(pattern, written) is fits


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(USUAL, None, id="a good one"),
        pytest.param("(a+)+b", None, id="one that would run away elsewhere"),
        pytest.param("(", "no regular expression: missing )", id="none at all"),
        pytest.param(
            "INC)|(.*", "no regular expression: unbalanced parenthesis", id="one that escapes its brackets"
        ),
        pytest.param(r"(?x)INC # note", "linear", id="one that comments the end away"),
        pytest.param(r"(?=INC).+", "linear", id="look-ahead"),
        pytest.param(r"(a)\1", "linear", id="a back-reference"),
        pytest.param("(a{1000}){1000}", "linear", id="a giant"),
        pytest.param(".*", "no letters", id="anything"),
    ],
)
def test_patterns(pattern: str, expected: str | None) -> None:
    """A pattern that cannot be matched, or says nothing, is told."""
    told = ticket.problem(pattern)
    assert (told is None) if expected is None else (expected in (told or ""))


def test_no_pattern_runs_away() -> None:
    """What takes exponential time elsewhere takes none here."""
    began = time.monotonic()
    assert not ticket.fits("(a+)+b", "a" * 64)
    assert time.monotonic() - began < 1


@given(pattern=st.text(max_size=20), written=st.text(max_size=70))
def test_any_pattern(pattern: str, written: str) -> None:
    """Every pattern is judged, and one without a fault judges every ticket."""
    if ticket.problem(pattern) is None:
        assert ticket.fits(pattern, written) in {True, False}
