"""What people may be allowed to do, beside voting, which each class of changes says for itself."""

from enum import StrEnum


class Capability(StrEnum):
    """One thing that an estate gives to groups, for each environment or for all."""

    #: Ask for a run.
    REQUEST = "request"
    #: Ask for an emergency, which goes past windows and freezes.
    OVERRIDE = "override"
    #: Keep others from starting runs.
    LOCK = "lock"
    #: Keep everybody from starting runs, for a time.
    FREEZE = "freeze"
    #: Stop other people's runs.
    CANCEL = "cancel"
    #: Move traffic between the colours.
    SWITCH = "switch"
