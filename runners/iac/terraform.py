"""Terraform (or OpenTofu) as `bot.ports.Iac`."""

import asyncio
import json
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot.domain.errors import PlanTampered, ToolBroken
from bot.domain.plan import Plan
from bot.domain.report import Ledger
from bot.ports import Applied, Planned, Process, StateVersion, Workplace
from runners.iac import command, diff, executable, inventory, planfile, process, reading
from runners.iac.following import Following, follow
from runners.iac.workbench import Workbench


class Terraform:
    """Plans, reads and applies. Keeps nothing between calls, so that runs may share it."""

    def __init__(
        self,
        setting: str = "",
        *,
        own: Mapping[str, str] | None = None,
        lock_timeout: timedelta = timedelta(seconds=30),
        timeout: timedelta = timedelta(minutes=30),
    ) -> None:
        """Take the executable's name or path (empty: look for one) and the environment to choose from.

        *lock_timeout* is how long Terraform waits for a state that somebody else holds; *timeout* bounds every
        command but an apply, which is never bounded.
        """
        self._setting = setting
        self._own = os.environ if own is None else own
        self._lock_timeout = lock_timeout
        self._timeout = timeout

    async def plan(self, at: Workplace, *, keep: Path) -> Planned:
        """Initialise, plan, save the plan under its digest in *keep*, read it.

        Raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`.
        """
        bench = await self._bench(at)
        await bench.init()
        data = await bench.plan()
        file = await asyncio.to_thread(planfile.keep, data, keep)
        # Two commands that only look; each takes Terraform longer to start than to answer.
        looking = asyncio.create_task(_origin(bench, data))
        try:
            shown, origin = await bench.show(data), await looking
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        planned = await asyncio.to_thread(_planned, data, shown, origin, file, bench.secrets)
        if planned.plan.errored:
            file.unlink()
            msg = "Terraform saved a plan that it could not finish, and will not apply it."
            raise ToolBroken(msg, planned.diff)
        return planned

    async def read(self, at: Workplace, file: Path) -> Planned:
        """Read a kept plan again.

        Raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`, and `PlanTampered` where the file is gone or no
        longer what its name says.
        """
        data = _kept(file, file.name, "The plan cannot be read again.")
        bench = await self._bench(at)
        await bench.init_once()
        shown = await bench.show(data)
        return await asyncio.to_thread(_planned, data, shown, planfile.origin(data), file, bench.secrets)

    async def apply(
        self,
        at: Workplace,
        planned: Planned,
        *,
        began: Callable[[Process], None],
        watch: Callable[[Ledger], None],
        stop: Callable[[], bool],
    ) -> Applied:
        """Apply the very bytes of *planned*: a private copy of them is hashed, and that copy is run.

        *began* hears of the process as soon as it exists, *watch* of changes of the ledger a few times a second,
        *stop* is asked at each look: once it says yes, the process gets one interrupt and is waited for. When we
        are cancelled or killed the process goes on, and `rejoin` finds it again.

        Raises, with nothing applied, `PlanTampered` and `ToolMissing`, and `ToolBroken` where the folder had to
        be initialised again and could not.
        """
        data = _kept(planned.file, planned.plan.digest, "Nothing was applied.")
        bench = await self._bench(at)
        await bench.init_once()
        copy = at.private / "apply.bin"
        await asyncio.to_thread(planfile.write, copy, data)
        log, complaints = _logs(at, planned.plan)
        argv = command.apply_argv(bench.tool, copy, lock_timeout=self._lock_timeout)
        child = process.start(argv, cwd=at.folder, env=bench.environment, out=log, err=complaints)
        who = process.identify(child.pid)
        try:
            # First into a file, at once: whatever *began* does takes longer, and we may be killed meanwhile.
            planfile.write(_note(log), who.model_dump_json().encode())
            began(who)
        except BaseException:
            # What cannot be recorded must not go on.
            child.interrupt()
            raise
        following = Following(log, complaints, planned)
        await follow(following, ended=child.ended, interrupt=child.interrupt, watch=watch, stop=stop)
        copy.unlink(missing_ok=True)
        ledger = following.last_word(child.exit_code)
        watch(ledger)
        return Applied(exit_code=child.exit_code, ledger=ledger)

    async def rejoin(
        self,
        at: Workplace,
        planned: Planned,
        who: Process,
        *,
        watch: Callable[[Ledger], None],
        stop: Callable[[], bool],
    ) -> Ledger:
        """Follow an apply that an earlier life of ours began, to its end, or read the log of one that ended.

        *who* may be a process with the id 0 where nobody heard of it in time. Its exit status is nobody's to know
        any more; `complete` in the ledger says whether Terraform finished.
        """
        log, complaints = _logs(at, planned.plan)
        following = Following(log, complaints, planned)
        who = who if who.pid > 0 else _noted(log)

        async def ended(within: float) -> bool:
            if process.alive(who) or process.held(log):
                await asyncio.sleep(within)
            return not process.alive(who) and not process.held(log)

        await follow(following, ended=ended, interrupt=lambda: process.interrupt(who), watch=watch, stop=stop)
        ledger = following.last_word(None)
        watch(ledger)
        return ledger

    async def outputs(self, at: Workplace) -> Mapping[str, object]:
        """Root outputs of the current state, sensitive ones left out; raises `ToolMissing`, `ToolBroken`."""
        bench = await self._bench(at)
        await bench.init_once()
        try:
            found = json.loads(await bench.outputs())
            return {name: each["value"] for name, each in found.items() if not each["sensitive"]}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            msg = "Terraform's outputs are not the JSON that they should be."
            raise ToolBroken(msg) from error

    async def state(self, at: Workplace) -> StateVersion:
        """The current state, without any value; raises `ToolMissing`, `ToolBroken`."""
        bench = await self._bench(at)
        await bench.init_once()
        state = await bench.state()
        return await asyncio.to_thread(inventory.read, state)

    async def _bench(self, at: Workplace) -> Workbench:
        return Workbench(
            at,
            await asyncio.to_thread(executable.find, self._setting, self._own.get("PATH", os.defpath)),
            own=self._own,
            lock_timeout=self._lock_timeout,
            timeout=self._timeout,
        )


async def _origin(bench: Workbench, data: bytes) -> planfile.Origin:
    """Say which state a plan that was made just now was made from."""
    origin = planfile.origin(data)
    if not origin.lineage:
        # There was no state yet, or its copy in the plan is not for us to read; then the current one says it.
        current = inventory.read(await bench.state())
        origin = planfile.Origin(current.lineage, current.serial)
    return origin


def _planned(
    data: bytes, shown: bytes, origin: planfile.Origin, file: Path, secrets: frozenset[str]
) -> Planned:
    plan, secrets = reading.read(
        shown,
        digest=planfile.digest(data),
        lineage=origin.lineage,
        serial=origin.serial,
        secrets=secrets,
    )
    return Planned(plan=plan, file=file, diff=diff.render(plan), secrets=secrets)


def _kept(file: Path, digest: str, so: str) -> bytes:
    """Read the very bytes of *digest*; *so* ends the sentence about others: what was or was not done."""
    try:
        data = file.read_bytes()
    except OSError as error:
        msg = f"The plan file that was kept is gone: {error.strerror}. {so}"
        raise PlanTampered(msg) from error
    if planfile.digest(data) != digest:
        msg = f"The plan file is not the one that was approved: its SHA-256 differs. {so}"
        raise PlanTampered(msg)
    return data


def _logs(at: Workplace, plan: Plan) -> tuple[Path, Path]:
    """Name the files of an apply's events and of its other words; one digest is applied at most once."""
    stem = f"apply-{plan.digest[:16]}"
    return at.private / f"{stem}.jsonl", at.private / f"{stem}.err"


def _note(log: Path) -> Path:
    """Name the file that says which process writes *log*."""
    return log.with_suffix(".process")


def _noted(log: Path) -> Process:
    try:
        return Process.model_validate_json(_note(log).read_bytes())
    except (OSError, ValueError):
        return Process(pid=0, started=0, boot="")
