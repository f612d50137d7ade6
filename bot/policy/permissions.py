"""Who may act at all: a full member of a home workspace, in one of the groups, in one of the channels.

A look-up that failed refuses and says which it was; it never counts as a yes.
"""

from collections.abc import Collection

from bot.domain.ruling import Reason, ReasonCode
from bot.domain.value import ChannelId, GroupName, TeamId
from bot.policy.facts import Standing


def membership(who: Standing, teams: Collection[TeamId]) -> tuple[Reason, ...]:
    """Why *who* is no full member of one of *teams*; empty where they are."""
    profile = who.profile
    foreign = Reason(
        code=ReasonCode.FOREIGN_WORKSPACE,
        text="This account belongs to another workspace; only members of the home workspace may act here.",
    )
    if profile is None or profile.person != who.person:
        failed = Reason(
            code=ReasonCode.LOOKUP_FAILED,
            text="Slack could not say who this account is, so it is refused.",
        )
        return (failed,) if who.person.team in teams else (foreign, failed)
    found: list[Reason] = []
    if profile.stranger or who.person.team not in teams:
        found.append(foreign)
    if profile.deleted:
        found.append(Reason(code=ReasonCode.DEACTIVATED, text="This account is deactivated."))
    if profile.bot:
        found.append(Reason(code=ReasonCode.BOT, text="This account is an app; only people may act here."))
    if profile.guest:
        found.append(
            Reason(code=ReasonCode.GUEST, text="This account is a guest's; only full members may act here.")
        )
    return tuple(found)


def group(who: Standing, groups: Collection[GroupName], what: str) -> tuple[Reason, ...]:
    """Why *who* is in none of *groups*, whose members may do *what*; empty where they are in one."""
    asked = set(groups)
    if who.groups & asked:
        return ()
    if unknown := sorted(who.unknown & asked):
        return (
            Reason(
                code=ReasonCode.LOOKUP_FAILED,
                text=f"Slack could not say who is in {_or(unknown)}, so nobody is let through.",
            ),
        )
    where = f"Only members of {_or(sorted(asked))} may {what}." if asked else f"Nobody may {what}."
    return (Reason(code=ReasonCode.NOT_IN_GROUP, text=where),)


def channel(here: ChannelId, channels: Collection[ChannelId]) -> tuple[Reason, ...]:
    """Why *here* is no place to ask in; empty where it is one."""
    if here in channels:
        return ()
    text = "This is not one of the channels for deployments."
    return (Reason(code=ReasonCode.WRONG_CHANNEL, text=text),)


def _or(names: list[GroupName]) -> str:
    return " or ".join(names)
