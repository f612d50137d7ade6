import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ruling import ReasonCode
from bot.policy.words import moment, plain, ref_fault
from bot.render import text


def test_a_good_ref() -> None:
    """There is nothing to say about a good ref."""
    assert ref_fault("feature/x-1") is None


@pytest.mark.parametrize("ref", ["-x", "a b", "", "a..b", "ü", "x" * 300])
def test_a_bad_ref(ref: str) -> None:
    """A bad ref has a code and a sentence."""
    reason = ref_fault(ref)
    assert reason is not None
    assert reason.code is ReasonCode.BAD_REF
    assert reason.text.endswith(", so it is no ref.")
    assert len(reason.text) < 200


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        pytest.param("x" * 60, "x" * 60, id="as long as it may be"),
        pytest.param("x" * 61, "x" * 60 + "…", id="a letter too long"),
        pytest.param("a`b\nc", "a?b?c", id="what a message could stumble over"),
    ],
)
def test_what_is_shown_of_a_word(word: str, shown: str) -> None:
    """A word is shown as it was written, as far as that does no harm."""
    assert plain(word) == shown


@given(word=st.text())
def test_a_shown_word_is_harmless(word: str) -> None:
    """What is shown of somebody's word is short and printable and ends no code span."""
    shown = plain(word)
    assert shown.isprintable()
    assert "`" not in shown
    assert len(shown) <= 61


def test_the_right_moment_can_be_copied() -> None:
    """What a refusal shows as right is right as it stands, also where colons could make an emoji."""
    shown = text.inline(str(moment("soon")), 400)
    (example,) = re.findall(r"2026-11-22T\S+Z", shown)
    assert isinstance(moment(example), datetime)
    assert "\N{RATIO}" not in shown
