"""A service that moves by a plan, walked with a real Terraform from the first deploy on."""

import asyncio
import dataclasses
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import runners.steps
from bot import estate, kinds, plugins
from bot.domain.colour import Colour
from bot.domain.report import Report
from bot.domain.run import DEPLOY, SWITCH_BY_PLAN, SWITCH_BY_PLAN_DRY_RUN, Outcome, Run, StepName, Switching
from bot.domain.value import EnvironmentName, RunId
from bot.journal import NewRun
from runners import steering
from runners.iac.terraform import Terraform
from runners.kit import Kit
from runners.saga import Saga
from runners.source.git import Git
from runners.steps import Step
from tests.fakes.clock import FakeClock
from tests.fakes.repository import Repository
from tests.fakes.service import Service
from tests.fakes.town import DEPLOYS, Bells, Line, person
from tests.runners.iac.conftest import any_terraform, shim

__all__ = ["any_terraform", "shim"]

STAGING = EnvironmentName("staging")
STEPS = plugins.load(runners.steps, Step)  # type: ignore[type-abstract]

#: The output says what the object came to, and not what it was told to be.
MODULE = """
terraform {
  backend "local" {}
}
variable "active_color" {
  type    = string
  default = "blue"
}
resource "terraform_data" "listener" {
  input = var.active_color
}
resource "terraform_data" "code" {
  input = "RELEASE"
}
output "active_color" {
  value = terraform_data.listener.output
}
"""
ESTATE = """
version: 1
slack: {{teams: [T0HOME], channels: {{deploys: C0DEPLOYS, incidents: C0INCIDENTS}}}}
repository: {{url: infrastructure}}
groups: {{platform: {{slack_usergroup: S0PLATFORM}}}}
classes:
  standard: {{votes: 0}}
  significant: {{votes: 0}}
  high-risk: {{votes: 0}}
environments:
  staging:
    branch: main
    iac: {{backend_config: ["path={folder}/staging.tfstate"]}}
    services:
      - name: site
        exposure: public
        traffic: {{kind: terraform_variable, variable: active_color, output: active_color{more}}}
        verify: [{{kind: http, url: "{url}/{{colour}}/health", attempts: 1}}]
        bake:
          for: 10s
          every: 2s
          min_requests: 20
          watch: [{{metric: error_rate, source: http, url: "{url}/{{colour}}/metrics", at_most: 0.05}}]
"""


class Swift(Bells):
    """An engine under which time flies for whoever waits, while Terraform gets the time that it needs."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    async def rung(self, run: RunId, seconds: float) -> None:
        await asyncio.sleep(0.01)
        await self._clock.advance(max(0.0, seconds))


@dataclass
class Place:
    """An environment with real code, a real state and real rows."""

    kit: Kit
    repository: Repository
    service: Service
    folder: Path
    clock: FakeClock
    count: int = 0

    async def ask(self, recipe: tuple[StepName, ...], colour: Colour | None = None) -> Run:
        """Begin a deploy, or a switch where there is a *colour*, with which all customers go."""
        self.count += 1
        for one in Colour:
            self.service.customers[f"{one}/metrics"] = 0 if colour and one is not colour else 200
        new = NewRun(
            environment=STAGING,
            by=person("ana"),
            channel=DEPLOYS,
            ref=colour or "main",
            recipe=recipe,
            switch=Switching(colour=colour, services=("site",)) if colour else None,
            asked=f"command:{self.count}",
        )
        return await self.kit.journal.begin(new, self.clock.now())

    async def walk(self, run: RunId) -> Report:
        """Walk it to its end, and give what can be told of it then."""

        async def once(_: str, work: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
            return await work()

        steps = {step.name: step(self.kit) for step in STEPS.values()}
        await Saga(self.kit, steps, Line()).walk(run, once)
        return await self.kit.journal.report(run, self.clock.now())

    async def deploy(self, outcome: Outcome = Outcome.DONE) -> Report:
        """Deploy the branch as it is."""
        report = await self.walk((await self.ask(DEPLOY)).id)
        assert report.run.outcome is outcome, report.run.text
        return report

    async def switch(self, colour: Colour, outcome: Outcome = Outcome.DONE, *, all_go: bool = True) -> Report:
        """Switch to *colour*; some customers stay unless *all_go*."""
        run = await self.ask(SWITCH_BY_PLAN, colour)
        self.service.customers[f"{colour.other}/metrics"] = 0 if all_go else 200
        report = await self.walk(run.id)
        assert report.run.outcome is outcome, report.run.text
        return report

    def release(self, name: str, text: str = MODULE) -> str:
        """Commit other code to the branch."""
        return self.repository.commit("main", text.replace("RELEASE", name))

    @property
    def state(self) -> dict[str, Any]:
        """What the state says of each object, and of the output."""
        read = json.loads((self.folder / "staging.tfstate").read_text("utf-8"))
        objects = {
            one["name"]: one["instances"][0]["attributes"]["input"]["value"] for one in read["resources"]
        }
        outputs = {name: one["value"] for name, one in read["outputs"].items()}
        return objects | outputs


Places = Callable[..., Place]


@pytest.fixture
async def places(kit: Kit, clock: FakeClock, tmp_path: Path, any_terraform: str) -> Any:
    """A maker of places; nobody has deployed anything there yet."""
    async with Service() as service:

        def make(more: str = "") -> Place:
            repository = Repository(tmp_path / "infrastructure")
            file = tmp_path / "interlock.yaml"
            file.write_text(ESTATE.format(folder=tmp_path, url=service.url, more=more), "utf-8")
            loaded = estate.load(file, kinds.KINDS)
            source = Git("infrastructure", tmp_path / "cache", folder=tmp_path)
            real = dataclasses.replace(
                kit,
                estate=loaded,
                source=source,
                iac=Terraform(any_terraform),
                checks=kinds.CHECKS,
                metrics=kinds.METRICS,
                switchers=kinds.SWITCHERS,
                engine=Swift(clock),
            )
            place = Place(real, repository, service, tmp_path, clock)
            place.release("one")
            return place

        yield make


@pytest.fixture
async def place(places: Places) -> Place:
    """One where the first release is deployed, and live on blue."""
    place = places()
    await place.deploy()
    assert place.state == {"listener": "blue", "code": "one", "active_color": "blue"}
    return place


async def test_there_and_back(place: Place) -> None:
    """A good switch moves the variable and nothing else, asks the idle colour, and watches both; and so does the next."""
    place.release("two")
    report = await place.switch(Colour.GREEN)
    assert place.state == {"listener": "green", "code": "one", "active_color": "green"}, "no newer code came"
    assert report.plan is not None
    assert [change.address for change in report.plan.changes if change.verb != "no-op"] == [
        "terraform_data.listener"
    ]
    assert [str(move.before) + " → " + str(move.after) for move in report.moves] == [
        "blue 100, green 0 → blue 0, green 100"
    ]
    assert [check.title.partition(":")[0] for check in report.checks] == ["site green"]
    assert report.bake is not None
    assert {one.side for sample in report.bake.samples for one in sample.evidence} == {
        "candidate",
        "baseline",
    }
    assert report.run.committers == ()
    await place.switch(Colour.BLUE)
    assert place.state["listener"] == "blue"


async def test_a_deploy_keeps_the_colour(place: Place) -> None:
    """Whatever the module's default is, a deploy moves code and no traffic."""
    await place.switch(Colour.GREEN)
    place.release("two")
    await place.deploy()
    assert place.state == {"listener": "green", "code": "two", "active_color": "green"}


async def test_a_deploy_keeps_what_a_bad_switch_left(place: Place) -> None:
    """What is live counts, and not what was good: going back is asked for, and never happens by accident."""
    place.service.error_rates["green/metrics"] = 0.5
    report = await place.switch(Colour.GREEN, Outcome.FAILED)
    assert report.failed_at is StepName.BAKE
    place.release("two")
    await place.deploy()
    assert place.state == {"listener": "green", "code": "two", "active_color": "green"}
    await place.switch(Colour.BLUE)
    assert place.state == {"listener": "blue", "code": "two", "active_color": "blue"}


async def test_a_lost_output_moves_nothing(place: Place) -> None:
    """Where no output says the colour, the last good switch does."""
    await place.switch(Colour.GREEN)
    place.release("two", MODULE[: MODULE.index("output ")])
    await place.deploy()
    place.release("three", MODULE[: MODULE.index("output ")])
    await place.deploy()
    assert place.state == {"listener": "green", "code": "three"}
    report = await place.switch(Colour.BLUE, Outcome.FAILED)
    assert "no output active_color" in report.run.text
    assert place.state["listener"] == "green"


async def test_the_estate_says_how_it_begins(places: Places) -> None:
    """Only the first deploy asks for that."""
    place = places(", initial: green")
    await place.deploy()
    assert place.state["listener"] == "green"
    await place.switch(Colour.BLUE)
    place.release("two")
    await place.deploy()
    assert place.state == {"listener": "blue", "code": "two", "active_color": "blue"}


async def test_the_colour_that_is_live_already(place: Place) -> None:
    """Nothing is planned, and nobody is asked."""
    report = await place.switch(Colour.BLUE, Outcome.REFUSED)
    assert report.run.text == "All traffic of site goes to blue already."
    assert report.plan is None


async def test_nothing_was_ever_deployed(places: Places) -> None:
    """There is no code to switch with then."""
    report = await places().switch(Colour.GREEN, Outcome.REFUSED)
    assert "No deploy of staging has ended well yet" in report.run.text


async def test_code_that_does_not_use_the_variable(place: Place) -> None:
    """A plan that changes nothing is no switch."""
    place.release("one", MODULE.replace("input = var.active_color", 'input = "blue"'))
    place.release("two", MODULE.replace("input = var.active_color", 'input = "blue"'))
    await place.deploy()
    report = await place.switch(Colour.GREEN, Outcome.REFUSED)
    assert "does not use the variable" in report.run.text


async def test_a_bad_idle_colour(place: Place) -> None:
    """Its checks are asked before anybody is, and nothing is applied."""
    await place.service.__aexit__(None, None, None)
    report = await place.walk((await place.ask(SWITCH_BY_PLAN, Colour.GREEN)).id)
    assert (report.run.outcome, report.failed_at) == (Outcome.FAILED, StepName.IDLE)
    assert report.apply is None
    assert place.state["listener"] == "blue"


async def test_an_output_that_stays(place: Place) -> None:
    """It is read back: an apply that ended well moved the traffic, or the run did not end well."""
    stuck = MODULE.replace("value = terraform_data.listener.output", 'value = "blue"')
    place.release("two", stuck)
    await place.deploy()
    report = await place.switch(Colour.GREEN, Outcome.FAILED)
    assert (report.failed_at, report.bake) == (StepName.VERIFY, None)
    assert report.run.text == "Terraform applied the plan, and site is on blue still, not on green."


async def test_traffic_that_does_not_follow(place: Place) -> None:
    """What a plan did is no proof of where requests go: they are counted on both colours."""
    report = await place.switch(Colour.GREEN, Outcome.UNKNOWN, all_go=False)
    assert report.failed_at is StepName.BAKE
    assert "the new colour got 50.0 % of" in report.run.text


@pytest.mark.parametrize(
    ("path", "outcome"),
    [pytest.param("health", Outcome.DONE, id="good"), pytest.param("gone", Outcome.FAILED, id="bad")],
)
async def test_what_is_asked_afterwards(place: Place, path: str, outcome: Outcome) -> None:
    """Once all traffic has moved and the bake was good, the checks of that moment decide."""
    staging = place.kit.estate.environments["staging"]
    wanted = {"kind": "http", "url": f"{place.service.url}/{{colour}}/{path}", "attempts": 1}
    after = (kinds.CHECKS["http"].Settings.model_validate(wanted),)
    changed = staging.model_copy(
        update={"services": (staging.services[0].model_copy(update={"after": after}),)}
    )
    place.kit = dataclasses.replace(
        place.kit, estate=place.kit.estate.model_copy(update={"environments": {"staging": changed}})
    )
    place.service.gone.add("green/gone")
    report = await place.switch(Colour.GREEN, outcome)
    assert [check.verdict for check in report.checks][-1] == ("PASS" if outcome is Outcome.DONE else "FAIL")
    assert len(report.checks) == 2


async def test_a_dry_run(place: Place) -> None:
    """The plan is shown and the idle colour asked; nothing is applied."""
    report = await place.walk((await place.ask(SWITCH_BY_PLAN_DRY_RUN, Colour.GREEN)).id)
    assert (report.run.outcome, len(report.checks)) == (Outcome.PLANNED, 1)
    assert place.state["listener"] == "blue"


async def test_a_crash_after_the_plan(place: Place) -> None:
    """PLAN asked again finds its plan; where that is gone it makes the same one."""
    run = await place.ask(SWITCH_BY_PLAN, Colour.GREEN)
    plan = next(step for step in STEPS.values() if step.name is StepName.PLAN)(place.kit)
    await plan.do(run)
    first = await place.kit.bound(await place.kit.known(run.id))
    await plan.do(await place.kit.known(run.id))
    assert (await place.kit.bound(run)).plan.digest == first.plan.digest
    place.kit.read.clear()
    await asyncio.to_thread(Path(first.file).unlink)
    await plan.do(await place.kit.known(run.id))
    again = await place.kit.bound(run)
    assert await asyncio.to_thread(Path(again.file).exists)
    assert (again.plan.effect, again.moves) == (first.plan.effect, first.moves)
    report = await place.walk(run.id)
    assert report.run.outcome is Outcome.DONE, report.run.text
    assert place.state["listener"] == "green"


async def test_a_state_that_moved_on(place: Place) -> None:
    """A fresh plan in the place of an old one sets the same colour and says what it moves."""
    run = await place.ask(SWITCH_BY_PLAN, Colour.GREEN)
    steps = {step.name: step(place.kit) for step in STEPS.values()}
    await steps[StepName.PLAN].do(run)
    file = place.folder / "staging.tfstate"
    state = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(state | {"serial": state["serial"] + 1}), "utf-8")
    report = await place.walk(run.id)
    assert report.run.outcome is Outcome.DONE, report.run.text
    assert (len(report.moves), place.state["listener"]) == (1, "green")


async def test_an_estate_that_steers_otherwise_now(place: Place) -> None:
    """Nothing is planned for a service that moves by a plan no more."""
    run = await place.ask(SWITCH_BY_PLAN, Colour.GREEN)
    staging = place.kit.estate.environments["staging"]
    http = kinds.SWITCHERS["http"].Settings(kind="http", url="http://127.0.0.1:9")
    service = staging.services[0].model_copy(update={"traffic": http})
    changed = staging.model_copy(update={"services": (service,)})
    place.kit = dataclasses.replace(
        place.kit, estate=place.kit.estate.model_copy(update={"environments": {"staging": changed}})
    )
    with pytest.raises(steering.SteeredOtherwise, match="says no more that site of staging moves by a plan"):
        await steering.move(place.kit, run)
