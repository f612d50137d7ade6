"""How serious a plan is, and why."""

from enum import StrEnum

from bot.domain.plan import ChangeClass
from bot.domain.value import Value


class RiskCode(StrEnum):
    """What makes a plan more than standard."""

    #: An object that keeps data would be destroyed.
    STATEFUL_DELETE = "STATEFUL_DELETE"
    #: An object that keeps data would be destroyed and made anew, empty.
    STATEFUL_REPLACE = "STATEFUL_REPLACE"
    #: An object would be destroyed.
    DELETE = "DELETE"
    #: What a failed replacement left behind would be destroyed.
    DEPOSED = "DEPOSED"
    #: An object would be left in the world with nobody looking after it.
    FORGET = "FORGET"
    #: The plan says something that this version does not know.
    UNKNOWN_ACTION = "UNKNOWN_ACTION"
    #: Nobody can say yet which object would be taken over.
    IMPORT_UNKNOWN = "IMPORT_UNKNOWN"
    #: The plan does not cover the whole configuration.
    INCOMPLETE = "INCOMPLETE"
    #: An object would be destroyed and made anew.
    REPLACE = "REPLACE"
    #: An object would be known under another address.
    MOVE = "MOVE"


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
