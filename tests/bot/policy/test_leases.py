"""What ends an old colour that is kept, when it may be looked at, and who may do what to it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.lease import Lease, LeaseEnd
from bot.domain.request import Keep, Retire
from bot.domain.run import DEPLOY, Run, StepName, Switching
from bot.domain.value import GroupName, RunId
from bot.policy import leases
from bot.policy.facts import RequestFacts, Standing
from bot.policy.leases import Switched
from tests.fakes.leases import HOUR, PROD, lease, switch, under_way
from tests.fakes.town import DEPLOYS, HOME, NOON, person


def moved(run: Run, *services: str) -> Switched:
    return Switched(run=run, services=services)


@pytest.mark.parametrize(
    ("newer", "end", "services"),
    [
        pytest.param((), None, ("admin", "store"), id="nothing newer"),
        pytest.param(
            (moved(switch(4, back=3), "store", "admin"),),
            LeaseEnd.BACK,
            ("admin", "store"),
            id="gone back to",
        ),
        pytest.param(
            (moved(switch(4, back=3), "store"),), LeaseEnd.BACK, ("admin", "store"), id="the rest was back"
        ),
        pytest.param(
            (moved(switch(4), "admin", "store", "jobs"),),
            LeaseEnd.REPLACED,
            ("admin", "store"),
            id="all moved on",
        ),
        pytest.param((moved(switch(4), "store"),), None, ("admin",), id="one moved on"),
        pytest.param(
            (moved(switch(4), "store"), moved(switch(5), "admin")),
            LeaseEnd.REPLACED,
            ("admin",),
            id="one after the other",
        ),
        pytest.param((moved(switch(4), "jobs"),), None, ("admin", "store"), id="others moved"),
        pytest.param((moved(switch(3), "admin", "store"),), None, ("admin", "store"), id="itself"),
        pytest.param(
            (moved(under_way(4, StepName.KEEP), "admin", "store"),),
            None,
            ("admin", "store"),
            id="one that has not ended",
        ),
    ],
)
def test_newer_switches(newer: tuple[Switched, ...], end: LeaseEnd | None, services: tuple[str, ...]) -> None:
    """What is kept is what nobody moved since; nothing left is its end, with who and by which run."""
    left = leases.standing(lease(), newer)
    assert (left.end, left.services) == (end, services)
    if end is not None:
        assert (left.after, left.ended_by, left.ended_at) == (
            newer[-1].run.id,
            person("ben"),
            NOON + HOUR,
        )


def test_an_end_stays() -> None:
    """What somebody retired was not gone back to afterwards."""
    ended = lease(ended_at=NOON, end=LeaseEnd.RETIRED, ended_by=person("ana"))
    assert leases.standing(ended, (moved(switch(4), "admin", "store"),)) == ended
    assert leases.over(ended, NOON + 48 * HOUR, ()) == ended


@pytest.mark.parametrize(
    ("after", "still_open", "over"),
    [
        pytest.param(24 * HOUR - timedelta(seconds=1), (), False, id="a second before"),
        pytest.param(24 * HOUR, (), True, id="the very moment"),
        pytest.param(25 * HOUR, (under_way(4, StepName.APPROVE),), True, id="somebody wants something else"),
        pytest.param(25 * HOUR, (under_way(4, StepName.SHIFT, back=3),), False, id="on the way back"),
        pytest.param(25 * HOUR, (switch(4, back=3),), True, id="a way back that ended"),
    ],
)
def test_its_time(after: timedelta, still_open: tuple[Run, ...], over: bool) -> None:
    """It is over by the clock, unless somebody is on the way back to it."""
    found = leases.over(lease(), NOON + after, still_open)
    assert (found.end is LeaseEnd.OVER) is over
    assert found.ended_at == (NOON + 24 * HOUR if over else None)


def _only(run: Run, *services: str) -> Run:
    assert run.switch is not None
    return run.model_copy(update={"switch": Switching(colour=run.switch.colour, services=services)})


@pytest.mark.parametrize(
    ("run", "disturbed"),
    [
        pytest.param(under_way(4, StepName.SHIFT), True, id="moves all traffic"),
        pytest.param(under_way(4, StepName.BAKE), True, id="bakes"),
        pytest.param(under_way(4, StepName.KEEP), True, id="is at its end"),
        pytest.param(
            under_way(4, StepName.VERIFY, switch=None, recipe=DEPLOY), True, id="a deploy is verified"
        ),
        pytest.param(switch(4, stage=StepName.SHIFT), False, id="ended in the middle"),
        pytest.param(under_way(4, StepName.APPROVE), False, id="waits for votes"),
        pytest.param(_only(under_way(4, StepName.SHIFT), "jobs"), False, id="moves others"),
        pytest.param(_only(under_way(4, StepName.SHIFT), "jobs", "store"), True, id="moves one of them"),
        pytest.param(under_way(4, StepName.APPLY, switch=None, recipe=DEPLOY), True, id="a deploy applies"),
        pytest.param(under_way(4, StepName.SHIFT, environment="dev"), False, id="elsewhere"),
        pytest.param(switch(4), False, id="ended"),
    ],
)
def test_a_look_is_disturbed(run: Run, disturbed: bool) -> None:
    """What is seen while a run works there says nothing."""
    assert leases.disturbed(lease(), (run,)) is disturbed


def test_one_of_several_disturbs_it() -> None:
    """Those that only wait make nothing good of it."""
    runs = (under_way(4, StepName.APPROVE), under_way(5, StepName.SHIFT))
    assert leases.disturbed(lease(), runs)
    assert not leases.disturbed(lease(), ())


@pytest.mark.parametrize(
    ("looked", "due"), [(None, True), (NOON - HOUR, True), (NOON - HOUR / 2, False)], ids=str
)
def test_a_look_is_due(looked: Any, due: bool) -> None:
    """At once, and then after each pause; never once it has ended."""
    assert leases.due(lease(looked_at=looked), HOUR, NOON) is due
    assert not leases.due(lease(looked_at=looked, ended_at=NOON), HOUR, NOON)


def facts(kept: Lease | None, **differs: Any) -> RequestFacts:
    groups = frozenset({GroupName("platform")})
    usual = RequestFacts(
        who=Standing(person=person("ana"), profile=None, groups=groups),
        channel=DEPLOYS,
        channels=frozenset({DEPLOYS}),
        teams=frozenset({HOME}),
        environments=frozenset({PROD}),
        requesters=(GroupName("platform"),),
        run=switch(3),
        lease=kept,
        now=NOON,
    )
    return usual.model_copy(update=differs)


@pytest.mark.parametrize(
    ("found", "length", "said"),
    [
        pytest.param(facts(lease()), 24 * HOUR, "", id="another day"),
        pytest.param(facts(lease()), 13 * 24 * HOUR, "", id="two weeks in all"),
        pytest.param(
            facts(lease()),
            13 * 24 * HOUR + timedelta(minutes=1),
            "It would be kept until 2026-12-05 12:01 UTC; 14 days from now is the most.",
            id="a minute longer",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.OVER)),
            HOUR,
            "blue is kept no longer: its time was over 2026-11-22 12:00 UTC.",
            id="over",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.RETIRED, ended_by=person("ben"))),
            HOUR,
            "blue is kept no longer: U0BEN retired it.",
            id="retired",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.BACK, after=RunId(4))),
            HOUR,
            "Run 4 went back to blue already.",
            id="gone back to",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.REPLACED, after=RunId(4))),
            HOUR,
            "Run 4 moved the same services after it.",
            id="replaced",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.RETIRED)),
            HOUR,
            "blue is kept no longer: somebody retired it.",
            id="nobody knows who retired it",
        ),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.BACK, after=RunId(4))),
            30 * 24 * HOUR,
            "Run 4 went back to blue already.",
            id="too long for what is gone",
        ),
        pytest.param(
            facts(lease(), now=None),
            HOUR,
            "It would be kept until 2026-11-22 13:00 UTC; 14 days from now is the most.",
            id="nobody knows what time it is",
        ),
        pytest.param(facts(lease()), None, "", id="no length was named"),
        pytest.param(facts(None), HOUR, "Run 3 keeps no old colour.", id="none"),
        pytest.param(
            facts(None, run=under_way(3, StepName.BAKE)), HOUR, "Run 3 keeps no old colour yet.", id="not yet"
        ),
        pytest.param(
            facts(None, run=None), HOUR, "There is no such run that keeps an old colour.", id="no run"
        ),
        pytest.param(
            facts(lease(), requesters=(GroupName("dba"),)),
            HOUR,
            "Only members of dba may keep the old colour of switches in prod.",
            id="not allowed",
        ),
    ],
)
def test_keeping_it_longer(found: RequestFacts, length: timedelta | None, said: str) -> None:
    """By those who may switch, two weeks ahead at most, and while there is something to keep."""
    reasons = leases.keep(Keep(run=RunId(3), length=length), found)
    assert " ".join(reason.text for reason in reasons) == said


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(facts(lease()), "", id="given up"),
        pytest.param(
            facts(lease(), holder=under_way(4, StepName.IDLE, back=3)),
            "Run 4 is on its way back to blue.",
            id="on the way back",
        ),
        pytest.param(
            facts(lease(), queue=(under_way(4, StepName.IDLE, back=3),)),
            "Run 4 is on its way back to blue.",
            id="about to go back",
        ),
        pytest.param(facts(lease(), holder=under_way(4, StepName.APPROVE)), "", id="another run waits"),
        pytest.param(
            facts(lease(ended_at=NOON, end=LeaseEnd.OVER)),
            "blue is kept no longer: its time was over 2026-11-22 12:00 UTC.",
            id="over",
        ),
        pytest.param(
            facts(None, holder=under_way(4, StepName.IDLE, back=3)),
            "Run 3 keeps no old colour.",
            id="nothing is kept",
        ),
        pytest.param(
            facts(lease(), requesters=()),
            "Nobody may retire the old colour of switches in prod.",
            id="not allowed",
        ),
    ],
)
def test_giving_it_up(found: RequestFacts, said: str) -> None:
    """By those who may switch, and never under the feet of somebody who goes back to it."""
    assert " ".join(reason.text for reason in leases.retire(Retire(run=RunId(3)), found)) == said


@pytest.mark.parametrize(
    ("applied", "expected"),
    [
        pytest.param(switch(4, switch=None, recipe=DEPLOY), True, id="a deploy"),
        pytest.param(switch(4, ended_at=NOON), False, id="in the moment it began"),
        pytest.param(switch(4, ended_at=NOON + timedelta(seconds=1)), True, id="a second later"),
        pytest.param(switch(2, ended_at=NOON - HOUR), False, id="before"),
        pytest.param(under_way(4, StepName.VERIFY, switch=None, recipe=DEPLOY), True, id="not ended yet"),
        pytest.param(switch(3), False, id="the switch that left it"),
    ],
)
def test_something_was_applied_since(applied: Run, expected: bool) -> None:
    """Whoever applied after it began may have put something else on the old colour; the switch itself did not."""
    assert leases.overtaken(lease(), applied) is expected


def test_what_has_not_ended() -> None:
    """Of its end there is nothing to say."""
    assert leases.ended(lease()) == ""
