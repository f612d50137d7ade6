"""The engine's promises, each tried in processes of their own that are killed and started again."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.database import urls

#: Walks a run whose second step waits for a ring; every step writes down that it began.
_PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from runners import singleton
from runners.engine import Engine

address, witness, orders = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]

def note(word):
    with witness.open("a") as file:
        file.write(word + "\\n")

async def main():
    held = singleton.hold(address, "bot")
    engine = Engine(role="bot", database=address)

    async def walk(run, once):
        async def first():
            note(f"first {run}")
            return {"n": 1}
        async def second():
            note(f"second {run}")
            if run == 13 and not witness.with_name("broken").exists():
                witness.with_name("broken").touch()
                raise ValueError("broken off")
            await engine.rung(run, 30)
            return {"n": 2}
        async def third():
            note(f"third {run}")
            if run == 20:
                await engine.start(21)
            return {}
        assert (await once("first", first)) == {"n": 1}
        assert (await once("second", second)) == {"n": 2}
        await once("third", third)
        note(f"end {run}")

    engine.launch(walk)
    for order in orders:
        verb, _, number = order.partition(":")
        if verb == "start":
            await engine.start(int(number))
        elif verb == "ring":
            engine.ring(int(number))
        elif verb == "await":
            for _ in range(400):
                if witness.exists() and number.replace("_", " ") in witness.read_text().splitlines():
                    break
                await asyncio.sleep(0.05)
            else:
                raise SystemExit(f"no {number}")
        elif verb == "pause":
            await asyncio.sleep(float(number))
        elif verb == "settle":
            engine._launched -= 60
        elif verb == "die":
            os._exit(9)
    await engine.close()

asyncio.run(main())
"""


@pytest.fixture
def address(database_url: str) -> str:
    """The database's address in its blocking form."""
    return urls(database_url)[0]


def live(address: str, witness: Path, *orders: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", _PROGRAM, address, str(witness), *orders], check=False, timeout=60
    ).returncode


def test_a_run_is_walked_once(address: str, tmp_path: Path) -> None:
    """Asking twice for the same run walks it once, each step once, to its end."""
    witness = tmp_path / "witness"
    orders = (
        "start:1",
        "start:1",
        "await:second_1",
        "start:1",
        "ring:1",
        "await:end_1",
        "start:1",
        "pause:0.3",
    )
    assert live(address, witness, *orders) == 0
    assert witness.read_text().splitlines() == ["first 1", "second 1", "third 1", "end 1"]


def test_a_run_starts_the_next(address: str, tmp_path: Path) -> None:
    """From inside its own last step; the next one is a walk of its own, which outlives the process."""
    witness = tmp_path / "witness"
    assert live(address, witness, "ring:20", "start:20", "await:end_20", "await:second_21", "die") == 9
    assert live(address, witness, "pause:2.5", "ring:21", "await:end_21") == 0
    said = witness.read_text().splitlines()
    assert (said.count("first 21"), said.count("third 20"), said.count("third 21")) == (1, 1, 1)


def test_a_killed_run_goes_on(address: str, tmp_path: Path) -> None:
    """After SIGKILL finished steps are remembered and only the one under way is asked again."""
    witness = tmp_path / "witness"
    assert live(address, witness, "start:1", "start:2", "await:second_1", "await:second_2", "die") == 9
    assert live(address, witness, "pause:2.5", "ring:1", "await:end_1", "die") == 9
    assert live(address, witness, "pause:2.5", "ring:2", "await:end_2") == 0
    said = witness.read_text().splitlines()
    assert (said.count("first 1"), said.count("first 2")) == (1, 1)
    assert (said.count("third 1"), said.count("third 2")) == (1, 1)
    assert said.count("second 1") == 2
    assert said.count("second 2") == 3


def test_a_ring_before_the_wait_is_heard(address: str, tmp_path: Path) -> None:
    """A vote between the look at the rows and the wait must not sleep until the time-out."""
    witness = tmp_path / "witness"
    assert live(address, witness, "ring:1", "start:1", "await:end_1") == 0


@pytest.mark.parametrize(
    "between", [pytest.param((), id="at once"), pytest.param(("die",), id="at the next start")]
)
def test_a_walk_that_broke_off_is_walked_anew(address: str, tmp_path: Path, between: tuple[str, ...]) -> None:
    """What ended in an error of the engine is nobody's to take up, and a run that nobody walks holds its environment."""
    witness = tmp_path / "witness"
    orders = ("start:13", "await:second_13", "pause:0.5")
    again = (
        "pause:0.5",
        "settle",
        "start:13",
        "ring:13",
        "await:end_13",
        "pause:0.3",
        "start:13",
        "pause:0.3",
    )
    if between:
        assert live(address, witness, *orders, *between) == 9
        assert live(address, witness, *again) == 0
    else:
        assert live(address, witness, *orders, *again) == 0
    assert witness.read_text().splitlines() == [
        *("first 13", "second 13"),
        *("first 13", "second 13", "third 13", "end 13"),
    ]
