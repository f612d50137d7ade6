"""How serious a plan is, and why."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.plan import ChangeClass
from bot.domain.value import Value


class RiskCode(StrEnum):
    """What makes a plan more than standard; of two of one class, the one that stands first here is told first."""

    #: An object that keeps data would be destroyed.
    STATEFUL_DELETE = "STATEFUL_DELETE"
    #: An object that keeps data would be destroyed and made anew, empty.
    STATEFUL_REPLACE = "STATEFUL_REPLACE"
    #: What a failed replacement left behind would be destroyed.
    DEPOSED = "DEPOSED"
    #: How stored data are encrypted would change, which no database does in place.
    ENCRYPTION = "ENCRYPTION"
    #: The plan says something that this version does not know.
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    #: The state is not the one that the last apply here left.
    LINEAGE = "LINEAGE"
    #: More would be destroyed than one run may.
    CAP = "CAP"
    #: An object that was there after the last apply would be made anew: the end of a destruction that has begun.
    REMADE = "REMADE"
    #: An object was deleted by others.
    DRIFT_DELETE = "DRIFT_DELETE"
    #: Something that others need to be reached would be destroyed or replaced.
    OUTAGE = "OUTAGE"
    #: An object would be destroyed.
    DELETE = "DELETE"
    #: An object would be destroyed and made anew.
    REPLACE = "REPLACE"
    #: An object would be left in the world with nobody looking after it.
    FORGET = "FORGET"
    #: Nobody can say yet which object would be taken over.
    IMPORT_UNKNOWN = "IMPORT_UNKNOWN"
    #: The plan ended with an error.
    ERRORED = "ERRORED"
    #: The plan does not cover the whole configuration.
    INCOMPLETE = "INCOMPLETE"
    #: The whole world would be let in.
    OPEN_TO_WORLD = "OPEN_TO_WORLD"
    #: A database would be reachable from the internet.
    EXPOSED = "EXPOSED"
    #: What protects data from being lost would be taken away.
    UNPROTECTED = "UNPROTECTED"
    #: Everybody's rights would be set, and those that are not written down taken away.
    AUTHORITATIVE = "AUTHORITATIVE"
    #: A database's engine, machine, parameters, storage, standby or password would change.
    DATABASE = "DATABASE"
    #: Who may do what would change.
    IDENTITY = "IDENTITY"
    #: Who may reach what would change.
    NETWORK = "NETWORK"
    #: A condition of the configuration does not hold.
    CHECK_FAILED = "CHECK_FAILED"
    #: A provider would be asked to do something that is no change of an object.
    ACTION = "ACTION"
    #: An object would be known under another address.
    MOVE = "MOVE"
    #: The estate asks for more.
    RAISED = "RAISED"
    #: The estate asks for less, and says why.
    OVERRIDDEN = "OVERRIDDEN"


class RiskReason(Value):
    """One reason for a class."""

    code: RiskCode
    #: The object it is about; empty where the plan as a whole is meant.
    address: str
    #: One sentence.
    text: str
    #: The class that this reason alone asks for.
    change_class: ChangeClass


class Risk(Value):
    """The class of a plan and what it comes from, the most serious first."""

    change_class: ChangeClass
    reasons: tuple[RiskReason, ...] = ()
    #: What would be lost for good, object by object: a part of the reasons, in words for the person who confirms.
    losses: tuple[RiskReason, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether nothing may happen before somebody has confirmed the losses, typed by hand."""
        return bool(self.losses)


class History(Value):
    """What is known of the last apply in the same place."""

    #: Type by address of every object that existed after it; `None` where that is not known.
    existed: Mapping[str, str] | None = None
    #: Of the state that it left; empty where nothing was applied yet.
    lineage: str = ""
