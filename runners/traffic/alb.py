"""Weighted target groups behind a listener of a load balancer: its default action, or some of its rules.

An action is written back as it was read but for the weights: order, stickiness, and whatever asks people who they are.
A weight of 0 keeps a target group in the action, so that its health goes on being checked.
"""

import asyncio
import copy
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, model_validator

from bot.domain.colour import Colour
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Health, Weights
from runners.arn import region
from runners.aws import AwsDenied
from runners.traffic import Careful, Standing, Write

#: AWS's own range.
_STICKIEST = 604_800
#: Actions before the forward that are none of our business, and are kept.
_KEPT = frozenset({"authenticate-oidc", "authenticate-cognito", "jwt-validation"})


def _arn(of: str) -> AfterValidator:
    def checked(written: str) -> str:
        if "{outputs." in written or (written.startswith("arn:") and f":{of}/" in written):
            return written
        msg = f"is no ARN of a {of}: write arn:aws:elasticloadbalancing:…:{of}/…, or {{outputs.NAME}}."
        raise ValueError(msg)

    return AfterValidator(checked)


_Group = Annotated[str, _arn("targetgroup")]


class Alb(Careful):
    """One listener of an Application Load Balancer, whose Region is read from its ARN."""

    class Settings(SwitcherSettings):
        """The listener, and the target group of each colour."""

        listener: Annotated[str, _arn("listener")]
        blue: _Group
        green: _Group
        #: ARNs of those rules of the listener that move, together; empty: its default action does.
        rules: tuple[Annotated[str, _arn("listener-rule")], ...] = ()

        @model_validator(mode="after")
        def _differs(self) -> Self:
            if self.blue == self.green:
                msg = "blue and green are the same target group."
                raise ValueError(msg)
            return self

    settings: Settings
    heaviest: ClassVar[float] = 999  # AWS's own range

    @property
    def place(self) -> str:
        """The listener's name; the rest of its ARN is the account's."""
        return f"listener {self.settings.listener.rpartition(':listener/')[2]}"

    async def _find(self) -> Standing:
        if self.settings.blue == self.settings.green:
            self._refuse("blue and green are the same target group")
        spots = await self._spots()
        parts = {spot.name: self._weights(spot) for spot in spots}
        sticky = max(_sticky(_forward(spot.actions)) for spot in spots)
        if sticky > _STICKIEST:
            self._refuse(f"its stickiness of {sticky} s is none that AWS knows; 1 to {_STICKIEST} s are")
        return Standing(parts=parts, raw=spots, sticky=sticky)

    def _writes(self, found: Standing, to: Weights) -> Sequence[Write]:
        return [partial(self._write, spot, to) for spot in found.raw if found.parts[spot.name] != to]

    async def _targets(self, found: Standing) -> tuple[Health | None, Health | None]:
        balancer = (await self._listener())["LoadBalancerArn"]
        named = {arn for spot in found.raw for arn, _ in _groups(_forward(spot.actions))}
        blue = await self._group(Colour.BLUE, balancer, named)
        return blue, await self._group(Colour.GREEN, balancer, named)

    async def _write(self, spot: "_Spot", to: Weights) -> str:
        actions = self._weighted(spot.actions, to)
        if spot.rule:
            await self._ask("modify_rule", RuleArn=spot.rule, Actions=actions)
        else:
            await self._ask("modify_listener", ListenerArn=self.settings.listener, DefaultActions=actions)
        return ""

    async def _listener(self) -> Mapping[str, Any]:
        try:
            said = await self._ask("describe_listeners", ListenerArns=[self.settings.listener])
        except AwsDenied as error:
            if error.code != "ListenerNotFound":
                raise
            said = {"Listeners": []}
        if not said["Listeners"]:
            self._refuse("there is no such listener")
        found: Mapping[str, Any] = said["Listeners"][0]
        return found

    async def _spots(self) -> tuple["_Spot", ...]:
        """Read everything that moves; refuse a rule that the listener does not have."""
        if not self.settings.rules:
            listener = await self._listener()
            return (_Spot("the default action", None, listener["DefaultActions"]),)
        there: dict[str, _Spot] = {}
        more: dict[str, str] = {}
        while True:
            said = await self._ask("describe_rules", ListenerArn=self.settings.listener, **more)
            there.update({rule["RuleArn"]: _spot(rule) for rule in said["Rules"]})
            if not said.get("NextMarker"):
                break
            more = {"Marker": said["NextMarker"]}
        if missing := [arn for arn in self.settings.rules if arn not in there]:
            self._refuse(f"it has no rule {', '.join(missing)}")
        return tuple(there[arn] for arn in self.settings.rules)

    def _weights(self, spot: "_Spot") -> Weights:
        """Read the weights of one place; refuse what cannot be written back without losing something."""
        kinds = [action["Type"] for action in spot.actions]
        if kinds.count("forward") != 1 or set(kinds) - _KEPT - {"forward"}:
            told = ", ".join(kinds) or "nothing"
            self._refuse(
                f"{spot.name} must forward to blue and green and do nothing else, and it says: {told}"
            )
        known = dict(_groups(_forward(spot.actions)))
        if foreign := sorted(set(known) - {self.settings.blue, self.settings.green}):
            names = ", ".join(map(_short, foreign))
            self._refuse(f"{spot.name} forwards to {names} too, which is neither blue nor green")
        weights = Weights(blue=known.get(self.settings.blue, 0), green=known.get(self.settings.green, 0))
        if not weights.blue and not weights.green:
            self._refuse(
                f"{spot.name} gives no weight to either colour, so nobody can say where traffic goes"
            )
        return weights

    def _weighted(self, actions: Sequence[Mapping[str, Any]], to: Weights) -> list[dict[str, Any]]:
        """Write *actions* as they were read, with the weights of *to*."""
        written = [copy.deepcopy(dict(action)) for action in actions]
        for action in written:
            if action["Type"] == "forward":
                config = action.setdefault("ForwardConfig", {})
                config["TargetGroups"] = [
                    {"TargetGroupArn": self.settings.blue, "Weight": to.blue},
                    {"TargetGroupArn": self.settings.green, "Weight": to.green},
                ]
                # It stands for one target group alone, and contradicts two.
                action.pop("TargetGroupArn", None)
            elif action["Type"] == "authenticate-oidc":
                # AWS never tells the secret, and forgets it where nobody says this.
                action["AuthenticateOidcConfig"].pop("ClientSecret", None)
                action["AuthenticateOidcConfig"]["UseExistingClientSecret"] = True
        return written

    async def _group(self, colour: Colour, balancer: str, named: Container[str]) -> Health:
        """Count the targets of *colour*, whose group must belong to this *balancer* and to no other.

        A group that is *named* where traffic moves belongs to it, whatever the group says of itself.
        """
        arn = self.settings.blue if colour is Colour.BLUE else self.settings.green
        try:
            said, health = await asyncio.gather(
                self._ask("describe_target_groups", TargetGroupArns=[arn]),
                self._ask("describe_target_health", TargetGroupArn=arn),
            )
        except AwsDenied as error:
            if error.code != "TargetGroupNotFound":
                raise
            said = {"TargetGroups": []}
        if not said["TargetGroups"]:
            self._refuse(f"there is no target group {_short(arn)}, which should be {colour}")
        balancers = said["TargetGroups"][0].get("LoadBalancerArns", [])
        if set(balancers) - {balancer}:
            self._refuse(f"the target group {_short(arn)} belongs to another load balancer")
        if not balancers and arn not in named:
            self._refuse(
                f"the target group {_short(arn)} belongs to no load balancer, so nobody checks its health: "
                "put it into the listener's action with weight 0"
            )
        return _health(health["TargetHealthDescriptions"])

    async def _ask(self, operation: str, **what: Any) -> Mapping[str, Any]:
        return await self.context.aws.call("elbv2", operation, region=region(self.settings.listener), **what)


@dataclass(frozen=True)
class _Spot:
    """One place that moves."""

    #: `rule 10`, `the default action`.
    name: str
    #: ARN of the rule; `None` for the default action, which AWS lets nobody change but through the listener.
    rule: str | None
    actions: Sequence[Mapping[str, Any]]


def _spot(rule: Mapping[str, Any]) -> _Spot:
    if rule.get("IsDefault"):
        return _Spot("the default action", None, rule["Actions"])
    return _Spot(f"rule {rule['Priority']}", rule["RuleArn"], rule["Actions"])


def _forward(actions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((action for action in actions if action["Type"] == "forward"), {})


def _groups(forward: Mapping[str, Any]) -> list[tuple[str, int]]:
    """List target groups and weights; one alone may be named without a weight."""
    listed = forward.get("ForwardConfig", {}).get("TargetGroups") or []
    if not listed and "TargetGroupArn" in forward:
        listed = [{"TargetGroupArn": forward["TargetGroupArn"]}]
    return [(group["TargetGroupArn"], group.get("Weight", 1)) for group in listed]


def _sticky(forward: Mapping[str, Any]) -> int:
    config = forward.get("ForwardConfig", {}).get("TargetGroupStickinessConfig", {})
    length: int = config.get("DurationSeconds", _STICKIEST) if config.get("Enabled") else 0
    return length


def _short(arn: str) -> str:
    """The name within an ARN of a target group."""
    return arn.rpartition(":targetgroup/")[2].partition("/")[0] or arn


def _health(described: Sequence[Mapping[str, Any]]) -> Health:
    """Count only what says `healthy`; everything else is not, and says why."""
    states = [target.get("TargetHealth", {}) for target in described]
    healthy = [state for state in states if state.get("State") == "healthy"]
    why = Counter(
        f"{state.get('State', 'unknown')}: {state['Reason']}"
        if state.get("Reason")
        else state.get("State", "unknown")
        for state in states
        if state.get("State") != "healthy"
    )
    told = ", ".join(f"{count} {reason}" for reason, count in why.most_common(3))
    return Health(healthy=len(healthy), total=len(states), why=told)
