from bot.domain.request import Emergency, Wish
from bot.render import override
from tests.fakes.limits import shown
from tests.fakes.reports import report, run

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


def test_many_freezes() -> None:
    """Some are named, the others counted; without any, the windows are all there is."""
    told = shown(override.message(report(run=run(wish=WISH)), tuple(f"f{number}" for number in range(9))))
    assert "4 further freezes" in told
    assert "goes past its windows." in shown(override.message(report(run=run(wish=WISH))))
