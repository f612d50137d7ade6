"""When a run would begin, as the card says it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.report import Forecast
from bot.domain.ruling import Reason, ReasonCode
from bot.render import forecast
from tests.fakes.reports import NOON, later

OPEN = Forecast(begins=NOON, window="office-hours", closes=later(hours=4), needed=timedelta(minutes=42))
SHUT = (Reason(code=ReasonCode.WINDOW_CLOSED, text="prod is closed for high-risk changes"),)


@pytest.mark.parametrize(
    ("differs", "parts"),
    [
        pytest.param({}, ("*office-hours* is open until", "needs about 42 min and fits."), id="it fits"),
        pytest.param({"needed": timedelta(hours=5)}, ("needs about 5 h", "*longer than that*"), id="it does not fit"),
        pytest.param({"begins": later(hours=1), "waits": True}, ("is open from", "until", "and fits."), id="it waits"),
        pytest.param({"begins": later(hours=1), "waits": True, "closes": None}, ("🕑 It begins <!date^",), id="it waits for an opening with no end"),
        pytest.param({"window": "always"}, ("It is open until",), id="until a freeze"),
        pytest.param({"begins": None, "reasons": SHUT}, ("*It could not run*: prod is closed",), id="never"),
        pytest.param({"freezes": ("Black <Friday>",)}, ("Goes past the freeze “Black &lt;Friday&gt;”",), id="an emergency"),
    ],
)  # fmt: skip
def test_line(differs: dict[str, Any], parts: tuple[str, ...]) -> None:
    """The window, its end, and whether the run ends before."""
    told = forecast.line(OPEN.model_copy(update=differs))
    for part in parts:
        assert part in told


def test_nothing_to_tell() -> None:
    """What may run at any time needs no words."""
    assert forecast.line(None) == ""
    assert forecast.line(Forecast(begins=NOON, window="always", closes=None, needed=timedelta())) == ""
