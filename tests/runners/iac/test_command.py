from datetime import timedelta
from pathlib import Path

import pytest

from runners.iac import command

_TOOL = Path("/opt/terraform")
_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        pytest.param(
            command.init_argv(_TOOL, lock_timeout=_MINUTE),
            "/opt/terraform init -input=false -no-color -lock-timeout=60s",
            id="init, defaults",
        ),
        pytest.param(
            command.init_argv(
                _TOOL,
                lock_timeout=timedelta(0),
                backend_config=("backends/a.tfbackend", "key=a b; $(id)"),
                reconfigure=True,
                lockfile=True,
            ),
            "/opt/terraform init -input=false -no-color -lock-timeout=0s -reconfigure -lockfile=readonly "
            "-backend-config=backends/a.tfbackend -backend-config=key=a b; $(id)",
            id="init, everything",
        ),
        pytest.param(
            command.plan_argv(_TOOL, Path("/p/plan.bin"), lock_timeout=_MINUTE),
            "/opt/terraform plan -input=false -no-color -detailed-exitcode -lock-timeout=60s -out=/p/plan.bin",
            id="plan, defaults",
        ),
        pytest.param(
            command.plan_argv(
                _TOOL, Path("/p/plan.bin"), lock_timeout=_MINUTE, variables=Path("/p/variables.tfvars.json")
            ),
            "/opt/terraform plan -input=false -no-color -detailed-exitcode -lock-timeout=60s -out=/p/plan.bin "
            "-var-file=/p/variables.tfvars.json",
            id="plan, everything",
        ),
        pytest.param(
            command.show_argv(_TOOL, Path("/p/plan.bin")),
            "/opt/terraform show -json -no-color /p/plan.bin",
            id="show",
        ),
        pytest.param(
            command.apply_argv(_TOOL, Path("/p/plan.bin"), lock_timeout=_MINUTE),
            "/opt/terraform apply -json -input=false -no-color -lock-timeout=60s /p/plan.bin",
            id="apply",
        ),
        pytest.param(command.output_argv(_TOOL), "/opt/terraform output -json -no-color", id="output"),
        pytest.param(command.state_argv(_TOOL), "/opt/terraform state pull", id="state"),
    ],
)
def test_a_command_line_is_this_text(argv: tuple[str, ...], text: str) -> None:
    """Every option of every command is what it should be, and none is there that should not."""
    assert " ".join(argv) == text


def test_no_shell_ever_splits_a_setting() -> None:
    """A setting with spaces stays one argument."""
    argv = command.init_argv(_TOOL, lock_timeout=_MINUTE, backend_config=("key=a b",))
    assert argv[-1] == "-backend-config=key=a b"


def test_the_state_of_the_working_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would read a state file that lies about; a broken one must not matter."""
    (tmp_path / "terraform.tfstate").write_text("not JSON", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert command.output_argv(_TOOL)
