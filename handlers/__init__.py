"""The door: what was heard is understood, judged, and answered; the work itself happens elsewhere."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot import leasing, opening, timetable
from bot.domain.estate import Estate, RuleName
from bot.domain.message import Message
from bot.domain.permission import Capability
from bot.domain.person import Person
from bot.domain.request import Deploy, Hold, Keep, Origin, Resume, Retire, Skip, Switch
from bot.domain.ruling import Deny, ReasonCode
from bot.domain.run import Run
from bot.domain.value import ChannelId, EnvironmentName, GroupName, RunId, TeamId, UserId
from bot.journal import Journal
from bot.policy import decide
from bot.policy.facts import RequestFacts
from bot.ports import Calendars, Clock, Dialogs, Directory, Engine, Turns, Voice
from bot.render import queue, refusal
from bot.render import when as words


@dataclass(frozen=True)
class Desk:
    """What everybody behind the door works with."""

    estate: Estate
    journal: Journal
    clock: Clock
    engine: Engine
    directory: Directory
    dialogs: Dialogs
    calendars: Calendars
    voice: Voice
    turns: Turns
    #: Says at once what is to be said of locks, and of old colours that are kept.
    nag: Callable[[], Awaitable[None]]

    async def asking(
        self, origin: Origin, where: EnvironmentName | None = None, groups: tuple[GroupName, ...] = ()
    ) -> RequestFacts:
        """What the law looks at whatever is asked for."""
        return await opening.asking(origin, where, groups, estate=self.estate, directory=self.directory)

    async def opening(self, request: Deploy | Switch, origin: Origin) -> RequestFacts:
        """What the law looks at before a run begins."""
        return await opening.facts(
            request,
            origin,
            estate=self.estate,
            journal=self.journal,
            clock=self.clock,
            directory=self.directory,
            calendars=self.calendars,
        )

    async def leasing(self, request: Keep | Retire, spoken: "Spoken") -> RequestFacts:
        """What the law looks at before an old colour is kept longer or given up."""
        return await leasing.facts(
            request.run or spoken.run,
            spoken,
            estate=self.estate,
            journal=self.journal,
            directory=self.directory,
            clock=self.clock,
        )


class Spoken(Origin):
    """Words, and where they came from."""

    #: Unique for what was said, however often it is delivered.
    key: str
    #: As it was written, for the answer: `/deploy stagign`.
    said: str
    #: Everything after the command itself.
    words: tuple[str, ...]
    #: The run in whose thread it was said.
    run: RunId | None = None


class Pointed(Origin):
    """A click or an emoji, and the message it was put on."""

    #: Unique for what was done, however often it is delivered.
    key: str
    #: The message's time stamp.
    ts: str
    #: The button's id or the emoji's name, without skin tone.
    what: str
    #: What the button carries; empty for an emoji.
    value: str = ""
    #: The emoji was taken away.
    removed: bool = False
    #: Lets a form be shown, for 3 seconds; empty for an emoji.
    trigger: str = ""
    #: What was written by hand; `None` for an emoji or a button.
    written: str | None = None


class Handler:
    """Something people say or do; one a file, found by the file being there."""


class Command(Handler, ABC):
    """One word people can say. The file's name is the word."""

    #: What follows the word: `ENV [REF] [--dry-run]`.
    usage: ClassVar[str]
    #: One sentence for the help.
    summary: ClassVar[str]
    #: It is a slash command of its own, beside `/interlock WORD`.
    slash: ClassVar[bool] = False

    def __init__(self, desk: Desk, commands: "Mapping[str, Command]") -> None:
        """Work at *desk*; *commands* are all there are, by word."""
        self.desk = desk
        self.commands = commands

    @abstractmethod
    async def answer(self, spoken: Spoken) -> Message | None:
        """Do what was asked; a private answer, or `None` where the channel shows enough."""


class Gesture(Handler, ABC):
    """Something people do to a message. The file's name is what it is."""

    #: Slack's event types that carry it.
    events: ClassVar[tuple[str, ...]] = ()
    #: Ids of the buttons that carry it.
    actions: ClassVar[tuple[str, ...]] = ()
    #: Names of the forms that carry it.
    views: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk) -> None:
        """Work at *desk*."""
        self.desk = desk

    @classmethod
    def faults(cls, payload: Mapping[str, Any]) -> Mapping[str, str]:  # noqa: ARG003 -- for those that have forms
        """What is wrong with the fields of a form, by the ids of their blocks, as far as *payload* alone can tell."""
        return {}

    @abstractmethod
    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """The fields of `Pointed` that Slack's *payload* holds, `None` where it is none of our business."""

    @abstractmethod
    async def answer(self, pointed: Pointed) -> Message | None:
        """Do what was meant; a private answer, or `None` where the card shows enough."""


async def meant(desk: Desk, number: RunId | None) -> Run | None:
    """The run of that *number*; without one the only switch that is under way, where that is so."""
    if number is not None:
        return await desk.journal.run(number)
    still_open = [run for run in await desk.journal.open_runs() if run.switch and not run.queued]
    return still_open[0] if len(still_open) == 1 else None


async def outlook(
    desk: Desk, environment: EnvironmentName, named: RuleName | None, run: Run | None = None
) -> Message:
    """When changes may run there: of the class that is *named*, else of each that has a rule; *run* is in nobody's way."""
    ruled = tuple(rule for rule in RuleName if desk.estate.rule(environment, rule) is not None)
    now = desk.clock.now()
    tables = await timetable.each(
        environment,
        (named,) if named else ruled,
        now,
        estate=desk.estate,
        journal=desk.journal,
        calendars=desk.calendars,
    )
    holder = await desk.journal.holder(environment)
    other = None if run and holder and holder.id == run.id else holder
    lock = await desk.journal.lock(environment, now)
    return words.message(
        words.Outlook(environment=environment, timetables=tables, holder=other, lock=lock, run=run)
    )


async def on_the_way(
    desk: Desk, spoken: Spoken, request: Hold | Resume | Skip, asked: Capability
) -> Run | Message:
    """The switch that *request* means, where the law lets that be done to it; else the refusal."""
    run = await meant(desk, request.run or spoken.run)
    facts = await opening.on_the_way(
        run,
        asked,
        spoken,
        estate=desk.estate,
        journal=desk.journal,
        directory=desk.directory,
        clock=desk.clock,
    )
    ruling = decide.at_the_door(request, facts)
    if isinstance(ruling, Deny):
        return refusal.refusal(spoken.said, ruling.reasons)
    # What is not there was refused just now.
    return run or refusal.refusal(spoken.said, ())


def refused(spoken: Spoken, ruling: Deny, facts: RequestFacts) -> Message:
    """Why a run may not begin, and the run and the lock that the reasons speak of."""
    codes = {reason.code for reason in ruling.reasons}
    return refusal.refusal(
        spoken.said,
        ruling.reasons,
        facts.holder if ReasonCode.NOT_SUPERSEDABLE in codes else None,
        facts.lock if ReasonCode.LOCKED in codes else None,
    )


async def walk(desk: Desk, run: Run, *, instead: bool = False) -> Message | None:
    """Start a run that was begun, or say where it waits; *instead* of another, which may have ended for it."""
    if instead or run.queued:
        await desk.turns.moved(run.environment)
    report = await desk.journal.report(run.id, desk.clock.now())
    if report.run.queued:
        return queue.joined(report)
    await desk.engine.start(run.id)
    return None


def write(word: str, command: type[Command] | Command) -> str:
    """How a command is written: `/deploy ENV [REF]`, `/interlock status [ENV]`."""
    name = f"/{word}" if command.slash else f"/interlock {word}"
    return f"{name} {command.usage}".strip()


def person(team: Any, user: Any) -> Person:
    """Whoever Slack says it was; an empty id is nobody's, and every guard refuses it."""
    return Person(team=TeamId(str(team or "")), user=UserId(str(user or "")))


def channel(identity: Any) -> ChannelId:
    """Where it was."""
    return ChannelId(str(identity or ""))
