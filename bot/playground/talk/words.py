"""What can be typed, as values; whatever cannot be understood is answered with one sentence."""

import difflib
import re
import shlex

from bot.domain.errors import Refused
from bot.domain.value import Value

#: Seconds that a script waits for words unless it says otherwise.
PATIENCE = 60.0


class NotUnderstood(Refused):
    """One sentence that says what would be right."""


class As(Value):
    """Be somebody else."""

    name: str


class In(Value):
    """Go to another channel."""

    channel: str


class Command(Value):
    """A slash command."""

    name: str
    text: str


class Say(Value):
    """A message."""

    text: str


class React(Value):
    """An emoji put under a message, or taken away."""

    emoji: str
    number: int | None
    added: bool


class Click(Value):
    """A button pressed."""

    label: str
    number: int | None


class Thread(Value):
    """Read a thread, and talk in it from now on."""

    number: int


class Open(Value):
    """Read a file."""

    number: int


class Submit(Value):
    """Fill in the dialog: one value, or `name=value` for each field."""

    text: str


class Plain(Value):
    """A word that needs nothing else."""

    word: str


class Wait(Value):
    """Until somebody says this."""

    text: str
    #: Seconds.
    within: float


class Sleep(Value):
    """For so many seconds."""

    seconds: float


Step = As | In | Command | Say | React | Click | Thread | Open | Submit | Plain | Wait | Sleep

#: How each word is used, for help and for corrections.
USAGE = {
    "as": "as NAME                  be somebody else: as ben",
    "in": "in CHANNEL               go to a channel: in deploys",
    "/": "/COMMAND ARGUMENTS       a slash command: /deploy staging",
    "say": "say TEXT                 a message; other lines are messages too, @name calls somebody",
    "react": "react EMOJI [N]          put an emoji under message N, or under the newest with buttons",
    "unreact": "unreact EMOJI [N]        take it away again",
    "click": "click BUTTON [N]         press a button of message N, or of the newest that has it",
    "submit": "submit TEXT              fill in the dialog; several fields: submit NAME=VALUE ...",
    "dismiss": "dismiss                  close the dialog",
    "thread": "thread N                 read the thread of message N and talk in it, until the next `in`",
    "open": "open N                   read the files of message N",
    "home": "home                     look at the Home tab of the bot",
    "who": "who                      who and what is there",
    "help": "help                     these lines",
    "quit": "quit                     leave",
}
SCRIPT_USAGE = {
    "wait": "wait for TEXT [within 60s]",
    "sleep": "sleep 2s",
}
_PLAIN = frozenset({"dismiss", "home", "who", "help", "quit"})
_WAIT = re.compile(r"for (?P<text>.+?)(?: within (?P<seconds>\d+(?:\.\d+)?) ?s)?")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?) ?s?")


def parse(line: str) -> Step | None:
    """What somebody at the prompt means, `None` for an empty line or a comment; raises `NotUnderstood`."""
    return _known(line, USAGE) or _message(line)


def parse_script(line: str) -> Step | None:
    """The same for a line of a script, where a message begins with `say` or `@`; raises `NotUnderstood`."""
    known = _known(line, USAGE | SCRIPT_USAGE)
    stripped = line.strip()
    if known or not stripped or stripped.startswith("#"):
        return known
    if stripped.startswith("@"):
        return Say(text=stripped)
    word = stripped.split()[0]
    near = difflib.get_close_matches(word, [*USAGE, *SCRIPT_USAGE], 1)
    hint = f"; did you mean `{near[0]}`?" if near else "; a message is written as: say TEXT"
    message = f"`{word}` is not a word of scripts{hint}"
    raise NotUnderstood(message)


def _message(line: str) -> Step | None:
    stripped = line.strip()
    return Say(text=stripped) if stripped and not stripped.startswith("#") else None


def _known(line: str, usage: dict[str, str]) -> Step | None:
    stripped = line.strip()
    if re.match(r"/[a-z]", stripped):
        name, _, text = stripped.partition(" ")
        return Command(name=name, text=text.strip())
    word, _, rest = stripped.partition(" ")
    if word not in usage or word == "/":
        return None
    step = _step(word, rest.strip())
    if not step:
        form, _, _ = usage[word].partition("   ")
        message = f"`{word}` is used like this: {form.strip()}"
        if word in USAGE and rest:
            message += f" (to say these words: say {stripped})"
        raise NotUnderstood(message)
    return step


def _step(word: str, rest: str) -> Step | None:
    step: Step | None = None
    if word in _PLAIN and not rest:
        step = Plain(word=word)
    elif word in {"as", "in"} and re.fullmatch(r"[@#]?[\w.-]+", rest):
        step = As(name=rest.lstrip("@")) if word == "as" else In(channel=rest.lstrip("#"))
    elif word in {"thread", "open"} and rest.isdigit():
        step = Thread(number=int(rest)) if word == "thread" else Open(number=int(rest))
    elif word in {"react", "unreact", "click"}:
        step = _pointed(word, rest)
    elif word == "say" and rest:
        step = Say(text=rest)
    elif word == "submit":
        step = Submit(text=rest)
    elif word == "wait" and (wait := _WAIT.fullmatch(rest)):
        step = Wait(text=wait["text"], within=float(wait["seconds"] or PATIENCE))
    elif word == "sleep" and (seconds := _SECONDS.fullmatch(rest)):
        step = Sleep(seconds=float(seconds[1]))
    return step


def _pointed(word: str, rest: str) -> Step | None:
    """Something done to a message that may be named by its number."""
    what, _, last = rest.rpartition(" ")
    number = int(last) if what and last.isdigit() else None
    what = what.strip() if number is not None else rest
    if not what:
        return None
    if word == "click":
        return Click(label=what.strip("[]"), number=number)
    if " " in what:
        return None
    return React(emoji=what, number=number, added=word == "react")


def fields(text: str) -> dict[str, str]:
    """`name=value` pairs; raises `NotUnderstood`."""
    try:
        pairs = [part.partition("=") for part in shlex.split(text)]
    except ValueError as error:
        message = f"The quotes do not match: {text}"
        raise NotUnderstood(message) from error
    return {name: value for name, equals, value in pairs if equals}
