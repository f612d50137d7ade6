"""The answer to "when?"."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.estate import RuleName
from bot.domain.lock import Lock
from bot.domain.request import Wish
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.value import EnvironmentName
from bot.domain.window import Timetable
from bot.render import when
from tests.fakes.limits import breaches, shown, tokens
from tests.fakes.reports import BEN, NOON, later, run

HOUR = timedelta(hours=1)
PROD = EnvironmentName("prod")
OPEN = Timetable(at=NOON, open=True, closes=NOON + HOUR, window="nights")
SHUT = Timetable(
    at=NOON,
    open=False,
    reasons=(Reason(code=ReasonCode.FROZEN, text="The freeze “x” is on."),),
    next_open=NOON + HOUR,
    freezes=("x",),
)


def test_open_and_closed() -> None:
    """A line for each class with the reader's own time, who holds it, and what to write."""
    tables = {
        RuleName.STANDARD: OPEN,
        RuleName.HIGH_RISK: SHUT,
        RuleName.EMERGENCY: OPEN.model_copy(update={"closes": None, "freezes": ("x",)}),
    }
    lock = Lock(id=1, environment=PROD, by=BEN, reason="mending", at=NOON, until=later(hours=1))
    message = when.message(when.Outlook(environment=PROD, timetables=tables, holder=run(), lock=lock))
    at = "<!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>"
    lines = shown(message).splitlines()
    assert lines[:5] == [
        "*prod*",
        f"🟢 *standard*: open until {at}  ·  nights",
        f"🔴 *high-risk*: closed until {at}",
        "• The freeze “x” is on.",
        "🟢 *emergency*: open with no end in sight  ·  nights  ·  goes past “x”",
    ]
    assert "Held by run 42 of <@U0ANA>" in lines[5]
    assert lines[6].startswith("🔒 prod is locked by <@U0BEN> until")
    assert lines[7:] == ["→ Approve now and let it run then: `/deploy prod --when-open`."]
    assert message.text == "prod: standard open, high-risk closed, emergency open."


def test_what_never_opens_has_no_advice() -> None:
    """There is nothing to wait for."""
    never = SHUT.model_copy(update={"next_open": None})
    message = when.message(when.Outlook(environment=PROD, timetables={RuleName.STANDARD: never}))
    assert shown(message).splitlines() == ["*prod*", "🔴 *standard*: closed", "• The freeze “x” is on."]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"begins_at": NOON + HOUR}, "→ Run 42 goes on by itself", id="it has its votes"),
        pytest.param({}, "• The freeze", id="it has none yet"),
        pytest.param({"begins_at": NOON + HOUR, "ended_at": NOON}, "• The freeze", id="it is over"),
    ],
)
def test_a_run_that_waits_already(changes: dict[str, Any], line: str) -> None:
    """Nobody is told to do what is done, and everybody when it goes on."""
    waits = run(wish=Wish(when_open=True), **changes)
    message = when.message(when.Outlook(environment=PROD, timetables={RuleName.STANDARD: SHUT}, run=waits))
    assert shown(message).splitlines()[-1].startswith(line)
    assert "--when-open" not in shown(message)


def test_an_environment_without_rules() -> None:
    """Nothing is made up."""
    message = when.message(when.Outlook(environment=PROD, timetables={}))
    assert message.text == "prod: nothing is known."


_WORDS = st.sampled_from(["<!channel>", "<@U0EVE>", "`*_~", "&" * 400, "<!date^0^{x}|y>", ":x:"]) | st.text()


@given(said=st.lists(_WORDS, min_size=1, max_size=30))
def test_reasons_and_names_of_any_kind(said: list[str]) -> None:
    """Never markup, within every limit."""
    reasons = tuple(Reason(code=ReasonCode.FROZEN, text=each) for each in said)
    shut = SHUT.model_copy(update={"reasons": reasons})
    past = OPEN.model_copy(update={"freezes": tuple(said), "window": said[0]})
    tables = {RuleName.STANDARD: shut, RuleName.SIGNIFICANT: shut, RuleName.EMERGENCY: past}
    message = when.message(when.Outlook(environment=EnvironmentName(said[0]), timetables=tables))
    assert breaches(message) == []
    assert all(token.startswith("!date^1") for token in tokens(message))
