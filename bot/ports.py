"""What the inside of the house asks of its edges. Every port is async; every fake of it is too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.message import Attachment, Dialog, Message, Saying
from bot.domain.person import Person, Profile
from bot.domain.plan import Plan
from bot.domain.report import Ledger
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, MessageTs, RunId, UserId, Value
from bot.domain.window import Freeze


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        ...


class Directory(Protocol):
    """Knows people and groups."""

    async def profile(self, person: Person) -> Profile:
        """What the workspace says of *person*; raises `LookupFailed`."""
        ...

    async def members(self, group: GroupName) -> frozenset[Person]:
        """Who is in *group* of the estate now; raises `LookupFailed`."""
        ...

    async def shared(self, channel: ChannelId) -> bool:
        """Whether people of other organisations are in *channel* now, or are asked in; raises `LookupFailed`."""
        ...

    async def reactions(self, channel: ChannelId, ts: MessageTs) -> Mapping[str, frozenset[UserId]]:
        """Who has set which emoji on a message, by their one name; raises `LookupFailed`."""
        ...

    def fresh(self) -> "Directory":
        """The same directory without memory, for questions right before an act."""
        ...


class Calendars(Protocol):
    """Knows the freezes that stand in calendars."""

    async def freezes(self) -> tuple[Freeze, ...]:
        """Those of all calendars of the estate; raises `LookupFailed` where one of them cannot be read."""
        ...


class Thread(Protocol):
    """Talks to Slack. Raises `SlackThrottled`, `SlackUnreachable` and `SlackRefused`, nothing else."""

    async def post(
        self, channel: ChannelId, message: Message, *, under: MessageTs | None, broadcast: bool
    ) -> MessageTs:
        """Post a new message; its time stamp is its id."""
        ...

    async def edit(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        """Replace text and blocks of a message of ours."""
        ...

    async def whisper(
        self, channel: ChannelId, user: UserId, message: Message, *, under: MessageTs | None
    ) -> None:
        """Say something that only *user* sees."""
        ...

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer privately through the address that came with a command or a click."""
        ...

    async def upload(self, channel: ChannelId, attachment: Attachment, *, under: MessageTs) -> None:
        """Put a file into a thread."""
        ...

    async def link(self, channel: ChannelId, ts: MessageTs) -> str:
        """The permanent link to a message."""
        ...


class Dialogs(Protocol):
    """Shows people forms to fill in. Raises `SlackThrottled`, `SlackUnreachable` and `SlackRefused`, nothing else."""

    async def show(self, trigger: str, dialog: Dialog) -> None:
        """Show it to whoever clicked; *trigger* came with the click and is good for 3 seconds, once."""
        ...


class Unsent(Value):
    """Something that must still be said, or edited, or followed by a file."""

    saying: Saying
    #: Counts up with each change of the words.
    version: int
    #: Where it stands already; `None` where it was never posted.
    ts: MessageTs | None
    #: Where the message stands that it goes under.
    under_ts: MessageTs | None
    #: When it was first to be said (aware).
    at: datetime
    #: Failed attempts since the words last changed.
    attempts: int
    #: Attachments that are already in the thread.
    files_sent: int


class Post(Protocol):
    """The rows of what must be said, as the outbox sees them."""

    async def unsent(self, limit: int) -> Sequence[Unsent]:
        """What can be sent now, most urgent first, then oldest.

        Never a message whose parent is not posted yet, and of the messages of one thread that were
        never posted only the first.
        """
        ...

    async def sent(self, key: str, version: int, ts: MessageTs | None) -> None:
        """This version is out; *ts* is `None` for a private answer, which has no place."""
        ...

    async def file_sent(self, key: str, count: int) -> None:
        """So many attachments are in the thread now."""
        ...

    async def failed(self, key: str, version: int, error: str, *, give_up: bool) -> None:
        """It could not be sent; with *give_up* it is not tried again until the words change."""
        ...


class CommitInfo(Value):
    """A commit and who had a hand in what it brings."""

    commit: Commit
    #: First line of its message; somebody else's words.
    subject: str
    #: Lower-cased addresses of all authors and committers since the deployed commit, or of this one alone.
    committers: tuple[str, ...]


class Source(Protocol):
    """The repository that infrastructure code comes from."""

    async def resolve(self, ref: str, *, since: Commit | None) -> CommitInfo:
        """Turn *ref* into one commit; raises `RefUnknown` or `RepositoryBroken`."""
        ...

    async def checkout(self, commit: Commit, into: Path) -> None:
        """Lay out a clean tree of *commit* in the new folder *into*; raises `RepositoryBroken`."""
        ...


class Workplace(Value):
    """Where and with what Terraform works for one run."""

    #: The root module's folder inside the checkout.
    folder: Path
    #: Private (0700) folder of the run: TMPDIR, TF_DATA_DIR, logs.
    private: Path
    #: Values for root variables, handed over in a generated file.
    variables: Mapping[str, str | int | float | bool]
    #: Files inside *folder*, or `key=value`, for `init -backend-config`.
    backend_config: tuple[str, ...] = ()
    #: Names in the bot's own environment that Terraform may see beside the built-in few.
    environment: tuple[str, ...] = ()


class Planned(Value):
    """A saved plan and where its bytes lie."""

    plan: Plan
    #: 0600, named by its digest.
    file: Path
    #: The whole human-readable diff, redacted.
    diff: str
    #: Secret strings of the plan, to be redacted wherever they appear.
    secrets: frozenset[str]


class Process(Value):
    """A process that can be found again after a restart of ours."""

    pid: int
    #: Start time in clock ticks since boot, from the kernel; 0 where there is none to be had.
    started: int
    #: The kernel's boot id; empty where there is none to be had.
    boot: str


class Applied(Value):
    """How the process of an apply ended."""

    exit_code: int
    ledger: Ledger


class StateVersion(Value):
    """The current state, without any value; empty and 0 where there is none yet."""

    lineage: str
    serial: int
    #: Type of every managed object in it, by address.
    objects: Mapping[str, str] = {}


class Iac(Protocol):
    """A tool that plans and applies infrastructure."""

    async def plan(self, at: Workplace, *, keep: Path) -> Planned:
        """Initialise, plan, save the plan under its digest in *keep*, read it.

        Raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`.
        """
        ...

    async def read(self, at: Workplace, file: Path) -> Planned:
        """Read a kept plan again; raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`."""
        ...

    async def apply(
        self,
        at: Workplace,
        planned: Planned,
        *,
        began: Callable[[Process], None],
        watch: Callable[[Ledger], None],
        stop: Callable[[], bool],
    ) -> Applied:
        """Apply the very bytes of *planned*.

        *began* hears of the process as soon as it exists, *watch* of each change of the ledger,
        *stop* is asked a few times a second: once it says yes, the process gets one interrupt and
        is waited for. Raises `PlanTampered`, `ToolMissing`.
        """
        ...

    async def rejoin(
        self,
        at: Workplace,
        planned: Planned,
        who: Process,
        *,
        watch: Callable[[Ledger], None],
        stop: Callable[[], bool],
    ) -> Ledger:
        """Follow an apply that an earlier life of ours began, to its end, or read the log of one that ended."""
        ...

    async def state(self, at: Workplace) -> StateVersion:
        """Which version the current state has; raises `ToolMissing`, `ToolBroken`."""
        ...

    async def outputs(self, at: Workplace) -> Mapping[str, object]:
        """Root outputs of the current state, sensitive ones left out; raises `ToolBroken`."""
        ...


class Engine(Protocol):
    """Carries runs through crashes."""

    async def start(self, run: RunId) -> None:
        """Walk the run's recipe; asking twice for the same run changes nothing."""
        ...

    def ring(self, run: RunId) -> None:
        """Something about the run changed: wake whoever waits for it."""
        ...

    async def rung(self, run: RunId, seconds: float) -> None:
        """Come back when the run is rung for, or after so many seconds."""
        ...

    def forget(self, run: RunId) -> None:
        """The run is over; nobody will wait for it again."""
        ...


class Turns(Protocol):
    """Keeps the queues moving."""

    async def moved(self, environment: EnvironmentName) -> None:
        """Somebody came or went there, or a lock did: let in whose turn it is, and tell everybody who waits.

        Raises `JournalBroken` alone.
        """
        ...


class Secrets(Protocol):
    """What must not leave: the bot's own tokens, and what the plans of open runs hold."""

    def learn(self, run: RunId, secrets: frozenset[str]) -> None:
        """The plan of *run* holds *secrets*."""
        ...

    def forget(self, run: RunId) -> None:
        """*run* has ended, and nothing more will be said of it."""
        ...

    def scrub(self, text: str) -> str:
        """Blot every known secret out of *text*."""
        ...


class Voice(Protocol):
    """The one way out for words."""

    async def say(self, saying: Saying) -> None:
        """Keep it without any known secret, to be sent."""
        ...


class Answers(Protocol):
    """The way out for what answers something that was heard."""

    async def answer(self, saying: Saying, heard: str) -> None:
        """Keep it without any known secret, to be sent, and strike off what was *heard*: both, or neither."""
        ...
