from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bot.domain.estate import (
    CheckSettings,
    ClassRule,
    Duration,
    Environment,
    Estate,
    Group,
    Repository,
    Slack,
    WatchSettings,
    as_duration,
    as_written,
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


@pytest.mark.parametrize(
    ("written", "seconds"), [("500ms", 0.5), ("90s", 90), ("30m", 1800), ("1.5h", 5400), ("2d", 172800)]
)
def test_durations(written: str, seconds: float) -> None:
    """A number and a unit are a length of time."""
    assert as_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", ["30", "s", "-5s", "0s", "0.1ms", "367d", "999999999.9d", "5 m", "5M", "٣s", 5, None, ""]
)
def test_no_durations(written: object) -> None:
    """A bare number, no time at all and more than a year are none."""
    with pytest.raises(ValueError, match="duration"):
        as_duration(written)


@given(milliseconds=st.integers(1, 366 * 86400 * 1000))
def test_durations_are_read_as_they_are_written(milliseconds: int) -> None:
    """What is written by us can be read by us, also through JSON."""
    length = timedelta(milliseconds=milliseconds)
    assert as_duration(as_written(length)) == length
    adapter: TypeAdapter[timedelta] = TypeAdapter(Duration)
    assert adapter.validate_json(adapter.dump_json(length)) == length


def test_plugin_settings() -> None:
    """Settings are everything but the kind."""
    written = CheckSettings.model_validate({"kind": "x", "url": "y", "every": "5s"})
    assert written.settings == {
        "attempts": 5,
        "every": timedelta(seconds=5),
        "timeout": timedelta(seconds=30),
        "url": "y",
    }


def test_a_line_for_a_ratio() -> None:
    """A ratio is at most one; a latency may be anything."""
    WatchSettings(kind="http", metric="latency_p99", at_most=800)
    with pytest.raises(ValidationError, match=r"0\.05 for 5 %"):
        WatchSettings(kind="http", metric="error_rate", at_most=5)
