"""The load balancer counted no more than so many failed requests in the last minutes, and some requests at all."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, NonNegativeInt, model_validator

from bot.domain.duration import Duration
from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import balancer, cloudwatch
from runners.arn import Region
from runners.checks import Check


def _whole(length: timedelta) -> timedelta:
    if length % cloudwatch.MINUTE or length > timedelta(days=1):
        msg = "CloudWatch counts by the minute: write whole minutes, like 5m, and no more than 24h."
        raise ValueError(msg)
    return length


class ErrorCount(Check):
    """Counts closed minutes only; without requests nobody knows."""

    class Settings(CheckSettings):
        """Whose requests, for how long, and how many of them may fail."""

        source: Literal["cloudwatch"] = "cloudwatch"
        load_balancer: str | None = None
        target_group: str | None = None
        region: Region | None = None
        over: Annotated[Duration, AfterValidator(_whole)] = timedelta(minutes=5)
        at_most: NonNegativeInt

        @model_validator(mode="after")
        def _names_one(self) -> Self:
            if wrong := balancer.fault(self.load_balancer, self.target_group):
                raise ValueError(wrong)
            return self

    settings: Settings

    def _about(self) -> str:
        return self._balancer.title

    @property
    def _balancer(self) -> balancer.Balancer:
        settings = self.settings
        return balancer.Balancer(
            self.context.aws, settings.load_balancer, settings.target_group, settings.region
        )

    async def _ask(self) -> tuple[Verdict, str]:
        settings = self.settings
        end = cloudwatch.closed(self.context.clock.now())
        seen = await self._balancer.tally(end - settings.over, end)
        minutes = settings.over // cloudwatch.MINUTE
        told = f"{seen.errors:,} errors in {seen.requests:,} requests in {minutes} min"
        if seen.errors > settings.at_most:
            return Verdict.FAIL, f"{told}, at most {settings.at_most:,} allowed."
        if seen.last is None:
            return Verdict.UNKNOWN, f"no requests were counted in {minutes} min, so nobody knows."
        return Verdict.PASS, f"{told}."
