import pytest

from bot.domain.errors import SlackRefused, SlackThrottled, SlackUnreachable
from bot.slack import failure


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"Retry-After": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({}, 30),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "nan"}, 30),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "inf"}, 3600),
    ],
)
def test_how_long_to_wait(said: dict[str, str], seconds: float) -> None:
    """Whatever a server writes there, the wait is a sane number."""
    found = failure.judged("m", 429, said, None)
    assert isinstance(found, SlackThrottled)
    assert found.seconds == seconds


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"ok": True}, type(None)),
        (200, {"ok": False, "error": "ratelimited"}, SlackThrottled),
        (200, {"ok": False, "error": "is_archived"}, SlackRefused),
        (200, {"ok": False}, SlackUnreachable),
        (404, None, SlackRefused),
        (500, {"ok": False, "error": "fatal_error"}, SlackUnreachable),
    ],
)
def test_what_an_answer_means(status: int, body: object, kind: type[object]) -> None:
    """One of three troubles, or none."""
    assert isinstance(failure.judged("m", status, {}, body), kind)


async def test_other_errors_pass() -> None:
    """A mistake of ours is not Slack's trouble."""
    with pytest.raises(KeyError):
        async with failure.told("m"):
            raise KeyError
