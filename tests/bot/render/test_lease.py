"""What is said of old colours that are kept: what, how long, whether it is of use, and what to do next."""

from datetime import timedelta

import pytest

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.report import Verdict
from bot.domain.value import RunId
from bot.render import lease as render
from tests.fakes.leases import HOUR, check, lease
from tests.fakes.message import buttons, words
from tests.fakes.town import NOON, person


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=13, hours=5), "13 d left"),
        (timedelta(hours=23, minutes=59), "23 h left"),
        (timedelta(hours=2), "2 h left"),
        (timedelta(minutes=119), "120 min left"),
        (timedelta(minutes=41), "50 min left"),
        (timedelta(minutes=7, seconds=1), "8 min left"),
        (timedelta(), "0 min left"),
    ],
    ids=str,
)
def test_the_countdown(left: timedelta, said: str) -> None:
    """So coarse that the message is not edited all the time."""
    message = render.message(lease(), lease().until - left)
    assert said in words(message)
    assert said in message.text


def test_the_message_and_its_buttons() -> None:
    """What is kept, and what can be done about it; the dangerous ones ask again."""
    message = render.message(lease(), NOON)
    assert "*prod*: blue is kept until" in words(message)
    assert "admin, store" in words(message)
    assert buttons(message) == {"say_keep": "3", "say_retire": "3", "say_rollback": "prod 3"}
    asks = [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if "confirm" in element
    ]
    assert asks == ["say_retire", "say_rollback"]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        pytest.param(lease(), "blue was not looked at yet.", id="not looked at"),
        pytest.param(lease(looked_at=NOON), "The estate has no checks for it", id="no checks"),
        pytest.param(
            lease(looked_at=NOON, checks=(check(Verdict.PASS),) * 2),
            "✔ going back would work: 2 checks passed",
            id="well",
        ),
        pytest.param(
            lease(looked_at=NOON, checks=(check(Verdict.PASS), check(Verdict.FAIL))),
            "⚠️ going back to blue would not work any more. Last look",
            id="bad",
        ),
        pytest.param(
            lease(looked_at=NOON, checks=(check(Verdict.FAIL),)),
            "✖ store blue: http: 503, wanted 200",
            id="what is bad",
        ),
        pytest.param(
            lease(looked_at=NOON, checks=(check(Verdict.UNKNOWN),)),
            "⚠️ nobody can say whether going back to blue would work.",
            id="unknown",
        ),
        pytest.param(
            lease(looked_at=NOON, checks=(check(Verdict.FAIL, "<!channel> `x`"),) * 40),
            "… and 35 more",
            id="many, with other people's words",
        ),
    ],
)
def test_what_the_checks_say(kept: Lease, said: str) -> None:
    """No look and no checks are no good news."""
    assert said in words(render.message(kept, NOON))


def test_it_turns_bad_and_good() -> None:
    """Once each: why, and what to do; and that it is over."""
    bad = render.turned(
        lease(turned=Verdict.FAIL, why="store blue: http: 503", checks=(check(Verdict.FAIL),))
    )
    assert "*prod: going back to blue would not work any more.*" in words(bad)
    assert "*Why:* store blue: http: 503" in words(bad)
    assert "/interlock retire 3" in words(bad)
    # Later looks say something else; what turned is told as it was.
    later = lease(turned=Verdict.FAIL, why="store blue: http: 503", checks=(check(Verdict.UNKNOWN, "?"),))
    assert render.turned(later) == bad
    assert "would work again" in words(render.turned(lease(checks=(check(Verdict.PASS),))))


@pytest.mark.parametrize(
    ("kept", "said", "takes_down"),
    [
        pytest.param(
            lease(ended_at=NOON, end=LeaseEnd.OVER), "its time was over", "/rollback prod 3", id="over"
        ),
        pytest.param(
            lease(ended_at=NOON, end=LeaseEnd.RETIRED, ended_by=person("ben")),
            "<@U0BEN> retired blue of run 3.",
            "/switch prod blue",
            id="retired",
        ),
        pytest.param(
            lease(ended_at=NOON, end=LeaseEnd.BACK, ended_by=person("ben"), after=RunId(4)),
            "Run 4 by <@U0BEN> went back to blue.",
            "",
            id="gone back to",
        ),
        pytest.param(
            lease(ended_at=NOON, end=LeaseEnd.REPLACED, ended_by=person("ben"), after=RunId(4)),
            "Run 4 by <@U0BEN> moved admin, store on",
            "",
            id="replaced",
        ),
    ],
)
def test_the_end(kept: Lease, said: str, takes_down: str) -> None:
    """Who and why; nothing was destroyed, and how that is done; no buttons any more."""
    end = render.ended(kept)
    assert said in words(end)
    assert takes_down in words(end)
    assert ("Nothing was destroyed. To take blue of admin, store down" in words(end)) is bool(takes_down)
    assert ("`/deploy prod` shows what would be destroyed" in words(end)) is bool(takes_down)
    message = render.message(kept, NOON + HOUR)
    assert said in words(message)
    assert not buttons(message)
    assert said in render.line(kept)


def test_the_answers() -> None:
    """Short, to whoever pressed."""
    assert "is kept until" in words(render.kept(lease()))
    assert "nothing was destroyed" in words(render.retired(lease()))


def test_a_line_with_doubts() -> None:
    """Whoever looks at the status sees that going back is no option."""
    assert "⚠️ going back to blue would not work any more." in render.line(
        lease(checks=(check(Verdict.FAIL),))
    )
    assert "⚠️" not in render.line(lease(checks=(check(Verdict.PASS),)))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 100])
def test_many_services_with_long_names(count: int) -> None:
    """The questions of the buttons stay within what Slack takes, so that the message can be shown at all."""
    kept = lease(services=tuple(f"{number:063}" for number in range(count)))
    message = render.message(kept, NOON)
    assert buttons(message).keys() == {"say_keep", "say_retire", "say_rollback"}
    assert (f"of {count} services" in str(message.blocks[-1])) is (count > 1)
    for told in (render.ended(kept), render.turned(kept), render.kept(kept), render.retired(kept)):
        assert words(told)
