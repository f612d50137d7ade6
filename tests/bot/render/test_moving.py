"""Where traffic is, and what is said aloud about it."""

import pytest

from bot.domain.colour import Colour
from bot.domain.run import SWITCH, Switching
from bot.domain.traffic import Shift, ShiftState, Weights
from bot.render import moving
from tests.fakes import reports
from tests.fakes.limits import shown

OLD, SOME = Weights(blue=100, green=0), Weights(blue=75, green=25)
RUN = reports.run(ref="green", recipe=SWITCH, switch=Switching(colour=Colour.GREEN), commit=None)


def shift(index: int, state: ShiftState, *, back: bool = False, text: str = "") -> Shift:
    before, after = (SOME, OLD) if back else (OLD, SOME)
    return Shift(
        index=index,
        move=None if back else 0,
        service="store",
        before=before,
        after=after,
        state=state,
        text=text,
        at=reports.NOON,
    )


@pytest.mark.parametrize(
    ("made", "line"),
    [
        pytest.param(shift(0, ShiftState.BEGUN), "🔵 store 25 % green (was 0 %)", id="begun"),
        pytest.param(shift(0, ShiftState.DONE), "✔ store 25 % green (was 0 %)", id="done"),
        pytest.param(
            shift(0, ShiftState.FAILED, text="AccessDenied"), "✖ store 25 % green (was 0 %)", id="failed"
        ),
        pytest.param(shift(0, ShiftState.UNKNOWN), "■ store 25 % green (was 0 %)", id="nobody knows"),
        pytest.param(shift(0, ShiftState.DONE, back=True), "✔ store back to 0 % green (was 25 %)", id="back"),
    ],
)
def test_a_shift(made: Shift, line: str) -> None:
    """What became of it, and why where it failed."""
    message = moving.message(reports.report(run=RUN, shifts=(made,)))
    assert line in shown(message)
    assert made.text in shown(message)


def test_many_shifts() -> None:
    """The newest are shown, and that there were others."""
    made = tuple(shift(index, ShiftState.DONE) for index in range(25))
    assert "… 5 earlier shifts" in shown(moving.message(reports.report(run=RUN, shifts=made)))


def test_held() -> None:
    """Why, where, and a button for each way on, as long as it is held."""
    held = RUN.model_copy(update={"held": "nobody knows <why>"})
    message = moving.held(reports.report(run=held, shifts=(shift(0, ShiftState.DONE),)))
    assert "nobody knows &lt;why&gt;" in shown(message)
    assert "store blue 75, green 25" in shown(message)
    (actions,) = [block for block in message.blocks if block["type"] == "actions"]
    assert [(one["action_id"], one["value"]) for one in actions["elements"]] == [
        ("say_resume", "42"),
        ("say_cancel", "42"),
    ]
    later = moving.held(reports.report(run=RUN))
    assert not [block for block in later.blocks if block["type"] == "actions"]


def test_released() -> None:
    """Buttons vanish the moment they mean nothing."""
    message = moving.released(reports.report(run=RUN))
    assert "Run 42 is held no more" in shown(message)
    assert not [block for block in message.blocks if block["type"] == "actions"]


def test_returning() -> None:
    """Where to, why, and where the story is."""
    message = moving.returning(reports.report(run=RUN), "60 errors", "https://example.com/thread")
    assert message.text == "prod goes back to blue: 60 errors"
    assert "https://example.com/thread" in shown(message)


def test_stuck() -> None:
    """Everything that hinders it, and that the environment is frozen."""
    message = moving.stuck(reports.report(run=RUN), ("store: denied.", "admin: silent."))
    assert message.text == "prod cannot go back. store: denied. admin: silent."
    assert "• store: denied." in shown(message)
    assert "prod is frozen" in shown(message)
