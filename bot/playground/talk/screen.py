"""What happens in the workspace, printed as it happens."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from bot.playground.talk import emoji, layout, markup
from bot.playground.things import Change, File, Happening, Message, View
from bot.playground.workspace import Workspace

#: Lines shown of what an edit changed.
_MOST_EDITED = 4
#: What moves in a line of progress.
_MOVING = re.compile(r"[\d▓░.,:]+")
#: Lines shown of a file.
_MOST_OF_FILE = 400


class Screen:
    """Numbers messages as they come, so that people can point at them."""

    def __init__(self, console: Console, workspace: Workspace) -> None:
        """Print on *console*; what was said before is numbered but not printed."""
        self._console = console
        self._workspace = workspace
        self._numbers: dict[tuple[str, str], int] = {}
        self._places: list[tuple[str, str]] = []
        #: The newest change that is shown.
        self.shown = workspace.number
        for change in workspace.since(0):
            if change.message:
                self.number(change.message)

    def number(self, message: Message) -> int:
        """By which number people call *message*; counts up from 1."""
        place = (message.channel, message.ts)
        if place not in self._numbers:
            self._places.append(place)
            self._numbers[place] = len(self._places)
        return self._numbers[place]

    def message(self, number: int) -> Message | None:
        """The message of that number, if it is still there."""
        if not 1 <= number <= len(self._places):
            return None
        return self._workspace.message(*self._places[number - 1])

    def catch_up(self) -> None:
        """Show all that was not shown yet."""
        for change in self._workspace.since(self.shown):
            self.show(change)

    def show(self, change: Change) -> None:
        """Print one change, unless it is shown already."""
        if change.number <= self.shown:
            return
        self.shown = change.number
        message = change.message
        if message and change.what is Happening.POSTED:
            self.print(message)
        elif message and change.what is Happening.EDITED:
            self._edited(message, change.before)
        elif message and change.what is Happening.DELETED:
            self.note(f"  ✂ [{self.number(message)}] was deleted")
        elif message and change.emoji:
            verb = "" if change.what is Happening.REACTED else "took back "
            picture = emoji.picture(change.emoji)
            self.note(f"  [{self.number(message)}] {self._name(change.user)} {verb}{picture}")
        elif change.view:
            self._viewed(change.what, change.view)

    def print(self, message: Message) -> None:
        """Print a message with its head, its lines and its files."""
        margin = "  └ " if message.thread_ts else ""
        self._line(Text.assemble((margin, "dim"), self._head(message)))
        indent = "      " if message.thread_ts else "    "
        for line in layout.lines(message, self._workspace):
            self._line(Text.assemble(indent, line))
        number = self.number(message)
        for file in message.files:
            self._line(Text(f"{indent}{_shown(file, number)}", "blue"))

    def open(self, message: Message) -> None:
        """Print the files of *message*."""
        for file in message.files:
            if _pictured(file):
                self._line(Text(_shown(file, self.number(message)), "blue"))
                if place := self._workspace.place(file.id):
                    self.note(f"   {place}")
                continue
            content = (self._workspace.content(file.id) or b"").decode(errors="replace").split("\n")
            self._line(Text(f"── {file.name} ({_size(file)})", "blue"))
            for line in content[:_MOST_OF_FILE]:
                self._line(markup.diff(line))
            if len(content) > _MOST_OF_FILE:
                self.note(f"… and {len(content) - _MOST_OF_FILE} more")

    def note(self, line: str, style: str = "dim") -> None:
        """Print a line of the chat's own."""
        self._line(Text(line, style))

    def _head(self, message: Message) -> Text:
        at = datetime.fromtimestamp(float(message.ts), UTC).astimezone()
        head = Text.assemble(
            (f"[{self.number(message)}] ", "dim"),
            (self._name(message.user), "bold"),
            (f" {at:%H:%M:%S}", "dim"),
        )
        parent = self._workspace.message(message.channel, message.thread_ts) if message.thread_ts else None
        channel = self._workspace.channels[message.channel].name or "direct message"
        if parent:
            head.append(f" under [{self.number(parent)}]", "dim")
        if not parent or message.broadcast:
            head.append(f"{' and' if parent else ''} in #{channel}", "dim")
        if message.only_for:
            head.append(f" (only visible to {self._name(message.only_for)})", "italic magenta")
        return head

    def _edited(self, message: Message, before: Message | None) -> None:
        old = [line.plain for line in layout.lines(before, self._workspace)] if before else []
        now = layout.lines(message, self._workspace)
        new = [line for line in now if line.plain not in old]
        gone = [line for line in old if line not in [each.plain for each in now]]
        number = self.number(message)
        if not new and gone:
            self.note(f"  ~ [{number}] no longer: {' / '.join(line.strip() for line in gone[:2])}")
        # What moved only in its numbers is progress, of which one line says enough.
        known = {_skeleton(line) for line in old}
        told = [line for index, line in enumerate(new) if index == 0 or _skeleton(line.plain) not in known]
        for line in told[:_MOST_EDITED]:
            self._line(Text.assemble((f"  ~ [{number}] ", "dim"), line))
        if len(told) > _MOST_EDITED:
            self.note(f"  ~ [{number}] … and {len(told) - _MOST_EDITED} more")

    def _viewed(self, what: Happening, view: View) -> None:
        who = self._name(view.user)
        if what is Happening.VIEW_CLOSED:
            self.note(f"  the dialog of {who} is closed")
            return
        home = what is Happening.HOME
        title = "Home" if home else str(view.body["title"]["text"])
        self._line(
            Text.assemble(("╭ ", "dim"), (title, "bold"), (f" (only visible to {who})", "italic magenta"))
        )
        for line in layout.blocks(view.body["blocks"], self._workspace).split("\n"):
            self._line(Text.assemble(("│ ", "dim"), line))
        self.note("╰" if home else "╰ submit TEXT, or dismiss")

    def _name(self, user: str | None) -> str:
        member = self._workspace.members.get(user or "")
        return member.name if member else "slackbot"

    def _line(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


def _skeleton(line: str) -> str:
    return _MOVING.sub("#", line)


def _pictured(file: File) -> bool:
    return file.mimetype.startswith("image/")


def _shown(file: File, number: int) -> str:
    """Name a file; a terminal shows no pictures, so of one it says what is on it."""
    if _pictured(file):
        return f"🖼 {file.name}: {' '.join(file.alt_text.split()) or 'nobody says what it shows'}"
    return f"📎 {file.name} ({_size(file)}) - open {number}"


def _size(file: File) -> str:
    return f"{file.size:,} bytes" if file.size < 10_000 else f"{file.size // 1000:,} kB"


def latest(messages: Sequence[Message]) -> Message | None:
    """The one that was posted last."""
    return max(messages, key=lambda message: float(message.ts), default=None)
