"""When what was heard was done."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.heard import Heard, HeardKind

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("payload", "done"),
    [
        pytest.param(
            {"event": {"event_ts": "1795262340.000001"}},
            datetime(2026, 11, 21, 11, 59, 0, 1, tzinfo=UTC),
            id="Slack says when",
        ),
        pytest.param({"event": {}}, NOON, id="Slack does not say"),
        pytest.param({}, NOON, id="no event"),
        pytest.param({"event": {"event_ts": "soon"}}, NOON, id="no moment"),
        pytest.param({"event": {"event_ts": "1e99"}}, NOON, id="no moment of ours"),
    ],
)
def test_when_it_was_done(payload: dict[str, Any], done: datetime) -> None:
    """As Slack says, to the microsecond; else when it was heard."""
    assert Heard(key="k", kind=HeardKind.EVENT, payload=payload, at=NOON).done_at == done


@pytest.mark.parametrize(
    ("payload", "about"),
    [
        pytest.param({"event": {"item": {"channel": "C0", "ts": "1.1"}}}, "C0:1.1", id="an emoji"),
        pytest.param({"event": {"item": {"channel": "C" * 200, "ts": "1.1"}}}, "C" * 128, id="too long for a row"),
        pytest.param({"event": {"item": "?"}}, "", id="an odd item"),
        pytest.param({"event": {"channel": "C0", "ts": "1.1"}}, "", id="a mention"),
        pytest.param({"user": {"id": "U0"}}, "", id="a click"),
    ],
)  # fmt: skip
def test_what_it_is_about(payload: dict[str, Any], about: str) -> None:
    """Only emoji are about a message, and nothing that comes in can break the row."""
    heard = Heard(key="k", kind=HeardKind.EVENT, payload=payload, at=NOON)
    assert heard.about == about
