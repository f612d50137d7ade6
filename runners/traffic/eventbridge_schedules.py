"""Scheduled jobs: all schedules of one colour's group are on, all of the other's are off.

The old colour's jobs go off before the first one of the new colour goes on: a job may start late, it never runs twice.
AWS replaces a schedule whole, so each is read and sent back with nothing changed but its state.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from bot.domain.colour import Colour
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Weights
from runners.arn import Region
from runners.aws import AwsDenied
from runners.traffic import Careful, Standing, Write

#: What a schedule says of itself and does not want to hear back.
_TOLD_ONLY = frozenset({"Arn", "CreationDate", "LastModificationDate", "ResponseMetadata"})
_GroupName = Annotated[str, Field(min_length=1, max_length=64)]


class EventbridgeSchedules(Careful):
    """Two groups of EventBridge Scheduler, one a colour; the parts of a hundred count the jobs that are on."""

    class Settings(SwitcherSettings):
        """The group of each colour."""

        blue: _GroupName
        green: _GroupName
        #: Names of schedules that are left as they are, in both groups.
        leave: tuple[str, ...] = ()
        #: `None`: the Region of the process.
        region: Region | None = None

        @model_validator(mode="after")
        def _differs(self) -> Self:
            if self.blue == self.green:
                msg = "blue and green are the same schedule group."
                raise ValueError(msg)
            return self

    settings: Settings
    gradual: ClassVar[bool] = False

    @property
    def place(self) -> str:
        """Both groups."""
        return f"schedules of {self.settings.blue} and {self.settings.green}"

    async def _find(self) -> Standing:
        jobs = {colour: await self._jobs(colour) for colour in Colour}
        parts = {
            _name(self._group(colour), job): _weights(colour, on=on)
            for colour, listed in jobs.items()
            for job, on in listed.items()
        }
        return _Jobs(parts=parts, raw=jobs)

    def _goal(self, found: Standing, to: Weights) -> Mapping[str, Weights]:
        return {
            _name(self._group(colour), job): _weights(colour, on=to.of(colour) > 0)
            for colour, listed in found.raw.items()
            for job in listed
        }

    def _known(self, found: Standing, expected: Weights, to: Weights) -> bool:
        """We never leave jobs of both colours on; whoever expects just that may still turn one of them off."""
        both = found.weights.blue and found.weights.green
        return found.weights == expected or (not both and super()._known(found, expected, to))

    def _possible(self, to: Weights) -> None:
        super()._possible(to)
        if {to.blue, to.green} != {0, 100}:
            self._refuse("jobs are on or off, so one colour gets 100 and the other 0")

    def _writes(self, found: Standing, to: Weights) -> Sequence[Write]:
        gets = Colour.BLUE if to.blue else Colour.GREEN
        return [
            partial(self._write, colour, job, "ENABLED" if colour is gets else "DISABLED")
            for colour in (gets.other, gets)
            for job, on in found.raw[colour].items()
            if on is not (colour is gets)
        ]

    async def _write(self, colour: Colour, job: str, state: str) -> str:
        group = self._group(colour)
        whole = await self._ask("get_schedule", GroupName=group, Name=job)
        kept = {key: value for key, value in whole.items() if key not in _TOLD_ONLY and value is not None}
        await self._ask("update_schedule", **{**kept, "GroupName": group, "Name": job, "State": state})
        return ""

    def _group(self, colour: Colour) -> str:
        return self.settings.blue if colour is Colour.BLUE else self.settings.green

    async def _jobs(self, colour: Colour) -> Mapping[str, bool]:
        """List the jobs of *colour* and whether they are on, by name, so that their order is always the same."""
        group = self._group(colour)
        try:
            await self._ask("get_schedule_group", Name=group)
        except AwsDenied as error:
            if error.code != "ResourceNotFoundException":
                raise
            self._refuse(f"there is no schedule group {group}")
        jobs: dict[str, bool] = {}
        more: dict[str, str] = {}
        while True:
            said = await self._ask("list_schedules", GroupName=group, MaxResults=100, **more)
            jobs.update({job["Name"]: job["State"] == "ENABLED" for job in said["Schedules"]})
            if not said.get("NextToken"):
                break
            more = {"NextToken": said["NextToken"]}
        left = {job: on for job, on in sorted(jobs.items()) if job not in self.settings.leave}
        if not left:
            self._refuse(f"the schedule group {group} has no schedules")
        return left

    async def _ask(self, operation: str, **what: Any) -> Mapping[str, Any]:
        return await self.context.aws.call("scheduler", operation, region=self.settings.region, **what)


class _Jobs(Standing):
    """Places that each belong to one colour alone."""

    @property
    def weights(self) -> Weights:
        """So many jobs of a hundred are on, of each colour; all or none only where it is all or none."""
        return Weights(blue=_share(self.raw[Colour.BLUE]), green=_share(self.raw[Colour.GREEN]))

    @property
    def mixed(self) -> str:
        """Which jobs of a colour are off while others of it are on, and that both colours have some on."""
        off = [
            f"off in {colour}: {', '.join(job for job, on in listed.items() if not on)}"
            for colour, listed in self.raw.items()
            if len(set(listed.values())) == 2
        ]
        both = all(any(listed.values()) for listed in self.raw.values())
        return "; ".join([*(["jobs of both colours are on"] if both else []), *off])


def _name(group: str, job: str) -> str:
    return f"{group}/{job}"


def _weights(colour: Colour, *, on: bool) -> Weights:
    return Weights.giving(colour, 100) if on else Weights(blue=0, green=0)


def _share(jobs: Mapping[str, bool]) -> int:
    on = sum(jobs.values())
    return on and (100 if on == len(jobs) else min(max(round(100 * on / len(jobs)), 1), 99))
