"""The composition root: the only file that sees all. The command line is declared here."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

import handlers
import runners.checks
import runners.metrics
import runners.steps
from bot import estate as estates
from bot import plugins, settings
from bot.clock import SystemClock
from bot.domain.errors import InterlockError, SlackUnreachable
from bot.domain.estate import Estate
from bot.ear.app import Identity, Vocabulary, app, identify
from bot.ear.socket import Socket
from bot.ear.web import Web
from bot.estate import Kinds
from bot.outbox import Outbox
from bot.playground.example import Example
from bot.playground.server import Playground
from bot.playground.talk import script as talk_script
from bot.playground.talk import terminal as talk_terminal
from bot.playground.talk.bookmark import Bookmark
from bot.slack import client as slack_client
from bot.slack import failure
from bot.slack.directory import SlackDirectory
from bot.slack.manifest import SlashCommand, manifest
from bot.slack.thread import SlackThread
from bot.store import Store
from bot.store.chain import broken
from bot.store.database import urls
from bot.voice import Secrets, Voice
from handlers import Command, Desk, Gesture, Handler
from handlers._door import ROOT, Door
from runners import singleton
from runners.checks import Check
from runners.engine import Engine
from runners.iac.settings import TerraformSettings
from runners.iac.terraform import Terraform
from runners.kit import Kit
from runners.metrics import Metric
from runners.remind import LOOK, Remind
from runners.saga import Saga
from runners.schedule import Schedule
from runners.source.git import Git
from runners.steps import Step
from runners.tell import Narrator

log = logging.getLogger("interlock")

#: The name under which the bot works on the database.
ROLE = "bot"
#: Seconds between two tries to reach Slack at the start.
PATIENCE = 2.0

#: How much of Slack's politeness the demo keeps: nobody else is in its workspace.
_DEMO_PACE = 0.1
_GREETING = (
    "You are Ana. Ask for something, then be somebody else and approve it:",
    "  /deploy staging      as ben      react :white_check_mark:      /deploy staging bad-release",
    "`help` explains this prompt, `/interlock help` the bot.",
)

_HANDLERS = plugins.load(handlers, Handler)
COMMANDS = {word: kind for word, kind in _HANDLERS.items() if issubclass(kind, Command)}
GESTURES = {name: kind for name, kind in _HANDLERS.items() if issubclass(kind, Gesture)}
CHECKS = plugins.load(runners.checks, Check)  # type: ignore[type-abstract]
METRICS = plugins.load(runners.metrics, Metric)  # type: ignore[type-abstract]
STEPS = plugins.load(runners.steps, Step)  # type: ignore[type-abstract]
KINDS = Kinds(
    iac={"terraform": TerraformSettings},
    checks={kind: check.Settings for kind, check in CHECKS.items()},
    metrics={kind: metric.Settings for kind, metric in METRICS.items()},
)
WORDS = Vocabulary(
    commands=(*(f"/{word}" for word, command in COMMANDS.items() if command.slash), ROOT),
    events=("app_mention", *(event for gesture in GESTURES.values() for event in gesture.events)),
    actions=tuple(action for gesture in GESTURES.values() for action in gesture.actions),
)


def app_manifest(url: str | None) -> dict[str, Any]:
    """What Slack must be told about the bot; made from what it listens for."""
    own = tuple(
        SlashCommand(command=f"/{word}", description=command.summary[:100], usage_hint=command.usage)
        for word, command in COMMANDS.items()
        if command.slash
    )
    rest = " | ".join(word for word, command in COMMANDS.items() if not command.slash)
    root = SlashCommand(command=ROOT, description="Everything else: see /interlock help", usage_hint=rest)
    return manifest((*own, root), WORDS.events, url=url)


async def _introduce(slack: slack_client.AsyncWebClient) -> Identity:
    """Ask Slack who we are until it answers; a wrong token is not waited out."""
    while True:
        try:
            async with failure.told("auth.test"):
                return await identify(slack)
        except SlackUnreachable as error:
            log.warning("slack.unreachable", extra={"error": str(error)})
            await asyncio.sleep(PATIENCE)


@contextlib.asynccontextmanager
async def bot(configured: settings.Settings, estate: Estate, *, pace: float = 1.0) -> AsyncIterator[Kit]:
    """A working bot, from the first look at the database to the last word to Slack."""
    clock, secrets = SystemClock(), Secrets(configured.secrets)
    configured.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = {name: os.environ[name] for name in configured.passed if name in os.environ}
    async with contextlib.AsyncExitStack() as stack:
        held = singleton.hold(urls(configured.database)[0], ROLE)
        stack.callback(held.release)
        store = await Store.open(configured.database)
        stack.push_async_callback(store.close)
        token = configured.slack_bot_token.get_secret_value()
        slack = await stack.enter_async_context(slack_client.connected(token, configured.slack_api_url))
        identity = await _introduce(slack)
        thread, directory = SlackThread(slack), SlackDirectory(slack, estate, clock)
        outbox = Outbox(store, thread, clock, pace=pace)
        voice = Voice(store, clock, secrets, outbox.wake)
        tell = Narrator(estate=estate, journal=store, clock=clock, voice=voice, thread=thread)
        engine = Engine(role=ROLE, database=urls(configured.database)[0])
        git = Git(
            estate.repository.url,
            configured.data / "repository",
            folder=estate.folder,
            depth=None if estate.repository.depth == "full" else estate.repository.depth,
            passed=own,
        )
        kit = Kit(
            estate=estate,
            journal=store,
            clock=clock,
            engine=engine,
            directory=directory,
            source=git,
            iac=Terraform(configured.terraform),
            checks=CHECKS,
            metrics=METRICS,
            tell=tell,
            secrets=secrets,
            folder=configured.data.absolute(),
        )
        engine.launch(Saga(kit, {step.name: step(kit) for step in STEPS.values()}).walk)
        stack.push_async_callback(engine.close)
        desk = Desk(estate=estate, journal=store, clock=clock, engine=engine, directory=directory)
        door = Door(desk, voice, COMMANDS, GESTURES)
        stack.push_async_callback(door.close)
        stack.enter_context(_working(outbox.run(), "outbox"))
        stack.enter_context(_working(singleton.watch(held, _leave_at_once), "singleton"))
        schedule = Schedule()
        schedule.every(LOOK, "remind", Remind(estate=estate, journal=store, clock=clock, tell=tell))
        schedule.start()
        stack.callback(schedule.stop)
        for run in await store.open_runs():
            await engine.start(run.id)
        await door.resume()
        await _listen(stack, configured, slack, identity, door, store)
        log.info("bot.ready", extra={"team": identity.team, "environments": ",".join(estate.environments)})
        yield kit


async def _listen(
    stack: contextlib.AsyncExitStack,
    configured: settings.Settings,
    slack: slack_client.AsyncWebClient,
    identity: Identity,
    door: Door,
    store: Store,
) -> None:
    """Open the ears: a WebSocket where there is an app-level token, else HTTP; health in any case."""
    clock = SystemClock()
    secret = configured.slack_signing_secret.get_secret_value()
    bolt = app(slack, identity, WORDS, door.hear, clock, secret)
    token = configured.slack_app_token.get_secret_value()
    socket = Socket(bolt, slack, token) if token else None

    async def health() -> dict[str, bool]:
        return {"database": await store.answers(), "slack": socket is None or await socket.alive()}

    if configured.http:
        web = Web(configured.http, clock, health)
        if socket is None:
            web.hear(bolt, secret)
        await web.open()
        stack.push_async_callback(web.close)
    if socket:
        await socket.open()
        stack.push_async_callback(socket.close)


@contextlib.contextmanager
def _working(work: Awaitable[None], name: str) -> Any:
    """Keep something going; without it the process is of no use, so its end is the process's end."""

    def ended(task: "asyncio.Future[None]") -> None:
        if not task.cancelled():
            log.critical("bot.part_ended", extra={"part": name}, exc_info=task.exception())
            _leave_at_once()

    task = asyncio.ensure_future(work)
    task.add_done_callback(ended)
    try:
        yield
    finally:
        task.cancel()


def _leave_at_once() -> None:
    """Better no process than two, or a deaf one: whoever supervises us starts a fresh one."""
    logging.shutdown()
    os._exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.run(asked)
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
    found = estates.load(path, KINDS)
    sys.stdout.write(f"{path}: {len(found.environments)} environments, nothing wrong\n")
    return 0


def schema(_: argparse.Namespace) -> int:
    """Print the estate's JSON Schema."""
    sys.stdout.write(json.dumps(estates.schema(KINDS), indent=2) + "\n")
    return 0


def show_manifest(asked: argparse.Namespace) -> int:
    """Print the Slack app manifest."""
    sys.stdout.write(json.dumps(app_manifest(asked.url), indent=2) + "\n")
    return 0


def serve(asked: argparse.Namespace) -> int:
    """Run the bot until it is told to stop."""
    configured = settings.load()
    configured.demand_tokens()
    found = estates.load(_estate(asked), KINDS)
    return asyncio.run(_serve(configured, found))


async def _serve(configured: settings.Settings, estate: Estate) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, _stopper(stop))
    async with bot(configured, estate) as kit:
        await stop.wait()
        await kit.idle()
    return 0


def _stopper(stop: asyncio.Event) -> Callable[[], None]:
    def told() -> None:
        if stop.is_set():
            log.warning("bot.stopped_hard")
            _leave_at_once()
        log.info("bot.stopping")
        stop.set()

    return told


def demo(asked: argparse.Namespace) -> int:
    """Try it: workspace, bot and example estate in one process."""
    script = asked.script.read_text(encoding="utf-8").splitlines() if asked.script else None
    if script is not None:
        talk_script.read(script, str(asked.script))
    return asyncio.run(_demo(asked, script))


async def _demo(asked: argparse.Namespace, script: list[str] | None) -> int:
    folder: Path = asked.data.absolute()
    # There while a demo goes on, and after one that was killed: the next one goes on where that one was.
    unfinished = folder / "unfinished"
    if asked.fresh or not unfinished.exists():
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    held = singleton.hold(f"sqlite:///{folder / 'demo'}", "demo")
    unfinished.touch()
    async with Example(folder) as example, Playground(folder=folder / "workspace") as playground:
        configured = settings.Settings(
            estate=example.estate,
            data=folder / "data",
            slack_bot_token=SecretStr(playground.keys.bot),
            slack_app_token=SecretStr(playground.keys.app),
            slack_api_url=playground.url,
            http="",
        )
        async with bot(configured, estates.load(example.estate, KINDS), pace=_DEMO_PACE):
            if script is None:
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
    kept = command("record", record, "the append-only record of everything that was decided and done")
    what = kept.add_subparsers(dest="what", required=True, metavar="verify|export|show")
    what.add_parser("verify", help="check the hash chain")
    what.add_parser("export", help="print every entry, one JSON object a line")
    what.add_parser("show", help="print one run's entries").add_argument("number", type=int, metavar="RUN")
    return parser


if __name__ == "__main__":
    sys.exit(main())
