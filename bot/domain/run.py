"""One request being carried out: its number, recipe, stage and end."""

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.plan import ChangeClass
from bot.domain.request import Wish
from bot.domain.value import ChannelId, Commit, EnvironmentName, PlanDigest, RunId, Value


class StepName(StrEnum):
    """The steps a recipe is made of."""

    PLAN = "plan"
    APPROVE = "approve"
    WINDOW = "window"
    APPLY = "apply"
    VERIFY = "verify"
    BAKE = "bake"
    #: Looks where traffic goes, and lists every move of a switch.
    PREVIEW = "preview"
    #: Puts its checks to the colour that nobody meets yet.
    IDLE = "idle"
    #: Makes the next move of a switch.
    SHIFT = "shift"
    #: Keeps the old colour to go back to.
    KEEP = "keep"


#: What a deploy walks. Stored with each run, so that a run ends under the recipe it began with.
DEPLOY: tuple[StepName, ...] = (
    StepName.PLAN,
    StepName.APPROVE,
    StepName.WINDOW,
    StepName.APPLY,
    StepName.VERIFY,
    StepName.BAKE,
)
#: What a switch walks; after each bake it comes back to the next shift.
SWITCH: tuple[StepName, ...] = (
    StepName.PREVIEW,
    StepName.IDLE,
    StepName.APPROVE,
    StepName.WINDOW,
    StepName.SHIFT,
    StepName.BAKE,
    StepName.KEEP,
)
#: What a switch walks that is only looked at.
SWITCH_DRY_RUN: tuple[StepName, ...] = (StepName.PREVIEW, StepName.IDLE)
#: What a switch walks that takes another one back.
SWITCH_BACK: tuple[StepName, ...] = (
    StepName.PREVIEW,
    StepName.IDLE,
    StepName.APPROVE,
    StepName.SHIFT,
    StepName.BAKE,
)
#: What a switch walks that a plan of Terraform makes; IDLE comes after PLAN, which lays out what its checks may need.
SWITCH_BY_PLAN: tuple[StepName, ...] = (StepName.PLAN, StepName.IDLE, *DEPLOY[1:])
#: What such a switch walks that is only looked at.
SWITCH_BY_PLAN_DRY_RUN: tuple[StepName, ...] = SWITCH_BY_PLAN[:2]
#: What a run walks that brings the commit back which was there before a deploy: that waits for no window.
DEPLOY_BACK: tuple[StepName, ...] = (
    StepName.PLAN,
    StepName.APPROVE,
    StepName.APPLY,
    StepName.VERIFY,
    StepName.BAKE,
)
#: What a dry run walks.
DRY_RUN: tuple[StepName, ...] = (StepName.PLAN,)


class Outcome(StrEnum):
    """How a run ended."""

    #: Every step of the recipe is done.
    DONE = "done"
    #: The plan changes nothing.
    NOTHING = "nothing to do"
    #: A dry run showed its plan.
    PLANNED = "planned"
    #: Somebody who may vote said no.
    REJECTED = "rejected"
    #: The votes did not come in time.
    EXPIRED = "expired"
    #: A person stopped it.
    CANCELLED = "cancelled"
    #: Another run took its place before it was approved.
    SUPERSEDED = "superseded"
    #: The law said no after the start, for example right before the apply.
    REFUSED = "refused"
    #: It went back by itself, or was asked to: everything is as it was before.
    RETURNED = "went back"
    #: A step failed, and what it did is known.
    FAILED = "failed"
    #: Nobody can say from here what was done, or whether it is good; a person decides.
    UNKNOWN = "unknown"


#: The ends that the incident channel hears of, where the run had begun to change something.
BAD: frozenset[Outcome] = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.RETURNED})


class Switching(Value):
    """What a switch is to do."""

    colour: Colour
    #: Names of services; empty: all of the environment.
    services: tuple[str, ...] = ()
    #: Parts of a hundred, going up to 100; `None`: as the estate says.
    steps: tuple[int, ...] | None = None
    #: The switch that this one takes back.
    back: RunId | None = None


class Run(Value):
    """A run as its row says."""

    id: RunId
    environment: EnvironmentName
    by: Person
    #: Where the run is announced.
    channel: ChannelId
    #: The ref as written, or the environment's branch.
    ref: str
    recipe: tuple[StepName, ...]
    #: The key of the words that asked for it.
    asked: str = ""
    wish: Wish = Wish()
    #: What is switched; `None` for a deploy.
    switch: Switching | None = None
    #: The deploy that this one takes back.
    reverts: RunId | None = None
    #: Why a switch stays where it is, until somebody lets it go on; empty where it does not.
    held: str = ""
    #: It waits for the runs before it, and holds nothing yet.
    queued: bool = False
    #: When its turn came (aware); `None` where it never had to wait for one.
    taken_up_at: AwareDatetime | None = None
    #: The run that took its place, where one did.
    superseded_by: RunId | None = None
    #: The step it is in; `None` before the first and after the last.
    stage: StepName | None = None
    #: Resolved once, in the plan step.
    commit: Commit | None = None
    #: First line of the commit's message; somebody else's words, never markup.
    subject: str = ""
    #: Addresses of everybody who wrote or committed something in the deployed range, lower-cased.
    committers: tuple[str, ...] = ()
    digest: PlanDigest | None = None
    change_class: ChangeClass | None = None
    #: When the request was accepted (aware).
    began_at: AwareDatetime
    #: When the time for votes is over (aware); `None` before the approve step.
    expires_at: AwareDatetime | None = None
    #: When it goes on (aware), where it waits for that.
    begins_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    outcome: Outcome | None = None
    #: One sentence about the end, redacted.
    text: str = ""
    #: Who asked the run to stop, where somebody did.
    stop_by: Person | None = None

    @property
    def back(self) -> RunId | None:
        """The run that this one takes back; it goes past windows, freezes, locks and votes, and is reviewed afterwards."""
        return self.switch.back if self.switch else self.reverts

    @property
    def passes(self) -> bool:
        """Whether it goes past every lock: an emergency, or a way back."""
        return self.wish.emergency is not None or self.back is not None

    @property
    def open(self) -> bool:
        """Whether the run has not ended: it holds its environment, or waits for that."""
        return self.ended_at is None

    @property
    def by_plan(self) -> bool:
        """Whether it is a switch that a plan makes, in one piece, and not one that moves step by step."""
        return self.switch is not None and StepName.PLAN in self.recipe
