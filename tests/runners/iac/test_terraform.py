import asyncio
import dataclasses
import json
import os
import stat
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import PlanTampered, ToolBroken, ToolMissing
from bot.domain.plan import Counts, Verb
from bot.domain.report import Ledger, PieceState
from bot.ports import Applied, Planned, Process, Workplace
from runners.iac import process
from runners.iac.terraform import Terraform

_Place = Callable[..., Workplace]


@dataclasses.dataclass
class Bench:
    """Terraform with a folder for its plans."""

    tool: Terraform
    keep: Path

    async def plan(self, at: Workplace) -> Planned:
        """Plan, and keep the plan."""
        return await self.tool.plan(at, keep=self.keep)

    async def apply(
        self, at: Workplace, planned: Planned, stop: Callable[[], bool] = lambda: False
    ) -> Applied:
        """Apply, and see that whoever watches hears of the process once and of the end."""
        heard: list[Ledger] = []
        met: list[Process] = []
        applied = await self.tool.apply(at, planned, began=met.append, watch=heard.append, stop=stop)
        assert [process.pid > 0 for process in met] == [True]
        assert heard[-1] == applied.ledger
        return applied


@pytest.fixture
def bench(terraform_bin: str, tmp_path: Path) -> Bench:
    """Each Terraform of this machine in turn."""
    return Bench(Terraform(terraform_bin, lock_timeout=timedelta(0)), tmp_path / "plans")


@pytest.fixture
def quick(any_terraform: str, tmp_path: Path) -> Bench:
    """Any Terraform, where which one does not matter."""
    return Bench(Terraform(any_terraform, lock_timeout=timedelta(0)), tmp_path / "plans")


def _states(applied: Applied) -> dict[str, PieceState]:
    return {piece.address: piece.state for piece in applied.ledger.pieces}


async def test_from_nothing_to_done_and_back(bench: Bench, place: _Place) -> None:
    """Plan, apply, outputs, plan again: nothing; then a replacement, an update, a deletion and a move."""
    at = place(
        'variable "n" { type = string }\n'
        'resource "terraform_data" "a" { input = "x ${var.n}" }\n'
        'resource "terraform_data" "b" { triggers_replace = var.n }\n'
        'resource "terraform_data" "c" {}\n'
        'resource "terraform_data" "d" {}\n'
        'output "url" { value = terraform_data.a.output }\n'
        'output "token" {\n  value = "hunter2hunter2"\n  sensitive = true\n}\n',
        variables={"n": "one"},
    )
    first = await bench.plan(at)
    assert first.plan.counts == Counts(create=4)
    assert first.plan.outputs == ("token", "url")
    assert (first.plan.lineage, first.plan.serial) == ("", 0)
    assert (first.plan.applyable, first.plan.complete, first.plan.errored) == (True, True, False)
    assert "hunter2hunter2" in first.secrets
    assert first.file.name == first.plan.digest
    assert stat.S_IMODE(first.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(bench.keep.stat().st_mode) == 0o700
    assert stat.S_IMODE(at.private.stat().st_mode) == 0o700

    applied = await bench.apply(at, first)
    assert applied.exit_code == 0
    assert applied.ledger.complete
    assert set(_states(applied).values()) == {PieceState.DONE}
    assert await bench.tool.outputs(at) == {"url": "x one"}

    second = await bench.plan(at)
    assert second.plan.empty
    assert second.plan.counts == Counts(no_op=4)
    assert second.plan.lineage
    assert second.plan.serial > 0
    assert second.diff == "Nothing changes.\n"

    at = place(
        'variable "n" { type = string }\n'
        'resource "terraform_data" "a" { input = "x ${var.n}" }\n'
        'resource "terraform_data" "b" { triggers_replace = var.n }\n'
        'resource "terraform_data" "moved" {}\n'
        "moved {\n  from = terraform_data.c\n  to = terraform_data.moved\n}\n",
        variables={"n": "two"},
    )
    third = await bench.plan(at)
    assert [(change.address, change.verb) for change in third.plan.changes] == [
        ("terraform_data.b", Verb.REPLACE),
        ("terraform_data.d", Verb.DELETE),
        ("terraform_data.a", Verb.UPDATE),
        ("terraform_data.moved", Verb.NO_OP),
    ]
    assert third.plan.counts == Counts(replace=1, delete=1, update=1, move=1, no_op=1)
    assert third.plan.changes[3].previous_address == "terraform_data.c"
    assert [(a.path, a.forces_replacement) for a in third.plan.changes[0].attributes] == [
        ("id", False),
        ("triggers_replace", True),
    ]
    assert '~ input: "x one" -> "x two"' in third.diff
    again = await bench.tool.read(at, third.file)
    assert again == third
    applied = await bench.apply(at, again)
    assert applied.ledger.complete
    assert set(_states(applied).values()) == {PieceState.DONE}


async def test_forget_import_and_a_request(bench: Bench, place: _Place) -> None:
    """A removed block only forgets, an import is seen, and both are done when Terraform is."""
    at = place('resource "terraform_data" "gone" {}\n')
    await bench.apply(at, await bench.plan(at))
    at = place(
        "removed {\n  from = terraform_data.gone\n  lifecycle { destroy = false }\n}\n"
        'import {\n  to = terraform_data.imp\n  id = "some-id"\n}\n'
        'resource "terraform_data" "imp" {}\n'
    )
    planned = await bench.plan(at)
    assert planned.plan.counts == Counts(forget=1, import_=1, no_op=1)
    assert planned.plan.changes[1].importing == "some-id"
    applied = await bench.apply(at, planned)
    assert applied.ledger.complete
    assert set(_states(applied).values()) == {PieceState.DONE}


async def test_failing_half_way(bench: Bench, place: _Place) -> None:
    """What was done, what failed and what was never reached are told apart; the failed one is tainted after."""
    at = place(
        'resource "terraform_data" "good" {}\n'
        'resource "terraform_data" "bad" {\n'
        "  input = terraform_data.good.id\n"
        '  provisioner "local-exec" { command = "echo out of luck; exit 3" }\n}\n'
        'resource "terraform_data" "after" { input = terraform_data.bad.id }\n'
    )
    applied = await bench.apply(at, await bench.plan(at))
    assert applied.exit_code == 1
    assert not applied.ledger.complete
    assert _states(applied) == {
        "terraform_data.good": PieceState.DONE,
        "terraform_data.bad": PieceState.FAILED,
        "terraform_data.after": PieceState.NOT_STARTED,
    }
    (failed,) = applied.ledger.those(PieceState.FAILED)
    assert "local-exec provisioner error" in failed.error
    assert "out of luck" in failed.error
    assert any("out of luck" in line for line in applied.ledger.tail)
    (change, *_) = (await bench.plan(at)).plan.changes
    assert (change.verb, change.reason) == (Verb.REPLACE, "replace_because_tainted")


async def test_a_stop_is_one_interrupt_and_a_wait(bench: Bench, place: _Place, tmp_path: Path) -> None:
    """Told to stop, Terraform ends in good order: the state is saved, and what was not reached is not started."""
    mark = tmp_path / "mark"
    at = place(
        'resource "terraform_data" "first" {}\n'
        'resource "terraform_data" "slow" {\n  input = terraform_data.first.id\n'
        f'  provisioner "local-exec" {{ command = "touch {mark}; sleep 30" }}\n}}\n'
        'resource "terraform_data" "last" { input = terraform_data.slow.id }\n'
    )
    began = time.monotonic()
    applied = await bench.apply(at, await bench.plan(at), stop=mark.exists)
    assert time.monotonic() - began < 20
    assert applied.exit_code == 1
    assert _states(applied) == {
        "terraform_data.first": PieceState.DONE,
        "terraform_data.slow": PieceState.FAILED,
        "terraform_data.last": PieceState.NOT_STARTED,
    }
    assert any("Interrupt received" in line for line in applied.ledger.tail)
    assert not any("Two interrupts" in line for line in applied.ledger.tail)
    assert "execution halted" in " ".join(applied.ledger.errors)
    assert (await bench.plan(at)).plan.counts == Counts(replace=1, create=1, no_op=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('resource "terraform_data" {', "Unclosed configuration block", id="invalid HCL"),
        pytest.param(
            'module "m" { source = "./nowhere" }', "Unreadable module directory", id="missing module"
        ),
        pytest.param(
            'output "x" { value = file("nowhere") }', "Invalid function argument", id="errs in the plan"
        ),
        pytest.param(
            'resource "terraform_data" "x" {\n  lifecycle {\n    precondition {\n'
            '      condition = terraform_data.y.input == "b"\n      error_message = "wanted b"\n    }\n  }\n}\n'
            'resource "terraform_data" "y" { input = "a" }\n',
            "Resource precondition failed",
            id="failed precondition",
        ),
        pytest.param('variable "needed" {}', "No value for required variable", id="missing variable"),
    ],
)
async def test_terraform_says_itself_what_is_wrong(
    bench: Bench, place: _Place, text: str, message: str
) -> None:
    """The run hears Terraform's own first error, shortened, and the whole of its output."""
    with pytest.raises(ToolBroken, match=message) as caught:
        await bench.plan(place(text))
    assert message in caught.value.output
    assert len(str(caught.value).splitlines()) < 20


async def test_an_object_that_must_not_be_destroyed(bench: Bench, place: _Place) -> None:
    """Terraform saves such a plan; it is not kept, and its secrets do not leave with its words."""
    text = (
        'variable "k" {\n  type = string\n  sensitive = true\n}\n'
        'resource "terraform_data" "x" {\n  triggers_replace = KEY\n  lifecycle { prevent_destroy = true }\n}\n'
    )
    at = place(text.replace("KEY", '"a"'), variables={"k": "hunter2hunter2"})
    await bench.apply(at, await bench.plan(at))
    kept = set(bench.keep.iterdir())
    at = place(
        text.replace("KEY", '"b"') + 'resource "terraform_data" "y" {\n  lifecycle {\n    precondition {\n'
        '      condition = var.k != "hunter2hunter2"\n      error_message = "no"\n    }\n  }\n}\n',
        variables={"k": "hunter2hunter2"},
    )
    with pytest.raises(ToolBroken, match=r"Instance cannot be destroyed|Resource precondition") as caught:
        await bench.plan(at)
    assert "Instance cannot be destroyed" in caught.value.output
    assert 'condition = var.k != "(sensitive)"' in caught.value.output
    assert "hunter2" not in caught.value.output
    assert set(bench.keep.iterdir()) == kept


async def test_a_locked_state(bench: Bench, place: _Place, tmp_path: Path) -> None:
    """Whoever holds the state is named; nothing is unlocked, and nothing is left behind."""
    mark, go = tmp_path / "mark", tmp_path / "go"
    at = place(
        'resource "terraform_data" "slow" {\n'
        f'  provisioner "local-exec" {{ command = "touch {mark}; while ! [ -e {go} ]; do sleep 0.05; done" }}\n}}\n'
    )
    planned = await bench.plan(at)
    other = at.model_copy(update={"private": tmp_path / "other"})
    running = asyncio.create_task(bench.apply(at, planned))
    for _ in range(400):
        if mark.exists():
            break
        await asyncio.sleep(0.02)
    with pytest.raises(ToolBroken, match="Error acquiring the state lock") as caught:
        await bench.plan(other)
    assert "Who:" in str(caught.value)
    go.touch()
    assert (await running).ledger.complete
    assert {path.name for path in other.private.iterdir()} <= {"data", "initialised", ".terraform.d"}


async def test_the_same_plan_is_stale_the_second_time(bench: Bench, place: _Place) -> None:
    """Terraform's own refusal is an error of the whole apply."""
    at = place('resource "terraform_data" "a" {}\n')
    planned = await bench.plan(at)
    assert (await bench.apply(at, planned)).exit_code == 0
    fresh = at.model_copy(update={"private": at.private.with_name("fresh")})
    applied = await bench.apply(fresh, planned)
    assert applied.exit_code == 1
    assert "Saved plan is stale" in applied.ledger.errors[0]
    assert _states(applied) == {"terraform_data.a": PieceState.NOT_STARTED}


@pytest.mark.parametrize("damage", ["flip", "cut", "replace", "remove"])
async def test_other_bytes_are_never_applied(
    quick: Bench, place: _Place, tmp_path: Path, damage: str
) -> None:
    """A plan file that is not the approved one is refused before Terraform hears of it."""
    at = place(
        f'resource "terraform_data" "a" {{\n  provisioner "local-exec" {{ command = "touch {tmp_path}/ran" }}\n}}\n'
    )
    planned = await quick.plan(at)
    data = planned.file.read_bytes()
    match damage:
        case "flip":
            planned.file.write_bytes(data[:50] + bytes([data[50] ^ 1]) + data[51:])
        case "cut":
            planned.file.write_bytes(data[:-1])
        case "replace":
            other = await quick.plan(place('resource "terraform_data" "evil" {}\n'))
            planned.file.write_bytes(other.file.read_bytes())
        case _:
            planned.file.unlink()
    with pytest.raises(PlanTampered):
        await quick.apply(at, planned)
    with pytest.raises(PlanTampered):
        await quick.tool.read(at, planned.file)
    assert not (tmp_path / "ran").exists()


async def test_secrets_do_not_leave(bench: Bench, place: _Place) -> None:
    """What is marked sensitive is gone from plan, diff, ledger and errors, also where Terraform shows it."""
    at = place(
        'variable "password" {\n  type = string\n  sensitive = true\n}\n'
        'resource "terraform_data" "a" {\n  input = { password = var.password, size = 1 }\n}\n'
        'resource "terraform_data" "b" {\n  input = nonsensitive("clear ${var.password}")\n'
        '  provisioner "local-exec" { command = "echo said ${self.input}; exit 1" }\n}\n',
        variables={"password": "hunter2hunter2"},
    )
    planned = await bench.plan(at)
    shown = planned.plan.model_dump_json() + planned.diff
    assert "hunter2" not in shown
    assert "clear (sensitive)" in shown
    assert "input.size" in shown
    applied = await bench.apply(at, planned)
    assert applied.exit_code == 1
    assert "hunter2" not in applied.model_dump_json()
    assert "(sensitive)" in applied.model_dump_json()


async def test_nothing_of_ours_is_seen_and_nothing_stays(
    bench: Bench, place: _Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terraform sees the allow-list alone, and private files that hold secrets are gone after use."""
    monkeypatch.setenv("TF_CLI_ARGS_plan", "-destroy")
    monkeypatch.setenv("TF_VAR_n", "evil")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-of-the-bot")
    monkeypatch.setenv("MY_TOKEN", "listed-canary")
    at = place(
        'variable "n" { default = "good" }\n'
        'resource "terraform_data" "a" { input = "${var.n} ${file("/proc/self/environ")}" }\n',
        environment=("MY_TOKEN",),
        variables={"n": "better"},
    )
    planned = await bench.plan(at)
    shown = planned.plan.model_dump_json()
    assert "better" in shown
    assert planned.plan.counts == Counts(create=1)
    assert "canary" not in shown + planned.diff
    left = {path.name for path in at.private.iterdir()}
    assert left <= {"data", "initialised", ".terraform.d"}
    await bench.apply(at, planned)
    left = {path.name for path in at.private.iterdir()}
    stem = f"apply-{planned.plan.digest[:16]}"
    assert left - {"data", ".terraform.d"} == {
        "initialised",
        f"{stem}.jsonl",
        f"{stem}.err",
        f"{stem}.process",
    }
    assert stat.S_IMODE((at.private / f"{stem}.jsonl").stat().st_mode) == 0o600


async def test_two_runs_at_once(quick: Bench, place: _Place, tmp_path: Path) -> None:
    """One instance serves two places at the same time, and neither sees the other's values."""

    def other(name: str) -> Workplace:
        at = place(
            'variable "n" {}\nresource "terraform_data" "a" { input = var.n }\n', variables={"n": name}
        )
        return at.model_copy(
            update={
                "private": tmp_path / f"private-{name}",
                "backend_config": (f"path={tmp_path}/{name}.tfstate",),
            }
        )

    one, two = other("one"), other("two")
    plans = await asyncio.gather(quick.plan(one), quick.plan(two))
    assert ['"one"' in plans[0].diff, '"two"' in plans[1].diff] == [True, True]
    await asyncio.gather(quick.apply(one, plans[0]), quick.apply(two, plans[1]))
    assert json.loads((tmp_path / "two.tfstate").read_text("utf-8"))["resources"][0]["instances"][0][
        "attributes"
    ]["input"] == {"value": "two", "type": "string"}


async def test_a_plan_of_five_thousand(quick: Bench, place: _Place) -> None:
    """A large plan is read, counted and rendered."""
    at = place('resource "terraform_data" "many" {\n  count = 5000\n  input = "x${count.index}"\n}\n')
    planned = await quick.plan(at)
    assert planned.plan.counts == Counts(create=5000)
    assert planned.diff.endswith("Plan: 5000 to add, 0 to change, 0 to destroy.\n")


async def test_what_took_too_long(quick: Bench, place: _Place, any_terraform: str) -> None:
    """A plan without end is stopped, and says so."""
    tool = Terraform(any_terraform, timeout=timedelta(seconds=0.01))
    with pytest.raises(ToolBroken, match=r"It was stopped after 0\.01 s"):
        await tool.plan(place('resource "terraform_data" "a" { count = 3000 }\n'), keep=quick.keep)


async def test_a_plan_that_cannot_be_read(place: _Place, tmp_path: Path) -> None:
    """The reader's own words are handed on, and whoever looks at the state meanwhile is told to stop."""
    tool = tmp_path / "fake"
    tool.write_text(
        "#!/bin/sh\n"
        'for word; do case $word in -out=*) printf plan > "${word#-out=}";; esac; done\n'
        'case "$1" in\n'
        """version) echo '{"terraform_version": "1.11.4"}';;\n"""
        f"state) echo $$ > {tmp_path}/looks.tmp; mv {tmp_path}/looks.tmp {tmp_path}/looks; exec sleep 60;;\n"
        f"show) while [ ! -e {tmp_path}/looks ]; do sleep 0.01; done; echo Error: unreadable >&2; exit 1;;\n"
        "esac\n",
        "utf-8",
    )
    tool.chmod(0o755)
    at = place("")
    with pytest.raises(ToolBroken, match="unreadable"):
        await Terraform(str(tool)).plan(at, keep=tmp_path / "plans")
    looking = process.identify(int((tmp_path / "looks").read_text("ascii")))
    async with asyncio.timeout(10):
        while process.alive(looking):  # noqa: ASYNC110 -- a process has no event
            await asyncio.sleep(0.01)
    assert [file.name for file in at.private.iterdir()] == ["initialised"]


async def test_what_the_estate_gets_wrong(quick: Bench, place: _Place, tmp_path: Path) -> None:
    """A folder that is not there, and backend settings outside of it, are refused in our own words."""
    at = place("")
    with pytest.raises(ToolBroken, match="no folder nowhere"):
        await quick.plan(at.model_copy(update={"folder": tmp_path / "nowhere"}))
    with pytest.raises(ToolBroken, match=r"\.\./\.\./etc lie outside"):
        await quick.plan(at.model_copy(update={"backend_config": ("../../etc",)}))
    with pytest.raises(ToolMissing):
        await Terraform("no-such-terraform").plan(at, keep=quick.keep)


async def test_settings_of_the_backend_may_change(quick: Bench, place: _Place, tmp_path: Path) -> None:
    """The same private folder serves a changed backend, without a question about migrating."""
    at = place('resource "terraform_data" "a" {}\n')
    await quick.plan(at)
    other = at.model_copy(update={"backend_config": (f"path={tmp_path}/elsewhere.tfstate",)})
    assert (await quick.plan(other)).plan.counts == Counts(create=1)


async def test_a_lock_file_must_not_change(quick: Bench, place: _Place) -> None:
    """Where the checkout pins providers, init checks the pins and changes none."""
    at = place('resource "terraform_data" "a" {}\n')
    pins = at.folder / ".terraform.lock.hcl"
    pins.write_text("# pinned\n", "utf-8")
    assert (await quick.plan(at)).plan.counts == Counts(create=1)
    assert pins.read_text("utf-8") == "# pinned\n"


async def test_what_cannot_be_recorded_does_not_go_on(quick: Bench, place: _Place, tmp_path: Path) -> None:
    """If nobody can note the process, it is interrupted at once."""
    at = place(
        'resource "terraform_data" "a" {\n  provisioner "local-exec" '
        f'{{ command = "sleep 2; touch {tmp_path}/ran" }}\n}}\n'
    )
    planned = await quick.plan(at)

    def began(_: Process) -> None:
        msg = "disk full"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError, match="disk full"):
        await quick.tool.apply(at, planned, began=began, watch=lambda _: None, stop=lambda: False)
    await asyncio.sleep(2.5)
    assert not (tmp_path / "ran").exists()


async def test_checks_and_failing_conditions_are_told(bench: Bench, place: _Place) -> None:
    """A failing check is a warning to Terraform; here it is part of the plan."""
    at = place(
        'resource "terraform_data" "a" { input = "small" }\n'
        'check "size" {\n  assert {\n    condition = terraform_data.a.input == "large"\n'
        '    error_message = "too small"\n  }\n}\n'
    )
    planned = await bench.plan(at)
    assert [(check.address, check.status, check.problems) for check in planned.plan.checks] == [
        ("check.size", "fail", ("too small",))
    ]


async def test_which_state_is_current(quick: Bench, place: _Place) -> None:
    """A plan and the state that it was made from have one version; an apply of somebody else makes another."""
    at = place('resource "terraform_data" "one" {}\n')
    first = await quick.plan(at)
    before = await quick.tool.state(at)
    assert (before.lineage, before.serial) == (first.plan.lineage, first.plan.serial)
    assert (await quick.apply(at, first)).exit_code == 0
    after = await quick.tool.state(at)
    assert after != before
    again = await quick.plan(place('resource "terraform_data" "two" {}\n'))
    assert (after.lineage, after.serial) == (again.plan.lineage, again.plan.serial)


async def test_outputs_of_nothing(quick: Bench, place: _Place) -> None:
    """Before the first apply there are none, and a broken module is Terraform's to explain."""
    at = place("")
    assert await quick.tool.outputs(at) == {}
    broken = place("resource {")
    with pytest.raises(ToolBroken):
        await quick.tool.outputs(broken.model_copy(update={"private": at.private.with_name("else")}))


def test_the_environment_is_ours_by_default() -> None:
    """Without another, names are looked up in the bot's own environment."""
    assert Terraform()._own is os.environ
