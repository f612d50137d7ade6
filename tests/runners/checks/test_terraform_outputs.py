import pytest

from bot.domain.report import Verdict
from runners.checks.terraform_outputs import TerraformOutputs
from runners.context import Context


@pytest.mark.parametrize(
    ("names", "verdict", "seen"),
    [
        (["url"], Verdict.PASS, "url set."),
        (["url", "list", "count"], Verdict.PASS, "url, list, count set."),
        (["url", "empty"], Verdict.FAIL, "`empty` is empty;"),
        (["none"], Verdict.FAIL, "`none` is empty;"),
        (["nothing", "empty"], Verdict.FAIL, "`nothing` is not there, `empty` is empty;"),
    ],
)
async def test_outputs(context: Context, names: list[str], verdict: Verdict, seen: str) -> None:
    """Outputs that exist and hold something are good; what is wrong with the others is told."""
    settings = TerraformOutputs.Settings(kind="terraform_outputs", names=tuple(names))
    found, told = await TerraformOutputs(settings, context).ask()
    assert found is verdict
    assert told.startswith(seen)


def test_title_and_attempts(context: Context) -> None:
    """The outputs of a finished apply do not change, so one attempt is enough."""
    settings = TerraformOutputs.Settings(kind="terraform_outputs", names=("a", "b"))
    assert settings.attempts == 1
    assert TerraformOutputs(settings, context).title == "terraform_outputs a, b"
