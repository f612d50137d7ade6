from datetime import UTC, datetime, timedelta

import pytest

from runners.expressions import Due, expected

#: A Saturday.
SINCE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NONE = timedelta()


def at(written: str) -> datetime:
    """A moment of UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "now", "counts"),
    [
        pytest.param("cron(0 * * * ? *)", "2026-11-21T11:30", (3, 3), id="every hour"),
        pytest.param("cron(0 * * * ? *)", "2026-11-21T11:04", (2, 3), id="one under way"),
        pytest.param("cron(0/15 9-10 ? * SAT *)", "2026-11-21T23:00", (8, 8), id="steps on a day by name"),
        pytest.param("cron(0 10 ? * 7 *)", "2026-11-21T23:00", (1, 1), id="Saturday is the seventh"),
        pytest.param("cron(0 10 ? * 2-6 *)", "2026-11-21T23:00", (0, 0), id="Monday to Friday by number"),
        pytest.param("cron(0 10 ? * 1-6 *)", "2026-11-22T23:00", (1, 1), id="Sunday to Friday"),
        pytest.param("cron(0 10 L * ? *)", "2026-11-30T23:00", (1, 1), id="the last day of the month"),
        pytest.param("rate(1 hour)", "2026-11-21T12:06", (3, 4), id="a beat whose phase nobody knows"),
        pytest.param("rate(5 minutes)", "2026-11-21T09:04", (0, 1), id="a beat hardly begun"),
        pytest.param("at(2026-11-21T10:00:00)", "2026-11-21T10:04", (0, 1), id="once, under way"),
        pytest.param("at(2026-11-21T10:00:00)", "2026-11-21T10:05", (1, 1), id="once, over"),
        pytest.param("at(2026-11-21T08:00:00)", "2026-11-21T10:05", (0, 0), id="once, before"),
    ],
)
def test_counts(expression: str, now: str, counts: tuple[int, int]) -> None:
    """At least and at most so many since nine."""
    assert expected(expression, "UTC", NONE, SINCE, at(now))[:2] == counts


def test_zone_and_flexibility() -> None:
    """Local times are those of the schedule, and an invocation may be as late as it says."""
    half = timedelta(minutes=30)
    line = "cron(0 11 * * ? *)"
    assert expected(line, "Europe/Berlin", half, SINCE, at("2026-11-21T10:34")) == Due(
        0, 1, at("2026-11-22T10:00")
    )
    assert expected(line, "Europe/Berlin", half, SINCE, at("2026-11-21T10:35"))[:2] == (1, 1)
    # Due before we look, it may still be invoked while we do.
    assert expected("cron(45 8 * * ? *)", "UTC", half, SINCE, at("2026-11-21T10:00"))[:2] == (0, 1)


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 10 ? * 6#3 *)",
        "cron(0 10 ? * 6L *)",
        "cron(0 10 15W * ? *)",
        "cron(0 10 * * ? 2027)",
        "cron(0 10 * *)",
        "every day",
        "",
    ],
)
def test_what_cannot_be_read(expression: str) -> None:
    """What is not understood is told of, and never guessed."""
    with pytest.raises(ValueError, match=r"cannot be read|weekday|no day"):
        expected(expression, "UTC", NONE, SINCE, at("2026-11-21T10:00"))
