"""Terraform (or OpenTofu) as `bot.ports.Iac`."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bot.domain.errors import PlanTampered, PlanUnreadable, ToolBroken
from bot.domain.plan import Plan
from bot.domain.report import Ledger
from bot.ports import Applied, Planned, Process, Workplace
from runners.iac import command, diagnostics, diff, environment, executable, planfile, process, reading
from runners.iac.following import Following, follow
from runners.iac.redaction import Redactor

#: Bytes of text that a command may write before it is stopped, and of JSON that `show` may.
_MOST_TEXT, _MOST_JSON = 256 << 20, 1 << 30
#: Bytes of a failed command's output that are handed on; the middle of more is left out.
_MOST_HANDED_ON = 1 << 20


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
        tool = await self._executable()
        self._prepare(at)
        await self._init(at, tool)
        out = at.private / "plan.bin"
        variables = at.private / "variables.tfvars.json"
        try:
            if at.variables:
                planfile.write(variables, json.dumps(dict(at.variables)).encode())
            argv = command.plan_argv(
                tool, out, lock_timeout=self._lock_timeout, variables=variables if at.variables else None
            )
            with self._running(at, "plan") as log:
                status, why = await self._run(at, argv, log, log)
                if why or status not in {0, 2}:
                    secrets = await self._secrets_of_failed(at, tool, out)
                    raise self._broken(at, log, why, secrets)
            data = out.read_bytes()
        finally:
            out.unlink(missing_ok=True)
            variables.unlink(missing_ok=True)
        planned = await self._read(at, tool, data, await asyncio.to_thread(planfile.keep, data, keep))
        if planned.plan.errored:
            msg = "Terraform saved a plan that it could not finish, and will not apply it."
            raise ToolBroken(msg, planned.diff)
        return planned

    async def read(self, at: Workplace, file: Path) -> Planned:
        """Read a kept plan again.

        Raises `ToolMissing`, `ToolBroken`, `PlanUnreadable`, and `PlanTampered` where the file is gone or no
        longer what its name says.
        """
        data = _kept(file, file.name)
        tool = await self._executable()
        self._prepare(at)
        await self._init_once(at, tool)
        return await self._read(at, tool, data, file)

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
        data = _kept(planned.file, planned.plan.digest)
        tool = await self._executable()
        self._prepare(at)
        await self._init_once(at, tool)
        copy = at.private / "apply.bin"
        await asyncio.to_thread(planfile.write, copy, data)
        log, complaints = _logs(at, planned.plan)
        argv = command.apply_argv(tool, copy, lock_timeout=self._lock_timeout)
        env = environment.build(at, self._own)
        child = process.start(argv, cwd=at.folder, env=env, out=log, err=complaints)
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
        tool = await self._executable()
        self._prepare(at)
        await self._init_once(at, tool)
        with self._running(at, "output") as log, self._running(at, "output-errors") as complaints:
            status, why = await self._run(at, command.output_argv(tool), log, complaints)
            if why or status:
                raise self._broken(at, complaints, why)
            try:
                found = json.loads(log.read_bytes())
                return {name: each["value"] for name, each in found.items() if not each["sensitive"]}
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                msg = "Terraform's outputs are not the JSON that they should be."
                raise ToolBroken(msg) from error

    async def _executable(self) -> Path:
        return await asyncio.to_thread(executable.find, self._setting, self._own.get("PATH", os.defpath))

    def _prepare(self, at: Workplace) -> None:
        at.private.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not at.folder.is_dir():
            msg = f"The repository has no folder {at.folder.name} at this commit."
            raise ToolBroken(msg)
        for entry in at.backend_config:
            inside = (at.folder / entry).resolve().is_relative_to(at.folder.resolve())
            if "=" not in entry and not inside:
                msg = f"The backend settings {entry} lie outside of the folder {at.folder.name}."
                raise ToolBroken(msg)

    async def _init_once(self, at: Workplace, tool: Path) -> None:
        if not _initialised(at).exists():
            await self._init(at, tool)

    async def _init(self, at: Workplace, tool: Path) -> None:
        _initialised(at).unlink(missing_ok=True)
        argv = command.init_argv(
            tool,
            lock_timeout=self._lock_timeout,
            backend_config=at.backend_config,
            reconfigure=_has_backend(at),
            lockfile=(at.folder / ".terraform.lock.hcl").exists(),
        )
        with self._running(at, "init") as log:
            status, why = await self._run(at, argv, log, log)
            if why or status:
                raise self._broken(at, log, why)
        _initialised(at).touch()

    async def _read(self, at: Workplace, tool: Path, data: bytes, file: Path) -> Planned:
        shown = await self._show(at, tool, data)
        return await asyncio.to_thread(self._planned, at, data, shown, file)

    def _planned(self, at: Workplace, data: bytes, shown: bytes, file: Path) -> Planned:
        origin = planfile.origin(data)
        plan, secrets = reading.read(
            shown,
            digest=planfile.digest(data),
            lineage=origin.lineage,
            serial=origin.serial,
            secrets=environment.secrets(at, self._own),
        )
        return Planned(plan=plan, file=file, diff=diff.render(plan), secrets=secrets)

    async def _show(self, at: Workplace, tool: Path, data: bytes) -> bytes:
        """Give the JSON of the plan *data*, of a private copy of it, so that these bytes and no others are shown."""
        copy = at.private / "show.bin"
        try:
            planfile.write(copy, data)
            with self._running(at, "show") as log, self._running(at, "show-errors") as complaints:
                argv = command.show_argv(tool, copy)
                status, why = await self._run(at, argv, log, complaints, cap=_MOST_JSON)
                if why or status:
                    raise self._broken(at, complaints, why)
                return await asyncio.to_thread(log.read_bytes)
        finally:
            copy.unlink(missing_ok=True)

    async def _secrets_of_failed(self, at: Workplace, tool: Path, out: Path) -> frozenset[str]:
        """Give the secrets of a plan that ended with an error; Terraform saves what it had of it."""
        try:
            shown = await self._show(at, tool, await asyncio.to_thread(out.read_bytes))
            return reading.read(shown, digest=planfile.digest(b"")).secrets
        except (OSError, ToolBroken, PlanUnreadable):
            return frozenset()  # without a saved plan, Terraform's own masks are all there is

    async def _run(
        self, at: Workplace, argv: tuple[str, ...], log: Path, complaints: Path, *, cap: int = _MOST_TEXT
    ) -> tuple[int, str]:
        """Run a command that is no apply; gives its status, and a sentence where it had to be stopped."""
        env = environment.build(at, self._own)
        child = process.start(argv, cwd=at.folder, env=env, out=log, err=complaints)
        why = await process.finish(child, within=self._timeout.total_seconds(), out=log, cap=cap)
        return child.exit_code, why

    @contextmanager
    def _running(self, at: Workplace, name: str) -> Iterator[Path]:
        """Give a file for a command's output, and take it away afterwards: it may hold secrets."""
        log = at.private / f"{name}.log"
        log.unlink(missing_ok=True)
        try:
            yield log
        finally:
            log.unlink(missing_ok=True)

    def _broken(
        self, at: Workplace, log: Path, why: str, secrets: frozenset[str] = frozenset()
    ) -> ToolBroken:
        text = _text(log)
        redact = Redactor(secrets | environment.secrets(at, self._own)).text
        return ToolBroken(redact(why or diagnostics.first_error(text)), redact(text))


def _kept(file: Path, digest: str) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        msg = f"The plan file that was kept cannot be read any more: {error.strerror}. Nothing was applied."
        raise PlanTampered(msg) from error
    if planfile.digest(data) != digest:
        raise PlanTampered
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


def _initialised(at: Workplace) -> Path:
    return at.private / "initialised"


def _has_backend(at: Workplace) -> bool:
    """Whether an earlier `init` noted a backend, which a changed setting would then ask to migrate."""
    try:
        noted = (at.private / "data" / "terraform.tfstate").read_text("utf-8")
    except OSError:
        return False
    # HCP Terraform refuses -reconfigure.
    return '"type": "cloud"' not in noted


def _text(log: Path) -> str:
    size = log.stat().st_size if log.exists() else 0
    if not size:
        return ""
    with log.open("rb") as file:
        head = file.read(_MOST_HANDED_ON // 2)
        rest = size - len(head)
        file.seek(-min(rest, _MOST_HANDED_ON // 2), os.SEEK_END)
        tail = file.read() if rest else b""
    left_out = size - len(head) - len(tail)
    middle = f"\n… ({left_out} bytes left out) …\n".encode() if left_out else b""
    return (head + middle + tail).decode("utf-8", "replace")
