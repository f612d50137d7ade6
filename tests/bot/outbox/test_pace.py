from datetime import UTC, datetime, timedelta

from bot.outbox.pace import Bucket, Pace

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_burst_and_then_one_a_second() -> None:
    """Three go at once, the fourth waits."""
    bucket = Bucket(1.0, 3)
    for expected in (0, 0, 0, 1, 2):
        ready = bucket.ready_at(NOW)
        assert ready == after(expected)
        bucket.take(ready)


def test_a_bucket_fills_again() -> None:
    """After a quiet time the whole burst is there."""
    bucket = Bucket(1.0, 2)
    for _ in range(2):
        bucket.take(NOW)
    assert bucket.ready_at(NOW) == after(1)
    assert bucket.ready_at(after(60)) == after(60)


def test_what_is_kept_for_others() -> None:
    """Who must leave some over waits earlier."""
    bucket = Bucket(1.0, 3)
    bucket.take(NOW)
    assert bucket.ready_at(NOW, keep=2) == after(1)
    assert bucket.ready_at(NOW, keep=1) == NOW


def test_edits_of_one_message_are_three_seconds_apart() -> None:
    """Progress waits, a decision does not."""
    pace = Pace(1.0)
    pace.posted("C1", "k", NOW)
    assert pace.edit_at("C1", "k", NOW, jumps=False) == after(3)
    assert pace.edit_at("C1", "k", NOW, jumps=True) == NOW
    assert pace.edit_at("C1", "other", NOW, jumps=False) == NOW


def test_progress_leaves_edits_over_for_decisions() -> None:
    """In a busy workspace the last edits of a minute belong to state changes."""
    pace = Pace(1.0)
    for index in range(Pace.WORKSPACE_BURST - Pace.WORKSPACE_RESERVE):
        assert pace.edit_at(f"C{index}", "k", NOW, jumps=False) == NOW
        pace.edited(f"C{index}", f"k{index}", NOW)
    assert pace.edit_at("C99", "k", NOW, jumps=False) > NOW
    assert pace.edit_at("C99", "k", NOW, jumps=True) == NOW


def test_no_pace_no_waiting() -> None:
    """A factor of 0 lets everything through."""
    pace = Pace(0)
    for _ in range(50):
        pace.edited("C1", "k", NOW)
    assert pace.edit_at("C1", "k", NOW, jumps=False) == NOW
    assert pace.post_at("C1", NOW) == NOW


def test_memory_does_not_grow_for_ever() -> None:
    """What was said long ago is forgotten."""
    pace = Pace(1.0)
    for index in range(3_000):
        pace.posted("C1", f"k{index}", after(index))
    assert len(pace._said) < 1_100
