import asyncio
from pathlib import Path

import pytest

from bot.domain.plan import Change, Counts, Plan, Verb
from bot.domain.report import Ledger, PieceState
from bot.domain.value import PlanDigest
from bot.ports import Planned
from runners.iac import following

_START = '{"type": "apply_start", "@message": "Creating", "hook": {"resource": {"addr": "a"}, "action": "create"}}\n'


@pytest.fixture
def planned(tmp_path: Path) -> Planned:
    change = Change(address="a", verb=Verb.CREATE, actions=("create",))
    plan = Plan(
        digest=PlanDigest("d" * 64), terraform_version="1", changes=(change,), counts=Counts(create=1)
    )
    return Planned(plan=plan, file=tmp_path / "plan", diff="", secrets=frozenset({"hunter2"}))


@pytest.mark.parametrize(
    ("exit_code", "complaints", "errors"),
    [
        pytest.param(0, "", (), id="well"),
        pytest.param(None, "", (), id="nobody saw it"),
        pytest.param(
            1, "flag provided but not defined\n", ("flag provided but not defined",), id="its own words"
        ),
        pytest.param(1, "Error: hunter2\n", ("(sensitive)",), id="secrets in them"),
        pytest.param(1, "", ("Terraform ended with exit status 1 and named no error.",), id="silence"),
        pytest.param(-9, "", ("Terraform was ended by signal 9.",), id="killed"),
    ],
)
def test_a_failure_is_never_without_words(
    tmp_path: Path, planned: Planned, exit_code: int | None, complaints: str, errors: tuple[str, ...]
) -> None:
    """An apply that failed without an event of it says at least how it ended; what is in flight stays so."""
    (tmp_path / "log").write_text(_START, "utf-8")
    (tmp_path / "err").write_text(complaints, "utf-8")
    ledger = following.Following(tmp_path / "log", tmp_path / "err", planned).last_word(exit_code)
    assert ledger.errors == errors
    assert ledger.pieces[0].state is PieceState.IN_FLIGHT
    assert not ledger.complete


async def test_it_tells_news_and_interrupts_once(tmp_path: Path, planned: Planned) -> None:
    """Watchers hear of what is new and of nothing else; a stop that lasts is one interrupt."""
    log = tmp_path / "log"
    one = following.Following(log, tmp_path / "err", planned)
    heard: list[Ledger] = []
    interrupts: list[int] = []
    looks = iter(range(12))

    async def ended(within: float) -> bool:
        await asyncio.sleep(within)
        look = next(looks)
        if look == 3:
            log.write_text(_START, "utf-8")
        return look == 11

    await following.follow(
        one, ended=ended, interrupt=lambda: interrupts.append(1), watch=heard.append, stop=lambda: True
    )
    assert [ledger.pieces[0].state for ledger in heard] == [PieceState.IN_FLIGHT]
    assert interrupts == [1]
