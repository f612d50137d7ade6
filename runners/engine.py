"""The only keeper of DBOS: carries runs through crashes, each under an id that never changes.

Five of its defaults are unsafe for this work; each is put right here or beside it:

1. recovered workflows go to every process of one application name: each role has a name of its own;
2. a second process of the same name takes over running work: `runners.singleton` is held before launch;
3. the version follows the source code, so a new release would strand waiting runs: it is pinned;
4. a step that was running at a crash runs again: steps look at their rows first, and an apply is claimed;
5. cancelling does not stop a running step: runs are stopped by a row, a ring and one interrupt.
"""

import asyncio
import itertools
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import Context
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.domain.value import RunId
from runners.patience import Patience

#: Raised only together with a change that old runs cannot be carried through.
VERSION = "wf-1"

log = logging.getLogger(__name__)

#: What a recorded step gives back: plain JSON, so that old runs survive changes of classes.
Record = dict[str, Any]
#: Runs one named piece of work and remembers its result.
Once = Callable[[str, Callable[[], Awaitable[Record]]], Awaitable[Record]]
#: Walks one run; everything it does goes through `Once`.
Walk = Callable[[RunId, Once], Awaitable[None]]

_walks: dict[str, Walk] = {}
#: The workflow that walks a run just now, in this process; no two may.
_walking: dict[int, str] = {}
#: What walks, to be stopped before the engine is.
_tasks: set["asyncio.Task[Any]"] = set()

#: Seconds after the launch in which the engine takes up by itself what it finds under way.
_RECOVERY = 30.0
#: Seconds that walks get to stop.
_STOPPING = 10.0
#: Workflows that may still be taken up.
_ALIVE = frozenset({"PENDING", "ENQUEUED", "DELAYED"})


async def _once(name: str, work: Callable[[], Awaitable[Record]]) -> Record:
    async def do() -> Record:
        return await work()

    return await DBOS.run_step_async({"name": name, "retries_allowed": False}, do)


@DBOS.workflow(name="run", max_recovery_attempts=None)
async def _run(number: int) -> None:
    name = DBOS.workflow_id or ""
    if (walker := _walking.setdefault(number, name)) != name:
        # An error, because success would mean that the run needs nobody any more.
        msg = f"{walker} walks run {number} already"
        raise RuntimeError(msg)
    if task := asyncio.current_task():
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
    try:
        await _walks["run"](RunId(number), _once)
    finally:
        if _walking.get(number) == name:
            del _walking[number]


def _address(database: str) -> str:
    """Where the engine keeps its own rows: beside a SQLite file, inside a Postgres database."""
    return f"{database}-engine" if database.startswith("sqlite") else database


def _remember_across_power_cuts(address: str) -> None:
    """DBOS leaves SQLite in its slow, reader-blocking mode; this mode sticks to the file."""
    with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


class Engine:
    """Implements `bot.ports.Engine`; one a process."""

    def __init__(self, *, role: str, database: str) -> None:
        """Work as *role* on *database*, its address in the blocking form."""
        self._role = role
        self._address = _address(database)
        self._patience = Patience(self._address)
        self._launched = 0.0
        self._starting = asyncio.Lock()
        #: What rings, one bell for each run that somebody waits for.
        self._bells: dict[RunId, asyncio.Event] = {}

    def launch(self, walk: Walk) -> None:
        """Start, and go on with what was under way. Needs the role held and the loop running."""
        if self._address.startswith("sqlite"):
            _remember_across_power_cuts(self._address)
        _walks["run"] = walk
        _walking.clear()
        config: DBOSConfig = {
            "name": self._role,
            "executor_id": self._role,
            "application_version": VERSION,
            "system_database_url": self._address,
            "serializer": DBOSPortableJSONSerializer(),
            "max_executor_threads": 16,
            "notification_listener_polling_interval_sec": 1.0,
            "log_level": "WARNING",
            "enable_otlp": False,
        }
        if not self._address.startswith("sqlite"):
            # It would take some ways of being away for good, and wait up to a minute too long after the others.
            config["db_engine_kwargs"] = {"creator": self._patience.connect}
        DBOS(config=config)
        # Its own handler writes to the terminal, past our format and past the redaction.
        library = logging.getLogger("dbos")
        library.handlers.clear()
        library.propagate = True
        DBOS.launch()
        self._patience.begin()
        self._launched = time.monotonic()
        log.info("engine.launched", extra={"role": self._role})

    async def close(self) -> None:
        """Stop; what is under way goes on at the next launch."""
        self._patience.end()
        # First, while all they need is there: a step that finds the engine gone would take it for a failure.
        for task in (walks := tuple(_tasks)):
            task.cancel()
        if walks:
            await asyncio.wait(walks, timeout=_STOPPING)
        # It made its own threads those of the loop and ends them now; what is still to be told needs some.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=4))
        await asyncio.to_thread(DBOS.destroy)

    async def start(self, run: RunId) -> None:
        """Walk the run's recipe; asking again changes nothing while somebody walks it, or may still take it up.

        A walk that broke off for good (the engine's own rows were away or full) is walked anew: steps look at
        their rows first.
        """
        # In surroundings of its own: one run's last step starts the next, and would else be taken for its parent.
        await asyncio.create_task(self._start(run), context=Context())

    async def _start(self, run: RunId) -> None:
        async with self._starting:
            name = None if run in _walking else await self._free(run)
            if name is None:
                return
            _walking[run] = name
            try:
                with SetWorkflowID(name):
                    await DBOS.start_workflow_async(_run, int(run))
            except BaseException:
                _walking.pop(run, None)
                raise

    async def _free(self, run: RunId) -> str | None:
        """The id under which *run* can be walked; `None` where a walk came to its end, or goes on by itself."""
        settled = time.monotonic() - self._launched > _RECOVERY
        last = ""
        for attempt in itertools.count(1):
            name = f"run-{run}" if attempt == 1 else f"run-{run}-{attempt}"
            found = await DBOS.get_workflow_status_async(name)
            if found is None:
                return None if last == "SUCCESS" else name
            if found.status in _ALIVE and not settled:
                return None
            last = found.status
        return None

    def ring(self, run: RunId) -> None:
        """Something about the run changed: wake whoever waits for it."""
        # Made here too: a ring that comes before the wait must not be lost.
        self._bells.setdefault(run, asyncio.Event()).set()

    async def rung(self, run: RunId, seconds: float) -> None:
        """Come back when the run is rung for, or after so many seconds."""
        bell = self._bells.setdefault(run, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), max(0.0, seconds))
        bell.clear()

    def forget(self, run: RunId) -> None:
        """The run is over; nobody will wait for it again."""
        self._bells.pop(run, None)
