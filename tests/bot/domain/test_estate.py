from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.domain.estate import (
    CheckSettings,
    ClassRule,
    Environment,
    Estate,
    Group,
    Repository,
    Slack,
    WatchSettings,
)
from bot.domain.permission import Capability
from bot.domain.plan import ChangeClass
from bot.domain.value import ChannelId, EnvironmentName, GroupName, TeamId, UserId

DEV, PROD = EnvironmentName("dev"), EnvironmentName("prod")
PLATFORM, DBA = GroupName("platform"), GroupName("dba")
STANDARD, HIGH = ChangeClass.STANDARD, ChangeClass.HIGH_RISK


@pytest.fixture
def estate() -> Estate:
    """Give an estate of two environments, one of them with rules of its own."""
    return Estate(
        version=1,
        slack=Slack(
            teams=(TeamId("T0"),),
            channels={"deploys": ChannelId("C1"), "incidents": ChannelId("C2"), "prod": ChannelId("C3")},
        ),
        repository=Repository(url="x"),
        groups={"platform": Group(slack_usergroup="S1"), "dba": Group(members=(UserId("U1"),))},
        classes={STANDARD: ClassRule(votes=1, of=(PLATFORM,))},
        environments={
            "dev": Environment(
                branch="dev", classes={STANDARD: ClassRule(votes=0), HIGH: ClassRule(votes=3)}
            ),
            "prod": Environment(branch="main", channel="prod", permissions={Capability.REQUEST: (DBA,)}),
        },
    )


@pytest.mark.parametrize(
    ("environment", "change_class", "rule"),
    [
        pytest.param(PROD, STANDARD, ClassRule(votes=1, of=(PLATFORM,)), id="the estate's"),
        pytest.param(DEV, STANDARD, ClassRule(votes=0, of=(PLATFORM,)), id="the environment's, and the rest of the estate's"),
        pytest.param(DEV, HIGH, ClassRule(votes=3), id="the environment's alone"),
        pytest.param(PROD, HIGH, None, id="none"),
    ],
)  # fmt: skip
def test_rule(
    estate: Estate, environment: EnvironmentName, change_class: ChangeClass, rule: ClassRule | None
) -> None:
    """The environment's own rule goes before the estate's, key by key."""
    assert estate.rule(environment, change_class) == rule


def test_channel_and_permissions(estate: Estate) -> None:
    """An environment without a channel uses `deploys`; who may ask may the rest."""
    assert (estate.channel(DEV), estate.channel(PROD)) == ("C1", "C3")
    asked = [estate.may(Capability.REQUEST, name) for name in (DEV, PROD)]
    assert asked == [("platform", "dba"), ("dba",)]
    assert [estate.may(Capability.LOCK, name) for name in (DEV, PROD)] == asked


def test_an_unknown_environment(estate: Estate) -> None:
    """Nobody may do anything there, and no channel of the estate is the wrong one to say so in."""
    gone = EnvironmentName("gone")
    assert estate.may(Capability.REQUEST, gone) == ()
    assert estate.asked_in(gone) == estate.asked_in(None) == {"C1", "C2", "C3"}
    assert estate.asked_in(DEV) == {"C1", "C2"}
    assert estate.asked_in(PROD) == {"C2", "C3"}


def test_plugin_settings() -> None:
    """Settings are everything but the kind."""
    written = CheckSettings.model_validate({"kind": "x", "url": "y", "every": "5s"})
    assert written.settings == {
        "attempts": 5,
        "stable_for": 1,
        "every": timedelta(seconds=5),
        "timeout": timedelta(seconds=30),
        "url": "y",
    }


def test_a_line_for_a_ratio() -> None:
    """A ratio is at most one; a latency may be anything."""
    WatchSettings(kind="http", metric="latency_p99", at_most=800)
    with pytest.raises(ValidationError, match=r"0\.05 for 5 %"):
        WatchSettings(kind="http", metric="error_rate", at_most=5)
