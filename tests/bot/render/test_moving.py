"""Where the traffic of a switch is, and what is said aloud on the way."""

from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.run import SWITCH, StepName, Switching
from bot.domain.traffic import Shift, ShiftState, Weights
from bot.domain.value import RunId
from bot.render import moving, status
from tests.fakes.limits import breaches
from tests.fakes.limits import shown as seen
from tests.fakes.message import buttons
from tests.fakes.reports import later, report, run

OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
TEN = Weights(blue=90, green=10)
TIME = "<!date^{}^{{time}}|{} UTC>"


def time(minute: int) -> str:
    at = later(minutes=minute)
    return TIME.format(int(at.timestamp()), f"{at:%H:%M}")


def shift(before: Weights, after: Weights, minute: int = 1, **differs: Any) -> Shift:
    usual: dict[str, Any] = {
        "index": minute,
        "move": 0,
        "service": "store",
        "state": ShiftState.DONE,
        "at": later(minutes=minute),
        "ended_at": later(minutes=minute + 1),
    }
    return Shift(before=before, after=after, **(usual | differs))


def told(*shifts: Shift, **run_: Any) -> Report:
    usual = {"recipe": SWITCH, "switch": Switching(colour=Colour.GREEN), "ref": "green"}
    return report(run=run(**(usual | run_)), shifts=shifts)


def lines(message: Message) -> list[str]:
    """All that can be read."""
    assert not breaches(message)
    texts = [block["text"]["text"] for block in message.blocks if block["type"] == "section"]
    return "\n".join(texts).split("\n")


@pytest.mark.parametrize(
    ("one", "line"),
    [
        pytest.param(shift(OLD, TEN), f"✔ store 10 % green (was 0 %)  {time(2)}", id="done"),
        pytest.param(shift(OLD, TEN, state=ShiftState.BEGUN, ended_at=None), f"🔵 store 10 % green (was 0 %)  {time(1)}", id="begun"),
        pytest.param(shift(OLD, TEN, state=ShiftState.FAILED, text="denied"), f"✖ store 10 % green (was 0 %)  {time(2)}: denied", id="failed"),
        pytest.param(shift(OLD, TEN, state=ShiftState.UNKNOWN, text="<!here> silence"), f"■ store 10 % green (was 0 %)  {time(2)}: &lt;!here&gt; silence", id="nobody knows"),
        pytest.param(shift(TEN, OLD, move=None), f"✔ store back to 0 % green (was 10 %)  {time(2)}", id="on the way back"),
    ],
)  # fmt: skip
def test_a_shift(one: Shift, line: str) -> None:
    """A line says what became of it, and when."""
    assert lines(moving.message(told(one))) == ["*Traffic*  ·  *prod* → `green`", line]


def test_the_colour_is_the_switches() -> None:
    """Parts are those of the colour that is switched to."""
    shown = lines(moving.message(told(shift(OLD, TEN), switch=Switching(colour=Colour.BLUE))))
    assert shown[1].startswith("✔ store 90 % blue (was 100 %)")


def test_many_shifts() -> None:
    """The newest are shown, the others counted."""
    shifts = [shift(OLD, NEW, minute) for minute in range(21)]
    assert len(lines(moving.message(told(*shifts[:20])))) == 21
    shown = lines(moving.message(told(*shifts)))
    assert shown[1] == "… 1 earlier shift"
    assert len(shown) == 22
    assert shown[-1].endswith(time(21))


@pytest.mark.parametrize(
    ("shifts", "where"),
    [
        pytest.param([], "", id="nothing was moved"),
        pytest.param([shift(OLD, NEW, state=ShiftState.FAILED)], "", id="nothing was written"),
        pytest.param([shift(OLD, TEN)], "store blue 90, green 10", id="the last one"),
        pytest.param([shift(OLD, TEN, found=Weights(blue=9, green=1))], "store blue 9, green 1", id="as it was read back"),
        pytest.param([shift(OLD, TEN), shift(TEN, NEW, state=ShiftState.BEGUN)], "store blue 90, green 10", id="what is begun is nowhere yet"),
    ],
)  # fmt: skip
def test_where_it_is(shifts: list[Shift], where: str) -> None:
    """Where the last shift that was surely made has brought its service."""
    assert moving.at(told(*shifts)) == where
    assert moving.message(told(*shifts)).text == f"Run 42, traffic: {where or 'nothing was moved'}."


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        pytest.param("U0BEN holds it.", "<@U0BEN> holds it.", id="a person"),
        pytest.param("W0BEN holds it.", "<@W0BEN> holds it.", id="of an organisation"),
        pytest.param("U0BEN holds it. Or so.", "U0BEN holds it. Or so.", id="words that only begin like it"),
        pytest.param("<!here> holds it.", "&lt;!here&gt; holds it.", id="no person"),
    ],
)
def test_who_holds_it(why: str, shown: str) -> None:
    """By name, and only where it is surely somebody."""
    assert lines(moving.held(told(held=why)))[1] == f"*Why:* {shown}"
    assert f"⏸️ {shown}" in seen(status.message(told(held=why, stage=StepName.BAKE)))


@pytest.mark.parametrize(
    ("tale", "where", "pressed"),
    [
        pytest.param(told(shift(OLD, TEN), held="somebody moved it"), "*Where:* store blue 90, green 10. What of it can be watched is watched on, and goes back by itself if it is bad.", ["say_resume", "say_cancel"], id="on the way"),
        pytest.param(told(held="somebody moved it"), "*Where:* nothing was moved yet.", ["say_resume", "say_cancel"], id="before it began"),
        pytest.param(told(shift(TEN, OLD), held="somebody moved it", switch=Switching(colour=Colour.BLUE, back=RunId(41))), "*Where:* store blue 100, green 0. It is the way back of run 41, and stays where it is until somebody says more.", ["say_resume"], id="nobody goes back from a way back"),
    ],
)  # fmt: skip
def test_held(tale: Report, where: str, pressed: list[str]) -> None:
    """Why it stays, where it is, and what can be done."""
    message = moving.held(tale)
    shown = lines(message)
    assert shown[0].startswith("⏸️ *Held*  ·  *prod* → `green`")
    assert "<@U0ANA>" in shown[0]
    assert shown[1:] == ["*Why:* somebody moved it", where]
    assert buttons(message) == dict.fromkeys(pressed, "42")
    assert message.text == "Run 42 is held: somebody moved it"


@pytest.mark.parametrize(
    "tale",
    [
        pytest.param(told(shift(OLD, TEN), held="x", ended_at=later(minutes=9)), id="it has ended"),
        pytest.param(told(shift(OLD, TEN)), id="it goes on"),
    ],
)
def test_nothing_can_be_done_any_more(tale: Report) -> None:
    """Buttons that mean nothing are not there."""
    assert buttons(moving.held(tale)) == {}


def test_a_long_story() -> None:
    """Twenty shifts that each say at length what hindered them are all told."""
    failed = [shift(OLD, NEW, minute, state=ShiftState.FAILED, text="x" * 900) for minute in range(20)]
    assert len(lines(moving.message(told(*failed)))) == 21


def test_stuck_in_many_places() -> None:
    """However much is said of each, every one of ten is named, and what to do next."""
    left = tuple(f"service-{number}: {'&' * 900}" for number in range(10))
    shown = lines(moving.stuck(told(shift(OLD, TEN)), left))
    assert [line for line in shown if line.startswith("• service-9")]
    assert shown[-1].startswith("*Next:* prod is frozen.")


def test_released() -> None:
    """The message that said it was held says that it is not."""
    message = moving.released(told())
    assert lines(message) == ["▶️ Run 42 is held no more.  ·  *prod* → `green`"]
    assert message.text == "▶️ Run 42 is held no more."


LINK = "https://team.slack.com/archives/C1/p1"


@pytest.mark.parametrize("link", ["", LINK], ids=["no link", "a link"])
def test_going_back(link: str) -> None:
    """What goes back, whence, why, and where more is told."""
    message = moving.returning(told(shift(OLD, TEN)), "12 errors in 90 requests.", link)
    shown = lines(message)
    assert shown[0] == "⏪ *prod goes back to blue*"
    assert shown[1].endswith("run 42 by <@U0ANA>  ·  store blue 90, green 10")
    assert shown[2] == "*Why:* 12 errors in 90 requests."
    assert [LINK in line for line in shown[3:]] == [True] * bool(link)
    assert message.text == "prod goes back to blue: 12 errors in 90 requests."


@pytest.mark.parametrize("link", ["", LINK], ids=["no link", "a link"])
def test_stuck(link: str) -> None:
    """Loud, with everything that is left and what to do; what others said calls nobody."""
    left = tuple(f"service-{number}: <!here> AccessDenied." for number in range(12))
    message = moving.stuck(told(shift(OLD, TEN)), left, link)
    shown = lines(message)
    assert shown[0] == "🔴 *prod cannot go back: traffic is not where it should be*"
    assert shown[2] == "• service-0: &lt;!here&gt; AccessDenied."
    assert [line[:11] for line in shown if line.startswith("•")][-1] == "• service-9"
    assert any(line.startswith("*Next:* prod is frozen.") for line in shown)
    assert (LINK in shown[-1]) is bool(link)
    assert message.text.startswith("prod cannot go back. service-0: ")
    assert "<!here>" not in str(message.blocks)
