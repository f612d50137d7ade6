"""Services that move by a plan: what may be asked of them at once, and which colour a plan gives each of them."""

from collections.abc import Mapping

from bot.domain.colour import Colour
from bot.domain.request import Switch
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.run import Switching
from bot.domain.value import Commit, EnvironmentName
from bot.domain.variable import VariableSettings
from bot.policy import words


def apart(request: Switch, services: tuple[str, ...], by_plan: tuple[str, ...]) -> tuple[Reason, ...]:
    """Say why this switch cannot be one run, of *services* of which some move *by_plan*; empty where it can.

    A plan is voted on, and goes back, as a whole; so what it moves goes with nothing else.
    """
    asked = tuple(name for name in request.services or services if name in services)
    planned = tuple(name for name in asked if name in by_plan)
    if not planned:
        return ()
    if len(asked) == 1:
        return _alone(request, asked[0])
    stepwise = tuple(name for name in asked if name not in by_plan)
    one = tuple(_written(request, (name,)) for name in planned)
    rest = f" The rest: {_written(request, stepwise)}." if stepwise else ""
    moves = (
        "moves by a plan, like a deploy: switch it"
        if len(planned) == 1
        else "move by plans, like deploys: switch each"
    )
    text = f"{words.listed(planned)} {moves} on its own, with {words.listed(one)}.{rest}"
    return (Reason(code=ReasonCode.NOT_ALONE, text=text),)


def _alone(request: Switch, service: str) -> tuple[Reason, ...]:
    if request.back is not None:
        text = f"{service} goes back by a plan alone: {_written(request, (service,))}."
        return (Reason(code=ReasonCode.NOT_POSSIBLE, text=text),)
    if request.steps is not None:
        text = f"{service} moves by a plan, all at once: leave --steps out."
        return (Reason(code=ReasonCode.NOT_POSSIBLE, text=text),)
    return ()


def _written(request: Switch, services: tuple[str, ...]) -> str:
    named = " ".join(f"--service {name}" for name in services)
    return f"/switch {request.environment} {request.colour} {named}"


def undeployed(environment: EnvironmentName, last: Commit | None) -> tuple[Reason, ...]:
    """Say why nothing can be planned where *last* is what was deployed; empty where it can."""
    if last is not None:
        return ()
    text = (
        f"No deploy of {environment} has ended well yet, so there is no commit to switch with: deploy first."
    )
    return (Reason(code=ReasonCode.NOT_DEPLOYED, text=text),)


def variables(
    steered: Mapping[str, VariableSettings],
    outputs: Mapping[str, object],
    brought: Mapping[str, Colour | None],
    switch: Switching | None,
) -> Mapping[str, str]:
    """Give each variable of *steered* its value: what *switch* wants, else what keeps traffic where it is.

    That is what *outputs* say; only where they do not, what the last good switch *brought*, and else what the estate
    begins with. A switch that was applied and ended badly is live all the same, so what it left goes before what was
    good. Where nobody knows of any colour the variable is not set, and the module's own default stays as it was.
    """
    found: dict[str, str] = {}
    for name, settings in steered.items():
        wanted = switch.colour if switch is not None and name in switch.services else None
        if colour := wanted or settings.live(outputs) or brought.get(name) or settings.initial:
            found[settings.variable] = colour.value
    return found
