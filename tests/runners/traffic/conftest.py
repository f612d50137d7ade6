"""AWS over HTTP, and switchers that do not wait long."""

import pytest

import runners.aws
import runners.traffic
from runners.aws import Aws
from runners.context import Context
from runners.traffic import route53
from tests.fakes.cloud import _way, aws, between, gate, town

__all__ = ["_way", "aws", "between", "gate", "town"]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runners.traffic, "PAUSES_BEFORE", (0.01, 0.01))
    monkeypatch.setattr(runners.traffic, "PAUSES_AFTER", (0.01, 0.01, 0.01))
    monkeypatch.setattr(runners.aws, "_READS", 1)
    monkeypatch.setattr(route53, "SPREAD", 0.0)
    monkeypatch.setattr(route53, "POLL", 0.01)


@pytest.fixture
def near(context: Context, aws: Aws) -> Context:
    """The surroundings of a run, with the way to AWS."""
    return Context(outputs=context.outputs, checkout=context.checkout, redact=context.redact, aws=aws)
