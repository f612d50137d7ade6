from bot.render import reminder
from tests.fakes.limits import shown
from tests.fakes.reports import ASK, BEN, report, vote


def test_groups_that_are_missing_are_named() -> None:
    """Where one of each is wanted, and where a loss must be confirmed, whoever is missing is named."""
    each = report(
        ask=ASK.model_copy(update={"one_each": True}), votes=(vote(BEN, groups=frozenset({"platform"})),)
    )
    assert "*1 more vote* from somebody of `dba` until" in shown(reminder.message(each))
    loss = report(ask=ASK.model_copy(update={"votes": 0, "loss": ("sec",)}), votes=())
    assert "*a confirmation* from somebody of `sec` to confirm the loss until" in shown(
        reminder.message(loss)
    )


def test_a_reminder() -> None:
    """What is missing, of whom, and until when; nobody is called."""
    message = reminder.message(report())
    assert shown(message) == (
        '🔔 *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42 still needs *1 more vote* '
        "of `platform` or `dba` until <!date^1795266000^{date_short_pretty} {time}|2026-11-21 13:00 UTC>."
    )
    assert message.text == "prod: run 42 still needs 1 more vote."
