"""When a run that has its votes goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.window import Timetable
from bot.policy import waiting
from bot.policy.waiting import Wait

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SHUT = (Reason(code=ReasonCode.WINDOW_CLOSED, text="It is closed."),)
OPEN = Timetable(at=NOON, open=True, reasons=(), next_open=None, closes=SUNDAY, window="day", freezes=())
CLOSED = Timetable(at=NOON, open=False, reasons=SHUT, next_open=SUNDAY, closes=None, window="", freezes=())
NEVER = CLOSED.model_copy(update={"next_open": None})
LOCKED = NOON + timedelta(hours=3)
NOW = Wish()
LATER = Wish(at=SUNDAY)
OPENS = Wish(when_open=True)


@pytest.mark.parametrize(
    ("wish", "timetable", "ruling"),
    [
        pytest.param(NOW, OPEN, Allow(), id="open"),
        pytest.param(NOW, CLOSED, Deny(reasons=SHUT), id="closed, and nobody wants to wait"),
        pytest.param(OPENS, OPEN, Allow(), id="open, so there is nothing to wait for"),
        pytest.param(OPENS, CLOSED, Wait(until=SUNDAY), id="closed until Sunday"),
        pytest.param(OPENS, NEVER, Deny(reasons=SHUT), id="never open again"),
        pytest.param(LATER, OPEN, Wait(until=SUNDAY), id="open, but wanted later"),
        pytest.param(LATER, CLOSED, Wait(until=SUNDAY), id="closed now does not matter yet"),
        pytest.param(Wish(at=NOON), OPEN, Allow(), id="its moment"),
        pytest.param(Wish(at=NOON), CLOSED, Deny(reasons=SHUT), id="its moment, and closed"),
        pytest.param(Wish(at=NOON - timedelta(hours=1)), OPEN, Allow(), id="its moment has passed while the bot was away"),
    ],
)  # fmt: skip
def test_rule(wish: Wish, timetable: Timetable, ruling: Allow | Wait | Deny) -> None:
    """Now, later, or not at all."""
    assert waiting.rule(wish, timetable) == ruling


@pytest.mark.parametrize(
    ("wish", "timetable", "ruling"),
    [
        pytest.param(OPENS, OPEN, Wait(until=LOCKED), id="open, and locked by somebody"),
        pytest.param(Wish(at=NOON), OPEN, Wait(until=LOCKED), id="its moment, and locked by somebody"),
        pytest.param(NOW, OPEN, Allow(), id="one that does not wait is told by the apply"),
        pytest.param(OPENS, CLOSED, Wait(until=SUNDAY), id="closed, and locked by somebody"),
        pytest.param(Wish(at=NOON + timedelta(hours=1)), OPEN, Wait(until=LOCKED), id="its moment comes before the lock ends"),
        pytest.param(LATER, OPEN, Wait(until=SUNDAY), id="its moment comes after that"),
        pytest.param(OPENS, CLOSED.model_copy(update={"next_open": NOON + timedelta(hours=1)}), Wait(until=LOCKED), id="it opens before the lock ends"),
    ],
)  # fmt: skip
def test_a_lock_is_waited_for(wish: Wish, timetable: Timetable, ruling: Allow | Wait) -> None:
    """Whoever waits anyhow waits for the end of a lock, too."""
    assert waiting.rule(wish, timetable, LOCKED) == ruling


@pytest.mark.parametrize(
    ("wish", "timetable", "begins"),
    [
        pytest.param(NOW, OPEN, NOON, id="now"),
        pytest.param(OPENS, CLOSED, SUNDAY, id="when it opens"),
        pytest.param(NOW, CLOSED, None, id="never"),
    ],
)
def test_begins(wish: Wish, timetable: Timetable, begins: datetime | None) -> None:
    """The forecast says what the law will."""
    assert waiting.begins(wish, timetable) == begins


@pytest.mark.parametrize(
    ("wish", "label"),
    [
        pytest.param(NOW, "night, day", id="whenever one is open"),
        pytest.param(OPENS, "night, day, when it opens", id="waiting"),
        pytest.param(LATER, "night, day, at 2026-11-22T02:00:00Z", id="at a moment"),
        pytest.param(Wish(emergency=Emergency(ticket="INC-1", reason="full")), "night, day", id="an emergency"),
    ],
)  # fmt: skip
def test_label(wish: Wish, label: str) -> None:
    """What votes are bound to says when it is to run."""
    assert waiting.label(wish, ("night", "day")) == label


def test_label_without_windows() -> None:
    """Always is a word, and no window at all is never."""
    assert (waiting.label(NOW, "always"), waiting.label(NOW, ())) == ("always", "never")
