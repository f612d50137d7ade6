"""What a switch works with: its services, where each is steered, and what may be asked about them."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.colour import Colour
from bot.domain.errors import Broken, JournalBroken, Refused
from bot.domain.estate import BakeSettings, Service
from bot.domain.ruling import Reason
from bot.domain.run import Run
from bot.domain.traffic import Move, Seen, Weights
from bot.domain.value import PlanDigest
from bot.journal import Binding
from bot.policy import moving
from runners import alarms
from runners.context import Context
from runners.judge import switching as wanted
from runners.kit import Kit
from runners.traffic import Switcher


class ServiceGone(Refused):
    """The estate was changed under an open switch: a service of it is not in it any more."""


class SteeredElsewhere(Refused):
    """The estate was changed under a switch: a service of it is not steered where it was moved."""


def asked(kit: Kit, run: Run) -> tuple[Service, ...]:
    """List the services that the switch *run* is to move, as the estate has them; raises `ServiceGone`."""
    names = wanted(run).services or [service.name for service in kit.environment(run).services]
    return tuple(named(kit, run, name) for name in names)


def named(kit: Kit, run: Run, name: str) -> Service:
    """Find the service *name*; raises `ServiceGone`."""
    found = kit.estate.service(run.environment, name)
    if found is None:
        msg = (
            f"The estate has no service {name} in {run.environment} any more, so nothing says how to steer it: "
            "put it back, and start Interlock again."
        )
        raise ServiceGone(msg)
    return found


def colours(run: Run) -> tuple[Colour, Colour]:
    """Give the colour that traffic goes to, and the one that it comes from."""
    colour = wanted(run).colour
    return colour, colour.other


async def surroundings(kit: Kit, run: Run) -> Context:
    """What checks, metrics and switchers may use; code and outputs of the environment only where the estate asks for them.

    Outputs are looked up once, and kept with the moves: a way back must not wait for a state that cannot be read.

    Raises `RepositoryBroken`, `RefUnknown`, `ToolMissing` and `ToolBroken`.
    """
    if run.by_plan:
        return await kit.context(run)
    environment = kit.environment(run)
    parts = (*environment.services, environment.switch, *([environment.bake] if environment.bake else []))
    written = "".join(part.model_dump_json(serialize_as_any=True) for part in parts)
    outputs: Mapping[str, object] = {}
    bound = await kit.journal.binding(run.id)
    if '"command"' in written or ("{outputs." in written and bound is None):
        await _check_out(kit, run)
    if bound is not None:
        outputs = bound.outputs
    elif "{outputs." in written:
        outputs = await kit.iac.outputs(kit.workplace(run))
    return replace(kit.around(run, outputs), steered=bound.steered if bound is not None else {})


async def _check_out(kit: Kit, run: Run) -> None:
    """Lay out the code that was deployed last, else that of the environment's branch, once for each run."""
    home = kit.home(run.id)
    if await asyncio.to_thread((home / "checkout").exists):
        return
    commit = await kit.journal.deployed(run.environment)
    if commit is None:
        commit = (await kit.source.resolve(kit.environment(run).branch, since=None)).commit
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True, mode=0o700)
    await kit.source.checkout(commit, home / "checkout")


def switcher(kit: Kit, run: Run, context: Context, service: Service) -> Switcher:
    """Make what steers *service*.

    Raises `TrafficRefused` where its settings name an output that is not there, and `SteeredElsewhere`: what is seen or
    written in another place says nothing of where the run left the traffic.
    """
    colour, _ = colours(run)
    made = kit.switchers[service.traffic.kind](service.traffic, context.about(service, colour))
    if context.steered.get(service.name, now := steered(service)) != now:
        msg = (
            f"The estate steers {service.name} otherwise than when its moves were listed (now by {made.place}), and what "
            "was moved stays where it is: put that back, and start Interlock again."
        )
        raise SteeredElsewhere(msg)
    return made


def steered(service: Service) -> str:
    """Name exactly what steers *service*; what a later version adds and nobody sets changes nothing."""
    written = service.traffic.model_dump_json(exclude_defaults=True)
    return hashlib.sha256(f"{service.traffic.kind} {written}".encode()).hexdigest()


async def look(
    kit: Kit, run: Run, context: Context, services: Sequence[Service]
) -> Mapping[str, tuple[Switcher, Seen]]:
    """Look where the traffic of *services* goes, all at once; raises what the first that fails raises."""
    made = [switcher(kit, run, context, service) for service in services]
    seen = await asyncio.gather(*(one.look() for one in made))
    return {service.name: (one, there) for service, one, there in zip(services, made, seen, strict=True)}


async def weights(kit: Kit, run: Run, name: str) -> Weights | None:
    """Say where the traffic of the service *name* goes now, nothing where nobody knows; raises `ServiceGone`."""
    service = named(kit, run, name)
    try:
        context = await surroundings(kit, run)
        return await switcher(kit, run, context, service).weights()
    except JournalBroken:
        raise
    except (Broken, Refused):
        return None


async def told(kit: Kit, run: Run, before: str) -> str:
    """Tell that *run* stays where it is, and that it does no more; gives why, which was *before* at the last telling."""
    if run.held and run.held != before:
        await kit.tell.held(run.id)
    elif before and not run.held:
        await kit.tell.released(run.id)
    return run.held


def digest(run: Run, moves: Sequence[Move], places: Mapping[str, str]) -> PlanDigest:
    """Name exactly these moves of this run, in these places, so that votes are for nothing else."""
    told = {
        "run": run.id,
        "switch": wanted(run).model_dump(mode="json"),
        "moves": [move.model_dump(mode="json") for move in moves],
        "places": dict(places),
    }
    written = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    return PlanDigest(hashlib.sha256(written).hexdigest())


def watched(kit: Kit, run: Run, bound: Binding, rung: int) -> BakeSettings | None:
    """Say what is watched after the move at *rung*, twice as long where the law says so."""
    settings = kit.estate.watched(run.environment, bound.moves[rung].service)
    return longer(settings, bound) if settings else None


async def alarmed(kit: Kit, run: Run, bound: Binding) -> tuple[Reason, ...]:
    """Say which alarms are on that would end a bake of *run* at once; a way back waits for none."""
    if wanted(run).back is not None:
        return ()
    baked = (kit.estate.watched(run.environment, move.service) for move in bound.moves)
    names = dict.fromkeys(name for settings in baked if settings for name in settings.alarms)
    return moving.alarmed(await alarms.on(kit.aws, tuple(names)))


def longer(settings: BakeSettings, bound: Binding) -> BakeSettings:
    """Take twice the time where the law says so."""
    if not bound.ask.double_bake:
        return settings
    return settings.model_copy(update={"for_": settings.for_ * 2})
