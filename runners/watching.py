"""What a bake looks at: its metrics on both sides, its alarms, and what they are compared with."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.colour import Colour
from bot.domain.errors import Broken, Refused
from bot.domain.estate import BakeSettings
from bot.domain.report import BakeReport, Counted, Evidence, Finding, Sample, Side
from bot.domain.run import Run
from bot.domain.traffic import Move, Weights
from bot.policy import baking, sharing, since
from runners import alarms, switching
from runners.aws import Aws
from runners.context import Context
from runners.judge import switching as asked
from runners.kit import Kit
from runners.metrics import Metric
from runners.traffic import Switcher


@dataclass(frozen=True)
class Way:
    """How traffic is steered to what is watched."""

    move: Move
    colour: Colour
    #: Clients stay so long with the colour that they met first.
    sticky: timedelta
    #: When it was moved.
    since: datetime | None


@dataclass(frozen=True)
class Watched:
    """Everything that one bake looks at."""

    #: Each metric and whose evidence it gives, in an order that stays.
    metrics: tuple[tuple[Side, Metric], ...]
    #: Names of alarms.
    alarms: tuple[str, ...]
    aws: Aws
    #: By metric, what was counted of the baseline before, where nothing is seen of it now.
    recorded: Mapping[str, Counted]
    #: The move that is watched, and how traffic is steered; `None` for a deploy.
    way: Way | None = None
    #: When the move that is watched was known to be made; `None` for a deploy.
    since: datetime | None = None

    def of_it(self, samples: Sequence[Sample]) -> Sequence[Sample]:
        """Leave out what was seen while nobody knew whether the move was made."""
        since = self.since
        return [sample for sample in samples if since is None or sample.at >= since]

    def lines(self, settings: BakeSettings) -> BakeSettings:
        """What of *settings* can be judged with what is looked at."""
        concurrent = any(side is Side.BASELINE for side, _ in self.metrics)
        return settings if concurrent else baking.alone(settings, self.recorded)

    def shared(
        self, samples: Sequence[Sample], finding: Finding, now: datetime, theirs: Weights | None
    ) -> Finding:
        """Add to *finding* which share of the requests the candidate got; *theirs* is what people let it go on with."""
        way = self.way
        if way is None or not any(side is Side.BASELINE for side, _ in self.metrics):
            return finding
        both = [counted(samples, side) for side in (Side.CANDIDATE, Side.BASELINE)]
        metric = next((name for name in both[0] if name in both[1]), None)
        if metric is None:
            return finding
        seen = both[0][metric], both[1][metric]
        return sharing.judged(
            finding,
            way.move,
            way.colour,
            seen,
            sticky=way.sticky,
            since=now - (way.since or now),
            theirs=theirs,
        )

    async def look(self, bake: BakeReport) -> tuple[Evidence, ...]:
        """Ask everything at once."""
        seen = await asyncio.gather(
            *(self._sample(place, side, metric, bake) for place, (side, metric) in enumerate(self.metrics))
        )
        return (*seen, *(await alarms.read(self.aws, self.alarms) if self.alarms else ()))

    async def _sample(self, place: int, side: Side, metric: Metric, bake: BakeReport) -> Evidence:
        found = await metric.sample(previous(bake, place, metric.settings.metric, side))
        return found.model_copy(update={"side": side})


def previous(bake: BakeReport, place: int, metric: str, side: Side) -> Evidence | None:
    """What the same metric said last; none where the estate was changed under the bake."""
    seen = bake.samples[-1].evidence if bake.samples else ()
    if place < len(seen) and (seen[place].metric, seen[place].side) == (metric, side):
        return seen[place]
    return None


async def of_deploy(kit: Kit, run: Run, settings: BakeSettings) -> Watched:
    """Watch what was deployed, beside what was recorded of the last good bake there."""
    context = await kit.context(run)
    metrics = tuple((Side.CANDIDATE, kit.metrics[watch.kind](watch, context)) for watch in settings.watch)
    recorded = await _recorded(kit, run, settings)
    return Watched(metrics=metrics, alarms=settings.alarms, aws=kit.aws, recorded=recorded)


async def of_switch(kit: Kit, run: Run, settings: BakeSettings, move: Move) -> Watched:
    """Watch both colours of the service that *move* has moved.

    Where the old colour gets nothing any more, what it showed after the moves before stands in for it.
    """
    colour = asked(run).colour
    service = switching.named(kit, run, move.service)
    moved = since.moved(move.service, await kit.journal.shifts(run.id))
    context = replace(await switching.surroundings(kit, run), since=moved)
    sticky = await _sticky(switching.switcher(kit, run, context, service))
    metrics = [*_metrics(kit, settings, context.about(service, colour), Side.CANDIDATE)]
    recorded: Mapping[str, Counted] = {}
    if move.after.of(colour.other):
        metrics += _metrics(kit, settings, context.about(service, colour.other), Side.BASELINE)
    else:
        recorded = await _before(kit, run, move.service)
        if not recorded and service.bake is None and kit.environment(run).switch.bake is None:
            # What is watched is what deploys are watched by.
            recorded = await _recorded(kit, run, settings)
    return Watched(
        metrics=tuple(metrics),
        alarms=settings.alarms,
        aws=kit.aws,
        recorded=recorded,
        way=Way(move=move, colour=colour, sticky=sticky, since=moved) if sticky is not None else None,
        since=moved,
    )


async def _sticky(switcher: Switcher) -> timedelta | None:
    """How long clients stay with a colour; what steers traffic may be silent, and evidence is looked at even so."""
    try:
        return timedelta(seconds=(await switcher.look()).sticky)
    except (Broken, Refused):
        return None


async def of_plan(kit: Kit, run: Run, settings: BakeSettings, move: Move) -> Watched:
    """Watch both colours of the service that a plan has moved, at once and whole.

    Little is seen of the old colour then, so what was recorded of the last good deploy's bake stands in for it. Nobody
    knows what the plan steers the traffic with, so no client is taken to stay where it was.
    """
    colour = asked(run).colour
    service = switching.named(kit, run, move.service)
    claim = await kit.journal.claimed(run.digest) if run.digest else None
    moved = claim.ended_at if claim else None
    context = replace(await kit.context(run), since=moved)
    metrics = [
        metric
        for side, one in ((Side.CANDIDATE, colour), (Side.BASELINE, colour.other))
        for metric in _metrics(kit, settings, context.about(service, one), side)
    ]
    return Watched(
        metrics=tuple(metrics),
        alarms=settings.alarms,
        aws=kit.aws,
        recorded=await _recorded(kit, run, settings),
        way=Way(move=move, colour=colour, sticky=timedelta(), since=moved),
    )


async def _recorded(kit: Kit, run: Run, settings: BakeSettings) -> Mapping[str, Counted]:
    """What the last good deploy's bake counted of what was live then, where something is compared with it."""
    before = await kit.journal.good_bake(run.environment) if _compared(settings) else None
    return counted(before.samples if before else (), Side.CANDIDATE)


def _metrics(kit: Kit, settings: BakeSettings, context: Context, side: Side) -> list[tuple[Side, Metric]]:
    return [(side, kit.metrics[watch.kind](watch, context)) for watch in settings.watch]


async def _before(kit: Kit, run: Run, service: str) -> Mapping[str, Counted]:
    """What the old colour showed after earlier moves of the same service.

    On the way back that is the very colour that it comes back to, as it was before it was left.
    """
    report = await kit.journal.report(run.back or run.id, kit.clock.now())
    earlier = [bake for bake in report.baked if report.moves[bake.rung].service == service]
    return counted([sample for bake in earlier for sample in bake.samples], Side.BASELINE)


def counted(samples: Sequence[Sample], side: Side) -> Mapping[str, Counted]:
    """Add up what was counted on one *side*, by metric."""
    found: dict[str, Counted] = {}
    for one in (one for sample in samples for one in sample.evidence):
        if one.side is side and one.requests is not None and one.errors is not None:
            so_far = found.get(one.metric, Counted(requests=0, errors=0))
            found[one.metric] = Counted(
                requests=so_far.requests + one.requests, errors=so_far.errors + one.errors
            )
    return found


def _compared(settings: BakeSettings) -> bool:
    return any(watch.worse_than_baseline is not None for watch in settings.watch)
