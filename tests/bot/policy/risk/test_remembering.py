"""What is there after an apply."""

from typing import Any

import pytest

from bot.domain.plan import Change, Verb
from bot.domain.risk import History
from bot.policy.risk import remembering

THEN = remembering.before({"db.main": "db", "web.one": "web"}, "abc")


def change(address: str, verb: Verb, **more: Any) -> Change:
    """Make one of a web."""
    return Change(address=address, verb=verb, type="web", **{"actions": (verb.value,), **more})


@pytest.mark.parametrize(
    ("done", "there"),
    [
        pytest.param(change("web.two", Verb.CREATE), {"db.main", "web.one", "web.two"}, id="created"),
        pytest.param(change("web.one", Verb.DELETE), {"db.main"}, id="deleted"),
        pytest.param(change("web.one", Verb.REPLACE), {"db.main", "web.one"}, id="replaced"),
        pytest.param(change("web.one", Verb.FORGET), {"db.main"}, id="forgotten"),
        pytest.param(change("web.one", Verb.FORGET, actions=("create", "forget")), {"db.main", "web.one"}, id="made anew, and the old one forgotten"),
        pytest.param(change("web.new", Verb.NO_OP, previous_address="web.one"), {"db.main", "web.new"}, id="moved"),
        pytest.param(change("web.old", Verb.REPLACE), {"db.main", "web.one", "web.old"}, id="replaced, and not known before"),
        pytest.param(change("web.old", Verb.UPDATE), {"db.main", "web.one", "web.old"}, id="updated, and not known before"),
        pytest.param(change("web.old", Verb.NO_OP), {"db.main", "web.one", "web.old"}, id="still there, and not known before"),
        pytest.param(change("web.old", Verb.FORGET, actions=("create", "forget")), {"db.main", "web.one", "web.old"}, id="made anew, and not known before"),
        pytest.param(change("web.one", Verb.DELETE, deposed="1a"), {"db.main", "web.one"}, id="what was deposed"),
        pytest.param(change("data.web.x", Verb.READ), {"db.main", "web.one"}, id="read"),
    ],
)  # fmt: skip
def test_after(done: Change, there: set[str]) -> None:
    """Each change leaves its trace, and the lineage stays."""
    found = remembering.after(THEN, (done,))
    assert set(found.existed or {}) == there
    assert found.lineage == "abc"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(change("web.one", Verb.CREATE), id="a new object"),
        pytest.param(change("web.one", Verb.NO_OP, previous_address="web.zero"), id="one that moves, too"),
    ],
)
def test_a_place_that_is_taken_again(other: Change) -> None:
    """Whatever order they come in, what took the place of an object that moved on is there."""
    moved = change("web.new", Verb.NO_OP, previous_address="web.one")
    for done in ((other, moved), (moved, other)):
        assert set(remembering.after(THEN, done).existed or {}) == {"db.main", "web.one", "web.new"}


def test_what_two_applies_lost() -> None:
    """A database that the first destroyed and neither made anew is not new in the third plan."""
    made = change("db.main", Verb.CREATE)
    first = remembering.before({"db.main": "db", "web.one": "web"}, "abc")
    second = remembering.before({"web.one": "web"}, "abc", first, (made,))
    assert second.existed == {"db.main": "db", "web.one": "web"}
    assert remembering.before({"web.one": "web"}, "abc", second, (made,)) == second


def test_what_is_gone_for_good() -> None:
    """An object that nobody wants any more is forgotten with the next apply, whatever became of it."""
    first = remembering.before({"db.main": "db", "web.one": "web"}, "abc")
    assert remembering.before({"web.one": "web"}, "abc", first, ()).existed == {"web.one": "web"}


def test_the_first_apply() -> None:
    """Where nothing was remembered, what was made is."""
    assert remembering.after(History(), (change("web.one", Verb.CREATE),)).existed == {"web.one": "web"}
