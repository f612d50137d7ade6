"""One thing that a bake wants to know."""

import math
from abc import ABC, abstractmethod
from datetime import datetime

from bot.domain.report import Evidence, Sample, Side


class Question(ABC):
    """Takes in samples, and answers in sentences without a full stop; an empty one says that there is nothing to say."""

    #: Of the candidate, all samples together.
    requests = 0
    errors = 0

    @abstractmethod
    def look(self, sample: Sample) -> None:
        """Take in one more sample."""

    @abstractmethod
    def failed(self, now: datetime) -> str:
        """Why it has failed for good."""

    @abstractmethod
    def lack(self, now: datetime) -> str:
        """What must still be seen, at the end, before it can pass."""

    def closing(self, now: datetime) -> str:  # noqa: ARG002 -- most have said all by then
        """Why it fails at the end, once nothing is missing any more; asked once in a bake."""
        return ""

    @abstractmethod
    def told(self) -> str:
        """How it stands."""


def counts(sample: Sample, metric: str, side: Side = Side.CANDIDATE) -> Evidence | None:
    """Find the requests and errors that *sample* tells of; `None` where it tells of none."""
    found = _find(sample, metric, side)
    return None if found is None or found.requests is None or found.errors is None else found


def value(sample: Sample, metric: str, side: Side = Side.CANDIDATE) -> Evidence | None:
    """Find the value that *sample* tells of; `None` where it tells of none, or of no number."""
    found = _find(sample, metric, side)
    return None if found is None or found.value is None or not math.isfinite(found.value) else found


def _find(sample: Sample, metric: str, side: Side) -> Evidence | None:
    for one in sample.evidence:
        if one.metric == metric and one.side is side and not one.missing:
            return one
    return None
