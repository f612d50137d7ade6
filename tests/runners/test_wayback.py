"""Going back: everything that was touched returns, the last one first; what cannot is told at once, and tried on."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import TrafficBroken, TrafficHalf, TrafficRefused, TrafficUnknown
from bot.domain.report import Verdict
from bot.domain.run import Outcome
from bot.domain.traffic import Health, ShiftState, Weights
from handlers.cancel import Cancel
from handlers.hold import Hold
from handlers.resume import Resume
from runners.wayback import PATIENCE, End, go_back
from tests.fakes.yard import NEW, OLD, Journey, baking, held

DENIED = TrafficRefused("AccessDenied")


async def test_a_bad_rung(journey: Journey) -> None:
    """Everything returns in one step each, the last one first, is looked at, and the incident channel has heard of it before."""
    journey.yard.evidence["store green"] = "bad"
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)
    assert run.text.endswith("Everything is back on blue.")
    assert journey.yard.written[-3:] == [("store", OLD), ("admin", OLD), ("jobs", OLD)]
    assert journey.aloud == ["returning"]


async def test_a_bad_first_bake_touches_nothing_else(journey: Journey) -> None:
    """What was never moved is not written on the way back."""
    journey.yard.evidence["jobs green"] = "bad"
    assert (await journey.go()).outcome is Outcome.RETURNED
    assert journey.yard.written == [("jobs", NEW), ("jobs", OLD)]


async def test_the_alert_comes_first(journey: Journey) -> None:
    """It is told within ten seconds of the verdict, and so is that it is stuck."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[DENIED] * 3]
    await journey.go()
    judged = next(
        entry.at
        for entry in await journey.journal.record()
        if entry.event == "bake.judged" and entry.data["verdict"] == "FAIL"
    )
    told = {what: at for what, _, at in reversed(journey.words.aloud)}
    assert told["returning"] - judged < timedelta(seconds=10)
    assert told["stuck"] - judged < timedelta(seconds=10)


async def test_denied_and_permitted_again(journey: Journey) -> None:
    """It says so, freezes the environment, brings the others back, tries on, and says in the end that the freeze is there."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[DENIED] * 4]
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)
    assert journey.aloud == ["returning", "stuck"]
    assert "store: AccessDenied." in journey.said[-1]
    assert journey.yard.written[-3:] == [("admin", OLD), ("jobs", OLD), ("store", OLD)]
    (freeze,) = await journey.journal.freezes(journey.clock.now())
    assert freeze.name == f"run {run.id} could not go back"
    assert f"stays frozen until somebody lifts “{freeze.name}”" in run.text


async def test_denied_for_good(journey: Journey) -> None:
    """After half an hour people must look; the environment is frozen then."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[DENIED] * 1000]
    began = journey.clock.now()
    run = await journey.go()
    assert run.outcome is Outcome.UNKNOWN
    assert "Going back failed: store: AccessDenied. prod is frozen, and people must look." in run.text
    assert journey.clock.now() - began >= PATIENCE
    assert await journey.journal.freezes(journey.clock.now())
    assert (journey.yard.weights["admin"], journey.yard.weights["jobs"]) == (OLD, OLD)


async def test_nobody_may_count_targets_any_more(journey: Journey) -> None:
    """A service that stands between both colours returns all the same: who serves already is known to serve."""

    async def denied(there: Journey) -> None:
        there.yard.uncounted.add("store")
        there.yard.evidence["store green"] = "bad"

    journey.when(baking(2), denied)
    run = await journey.go()
    assert (run.outcome, journey.back, journey.aloud) == (Outcome.RETURNED, True, ["returning"])


async def test_nobody_may_count_the_targets_of_an_idle_colour(journey: Journey) -> None:
    """Where it serves nothing any more, nobody knows whether it could: traffic stays, loudly."""

    async def denied(there: Journey) -> None:
        there.yard.uncounted.add("admin")
        there.yard.evidence["admin green"] = "bad"

    journey.when(baking(1), denied)
    run = await journey.go()
    assert (run.outcome, journey.yard.weights["admin"]) == (Outcome.UNKNOWN, NEW)
    assert "admin: describe_target_health: AccessDenied." in run.text


async def test_one_lost_answer_calls_nobody(journey: Journey) -> None:
    """What was asked to wait tries again a moment later, and only then is it loud."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, TrafficBroken("Throttling")]
    run = await journey.go()
    assert (run.outcome, journey.back, journey.aloud) == (Outcome.RETURNED, True, ["returning"])
    assert not await journey.journal.freezes(journey.clock.now())


async def test_no_answer_twice(journey: Journey) -> None:
    """It is loud within seconds."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[TrafficBroken("Throttling")] * 2]
    assert (await journey.go()).outcome is Outcome.RETURNED
    told = {what: at for what, _, at in journey.words.aloud}
    assert told["stuck"] - told["returning"] < timedelta(seconds=10)
    assert await journey.journal.freezes(journey.clock.now())


async def test_what_hinders_it_changes(journey: Journey) -> None:
    """People are told what is in the way now."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, DENIED, TrafficBroken("silence")]
    assert (await journey.go()).outcome is Outcome.RETURNED
    assert [said for what, said, _ in journey.words.aloud if what == "stuck"] == [
        "store: AccessDenied.",
        "store: silence.",
    ]


async def test_the_old_colour_is_dead(journey: Journey) -> None:
    """Its switcher refuses to go there; traffic stays, loudly."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[TrafficRefused("nobody is behind blue")] * 1000]
    run = await journey.go()
    assert run.outcome is Outcome.UNKNOWN
    assert journey.yard.weights["store"] == Weights(blue=90, green=10)


async def test_the_old_colour_is_not_well(journey: Journey) -> None:
    """It is all back, and people hear that this is not well either."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.checks["store blue"] = [Verdict.FAIL]
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.UNKNOWN, True)
    assert (
        "Everything is back on blue, but that is not well: store blue: asked the yard: it said FAIL"
        in run.text
    )


@pytest.mark.parametrize(
    "trouble", [pytest.param(KeyError("a fault of ours"), id="a bug"), pytest.param(DENIED, id="denied")]
)
async def test_one_that_cannot_hinders_no_other(journey: Journey, trouble: Exception) -> None:
    """Whatever is wrong with one service, the others return at once."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.looks["store"] = [None, None, *[trouble] * 1000]
    run = await journey.go()
    assert run.outcome is Outcome.UNKNOWN
    assert (journey.yard.weights["admin"], journey.yard.weights["jobs"]) == (OLD, OLD)
    assert journey.aloud == ["returning", "stuck"]


async def test_somebody_elses_weights_are_left_alone(journey: Journey) -> None:
    """They are shown beside what would be right, and never overwritten."""
    theirs = Weights(blue=30, green=70)

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = theirs
        there.yard.evidence["store green"] = "bad"

    journey.when(baking(2), meddle)
    run = await journey.go()
    assert run.outcome is Outcome.UNKNOWN
    assert "somebody else changed the weights: blue 30, green 70 is there" in run.text
    assert "blue 100, green 0 would be right" in run.text
    assert journey.yard.weights == {"jobs": OLD, "admin": OLD, "store": theirs}


async def test_a_move_that_was_cut_off_half_way(journey: Journey) -> None:
    """Some places say one thing and some another: that is ours, and is taken back."""
    mean = Weights(blue=70, green=30)

    async def bad(there: Journey) -> None:
        there.yard.evidence["store green"] = "bad"

    async def half(there: Journey) -> bool:
        run = await there.run()
        return bool(run.held) and there.yard.weights["store"] == mean

    def cut() -> Exception:
        journey.yard.weights["store"], journey.yard.mixed["store"] = mean, "rule 1: blue 90; rule 2: blue 50"
        return TrafficHalf("only a part was written", mean)

    journey.yard.before["store"] = [None, *[cut] * 6]
    journey.when(half, bad)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True), run.text


async def test_a_write_without_an_answer_on_the_way_back(journey: Journey) -> None:
    """It is looked at again, and found done."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.after["store"] = [None, TrafficUnknown("no answer")]
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)
    assert journey.yard.written.count(("store", OLD)) == 1


async def test_a_bug_in_looking_at_the_old_colour(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is back, whatever else could not be asked."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.checks["jobs blue"] = []
    ask: Any = journey.kit.checks["asked"]._ask

    async def broken(self: Any) -> Any:
        if self.context.names["colour"] == "blue":
            raise KeyError("a fault of ours")
        return await ask(self)

    monkeypatch.setattr(journey.kit.checks["asked"], "_ask", broken)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.UNKNOWN, True)
    assert "Interlock itself failed in looking" in run.text


async def test_somebody_wants_it_back(journey: Journey) -> None:
    """A stop in mid-ladder takes everything back, and nobody is alarmed of bad evidence."""
    journey.when(baking(3), lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True)
    assert run.text == "Somebody asked it to go back. Everything is back on blue."


async def test_wanted_back_while_it_is_held(journey: Journey) -> None:
    """The message that it is held loses its buttons."""
    journey.when(baking(3), lambda there: there.say(Hold, "/interlock hold 1"))
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True)
    assert journey.aloud == ["held", "returning", "released"]
    assert not run.held


async def test_nobody_holds_or_resumes_a_way_back(journey: Journey) -> None:
    """It is not to be talked to any more, and says so."""
    journey.yard.evidence["store green"] = "bad"
    journey.yard.before["store"] = [None, *[DENIED] * 4]
    answers = []

    async def stuck(there: Journey) -> bool:
        return "stuck" in there.aloud

    async def ask(there: Journey) -> None:
        answers.append(await there.say(Hold, "/interlock hold 1"))
        answers.append(await there.say(Resume, "/interlock resume 1"))

    journey.when(stuck, ask)
    assert (await journey.go()).outcome is Outcome.RETURNED
    assert all("on its way back already" in answer.text for answer in answers if answer)
    assert len(answers) == 2


async def test_killed_on_the_way_back(journey: Journey) -> None:
    """Asked again it goes on, freezes nothing twice, and does nothing where all is back."""
    await journey.begin()
    journey.yard.evidence["store green"] = "bad"
    await journey.walk()
    before = list(journey.yard.written)
    shifts = await journey.journal.shifts(journey.number)
    assert [shift.state for shift in shifts if shift.move is None] == [ShiftState.DONE] * 3
    end = End(Outcome.FAILED, "bad.")
    assert await go_back(journey.kit, await journey.run(), end) == end
    assert journey.yard.written == before


async def test_no_health_is_asked_of_the_new_colour_on_the_way_back(journey: Journey) -> None:
    """The target colour loses all its targets in mid-ladder: it goes back."""
    journey.yard.before["store"] = [
        None,
        TrafficRefused("nobody is behind green: none of 2 targets is healthy"),
    ]

    async def die(there: Journey) -> None:
        there.yard.health["store green"] = Health(healthy=0, total=2)

    journey.when(baking(2), die)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)
    assert "nobody is behind green" in run.text
