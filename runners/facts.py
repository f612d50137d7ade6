"""Gathers, right before an apply, everything that the law looks at, all of it afresh."""

import asyncio
from datetime import timedelta
from typing import NamedTuple

from bot import standing, timetable
from bot.domain.estate import RuleName
from bot.domain.person import INTERLOCK
from bot.domain.run import Run
from bot.domain.value import GroupName
from bot.domain.window import Timetable
from bot.journal import Binding
from bot.policy import permissions, risk
from bot.policy.facts import ApplyFacts, Bound, Standing, TurnFacts
from bot.ports import Directory, StateVersion
from runners import emoji, judge, unheard
from runners.emoji import Emoji
from runners.kit import Kit

#: An answer that took longer is no answer about now.
_SOON = timedelta(seconds=2)
#: Seconds between two looks at a card on which a no may stand that nobody heard.
_PAUSES = (2.0, 8.0, 20.0)


class Gathered(NamedTuple):
    """What the law looks at, and the state that it was gathered beside."""

    facts: ApplyFacts
    state: StateVersion


async def before_apply(kit: Kit, run: Run, bound: Binding) -> Gathered:
    """Look at rows, at the plan that is at hand, at the state, at the estate, and at everybody who voted."""
    planned = await kit.planned(run)
    # Terraform takes its time; everybody else is asked meanwhile.
    looking = asyncio.create_task(kit.iac.state(kit.workplace(run)))
    history = await kit.journal.history(run.environment)
    change_class = risk.judge(planned.plan, kit.estate.risk, history).change_class
    people = await _people(kit, run, bound)
    state = await looking
    found = bound.inputs.model_copy(
        update={
            "digest": planned.plan.digest,
            "lineage": state.lineage,
            "serial": state.serial,
            "change_class": change_class,
        }
    )
    return Gathered(await _facts(kit, run, bound, found, people), state)


async def before_shift(kit: Kit, run: Run, bound: Binding) -> ApplyFacts:
    """Look at rows, at the estate, and at everybody who voted on a switch; where traffic goes is looked at by others."""
    return await _facts(kit, run, bound, bound.inputs, await _people(kit, run, bound))


class _People(NamedTuple):
    requester: Standing
    voters: tuple[Standing, ...]
    emoji: Emoji


async def _people(kit: Kit, run: Run, bound: Binding) -> _People:
    directory = kit.directory.fresh()
    people = dict.fromkeys(vote.voter for vote in await kit.journal.votes(run.id))
    # One after the other: a group is looked up once for all of them, and Slack allows few look-ups a minute.
    asked = dict.fromkeys((*bound.ask.of, *bound.ask.loss))
    voters = tuple([await standing.of(person, asked, directory) for person in people])
    seen = await _cards(kit, run, bound, directory)
    if run.by == INTERLOCK:
        return _People(Standing(person=run.by, profile=None), voters, seen)
    return _People(await standing.of(run.by, _requesters(kit, run), directory), voters, seen)


async def _cards(kit: Kit, run: Run, bound: Binding, directory: Directory) -> Emoji:
    """Look at the cards; what came unheard is in the rows afterwards."""
    seen = await emoji.look(kit, run, bound, directory)
    for pause in _PAUSES:
        if not seen.blind:
            break
        await kit.clock.sleep(pause)
        seen = await emoji.look(kit, run, bound, directory)
    await unheard.hear(kit, run, bound, seen.came)
    return seen


async def _facts(kit: Kit, run: Run, bound: Binding, found: Bound, people: _People) -> ApplyFacts:
    table = await _timetable(kit, run, RuleName.of(found.change_class, run.wish))
    return ApplyFacts(
        # Once more: all that took its time, and people may have changed their minds meanwhile. Whoever voted only
        # now was not looked up, so that a yes of theirs does not count, and a no does.
        run=await kit.known(run.id),
        holder=await kit.journal.holder(run.environment),
        lock=await kit.journal.lock(run.environment, kit.clock.now()),
        ask=bound.ask,
        approved=bound.inputs,
        found=found.model_copy(
            update={
                "commit": run.commit or bound.commit,
                "estate": kit.estate.digest,
                "window": judge.window(kit, run, found.change_class),
            }
        ),
        timetable=table,
        votes=tuple(await kit.journal.votes(run.id)),
        gone=people.emoji.gone,
        unseen=people.emoji.unseen,
        blind=people.emoji.blind,
        voters=people.voters,
        requester=people.requester,
        requesters=_requesters(kit, run),
        teams=frozenset(kit.estate.slack.teams),
        exclude_committers=kit.environment(run).approvals.exclude_committers,
    )


async def _timetable(kit: Kit, run: Run, rule: RuleName) -> Timetable:
    """By a clock that is right still when the answer is there: a calendar may have to be fetched for it."""
    while True:
        now = kit.clock.now()
        found = await timetable.of(
            run.environment, rule, now, estate=kit.estate, journal=kit.journal, calendars=kit.calendars
        )
        if kit.clock.now() - now < _SOON:
            return found


async def at_its_turn(kit: Kit, run: Run) -> TurnFacts:
    """Look at whoever asked for *run*, which may have waited for hours since the door was asked."""
    kit.environment(run)
    requesters = _requesters(kit, run)
    return TurnFacts(
        who=await standing.of(run.by, requesters, kit.directory.fresh()),
        environment=run.environment,
        teams=frozenset(kit.estate.slack.teams),
        requesters=requesters,
        switch=run.switch is not None,
    )


def _requesters(kit: Kit, run: Run) -> tuple[GroupName, ...]:
    """Name the groups that may ask for such a run there."""
    return kit.estate.may(permissions.needed(run.wish, switch=run.switch is not None), run.environment)
