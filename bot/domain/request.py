"""What somebody asked, understood but not yet judged."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.value import ChannelId, EnvironmentName, RunId, Value


class Origin(Value):
    """Who spoke, where and when."""

    by: Person
    channel: ChannelId
    #: When the words reached the bot (aware).
    at: AwareDatetime
    #: Slack's one-off address for a private answer; `None` where words came without one.
    response_url: str | None = None
    #: The thread the words were said in, where they were said in one.
    thread_ts: str | None = None


class Emergency(Value):
    """Why something cannot wait."""

    #: As the estate's pattern wants it.
    ticket: str
    #: Somebody's own words.
    reason: str


class Wish(Value):
    """How and when a run is wanted, beside what it brings."""

    #: Wait for the next opening of a window, once the votes are there.
    when_open: bool = False
    #: Not before this moment (aware), once the votes are there.
    at: AwareDatetime | None = None
    emergency: Emergency | None = None


class Deploy(Value):
    """Bring an environment to a commit."""

    kind: Literal["deploy"] = "deploy"
    environment: EnvironmentName
    #: A branch, tag or commit as written; `None` means the environment's branch.
    ref: str | None = None
    #: Plan and show, then end; nothing is applied.
    dry_run: bool = False
    wish: Wish = Wish()
    #: Take the place of the run that waits for votes there.
    supersede: bool = False
    #: Take an earlier deploy back, by the commit that was good before it: past windows, freezes and locks.
    back: RunId | None = None


class Switch(Value):
    """Move live traffic to one of the two colours."""

    kind: Literal["switch"] = "switch"
    environment: EnvironmentName
    colour: Colour
    #: Names of services; empty: all of the environment.
    services: tuple[str, ...] = ()
    #: Parts of a hundred, going up to 100; `None`: as the estate says.
    steps: tuple[int, ...] | None = None
    #: Look and show every move, then end; nothing is moved.
    dry_run: bool = False
    #: Go back to where an earlier switch came from: in one step, past windows, freezes and votes.
    back: RunId | None = None
    wish: Wish = Wish()


class Rollback(Value):
    """Take back what was done in an environment last, or what one run did."""

    kind: Literal["rollback"] = "rollback"
    environment: EnvironmentName
    #: `None`: the last that changed something there.
    run: RunId | None = None


class Hold(Value):
    """Stay where a switch is, before its next move."""

    kind: Literal["hold"] = "hold"
    run: RunId | None = None


class Resume(Value):
    """Go on with a switch that is held."""

    kind: Literal["resume"] = "resume"
    run: RunId | None = None


class Skip(Value):
    """Wait no longer for the evidence of one step of a switch."""

    kind: Literal["skip"] = "skip"
    run: RunId | None = None
    emergency: Emergency


class Keep(Value):
    """Keep the old colour of a switch for longer."""

    kind: Literal["keep"] = "keep"
    run: RunId | None = None
    #: So much longer; `None`: as long as the estate says for a fresh one.
    length: timedelta | None = None


class Retire(Value):
    """Give up the old colour of a switch."""

    kind: Literal["retire"] = "retire"
    run: RunId | None = None


class Status(Value):
    """Ask what is going on, everywhere or in one environment."""

    kind: Literal["status"] = "status"
    environment: EnvironmentName | None = None


class Cancel(Value):
    """Stop a run; in mid-apply by one interrupt and a wait."""

    kind: Literal["cancel"] = "cancel"
    #: `None` inside a run's thread, or where only one run is open.
    run: RunId | None = None


class Review(Value):
    """Ask which emergencies nobody has looked at yet, or say what one of them came to."""

    kind: Literal["review"] = "review"
    #: `None` to see what is open.
    run: RunId | None = None
    #: What was found; somebody's own words.
    note: str = ""


class Lock(Value):
    """Keep others from starting runs in an environment, for a time."""

    kind: Literal["lock"] = "lock"
    environment: EnvironmentName
    length: timedelta
    #: Somebody's own words.
    reason: str


class Unlock(Value):
    """Let others start runs there again."""

    kind: Literal["unlock"] = "unlock"
    environment: EnvironmentName


class Help(Value):
    """Ask which words the bot knows."""

    kind: Literal["help"] = "help"


Request = Annotated[
    Deploy
    | Switch
    | Rollback
    | Hold
    | Resume
    | Skip
    | Keep
    | Retire
    | Status
    | Cancel
    | Review
    | Lock
    | Unlock
    | Help,
    Field(discriminator="kind"),
]
