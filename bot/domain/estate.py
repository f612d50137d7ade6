"""Everything Interlock may touch, as `interlock.yaml` describes it. Read by `bot.estate`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    NonNegativeInt,
    PositiveInt,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bot.domain.duration import Duration
from bot.domain.permission import Capability
from bot.domain.plan import ChangeClass
from bot.domain.request import Wish
from bot.domain.rules import RiskRules
from bot.domain.traffic import Exposure
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId, UserId, Value
from bot.domain.window import FreezeEntry, Window


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
    #: So many times in a row it must pass; those after the first come on top of the attempts.
    stable_for: PositiveInt = 1


class WatchSettings(Plugin):
    """One metric of a bake, with the line it must not cross."""

    model_config = ConfigDict(frozen=True, extra="allow", validate_by_name=True, validate_by_alias=True)

    #: Read from `source`, so that one word names the plugin everywhere inside.
    kind: str = Field(alias="source")
    metric: Literal["error_rate", "latency_p99", "latency_p50"]
    #: A ratio for `error_rate` (0.05 = 5 %), milliseconds for a latency; at least one of the two lines is drawn.
    at_most: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    #: So many times the baseline's is too much, where chance is no explanation: the other colour's at the same time,
    #: else what was recorded of the last good bake.
    worse_than_baseline: Annotated[float, Field(ge=1, allow_inf_nan=False)] | None = None
    #: The chance that a candidate as good as its baseline is called worse, over the whole bake.
    alpha: Annotated[float, Field(gt=0, le=0.2)] = 0.01

    @model_validator(mode="after")
    def _draws_a_line(self) -> Self:
        if self.metric == "error_rate" and self.at_most is not None and self.at_most > 1:
            msg = "error_rate is a ratio: write at_most: 0.05 for 5 %."
            raise ValueError(msg)
        if self.at_most is None and self.worse_than_baseline is None:
            msg = "draws no line: write at_most, or worse_than_baseline: 1.5, or both."
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
    #: Names of CloudWatch alarms; one that goes off fails the bake at once.
    alarms: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    #: How much longer it may take where evidence is missing; `None`: as long again.
    extend: Duration | None = None


class IacSettings(Plugin):
    """The tool that plans and applies."""

    kind: str = "terraform"


class SwitcherSettings(Plugin):
    """What steers the traffic of one service."""


class Service(Value):
    """Something with two colours whose traffic can be switched."""

    name: Name
    exposure: Exposure
    traffic: SwitcherSettings
    #: Asked of the idle colour before anything moves, and while it is kept to go back to.
    verify: tuple[CheckSettings, ...] = ()
    #: Asked of the new colour once all traffic goes there, when its bake is over: of jobs, whether they ran.
    after: tuple[CheckSettings, ...] = ()
    #: What is watched after each of its moves; goes before the switch's.
    bake: BakeSettings | None = None


class SwitchSettings(Value):
    """How traffic moves from one colour to the other."""

    #: Parts of a hundred that the new colour gets, one after the other, of services that everybody meets.
    steps: tuple[Annotated[int, Field(ge=1, le=100)], ...] = (1, 5, 10, 25, 50, 100)
    #: What is watched after each move; `None`: the environment's bake.
    bake: BakeSettings | None = None
    #: How long the old colour is kept, and watched, to go back to.
    keep_old: Duration = timedelta(hours=24)
    #: Pause between two looks at the old colour in that time.
    look: Duration = timedelta(minutes=5)

    @model_validator(mode="after")
    def _goes_up(self) -> Self:
        if not self.steps or self.steps[-1] != 100 or list(self.steps) != sorted(set(self.steps)):
            msg = "steps go up and end with 100: write them like [1, 5, 10, 25, 50, 100]."
            raise ValueError(msg)
        return self


class RuleName(StrEnum):
    """What there are rules for: the classes of changes, and emergencies, which go before them."""

    STANDARD = ChangeClass.STANDARD
    SIGNIFICANT = ChangeClass.SIGNIFICANT
    HIGH_RISK = ChangeClass.HIGH_RISK
    EMERGENCY = "emergency"

    @classmethod
    def of(cls, change_class: ChangeClass, wish: Wish) -> "RuleName":
        """Which rule a plan of *change_class* is under."""
        return cls.EMERGENCY if wish.emergency is not None else cls(change_class)


class ClassRule(Value):
    """What a change class, or an emergency, needs."""

    votes: NonNegativeInt
    #: Groups whose members' votes count.
    of: tuple[GroupName, ...] = ()
    #: Keys of the estate's windows, in any of which it may run.
    windows: Literal["always"] | tuple[Name, ...] = "always"
    #: Each group of `of` must be among the votes, by somebody who stands for no other group.
    one_each: bool = False
    #: A vote counts only together with the environment's name, written by hand.
    confirm: Literal["typed"] | None = None
    #: What a ticket must look like, else like INC-42; only for emergencies.
    ticket: str | None = None
    #: Somebody must look at it afterwards; only for emergencies.
    review: Literal["required"] | None = None
    #: Watch twice as long; only for emergencies.
    bake: Literal["double"] | None = None


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
    #: Key of `slack.channels`, where runs are announced. `None`: `deploys`.
    channel: str | None = None
    #: Keys of `slack.channels` where runs may be asked for. `None`: where they are announced, and `incidents`.
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    #: Goes before the estate's permissions, one by one.
    permissions: Mapping[Capability, tuple[GroupName, ...]] = {}
    #: Groups of which somebody must confirm by hand that data will be lost; goes before the estate's.
    loss_confirmed_by: tuple[GroupName, ...] = ()
    iac: IacSettings = IacSettings()
    #: Goes before the estate's rules, class by class; what it leaves out stays as the estate says.
    classes: Mapping[RuleName, ClassRule] = {}
    approvals: Approvals = Approvals()
    verify: tuple[CheckSettings, ...] = ()
    bake: BakeSettings | None = None
    #: What a bad check or bake of a deploy leads to: a button, or at once a run to the last good commit.
    on_bad_bake: Literal["propose", "start"] = "propose"
    #: What `/switch` moves.
    services: tuple[Service, ...] = ()
    switch: SwitchSettings = SwitchSettings()


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
    #: Times in which changes may run, by name.
    windows: Mapping[Name, Window] = {}
    #: Times in which nothing runs but emergencies and rollbacks.
    freezes: tuple[FreezeEntry, ...] = ()
    #: What each class of changes needs.
    classes: Mapping[RuleName, ClassRule]
    #: Which groups may do what; what is left out, those may who may ask for runs, and that may every group.
    permissions: Mapping[Capability, tuple[GroupName, ...]] = {}
    #: Groups of which somebody must confirm by hand that data will be lost; empty: nobody can, so it never is.
    loss_confirmed_by: tuple[GroupName, ...] = ()
    #: What raises or lowers the class of a change here.
    risk: RiskRules = RiskRules()
    environments: Annotated[Mapping[Name, Environment], Field(min_length=1)]


class Estate(EstateFile):
    """The estate, checked."""

    #: The folder of the estate file, from which relative paths are taken.
    folder: Path = Path()
    #: SHA-256 of the file's bytes: one of the inputs that votes are bound to.
    digest: str = ""

    def rule(self, environment: EnvironmentName, name: RuleName | ChangeClass) -> ClassRule | None:
        """Find what *name* needs in *environment*; `None` where the estate says nothing.

        What the environment's own rule leaves out is taken from the estate's rule for the same class.
        """
        asked = RuleName(name)
        own, general = self.environments[environment].classes.get(asked), self.classes.get(asked)
        if own is None or general is None:
            return own or general
        return general.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def channel(self, environment: EnvironmentName) -> ChannelId:
        """Where runs of *environment* are announced."""
        return self.slack.channels[self.environments[environment].channel or "deploys"]

    def asked_in(self, environment: EnvironmentName | None) -> frozenset[ChannelId]:
        """Where runs of *environment* may be asked for; without one that the estate knows, wherever any may be."""
        places = self.slack.channels
        if environment is None or environment not in self.environments:
            return frozenset(places.values())
        named = self.environments[environment].channels
        if named is None:
            return frozenset({self.channel(environment), places["incidents"]})
        return frozenset(places[name] for name in named)

    def may(self, capability: Capability, environment: EnvironmentName) -> tuple[GroupName, ...]:
        """Name the groups that have *capability* in *environment*; else those that may ask for runs, else all.

        In an environment that the estate does not know nobody may do anything.
        """
        if environment not in self.environments:
            return ()
        for asked in (capability, Capability.REQUEST):
            for written in (self.environments[environment].permissions, self.permissions):
                if asked in written:
                    return written[asked]
        return tuple(map(GroupName, self.groups))

    def service(self, environment: EnvironmentName, name: str) -> Service | None:
        """Find the service *name* of *environment*; `None` where there is none any more."""
        services = self.environments[environment].services
        return next((service for service in services if service.name == name), None)

    def watched(self, environment: EnvironmentName, service: str) -> BakeSettings | None:
        """Say what is watched after each move of *service*: its own bake, else the switch's, else the environment's."""
        settings, found = self.environments[environment], self.service(environment, service)
        return (found.bake if found else None) or settings.switch.bake or settings.bake

    def bake_time(self, environment: EnvironmentName, name: RuleName | ChangeClass) -> timedelta:
        """How long a change under the rule *name* is watched in *environment*."""
        bake, rule = self.environments[environment].bake, self.rule(environment, name)
        if bake is None:
            return timedelta()
        return 2 * bake.for_ if rule is not None and rule.bake == "double" else bake.for_

    def loss_confirmers(self, environment: EnvironmentName) -> tuple[GroupName, ...]:
        """Name the groups of which somebody must confirm a loss of data in *environment*."""
        return self.environments[environment].loss_confirmed_by or self.loss_confirmed_by
