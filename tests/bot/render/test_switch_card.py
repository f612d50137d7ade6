"""The card on which people decide about a switch: every move, in order, and how it goes back."""

from bot.domain.colour import Colour
from bot.domain.ruling import Ask
from bot.domain.run import SWITCH, StepName, Switching
from bot.domain.traffic import Exposure, Move, Weights
from bot.domain.value import GroupName
from bot.render import switch_card
from tests.fakes import reports
from tests.fakes.limits import shown

OLD, SOME, NEW = Weights(blue=100, green=0), Weights(blue=75, green=25), Weights(blue=0, green=100)
RUN = reports.run(ref="green", recipe=SWITCH, switch=Switching(colour=Colour.GREEN), commit=None)
MOVES = (
    Move(service="jobs", exposure=Exposure.NONE, before=OLD, after=NEW, whole=True),
    Move(service="store", exposure=Exposure.PUBLIC, before=OLD, after=SOME),
    Move(service="store", exposure=Exposure.PUBLIC, before=SOME, after=NEW, whole=True),
)
ASK = Ask(votes=1, of=(GroupName("platform"),), reasons=())


def test_every_move_and_the_way_back() -> None:
    """A line for each service with its rungs; the way back in its own order."""
    card = switch_card.card(reports.report(run=RUN, plan=reports.plan(), ask=ASK, moves=MOVES))
    text = shown(card)
    assert "• *jobs* (nobody meets it): blue 100, green 0 → green 100 %" in text
    assert "• *store* (everybody meets it): blue 100, green 0 → green 25 → 100 %" in text
    assert "store to blue 100, green 0, jobs to blue 100, green 0" in text
    assert card.text == "Switch of prod to green, run 42: 3 moves."


def test_many_services() -> None:
    """What does not fit is counted."""
    moves = tuple(
        Move(service=f"s{number}", exposure=Exposure.INTERNAL, before=OLD, after=NEW, whole=True)
        for number in range(30)
    )
    card = switch_card.card(reports.report(run=RUN, plan=reports.plan(), ask=ASK, moves=moves))
    assert "… and 5 more services" in shown(card)


def test_buttons_while_votes_are_waited_for() -> None:
    """And none afterwards."""
    waiting = switch_card.card(reports.report(run=RUN, plan=reports.plan(), ask=ASK, moves=MOVES))
    later = RUN.model_copy(update={"stage": StepName.SHIFT})
    gone = switch_card.card(reports.report(run=later, plan=reports.plan(), ask=ASK, moves=MOVES))
    assert [block["type"] for block in waiting.blocks].count("actions") == 1
    assert "actions" not in [block["type"] for block in gone.blocks]


def test_without_a_plan() -> None:
    """There is nothing to decide yet."""
    assert switch_card.card(reports.report(run=RUN, plan=None)).text == "There is nothing to show yet."
