"""What an estate may name."""

from bot.kinds import CHECKS, KINDS, METRICS


def test_every_plugin_has_its_settings() -> None:
    """By family and kind."""
    assert set(KINDS.checks) == set(CHECKS)
    assert set(KINDS.metrics) == set(METRICS)
    assert set(KINDS.iac) == {"terraform"}
