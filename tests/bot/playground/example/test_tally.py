from bot.playground.example.tally import Tally, p99, told


def test_nothing_yet() -> None:
    """Nobody came: no errors, and a latency that nobody met is none."""
    assert told([Tally(), Tally()], 0) == {"requests": 0, "errors": 0, "latency_p99_ms": None}


def test_put_together() -> None:
    """Two colours count as one where one is asked for."""
    blue, green = Tally(), Tally()
    for _ in range(99):
        blue.count(10, 0.02, failed=False)
    green.count(10, 0.5, failed=True)
    assert told([blue], 10) == {"requests": 99, "errors": 0, "latency_p99_ms": 20.0}
    assert told([blue, green], 10) == {"requests": 100, "errors": 1, "latency_p99_ms": 500.0}


def test_latencies_get_old() -> None:
    """What a release of long ago was like says nothing; totals stay."""
    tally = Tally()
    tally.count(0, 9, failed=True)
    tally.count(40, 0.01, failed=False)
    assert told([tally], 41) == {"requests": 2, "errors": 1, "latency_p99_ms": 10.0}
    assert told([tally], 100) == {"requests": 2, "errors": 1, "latency_p99_ms": None}


def test_p99() -> None:
    """One in a hundred may be slower."""
    assert p99([]) is None
    assert p99([5]) == 5
    assert p99([*range(1, 101), *range(1, 101)]) == 100
    assert p99([1] * 199 + [900]) == 1
