"""Who may act at all: a full member of a home workspace, in one of the groups, in one of the channels.

A look-up that failed refuses and says which it was; it never counts as a yes.
"""

from collections.abc import Collection

from bot.domain.permission import Capability
from bot.domain.request import Wish
from bot.domain.ruling import Reason, ReasonCode
from bot.domain.value import ChannelId, GroupName, TeamId
from bot.policy.facts import Standing


def needed(wish: Wish, *, switch: bool) -> Capability:
    """What whoever asks for a run must be allowed; who may go past the windows may ask for that, and need not for the rest."""
    if wish.emergency is not None:
        return Capability.OVERRIDE
    return Capability.SWITCH if switch else Capability.REQUEST


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
    if who.unknown & asked:
        return unknown(who.unknown & asked)
    where = f"Only members of {_or(sorted(asked))} may {what}." if asked else f"Nobody may {what}."
    return (Reason(code=ReasonCode.NOT_IN_GROUP, text=where),)


def unknown(groups: Collection[GroupName]) -> tuple[Reason, ...]:
    """Name the *groups* whose members could not be looked up; empty where there are none."""
    if not groups:
        return ()
    text = f"Slack could not say who is in {_or(sorted(groups))}, so nobody is let through."
    return (Reason(code=ReasonCode.LOOKUP_FAILED, text=text),)


def channel(
    here: ChannelId,
    channels: Collection[ChannelId],
    shared: Collection[ChannelId] = (),
    unknown: Collection[ChannelId] = (),
) -> tuple[Reason, ...]:
    """Why *here* is no place to ask in; empty where it is one.

    *shared* are the channels, this one or the one of the announcement, that other organisations read too;
    *unknown* are those of which that could not be looked up.
    """
    found: list[Reason] = []
    if here not in channels:
        text = "This is not one of the channels for deployments."
        found.append(Reason(code=ReasonCode.WRONG_CHANNEL, text=text))
    if shared:
        place = "This channel" if here in shared else "The channel where it would be announced"
        text = f"{place} is shared with another organisation; plans are not for strangers to read."
        found.append(Reason(code=ReasonCode.SHARED_CHANNEL, text=text))
    if unknown:
        place = "this channel" if here in unknown else "the channel where it would be announced"
        text = f"Slack could not say whether {place} is shared with another organisation, so it is refused."
        found.append(Reason(code=ReasonCode.LOOKUP_FAILED, text=text))
    return tuple(found)


def _or(names: list[GroupName]) -> str:
    return " or ".join(names)
