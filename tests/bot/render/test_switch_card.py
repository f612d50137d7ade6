"""The card on which people decide about a switch."""

from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.message import Message
from bot.domain.report import Report
from bot.domain.run import SWITCH, Outcome, StepName, Switching
from bot.domain.traffic import Exposure, Move, Weights
from bot.domain.value import RunId
from bot.render import switch_card
from tests.fakes.bakes import ladder
from tests.fakes.message import words
from tests.fakes.reports import ANA, NOON, report, run

OLD, NEW = Weights(blue=100, green=0), Weights(blue=0, green=100)
GREEN = Switching(colour=Colour.GREEN)
JOBS = Move(service="jobs", exposure=Exposure.NONE, before=OLD, after=NEW, whole=True)
ADMIN = JOBS.model_copy(update={"service": "admin", "exposure": Exposure.INTERNAL})


def told(run_: dict[str, Any] | None = None, **differs: Any) -> Report:
    """Jobs, the admin pages and the storefront go to green, and votes are waited for."""
    usual: dict[str, Any] = {"recipe": SWITCH, "switch": GREEN, "ref": "green"}
    return report(**({"run": run(**(usual | (run_ or {}))), "moves": (JOBS, ADMIN, *ladder())} | differs))


def actions(message: Message) -> list[str]:
    return [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_every_move_is_shown() -> None:
    """In the order in which services move, with who meets them, where they are and each rung."""
    shown = words(switch_card.card(told()))
    assert shown.startswith("*Switch*  ·  *prod* → `green`  ·  run 42\n")
    assert (
        "• *jobs* (nobody meets it): blue 100, green 0 → green 100 %\n"
        "• *admin* (the company meets it): blue 100, green 0 → green 100 %\n"
        "• *storefront* (everybody meets it): blue 100, green 0 → green 1 → 10 → 25 → 100 %"
    ) in shown


def test_how_it_goes_back() -> None:
    """The last one moved first, to where it is now; and that nobody needs to ask for it."""
    assert (
        "*How it goes back*: in one step each, the last one moved first: storefront to blue 100, green 0, "
        "admin to blue 100, green 0, jobs to blue 100, green 0. After bad evidence by itself."
    ) in words(switch_card.card(told()))


def test_a_way_back() -> None:
    """It waits for nobody, and nothing goes back from it by itself."""
    shown = words(switch_card.card(told({"switch": Switching(colour=Colour.BLUE, back=RunId(41))})))
    assert "*This is the way back of run 41*: it waits for no votes, windows or freezes." in shown
    assert "How it goes back" not in shown


@pytest.mark.parametrize(
    ("differs", "buttons", "open_until"),
    [
        pytest.param({}, ["approve", "reject", "when"], True, id="votes are waited for"),
        pytest.param({"stop_by": ANA}, [], False, id="somebody stops it"),
        pytest.param({"stage": StepName.WINDOW}, ["reject", "when"], False, id="its window is waited for"),
        pytest.param({"stage": StepName.IDLE}, [], False, id="still looking"),
        pytest.param({"stage": StepName.SHIFT}, [], False, id="it moves"),
        pytest.param({"stage": None, "outcome": Outcome.REJECTED, "ended_at": NOON}, [], False, id="it has ended"),
        pytest.param({"expires_at": None}, ["approve", "reject", "when"], False, id="votes have no end"),
    ],
)  # fmt: skip
def test_what_can_be_pressed(differs: dict[str, Any], buttons: list[str], open_until: bool) -> None:
    """A vote is asked for only where one counts."""
    card = switch_card.card(told(differs))
    assert actions(card) == buttons
    assert ("open until" in words(card)) is open_until
    assert (":white_check_mark: approves" in words(card)) is ("approve" in buttons)


def test_the_emoji_are_the_estates() -> None:
    """And none approves where a name must be written."""
    shown = words(switch_card.card(told(), approve_emoji="shipit", reject_emoji="stop"))
    assert ":shipit: approves, :stop: rejects" in shown
    typed = told()
    assert typed.ask is not None
    typed = typed.model_copy(update={"ask": typed.ask.model_copy(update={"typed": True})})
    assert ":shipit: approves" not in words(switch_card.card(typed, approve_emoji="shipit"))


def test_what_is_heard() -> None:
    """A sentence for the ear, with how many moves there are."""
    assert switch_card.card(told()).text == "Switch of prod to green, run 42: 6 moves."
    assert switch_card.card(told(moves=(JOBS,))).text == "Switch of prod to green, run 42: 1 move."


@pytest.mark.parametrize(
    "nothing",
    [pytest.param(told(plan=None), id="no plan yet"), pytest.param(report(), id="a deploy")],
)
def test_nothing_to_show(nothing: Report) -> None:
    """It says so."""
    assert words(switch_card.card(nothing)) == "There is nothing to show yet."


def test_many_services_up_long_ladders() -> None:
    """Every rung of every one finds room, or it is said that it does not."""
    names = [f"{'service-' * 6}{number:03}" for number in range(25)]
    short = tuple(move for name in names for move in ladder(name, (1, 5, 10, 25, 50, 100)))
    assert words(switch_card.card(told(moves=short))).count("everybody meets it") == 25
    long = tuple(move for name in names for move in ladder(name, tuple(range(1, 101))))
    assert "found no room" in words(switch_card.card(told(moves=long)))


def test_a_hundred_services() -> None:
    """What finds no room is counted."""
    moves = tuple(JOBS.model_copy(update={"service": f"service-{number:03}"}) for number in range(100))
    shown = words(switch_card.card(told(moves=moves)))
    assert "*service-024*" in shown
    assert "service-025*" not in shown
    assert "… and 75 more services" in shown
    assert "service-099 to blue 100, green 0" in shown
