"""A load balancer is there and active."""

import re
from collections.abc import Mapping
from typing import Any, Self

from pydantic import model_validator

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import arn
from runners.arn import Region
from runners.aws import AwsDenied
from runners.checks import Check

#: Application load balancers have their Region before `elb`, network ones after it.
_PLACES = (
    re.compile(r"\.([a-z0-9-]+)\.elb\.amazonaws\.com"),
    re.compile(r"\.elb\.([a-z0-9-]+)\.amazonaws\.com"),
)


class LoadBalancer(Check):
    """Asks for one load balancer by its ARN, or looks through all for its DNS name."""

    class Settings(CheckSettings):
        """One of the two, and where a name is looked for if it does not say that itself."""

        arn: str | None = None
        dns_name: str | None = None
        region: Region | None = None

        @model_validator(mode="after")
        def _names_one(self) -> Self:
            if bool(self.arn) == bool(self.dns_name):
                wrong = "names two load balancers" if self.arn else "names no load balancer"
                msg = f"{wrong}: write either arn or dns_name."
                raise ValueError(msg)
            return self

    settings: Settings

    def _about(self) -> str:
        return self.settings.dns_name or arn.own_name(self.settings.arn or "")

    async def _ask(self) -> tuple[Verdict, str]:
        found = await self._by_arn(self.settings.arn) if self.settings.arn else await self._by_name()
        if found is None:
            return Verdict.FAIL, "there is no such load balancer."
        state = found["State"]
        why = f": {state['Reason']}" if state.get("Reason") else ""
        good = state["Code"] == "active"
        return (
            Verdict.PASS if good else Verdict.FAIL
        ), f"{found['LoadBalancerName']} is {state['Code']}{why}."

    async def _by_arn(self, name: str) -> Mapping[str, Any] | None:
        try:
            told = await self.context.aws.call(
                "elbv2",
                "describe_load_balancers",
                region=arn.region(name) or self.settings.region,
                LoadBalancerArns=[name],
            )
        except AwsDenied as error:
            if error.code == "LoadBalancerNotFound":
                return None
            raise
        return next(iter(told["LoadBalancers"]), None)

    async def _by_name(self) -> Mapping[str, Any] | None:
        wanted = (self.settings.dns_name or "").lower().rstrip(".").removeprefix("dualstack.")
        said = next((found[1] for place in _PLACES if (found := place.search(wanted))), None)
        page: dict[str, str] = {}
        while True:
            told = await self.context.aws.call(
                "elbv2", "describe_load_balancers", region=self.settings.region or said, **page
            )
            for one in told["LoadBalancers"]:
                if one.get("DNSName", "").lower() == wanted:
                    return dict(one)
            if not (marker := told.get("NextMarker")):
                return None
            page = {"Marker": marker}
