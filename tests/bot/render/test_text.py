import sys
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.person import INTERLOCK
from bot.render import text
from tests.fakes.reports import ANA, NOON


def test_everything_unseen_is_stripped() -> None:
    """Control, format and surrogate characters never reach a reader."""
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character not in "\n\t":
            assert text.clean(f"a{character}b") in {"ab", "a\nb", "a\N{REPLACEMENT CHARACTER}b"}, hex(point)


@given(st.text(), st.integers(1, 60))
def test_escape_keeps_its_limit_and_opens_nothing(words: str, limit: int) -> None:
    """No bracket survives, no entity is cut, and what is cut ends in an ellipsis."""
    escaped = text.escape(words, limit)
    assert len(escaped) <= limit
    assert "<" not in escaped
    assert ">" not in escaped
    back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == words or (back.endswith("…") and words.startswith(back[:-1]))


@given(st.text(alphabet=st.sampled_from("`ab<&\n\t\u202e")), st.integers(20, 80))
def test_a_fence_cannot_be_closed_from_inside(words: str, limit: int) -> None:
    """Three backticks stand at the beginning and at the end, and nowhere else."""
    block = text.fence(words, limit)
    assert len(block) <= limit
    assert block.count("```") == 2
    assert block.startswith("```\n")
    assert block.endswith("\n```")


@given(st.text(alphabet=st.sampled_from("`ab<& \n")))
def test_inline_code_cannot_be_closed_from_inside(words: str) -> None:
    """Exactly two backticks on exactly one line."""
    shown = text.code(words)
    assert shown.count("`") == 2
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("<!channel> & <@U0ANA>", "&lt;!channel&gt; &amp; &lt;@U0ANA&gt;", id="tokens"),
        pytest.param("fix: worker_count in main_db", "fix: worker_count in main_db", id="plain words stay"),
        pytest.param("a\n\n  b\tc", "a b c", id="one line"),
        pytest.param("x\u202egnp.exe\u200b", "xgnp.exe", id="bidirectional and zero-width"),
        pytest.param("*b* ~s~ `c`", "∗b∗ ∼s∼ ˋcˋ", id="marks"),  # noqa: RUF001 -- look-alikes are the point
        pytest.param("_i_ a_b", "ˍiˍ a_b", id="italics"),
        pytest.param(":white_check_mark: ok", "∶white_check_mark: ok", id="emoji"),  # noqa: RUF001 -- the same
    ],
)
def test_inline(words: str, shown: str) -> None:
    """Other people's words are never markup."""
    assert text.inline(words) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (31, "31 s"),
        (60, "1 min"),
        (252, "4 min 12 s"),
        (3900, "1 h 5 min"),
        (183600, "2 d 3 h"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    """Two units are enough."""
    assert text.duration(seconds) == shown
    assert text.duration(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-1, "0s left"), (40, "40s left"), (60, "1m left"), (61, "2m left"), (720, "12m left")],
)
def test_minutes_left(seconds: float, shown: str) -> None:
    """Rounded up, so that nothing is over before it is."""
    assert text.minutes_left(timedelta(seconds=seconds)) == shown


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 0, "░░░░░ 0/0"),
        (31, 48, "▓▓▓░░ 31/48"),
        (47, 48, "▓▓▓▓░ 47/48"),
        (48, 48, "▓▓▓▓▓ 48/48"),
        (9, 3, "▓▓▓▓▓ 9/3"),
    ],
)
def test_bar(done: int, total: int, shown: str) -> None:
    """The bar is full only when all is done."""
    assert text.bar(done, total, 5) == shown


def test_tokens() -> None:
    """Slack's tokens carry what a reader without Slack needs, too."""
    assert text.mention(ANA) == "<@U0ANA>"
    assert text.mention(ANA.model_copy(update={"user": "U1>x<!here"})) == "<@U1>"
    assert text.clock(NOON) == f"<!date^{int(NOON.timestamp())}^{{time}}|12:00 UTC>"
    assert text.day(NOON).endswith("|2026-11-21 12:00 UTC>")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            "https://x.slack.com/archives/C1/p1?a=1&cid=2",
            "<https://x.slack.com/archives/C1/p1?a=1&amp;cid=2|t>",
        ),
        ("https://x|<!here>", ""),
        ("javascript:1", ""),
        ("", ""),
    ],
)
def test_link(address: str, shown: str) -> None:
    """Only a web address becomes a link."""
    assert text.link(address, "t") == shown


def test_shortening() -> None:
    """What is left out leaves an ellipsis."""
    assert text.shorten("abcdef", 4) == "abc…"
    assert text.shorten_octets("äöü", 6) == "äöü"
    assert text.shorten_octets("äöüx", 6) == "ä…"
    assert text.shorten_middle("abcdefghij", 7) == "abcd…ij"
    assert text.listed(("a", "b", "c"), 2) == "a, b and 1 more"
    assert text.plural(1, "vote") == "1 vote"
    assert text.plural(1200, "vote") == "1,200 votes"


def test_who_began_what_nobody_asked_for() -> None:
    """There is nobody to notify."""
    assert text.mention(ANA) == "<@U0ANA>"
    assert text.mention(INTERLOCK) == "Interlock"
