"""Somebody at the keyboard: who they are, where they are, and what they do."""

from rich.text import Text

from bot.playground.api import views
from bot.playground.refusal import Refusal
from bot.playground.server import Playground
from bot.playground.talk import emoji, layout, words
from bot.playground.talk.screen import Screen, latest
from bot.playground.talk.words import NotUnderstood
from bot.playground.things import Member, Message

_REFUSALS = {
    "not_in_channel": "{name} is not in #{channel}.",
    "already_reacted": "{name} has put this emoji there already.",
    "no_reaction": "{name} has not put this emoji there.",
    "message_not_found": "{name} cannot do that with this message.",
}


class Nowhere(NotUnderstood):
    """What somebody pointed at is not there; it may come yet."""


class Seat:
    """Does what a line says, as one person in one channel."""

    def __init__(self, playground: Playground, screen: Screen) -> None:
        """Sit down as the first person in the first channel."""
        self._playground = playground
        self._workspace = playground.workspace
        self._screen = screen
        self.person: Member = next(each for each in self._workspace.members.values() if not each.bot)
        self.channel = next(iter(self._workspace.channels.values()))
        self._thread: Message | None = None

    @property
    def prompt(self) -> str:
        """Who is where: `ana #deploys> `."""
        thread = f" [{self._screen.number(self._thread)}]" if self._thread else ""
        return f"{self.person.name} #{self.channel.name}{thread}> "

    async def do(self, step: words.Step) -> None:
        """Carry it out; raises `NotUnderstood` with a sentence where that cannot be done."""
        try:
            await self._do(step)
        except Refusal as refusal:
            sentence = _REFUSALS.get(refusal.code, f"The workspace refused this: {refusal.code}.")
            message = sentence.format(name=self.person.name, channel=self.channel.name)
            raise NotUnderstood(message) from refusal

    async def _do(self, step: words.Step) -> None:
        person, channel = self.person.id, self.channel.id
        match step:
            case words.As():
                self._become(step.name)
            case words.In():
                self._go(step.channel)
            case words.Command():
                await self._playground.command(person, channel, step.name, step.text)
            case words.Say():
                thread = self._thread.ts if self._thread else None
                await self._playground.say(person, channel, step.text, thread)
            case words.React():
                await self._react(step)
            case words.Click():
                await self._click(step)
            case words.Submit():
                await self._submit(step.text)
            case words.Plain():
                await self._plain(step.word)
            case _:
                self._look(step)

    def _look(self, step: words.Step) -> None:
        match step:
            case words.Thread():
                self._read(step.number)
            case words.Open():
                self._open(step.number)
            case _:
                message = "Only scripts can do that."
                raise NotUnderstood(message)

    def _become(self, name: str) -> None:
        people = {each.name: each for each in self._workspace.members.values() if not each.bot}
        if name not in people:
            message = f"Nobody here is called {name}; there are {', '.join(people)}."
            raise NotUnderstood(message)
        self.person = people[name]

    def _go(self, name: str) -> None:
        channels = {each.name: each for each in self._workspace.channels.values() if each.name}
        if name not in channels:
            message = f"There is no channel {name}; there are {', '.join(channels)}."
            raise NotUnderstood(message)
        self.channel, self._thread = channels[name], None

    async def _plain(self, word: str) -> None:
        if word == "help":
            for line in words.USAGE.values():
                self._screen.note(f"  {line}", "")
        elif word == "who":
            self._who()
        elif word == "home":
            await self._playground.open_home(self.person.id)
        elif word == "dismiss":
            await self._playground.dismiss(self.person.id, self._dialog())

    def _who(self) -> None:
        for member in self._workspace.members.values():
            groups = [
                f"@{each.handle}" for each in self._workspace.groups.values() if member.id in each.members
            ]
            marks = {
                "bot": member.bot,
                "guest": member.guest,
                "from another workspace": bool(member.team),
                "deactivated": member.deleted,
            }
            notes = [*groups, *(mark for mark, holds in marks.items() if holds)]
            self._screen.note(f"  {member.name:12} {', '.join(notes)}", "")
        channels = [f"#{each.name}" for each in self._workspace.channels.values() if each.name]
        self._screen.note(f"  channels: {', '.join(channels)}", "")

    # Pointing at messages.

    def _numbered(self, number: int) -> Message:
        message = self._screen.message(number)
        if not message:
            sentence = f"There is no message {number}."
            raise Nowhere(sentence)
        return message

    def _visible(self) -> list[Message]:
        """What the person can see in this channel."""
        return [
            each
            for each in self._workspace.messages(self.channel.id)
            if each.only_for in (None, self.person.id)
        ]

    async def _react(self, step: words.React) -> None:
        name = emoji.name(step.emoji)
        target = self._numbered(step.number) if step.number else self._to_react(name, added=step.added)
        if not target:
            message = "There is no message to put an emoji under, or to take one from."
            raise Nowhere(message)
        change = self._playground.react if step.added else self._playground.unreact
        await change(self.person.id, target.channel, target.ts, name)

    def _to_react(self, name: str, *, added: bool) -> Message | None:
        shared = [each for each in self._visible() if not each.only_for]
        if not added:
            mine = (
                each
                for each in shared
                if any(held.name == name and self.person.id in held.users for held in each.reactions)
            )
            return latest([*mine])
        return latest([each for each in shared if any(layout.buttons(each))])

    async def _click(self, step: words.Click) -> None:
        held = [self._numbered(step.number)] if step.number else self._visible()
        wanted = step.label.casefold()
        for exact in (True, False):
            with_it = {
                message.ts: (message, button)
                for message in held
                for label, button in layout.buttons(message)
                if label.casefold() == wanted or (not exact and wanted in label.casefold())
            }
            if with_it:
                message, button = with_it[max(with_it, key=float)]
                await self._playground.click(self.person.id, message.channel, message.ts, button["action_id"])
                return
        sentence = f"No message has a button {step.label}."
        raise Nowhere(sentence)

    def _dialog(self) -> str:
        view = views.top(self._playground, self.person.id)
        if not view:
            message = f"No dialog is open for {self.person.name}."
            raise Nowhere(message)
        return view.id

    async def _submit(self, text: str) -> None:
        name = self._dialog()
        blocks = self._workspace.views[name].body["blocks"]
        inputs = [block["element"]["action_id"] for block in blocks if block["type"] == "input"]
        values = {inputs[0]: text} if len(inputs) == 1 else words.fields(text)
        outcome = await self._playground.submit(self.person.id, name, values)
        for what in outcome.errors.values():
            self._screen.note(f"  {what}", "red")
        if outcome.error:
            self._screen.note(f"  The dialog did not work: {outcome.error}", "red")

    def _read(self, number: int) -> None:
        message = self._numbered(number)
        parent = self._workspace.message(message.channel, message.thread_ts or message.ts) or message
        self.channel, self._thread = self._workspace.channels[parent.channel], parent
        for each in (parent, *self._workspace.replies(parent)):
            self._screen.print(each)

    def _open(self, number: int) -> None:
        message = self._numbered(number)
        if not message.files:
            sentence = f"Message {number} has no file."
            raise NotUnderstood(sentence)
        self._screen.open(message)


def echo(seat: Seat, line: str) -> Text:
    """A typed line as a transcript shows it."""
    return Text.assemble((f"{seat.person.name}> ", "bold green"), (line, "bold"))
