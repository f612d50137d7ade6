from collections import Counter

import pytest

from bot.playground.example import files
from bot.playground.example.history import ANA, BEN, HISTORY


def test_each_ref_once() -> None:
    """A branch or tag shows one commit."""
    names = Counter(name for step in HISTORY for name in (*step.branches, *step.tags))
    assert set(names.values()) == {1}
    assert {"main", "staging", "dev", "bad-release", "half-broken", "hidden-flaw"} < set(names)


def test_order() -> None:
    """The first commit comes after none, each further one after an earlier one."""
    assert HISTORY[0].after is None
    assert all(step.after is not None and step.after < place for place, step in enumerate(HISTORY) if place)


@pytest.mark.parametrize("branch", ["staging", "bad-release", "half-broken", "hidden-flaw"])
def test_tour_people(branch: str) -> None:
    """Neither the one who asks in the tour nor the one who approves wrote what is deployed in it."""
    (step,) = (step for step in HISTORY if branch in step.branches)
    assert step.by not in {ANA, BEN}


def test_changes_are_all_there() -> None:
    """Every change has its folder, and every folder is part of the history."""
    folders = {folder.name for folder in (files() / "changes").iterdir()}
    assert folders == {step.change for step in HISTORY if step.change}
