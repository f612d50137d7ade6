"""What the law answers: Allow, Ask or Deny, with reasons that have a code and a sentence."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt

from bot.domain.value import GroupName, Value


class ReasonCode(StrEnum):
    """Why the law said what it said; tests assert these, people read the sentence."""

    #: Which environments exist is the estate's to say.
    UNKNOWN_ENVIRONMENT = "UNKNOWN_ENVIRONMENT"
    #: The word is no ref that git could mean.
    BAD_REF = "BAD_REF"
    #: The account is a bot or an app.
    BOT = "BOT"
    #: The account is a guest's.
    GUEST = "GUEST"
    #: The account belongs to another workspace.
    FOREIGN_WORKSPACE = "FOREIGN_WORKSPACE"
    #: The account is deactivated.
    DEACTIVATED = "DEACTIVATED"
    #: The person is in none of the groups that may do this.
    NOT_IN_GROUP = "NOT_IN_GROUP"
    #: Who somebody is, or who is in a group, could not be looked up.
    LOOKUP_FAILED = "LOOKUP_FAILED"
    #: The channel is none that the estate names.
    WRONG_CHANNEL = "WRONG_CHANNEL"
    #: People of other organisations are in the channel.
    SHARED_CHANNEL = "SHARED_CHANNEL"
    #: Another run holds the environment.
    HELD = "HELD"
    #: The voter asked for this very run.
    OWN_REQUEST = "OWN_REQUEST"
    #: Whoever wants to close a review asked for that very emergency.
    OWN_REVIEW = "OWN_REVIEW"
    #: The voter wrote or committed something that this run deploys.
    OWN_COMMIT = "OWN_COMMIT"
    #: The card is not the current one of its run.
    SUPERSEDED = "SUPERSEDED"
    #: The run is past the point where votes mean something.
    NOT_WAITING = "NOT_WAITING"
    #: The time for votes is over.
    EXPIRED = "EXPIRED"
    #: Not enough valid votes.
    VOTES_MISSING = "VOTES_MISSING"
    #: Somebody who may vote said no.
    REJECTED = "REJECTED"
    #: The estate has no rule for the class of this plan.
    NO_RULE = "NO_RULE"
    #: An input that the votes were bound to is not what it was.
    INPUT_CHANGED = "INPUT_CHANGED"
    #: The state is not the one that the plan was made from.
    STATE_MOVED = "STATE_MOVED"
    #: The commit has not proved itself in the environment before this one.
    NOT_PROMOTED = "NOT_PROMOTED"
    #: No window is open for changes of this class.
    WINDOW_CLOSED = "WINDOW_CLOSED"
    #: A freeze is on.
    FROZEN = "FROZEN"
    #: A freeze of that name, or for the same environment, is on or to come.
    FREEZE_STANDS = "FREEZE_STANDS"
    #: No freeze of that name can be lifted from Slack.
    UNKNOWN_FREEZE = "UNKNOWN_FREEZE"
    #: The moment that was asked for cannot be meant.
    BAD_TIME = "BAD_TIME"
    #: It would take longer than anybody may want it.
    TOO_LONG = "TOO_LONG"
    #: Somebody keeps the environment for themselves.
    LOCKED = "LOCKED"
    #: Nobody keeps the environment, so there is nothing to give back.
    NOT_LOCKED = "NOT_LOCKED"
    #: As many runs wait there as may.
    QUEUE_FULL = "QUEUE_FULL"
    #: A run that has not begun yet was asked for in the very same words by the same person.
    ALREADY_ASKED = "ALREADY_ASKED"
    #: Data would be lost, and nobody who may has confirmed that by hand.
    LOSS_UNCONFIRMED = "LOSS_UNCONFIRMED"
    #: A vote on this plan needs the environment's name, written by hand.
    NOT_CONFIRMED = "NOT_CONFIRMED"
    #: The ticket does not look as the estate wants it.
    BAD_TICKET = "BAD_TICKET"
    #: The estate has no rule for emergencies.
    NO_EMERGENCY = "NO_EMERGENCY"
    #: There is no run whose place could be taken.
    NOT_SUPERSEDABLE = "NOT_SUPERSEDABLE"
    #: A person asked the run to stop.
    STOPPED = "STOPPED"
    #: The environment has no service of that name.
    UNKNOWN_SERVICE = "UNKNOWN_SERVICE"
    #: All traffic goes there already.
    ALREADY_ACTIVE = "ALREADY_ACTIVE"
    #: No target of the colour is healthy.
    NOBODY_HEALTHY = "NOBODY_HEALTHY"
    #: An alarm is on already that ends a bake at once.
    ALARM_ON = "ALARM_ON"
    #: Somebody else moved the traffic.
    TRAFFIC_MOVED = "TRAFFIC_MOVED"
    #: The service moves by a plan, so it is switched on its own.
    NOT_ALONE = "NOT_ALONE"
    #: Nothing was ever deployed there.
    NOT_DEPLOYED = "NOT_DEPLOYED"
    #: There is nothing there that could be done to that run.
    NOT_POSSIBLE = "NOT_POSSIBLE"
    #: The colours get other shares of the requests than their weights say.
    SHARE_MISMATCH = "SHARE_MISMATCH"
    #: Votes are needed before this may go on.
    VOTES_NEEDED = "VOTES_NEEDED"


class Reason(Value):
    """One reason: a code for machines and one sentence for people."""

    code: ReasonCode
    text: str


class Allow(Value):
    """It may happen now."""

    kind: Literal["allow"] = "allow"


class Ask(Value):
    """It may happen once so many people of these groups have said yes."""

    kind: Literal["ask"] = "ask"
    #: Valid votes that are needed in all.
    votes: NonNegativeInt
    #: The groups whose members' votes count.
    of: tuple[GroupName, ...]
    reasons: tuple[Reason, ...]
    #: Each group must be among the votes, by somebody who stands for no other group.
    one_each: bool = False
    #: A vote counts only together with the environment's name, written by hand.
    typed: bool = False
    #: Of one of these groups somebody must confirm by hand that data will be lost; empty where none would be.
    loss: tuple[GroupName, ...] = ()
    #: The bake takes twice as long.
    double_bake: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a vote counts only with the environment's name, written by hand."""
        return self.typed or bool(self.loss)


class Deny(Value):
    """It may not happen; never without a reason."""

    kind: Literal["deny"] = "deny"
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]


def ruled(reasons: Iterable[Reason]) -> Allow | Deny:
    """Deny for *reasons*, each of them once; allow where there is none."""
    found = tuple(dict.fromkeys(reasons))
    return Deny(reasons=found) if found else Allow()
