import pytest

from bot.domain.lock import Lock
from bot.domain.request import Emergency, Wish
from bot.domain.value import EnvironmentName
from bot.render import override
from tests.fakes.limits import shown
from tests.fakes.reports import later, person, report, run

WISH = Wish(emergency=Emergency(ticket="INC-42", reason="the *queue* is full <!channel>"))


def test_who_goes_past_what_and_why() -> None:
    """Everybody reads who, the ticket, the reason in the person's own words, and what is overridden."""
    told = override.message(report(run=run(wish=WISH)), ("Black Friday", "Audit"))
    assert shown(told).splitlines() == [
        "🚨 *Emergency in prod*: <@U0ANA> goes past its windows and the freeze *Black Friday* and the freeze *Audit*.",
        "*Ticket:* `INC-42`  ·  *Why:* the \u2217queue\u2217 is full &lt;!channel&gt;",
        '*What:* *prod* ← `main@4f2c9e1` "Raise the worker count"  ·  run 42',
    ]
    assert told.text.startswith("Emergency in prod, run 42, ticket INC-42: the")


@pytest.mark.parametrize(
    ("holder", "named"), [("U0BEN", True), ("U0ANA", False)], ids=["of others", "one's own"]
)
def test_a_lock(holder: str, named: bool) -> None:
    """Whoever works there by hand is named, and so hears of it; one's own lock is nothing to go past."""
    kept = Lock(
        id=1,
        environment=EnvironmentName("prod"),
        by=person(holder),
        reason="moving *data*",
        at=later(),
        until=later(hours=1),
    )
    told = shown(override.message(report(run=run(wish=WISH), lock=kept)))
    assert (f"and the lock of <@{holder}> (moving \u2217data\u2217)." in told) is named


def test_many_freezes() -> None:
    """Some are named, the others counted; without any, the windows are all there is."""
    told = shown(override.message(report(run=run(wish=WISH)), tuple(f"f{number}" for number in range(9))))
    assert "4 further freezes" in told
    assert "goes past its windows." in shown(override.message(report(run=run(wish=WISH))))
