"""The composition root: puts the bot together, with all its edges."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TextIO

from slack_sdk.web.async_client import AsyncWebClient

import handlers
import runners.steps
from bot import kinds, logs, plugins, settings
from bot.clock import SystemClock
from bot.domain.errors import SettingsBroken, SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.estate import Estate
from bot.domain.value import EnvironmentName
from bot.ear.app import Identity, Vocabulary, app, identify
from bot.ear.socket import Socket
from bot.ear.web import Web
from bot.estate import past
from bot.outbox import Outbox
from bot.slack import channels, client, failure
from bot.slack.dialogs import SlackDialogs
from bot.slack.directory import SlackDirectory
from bot.slack.manifest import SlashCommand, manifest
from bot.slack.thread import SlackThread
from bot.store import Store
from bot.store.database import urls
from bot.voice import Secrets, Voice
from handlers import Command, Desk, Gesture, Handler
from handlers._door import ROOT, SAYS, Door
from runners import singleton
from runners.aws import Aws
from runners.calendars import EstateCalendars
from runners.drawing import Painter
from runners.engine import Engine
from runners.iac.terraform import Terraform
from runners.kit import Kit
from runners.later import Later
from runners.lease import Keeper
from runners.nag import Nag
from runners.overhear import Overhear
from runners.queue import Queue
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
#: For so long after its end people still look at a run.
_OF_INTEREST = timedelta(hours=1)

_HANDLERS = plugins.load(handlers, Handler)
COMMANDS = {word: kind for word, kind in _HANDLERS.items() if issubclass(kind, Command)}
GESTURES = {name: kind for name, kind in _HANDLERS.items() if issubclass(kind, Gesture)}
# The family is abstract on purpose, and its members are not.
STEPS = plugins.load(runners.steps, Step)  # type: ignore[type-abstract]
WORDS = Vocabulary(
    commands=(*(f"/{word}" for word, command in COMMANDS.items() if command.slash), ROOT),
    events=("app_mention", *(event for gesture in GESTURES.values() for event in gesture.events)),
    actions=(
        *(action for gesture in GESTURES.values() for action in gesture.actions),
        *(f"{SAYS}{word}" for word in COMMANDS),
    ),
    views={view: gesture.faults for gesture in GESTURES.values() for view in gesture.views},
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


async def _introduce(slack: AsyncWebClient) -> Identity:
    """Ask Slack who we are until it answers; a wrong token is not waited out."""
    while True:
        try:
            async with failure.told("auth.test"):
                return await identify(slack)
        except SlackUnreachable as error:
            log.warning("slack.unreachable", extra={"error": str(error)})
            await asyncio.sleep(PATIENCE)
        except SlackThrottled as error:
            await asyncio.sleep(error.seconds)
        except SlackRefused as error:
            msg = f"INTERLOCK_SLACK_BOT_TOKEN is not accepted: {error}"
            raise SettingsBroken(msg) from error


async def _look_for_mute_channels(slack: AsyncWebClient, estate: Estate) -> None:
    """Warn at the start: a run that is announced where nobody hears it would expire unseen."""
    try:
        for name, why in (await channels.mute(slack, estate.slack.channels)).items():
            log.warning("channel.mute", extra={"channel": name, "why": why})
    except (SlackThrottled, SlackUnreachable) as error:
        log.warning("channel.unknown", extra={"error": str(error)})


def _source(configured: settings.Settings, estate: Estate) -> Git:
    """The repository, with what git may know of our own surroundings."""
    return Git(
        estate.repository.url,
        configured.data / "repository",
        folder=estate.folder,
        depth=None if estate.repository.depth == "full" else estate.repository.depth,
        passed={name: os.environ[name] for name in configured.passed if name in os.environ},
    )


@contextlib.asynccontextmanager
async def bot(
    configured: settings.Settings, estate: Estate, *, pace: float = 1.0, log_to: TextIO | None = None
) -> AsyncIterator[Kit]:
    """A working bot, from the first look at the database to the last word to Slack."""
    clock, secrets = SystemClock(), Secrets(configured.secrets)
    logs.install(logs.Redaction(secrets.scrub), stream=log_to)
    try:
        configured.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        msg = f"INTERLOCK_DATA: {configured.data} cannot be made: {error.strerror}"
        raise SettingsBroken(msg) from error
    for (_, index, _), sentence in past(estate, clock.now()):
        log.warning("freeze.past", extra={"freeze": index, "why": sentence})
    async with contextlib.AsyncExitStack() as stack:
        held = singleton.hold(urls(configured.database)[0], ROLE)
        stack.callback(held.release)
        store = await Store.open(configured.database, lambda: held.ours)
        stack.push_async_callback(store.close)
        token = configured.slack_bot_token.get_secret_value()
        slack = await stack.enter_async_context(client.connected(token, configured.slack_api_url))
        identity = await _introduce(slack)
        await _look_for_mute_channels(slack, estate)
        thread, directory = SlackThread(slack), SlackDirectory(slack, estate, clock)
        outbox = Outbox(store, thread, clock, pace=pace)
        calendars = EstateCalendars(estate, clock)
        voice = Voice(store, clock, secrets, outbox.wake)
        tell = Narrator(
            estate=estate,
            journal=store,
            calendars=calendars,
            clock=clock,
            voice=voice,
            thread=thread,
            draw=Painter(secrets.scrub).draw,
        )
        later = Later(tell, clock)
        stack.push_async_callback(later.close)
        engine = Engine(role=ROLE, database=urls(configured.database)[0])
        kit = Kit(
            estate=estate,
            journal=store,
            clock=clock,
            engine=engine,
            directory=directory,
            calendars=calendars,
            source=_source(configured, estate),
            iac=Terraform(configured.terraform),
            checks=kinds.CHECKS,
            metrics=kinds.METRICS,
            switchers=kinds.SWITCHERS,
            aws=stack.enter_context(contextlib.closing(Aws())),
            tell=later,
            secrets=secrets,
            # The door stands behind the engine, which carries whoever asks for it here.
            hear=lambda heard: door.hear(heard),  # noqa: PLW0108 -- there is no door yet
            folder=configured.data.absolute(),
        )
        overhear = Overhear(kit)
        # Before any run goes on: whatever stands on its card now, nobody has heard it.
        await overhear.mark()
        turns = Queue(journal=store, clock=clock, engine=engine, tell=later)
        nag = Nag(estate=estate, journal=store, clock=clock, voice=voice, turns=turns)
        engine.launch(Saga(kit, {step.name: step(kit) for step in STEPS.values()}, turns).walk)
        stack.push_async_callback(engine.close)
        keeper = Keeper(kit, voice)
        stack.push_async_callback(keeper.close)
        desk = Desk(
            estate=estate,
            journal=store,
            clock=clock,
            engine=engine,
            directory=directory,
            dialogs=SlackDialogs(slack),
            calendars=calendars,
            voice=voice,
            turns=turns,
            nag=_each(nag, keeper),
        )
        door = Door(desk, voice, COMMANDS, GESTURES)
        stack.push_async_callback(door.close)
        await stack.enter_async_context(_working(outbox.run(), "outbox"))
        await stack.enter_async_context(_working(singleton.watch(held, leave_at_once), "singleton"))
        remind = Remind(estate=estate, journal=store, clock=clock, tell=tell)
        await turns()
        await desk.nag()
        stack.enter_context(_on_time({"remind": remind, "carry on": turns, "nag": desk.nag}))
        await _missing_pictures(estate, store, later, clock)
        await door.resume()
        await stack.enter_async_context(_working(overhear.run(), "overhear"))
        await _listen(stack, configured, slack, identity, door, store, overhear)
        log.info("bot.ready", extra={"team": identity.team, "environments": ",".join(estate.environments)})
        yield kit


async def _missing_pictures(estate: Estate, store: Store, tell: Later, clock: SystemClock) -> None:
    """Have drawn what the process before us left undrawn, while people still look at that run."""
    for environment in estate.environments:
        last = await store.latest(EnvironmentName(environment))
        if last and last.ended_at and clock.now() - last.ended_at < _OF_INTEREST:
            await tell.chart(last.id)


async def _listen(
    stack: contextlib.AsyncExitStack,
    configured: settings.Settings,
    slack: AsyncWebClient,
    identity: Identity,
    door: Door,
    store: Store,
    overhear: Overhear,
) -> None:
    """Open the ears: a WebSocket where there is an app-level token, else HTTP; health in any case.

    Whenever one is open that was not, *overhear* looks for what was missed.
    """
    clock = SystemClock()
    secret = configured.slack_signing_secret.get_secret_value()
    bolt = app(slack, identity, WORDS, overhear.minding(door.hear), clock, secret)
    token = configured.slack_app_token.get_secret_value()
    socket = Socket(bolt, slack, token, overhear.again) if token else None

    async def health() -> dict[str, bool]:
        return {"database": await store.answers(), "slack": socket is None or await socket.alive()}

    if configured.http:
        web = Web(configured.http, clock, health)
        if socket is None:
            web.hear(bolt, secret)
        try:
            await web.open()
        except (OSError, OverflowError) as error:
            msg = f"INTERLOCK_HTTP: nothing can listen on {configured.http}: {error}"
            raise SettingsBroken(msg) from error
        stack.push_async_callback(web.close)
    if socket:
        await socket.open()
        stack.push_async_callback(socket.close)
    else:
        overhear.again()


def _each(*works: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """One after the other."""

    async def work() -> None:
        for one in works:
            await one()

    return work


@contextlib.contextmanager
def _on_time(works: Mapping[str, Callable[[], Awaitable[None]]]) -> Iterator[None]:
    """Do each again and again."""
    schedule = Schedule()
    for name, work in works.items():
        schedule.every(LOOK, name, work)
    schedule.start()
    try:
        yield
    finally:
        schedule.stop()


@contextlib.asynccontextmanager
async def _working(work: Awaitable[None], name: str) -> AsyncIterator[None]:
    """Keep something going; without it the process is of no use, so its end is the process's end."""

    def ended(task: "asyncio.Future[None]") -> None:
        if not task.cancelled():
            log.critical("bot.part_ended", extra={"part": name}, exc_info=task.exception())
            leave_at_once()

    task = asyncio.ensure_future(work)
    task.add_done_callback(ended)
    try:
        yield
    finally:
        task.cancel()
        # What it has in the air lands before the ground is taken away.
        await asyncio.wait({task})


def leave_at_once() -> None:
    """Better no process than two, or a deaf one: whoever supervises us starts a fresh one."""
    logging.shutdown()
    os._exit(1)
