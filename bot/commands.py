"""The commands that need the whole house."""

import argparse
import asyncio
import contextlib
import json
import logging
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from bot import estate as estates
from bot import house, settings
from bot.clock import SystemClock
from bot.domain.errors import EstateBroken, Fault, Refused
from bot.domain.estate import Estate
from bot.kinds import KINDS
from bot.playground.example import Example
from bot.playground.seed import demo_seed
from bot.playground.server import Playground
from bot.playground.talk import script as talk_script
from bot.playground.talk.bookmark import Bookmark
from bot.render import text
from bot.store import Store
from bot.store.chain import broken
from runners import singleton
from runners.calendars import broken_files

log = logging.getLogger("interlock")

#: The demo's workspace knows the bot's commands, so that a mistyped one fails at once.
_SEED = demo_seed().model_copy(update={"commands": house.WORDS.commands})
#: How much of Slack's patience is kept before an event that nobody heard is repeated.
_HASTE = 0.05
_GREETING = (
    "You are Ana. Ask for something, then be somebody else and approve it:",
    "  /deploy staging      as ben      react :white_check_mark:      /deploy staging bad-release",
    "`help` explains this prompt, `/interlock help` the bot.",
)


def _estate(asked: argparse.Namespace) -> Path:
    return asked.estate or settings.load().estate


def estate(asked: argparse.Namespace) -> Estate:
    """Load the estate that is meant; raises `EstateBroken`."""
    return estates.load(_estate(asked), KINDS)


def check(asked: argparse.Namespace) -> int:
    """Validate the estate and every plugin it names."""
    path = asked.file or _estate(asked)
    found = estates.load(path, KINDS)
    if faults := asyncio.run(_untimely(path, found)):
        raise EstateBroken(faults)
    sys.stdout.write(f"{path}: {text.plural(len(found.environments), 'environment')}, nothing wrong\n")
    return 0


async def _untimely(path: Path, found: Estate) -> tuple[Fault, ...]:
    """What keeps no bot from its work, and should be mended all the same: freezes that are over, broken files."""
    clock = SystemClock()
    return estates.place(path, (*estates.past(found, clock.now()), *await broken_files(found, clock)))


def schema(_: argparse.Namespace) -> int:
    """Print the estate's JSON Schema."""
    sys.stdout.write(json.dumps(estates.schema(KINDS), indent=2) + "\n")
    return 0


def show_manifest(asked: argparse.Namespace) -> int:
    """Print the Slack app manifest."""
    sys.stdout.write(json.dumps(house.app_manifest(asked.url), indent=2) + "\n")
    return 0


def serve(asked: argparse.Namespace) -> int:
    """Run the bot until it is told to stop."""
    configured = settings.load()
    configured.demand_tokens()
    return asyncio.run(_serve(configured, estate(asked)))


async def _serve(configured: settings.Settings, estate: Estate) -> int:
    stop = asyncio.Event()
    loop, starting = asyncio.get_running_loop(), {asyncio.current_task()}
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, _stopper(stop, starting))
    try:
        async with house.bot(configured, estate) as kit:
            starting.clear()
            await stop.wait()
            await kit.idle()
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    return 0


def _stopper(stop: asyncio.Event, starting: "set[asyncio.Task[int] | None]") -> Callable[[], None]:
    def told() -> None:
        if stop.is_set():
            log.warning("bot.stopped_hard")
            house.leave_at_once()
        log.info("bot.stopping")
        stop.set()
        # A start may wait for Slack as long as it takes.
        for task in starting:
            if task is not None:
                task.cancel()

    return told


def demo(asked: argparse.Namespace) -> int:
    """Try it: workspace, bot and example estate in one process."""
    return asyncio.run(_demo(asked, _script(asked.script) if asked.script else None))


def _script(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        msg = f"{path}: {'does not exist' if isinstance(error, FileNotFoundError) else 'cannot be read as text'}"
        raise Refused(msg) from error
    talk_script.read(lines, str(path))
    return lines


async def _demo(asked: argparse.Namespace, script: list[str] | None) -> int:
    folder: Path = asked.data.absolute()
    # There while a demo goes on, and after one that was killed: the next one goes on where that one was.
    unfinished = folder / "unfinished"
    if asked.fresh or not unfinished.exists():
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    held = singleton.hold(f"sqlite:///{folder / 'demo'}", "demo")
    unfinished.touch()
    async with (
        Example(folder) as example,
        Playground(_SEED, folder=folder / "workspace", pause_factor=_HASTE) as playground,
        contextlib.AsyncExitStack() as held_open,
    ):
        configured = settings.Settings(
            estate=example.estate,
            data=folder / "data",
            slack_bot_token=SecretStr(playground.keys.bot),
            slack_app_token=SecretStr(playground.keys.app),
            slack_api_url=playground.url,
            http="",
        )
        words = held_open.enter_context((folder / "interlock.log").open("a", encoding="utf-8"))
        async with house.bot(configured, estates.load(example.estate, KINDS), log_to=words):
            if script is None:
                # The prompt's library is large, and only this one command needs it.
                from bot.playground.talk import terminal as talk_terminal  # noqa: PLC0415 -- see above

                await talk_terminal.chat(playground, _GREETING)
                met = True
            else:
                place = Bookmark(folder / "place.json")
                met = await talk_script.play(
                    playground, script, sys.stdout, name=str(asked.script), bookmark=place
                )
    unfinished.unlink()
    held.release()
    return 0 if met else 1


def record(asked: argparse.Namespace) -> int:
    """Verify, export or show the record."""
    return asyncio.run(_record(asked))


async def _record(asked: argparse.Namespace) -> int:
    store = await Store.open(settings.load().database)
    try:
        entries = await store.record(asked.number if asked.what == "show" else None)
    finally:
        await store.close()
    if asked.what == "verify":
        wrong = broken(entries)
        said = f"entry {wrong} is not what it was" if wrong else "the chain holds"
        sys.stdout.write(f"{len(entries)} entries; {said}\n")
        return 1 if wrong else 0
    for entry in entries:
        sys.stdout.write(entry.model_dump_json() + "\n")
    return 0
