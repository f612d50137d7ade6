"""A VPC is there and available."""

from typing import Annotated

from pydantic import Field

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners.arn import Region
from runners.aws import AwsDenied
from runners.checks import Check


class Vpc(Check):
    """Asks EC2 for one VPC by its id."""

    class Settings(CheckSettings):
        """Which one, and where."""

        id: Annotated[str, Field(min_length=1)]
        #: `None`: where the process itself is.
        region: Region | None = None

    settings: Settings

    def _about(self) -> str:
        return self.settings.id

    async def _ask(self) -> tuple[Verdict, str]:
        settings = self.settings
        try:
            told = await self.context.aws.call(
                "ec2", "describe_vpcs", region=settings.region, VpcIds=[settings.id]
            )
        except AwsDenied as error:
            if error.code in {"InvalidVpcID.NotFound", "InvalidVpcID.Malformed", "InvalidVpcId.Malformed"}:
                return Verdict.FAIL, f"there is no VPC {settings.id}."
            raise
        state = next((vpc["State"] for vpc in told["Vpcs"]), "missing")
        return (Verdict.PASS if state == "available" else Verdict.FAIL), f"{settings.id} is {state}."
