"""SHIFT: the next move, where the law still says so and nobody else moved anything; faults hold it, and hide nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import TrafficBroken, TrafficLate, TrafficMoved, TrafficRefused, TrafficUnknown
from bot.domain.estate import Estate, SwitcherSettings
from bot.domain.heard import Heard
from bot.domain.message import Message, Saying, Urgency
from bot.domain.request import Emergency, Wish
from bot.domain.run import SWITCH_BACK, Outcome, StepName
from bot.domain.traffic import Health, Shift, ShiftState, Weights
from bot.domain.value import GroupName, MessageTs
from bot.domain.vote import BY_BUTTON, Choice, Vote
from bot.journal import Entry
from handlers import Pointed
from handlers.cancel import Cancel
from handlers.hold import Hold
from handlers.resume import Resume
from handlers.votes import Votes
from runners.said import card_key
from tests.fakes.town import DEPLOYS, Town, person
from tests.fakes.yard import NEW, OLD, PROD, Journey, baking, estate, held

SILENT, UNSURE = TrafficBroken("silence"), TrafficUnknown("no answer to a write")
#: All attempts at one write.
_ALL = 6


async def _resume(there: Journey) -> Any:
    return await there.say(Resume, f"/interlock resume {there.number}")


async def _events(there: Journey, event: str) -> list[Entry]:
    return [entry for entry in await there.journal.record(there.number) if entry.event == event]


async def test_a_good_switch(journey: Journey) -> None:
    """Services go in the order of their exposure, up the ladder, each move once."""
    run = await journey.go()
    assert (run.outcome, journey.over, journey.aloud) == (Outcome.DONE, True, [])
    assert journey.yard.written == [
        ("jobs", NEW),
        ("admin", NEW),
        ("store", Weights(blue=90, green=10)),
        ("store", Weights(blue=50, green=50)),
        ("store", NEW),
    ]


@pytest.mark.parametrize("trouble", [SILENT, UNSURE], ids=["not written", "written or not"])
@pytest.mark.parametrize("where", ["before", "after"])
async def test_an_answer_that_is_lost_once(journey: Journey, where: str, trouble: Exception) -> None:
    """It is tried again; what was done is found done, and nothing is written twice."""
    getattr(journey.yard, where)["admin"] = [trouble]
    assert (await journey.go()).outcome is Outcome.DONE
    assert journey.yard.written.count(("admin", NEW)) == 1


@pytest.mark.parametrize(
    ("where", "trouble", "watched"),
    [
        pytest.param("before", SILENT, False, id="surely not written"),
        pytest.param("before", UNSURE, True, id="perhaps written, and not"),
        pytest.param("after", UNSURE, True, id="perhaps written, and so it was"),
    ],
)
async def test_the_first_write_gets_no_answer(
    journey: Journey, where: str, trouble: Exception, watched: bool
) -> None:
    """People are asked, and Resume goes on; what may have moved is watched meanwhile."""
    getattr(journey.yard, where)["jobs"] = [trouble] * _ALL
    journey.when(held, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.aloud == ["held", "released"]
    assert str(trouble) in journey.said[0]
    begun = await _events(journey, "bake.began")
    released = (await _events(journey, "run.released"))[0]
    assert (begun[0].seq < released.seq) is watched


async def test_written_and_not_there_yet(journey: Journey) -> None:
    """A second try would find it written, and take that for done: so people are asked at once."""
    journey.yard.after["jobs"] = [TrafficLate("it is still PENDING")]
    journey.when(held, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.said[0] == "jobs to blue 0, green 100: it is still PENDING"
    assert journey.yard.written.count(("jobs", NEW)) == 1


async def test_bad_while_nobody_knows_whether_it_is_written(journey: Journey) -> None:
    """What may have moved goes back by itself also while people are asked."""
    journey.yard.after["jobs"] = [UNSURE] * _ALL
    journey.yard.evidence["jobs green"] = "bad"
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True), run.text


async def test_a_rung_that_was_written_late_is_watched_from_then_on(journey: Journey) -> None:
    """Its bake had seen what was before, and takes its whole time again."""
    journey.yard.before["store"] = [None, *[UNSURE] * _ALL]

    async def long_held(there: Journey) -> bool:
        bake = (await there.report()).bake
        return await held(there) and bake is not None and bake.rung == 3 and len(bake.samples) > 8

    journey.when(long_held, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    done = {entry.data["index"]: entry.at for entry in await _events(journey, "shift.done")}
    shifts = {shift.index: shift for shift in await journey.journal.shifts(run.id)}
    at = {shifts[index].move: at for index, at in done.items()}
    assert at[4] - at[3] >= timedelta(seconds=10)


async def test_somebody_else_moves_it_between_two_rungs(journey: Journey) -> None:
    """Both are shown; Go on goes on from what is there."""
    theirs = Weights(blue=80, green=20)

    async def meddle(there: Journey) -> None:
        there.yard.before["store"] = [None]
        there.yard.weights["store"] = theirs

    async def shown(there: Journey) -> bool:
        return "blue 80, green 20 is there" in (await there.run()).held

    journey.yard.evidence["store blue"] = "none"
    journey.when(baking(2), meddle)
    journey.when(shown, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert any("blue 90, green 10 was expected, blue 80, green 20 is there" in said for said in journey.said)


async def test_somebody_else_moved_it_before_the_first_write(journey: Journey) -> None:
    """Nothing was moved, so it simply ends, and says so."""
    journey.yard.before["jobs"] = [TrafficMoved(OLD, NEW)]
    run = await journey.go()
    assert run.outcome is Outcome.REFUSED
    assert run.text.startswith("Nothing was moved. jobs: Somebody else changed the weights")
    assert journey.yard.written == []


async def test_somebody_else_writes_over_the_first_write(journey: Journey) -> None:
    """Something was moved, so nobody is told that nothing was: people are asked, and it can be taken back."""
    theirs = Weights(blue=70, green=30)
    journey.yard.after["jobs"] = [TrafficMoved(NEW, theirs, written=True)]

    async def cancel(there: Journey) -> Any:
        return await there.say(Cancel, f"/interlock cancel {there.number}")

    journey.when(held, cancel)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert str(theirs) in journey.said[0]


async def test_denied_on_a_rung(journey: Journey) -> None:
    """A plain no is no question for people: it goes back."""
    journey.yard.before["store"] = [None, TrafficRefused("AccessDenied")]
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)


async def test_denied_at_once(journey: Journey) -> None:
    """Where nothing was moved nothing goes back, and nobody is alarmed of that."""
    journey.yard.before["jobs"] = [TrafficRefused("AccessDenied")]
    run = await journey.go()
    assert (run.outcome, journey.aloud) == (Outcome.FAILED, [])


async def test_moved_while_it_waited_for_its_time(journey: Journey) -> None:
    """At its moment everything is looked at again: what people approved is not there any more."""
    at = journey.clock.now() + timedelta(minutes=5)

    async def waits(there: Journey) -> bool:
        return (await there.run()).stage is StepName.WINDOW

    async def meddle(there: Journey) -> None:
        there.yard.weights["store"] = Weights(blue=80, green=20)

    journey.when(waits, meddle)
    run = await journey.go(wish=Wish(at=at))
    assert run.outcome is Outcome.REFUSED
    assert "blue 100, green 0 was there, and blue 80, green 20 is" in run.text
    assert journey.yard.written == []


async def test_ill_while_it_waited_for_its_time(journey: Journey) -> None:
    """Nobody is behind the new colour any more: nothing is begun."""

    async def waits(there: Journey) -> bool:
        return (await there.run()).stage is StepName.WINDOW

    async def die(there: Journey) -> None:
        there.yard.health["admin green"] = Health(healthy=0, total=3)

    journey.when(waits, die)
    run = await journey.go(wish=Wish(at=journey.clock.now() + timedelta(minutes=5)))
    assert (run.outcome, journey.yard.written) == (Outcome.REFUSED, [])
    assert "none of 3 targets is healthy" in run.text


async def test_a_lock_in_mid_ladder(journey: Journey) -> None:
    """It stays, is watched, and goes on once the lock is gone and somebody says so."""

    async def lock(there: Journey) -> None:
        now = there.clock.now()
        await there.journal.take_lock(PROD, person("ben"), "no", now + timedelta(seconds=60), now)

    async def passed(there: Journey) -> bool:
        return await held(there) and await there.journal.lock(PROD, there.clock.now()) is None

    journey.when(baking(2), lock)
    journey.when(passed, _resume)
    run = await journey.go()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert "U0BEN" in journey.said[0]


async def test_a_vote_that_is_taken_back_in_mid_ladder(journey: Journey) -> None:
    """It makes no further move without it, and is watched on; who votes again lets it go on."""
    told = estate().model_dump(by_alias=True)
    one = {"votes": 1, "of": ["platform"]}
    journey.changed(Estate.model_validate({**told, "classes": {**told["classes"], "significant": one}}))

    async def asked(there: Journey) -> bool:
        return (await there.run()).stage is StepName.APPROVE

    async def vote(there: Journey) -> None:
        assert await _voted(there) is None

    async def take_back(there: Journey) -> None:
        run = await there.run()
        assert run.digest is not None
        ben, now = person("ben"), there.clock.now()
        assert await there.journal.withdraw(run.id, run.digest, ben, BY_BUTTON, Choice.APPROVE, now)

    async def held_again(there: Journey) -> bool:
        return await held(there) and there.aloud.count("held") == 2

    journey.when(asked, vote)
    journey.when(baking(2), take_back)
    journey.when(held, _resume)
    journey.when(held_again, vote)
    journey.when(held, _resume)
    run = await journey.go()
    assert journey.said[0] == journey.said[2] == "0 of 1 needed votes are valid now."
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.yard.written[2] == ("store", Weights(blue=90, green=10))


async def _voted(there: Journey) -> Message | None:
    """Ben presses *Approve* on the card."""
    run = await there.run()
    town = Town(there.journal, there.kit.estate)
    town.desk = replace(town.desk, clock=there.clock, directory=there.book)
    at = there.clock.now()
    value = f"{run.id}:{run.digest}"
    pointed = Pointed(
        by=person("ben"), channel=DEPLOYS, at=at, key=str(at), ts="1.1", what="approve", value=value
    )
    return await Votes(town.desk).answer(pointed)


async def test_a_bad_bake_while_it_is_held(journey: Journey) -> None:
    """Whoever holds it does not hold it there."""

    async def bad(there: Journey) -> None:
        there.yard.evidence["store green"] = "bad"

    journey.when(baking(3), lambda there: there.say(Hold, "/interlock hold 1"))
    journey.when(held, bad)
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.RETURNED, True)


async def test_held_before_anything_moved(journey: Journey) -> None:
    """It waits without a watch, and a cancel ends it with nothing to take back."""
    await journey.begin()
    await journey.walk(until=StepName.SHIFT)
    assert await journey.say(Hold, "/interlock hold 1") is not None
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.walk()
    assert (run.outcome, run.text, journey.yard.written) == (Outcome.CANCELLED, "Nothing was moved.", [])


async def _killed(journey: Journey, *, written: bool) -> None:
    """The bot was killed between the row of the first shift and the answer to its write."""
    await journey.begin()
    await journey.walk(until=StepName.SHIFT)
    await journey.journal.stage(journey.number, StepName.SHIFT, journey.clock.now())
    bound = await journey.kit.bound(await journey.run())
    shift = Shift(
        index=0,
        move=0,
        service="jobs",
        before=OLD,
        after=bound.moves[0].after,
        state=ShiftState.BEGUN,
        at=journey.clock.now(),
    )
    assert await journey.journal.shifting(journey.number, shift)
    if written:
        journey.yard.weights["jobs"] = NEW


@pytest.mark.parametrize("written", [True, False])
async def test_killed_in_a_write(journey: Journey, written: bool) -> None:
    """The next life looks, and makes the move once."""
    await _killed(journey, written=written)
    run = await journey.walk()
    assert (run.outcome, journey.over) == (Outcome.DONE, True), run.text
    assert journey.yard.written.count(("jobs", NEW)) == (0 if written else 1)


@pytest.mark.parametrize("written", [True, False])
async def test_the_law_is_asked_again_after_a_kill(journey: Journey, written: bool) -> None:
    """Another estate is not what people approved: it stays, and whoever wants it back gets it back."""
    await _killed(journey, written=written)
    journey.changed(journey.kit.estate.model_copy(update={"digest": "another"}))
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.walk()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert ("jobs", NEW) not in journey.yard.written
    assert "estate file changed" in journey.said[0].lower()


@pytest.mark.parametrize("written", [True, False])
async def test_cancelled_after_a_kill(journey: Journey, written: bool) -> None:
    """What may have been written is looked at, and put back."""
    await _killed(journey, written=written)
    await journey.say(Cancel, "/interlock cancel 1")
    run = await journey.walk()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text


async def _killed_in_mid_ladder(journey: Journey) -> None:
    await journey.begin()

    async def restart(_: Journey) -> None:
        raise _Killed

    journey.when(baking(2), restart)
    with pytest.raises(_Killed):
        await journey.walk()


async def test_the_estate_steers_a_service_elsewhere_in_mid_ladder(journey: Journey) -> None:
    """What stands in another place says nothing of where the traffic was left: it stays, and no way back is claimed."""
    await _killed_in_mid_ladder(journey)
    (left,) = {journey.yard.weights["store"]}
    traffic = SwitcherSettings.model_validate({"kind": "lever", "lane": "another"})
    services = [
        one.model_copy(update={"traffic": traffic}) if one.name == "store" else one
        for one in journey.kit.estate.environments["prod"].services
    ]
    prod = journey.kit.estate.environments["prod"].model_copy(update={"services": tuple(services)})
    environments = {**journey.kit.estate.environments, "prod": prod}
    journey.changed(journey.kit.estate.model_copy(update={"environments": environments, "digest": "another"}))
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.walk()
    assert run.outcome is Outcome.UNKNOWN
    assert journey.said[0].startswith("Nothing can be watched: The estate steers store otherwise")
    assert "put that back, and start Interlock again" in run.text
    assert (journey.yard.weights["store"], journey.yard.weights["jobs"]) == (left, OLD)


async def test_the_estate_loses_a_service_in_mid_ladder(journey: Journey) -> None:
    """What is steered still goes back; of what is gone it is said that people must look."""
    await _killed_in_mid_ladder(journey)
    services = [one for one in journey.kit.estate.environments["prod"].services if one.name != "admin"]
    prod = journey.kit.estate.environments["prod"].model_copy(update={"services": tuple(services)})
    environments = {**journey.kit.estate.environments, "prod": prod}
    journey.changed(journey.kit.estate.model_copy(update={"environments": environments, "digest": "another"}))
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.walk()
    assert run.outcome is Outcome.UNKNOWN
    assert journey.said[0].endswith("It goes on only with what was approved; it can go back now.")
    assert "no service admin in prod any more, so nothing says how to steer it: put it back" in run.text
    assert (journey.yard.weights["store"], journey.yard.weights["jobs"]) == (OLD, OLD)


class _Killed(BaseException):
    """The process is gone."""


async def test_a_bad_way_back_is_left_where_it_is(journey: Journey) -> None:
    """Traffic to and fro helps nobody."""
    first = await journey.go()
    assert first.outcome is Outcome.DONE
    journey.yard.before["admin"] = [TrafficRefused("AccessDenied")]
    run = await journey.go(recipe=SWITCH_BACK, colour="blue", back=first.id)
    assert run.outcome is Outcome.FAILED
    assert "nothing more is moved" in run.text
    assert journey.yard.weights == {"store": OLD, "admin": NEW, "jobs": NEW}


async def test_an_emergency_is_watched_twice_as_long(journey: Journey) -> None:
    """Also on each rung."""
    await journey.begin(wish=Wish(emergency=Emergency(ticket="INC-1", reason="fire")))
    run = await journey.walk()
    assert run.outcome is Outcome.DONE, run.text
    assert "override ()" in journey.words.told
    report = await journey.report()
    assert {bake.until - bake.began_at for bake in report.bakes} == {timedelta(seconds=20)}


async def _approve(there: Journey) -> None:
    """Ben sets his emoji on the card, which stands in the thread."""
    bound, now = await there.kit.bound(await there.run()), there.clock.now()
    key = card_key(there.number, bound.plan.digest)
    message = Message(text="card", blocks=())
    await there.journal.say(Saying(key=key, channel=DEPLOYS, message=message, urgency=Urgency.DECISION), now)
    await there.journal.sent(key, 1, MessageTs("1.000001"))
    await there.journal.vote(
        Vote(
            run=there.number,
            digest=bound.plan.digest,
            voter=person("ben"),
            choice=Choice.APPROVE,
            via="+1",
            groups=frozenset({GroupName("platform")}),
            at=now,
        )
    )


def _stage(stage: StepName, *, votes: int) -> Callable[[Journey], Awaitable[bool]]:
    async def met(there: Journey) -> bool:
        known = await there.run()
        return known.stage is stage and len(await there.journal.votes(known.id)) == votes

    return met


async def _take(there: Journey) -> None:
    there.book.taken = {("+1", person("ben").user)}


VOTED = {"standard": {"votes": 1, "of": ["platform"]}, "significant": {"votes": 1, "of": ["platform"]}}


async def test_an_emoji_that_nobody_heard_go_before_the_first_move(journey: Journey) -> None:
    """Nothing moves, and people are asked again."""
    journey.changed(estate(classes=VOTED))
    journey.when(_stage(StepName.APPROVE, votes=0), _approve)
    journey.when(_stage(StepName.WINDOW, votes=1), _take)
    journey.when(_stage(StepName.APPROVE, votes=0), lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go(wish=Wish(at=journey.clock.now() + timedelta(minutes=5)))
    assert (run.outcome, journey.yard.written) == (Outcome.CANCELLED, []), run.text
    assert any(told.startswith("taken_back") for told in journey.words.told)


async def test_an_emoji_that_nobody_heard_go_in_mid_ladder(journey: Journey) -> None:
    """It stays where it is, and says why."""
    journey.changed(estate(classes=VOTED))
    journey.when(_stage(StepName.APPROVE, votes=0), _approve)
    journey.when(baking(2), _take)
    journey.when(held, lambda there: there.say(Cancel, "/interlock cancel 1"))
    run = await journey.go()
    assert (run.outcome, journey.back) == (Outcome.CANCELLED, True), run.text
    assert "0 of 1 needed votes are valid now." in journey.said[0]
    assert "Its emoji was taken away." in journey.said[0]


@pytest.mark.parametrize("moved", [False, True], ids=["before the first move", "in mid-ladder"])
async def test_a_no_that_nobody_heard(journey: Journey, moved: bool) -> None:
    """It keeps the switch from its first move; later it is refused, as it is where it is heard, and hold is named."""
    journey.changed(estate(classes=VOTED))
    told = list[str]()

    async def hear(heard: Heard) -> None:
        event = heard.payload["event"]
        if (event["user"], event["reaction"]) == ("U0CLEO", "x") and bool(journey.yard.written) is moved:
            no = Pointed(
                by=person("cleo"),
                channel=DEPLOYS,
                at=journey.clock.now(),
                key=heard.key,
                ts="1.000001",
                what="x",
            )
            town = Town(journey.journal, journey.kit.estate)
            answer = await Votes(replace(town.desk, clock=journey.clock)).answer(no)
            told.append(answer.text if answer else "")

    journey.kit = replace(journey.kit, hear=hear)
    journey.when(_stage(StepName.APPROVE, votes=0), _approve)
    run = await journey.go()
    if moved:
        assert (run.outcome, "hold" in str(told[0])) == (Outcome.DONE, True), run.text
    else:
        assert (run.outcome, run.text) == (Outcome.REFUSED, "Somebody who may vote said no.")
        assert (journey.yard.written, told) == ([], [""])
