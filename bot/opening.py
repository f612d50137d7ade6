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
from bot.domain.value import ChannelId, EnvironmentName
from bot.domain.window import Timetable
from bot.journal import Journal
from bot.policy.facts import RequestFacts
from bot.ports import Calendars, Clock, Directory


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
    places = estate.asked_in(name) if environment else frozenset(estate.slack.channels.values())
    if environment is None:
        return RequestFacts(
            who=await standing.of(origin.by, (), directory),
            channel=origin.channel,
            channels=places,
            teams=frozenset(estate.slack.teams),
            environments=frozenset(map(EnvironmentName, estate.environments)),
            now=clock.now(),
        )
    asked = estate.may(capability(request), name)
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
    groups = estate.may(asked, run.environment) if known and run else ()
    return RequestFacts(
        who=await standing.of(origin.by, groups, directory),
        channel=origin.channel,
        channels=frozenset(estate.slack.channels.values()),
        teams=frozenset(estate.slack.teams),
        environments=frozenset(map(EnvironmentName, estate.environments)),
        requesters=groups,
        emergency=estate.rule(run.environment, RuleName.EMERGENCY) if known and run else None,
        run=run,
        returning=run is not None and any(shift.move is None for shift in await journal.shifts(run.id)),
        now=clock.now(),
    )


def capability(request: Deploy | Switch) -> Capability:
    """What whoever asks must be allowed; who may go past the windows may ask for that, and need not for the rest."""
    if request.wish.emergency is not None:
        return Capability.OVERRIDE
    return Capability.SWITCH if isinstance(request, Switch) else Capability.REQUEST


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
