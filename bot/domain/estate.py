"""Everything Interlock may touch, as `interlock.yaml` describes it. Read by `bot.estate`."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, NonNegativeInt, PositiveInt, model_validator

from bot.domain.plan import ChangeClass
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId, UserId, Value

_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(written: object) -> object:
    """`500ms`, `90s`, `30m`, `8h`, `2d`; never a bare number, because nobody can tell its unit."""
    if isinstance(written, str) and (match := _DURATION.fullmatch(written)):
        return timedelta(seconds=float(match["number"]) * _UNITS[match["unit"]])
    if isinstance(written, timedelta):
        return written
    msg = "is no duration: write a number and a unit, like 500ms, 90s, 30m, 8h or 2d"
    raise ValueError(msg)


#: A length of time, written with its unit.
Duration = Annotated[timedelta, BeforeValidator(_duration)]
#: `^[a-z0-9][a-z0-9_-]{0,62}$`: a name that is safe in paths, queues and sentences.
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
#: An emoji's name without colons and skin tone.
Emoji = Annotated[str, Field(pattern=r"^[a-z0-9_+'-]+$")]


class Plugin(Value):
    """Settings of something that is picked by `kind` (or `source`); its own class checks the rest."""

    model_config = ConfigDict(frozen=True, extra="allow")

    #: The plugin's file name.
    kind: str

    @property
    def settings(self) -> dict[str, Any]:
        """Everything but the kind."""
        return dict(self.__pydantic_extra__ or {})


class CheckSettings(Plugin):
    """One check after a change."""

    attempts: PositiveInt = 5
    #: Pause between two attempts.
    every: Duration = timedelta(seconds=10)
    #: Longest time of one attempt.
    timeout: Duration = timedelta(seconds=30)


class WatchSettings(Plugin):
    """One metric of a bake, with the line it must not cross."""

    #: Read from `source`, so that one word names the plugin everywhere inside.
    kind: str = Field(alias="source")
    metric: Literal["error_rate", "latency_p99", "latency_p50"]
    #: A ratio for `error_rate` (0.05 = 5 %), milliseconds for a latency.
    at_most: Annotated[float, Field(ge=0)]


class BakeSettings(Value):
    """How long live evidence is watched, and what it must show."""

    for_: Duration = Field(alias="for")
    every: Duration = timedelta(seconds=60)
    #: Evidence needed before a bake may pass.
    min_requests: NonNegativeInt = 100
    watch: tuple[WatchSettings, ...] = ()


class IacSettings(Plugin):
    """The tool that plans and applies."""

    kind: str = "terraform"


class ClassRule(Value):
    """What a change class needs."""

    votes: NonNegativeInt
    #: Groups whose members' votes count.
    of: tuple[GroupName, ...] = ()


class Approvals(Value):
    """How votes are collected."""

    expire: Duration = timedelta(minutes=60)
    #: Quiet time after which those who may vote are reminded, once.
    remind: Duration = timedelta(minutes=15)
    #: People who wrote or committed part of the change may not vote on it.
    exclude_committers: bool = True


class Environment(Value):
    """One place that infrastructure is deployed to."""

    branch: str
    #: Folder of the root module, relative to the repository.
    path: str = "."
    promotes_from: EnvironmentName | None = None
    #: Key of `slack.channels`, where runs are announced and may be asked for. `None`: `deploys`.
    channel: str | None = None
    #: Groups that may ask for runs here; empty: every group of the estate.
    request: tuple[GroupName, ...] = ()
    iac: IacSettings = IacSettings()
    #: Replaces the estate's rules, class by class.
    classes: Mapping[ChangeClass, ClassRule] = {}
    approvals: Approvals = Approvals()
    verify: tuple[CheckSettings, ...] = ()
    bake: BakeSettings | None = None


class Group(Value):
    """People, by id or by a Slack user group; exactly one of the two."""

    members: tuple[UserId, ...] = ()
    slack_usergroup: str | None = None

    @model_validator(mode="after")
    def _has_somebody(self) -> Self:
        if bool(self.members) == bool(self.slack_usergroup):
            msg = "names nobody: write either members: [U…] or slack_usergroup: S…"
            raise ValueError(msg)
        return self


class Slack(Value):
    """Where people talk."""

    #: Workspaces whose full members may act.
    teams: Annotated[tuple[TeamId, ...], Field(min_length=1)]
    #: Names for channel ids; `deploys` and `incidents` must be among them.
    channels: Mapping[str, ChannelId]
    approve_emoji: tuple[Emoji, ...] = ("white_check_mark", "+1")
    reject_emoji: tuple[Emoji, ...] = ("x", "-1")


class Repository(Value):
    """Where infrastructure code comes from."""

    #: Anything git can clone; a relative path is taken from the estate file's folder.
    url: Annotated[str, Field(min_length=1)]
    depth: Literal["full"] | PositiveInt = "full"


class Estate(Value):
    """The estate, checked."""

    version: Literal[1]
    slack: Slack
    repository: Repository
    groups: Mapping[Name, Group]
    classes: Mapping[ChangeClass, ClassRule]
    environments: Annotated[Mapping[Name, Environment], Field(min_length=1)]
    #: The folder of the estate file, from which relative paths are taken.
    folder: Path = Path()
    #: SHA-256 of the file's bytes: one of the inputs that votes are bound to.
    digest: str = ""

    def rule(self, environment: EnvironmentName, change_class: ChangeClass) -> ClassRule | None:
        """What *change_class* needs in *environment*; `None` where the estate says nothing."""
        own = self.environments[environment].classes
        return own.get(change_class) or self.classes.get(change_class)

    def channel(self, environment: EnvironmentName) -> ChannelId:
        """Where runs of *environment* are announced."""
        return self.slack.channels[self.environments[environment].channel or "deploys"]

    def requesters(self, environment: EnvironmentName) -> tuple[GroupName, ...]:
        """Groups that may ask for runs in *environment*."""
        return self.environments[environment].request or tuple(GroupName(name) for name in self.groups)
