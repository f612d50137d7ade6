import json
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.domain.colour import Colour
from bot.domain.estate import IacSettings, SwitcherSettings
from bot.domain.traffic import Exposure
from bot.estate import Kinds, load
from bot.playground import example as package
from bot.playground.example import ENVIRONMENTS, Example, _settings, files
from bot.playground.example.history import HISTORY
from runners.checks import command, http, terraform_outputs
from runners.metrics import http as http_metric
from tests.bot.playground.example.conftest import until


async def test_everything_is_there(tmp_path: Path) -> None:
    """Entering makes the estate file and the repository it names, and opens every shop."""
    async with Example(tmp_path / "new" / "demo") as example:
        written = yaml.safe_load(example.estate.read_text())
        assert example.estate.parent / written["repository"]["url"] == example.repository
        assert (example.repository / ".git").is_dir()
        async with aiohttp.ClientSession() as session:
            for url in example.urls.values():
                async with session.get(f"{url}/health") as answer:
                    assert answer.status == 503


async def test_goes_on_after_a_restart(tmp_path: Path) -> None:
    """A second start finds its addresses, its edits and what was deployed."""
    async with Example(tmp_path) as first:
        first.estate.write_text("version: 1\n")
        first.document("dev").parent.mkdir()
        first.document("dev").write_text(
            '{"version": "7", "healthy": true, "latency_ms": 0, "error_rate": 0}'
        )

    async with Example(tmp_path) as second, aiohttp.ClientSession() as session:
        assert second.urls == first.urls
        assert second.estate.read_text() == "version: 1\n"
        async with session.get(f"{second.urls['dev']}/health") as answer:
            assert await answer.json() == {"healthy": True, "version": "7"}


async def test_ports_are_known_before_the_repository(tmp_path: Path) -> None:
    """Killed before the repository was made, the next start keeps the ports that were chosen."""
    ports = tmp_path / "services" / "ports.json"
    async with Example(tmp_path) as example:
        chosen = json.loads(ports.read_text())
        example.repository.rename(tmp_path / "gone")

    async with Example(tmp_path) as example:
        assert json.loads(ports.read_text()) == chosen
        generated = example.repository / "environments" / "staging" / "demo.auto.tfvars"
        assert f"127.0.0.1:{chosen['staging']}" in generated.read_text()


class Terraform(IacSettings):
    """What the example says of Terraform."""

    backend_config: tuple[str, ...]
    variables: Mapping[str, str]


class Steered(SwitcherSettings):
    """What the example says of traffic."""

    url: str


KINDS = Kinds(
    iac={"terraform": Terraform},
    checks={
        "command": command.Command.Settings,
        "http": http.Http.Settings,
        "terraform_outputs": terraform_outputs.TerraformOutputs.Settings,
    },
    metrics={"http": http_metric.Http.Settings},
    switchers={"http": Steered},
)


def test_estate_fits_the_example() -> None:
    """The estate file is valid and names the folders and branches that the repository has."""
    environments = load(files() / "interlock.yaml", KINDS).environments
    assert {name: environment.path for name, environment in environments.items()} == ENVIRONMENTS
    branches = {branch for step in HISTORY for branch in step.branches}
    assert {environment.branch for environment in environments.values()} < branches
    for environment in environments.values():
        assert isinstance(environment.iac, Terraform)
        assert environment.iac.variables == {"environment": Path(environment.path).name}
        assert environment.iac.backend_config == ("backends/local.tfbackend",)


def test_services_of_the_example() -> None:
    """What is switched in production: jobs, then what staff uses, then the shop, each under its own address."""
    prod = load(files() / "interlock.yaml", KINDS).environments["prod"]
    assert [(service.name, service.exposure) for service in prod.services] == [
        ("jobs", Exposure.NONE),
        ("admin", Exposure.INTERNAL),
        ("storefront", Exposure.PUBLIC),
    ]
    for service in prod.services:
        assert service.traffic.settings == {"url": f"{{outputs.control_url}}/traffic/{service.name}"}
        (check,) = service.verify
        assert check.settings["url"] == f"{{outputs.control_url}}/health/{service.name}/{{colour}}"
    assert prod.switch.steps == (10, 50, 100)
    assert prod.switch.bake is not None
    assert prod.switch.bake.watch[0].worse_than_baseline == 1.5


async def test_customers_come_to_the_proxy(tmp_path: Path) -> None:
    """Production's customers and staff come by themselves, and to the colour that has the traffic."""
    async with Example(tmp_path) as example, aiohttp.ClientSession() as session:
        for colour in Colour:
            document = example.stacks.document(colour)
            document.parent.mkdir(parents=True)
            document.write_text('{"version": "7", "healthy": true, "latency_ms": 0, "error_rate": 0}')

        async def came(service: str, colour: Colour, least: int) -> bool:
            url = f"{example.stacks.address('control')}/metrics/{service}/{colour}"
            async with session.get(url) as answer:
                return int((await answer.json())["requests"]) >= least

        await until(lambda: came("storefront", Colour.BLUE, 20))
        await until(lambda: came("admin", Colour.BLUE, 3))
        steer = f"{example.stacks.address('control')}/traffic/storefront"
        async with session.put(steer, json={"blue": 0, "green": 100}) as answer:
            assert answer.status == 200
        await until(lambda: came("storefront", Colour.GREEN, 20))
        assert not await came("admin", Colour.GREEN, 1)


def test_files_of_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package has its files inside; the source tree has them beside it."""
    assert files().name == "examples"
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(package, "__file__", str(tmp_path / "__init__.py"))
    assert files() == tmp_path / "files"


def test_settings() -> None:
    """Nothing in a path is a template or an end of the string to Terraform."""
    written = _settings({"path": '/a "b" ${c} %{d}\\é', "longer": ""})
    assert written.decode() == 'path   = "/a \\"b\\" $${c} %%{d}\\\\é"\nlonger = ""\n'
