"""People and groups: the `Directory` port over Slack's Web API. Every doubt is a failed look-up."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.emoji import canonical
from bot.domain.errors import LookupFailed, SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.estate import Estate
from bot.domain.person import Person, Profile
from bot.domain.value import ChannelId, GroupName, MessageTs, TeamId, UserId
from bot.ports import Clock
from bot.slack import failure

Q = TypeVar("Q")
A = TypeVar("A")

#: How long an answer may be used again. Right before an act, ask `fresh()`.
LIFE = timedelta(seconds=60)
_SLACKBOT = "USLACKBOT"


class _Memory(Generic[Q, A]):
    """Answers to one kind of question, and when they were asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[Q, tuple[datetime, A]] = {}

    async def answer(self, question: Q, ask: Callable[[Q], Awaitable[A]]) -> A:
        """The answer of a moment ago, else a new one; what is older is forgotten."""
        now = self._clock.now()
        self._known = {each: kept for each, kept in self._known.items() if now - kept[0] < LIFE}
        if question not in self._known:
            self._known[question] = (now, await ask(question))
        return self._known[question][1]


class SlackDirectory:
    """Knows people and groups; remembers answers for a minute."""

    def __init__(
        self,
        client: AsyncWebClient,
        estate: Estate,
        clock: Clock,
    ) -> None:
        """Ask through *client* about the people and groups of *estate*."""
        self._client = client
        self._estate = estate
        self._clock = clock
        self._profiles = _Memory[Person, Profile](clock)
        self._groups = _Memory[GroupName, frozenset[Person]](clock)
        self._shared = _Memory[ChannelId, bool](clock)

    def fresh(self) -> "SlackDirectory":
        """The same directory with nothing remembered yet: every question is asked anew, and once."""
        return SlackDirectory(self._client, self._estate, self._clock)

    async def profile(self, person: Person) -> Profile:
        """What the workspace says of *person*; raises `LookupFailed`."""
        return await self._profiles.answer(person, self._ask)

    async def members(self, group: GroupName) -> frozenset[Person]:
        """Who is in *group* of the estate now; raises `LookupFailed`."""
        if group not in self._estate.groups:
            msg = f"The estate has no group {group}."
            raise LookupFailed(msg)
        meant = self._estate.groups[group]
        if meant.slack_usergroup is None:
            return self._at_home(meant.members)
        return await self._groups.answer(group, self._usergroup)

    async def shared(self, channel: ChannelId) -> bool:
        """Whether people of other organisations are in *channel* now, or are asked in; raises `LookupFailed`."""
        return await self._shared.answer(channel, self._read_by_others)

    async def _read_by_others(self, channel: ChannelId) -> bool:
        about = f"conversations.info for {channel}"
        try:
            async with failure.told("conversations.info"):
                found = (await self._client.conversations_info(channel=channel)).get("channel")
        except (SlackRefused, SlackThrottled, SlackUnreachable) as error:
            raise _failed(about, str(error)) from error
        if not isinstance(found, Mapping) or found.get("id") != channel:
            raise _failed(about, "it told of no channel, or of another one")
        return any(found.get(flag) for flag in ("is_ext_shared", "is_pending_ext_shared"))

    async def reactions(self, channel: ChannelId, ts: MessageTs) -> Mapping[str, frozenset[UserId]]:
        """Who has set which emoji on a message, by their one name; never remembered. Raises `LookupFailed`."""
        about = f"reactions.get for {ts} in {channel}"
        try:
            async with failure.told("reactions.get"):
                # Without `full` only some of the people are named.
                answer = await self._client.reactions_get(channel=channel, timestamp=ts, full=True)
                said = answer.get("message")
        except (SlackRefused, SlackThrottled, SlackUnreachable) as error:
            raise _failed(about, str(error)) from error
        if not isinstance(said, Mapping) or said.get("ts") != ts:
            raise _failed(about, "it told of no message, or of another one")
        found: dict[str, frozenset[UserId]] = {}
        for one in _list(said.get("reactions", []), about):
            users = _list(one.get("users"), about) if isinstance(one, Mapping) else None
            if users is None or one.get("count", len(users)) != len(users):
                raise _failed(about, "it did not name everybody")
            name = canonical(str(one.get("name") or ""))
            found[name] = found.get(name, frozenset()) | frozenset(map(UserId, map(str, users)))
        return found

    async def _ask(self, person: Person) -> Profile:
        about = f"users.info for {person.user}"
        try:
            async with failure.told("users.info"):
                answer = await self._client.users_info(user=person.user)
                user = answer.get("user")
        except (SlackRefused, SlackThrottled, SlackUnreachable) as error:
            raise _failed(about, str(error)) from error
        if not isinstance(user, Mapping) or user.get("id") != person.user:
            raise _failed(about, "it told of nobody, or of somebody else")
        return self._read(person, user, about)

    def _read(self, person: Person, user: Mapping[str, Any], about: str) -> Profile:
        card = user.get("profile")
        card = card if isinstance(card, Mapping) else {}
        teams = _teams(user)
        if not teams:
            raise _failed(about, "it did not say which workspace the account belongs to")
        # Confirmed or not: an address is only ever held against its owner (`is_email_confirmed` would only loosen that).
        email = card.get("email")
        name = card.get("display_name") or card.get("real_name") or user.get("real_name") or user.get("name")
        bot = user.get("is_bot") or user.get("is_workflow_bot") or person.user == _SLACKBOT
        return Profile(
            person=person,
            name=str(name or ""),
            email=email.lower() if isinstance(email, str) and email else None,
            bot=bool(bot),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            stranger=bool(user.get("is_stranger")) or not teams & set(self._estate.slack.teams),
            deleted=bool(user.get("deleted")),
        )

    async def _usergroup(self, group: GroupName) -> frozenset[Person]:
        about = f"usergroups.users.list for the group {group}"
        usergroup = self._estate.groups[group].slack_usergroup
        try:
            async with failure.told("usergroups.users.list"):
                answer = await self._client.usergroups_users_list(usergroup=usergroup or "")
                users = answer.get("users")
        except (SlackRefused, SlackThrottled, SlackUnreachable) as error:
            raise _failed(about, str(error)) from error
        if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
            raise _failed(about, "its answer is no list of people")
        return self._at_home(tuple(UserId(user) for user in users))

    def _at_home(self, users: tuple[UserId, ...]) -> frozenset[Person]:
        """Ids of a group mean accounts of the home workspace, the first that the estate names."""
        home = self._estate.slack.teams[0]
        return frozenset(Person(team=home, user=user) for user in users)


def _teams(user: Mapping[str, Any]) -> set[str]:
    """Every workspace and organisation that the account belongs to."""
    enterprise = user.get("enterprise_user")
    enterprise = enterprise if isinstance(enterprise, Mapping) else {}
    further = enterprise.get("teams")
    named = [
        user.get("team_id"),
        enterprise.get("enterprise_id"),
        *(further if isinstance(further, list) else []),
    ]
    return {TeamId(team) for team in named if isinstance(team, str) and team}


def _list(found: object, about: str) -> list[Any]:
    if not isinstance(found, list):
        raise _failed(about, "its answer holds no list")
    return found


def _failed(about: str, why: str) -> LookupFailed:
    return LookupFailed(f"The look-up {about} failed: {why}")
