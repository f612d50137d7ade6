from datetime import UTC, datetime

import pytest

from bot.clock import SystemClock
from bot.playground.diary import Diary
from bot.playground.seed import demo_seed
from bot.playground.talk import markup
from bot.playground.workspace import Workspace

WORKSPACE = Workspace(demo_seed(), SystemClock(), Diary(None))
AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        pytest.param("*bold* _it_ ~no~ `code`", "bold it no code", id="styles"),
        pytest.param("a*b*c snake_case_name 2*3*4", "a*b*c snake_case_name 2*3*4", id="inside words"),
        pytest.param("*bold with <@U0ANA>*", "bold with @ana", id="nested"),
        pytest.param("`*not bold*`", "*not bold*", id="code is literal"),
        pytest.param(
            "<@U0BEN> <#C0RANDOM> <!subteam^S0ONCALL> <!here>", "@ben #random @oncall @here", id="tokens"
        ),
        pytest.param("<@U9> <#C9|old> <!subteam^S9|@team>", "@U9 #old @team", id="unknown tokens"),
        pytest.param("<https://x.example|label> <https://y.example>", "label https://y.example", id="links"),
        pytest.param("&lt;b&gt; &amp;amp;", "<b> &amp;", id="entities are turned back once"),
        pytest.param(
            ":x: :+1::skin-tone-2: :unheard_of: 10:20:30",
            "❌ 👍:skin-tone-2: :unheard_of: 10:20:30",
            id="emoji",
        ),
        pytest.param("a ```x = 1\n- y``` b", "a \nx = 1\n- y\n b", id="fence on its own lines"),
        pytest.param("```\n*x* &lt;y&gt;\n```", "*x* <y>", id="fence is literal"),
        pytest.param(
            f"<!date^{int(AT.timestamp())}^until {{time}}|otherwise>",
            f"until {AT.astimezone():%H:%M}",
            id="time",
        ),
        pytest.param(
            f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} {{time_secs}}|x>",
            f"{AT.astimezone():%a %d %b %H:%M:%S}",
            id="date",
        ),
    ],
)
def test_what_a_reader_sees(source: str, seen: str) -> None:
    """Marks are gone, ids are names, and code is left alone."""
    assert markup.mrkdwn(source, WORKSPACE).plain == seen


def test_diff_is_coloured() -> None:
    """A reader sees at a glance what comes and what goes, also where the minus is a real one."""
    text = markup.diff("+ new\n  ~ changed\n- old\n\N{MINUS SIGN} gone\n  same")
    styles = [str(span.style) for span in text.spans]
    assert styles == ["green", "yellow", "red", "red", "white"]


def test_markdown() -> None:
    """The markup of a markdown block reads like text."""
    source = "# Head\n**bold** [label](https://x.example) `code` :tada:\n```diff\n+ a\n```"
    assert markup.markdown(source).plain == "Head\nbold label code 🎉\n+ a"
