import pytest

from bot.domain.request import Emergency, Wish
from bot.domain.run import StepName
from bot.domain.value import RunId
from bot.render import queue, stopping
from tests.bot.render.test_lock import lock
from tests.fakes.limits import breaches, shown
from tests.fakes.reports import BEN, later, report, run

HOLDER = run(id=RunId(41), by=BEN, stage=StepName.BAKE)
WAITING = run(queued=True, stage=None, commit=None, digest=None, subject="")


@pytest.mark.parametrize(
    ("place", "word"),
    [(1, "first"), (3, "third"), (10, "tenth"), (11, "11th"), (12, "12th"), (13, "13th"), (20, "20th"), (21, "21st"), (22, "22nd"), (23, "23rd"), (111, "111th")],
)  # fmt: skip
def test_ordinals(place: int, word: str) -> None:
    """As people say them."""
    assert queue.ordinal(place) == word


def test_whoever_queues_is_told_where() -> None:
    """The place, the run that holds the environment, and how to leave."""
    message = queue.joined(report(run=WAITING, place=3, holder=HOLDER, plan=None))
    assert message.text == "Run 42 is third in the queue for prod, behind run 41."
    assert shown(message) == (
        "⏸️ Run 42 is third in the queue for prod, behind run 41 (`main@4f2c9e1` by <@U0BEN>, 🔵 baking). "
        "It begins by itself when its turn comes; `/interlock cancel 42` takes it out."
    )
    assert breaches(message) == []


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        pytest.param(StepName.WINDOW, True, id="behind one that only waits"),
        pytest.param(StepName.APPLY, False, id="behind one that works"),
    ],
)
def test_an_emergency_is_told_how_to_go_first(stage: StepName, told: bool) -> None:
    """Nobody waits with an emergency for days behind a run that waits for its window."""
    urgent = WAITING.model_copy(
        update={"wish": Wish(emergency=Emergency(ticket="INC-42", reason="the queue is full"))}
    )
    holder = run(id=RunId(41), by=BEN, stage=stage)
    message = queue.joined(report(run=urgent, place=3, holder=holder, plan=None))
    assert ("`--supersede`" in shown(message)) is told
    calm = queue.joined(report(run=WAITING, place=3, holder=holder, plan=None))
    assert "--supersede" not in shown(calm)


def test_a_queue_that_only_a_lock_holds_up() -> None:
    """There is no run to name."""
    message = queue.joined(report(run=WAITING, place=1, plan=None, lock=lock()))
    assert message.text == "Run 42 is first in the queue for prod."


def test_its_own_message() -> None:
    """What it waits for, in as many lines as there are things."""
    assert queue.place(report()) == queue.waits_for(report()) == ""
    told = report(run=WAITING, place=2, holder=HOLDER, lock=lock(), plan=None)
    assert queue.place(told) == ", place 2"
    lines = queue.waits_for(told).splitlines()
    assert lines[0] == "behind run 41"
    assert lines[1].startswith("🔒 locked by <@U0ANA> until <!date^")
    assert queue.waits_for(report(run=WAITING, place=2, holder=HOLDER, plan=None)) == "behind run 41"
    assert queue.waits_for(report(lock=lock())) == lines[1]


def test_a_run_that_left_the_queue() -> None:
    """It is over at once; nothing is asked to stop."""
    message = stopping.message(WAITING.model_copy(update={"ended_at": later(minutes=1)}), first=True)
    assert message.text == "Run 42 has left the queue. Nothing was applied."
