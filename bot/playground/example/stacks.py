"""Two stacks of one environment side by side, and what leads to them: three processes."""

import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType

from bot.domain.colour import Colour
from bot.playground.example.ports import HOST, bind, number
from bot.playground.example.process import Process
from bot.playground.example.schedule import JOBS

#: What people come to; each stack has a port for each.
_VISITED = ("storefront", "admin")
#: What the jobs are started through.
_THROUGH = "admin"


class Stacks:
    """Blue, green and the proxy in front of them, alive while open."""

    def __init__(self, folder: Path) -> None:
        """Take the *folder* of the environment: release documents, weights and what the processes complain of."""
        self._folder = folder
        self._open = AsyncExitStack()
        self.processes: Mapping[str, Process] = MappingProxyType(
            {name: Process(module, folder / f"{name}.log") for name, module in _MODULES.items()}
        )
        #: The port of everything, by name; empty before it is open.
        self.ports: Mapping[str, int] = {}

    @property
    def url(self) -> str:
        """Where customers come to."""
        return self.address("storefront")

    def document(self, colour: Colour) -> Path:
        """Name the file through which an apply tells one stack what to be."""
        return self._folder / colour / "release.json"

    def address(self, name: str) -> str:
        """Where *name* answers: `storefront`, `admin` and `control` of the proxy, `green/admin` of a stack."""
        return f"http://{HOST}:{self.ports[name]}"

    async def open(self, remembered: Mapping[str, int]) -> None:
        """Start all of it on the *remembered* ports; raises `Refused` where one is taken."""
        async with AsyncExitStack() as stack:
            own = [f"{colour}/{name}" for colour in Colour for name in _VISITED]
            sockets = {
                name: stack.enter_context(await bind(remembered.get(name, 0)))
                for name in (*_VISITED, "control", *own)
            }
            self.ports = {name: number(each) for name, each in sockets.items()}
            words: dict[str, tuple[str, ...]] = {
                colour.value: (str(self.document(colour)),) for colour in Colour
            }
            words["proxy"] = (str(self._folder), self._places())
            for name, process in self.processes.items():
                stack.push_async_callback(process.close)
                belonging = {
                    key.removeprefix(f"{name}/"): each
                    for key, each in sockets.items()
                    if (key.startswith(f"{name}/") if name in set(Colour) else "/" not in key)
                }
                await process.open(belonging, words[name])
            self._open = stack.pop_all()

    async def close(self) -> None:
        """End all of it; documents and weights stay."""
        await self._open.aclose()

    def _places(self) -> str:
        """Say where each service answers in each colour, as the proxy reads it."""
        through = {name: name for name in _VISITED} | {JOBS: _THROUGH}
        return json.dumps(
            {
                service: {colour: self.address(f"{colour}/{name}") for colour in Colour}
                for service, name in through.items()
            }
        )


_MODULES = {
    **{colour.value: "bot.playground.example.stack" for colour in Colour},
    "proxy": "bot.playground.example.proxy",
}
