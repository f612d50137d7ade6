"""Whether a rule of the estate can be kept at all: one of each group, and what only emergencies may ask for."""

from collections.abc import Iterator
from typing import Any

from bot.domain import quorum, ticket
from bot.domain.estate import RuleName
from bot.domain.person import Person
from bot.domain.value import GroupName, TeamId, UserId
from bot.estate.raw import mapping, words
from bot.estate.reading import Steps
from bot.estate.shape import Misfit

#: What a rule may say only where it is the rule for emergencies.
_ONLY_EMERGENCIES = ("ticket", "review", "bake")


def misfits(
    rule: dict[str, Any], groups: dict[str, Any], at: Steps, written: dict[str, Any]
) -> Iterator[Misfit]:
    """Judge *rule*, of which *written* stands at *at* and the rest is inherited; the name is the last part of *at*."""
    votes = rule.get("votes")
    counted = isinstance(votes, int) and not isinstance(votes, bool)
    if rule.get("one_each") is True and counted and votes:
        yield from _one_each(rule, groups, at, votes)
    if counted and not votes:
        yield from _idle(at, written)
    if at[-1] == RuleName.EMERGENCY:
        yield from _emergency(rule, at, written)
        if counted and not votes:
            yield (
                (*at, "votes"),
                "lets one person alone go past every window: an emergency needs a vote at least.",
            )
        return
    for key in _ONLY_EMERGENCIES:
        if key in written:
            yield (*at, key), f"only emergencies know this: write it under classes.{RuleName.EMERGENCY}."


def _idle(at: Steps, written: dict[str, Any]) -> Iterator[Misfit]:
    """Name what asks something of voters where nobody votes."""
    for key in ("one_each", "confirm"):
        if written.get(key) and at[-1] != RuleName.EMERGENCY:
            yield (
                (*at, key),
                "asks nothing of anybody, for no votes are needed: add `votes`, or leave it out.",
            )


def _one_each(rule: dict[str, Any], groups: dict[str, Any], at: Steps, votes: int) -> Iterator[Misfit]:
    of = [GroupName(word) for _, word in words(rule.get("of"))]
    if votes < len(of):
        sentence = f"must be {len(of)} at least, for `one_each` wants one of each of {len(of)} groups."
        yield (*at, "votes"), sentence
    people: dict[Person, set[GroupName]] = {}
    listed = [name for name in of if isinstance(mapping(groups.get(name)).get("members"), list)]
    for name in listed:
        for _, user in words(groups[name]["members"]):
            people.setdefault(Person(team=TeamId(""), user=UserId(user)), set()).add(name)
    if empty := quorum.unmatched(listed, people):
        names = " and ".join(empty[0])
        yield (
            (*at, "of"),
            f"can never have one person for each group: too few different people are in {names}.",
        )


def _emergency(rule: dict[str, Any], at: Steps, written: dict[str, Any]) -> Iterator[Misfit]:
    pattern = rule.get("ticket")
    if isinstance(pattern, str) and "ticket" in written and (problem := ticket.problem(pattern)):
        yield (*at, "ticket"), problem
