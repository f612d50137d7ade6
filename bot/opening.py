"""Gathers, at the door, everything that the law looks at before a run may begin."""

from collections.abc import Mapping

from bot import standing, timetable
from bot.domain import variable
from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate, RuleName
from bot.domain.permission import Capability
from bot.domain.plan import ChangeClass
from bot.domain.request import Deploy, Origin, Switch
from bot.domain.run import Run
from bot.domain.value import ChannelId, EnvironmentName, GroupName
from bot.domain.window import Timetable
from bot.journal import Journal
from bot.policy import permissions
from bot.policy.facts import RequestFacts
from bot.ports import Calendars, Clock, Directory


async def asking(
    origin: Origin,
    where: EnvironmentName | None = None,
    groups: tuple[GroupName, ...] = (),
    *,
    estate: Estate,
    directory: Directory,
) -> RequestFacts:
    """Look at whoever asks, whether they are in one of *groups*, who may do it, and where such a thing may be said."""
    return RequestFacts(
        who=await standing.of(origin.by, groups, directory),
        channel=origin.channel,
        channels=estate.asked_in(where),
        teams=frozenset(estate.slack.teams),
        environments=frozenset(map(EnvironmentName, estate.environments)),
        requesters=groups,
    )


async def facts(
    request: Deploy | Switch,
    origin: Origin,
    *,
    estate: Estate,
    journal: Journal,
    clock: Clock,
    directory: Directory,
    calendars: Calendars,
) -> RequestFacts:
    """Look at people, channels, windows, locks and the queue."""
    name = request.environment
    environment = estate.environments.get(name)
    if environment is None:
        found = await asking(origin, estate=estate, directory=directory)
        return found.model_copy(update={"now": clock.now()})
    places = estate.asked_in(name)
    asked = estate.may(permissions.needed(request.wish, switch=isinstance(request, Switch)), name)
    cancel = estate.may(Capability.CANCEL, name) if isinstance(request, Deploy) and request.supersede else ()
    shared, unknown = await _read_by_others(name, origin.channel, places, estate, directory)
    return RequestFacts(
        who=await standing.of(origin.by, (*asked, *cancel), directory),
        channel=origin.channel,
        channels=places,
        shared=shared,
        unknown=unknown,
        teams=frozenset(estate.slack.teams),
        environments=frozenset(map(EnvironmentName, estate.environments)),
        requesters=asked,
        emergency=estate.rule(name, RuleName.EMERGENCY),
        now=clock.now(),
        timetables=await _timetables(request, estate, journal, clock, calendars),
        holder=await journal.holder(name),
        queue=tuple(await journal.queue(name)),
        cancellers=cancel,
        branch=environment.branch,
        services=tuple(service.name for service in environment.services),
        by_plan=tuple(variable.each(environment)),
        lock=await journal.lock(name, clock.now()),
    )


async def on_the_way(
    run: Run | None,
    asked: Capability,
    origin: Origin,
    *,
    estate: Estate,
    journal: Journal,
    directory: Directory,
    clock: Clock,
) -> RequestFacts:
    """Look at whoever wants something done to *run*, which may not be there."""
    known = run is not None and run.environment in estate.environments
    groups = estate.may(asked, run.environment) if run else ()
    found = await asking(origin, None, groups, estate=estate, directory=directory)
    seen = {
        "emergency": estate.rule(run.environment, RuleName.EMERGENCY) if known and run else None,
        "run": run,
        "returning": run is not None and any(shift.move is None for shift in await journal.shifts(run.id)),
        "now": clock.now(),
    }
    return found.model_copy(update=seen)


async def _read_by_others(
    name: EnvironmentName,
    place: ChannelId,
    places: frozenset[ChannelId],
    estate: Estate,
    directory: Directory,
) -> tuple[frozenset[ChannelId], frozenset[ChannelId]]:
    """Of the channels of this request: which other organisations read, and of which nobody can say."""
    shared, unknown = set[ChannelId](), set[ChannelId]()
    # Another channel is refused anyway, and the bot may not even be allowed to look at it.
    for one in ({place} & places) | {estate.channel(name)}:
        try:
            if await directory.shared(one):
                shared.add(one)
        except LookupFailed:
            unknown.add(one)
    return frozenset(shared), frozenset(unknown)


async def _timetables(
    request: Deploy | Switch, estate: Estate, journal: Journal, clock: Clock, calendars: Calendars
) -> Mapping[RuleName, Timetable]:
    """When each class may run, where that matters now; the class of this run is not known before its plan."""
    wish = request.wish
    waits = wish.when_open or wish.at or wish.emergency
    if request.dry_run or waits or request.back is not None:
        return {}
    return await timetable.each(
        request.environment,
        map(RuleName, ChangeClass),
        clock.now(),
        estate=estate,
        journal=journal,
        calendars=calendars,
    )
