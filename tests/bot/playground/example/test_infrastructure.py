import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.domain.colour import Colour
from bot.playground.example import ENVIRONMENTS, Example, files

Run = Callable[..., Awaitable[tuple[int, str]]]
Terraform = tuple[str, ...]


@pytest.fixture
async def example(tmp_path: Path) -> AsyncIterator[Example]:
    """Live in a folder whose name would be a template to Terraform."""
    async with Example(tmp_path / "a ${b} %{c}") as example:
        yield example


class Deployment:
    """Deploys a ref of the example in a fresh clone, as a run does."""

    def __init__(self, example: Example, terraform: Terraform, run: Run, scratch: Path) -> None:
        self._example = example
        self._terraform = terraform
        self._run = run
        self._scratch = scratch
        self._clones = 0

    async def deploy(self, environment: str, ref: str) -> tuple[int, dict[str, str], str]:
        """Exit status, every object's last word, and the checkout's folder."""
        self._clones += 1
        clone = self._scratch / f"clone-{self._clones}"
        status, said = await self._run(
            self._scratch,
            "git",
            "clone",
            "--quiet",
            "--branch",
            ref,
            str(self._example.repository),
            str(clone),
        )
        assert status == 0, said
        root = clone / ENVIRONMENTS[environment]
        variable = Path(ENVIRONMENTS[environment]).name
        for arguments in (
            ("init", "-input=false", "-no-color", "-backend-config=backends/local.tfbackend"),
            ("plan", "-input=false", "-no-color", "-out=plan.bin", f"-var=environment={variable}"),
        ):
            status, said = await self._run(root, *self._terraform, *arguments)
            assert status == 0, said
        status, said = await self._run(root, *self._terraform, "apply", "-json", "plan.bin")
        words: dict[str, str] = {}
        for line in said.splitlines():
            event = json.loads(line)
            if event["type"] in {"planned_change", "apply_start", "apply_complete", "apply_errored"}:
                told = event.get("change") or event["hook"]
                words[told["resource"]["addr"]] = event["type"]
        return status, words, str(clone)


async def _ask(example: Example, environment: str, path: str) -> tuple[int, dict[str, object]]:
    async with aiohttp.ClientSession() as session, session.get(example.urls[environment] + path) as answer:
        return answer.status, await answer.json()


async def test_first_deploy(example: Example, terraform: Terraform, run: Run, tmp_path: Path) -> None:
    """After an apply the storefront is the release of the commit, by the program as by the wheel."""
    deployment = Deployment(example, terraform, run, tmp_path)

    status, words, clone = await deployment.deploy("dev", "v1.0.0")

    assert status == 0
    assert len(words) == 9
    assert set(words.values()) == {"apply_complete"}
    assert await _ask(example, "dev", "/health") == (200, {"healthy": True, "version": "1.0.0"})
    assert (await _ask(example, "staging", "/health"))[0] == 503
    assert await run(Path(clone), "sh", "scripts/released.sh", "dev") == (0, "dev serves 1.0.0\n")


async def test_the_tour(example: Example, any_terraform: Terraform, run: Run, tmp_path: Path) -> None:
    """The good release is good, the bad one errs, the half-broken one stops half-way, and the way back is open."""
    deployment = Deployment(example, any_terraform, run, tmp_path)

    status, words, good = await deployment.deploy("staging", "staging")
    assert (status, len(words)) == (0, 12)
    assert await run(Path(good), "sh", "scripts/released.sh", "staging") == (0, "staging serves 1.1.0\n")

    status, words, _ = await deployment.deploy("staging", "bad-release")
    assert status == 0
    assert sorted(words) == [
        "module.storefront.terraform_data.release",
        *(f"module.workers.terraform_data.worker[{number}]" for number in range(3)),
    ]
    assert await _ask(example, "staging", "/health") == (200, {"healthy": True, "version": "2.0.0"})
    assert await run(Path(good), "sh", "scripts/released.sh", "staging") != (0, "staging serves 1.1.0\n")

    status, words, _ = await deployment.deploy("staging", "half-broken")
    assert status == 1
    assert {address.removeprefix("module."): word for address, word in words.items()} == {
        'network.terraform_data.subnet["c"]': "apply_complete",
        "queue.terraform_data.orders": "apply_complete",
        "database.terraform_data.database": "apply_complete",
        'database.terraform_data.migration["0002-order-totals"]': "apply_errored",
        "workers.terraform_data.worker[0]": "planned_change",
        "workers.terraform_data.worker[1]": "planned_change",
        "workers.terraform_data.worker[2]": "planned_change",
        "storefront.terraform_data.load_balancer": "planned_change",
        "storefront.terraform_data.release": "planned_change",
    }
    assert await _ask(example, "staging", "/health") == (200, {"healthy": True, "version": "2.0.0"})

    status, words, _ = await deployment.deploy("staging", "staging")
    assert status == 0, words
    assert await _ask(example, "staging", "/health") == (200, {"healthy": True, "version": "1.1.0"})


async def test_two_stacks(example: Example, any_terraform: Terraform, run: Run, tmp_path: Path) -> None:
    """In production each release takes the other stack: blue, green, blue; the one that is left out stays as it is."""
    deployment = Deployment(example, any_terraform, run, tmp_path)
    stacks = example.stacks

    status, words, _ = await deployment.deploy("prod", "main")
    assert (status, len(words)) == (0, 14)
    assert await _serve(example) == ("1.0.0", "1.0.0")

    status, words, clone = await deployment.deploy("prod", "staging")
    assert status == 0
    assert {address for address in words if "workers" not in address} == {
        "module.storefront.terraform_data.green[0]"
    }
    assert await _serve(example) == ("1.0.0", "1.1.0")
    assert await run(Path(clone), "sh", "scripts/released.sh", "production") == (
        0,
        "production blue serves 1.0.0\nproduction green serves 1.1.0\n",
    )
    status, said = await run(
        Path(clone) / ENVIRONMENTS["prod"], *any_terraform, "output", "-json", "-no-color"
    )
    outputs = {name: told["value"] for name, told in json.loads(said).items()}
    assert outputs == {
        "url": stacks.url,
        "control_url": stacks.address("control"),
        "version": "1.0.0",
        "green_version": "1.1.0",
    }

    assert (await deployment.deploy("prod", "hidden-flaw"))[0] == 0
    assert await _serve(example) == ("2.1.0", "1.1.0")
    status, said = await run(Path(clone), "sh", "scripts/released.sh", "production")
    assert status == 1
    assert said.startswith("production blue does not serve 1.0.0")


async def _serve(example: Example) -> tuple[object, object]:
    """The versions that blue and green say they are."""
    said = []
    async with aiohttp.ClientSession() as session:
        for colour in Colour:
            async with session.get(example.stacks.address(f"{colour}/storefront") + "/health") as answer:
                said.append((await answer.json())["version"])
    return said[0], said[1]


async def test_formatted(example: Example, any_terraform: Terraform, run: Run) -> None:
    """All of it, generated files too, is as `terraform fmt` writes it."""
    for folder in (files(), example.repository):
        assert await run(folder, *any_terraform, "fmt", "-check", "-recursive", "-diff", ".") == (0, "")


@pytest.mark.parametrize("name", ["main.tf", "variables.tf", "outputs.tf"])
def test_environments_alike(name: str) -> None:
    """Environments differ in their values only."""
    written = {(files() / "infrastructure" / folder / name).read_text() for folder in ENVIRONMENTS.values()}
    assert len(written) == 1


async def test_unknown_release(tmp_path: Path, run: Run) -> None:
    """A release that was never built is refused in words, and nothing goes into service."""
    document = tmp_path / "release.json"
    script = files() / "infrastructure" / "scripts" / "release.sh"

    ended = await run(tmp_path, "env", "RELEASE=9.9.9", f"RELEASE_DOCUMENT={document}", "sh", str(script))

    assert ended == (1, "there is no release 9.9.9 in releases/\n")
    assert not document.exists()
