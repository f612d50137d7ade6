"""What is left of an apply when the bot is killed in the middle of it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.domain.errors import ToolBroken
from bot.domain.report import Ledger, PieceState
from bot.ports import Planned, Process, Workplace
from runners.iac import process
from runners.iac.terraform import Terraform

_Place = Callable[..., Workplace]

#: A bot that does nothing but apply one kept plan.
_BOT = """
import asyncio, sys
from pathlib import Path
from bot.ports import Planned, Workplace
from runners.iac.terraform import Terraform

tool, at, planned, note = sys.argv[1:]

async def main():
    await Terraform(tool).apply(
        Workplace.model_validate_json(at),
        Planned.model_validate_json(planned),
        began=lambda who: Path(note).write_text(who.model_dump_json()),
        watch=lambda ledger: None,
        stop=lambda: False,
    )

asyncio.run(main())
"""


@pytest.fixture
def slow(place: _Place, tmp_path: Path) -> Workplace:
    """Three objects in a row, of which the second waits for a file called go."""
    return place(
        'resource "terraform_data" "first" {}\n'
        'resource "terraform_data" "slow" {\n  input = terraform_data.first.id\n  provisioner "local-exec" {\n'
        f'    command = "touch {tmp_path}/mark; while ! [ -e {tmp_path}/go ]; do sleep 0.05; done"\n  }}\n}}\n'
        'resource "terraform_data" "last" { input = terraform_data.slow.id }\n'
    )


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Callable[[str, Workplace, Planned], Process]]:
    """Start a bot that applies, kill it in the middle, and give the process that it left behind."""
    left: list[Process] = []

    def kill(tool: str, at: Workplace, planned: Planned) -> Process:
        note = tmp_path / "note"
        argv = [sys.executable, "-c", _BOT, tool, at.model_dump_json(), planned.model_dump_json(), str(note)]
        with subprocess.Popen(argv, cwd=Path(__file__).parents[3]) as bot:
            _until((tmp_path / "mark").exists)
            bot.send_signal(signal.SIGKILL)
        left.append(Process.model_validate_json(note.read_text("utf-8")))
        return left[0]

    yield kill
    (tmp_path / "go").touch()
    _until(lambda: not any(map(process.alive, left)))


def _until(happens: Callable[[], bool]) -> None:
    for _ in range(600):
        if happens():
            return
        time.sleep(0.02)
    pytest.fail("it never happened")


async def test_terraform_outlives_us_and_is_found_again(
    terraform_bin: str,
    tmp_path: Path,
    slow: Workplace,
    killed: Callable[[str, Workplace, Planned], Process],
) -> None:
    """Terraform finishes without us: its log and its state are whole, and our next life hears the end."""
    tool = Terraform(terraform_bin)
    planned = await tool.plan(slow, keep=tmp_path / "plans")
    who = await asyncio.to_thread(killed, terraform_bin, slow, planned)
    assert process.alive(who)
    assert not process.alive(who.model_copy(update={"started": who.started + 1}))
    assert os.getpgid(who.pid) == who.pid

    again = await tool.read(slow, planned.file)
    assert again == planned
    heard: list[Ledger] = []
    following = asyncio.create_task(tool.rejoin(slow, again, who, watch=heard.append, stop=lambda: False))
    while not heard:  # noqa: ASYNC110 -- the ledger comes by a plain callback
        await asyncio.sleep(0.02)
    assert [piece.state for piece in heard[0].those(PieceState.IN_FLIGHT)] == [PieceState.IN_FLIGHT]
    (tmp_path / "go").touch()
    ledger = await asyncio.wait_for(following, 20)
    assert ledger.complete
    assert {piece.state for piece in ledger.pieces} == {PieceState.DONE}
    assert heard[-1] == ledger
    assert not process.alive(who)
    assert (await tool.plan(slow, keep=tmp_path / "plans")).plan.empty
    # Who comes later still reads the same end.
    assert await tool.rejoin(slow, again, who, watch=heard.append, stop=lambda: False) == ledger


async def test_an_orphan_can_be_stopped(
    any_terraform: str,
    tmp_path: Path,
    slow: Workplace,
    killed: Callable[[str, Workplace, Planned], Process],
) -> None:
    """A stop after our restart reaches the process, even if we were killed before anybody heard of it."""
    tool = Terraform(any_terraform)
    planned = await tool.plan(slow, keep=tmp_path / "plans")
    await asyncio.to_thread(killed, any_terraform, slow, planned)
    nobody = Process(pid=0, started=0, boot="")
    ledger = await asyncio.wait_for(
        tool.rejoin(slow, planned, nobody, watch=lambda _: None, stop=lambda: True), 20
    )
    assert not ledger.complete
    assert {piece.address: piece.state for piece in ledger.pieces} == {
        "terraform_data.first": PieceState.DONE,
        "terraform_data.slow": PieceState.FAILED,
        "terraform_data.last": PieceState.NOT_STARTED,
    }


async def test_cancelling_us_does_not_touch_an_apply(
    any_terraform: str, tmp_path: Path, slow: Workplace
) -> None:
    """A bot that is stopped in good order leaves the apply alone; the next one follows it."""
    tool = Terraform(any_terraform)
    planned = await tool.plan(slow, keep=tmp_path / "plans")
    met: list[Process] = []
    task = asyncio.create_task(
        tool.apply(slow, planned, began=met.append, watch=lambda _: None, stop=lambda: False)
    )
    while not (tmp_path / "mark").exists():  # noqa: ASYNC110 -- another process makes the file
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.2)
    assert process.alive(met[0])
    (tmp_path / "go").touch()
    ledger = await tool.rejoin(slow, planned, met[0], watch=lambda _: None, stop=lambda: False)
    assert ledger.complete


async def test_without_any_note_its_end_is_waited_for(
    any_terraform: str,
    tmp_path: Path,
    slow: Workplace,
    killed: Callable[[str, Workplace, Planned], Process],
) -> None:
    """Even if nobody knows which process it is, its log tells that it goes on; and it is not begun again."""
    tool = Terraform(any_terraform)
    planned = await tool.plan(slow, keep=tmp_path / "plans")
    await asyncio.to_thread(killed, any_terraform, slow, planned)
    for note in slow.private.glob("*.process"):
        note.unlink()
    with pytest.raises(ToolBroken, match="still runs"):
        await tool.apply(slow, planned, began=lambda _: None, watch=lambda _: None, stop=lambda: False)
    nobody = Process(pid=0, started=0, boot="")
    following = asyncio.create_task(
        tool.rejoin(slow, planned, nobody, watch=lambda _: None, stop=lambda: False)
    )
    await asyncio.sleep(0.3)
    assert not following.done()
    (tmp_path / "go").touch()
    assert (await asyncio.wait_for(following, 20)).complete


async def test_an_apply_that_never_began(any_terraform: str, tmp_path: Path, slow: Workplace) -> None:
    """Killed before Terraform was started, there is no log, and nothing was started."""
    tool = Terraform(any_terraform)
    planned = await tool.plan(slow, keep=tmp_path / "plans")
    nobody = Process(pid=0, started=0, boot="")
    ledger = await tool.rejoin(slow, planned, nobody, watch=lambda _: None, stop=lambda: False)
    assert {piece.state for piece in ledger.pieces} == {PieceState.NOT_STARTED}
    assert not ledger.complete
