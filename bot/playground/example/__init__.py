"""An estate to try things on: a repository, an environment's service each, and customers.

Production has two stacks, blue and green, each a process of its own, with a proxy in front that is a third one.

Everything lives in one folder and is kept there, so that a demonstration that was cut off goes on:

    interlock.yaml      the estate file, yours to edit
    infrastructure/     the git repository it names
    services/           each storefront's release document, the ports they listen on, the weights of blue and green
    states/             Terraform's states
"""

import asyncio
import contextlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.domain.colour import Colour
from bot.playground.example import traffic
from bot.playground.example.ports import HOST
from bot.playground.example.repository import Tree, make
from bot.playground.example.service import Storefront
from bot.playground.example.stacks import Stacks

#: Each environment of the example estate and its folder in the repository.
ENVIRONMENTS: Mapping[str, str] = {
    "dev": "environments/dev",
    "staging": "environments/staging",
    "prod": "environments/production",
}
#: The one of them that has two stacks.
SWITCHED = "prod"


def files() -> Path:
    """Where the example's files are: inside the installed package, else beside it in the source tree."""
    here = Path(__file__).resolve()
    installed = here.parent / "files"
    return installed if installed.is_dir() else here.parents[3] / "examples"


class Example:
    """The example estate, made in *folder* where it is not there yet, and alive while entered."""

    def __init__(self, folder: Path) -> None:
        """Take the *folder* that everything goes into."""
        self._folder = folder.resolve()
        self._storefronts = {
            name: Storefront(self.document(name)) for name in ENVIRONMENTS if name != SWITCHED
        }
        self.stacks = Stacks(self._folder / "services" / SWITCHED)
        self._open = contextlib.AsyncExitStack()
        #: Where each environment's storefront answers; empty before it is entered.
        self.urls: Mapping[str, str] = {}

    @property
    def estate(self) -> Path:
        """The estate file."""
        return self._folder / "interlock.yaml"

    @property
    def repository(self) -> Path:
        """The git repository that the estate names."""
        return self._folder / "infrastructure"

    def document(self, environment: str) -> Path:
        """Name the file through which an apply tells the storefront of *environment*, or its blue one, what to be."""
        if environment == SWITCHED:
            return self.stacks.document(Colour.BLUE)
        return self._folder / "services" / environment / "release.json"

    async def __aenter__(self) -> Self:
        """Make what is missing and open the shops.

        Raises `Refused` where a port of theirs is taken, `RepositoryBroken` where git fails.
        """
        async with contextlib.AsyncExitStack() as stack:
            remembered = await asyncio.to_thread(self._prepare)
            ports: dict[str, int] = {}
            for name, storefront in self._storefronts.items():
                stack.push_async_callback(storefront.close)
                ports[name] = await storefront.open(remembered.get(name, 0))
            stack.push_async_callback(self.stacks.close)
            await self.stacks.open(_below(remembered))
            ports |= {f"{SWITCHED}/{name}": port for name, port in self.stacks.ports.items()}
            if ports != remembered:
                await asyncio.to_thread(self._remember, ports)
            self.urls = {name: f"http://{HOST}:{ports[name]}" for name in self._storefronts}
            self.urls |= {SWITCHED: self.stacks.url}
            await make(self.repository, files(), self._machine())
            crowds = [
                *(traffic.visit(url, traffic.FEW) for url in self.urls.values() if url != self.stacks.url)
            ]
            crowds += [
                traffic.visit(self.stacks.url, traffic.MANY),
                traffic.visit(self.stacks.address("admin"), traffic.STAFF),
            ]
            for crowd in crowds:
                stack.push_async_callback(_stop, asyncio.create_task(crowd))
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Send the customers home and close the shops; the folder stays."""
        await self._open.aclose()

    def _prepare(self) -> dict[str, int]:
        """Make the folder and say which ports are remembered."""
        (self._ports.parent / SWITCHED).mkdir(parents=True, exist_ok=True)
        if not self.estate.exists():
            shutil.copyfile(files() / "interlock.yaml", self.estate)
        if not self._ports.exists():
            return {}
        ports: dict[str, int] = json.loads(self._ports.read_bytes())
        return ports

    def _remember(self, ports: Mapping[str, int]) -> None:
        """Keep *ports*: what was deployed answers under the same address after a restart."""
        unfinished = self._ports.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(ports), encoding="utf-8")
        unfinished.replace(self._ports)

    @property
    def _ports(self) -> Path:
        return self._folder / "services" / "ports.json"

    def _machine(self) -> Tree:
        """Write down what the repository must know of this machine: where states, documents and services are."""
        tree: dict[str, bytes] = {}
        for name, folder in ENVIRONMENTS.items():
            state = self._folder / "states" / f"{name}.tfstate"
            tree[f"{folder}/backends/local.tfbackend"] = _settings({"path": str(state)})
            values = {"release_document": str(self.document(name)), "url": self.urls[name]}
            if name == SWITCHED:
                values |= {
                    "green_document": str(self.stacks.document(Colour.GREEN)),
                    "control_url": self.stacks.address("control"),
                }
            tree[f"{folder}/demo.auto.tfvars"] = _settings(values)
        return tree


def _settings(values: Mapping[str, str]) -> bytes:
    """*values* as Terraform reads them, in the form that `terraform fmt` wants."""
    width = max(map(len, values))
    lines = [f"{key:<{width}} = {_quoted(value)}\n" for key, value in values.items()]
    return "".join(lines).encode()


def _quoted(text: str) -> str:
    """*text* as a string of Terraform's language, in which `${` and `%{` would begin a template."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _below(remembered: Mapping[str, int]) -> dict[str, int]:
    """Which ports the two stacks had."""
    prefix = f"{SWITCHED}/"
    return {name.removeprefix(prefix): port for name, port in remembered.items() if name.startswith(prefix)}


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
