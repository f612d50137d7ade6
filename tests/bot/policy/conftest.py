"""Small facts to start from; each test changes what it is about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.person import Person, Profile
from bot.domain.ruling import Ask
from bot.domain.run import DEPLOY, Run, StepName
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, PlanDigest, RunId, TeamId, UserId
from bot.domain.vote import Choice, Vote
from bot.policy.facts import Standing

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DIGEST = PlanDigest("d" * 64)


def person(name: str) -> Person:
    """Make a person of the home workspace."""
    return Person(team=TeamId("T0HOME"), user=UserId(f"U0{name.upper()}"))


def make_standing(name: str, *groups: str, unknown: tuple[str, ...] = (), **profile: Any) -> Standing:
    """Make somebody who is in *groups*."""
    who = person(name)
    return Standing(
        person=who,
        profile=Profile(person=who, **profile),
        groups=frozenset(map(GroupName, groups)),
        unknown=frozenset(map(GroupName, unknown)),
    )


def make_run(**changes: Any) -> Run:
    """Make run 42 of ana, waiting for votes."""
    facts: dict[str, Any] = {
        "id": RunId(42),
        "environment": EnvironmentName("prod"),
        "by": person("ana"),
        "channel": ChannelId("C0PROD"),
        "ref": "main",
        "recipe": DEPLOY,
        "stage": StepName.APPROVE,
        "commit": Commit("c" * 40),
        "committers": ("carl@example.com",),
        "digest": DIGEST,
        "began_at": NOON,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Run(**(facts | changes))


def make_vote(name: str, choice: Choice = Choice.APPROVE, **changes: Any) -> Vote:
    """Make a vote on run 42's plan."""
    facts: dict[str, Any] = {
        "run": RunId(42),
        "digest": DIGEST,
        "voter": person(name),
        "choice": choice,
        "via": "button",
        "groups": frozenset({GroupName("platform")}),
        "at": NOON,
    }
    return Vote(**(facts | changes))


@pytest.fixture
def standing() -> Callable[..., Standing]:
    """Give the maker of standings."""
    return make_standing


@pytest.fixture
def run() -> Callable[..., Run]:
    """Give the maker of runs."""
    return make_run


@pytest.fixture
def vote() -> Callable[..., Vote]:
    """Give the maker of votes."""
    return make_vote


@pytest.fixture
def ask() -> Ask:
    """Give what the plan needs: two of two groups."""
    return Ask(votes=2, of=(GroupName("platform"), GroupName("dba")), reasons=())
