import pytest

from bot.playground.throttle import BURST, Throttle, Trouble


class Watch:
    """A watch that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_planned_trouble_comes_in_order_and_ends() -> None:
    """Trouble of a method goes before trouble of any."""
    throttle = Throttle(Watch(), realistic=False)
    mine, anybody = Trouble(status=429, retry_after=3), Trouble(status=500)
    throttle.plan("*", anybody, 1)
    throttle.plan("chat.update", mine, 2)
    assert [throttle.judge("chat.update", "C1") for _ in range(4)] == [mine, mine, anybody, None]


@pytest.mark.parametrize(
    ("method", "burst", "refill"),
    [
        pytest.param("chat.postMessage", BURST, 1.0, id="a message a second"),
        pytest.param("chat.update", 50, 60 / 50, id="fifty edits a minute"),
    ],
)
def test_realistic(method: str, burst: int, refill: float) -> None:
    """A burst goes through, then it is as many as Slack lets through."""
    watch = Watch()
    throttle = Throttle(watch, realistic=True)
    assert [throttle.judge(method, "C1") for _ in range(burst)] == [None] * burst
    assert throttle.judge(method, "C1") == Trouble(status=429, retry_after=1)
    watch.now += refill + 0.01
    assert throttle.judge(method, "C1") is None


def test_channels_are_counted_apart_for_messages_only() -> None:
    """An edit elsewhere still counts for the whole workspace."""
    throttle = Throttle(Watch(), realistic=True)
    for _ in range(BURST):
        throttle.judge("chat.postMessage", "C1")
    assert throttle.judge("chat.postMessage", "C2") is None
    for _ in range(50):
        throttle.judge("chat.update", "C1")
    assert throttle.judge("chat.update", "C2") is not None
