from bot.domain.run import Outcome
from bot.domain.value import EnvironmentName, RunId
from bot.render import overview
from tests.bot.render.test_lock import lock
from tests.fakes.leases import lease
from tests.fakes.limits import shown
from tests.fakes.reports import BEN, later, report, run


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


def test_queues_and_locks() -> None:
    """Whoever waits stands under what they wait for, whether that is a run or only a lock."""
    waiting = run(queued=True, stage=None, commit=None, subject="", id=RunId(43))
    elsewhere = waiting.model_copy(update={"environment": EnvironmentName("dev"), "id": RunId(44)})
    message = overview.message(
        (
            report(lock=lock()),
            report(run=elsewhere, place=1, plan=None),
            report(run=waiting, place=1, plan=None, lock=lock()),
        ),
        (overview.Free(environment=EnvironmentName("dev"), lock=lock(by=BEN)),),
    )
    lines = shown(message).splitlines()
    assert [line[:12] for line in lines] == ["🟡 *prod* ← `", "🔒 locked by ", "        ⚪ *p", "🔒 *dev* is l", "        ⚪ *d"]  # fmt: skip
    assert "*queued, place 1*" in lines[2]
    assert lines[3].startswith("🔒 *dev* is locked by <@U0BEN> until <!date^")
    assert message.text == "Prod is waiting for approval in run 42; 0 environments are free."


def test_old_colours_that_are_kept() -> None:
    """They stand under their environment, with their end."""
    message = overview.message(
        (), (overview.Free(environment=EnvironmentName("prod")),), kept=(lease(), lease(environment="dev"))
    )
    lines = shown(message).splitlines()
    assert len(lines) == 2
    assert lines[1].strip().startswith("♻️ blue of admin, store is kept until <!date^")
    assert lines[1].endswith("·  run 3")
