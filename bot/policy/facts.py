"""All that a decision may look at, gathered beforehand by whoever asks; one value for each question."""

from collections.abc import Mapping

from pydantic import AwareDatetime

from bot.domain.estate import ClassRule, RuleName
from bot.domain.lease import Lease
from bot.domain.lock import Lock
from bot.domain.person import Person, Profile
from bot.domain.plan import ChangeClass
from bot.domain.ruling import Ask
from bot.domain.run import Run
from bot.domain.value import ChannelId, Commit, EnvironmentName, GroupName, PlanDigest, TeamId, Value
from bot.domain.vote import Choice, Vote
from bot.domain.window import Timetable


class Standing(Value):
    """A person, as the directory answered just now."""

    person: Person
    #: `None` where the look-up failed.
    profile: Profile | None
    #: Of the groups that were asked about, those that the person is in.
    groups: frozenset[GroupName] = frozenset()
    #: Of the groups that were asked about, those whose members could not be looked up.
    unknown: frozenset[GroupName] = frozenset()


class RequestFacts(Value):
    """What must be known when somebody asks for something."""

    who: Standing
    #: Where it was said.
    channel: ChannelId
    #: Channels in which requests may be said.
    channels: frozenset[ChannelId]
    #: Workspaces whose full members may act.
    teams: frozenset[TeamId]
    environments: frozenset[EnvironmentName]
    #: Groups that may do there what is asked for; empty where the environment is unknown.
    requesters: tuple[GroupName, ...] = ()
    #: Of the channel it was said in, and the one it would be announced in: those with people of other organisations.
    shared: frozenset[ChannelId] = frozenset()
    #: Of the same two, those of which that could not be looked up.
    unknown: frozenset[ChannelId] = frozenset()
    #: The environment's rule for emergencies; `None` where there is none.
    emergency: ClassRule | None = None
    #: The run that holds the environment of a deploy.
    holder: Run | None = None
    #: The runs that wait for that environment, in order.
    queue: tuple[Run, ...] = ()
    #: Groups that may stop other people's runs there, where one is to be superseded.
    cancellers: tuple[GroupName, ...] = ()
    #: The environment's branch, which is meant where no ref is named.
    branch: str = ""
    #: The lock that counts there now.
    lock: Lock | None = None
    #: The run that a cancel or a review means; `None` where there is no such run.
    run: Run | None = None
    #: The old colour that this run left behind, as it stands now.
    lease: Lease | None = None
    #: That run is a switch that puts back already what it has moved.
    returning: bool = False
    #: Names of the services that are there to switch.
    services: tuple[str, ...] = ()
    #: Of these, those that move by a plan.
    by_plan: tuple[str, ...] = ()
    #: Whether that run has a review that is open.
    review: bool = False
    #: The moment (aware); needed where a moment is asked for.
    now: AwareDatetime | None = None
    #: When each class may run there; empty where it is no matter.
    timetables: Mapping[RuleName, Timetable] = {}

    @property
    def unended(self) -> tuple[Run, ...]:
        """The run that holds the environment, and those that wait for it."""
        return self.queue if self.holder is None else (self.holder, *self.queue)


class TurnFacts(Value):
    """What must be known when a run that waited in a queue gets its turn."""

    #: Whoever asked for it, as the directory answers now.
    who: Standing
    environment: EnvironmentName
    teams: frozenset[TeamId]
    #: Groups that may ask for runs there now.
    requesters: tuple[GroupName, ...]
    #: It is a switch, and no deploy.
    switch: bool = False


class PlanFacts(Value):
    """What must be known when a plan has been made and judged."""

    environment: EnvironmentName
    change_class: ChangeClass
    #: What the estate says that the class needs there, or an emergency; `None` where it says nothing.
    rule: ClassRule | None
    #: *rule* is for emergencies, and stands in the place of the class's.
    emergency: bool = False
    #: The plan takes a deploy back, to a commit that is known to be good.
    back: bool = False
    #: What would be lost for good, a sentence each.
    losses: tuple[str, ...] = ()
    #: Groups of which somebody may confirm such a loss.
    loss_confirmers: tuple[GroupName, ...] = ()
    #: Why the plan has its class, as sentences.
    why: tuple[str, ...] = ()


class VoteFacts(Value):
    """What must be known when somebody votes."""

    #: The moment of the vote (aware).
    now: AwareDatetime
    who: Standing
    choice: Choice
    teams: frozenset[TeamId]
    run: Run
    #: What the run's current plan needs.
    ask: Ask
    #: The plan on the card that was voted on.
    card: PlanDigest
    exclude_committers: bool = True
    #: What was written by hand; `None` for an emoji or a button.
    typed: str | None = None
    #: The right to execute the plan on the card is taken.
    begun: bool = False
    #: It is a switch about to make its first move.
    untouched: bool = False


class Bound(Value):
    """What votes are bound to."""

    digest: PlanDigest
    commit: Commit
    #: SHA-256 of the estate file.
    estate: str
    #: Of the state that the plan was made from; empty where there was none yet.
    lineage: str = ""
    serial: int = 0
    change_class: ChangeClass = ChangeClass.STANDARD
    #: When it was to run: names of windows, `always`, or a moment.
    window: str = "always"


class ApplyFacts(Value):
    """What must be known right before an apply, all of it looked up afresh."""

    #: As its row says now.
    run: Run
    #: The run that holds the environment now.
    holder: Run | None
    #: The lock that counts there now.
    lock: Lock | None = None
    ask: Ask
    #: What the votes were cast on.
    approved: Bound
    #: What would be applied now.
    found: Bound
    #: Whether it may run at this moment.
    timetable: Timetable
    #: Votes that stand.
    votes: tuple[Vote, ...]
    #: Of those that came by an emoji, those whose emoji is not on the card any more.
    gone: tuple[Vote, ...] = ()
    #: The same, where that could not be looked up.
    unseen: tuple[Vote, ...] = ()
    #: Emoji may have come unheard, and Slack could not say which stand on the card.
    blind: bool = False
    #: Who asked for the run, as the directory answers now.
    requester: Standing
    #: Groups that may ask for such a run there, as the estate says now.
    requesters: tuple[GroupName, ...]
    #: Everybody who voted, as the directory answers now.
    voters: tuple[Standing, ...]
    teams: frozenset[TeamId]
    exclude_committers: bool = True
