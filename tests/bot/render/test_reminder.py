from bot.render import reminder
from tests.fakes.limits import shown
from tests.fakes.reports import BEN, CAT, report


def test_people_are_called_once() -> None:
    """Those whose votes are missing are mentioned, each once."""
    message = reminder.message(report(), (CAT, BEN, CAT))
    assert shown(message) == (
        '🔔 *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42 still needs *1 more vote* '
        "of <@U0CAT>, <@U0BEN> until <!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>."
    )
    assert message.text == "prod: run 42 still needs 1 more vote."


def test_without_names_the_groups_are_named() -> None:
    """Nobody is called where nobody is known."""
    assert "of `platform` or `dba` until" in shown(reminder.message(report()))
