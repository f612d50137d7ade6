"""A switch that a plan makes: what it moves, and whether it got there, both read from what Terraform says."""

from bot.domain import variable
from bot.domain.errors import Refused
from bot.domain.estate import Service
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.traffic import Move, Seen
from bot.policy import moving
from runners import switching
from runners.kit import Kit


class SteeredOtherwise(Refused):
    """The estate was changed under an open switch: its service moves by no plan any more."""


async def move(kit: Kit, run: Run) -> Move | Deny:
    """Say what the plan of *run* is to move, as its folder is laid out; `Deny` where all traffic goes there already.

    Raises `TrafficRefused` where no output says which colour is live, and what Terraform complains of.
    """
    service, colour = _service(kit, run), switching.colours(run)[0]
    seen = {service.name: await _look(kit, run, service)}
    moves = moving.moves((service,), seen, colour, (100,), gradual={service.name: False})
    if faults := moving.faults(moves, seen, colour):
        return Deny(reasons=faults)
    return moves[0]


async def missed(kit: Kit, run: Run) -> str:
    """Say where the traffic is after the apply, where that is not where it was to go; empty where it is.

    Raises as `move` does.
    """
    service, colour = _service(kit, run), switching.colours(run)[0]
    seen = await _look(kit, run, service)
    if seen.weights.active is colour:
        return ""
    return (
        f"Terraform applied the plan, and {service.name} is on {seen.weights.active} still, not on {colour}."
    )


def _service(kit: Kit, run: Run) -> Service:
    """Find the one service of *run*; raises `ServiceGone` and `SteeredOtherwise`."""
    service = switching.asked(kit, run)[0]
    if variable.of(service) is None:
        msg = f"The estate says no more that {service.name} of {run.environment} moves by a plan."
        raise SteeredOtherwise(msg)
    return service


async def _look(kit: Kit, run: Run, service: Service) -> Seen:
    context = kit.around(run, await kit.iac.outputs(kit.workplace(run)))
    return await switching.switcher(kit, run, context, service).look()
