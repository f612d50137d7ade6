"""Votes stand for a fresh plan only where it would do exactly the same."""

from typing import Any

import pytest

from bot.domain.plan import ChangeClass
from bot.domain.ruling import Ask
from bot.domain.value import Commit, GroupName, PlanDigest
from bot.policy import carrying
from bot.policy.facts import Bound

OLD = Bound(
    digest=PlanDigest("a" * 64),
    commit=Commit("c" * 40),
    estate="e",
    lineage="l",
    serial=5,
    change_class=ChangeClass.SIGNIFICANT,
    window="always",
)
ASK = Ask(votes=2, of=(GroupName("platform"),), reasons=())
FRESH = {"digest": "b" * 64, "serial": 6}


def test_the_same_change() -> None:
    """A new digest and serial are what a fresh plan is made of."""
    assert carrying.survive(OLD, OLD.model_copy(update=FRESH), ("x", "x"), (ASK, ASK))


@pytest.mark.parametrize(
    ("update", "effects", "ask"),
    [
        pytest.param({}, ("x", "y"), ASK, id="another effect"),
        pytest.param({}, ("", ""), ASK, id="effects that nobody computed"),
        pytest.param({"lineage": "m"}, ("x", "x"), ASK, id="another state"),
        pytest.param({"lineage": ""}, ("x", "x"), ASK, id="no state any more"),
        pytest.param({"commit": "d" * 40}, ("x", "x"), ASK, id="another commit"),
        pytest.param({"estate": "f"}, ("x", "x"), ASK, id="another estate"),
        pytest.param({"change_class": "high-risk"}, ("x", "x"), ASK, id="another class"),
        pytest.param({"window": "night"}, ("x", "x"), ASK, id="another window"),
        pytest.param({}, ("x", "x"), ASK.model_copy(update={"votes": 1}), id="other votes"),
    ],
)
def test_another_change(update: dict[str, Any], effects: tuple[str, str], ask: Ask) -> None:
    """Whatever else differs, people must look again."""
    new = Bound.model_validate(OLD.model_dump() | FRESH | update)
    assert not carrying.survive(OLD, new, effects, (ASK, ask))
