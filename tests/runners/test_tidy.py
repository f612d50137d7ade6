"""What a run leaves on the disk goes."""

import asyncio
from pathlib import Path

from bot.domain.plan import ChangeClass, Counts, Plan
from bot.domain.ruling import Ask
from bot.domain.value import Commit, PlanDigest, RunId
from bot.journal import Binding
from runners import tidy


def bound(file: str) -> Binding:
    return Binding(
        run=RunId(42),
        plan=Plan(digest=PlanDigest("d" * 64), terraform_version="", changes=(), counts=Counts()),
        file=file,
        diff="",
        commit=Commit("c" * 40),
        estate="",
        change_class=ChangeClass.STANDARD,
        ask=Ask(votes=0, of=(), reasons=()),
    )


def test_away(tmp_path: Path) -> None:
    """Checkout and plan, and nothing beside them."""
    home, plan, other = tmp_path / "42", tmp_path / "plan-42", tmp_path / "plan-43"
    home.mkdir()
    for file in (home / "main.tf", plan, other):
        file.write_text("x")
    asyncio.run(tidy.away(home, bound(str(plan))))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan-43"]


def test_what_is_gone_already(tmp_path: Path) -> None:
    """Missing ones are as good as removed, and no plan names no file."""
    asyncio.run(tidy.away(tmp_path / "42", bound(str(tmp_path / "plan-42"))))
    asyncio.run(tidy.away(tmp_path / "42", bound("")))
    asyncio.run(tidy.away(tmp_path / "42", None))
    assert tmp_path.exists()
