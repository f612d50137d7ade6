"""Everything around a bot that is killed: workspace, service, repository, database, and a witness of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bot.domain.run import Run
from bot.domain.value import EnvironmentName, RunId
from bot.journal import Entry
from bot.playground.server import Playground
from bot.playground.things import Message
from bot.ports import Process
from bot.store import Store
from bot.store.chain import broken
from tests.fakes.repository import Repository
from tests.fakes.service import Service

ROOT = Path(__file__).parents[2]
ANA, BEN = "U0ANA", "U0BEN"
DEPLOYS, INCIDENTS = "C0DEPLOYS", "C0INCIDENTS"
ENVIRONMENT = EnvironmentName("prod")
#: Seconds after which something that was waited for never happens.
PATIENCE = 40.0

#: `interlock serve`, that need not be as polite as among other people's messages.
_BOT = """
import sys
from bot.__main__ import main
from bot.outbox.pace import Pace
Pace.EDIT_GAP, Pace.CHANNEL_GAP, Pace.WORKSPACE_GAP = 0.2, 0.02, 0.02
sys.exit(main(["serve"]))
"""
#: Two objects, one after the other; each tells the witness which plan it belongs to, and takes its time.
_MODULE = """
terraform {{
  backend "local" {{}}
}}
variable "witness" {{ type = string }}
resource "terraform_data" "first" {{
  triggers_replace = ["{release}"]
  provisioner "local-exec" {{
    command = "echo '${{plantimestamp()}} first' >> ${{var.witness}}; sleep 0.4"
  }}
}}
resource "terraform_data" "second" {{
  triggers_replace = [terraform_data.first.id]
  provisioner "local-exec" {{
    command = "echo '${{plantimestamp()}} second' >> ${{var.witness}}; sleep 0.4"
  }}
}}
"""
_SLOW_TO_PLAN = """
data "terraform_remote_state" "other" {{
  backend = "http"
  config  = {{ address = "{url}/state" }}
}}
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
  prod:
    branch: main
    iac:
      backend_config: ["path={folder}/prod.tfstate"]
      variables: {{witness: "{folder}/witness"}}
    verify:
      - {{kind: http, url: "{url}/health", attempts: 2, every: 100ms, timeout: 5s}}
    bake:
      for: 1s
      every: 300ms
      min_requests: 20
      watch: [{{metric: error_rate, source: http, url: "{url}/metrics", at_most: 0.05}}]
"""


def twice(lines: Iterable[str]) -> list[str]:
    """What the witness saw more than once: a line names its plan, and a plan is executed at most once."""
    return [line for line, count in Counter(lines).items() if count > 1]


class World:
    """One bot's world; the bot itself is a process of its own that can be killed and started again."""

    def __init__(self, folder: Path, database: str, playground: Playground, service: Service) -> None:
        self.folder = folder
        self.database = database
        self.playground = playground
        self.service = service
        self._bot: asyncio.subprocess.Process | None = None
        self._store: Store | None = None

    @property
    def log(self) -> Path:
        """What the bot wrote to stderr, in all its lives."""
        return self.folder / "bot.log"

    def witness(self) -> list[str]:
        """What local-exec wrote, line by line; nobody else writes there."""
        file = self.folder / "witness"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    # The bot's life.

    async def spawn(self) -> asyncio.subprocess.Process:
        """Start a bot, whatever comes of it."""
        environment = {
            "PATH": os.environ["PATH"],
            "INTERLOCK_ESTATE": str(self.folder / "interlock.yaml"),
            "INTERLOCK_DATA": str(self.folder / "data"),
            "INTERLOCK_DATABASE_URL": self.database,
            "INTERLOCK_SLACK_BOT_TOKEN": self.playground.keys.bot,
            "INTERLOCK_SLACK_APP_TOKEN": self.playground.keys.app,
            "INTERLOCK_SLACK_API_URL": self.playground.url,
            "INTERLOCK_HTTP": "",
        }
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _BOT,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def start(self) -> None:
        """Start the bot and wait until it listens."""
        self._bot = await self.spawn()
        async with asyncio.timeout(PATIENCE):
            listening = asyncio.create_task(self.playground.socket.open())
            dying = asyncio.create_task(self._bot.wait())
            await asyncio.wait({listening, dying}, return_when=asyncio.FIRST_COMPLETED)
            listening.cancel()
            dying.cancel()
        assert self._bot.returncode is None, self.log.read_text("utf-8")

    async def send(self, signum: signal.Signals) -> int:
        """Send the bot a signal and wait for its end; gives its exit status."""
        assert self._bot is not None
        if self._bot.returncode is None:
            self._bot.send_signal(signum)
        async with asyncio.timeout(PATIENCE):
            status = await self._bot.wait()
            while self.playground.socket.count:  # noqa: ASYNC110 -- the other end of a connection has no event
                await asyncio.sleep(0.01)
        return status

    async def kill(self) -> None:
        """End the bot as a power cut would."""
        await self.send(signal.SIGKILL)

    async def kill_terraform(self) -> None:
        """End the apply as well; what it started goes on, as it does on a real machine."""
        found = [Process.model_validate_json(each.read_bytes()) for each in self.folder.rglob("*.process")]
        assert found
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Leave nothing behind."""
        if self._bot is not None and self._bot.returncode is None:
            await self.kill()
        if self._store is not None:
            await self._store.close()

    # Looking.

    async def store(self) -> Store:
        """The bot's database, seen from beside it."""
        if self._store is None:
            self._store = await Store.open(self.database or f"sqlite:///{self.folder / 'data/interlock.db'}")
        return self._store

    async def entries(self, run: int = 1) -> Sequence[Entry]:
        """What the record says of a run."""
        return await (await self.store()).record(RunId(run))

    async def run(self, number: int = 1) -> Run:
        """The run's row."""
        found = await (await self.store()).run(RunId(number))
        assert found is not None, f"run {number} was lost"
        return found

    async def recorded(self, event: str, run: int = 1) -> None:
        """Come back as soon as the record has *event*."""
        async with asyncio.timeout(PATIENCE):
            while event not in {entry.event for entry in await self.entries(run)}:
                await asyncio.sleep(0.002)

    async def witnessed(self, word: str) -> None:
        """Come back as soon as Terraform works on *word*."""
        async with asyncio.timeout(PATIENCE):
            while not any(line.endswith(word) for line in self.witness()):  # noqa: ASYNC110 -- a file has no event
                await asyncio.sleep(0.005)

    async def ended(self, run: int = 1) -> Run:
        """The run, once it has ended and all of it has been said."""
        store = await self.store()
        async with asyncio.timeout(PATIENCE):
            while await store.whereabouts(f"run:{run}:outcome") is None or await store.unsent(1):
                await asyncio.sleep(0.02)
        return await self.run(run)

    def said(self, channel: str, *parts: str) -> list[Message]:
        """The bot's messages in *channel* that hold all *parts*."""
        return [
            message
            for message in self.playground.workspace.messages(channel)
            if message.user == "U0INTERLOCK" and all(part in message.text for part in parts)
        ]

    def card(self, run: int = 1) -> Message | None:
        """The run's card, while it has buttons."""
        cards = self.said(DEPLOYS, "Plan for", f"run {run}:")
        return next(
            (card for card in cards if any(block["type"] == "actions" for block in card.blocks)), None
        )

    async def truth(self) -> list[str]:
        """Everything that is wrong with what was left behind; empty after any crash."""
        wrong = [f"executed twice: {line}" for line in twice(self.witness())]
        if (entry := broken(await (await self.store()).record())) is not None:
            wrong.append(f"entry {entry} of the record is not what it was")
        return wrong

    # People.

    async def deploy(self, ref: str = "main") -> None:
        """Ana asks; come back when the bot has acknowledged it."""
        outcome = await self.playground.command(ANA, DEPLOYS, "/deploy", f"prod {ref}")
        assert outcome.error is None

    async def vote(self, run: int = 1) -> None:
        """Ben approves; come back when the bot has acknowledged it."""
        card = await self.playground.until(lambda: self.card(run), PATIENCE)
        outcome = await self.playground.click(BEN, DEPLOYS, card.ts, "approve")
        assert outcome.error is None


@asynccontextmanager
async def world(folder: Path, database: str) -> AsyncIterator[World]:
    """A world in *folder*, with a bot that listens."""
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(Service())
        workspace = Playground(folder=folder / "workspace", pause_factor=0.02)
        playground = await stack.enter_async_context(workspace)
        repository = Repository(folder / "infrastructure")
        repository.commit("main", _MODULE.format(release="one"))
        repository.commit("next", _MODULE.format(release="two"))
        repository.commit("slow", _MODULE.format(release="one") + _SLOW_TO_PLAN.format(url=service.url))
        (folder / "interlock.yaml").write_text(_ESTATE.format(folder=folder, url=service.url), "utf-8")
        made = World(folder, database, playground, service)
        stack.push_async_callback(made.close)
        await made.start()
        yield made
