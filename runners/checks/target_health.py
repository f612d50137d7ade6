"""The targets behind a load balancer are healthy: all of them, so many, or such a part, in each target group.

A group without targets has none that is healthy. Targets that are on their way out are not counted.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import arn
from runners.aws import AwsDenied, AwsSilent
from runners.checks import Check

_PERCENT = re.compile(r"([0-9]{1,3})%")
_KINDS_OF_WHY = 3


def _part(written: int | str) -> int | str:
    found = _PERCENT.fullmatch(written) if isinstance(written, str) else None
    some = 1 <= int(found[1]) <= 100 if found else isinstance(written, int) and written >= 1
    if written != "all" and not some:
        msg = "is no number of targets: write all, a number from 1, or a part from 1% to 100%."
        raise ValueError(msg)
    return written


class Group(NamedTuple):
    """One target group, counted."""

    name: str
    healthy: int
    #: Without those that are on their way out.
    total: int
    #: AWS does not look whether the others are well.
    unseen: bool
    why: str


class TargetHealth(Check):
    """Counts the targets of each group that the load balancer sends to, or of the groups that are named."""

    class Settings(CheckSettings):
        """Whose targets, and how many of them."""

        #: An ARN: every group that it sends to; beside named groups, the one that they must belong to.
        load_balancer: str | None = None
        #: An ARN, like `{target}`.
        target_group: str | None = None
        target_groups: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
        healthy: Annotated[int | str, AfterValidator(_part)] = "all"

        @model_validator(mode="after")
        def _names_targets(self) -> Self:
            if self.target_group is not None and self.target_groups is not None:
                msg = "names target groups twice: write either target_group or target_groups."
                raise ValueError(msg)
            if self.load_balancer is None and not self.groups:
                msg = "names no targets: write load_balancer, or target_group, or both."
                raise ValueError(msg)
            for name in (self.load_balancer, *self.groups):
                if name is not None and arn.is_filled(name) and not arn.is_arn(name):
                    msg = f"`{name[:60]}` is no ARN: write one, or {{outputs.NAME}}, or {{target}}."
                    raise ValueError(msg)
            return self

        @property
        def groups(self) -> tuple[str, ...]:
            """The groups that are named."""
            return self.target_groups or ((self.target_group,) if self.target_group is not None else ())

    settings: Settings

    def _about(self) -> str:
        return ", ".join(map(arn.own_name, self.settings.groups or (self.settings.load_balancer or "",)))

    async def _ask(self) -> tuple[Verdict, str]:
        wanted, balancer = self.settings.groups, self.settings.load_balancer
        if balancer is not None:
            attached = await self._attached(balancer)
            if strangers := [arn.own_name(name) for name in wanted if name not in attached]:
                return Verdict.FAIL, f"{', '.join(strangers)} is not behind {arn.own_name(balancer)}."
            wanted = wanted or attached
        if not wanted:
            return Verdict.FAIL, "no target group is behind it, so zero targets are healthy."
        try:
            groups = [await self._counted(name) for name in wanted]
        except AwsDenied as error:
            if error.code == "TargetGroupNotFound":
                return Verdict.FAIL, "there is no such target group."
            raise
        versions = await self._versions(wanted)
        return self._judged(groups, [versions.get(name, "") for name in wanted])

    def _judged(self, groups: Sequence[Group], versions: Sequence[str]) -> tuple[Verdict, str]:
        short = [group for group in groups if group.healthy < needed(self.settings.healthy, group.total)]
        told = [
            f"{group.healthy}/{group.total} in {group.name}"
            + (f", version {version}" if version else "")
            + (f" ({group.why})" if group.why else "")
            for group, version in zip(groups, versions, strict=True)
        ]
        seen = f"{'; '.join(told)}, wanted {self.settings.healthy}." if short else f"{'; '.join(told)}."
        if short and all(group.unseen for group in short):
            return Verdict.UNKNOWN, f"health checks are off: {seen}"
        return (Verdict.FAIL if short else Verdict.PASS), seen

    async def _attached(self, balancer: str) -> tuple[str, ...]:
        """List the target groups behind the *balancer*."""
        names: list[str] = []
        page: dict[str, str] = {}
        while True:
            try:
                told = await self.context.aws.call(
                    "elbv2",
                    "describe_target_groups",
                    region=arn.region(balancer),
                    LoadBalancerArn=balancer,
                    **page,
                )
            except AwsDenied as error:
                if error.code in {"LoadBalancerNotFound", "TargetGroupNotFound"}:
                    return ()
                raise
            names += [group["TargetGroupArn"] for group in told["TargetGroups"]]
            if not (marker := told.get("NextMarker")):
                return tuple(names)
            page = {"Marker": marker}

    async def _counted(self, name: str) -> Group:
        told = await self.context.aws.call(
            "elbv2", "describe_target_health", region=arn.region(name), TargetGroupArn=name
        )
        return counted(arn.own_name(name).split("/")[1], told["TargetHealthDescriptions"])

    async def _versions(self, groups: Sequence[str]) -> Mapping[str, str]:
        """What the groups' tags say of the version behind them; nothing where they may not be read."""
        try:
            told = await self.context.aws.call(
                "elbv2", "describe_tags", region=arn.region(groups[0]), ResourceArns=list(groups[:20])
            )
        except (AwsDenied, AwsSilent):
            return {}
        return {
            one["ResourceArn"]: tag["Value"]
            for one in told["TagDescriptions"]
            for tag in one["Tags"]
            if tag["Key"].lower() == "version"
        }


def needed(wanted: int | str, total: int) -> int:
    """How many healthy targets *wanted* means for a group of *total*; never fewer than one."""
    if isinstance(wanted, int):
        return wanted
    part = 100 if wanted == "all" else int(wanted.removesuffix("%"))
    return max(1, -(-total * part // 100))


def counted(name: str, targets: Sequence[Mapping[str, Any]]) -> Group:
    """Count the *targets* of one group."""
    healths = [target["TargetHealth"] for target in targets]
    staying = [health for health in healths if health["State"] != "draining"]
    ill = [health for health in staying if health["State"] != "healthy"]
    reasons = [
        f"{health['State']}: {health['Reason']}" if health.get("Reason") else health["State"]
        for health in ill
    ]
    kinds = list(dict.fromkeys(reasons))[:_KINDS_OF_WHY]
    return Group(
        name=name,
        healthy=len(staying) - len(ill),
        total=len(staying),
        unseen=bool(ill) and all(health["State"] == "unavailable" for health in ill),
        why=", ".join(f"{reasons.count(kind)} {kind}" for kind in kinds),
    )
