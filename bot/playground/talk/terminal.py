"""The chat at a terminal: a prompt that stays whole while messages arrive."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from bot.playground.server import Playground
from bot.playground.talk import words
from bot.playground.talk.screen import Screen
from bot.playground.talk.seat import Seat
from bot.playground.talk.words import NotUnderstood


async def chat(playground: Playground, greeting: Sequence[str]) -> None:
    """Talk until somebody quits; *greeting* is printed first."""
    session: PromptSession[str] = PromptSession(completer=_completer(playground))
    with patch_stdout(raw=True):
        console = Console(file=sys.stdout, force_terminal=True, highlight=False, markup=False, emoji=False)
        screen = Screen(console, playground.workspace)
        seat = Seat(playground, screen)
        for line in greeting:
            screen.note(line, "")
        watching = asyncio.create_task(_watch(playground, screen))
        try:
            await _talk(session, seat, screen)
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


async def _talk(session: PromptSession[str], seat: Seat, screen: Screen) -> None:
    while True:
        try:
            line = await session.prompt_async(seat.prompt)
        except (EOFError, KeyboardInterrupt):
            return
        try:
            step = words.parse(line)
            if isinstance(step, words.Plain) and step.word == "quit":
                return
            if step:
                await seat.do(step)
        except NotUnderstood as error:
            screen.note(f"  {error}", "red")
        screen.catch_up()


async def _watch(playground: Playground, screen: Screen) -> None:
    async for change in playground.workspace.follow(screen.shown):
        screen.show(change)


def _completer(playground: Playground) -> WordCompleter:
    seed = playground.workspace.seed
    known = [word for word in words.USAGE if word != "/"]
    return WordCompleter([*known, *seed.commands], sentence=True)
