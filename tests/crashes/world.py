"""Everything around a bot that is killed: workspace, service, repository, database, and witnesses of its own."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bot.domain.run import Run
from bot.domain.value import RunId
from bot.journal import Entry
from bot.playground.server import Playground
from bot.playground.things import Message
from bot.ports import Process
from bot.store import Store
from bot.store.chain import broken
from tests.crashes.forked import Forked, nothing
from tests.fakes.repository import Repository
from tests.fakes.service import Service

ANA, BEN = "U0ANA", "U0BEN"
DEPLOYS, INCIDENTS = "C0DEPLOYS", "C0INCIDENTS"
#: Seconds after which something that was waited for never happens.
PATIENCE = 40.0

#: Two objects, one after the other; each tells the witness which plan it belongs to, and takes its time.
_MODULE = """
terraform {{
  backend "local" {{}}
}}
variable "witness" {{ type = string }}
variable "other" {{ type = string }}
resource "terraform_data" "first" {{
  triggers_replace = ["{release}"]
  provisioner "local-exec" {{
    command = "echo '${{plantimestamp()}} first' >> ${{var.witness}}; sleep 0.3"
  }}
}}
resource "terraform_data" "second" {{
  triggers_replace = [terraform_data.first.id]
  provisioner "local-exec" {{
    command = "echo '${{plantimestamp()}} second' >> ${{var.witness}}; sleep 0.3"
  }}
}}
"""
_SLOW_TO_PLAN = """
data "terraform_remote_state" "other" {
  backend = "http"
  config  = { address = var.other }
}
"""
_ESTATE = """
version: 1
slack: {{teams: [T0HOME], channels: {{deploys: C0DEPLOYS, incidents: C0INCIDENTS}}}}
repository: {{url: infrastructure}}
groups: {{platform: {{slack_usergroup: S0PLATFORM}}}}
classes:
  standard: {{votes: 1, of: [platform]}}
  significant: {{votes: 1, of: [platform]}}
  high-risk: {{votes: 1, of: [platform]}}
environments:
"""
_ENVIRONMENT = """
  {name}:
    branch: main
    iac:
      backend_config: ["path={folder}/{name}.tfstate"]
      variables: {{witness: "{folder}/{name}.witness", other: "{url}/{name}/state"}}
    verify:
      - {{kind: http, url: "{url}/{name}/health", attempts: 2, every: 100ms, timeout: 5s}}
"""
_BAKE = """
    bake:
      for: {bake}
      every: 200ms
      min_requests: 20
      watch: [{{metric: error_rate, source: http, url: "{url}/{name}/metrics", at_most: 0.05}}]
"""


def twice(lines: Iterable[str]) -> list[str]:
    """What a witness saw more than once: a line names its plan, and a plan is executed at most once."""
    return [line for line, count in Counter(lines).items() if count > 1]


async def until(met: Callable[[], Awaitable[bool]], pause: float = 0.005) -> None:
    """Come back soon after something is true that tells nobody when it becomes so; look every *pause* seconds."""
    async with asyncio.timeout(PATIENCE):
        while not await met():  # noqa: ASYNC110 -- rows and files that other processes write have no events
            await asyncio.sleep(pause)


class World:
    """One bot's world; the bot itself is a process of its own that can be killed and started again."""

    def __init__(self, folder: Path, database: str, service: Service | None = None) -> None:
        self.folder = folder
        self.playground = self._workspace(folder)
        self.service = service or Service()
        #: The environment that things happen in.
        self.environment = ""
        #: The newest run.
        self.number = 0
        #: What else the bot's process is told.
        self.surroundings: dict[str, str] = {}
        #: Whether it draws what its bakes have seen.
        self.pictures = False
        #: What the bot's program does before anything else.
        self.first = nothing
        self._database = database
        self._bot: Forked | None = None
        self._store: Store | None = None

    # The workspace's life.

    @staticmethod
    def _workspace(folder: Path) -> Playground:
        return Playground(folder=folder / "workspace", pause_factor=0.02)

    async def slack_leaves(self) -> None:
        """Nobody answers any more."""
        await self.playground.__aexit__(None, None, None)

    async def slack_returns(self) -> None:
        """The workspace is there as it was, under the same address."""
        self.playground = self._workspace(self.folder)
        await self.playground.__aenter__()

    # The bot's life.

    def spawn(self) -> Forked:
        """Start a bot, whatever comes of it."""
        environment = {
            "PATH": os.environ["PATH"],
            "INTERLOCK_ESTATE": str(self.folder / "interlock.yaml"),
            "INTERLOCK_DATA": str(self.folder / "data"),
            "INTERLOCK_DATABASE_URL": self._database,
            "INTERLOCK_SLACK_BOT_TOKEN": self.playground.keys.bot,
            "INTERLOCK_SLACK_APP_TOKEN": self.playground.keys.app,
            "INTERLOCK_SLACK_API_URL": self.playground.url,
            "INTERLOCK_HTTP": "",
            **self.surroundings,
        }
        return Forked(environment, self.folder / "bot.log", self.first, pictures=self.pictures)

    def log(self) -> str:
        """What the bot wrote, in all its lives."""
        return (self.folder / "bot.log").read_text("utf-8")

    async def start(self) -> None:
        """Start the bot and wait until it listens."""
        self._bot = self.spawn()
        listening = asyncio.create_task(self.playground.socket.open())
        dying = asyncio.create_task(self._bot.wait())
        done, late = await asyncio.wait(
            {listening, dying}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        for task in late:
            task.cancel()
        assert listening in done, self.log()

    @property
    def lives(self) -> bool:
        """Whether the bot that was started last is still there."""
        return self._bot is not None and self._bot.returncode is None

    async def send(self, signum: signal.Signals) -> int:
        """Send the bot a signal and wait for its end; gives its exit status."""
        assert self._bot is not None
        if self._bot.returncode is None:
            self._bot.send_signal(signum)
        async with asyncio.timeout(PATIENCE):
            status = await self._bot.wait()
        await until(self._hung_up)
        return status

    async def _hung_up(self) -> bool:
        return not self.playground.socket.count

    async def kill(self) -> None:
        """End the bot as a power cut would."""
        await self.send(signal.SIGKILL)

    async def noted(self) -> None:
        """Come back as soon as the bot has noted which process applies; a slow bot does so after Terraform has begun."""

        async def met() -> bool:
            return bool(self._notes())

        await until(met)

    def _notes(self) -> list[Path]:
        return list((self.folder / "data" / "runs" / str(self.number)).rglob("*.process"))

    async def kill_terraform(self) -> None:
        """End the apply as well; what it started goes on, as it does on a real machine."""
        notes = self._notes()
        assert notes
        for note in notes:
            with suppress(ProcessLookupError):
                os.kill(Process.model_validate_json(note.read_bytes()).pid, signal.SIGKILL)

    async def close(self) -> None:
        """Leave nothing behind."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.send_signal(signal.SIGKILL)
            await self._bot.wait()
        await self.look_away()
        await self.slack_leaves()

    # Looking.

    async def look_away(self) -> None:
        """Let go of the database, which goes away for a while."""
        if self._store is not None:
            await self._store.close()
            self._store = None

    async def store(self) -> Store:
        """The bot's database, seen from beside it."""
        if self._store is None:
            file = self.folder / "data" / "interlock.db"
            self._store = await Store.open(self._database or f"sqlite:///{file}")
        return self._store

    async def entries(self) -> Sequence[Entry]:
        """What the record says of the newest run."""
        return await (await self.store()).record(RunId(self.number))

    async def run(self) -> Run:
        """The newest run's row."""
        found = await (await self.store()).run(RunId(self.number))
        assert found is not None, "the run was lost"
        return found

    async def recorded(self, event: str) -> None:
        """Come back as soon as the record has *event*."""

        async def met() -> bool:
            return event in {entry.event for entry in await self.entries()}

        await until(met)

    async def witnessed(self, word: str) -> None:
        """Come back as soon as Terraform works on *word*."""

        async def met() -> bool:
            return any(line.endswith(word) for line in self.witness())

        await until(met)

    async def ended(self) -> Run:
        """The newest run, once its thread has heard how it ended and nothing is left to be said."""
        await self.playground.until(self.last_words, PATIENCE)
        await self.told()
        return await self.run()

    async def told(self) -> None:
        """Come back when nothing is left to be said."""
        store = await self.store()

        async def met() -> bool:
            return not await store.unsent(1)

        await until(met, 0.05)

    def last_words(self) -> list[Message]:
        """What the newest run's thread was told of its end."""
        words = self.said(DEPLOYS, f"{self.environment}: ", f"Run {self.number} of")
        return [message for message in words if message.thread_ts]

    def witness(self) -> list[str]:
        """What local-exec wrote in this environment, line by line; nobody else writes there."""
        file = self.folder / f"{self.environment}.witness"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    def said(self, channel: str, *parts: str) -> list[Message]:
        """The bot's messages in *channel* that hold all *parts*."""
        return [
            message
            for message in self.playground.workspace.messages(channel)
            if message.user == "U0INTERLOCK" and all(part in message.text for part in parts)
        ]

    def card(self) -> Message | None:
        """The newest run's card, while it can be voted on; the older one where a crash made it be posted twice."""
        cards = self.said(DEPLOYS, "Plan for", f"run {self.number}:")
        return next((card for card in cards if "approve" in _buttons(card)), None)

    async def wrong(self) -> list[str]:
        """Everything that may never be, whatever happened; nobody looks at the words here."""
        found = [f"executed twice: {line}" for line in twice(self.witness())]
        if (entry := broken(await (await self.store()).record())) is not None:
            found.append(f"entry {entry} of the record is not what it was")
        return found

    # People.

    async def deploy(self, environment: str, ref: str = "main") -> None:
        """Ana asks; come back when the bot has acknowledged it."""
        outcome = await self.playground.command(ANA, DEPLOYS, "/deploy", f"{environment} {ref}")
        assert outcome.error is None
        self.environment = environment
        self.number += 1

    async def vote(self) -> None:
        """Ben approves; come back when the bot has acknowledged it."""
        card = await self.playground.until(self.card, PATIENCE)
        outcome = await self.playground.click(BEN, DEPLOYS, card.ts, "approve")
        assert outcome.error is None


def _buttons(message: Message) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [button["action_id"] for row in rows for button in row["elements"]]


@asynccontextmanager
async def world(
    folder: Path, database: str, environments: dict[str, str], *, also: str = ""
) -> AsyncIterator[World]:
    """A world in *folder*, with a bot that listens; *environments* are the times of their bakes, by name, if they have one.

    The estate says *also* this of each of them.
    """
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(Service())
        repository = Repository(folder / "infrastructure")
        repository.commit("main", _MODULE.format(release="one"))
        repository.commit("next", _MODULE.format(release="two"))
        repository.commit("slow", _MODULE.format(release="one") + _SLOW_TO_PLAN)
        estate = _ESTATE.format() + "".join(
            (_ENVIRONMENT + _BAKE if bake else _ENVIRONMENT).format(
                name=name, folder=folder, url=service.url, bake=bake
            )
            + also
            for name, bake in environments.items()
        )
        (folder / "interlock.yaml").write_text(estate, "utf-8")
        made = World(folder, database, service)
        await made.slack_returns()
        stack.push_async_callback(made.close)
        await made.start()
        yield made
