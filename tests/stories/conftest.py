"""A load balancer at an AWS over HTTP, and a bot that waits for neither of them for long."""

import pytest

import runners.aws
import runners.traffic
from tests.fakes.cloud import Between, Town, _way, aws, between, gate, town
from tests.fakes.places import AlbPlace
from tests.fakes.yard import journey

__all__ = ["_way", "aws", "between", "gate", "journey", "town"]


@pytest.fixture
def place(town: Town, between: Between, monkeypatch: pytest.MonkeyPatch) -> AlbPlace:  # noqa: ARG001 -- tells the process where AWS is
    """A listener where blue gets everything."""
    monkeypatch.setattr(runners.traffic, "PAUSES_BEFORE", (0.01, 0.01))
    monkeypatch.setattr(runners.traffic, "PAUSES_AFTER", (0.01, 0.01, 0.01))
    monkeypatch.setattr(runners.aws, "_READS", 1)
    return AlbPlace(town)
