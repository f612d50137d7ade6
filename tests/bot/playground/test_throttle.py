from bot.playground.throttle import Throttle, Trouble


def test_planned_trouble_comes_in_order_and_ends() -> None:
    """Trouble of a method goes before trouble of any."""
    throttle = Throttle()
    mine, anybody = Trouble(status=429, retry_after=3), Trouble(status=500)
    throttle.plan("*", anybody, 1)
    throttle.plan("chat.update", mine, 2)
    assert [throttle.judge("chat.update") for _ in range(4)] == [mine, mine, anybody, None]
