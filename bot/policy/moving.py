"""The moves of a switch: which service goes when and how far, and how serious that is."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.colour import Colour
from bot.domain.estate import Service
from bot.domain.nearest import hint
from bot.domain.plan import ChangeClass
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.traffic import Exposure, Move, Seen, Shift, ShiftState, Weights
from bot.policy import words

#: Services that fewest people meet go first.
ORDER = tuple(Exposure)
#: So many parts of a hundred at once are no slow injection any more.
_MANY = 50


def moves(
    services: Iterable[Service],
    seen: Mapping[str, Seen],
    colour: Colour,
    steps: Sequence[int],
    *,
    gradual: Mapping[str, bool],
) -> tuple[Move, ...]:
    """List every shift that brings *services*, by name where they were *seen*, to *colour*; those that are there need none.

    Only what everybody meets goes up the ladder of *steps*, and only where its switcher can give a part.
    """
    found: list[Move] = []
    for service in sorted(services, key=lambda one: ORDER.index(one.exposure)):
        climbs = service.exposure is Exposure.PUBLIC and gradual[service.name]
        found += _of(service, seen[service.name].weights, colour, tuple(steps) if climbs else (100,))
    return tuple(found)


def _of(service: Service, now: Weights, colour: Colour, steps: tuple[int, ...]) -> list[Move]:
    found = []
    for part in (step for step in steps if step > now.part(colour)):
        after = Weights.giving(colour, part)
        found.append(
            Move(
                service=service.name,
                exposure=service.exposure,
                before=now,
                after=after,
                whole=part == 100,
            )
        )
        now = after
    return found


def back(moved: Sequence[Move], services: Iterable[Service], seen: Mapping[str, Seen]) -> tuple[Move, ...]:
    """List the shifts that take an earlier switch back, whose moves were *moved*: those that most people meet go first."""
    exposure = {service.name: service.exposure for service in services}
    origin: dict[str, Weights] = {}
    for move in moved:
        origin.setdefault(move.service, move.before)
    return tuple(
        Move(service=name, exposure=exposure[name], before=seen[name].weights, after=weights, whole=True)
        for name, weights in reversed(origin.items())
        if name in exposure and seen[name].weights != weights
    )


def due(planned: Sequence[Move], made: Sequence[Shift]) -> int | None:
    """Find the place of the move that comes next; `None` where all are made."""
    done = {shift.move for shift in made if shift.state is ShiftState.DONE}
    return next((place for place in range(len(planned)) if place not in done), None)


def stands(move: Move, place: int, made: Sequence[Shift]) -> Weights:
    """Say what is expected where *move* is to be made: what people saw and let go on, else what the move before left."""
    shown = [shift.found for shift in made if shift.move == place and shift.found is not None]
    return shown[-1] if shown else move.before


def theirs(planned: Sequence[Move], place: int, made: Sequence[Shift]) -> Weights | None:
    """Say what people were shown where the move at *place* was made, and let it go on from; `None` where it was nothing else.

    After the last move of a service nobody can let it go on from elsewhere: traffic must be where it was put.
    """
    following = planned[place + 1] if place + 1 < len(planned) else None
    if following is None or following.service != planned[place].service:
        return None
    there = stands(following, place + 1, made)
    return there if there != following.before else None


def change_class(planned: Sequence[Move], colour: Colour) -> ChangeClass:
    """Say how serious the moves are: by who meets the services, and how much moves at once."""
    public = [move for move in planned if move.exposure is Exposure.PUBLIC]
    if any(_jump(move, colour) > _MANY for move in public):
        return ChangeClass.HIGH_RISK
    return ChangeClass.SIGNIFICANT if public else ChangeClass.STANDARD


def why(planned: Sequence[Move], colour: Colour) -> tuple[str, ...]:
    """Say so in sentences, the most serious first."""
    told = [
        f"{jump:.0f} % of the traffic of {move.service}, which everybody meets, moves at once."
        for move in planned
        if move.exposure is Exposure.PUBLIC and (jump := _jump(move, colour)) > _MANY
    ]
    public = tuple(dict.fromkeys(move.service for move in planned if move.exposure is Exposure.PUBLIC))
    if public and not told:
        told.append(f"Everybody meets {words.listed(public)}.")
    return tuple(told)


def _jump(move: Move, colour: Colour) -> float:
    return move.after.part(colour) - move.before.part(colour)


def unknown(asked: Iterable[str], services: Iterable[str]) -> tuple[Reason, ...]:
    """Name what was asked for and is no service there."""
    known = tuple(services)
    return tuple(
        Reason(
            code=ReasonCode.UNKNOWN_SERVICE,
            text=f"There is no service “{words.plain(name)}” here; {hint(name, known).replace('`', '')}",
        )
        for name in asked
        if name not in known
    )


def faults(planned: Sequence[Move], seen: Mapping[str, Seen], colour: Colour) -> tuple[Reason, ...]:
    """Say why these moves must not be made, as far as a look can tell; empty where nothing speaks against them."""
    if not planned:
        text = f"All traffic of {words.listed(tuple(seen))} goes to {colour} already."
        return (Reason(code=ReasonCode.ALREADY_ACTIVE, text=text),)
    found = []
    for name in dict.fromkeys(move.service for move in planned):
        if whence := _nowhere(name, seen[name]):
            found.append(whence)
        health = seen[name].health(colour)
        if health is not None and health.healthy == 0:
            of = f"none of {health.total} targets is healthy" if health.total else "there are no targets"
            text = (
                f"{name} cannot go to {colour}: {of}{f' ({words.plain(health.why)})' if health.why else ''}."
            )
            found.append(Reason(code=ReasonCode.NOBODY_HEALTHY, text=text))
    return tuple(found)


def _nowhere(name: str, seen: Seen) -> Reason | None:
    """Say why traffic that is moved could not come back to where it is; `None` where it could."""
    if seen.mixed:
        text = f"{name} could not come back to where it is: {words.plain(seen.mixed)}. Bring it to one state first."
    elif not seen.weights.blue and not seen.weights.green:
        text = f"{name} could not come back to where it is: neither colour gets anything."
    else:
        return None
    return Reason(code=ReasonCode.TRAFFIC_MOVED, text=text)


def alarmed(names: Iterable[str]) -> tuple[Reason, ...]:
    """Say why nothing is to begin while the alarms *names* are on: the first bake would end at once."""
    return tuple(
        Reason(
            code=ReasonCode.ALARM_ON,
            text=f"The alarm {words.plain(name)} is on already, so what moves would come back at once.",
        )
        for name in names
    )


def moved(planned: Sequence[Move], seen: Mapping[str, Seen]) -> tuple[Reason, ...]:
    """Say which weights are no longer those that people approved the moves for."""
    first: dict[str, Weights] = {}
    for move in planned:
        first.setdefault(move.service, move.before)
    return tuple(
        Reason(
            code=ReasonCode.TRAFFIC_MOVED,
            text=f"Somebody else moved the traffic of {name}: {before} was there, and {seen[name].weights} is.",
        )
        for name, before in first.items()
        if seen[name].weights != before
    )
