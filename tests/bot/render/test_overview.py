from bot.domain.run import Outcome
from bot.domain.value import EnvironmentName
from bot.render import overview
from tests.fakes.limits import shown
from tests.fakes.reports import later, report, run


def test_busy_and_free() -> None:
    """Open runs with stage, who, since when and link; free environments with their last outcome."""
    last = run(stage=None, outcome=Outcome.FAILED, ended_at=later(minutes=2))
    message = overview.message(
        (report(link="https://x.slack.com/p1"),),
        (
            overview.Free(environment=EnvironmentName("dev")),
            overview.Free(environment=EnvironmentName("staging"), latest=last),
        ),
    )
    assert shown(message).splitlines() == [
        (
            '🟡 *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  *waiting for approval 1/2*  ·  run 42 by <@U0ANA> '
            "since <!date^1795262400^{time}|12:00 UTC>, 12 min  ·  <https://x.slack.com/p1|thread>"
        ),
        "⚪ *dev* is free  ·  no runs yet",
        (
            "⚪ *staging* is free  ·  last: 🔴 failed, `main@4f2c9e1`, run 42, "
            "<!date^1795262520^{date_short_pretty} {time}|2026-11-21 12:02 UTC>"
        ),
    ]
    assert message.text == "Prod is waiting for approval in run 42; 2 environments are free."


def test_nothing_at_all() -> None:
    """An empty estate is said to be empty."""
    message = overview.message((), ())
    assert message.text == "Nothing is going on; 0 environments are free."
    assert shown(message) == "There are no environments."
