"""The command line: what `interlock` can be asked to do.

What only some commands need is imported where they need it: a question is answered without waking a bot.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import SecretStr

from bot import estate as estates
from bot import kinds, settings
from bot.clock import SystemClock
from bot.domain.errors import EstateBroken, Fault, InterlockError, Refused
from bot.domain.estate import Estate, RuleName

log = logging.getLogger("interlock")

#: How much of Slack's patience is kept before an event that nobody heard is repeated.
_HASTE = 0.05
_GREETING = (
    "You are Ana. Ask for something, then be somebody else and approve it:",
    "  /deploy staging      as ben      react :white_check_mark:      /deploy staging bad-release",
    "`help` explains this prompt, `/interlock help` the bot.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.run(asked)
    except EstateBroken as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except InterlockError as error:
        sys.stderr.write(f"interlock: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _estate(asked: argparse.Namespace) -> Path:
    return asked.estate or settings.load().estate


def check(asked: argparse.Namespace) -> int:
    """Validate the estate and every plugin it names."""
    path = asked.file or _estate(asked)
    found = estates.load(path, kinds.KINDS)
    if faults := asyncio.run(_untimely(path, found)):
        raise EstateBroken(faults)
    sys.stdout.write(f"{path}: {len(found.environments)} environments, nothing wrong\n")
    return 0


async def _untimely(path: Path, found: Estate) -> tuple[Fault, ...]:
    """What keeps no bot from its work, and should be mended all the same: freezes that are over, broken files."""
    from runners.calendars import broken_files

    clock = SystemClock()
    return estates.place(path, (*estates.past(found, clock.now()), *await broken_files(found, clock)))


def schema(_: argparse.Namespace) -> int:
    """Print the estate's JSON Schema."""
    sys.stdout.write(json.dumps(estates.schema(kinds.KINDS), indent=2) + "\n")
    return 0


def show_manifest(asked: argparse.Namespace) -> int:
    """Print the Slack app manifest."""
    from bot import house

    sys.stdout.write(json.dumps(house.app_manifest(asked.url), indent=2) + "\n")
    return 0


def serve(asked: argparse.Namespace) -> int:
    """Run the bot until it is told to stop."""
    configured = settings.load()
    configured.demand_tokens()
    found = estates.load(_estate(asked), kinds.KINDS)
    return asyncio.run(_serve(configured, found))


async def _serve(configured: settings.Settings, estate: Estate) -> int:
    from bot import house

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
            from bot import house

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
    from bot.playground.talk import script as talk_script

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        msg = f"{path}: {'does not exist' if isinstance(error, FileNotFoundError) else 'cannot be read as text'}"
        raise Refused(msg) from error
    talk_script.read(lines, str(path))
    return lines


async def _demo(asked: argparse.Namespace, script: list[str] | None) -> int:
    from bot import house
    from bot.playground.example import Example
    from bot.playground.seed import demo_seed
    from bot.playground.server import Playground
    from bot.playground.talk import script as talk_script
    from bot.playground.talk.bookmark import Bookmark
    from runners import singleton

    # The demo's workspace knows the bot's commands, so that a mistyped one fails at once.
    seed = demo_seed().model_copy(update={"commands": house.WORDS.commands})
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
        Playground(seed, folder=folder / "workspace", pause_factor=_HASTE) as playground,
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
        async with house.bot(configured, estates.load(example.estate, kinds.KINDS), log_to=words):
            if script is None:
                from bot.playground.talk import terminal as talk_terminal

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
    from bot.store import Store
    from bot.store.chain import broken

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


def when(asked: argparse.Namespace) -> int:
    """Say whether something may run, why not, and when next."""
    from bot import when as question

    return question.run(asked)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--estate",
        type=Path,
        metavar="FILE",
        help="the estate file (else INTERLOCK_ESTATE, else ./interlock.yaml)",
    )
    parser = argparse.ArgumentParser(
        prog="interlock", description="Deploys infrastructure, and cannot be talked into an unsafe move."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[common])
        made.set_defaults(run=run)
        return made

    tried = command(
        "demo", demo, "try it here: a local workspace, the bot and an example estate in one process"
    )
    tried.add_argument("--script", type=Path, metavar="FILE", help="play a file of lines instead of asking")
    tried.add_argument("--data", type=Path, default=Path(".interlock/demo"), metavar="DIR", help="its folder")
    tried.add_argument("--fresh", action="store_true", help="begin anew where an earlier demo was killed")
    command("serve", serve, "run the bot")
    checked = command("check", check, "validate the estate and every plugin it names")
    checked.add_argument("file", nargs="?", type=Path, metavar="interlock.yaml")
    told = command("manifest", show_manifest, "print the Slack app manifest")
    told.add_argument("--url", help="where Slack reaches the bot over HTTP; without it, Socket Mode")
    command("schema", schema, "print the estate's JSON Schema")
    asked = command("when", when, "may it run then, why not, and when next")
    asked.add_argument("environment", metavar="ENV", help="the environment")
    asked.add_argument("--class", dest="rule", metavar="C", help=f"one of {', '.join(RuleName)}; else each")
    asked.add_argument("--at", metavar="TIME", help="a moment, like 2026-11-22T02:00Z; else now")
    asked.add_argument(
        "--json", action="store_true", help="print one JSON object, by default of standard changes"
    )
    kept = command("record", record, "the append-only record of everything that was decided and done")
    what = kept.add_subparsers(dest="what", required=True, metavar="verify|export|show")
    what.add_parser("verify", help="check the hash chain")
    what.add_parser("export", help="print every entry, one JSON object a line")
    what.add_parser("show", help="print one run's entries").add_argument("number", type=int, metavar="RUN")
    return parser


if __name__ == "__main__":
    sys.exit(main())
