"""Asks the directory about one person, for the law; what could not be looked up is said, never guessed."""

import asyncio
from collections.abc import Iterable

from bot.domain.errors import LookupFailed
from bot.domain.person import Person, Profile
from bot.domain.value import GroupName
from bot.policy.facts import Standing
from bot.ports import Directory


async def of(person: Person, groups: Iterable[GroupName], directory: Directory) -> Standing:
    """Gather who *person* is and in which of *groups* they are."""
    names = tuple(dict.fromkeys(groups))
    profile, *members = await asyncio.gather(
        _profile(person, directory), *(_members(name, directory) for name in names)
    )
    answers = dict(zip(names, members, strict=True))
    return Standing(
        person=person,
        profile=profile,
        groups=frozenset(name for name, found in answers.items() if found is not None and person in found),
        unknown=frozenset(name for name, found in answers.items() if found is None),
    )


async def _profile(person: Person, directory: Directory) -> Profile | None:
    try:
        return await directory.profile(person)
    except LookupFailed:
        return None


async def _members(group: GroupName, directory: Directory) -> frozenset[Person] | None:
    try:
        return await directory.members(group)
    except LookupFailed:
        return None
