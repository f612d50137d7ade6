"""Whether a deploy can be taken back, and whether that happens with nobody asking."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from bot.domain.colour import Colour
from bot.domain.person import Person
from bot.domain.ruling import Allow, Deny
from bot.domain.run import DEPLOY, Outcome, Run, StepName, Switching
from bot.domain.value import ChannelId, Commit, EnvironmentName, RunId, TeamId, UserId
from bot.policy.reverting import SOON, Failure, Trail, by_itself, faults

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ANA = Person(team=TeamId("T0HOME"), user=UserId("U0ANA"))
GOOD, BAD, OTHER = Commit("a" * 40), Commit("b" * 40), Commit("c" * 40)


def run(number: int, commit: Commit | None, **more: Any) -> Run:
    return Run(
        id=RunId(number),
        environment=EnvironmentName("prod"),
        by=ANA,
        channel=ChannelId("C0DEPLOYS"),
        ref="main",
        recipe=DEPLOY,
        commit=commit,
        began_at=NOON,
        **more,
    )


def trail(**differs: Any) -> Trail:
    """Run 42 brought something bad; run 40 was good."""
    usual: dict[str, Any] = {"run": run(42, BAD), "applied": True, "good": run(40, GOOD)}
    return Trail(**usual | differs)


SAME = (
    "The last good commit there, bbbbbbbbbbbb, is the very one that run 42 brought. "
    "Name another: /deploy prod REF"
)
FAULTS = [
    pytest.param(trail(), [], id="nothing speaks against it"),
    pytest.param(
        trail(applied=False),
        ["Run 42 applied nothing, so there is nothing of it to take back."],
        id="nothing was applied",
    ),
    pytest.param(
        trail(run=run(42, BAD, reverts=RunId(41))),
        [
            "Run 42 took run 41 back itself, and nobody goes back from that. To go forward again: /deploy prod REF"
        ],
        id="a rollback",
    ),
    pytest.param(
        trail(since=run(44, OTHER)),
        ["Run 44 ended well there after run 42: /rollback prod 44 takes that one back."],
        id="a newer good deploy",
    ),
    pytest.param(
        trail(since=run(43, GOOD, reverts=RunId(42))), ["Run 43 took run 42 back already."], id="taken back"
    ),
    pytest.param(
        trail(since=run(44, GOOD, reverts=RunId(41))),
        ["Run 44 ended well there after run 42: /rollback prod 44 takes that one back."],
        id="another one was taken back since",
    ),
    pytest.param(
        trail(good=None),
        ["No deploy before run 42 ended well, so there is no commit to go back to."],
        id="the first that ever was",
    ),
    pytest.param(
        trail(good=run(40, None)),
        ["No deploy before run 42 ended well, so there is no commit to go back to."],
        id="a good run of no known commit",
    ),
    pytest.param(
        trail(good=run(40, BAD)),
        [SAME],
        id="what was good is what failed",
    ),
]


@pytest.mark.parametrize(("around", "expected"), FAULTS)
def test_what_speaks_against_taking_it_back(around: Trail, expected: list[str]) -> None:
    """Each fault has its sentence, with what may be done instead."""
    assert [reason.text for reason in faults(around)] == expected


def test_all_faults_at_once() -> None:
    """Whoever asks hears everything that is wrong, not the first of it."""
    everything = trail(run=run(42, BAD, reverts=RunId(1)), applied=False, good=None, since=run(44, OTHER))
    assert len(faults(everything)) == 4


def failure(**differs: Any) -> Failure:
    """The bake said FAIL a moment ago."""
    usual: dict[str, Any] = {
        "outcome": Outcome.FAILED,
        "step": StepName.BAKE,
        "judged": True,
        "seen_at": NOON - timedelta(seconds=1),
        "now": NOON,
    }
    return Failure(**usual | differs)


SWITCH = Switching(colour=Colour.GREEN)
Said = Literal["allow", "deny", "no question"]


@pytest.mark.parametrize(
    ("wanted", "failed", "around", "said", "why"),
    [
        pytest.param("start", failure(), trail(), "allow", "", id="a failed bake"),
        pytest.param(
            "start", failure(step=StepName.VERIFY), trail(), "allow", "", id="a failed verification"
        ),
        pytest.param("propose", failure(), trail(), "no question", "", id="the estate only proposes"),
        pytest.param(
            "start", failure(step=StepName.APPLY), trail(), "no question", "", id="the apply itself failed"
        ),
        pytest.param("start", failure(step=None), trail(), "no question", "", id="nobody knows where"),
        pytest.param(
            "start", failure(outcome=Outcome.CANCELLED), trail(), "no question", "", id="somebody stopped it"
        ),
        pytest.param("start", failure(outcome=Outcome.DONE), trail(), "no question", "", id="it is good"),
        pytest.param(
            "start", failure(), trail(run=run(42, None, switch=SWITCH)), "no question", "", id="a switch"
        ),
        pytest.param(
            "start",
            failure(outcome=Outcome.UNKNOWN),
            trail(),
            "deny",
            "Nobody could tell whether it is bad.",
            id="no evidence is no failure",
        ),
        pytest.param(
            "start",
            failure(judged=False),
            trail(),
            "deny",
            "Nobody could tell whether it is bad.",
            id="a tool of ours broke",
        ),
        pytest.param(
            "start", failure(seen_at=NOON - SOON + timedelta(seconds=1)), trail(), "allow", "", id="19:59 ago"
        ),
        pytest.param(
            "start", failure(seen_at=NOON - SOON), trail(), "deny", "more than 20 minutes ago", id="20:00 ago"
        ),
        pytest.param(
            "start", failure(seen_at=None), trail(), "deny", "nobody knows when", id="nobody knows when"
        ),
        pytest.param(
            "start",
            failure(),
            trail(run=run(42, BAD, stop_by=ANA)),
            "deny",
            "Somebody had asked the run to stop",
            id="a person is there",
        ),
        pytest.param(
            "start",
            failure(),
            trail(run=run(42, BAD, reverts=RunId(41))),
            "deny",
            "nobody goes back from that",
            id="no rollback of a rollback",
        ),
        pytest.param(
            "start", failure(), trail(good=None), "deny", "no commit to go back to", id="nothing was good"
        ),
        pytest.param(
            "start", failure(), trail(good=run(40, BAD)), "deny", "is the very one", id="the good one failed"
        ),
    ],
)
def test_whether_it_goes_back_by_itself(
    wanted: Literal["propose", "start"], failed: Failure, around: Trail, said: Said, why: str
) -> None:
    """Only on evidence, only while it is fresh, only where nobody is at work already, and never twice."""
    ruling = by_itself(wanted, failed, around)
    match ruling:
        case Allow():
            assert said == "allow"
        case Deny(reasons=reasons):
            assert said == "deny"
            assert why in " ".join(reason.text for reason in reasons)
        case None:
            assert said == "no question"
