"""Plays a script of chat lines and waits, and tells whether every wait was met."""

import asyncio
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console

from bot.playground.server import Playground
from bot.playground.talk import layout, words
from bot.playground.talk.bookmark import Bookmark, Place
from bot.playground.talk.screen import Screen
from bot.playground.talk.seat import Nowhere, Seat, echo
from bot.playground.talk.words import NotUnderstood, Step
from bot.playground.things import Change, Happening

#: Seconds that a line waits for the message or button that it points at.
_PATIENCE = 10.0
#: Columns of a transcript; longer lines stay whole.
_WIDTH = 200


class NotAScript(NotUnderstood):
    """Lines of a script that cannot be understood, each as `file:line: sentence`."""


class Unmet(Exception):
    """Nobody said what a script waited for."""


def read(lines: Sequence[str], name: str) -> list[Step | None]:
    """What each line means; raises `NotAScript` with all that is wrong."""
    steps: list[Step | None] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            steps.append(words.parse_script(line))
        except NotUnderstood as error:
            wrong.append(f"{name}:{number}: {error}")
    if wrong:
        raise NotAScript("\n".join(wrong))
    return steps


async def play(
    playground: Playground,
    lines: Sequence[str],
    out: TextIO,
    *,
    name: str = "script",
    bookmark: Bookmark | None = None,
) -> bool:
    """Play *lines* and print the transcript to *out*; returns whether every wait was met.

    Waits that follow one another, with nothing done between them, may be met in any order, by anything
    said since the waits before. With a *bookmark* a script that was cut off goes on after its last
    finished line. Raises `NotAScript` before anything is played.
    """
    steps = read(lines, name)
    bookmark = bookmark or Bookmark()
    return await _Player(playground, lines, out, name, bookmark).play(steps)


class _Player:
    def __init__(
        self, playground: Playground, lines: Sequence[str], out: TextIO, name: str, bookmark: Bookmark
    ) -> None:
        self._workspace = playground.workspace
        self._console = Console(file=out, highlight=False, markup=False, emoji=False, width=_WIDTH)
        self._screen = Screen(self._console, playground.workspace)
        self._seat = Seat(playground, self._screen)
        self._lines = lines
        self._name = name
        self._bookmark = bookmark
        begun = bookmark.find(lines)
        number = playground.workspace.number
        self._place = begun or Place(after=number, found=number)

    async def play(self, steps: Sequence[Step | None]) -> bool:
        if self._place.line:
            self._screen.note(f"(going on after line {self._place.line})")
        for number, (line, step) in enumerate(zip(self._lines, steps, strict=True), start=1):
            if number <= self._place.line:
                # Who and where are not kept, so those lines are done again.
                if isinstance(step, words.As | words.In):
                    await self._seat.do(step)
                continue
            try:
                await self._line(line, step)
            except (NotUnderstood, Unmet) as error:
                self._screen.catch_up()
                self._screen.note(f"{self._name}:{number}: {error}", "bold red")
                return False
            self._keep(line=number)
            if isinstance(step, words.Plain) and step.word == "quit":
                break
        self._screen.catch_up()
        self._bookmark.remove()
        return True

    async def _line(self, line: str, step: Step | None) -> None:
        match step:
            case None:
                self._screen.note(line.strip())
            case words.Sleep():
                await asyncio.sleep(step.seconds)
            case words.Wait():
                await self._wait(step)
            case words.Plain(word="quit"):
                pass
            case words.As():
                # The name stands before each line that follows.
                await self._seat.do(step)
            case _:
                self._console.print(echo(self._seat, line.strip()), soft_wrap=True)
                if not isinstance(step, words.In):
                    # The next waits look at what was said since the last ones were met.
                    self._keep(after=self._place.found)
                await self._do(step)
        self._screen.catch_up()

    async def _do(self, step: Step) -> None:
        """Do it, with some patience for what it points at."""
        try:
            async with asyncio.timeout(_PATIENCE) as patience:
                while True:
                    news = self._workspace.number
                    try:
                        await self._seat.do(step)
                    except Nowhere:
                        # A reader of the transcript sees what there was to point at.
                        self._screen.catch_up()
                        async for _ in self._workspace.follow(news):
                            break
                    else:
                        return
        except TimeoutError:
            if not patience.expired():
                raise
        await self._seat.do(step)

    async def _wait(self, step: words.Wait) -> None:
        wanted = " ".join(step.text.split())
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(step.within):
                async for change in self._workspace.follow(self._place.after):
                    self._screen.show(change)
                    if wanted in self._said(change):
                        break
        except TimeoutError as error:
            message = f"waited {step.within:g} s for “{step.text}”, and nobody said it"
            raise Unmet(message) from error
        self._keep(found=max(self._place.found, change.number))
        self._screen.catch_up()
        self._screen.note(f"✔ {step.text} ({loop.time() - began:.1f} s)", "green")

    def _said(self, change: Change) -> str:
        """What the bot, or Slack itself, has newly said in *change*, on one line."""
        if change.view and change.what is not Happening.VIEW_CLOSED:
            return " ".join(layout.blocks(change.view.body["blocks"], self._workspace).plain.split())
        message = change.message
        if not message or change.what not in {Happening.POSTED, Happening.EDITED}:
            return ""
        member = self._workspace.members.get(message.user)
        # What people say in a script is no answer to it.
        return "" if member and not member.bot else layout.words(message, self._workspace)

    def _keep(self, **changed: int) -> None:
        self._place = self._place.model_copy(update=changed)
        self._bookmark.put(self._lines, self._place)
