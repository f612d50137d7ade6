"""A database of RDS, or a cluster of them, is there and available."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import model_validator

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners.arn import Region
from runners.aws import AwsDenied
from runners.checks import Check

#: Endpoints whose first part is no database's name.
_OTHERS = ("cluster-custom-", "proxy-", "global-")


class Rds(Check):
    """Asks for an instance by the name in its endpoint or its id; then, where there is none, for a cluster."""

    class Settings(CheckSettings):
        """One of the two, and where."""

        #: As Terraform gives it, with or without its port.
        endpoint: str | None = None
        id: str | None = None
        #: `None`: what the endpoint says, else where the process itself is.
        region: Region | None = None

        @model_validator(mode="after")
        def _names_one(self) -> Self:
            if bool(self.endpoint) == bool(self.id):
                wrong = "names two databases" if self.id else "names no database"
                msg = f"{wrong}: write either endpoint or id."
                raise ValueError(msg)
            return self

    settings: Settings

    def _about(self) -> str:
        return self.settings.id or self._host

    @property
    def _host(self) -> str:
        return (self.settings.endpoint or "").partition(":")[0].rstrip(".").lower()

    async def _ask(self) -> tuple[Verdict, str]:
        if self.settings.id:
            return await self._by(self.settings.id, self.settings.region, cluster=None)
        parts = self._host.split(".")
        if len(parts) < 5 or "rds" not in parts:
            return Verdict.UNKNOWN, f"{self._host} is no endpoint of RDS: name the database by its id."
        if parts[1].startswith(_OTHERS):
            return Verdict.UNKNOWN, f"{self._host} names no single database: name the cluster by its id."
        # In China the Region comes after `rds`.
        said = parts[3] if parts[2] == "rds" else parts[2]
        return await self._by(parts[0], self.settings.region or said, cluster=parts[1].startswith("cluster-"))

    async def _by(self, name: str, region: str | None, *, cluster: bool | None) -> tuple[Verdict, str]:
        """Look for an instance or a *cluster*; for both where that is not known."""
        found = None if cluster else await self._instance(name, region)
        if found is None and cluster is not False:
            found = await self._cluster(name, region)
        if found is None:
            return Verdict.FAIL, f"there is no database {name}."
        status, endpoints = found
        if self._host and self._host not in endpoints:
            return Verdict.FAIL, f"{name} is reached at {endpoints[0] if endpoints else 'no endpoint yet'}."
        return (Verdict.PASS if status == "available" else Verdict.FAIL), f"{name} is {status}."

    async def _instance(self, name: str, region: str | None) -> tuple[str, list[str]] | None:
        told = await self._told("describe_db_instances", region, DBInstanceIdentifier=name)
        one = next(iter(told.get("DBInstances", ())), None)
        return one and (one["DBInstanceStatus"], _known(one.get("Endpoint", {}).get("Address")))

    async def _cluster(self, name: str, region: str | None) -> tuple[str, list[str]] | None:
        told = await self._told("describe_db_clusters", region, DBClusterIdentifier=name)
        one = next(iter(told.get("DBClusters", ())), None)
        return one and (one["Status"], _known(one.get("Endpoint"), one.get("ReaderEndpoint")))

    async def _told(self, operation: str, region: str | None, **what: str) -> Mapping[str, Any]:
        try:
            return await self.context.aws.call("rds", operation, region=region, **what)
        except AwsDenied as error:
            if error.code.removesuffix("Fault") in {"DBInstanceNotFound", "DBClusterNotFound"}:
                return {}
            raise


def _known(*endpoints: str | None) -> list[str]:
    return [endpoint.lower() for endpoint in endpoints if endpoint]
