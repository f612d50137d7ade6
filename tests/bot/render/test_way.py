"""The answers to whoever holds a switch, lets it go on, or skips what it waits for."""

from bot.domain.colour import Colour
from bot.domain.request import Emergency
from bot.domain.run import SWITCH, Switching
from bot.render import way
from tests.fakes import reports
from tests.fakes.limits import shown

RUN = reports.run(ref="green", recipe=SWITCH, switch=Switching(colour=Colour.GREEN), commit=None)


def test_held() -> None:
    """How it goes on, or that it was held before."""
    assert "makes no further move until `/interlock resume 42`" in shown(way.held(RUN, first=True))
    assert "is held already" in shown(way.held(RUN, first=False))


def test_resumed() -> None:
    """That it goes on, or did before."""
    assert "Run 42 goes on." in shown(way.resumed(RUN, first=True))
    assert "Nothing holds run 42 any more." in shown(way.resumed(RUN, first=False))


def test_skipped() -> None:
    """Who, with which ticket and reason; somebody's words are no markup."""
    message = way.skipped(RUN, reports.ANA, Emergency(ticket="INC-1", reason="the <queue> is full"))
    assert (
        "<@U0ANA> lets run 42 go on without evidence of its last step: `INC-1` the &lt;queue&gt; is full"
        in shown(message)
    )
