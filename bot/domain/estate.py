"""Everything Interlock may touch, as `interlock.yaml` describes it. Read by `bot.estate`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    NonNegativeInt,
    PlainSerializer,
    PositiveInt,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bot.domain.plan import ChangeClass
from bot.domain.rules import RiskRules
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId, UserId, Value

_DURATION = r"([0-9]{1,11}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)"
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHORTEST, _LONGEST = 0.001, 366 * 86400


def as_duration(written: object) -> object:
    """Read `500ms`, `90s`, `30m`, `8h`, `2d`; never a bare number, because nobody can tell its unit.

    Raises `ValueError`.
    """
    if isinstance(written, timedelta):
        return written
    match = re.fullmatch(_DURATION, written) if isinstance(written, str) else None
    if match is None:
        msg = "is no duration: write a number and a unit, like 500ms, 90s, 30m, 8h or 2d."
        raise ValueError(msg)
    seconds = float(match[1]) * _UNITS[match[2]]
    if not _SHORTEST <= seconds <= _LONGEST:
        msg = "is no useful duration: it must be between 1ms and 366d."
        raise ValueError(msg)
    return timedelta(seconds=seconds)


def as_written(length: timedelta) -> str:
    """Write a length as it may be read again."""
    milliseconds = round(length.total_seconds() * 1000)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


@dataclass(frozen=True)
class Shape:
    """How a text must look, and how people call that."""

    pattern: str
    #: Ends the sentence "… is no …".
    right: str

    def _check(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            msg = f"is no {self.right}."
            raise ValueError(msg)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after the type is known to be text."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say the pattern in the schema too."""
        return {**handler(schema), "pattern": f"^{self.pattern}$"}


#: A length of time, written with its unit.
Duration = Annotated[
    timedelta,
    BeforeValidator(as_duration),
    PlainSerializer(as_written, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION}$"}),
]
#: A name that is safe in paths, queues and sentences.
Name = Annotated[
    str,
    Shape(
        r"[a-z0-9][a-z0-9_-]{0,62}",
        "name: use lower-case letters, digits, - and _, at most 63, beginning with a letter or digit",
    ),
]
#: An emoji's name without colons and skin tone.
Emoji = Annotated[
    str, Shape(r"[a-z0-9_+'-]+", "name of an emoji: write it without colons, like white_check_mark")
]
_Team = Annotated[TeamId, Shape(r"[TE][A-Z0-9]+", "workspace id: it starts with T or E, like T0HOME")]
_User = Annotated[
    UserId,
    Shape(r"[UW][A-Z0-9]+", "user id: it starts with U or W, like U0ANA; names can be changed by anybody"),
]
_Usergroup = Annotated[str, Shape(r"S[A-Z0-9]+", "user group id: it starts with S, like S0PLATFORM")]
_Channel = Annotated[
    ChannelId, Shape(r"[CG][A-Z0-9]+", "channel id: it starts with C or G, like C0DEPLOYS; names can change")
]


class Plugin(Value):
    """Settings of something that is picked by `kind` (or `source`).

    The plugin's own model inherits from its family's, names its fields and refuses all others; an estate
    that was loaded holds those models.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    #: The plugin's file name.
    kind: str

    @property
    def settings(self) -> dict[str, Any]:
        """Everything but the kind."""
        return {name: value for name, value in self if name != "kind"}


class CheckSettings(Plugin):
    """One check after a change."""

    attempts: PositiveInt = 5
    #: Pause between two attempts.
    every: Duration = timedelta(seconds=10)
    #: Longest time of one attempt.
    timeout: Duration = timedelta(seconds=30)


class WatchSettings(Plugin):
    """One metric of a bake, with the line it must not cross."""

    model_config = ConfigDict(frozen=True, extra="allow", validate_by_name=True, validate_by_alias=True)

    #: Read from `source`, so that one word names the plugin everywhere inside.
    kind: str = Field(alias="source")
    metric: Literal["error_rate", "latency_p99", "latency_p50"]
    #: A ratio for `error_rate` (0.05 = 5 %), milliseconds for a latency.
    at_most: Annotated[float, Field(ge=0, allow_inf_nan=False)]

    @model_validator(mode="after")
    def _is_a_ratio(self) -> Self:
        if self.metric == "error_rate" and self.at_most > 1:
            msg = "error_rate is a ratio: write at_most: 0.05 for 5 %."
            raise ValueError(msg)
        return self


class BakeSettings(Value):
    """How long live evidence is watched, and what it must show."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

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
    #: Goes before the estate's rules, class by class; what it leaves out stays as the estate says.
    classes: Mapping[ChangeClass, ClassRule] = {}
    approvals: Approvals = Approvals()
    verify: tuple[CheckSettings, ...] = ()
    bake: BakeSettings | None = None


class Group(Value):
    """People, by id or by a Slack user group; exactly one of the two."""

    members: tuple[_User, ...] = ()
    slack_usergroup: _Usergroup | None = None

    @model_validator(mode="after")
    def _has_somebody(self) -> Self:
        if bool(self.members) == bool(self.slack_usergroup):
            wrong = "names people twice" if self.members else "has no members"
            msg = f"the group {wrong}: write either members: [U…] or slack_usergroup: S…."
            raise ValueError(msg)
        return self


class Slack(Value):
    """Where people talk."""

    #: Workspaces whose full members may act.
    teams: Annotated[tuple[_Team, ...], Field(min_length=1)]
    #: Names for channel ids; `deploys` and `incidents` must be among them.
    channels: Mapping[Name, _Channel]
    approve_emoji: tuple[Emoji, ...] = ("white_check_mark", "+1")
    reject_emoji: tuple[Emoji, ...] = ("x", "-1")


class Repository(Value):
    """Where infrastructure code comes from."""

    #: Anything git can clone; a relative path is taken from the estate file's folder.
    url: Annotated[str, Field(min_length=1)]
    depth: Literal["full"] | PositiveInt = "full"


class EstateFile(Value):
    """What stands in the file."""

    version: Literal[1]
    slack: Slack
    repository: Repository
    groups: Mapping[Name, Group]
    classes: Mapping[ChangeClass, ClassRule]
    risk: RiskRules = RiskRules()
    environments: Annotated[Mapping[Name, Environment], Field(min_length=1)]


class Estate(EstateFile):
    """The estate, checked."""

    #: The folder of the estate file, from which relative paths are taken.
    folder: Path = Path()
    #: SHA-256 of the file's bytes: one of the inputs that votes are bound to.
    digest: str = ""

    def rule(self, environment: EnvironmentName, change_class: ChangeClass) -> ClassRule | None:
        """Find what *change_class* needs in *environment*; `None` where the estate says nothing.

        What the environment's own rule leaves out is taken from the estate's rule for the same class.
        """
        own = self.environments[environment].classes.get(change_class)
        general = self.classes.get(change_class)
        if own is None or general is None:
            return own or general
        return general.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def channel(self, environment: EnvironmentName) -> ChannelId:
        """Where runs of *environment* are announced."""
        return self.slack.channels[self.environments[environment].channel or "deploys"]

    def requesters(self, environment: EnvironmentName) -> tuple[GroupName, ...]:
        """Name the groups that may ask for runs in *environment*."""
        return self.environments[environment].request or tuple(GroupName(name) for name in self.groups)
