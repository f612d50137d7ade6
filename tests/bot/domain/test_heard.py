"""When what was heard was done."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.heard import Heard, HeardKind, emoji_on

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


def test_no_message_is_the_begin_of_another() -> None:
    """Keys are found by how they begin."""
    assert not emoji_on("C0", "1.12").startswith(emoji_on("C0", "1.1"))
