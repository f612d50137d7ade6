"""Two weighted records of one name: what a name server answers, and so where whoever asks anew will go.

Both records change in one batch, so that no moment knows neither. What is read back is what Route 53 was told; only a
change that is INSYNC is what its servers answer. Resolvers keep an old answer for the record's TTL.
"""

import asyncio
import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from bot.domain.errors import TrafficLate
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Health, Weights
from runners.aws import AwsDenied, AwsSilent
from runners.traffic import Careful, Standing, Write

#: Seconds until a change must be INSYNC, and between two questions whether it is.
SYNC, POLL = 180.0, 2.0
#: Seconds in which AWS says that a change usually reaches every server, for one whose number nobody told us.
SPREAD = 60.0
#: Seconds for which resolvers keep the answer of an alias of a load balancer.
_ALIAS_TTL = 60
#: Route 53 calls an endpoint healthy where more than this share of its checkers reach it.
_HEALTHY_SHARE = 0.18


class Route53(Careful):
    """The weighted records of one name and one type, in a public or a private zone."""

    class Settings(SwitcherSettings):
        """Where the two records are, and by which set identifiers they are told apart."""

        #: Id of the hosted zone.
        zone: Annotated[str, Field(min_length=1)]
        #: The records' name.
        record: Annotated[str, Field(min_length=1)]
        type: Literal["A", "AAAA", "CNAME"]
        blue: Annotated[str, Field(min_length=1, max_length=128)] = "blue"
        green: Annotated[str, Field(min_length=1, max_length=128)] = "green"

        @model_validator(mode="after")
        def _differs(self) -> Self:
            if self.blue == self.green:
                msg = "blue and green have the same set identifier."
                raise ValueError(msg)
            return self

    settings: Settings
    heaviest: ClassVar[float] = 255  # AWS's own range

    @property
    def place(self) -> str:
        """The name and the type of the records."""
        return f"record {self.settings.record} {self.settings.type}"

    async def _find(self) -> Standing:
        listed = await self._listed()
        ours = [record for record in listed if record["Type"] == self.settings.type]
        if not ours:
            others = ", ".join(sorted({record["Type"] for record in listed}))
            there = f"the zone has this name only as {others}" if others else "the zone has no such record"
            self._refuse(there)
        for record in ours:
            self._understood(record)
        records = {record["SetIdentifier"]: record for record in ours}
        names = (self.settings.blue, self.settings.green)
        if missing := [name for name in names if name not in records]:
            self._refuse(f"it has no record with the set identifier {' or '.join(missing)}")
        if foreign := sorted(set(records) - set(names)):
            self._refuse(
                f"it has a weighted record {', '.join(foreign)} too, which is neither blue nor green"
            )
        blue, green = (records[name] for name in names)
        weights = Weights(blue=blue["Weight"], green=green["Weight"])
        if not weights.blue and not weights.green:
            self._refuse("both records weigh 0, which Route 53 takes for equal parts")
        sticky = max(int(record.get("TTL", _ALIAS_TTL)) for record in (blue, green))
        return Standing(parts={self.settings.record: weights}, raw=(blue, green), sticky=sticky)

    def _writes(self, found: Standing, to: Weights) -> Sequence[Write]:
        return [partial(self._write, found.raw, to)]

    async def _write(self, records: Sequence[Mapping[str, Any]], to: Weights) -> str:
        changes = []
        for record, weight in zip(records, (to.blue, to.green), strict=True):
            changed = {**copy.deepcopy(dict(record)), "Weight": weight}
            changes.append({"Action": "UPSERT", "ResourceRecordSet": changed})
        batch = {"Comment": f"Interlock: {to}", "Changes": changes}
        said = await self._ask(
            "change_resource_record_sets", HostedZoneId=self.settings.zone, ChangeBatch=batch
        )
        number: str = said["ChangeInfo"]["Id"]
        return number

    async def _arrived(self, ticket: str) -> None:
        """Poll until the change is INSYNC; where nobody told us its number, wait as long as one takes."""
        if not ticket:
            await asyncio.sleep(SPREAD)
            return
        why = "it is still PENDING"
        loop = asyncio.get_running_loop()
        until = loop.time() + SYNC
        while True:
            try:
                said = await self._ask("get_change", Id=ticket)
            except (AwsSilent, AwsDenied) as error:
                why = str(error)
            else:
                if said["ChangeInfo"]["Status"] == "INSYNC":
                    return
            if loop.time() + POLL > until:
                break
            await asyncio.sleep(POLL)
        msg = f"{self.place}: written, but whether every name server knows it nobody can say: {why}."
        raise TrafficLate(self.context.redact(msg))

    async def _targets(self, found: Standing) -> tuple[Health | None, Health | None]:
        blue, green = found.raw
        return await self._health(blue), await self._health(green)

    async def _health(self, record: Mapping[str, Any]) -> Health | None:
        """Ask the health check of *record*, where it has one that can be asked."""
        if "HealthCheckId" not in record:
            return None
        try:
            said = await self._ask("get_health_check_status", HealthCheckId=record["HealthCheckId"])
        except AwsDenied as error:
            if error.code == "InvalidInput":
                return (
                    None  # a check that is computed from others or from an alarm has no checkers of its own
                )
            raise
        told = [one.get("StatusReport", {}).get("Status", "") for one in said["HealthCheckObservations"]]
        reached = sum(status.startswith("Success") for status in told)
        if told and reached / len(told) > _HEALTHY_SHARE:
            return Health(healthy=1, total=1)
        why = next((status for status in told if not status.startswith("Success")), "no checker has reported")
        return Health(healthy=0, total=1, why=f"health check: {why[:120]}")

    async def _listed(self) -> list[Mapping[str, Any]]:
        """List every record of the name, of whatever type."""
        name = _plain(self.settings.record)
        found: list[Mapping[str, Any]] = []
        start = {"StartRecordName": self.settings.record}
        while True:
            said = await self._ask("list_resource_record_sets", HostedZoneId=self.settings.zone, **start)
            page = said["ResourceRecordSets"]
            found += [record for record in page if _plain(record["Name"]) == name]
            beyond = any(_plain(record["Name"]) != name for record in page)
            if beyond or not said.get("IsTruncated"):
                return found
            keys = ("Name", "Type", "Identifier")
            start = {
                f"StartRecord{key}": said[f"NextRecord{key}"] for key in keys if f"NextRecord{key}" in said
            }

    def _understood(self, record: Mapping[str, Any]) -> None:
        """Refuse what is no weighted record of our own."""
        if "TrafficPolicyInstanceId" in record:
            self._refuse("it belongs to a traffic policy, which would write over us")
        if "SetIdentifier" not in record:
            self._refuse("it is a simple record and not a weighted one")
        if "Weight" not in record:
            self._refuse(f"its record {record['SetIdentifier']} is not a weighted one")

    async def _ask(self, operation: str, **what: Any) -> Mapping[str, Any]:
        return await self.context.aws.call("route53", operation, **what)


def _plain(name: str) -> str:
    r"""Write *name* as it can be compared: Route 53 adds a dot, and writes `*` as `\052`."""
    return name.lower().rstrip(".").replace(r"\052", "*")
