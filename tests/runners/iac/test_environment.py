import os
from pathlib import Path

import pytest

from bot.domain.errors import ToolBroken
from bot.ports import Workplace
from runners.iac import environment

_OWN = {
    "PATH": "/bin",
    "HOME": "/root",
    "AWS_REGION": "eu-west-1",
    "AWS_SECRET_ACCESS_KEY": "canary-value",
    "AWS_SHORT_KEY": "abc",
    "TF_CLI_ARGS_plan": "-destroy",
    "TF_CLI_ARGS": "-destroy",
    "TF_VAR_n": "1",
    "TF_DATA_DIR": "/elsewhere",
    "TF_WORKSPACE": "other",
    "LD_PRELOAD": "/evil.so",
    "GIT_SSH_COMMAND": "evil",
    "PYTHONPATH": "/evil",
    "TF_CLI_CONFIG_FILE": "/own/rc",
}


def _at(*names: str) -> Workplace:
    return Workplace(folder=Path("/w"), private=Path("/p"), variables={}, environment=names)


def test_it_is_built_from_nothing() -> None:
    """A child sees the built-in few and nothing else of ours."""
    assert environment.build(_at(), _OWN) == {
        "PATH": "/bin",
        "HOME": "/p",
        "TMPDIR": "/p",
        "LANG": "C.UTF-8",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
        "TF_DATA_DIR": "/p/data",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }


def test_listed_names_come_along() -> None:
    """What the estate lists is handed on, what is not set is not; ours cannot be replaced."""
    built = environment.build(_at("AWS_REGION", "NOT_SET", "TF_CLI_CONFIG_FILE", "HOME", "TF_DATA_DIR"), _OWN)
    assert built["AWS_REGION"] == "eu-west-1"
    assert built["TF_CLI_CONFIG_FILE"] == "/own/rc"
    assert built["HOME"] == "/p"
    assert built["TF_DATA_DIR"] == "/p/data"
    assert "NOT_SET" not in built


@pytest.mark.parametrize(
    "name",
    ["TF_CLI_ARGS_plan", "TF_CLI_ARGS", "TF_VAR_n", "LD_PRELOAD", "GIT_SSH_COMMAND", "PYTHONPATH"],
)
def test_what_changes_a_plan_is_refused(name: str) -> None:
    """Names that change what an approved plan does are refused even where the estate lists them."""
    with pytest.raises(ToolBroken, match=name):
        environment.build(_at("AWS_REGION", name), _OWN)


def test_secrets_are_known_by_their_names() -> None:
    """Handed-on values with secretive names are redacted; short ones would be found everywhere."""
    at = _at("AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SHORT_KEY", "NOT_SET_TOKEN")
    assert environment.secrets(at, _OWN) == {"canary-value"}
