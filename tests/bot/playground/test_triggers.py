from pathlib import Path

import pytest

from bot.playground.diary import Diary
from bot.playground.refusal import Refusal
from bot.playground.triggers import HOOK_SECONDS, HOOK_USES, TRIGGER_SECONDS, Hooks, Triggers


class Watch:
    """A watch that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_trigger_works_once() -> None:
    """The second use is refused, as is one that nobody gave."""
    triggers = Triggers(Watch())
    trigger = triggers.give("U0ANA")
    assert triggers.use(trigger) == "U0ANA"
    with pytest.raises(Refusal, match="exchanged_trigger_id"):
        triggers.use(trigger)
    with pytest.raises(Refusal, match="invalid_trigger_id"):
        triggers.use("1.2.3")


def test_a_trigger_expires() -> None:
    """Three seconds are the last moment."""
    watch = Watch()
    triggers = Triggers(watch)
    early, late = triggers.give("U0ANA"), triggers.give("U0ANA")
    watch.now = TRIGGER_SECONDS
    triggers.use(early)
    watch.now += 0.001
    with pytest.raises(Refusal, match="expired_trigger_id"):
        triggers.use(late)


def test_a_hook_works_five_times_within_half_an_hour(tmp_path: Path) -> None:
    """Also across a restart."""
    diary = Diary(tmp_path)
    hooks = Hooks(diary)
    name, old = hooks.give("U0ANA", "C1", 1000), hooks.give("U0ANA", "C1", 1000)
    for _ in range(HOOK_USES - 1):
        hooks.use(name, 1000)
    diary.close()
    diary = Diary(tmp_path)
    again = Hooks(diary)
    assert again.use(name, 1000 + HOOK_SECONDS).user == "U0ANA"
    with pytest.raises(Refusal, match="used_url"):
        again.use(name, 1000)
    with pytest.raises(Refusal, match="expired_url"):
        again.use(old, 1001 + HOOK_SECONDS)
    with pytest.raises(Refusal, match="invalid_url"):
        again.use("other", 1000)
    diary.close()
