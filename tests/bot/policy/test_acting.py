"""What must still be true right before an act; the whole is tested with the ruling on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.colour import Colour
from bot.domain.person import INTERLOCK
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import Allow, Deny, Reason, ReasonCode
from bot.domain.run import SWITCH, Run, Switching
from bot.domain.value import RunId
from bot.domain.vote import Choice
from bot.policy import acting
from bot.policy.facts import ApplyFacts
from tests.bot.policy import test_decide
from tests.bot.policy.conftest import NOON, make_run, make_standing, make_vote, person
from tests.bot.policy.test_locks import lock

#: What is true before a deploy is true before any act.
apply = test_decide.apply
Facts = Callable[..., ApplyFacts]
SWITCHED = {"recipe": SWITCH, "switch": Switching(colour=Colour.GREEN)}
URGENT = Wish(emergency=Emergency(ticket="INC-1", reason="fire"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, [], id="it is ours"),
        pytest.param({"run": make_run(stop_by=person("ben"))}, ["Somebody asked run 42 to stop."], id="somebody stopped it"),
        pytest.param({"run": make_run(ended_at=NOON)}, ["Run 42 has ended already."], id="it has ended"),
        pytest.param({"holder": None}, ["Run 42 does not hold prod any more."], id="nobody holds it"),
        pytest.param({"holder": make_run(id=RunId(43))}, ["prod is held by run 43."], id="another one holds it"),
        pytest.param({"lock": lock("eve")}, ["prod is locked by U0EVE until 2026-11-20 13:00 UTC: moving the database"], id="it is locked"),
        pytest.param(
            {"run": make_run(stop_by=person("ben"), ended_at=NOON), "holder": None, "lock": lock("eve")},
            [
                "Somebody asked run 42 to stop.",
                "Run 42 has ended already.",
                "Run 42 does not hold prod any more.",
                "prod is locked by U0EVE until 2026-11-20 13:00 UTC: moving the database",
            ],
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_ours(apply: Facts, changes: dict[str, Any], said: list[str]) -> None:
    """Who may no longer act there hears every reason."""
    assert [reason.text for reason in acting.ours(apply(**changes))] == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(make_run(), "U0ANA asked for run 42. Only members of platform may deploy to prod.", id="a deploy"),
        pytest.param(make_run(**SWITCHED), "U0ANA asked for run 42. Only members of platform may switch traffic in prod.", id="a switch"),
        pytest.param(make_run(wish=URGENT), "U0ANA asked for run 42. Only members of platform may ask for an emergency in prod.", id="an emergency"),
        pytest.param(make_run(wish=URGENT, **SWITCHED), "U0ANA asked for run 42. Only members of platform may ask for an emergency in prod.", id="a switch in an emergency"),
        pytest.param(make_run(by=INTERLOCK), "", id="nobody asked for it"),
    ],
)  # fmt: skip
def test_who_asked(apply: Facts, asked: Run, said: str) -> None:
    """Whoever has left the group is named, with what they may do no more."""
    facts = apply(run=asked, requester=make_standing("ana"))
    assert [reason.text for reason in acting.asked_for(facts)] == ([said] if said else [])


def test_who_asked_is_asked_everything(apply: Facts) -> None:
    """A guest who left the group is refused for both."""
    guest = make_standing("ana", guest=True)
    codes = [reason.code for reason in acting.asked_for(apply(requester=guest))]
    assert codes == [ReasonCode.GUEST, ReasonCode.NOT_IN_GROUP]


def test_what_changed(apply: Facts) -> None:
    """All inputs that changed are told, those that a fresh plan mends last and by another code."""
    found = test_decide.BOUND.model_copy(update={"commit": "f" * 40, "window": "", "serial": 7})
    reasons = acting.unchanged(apply(found=found))
    assert [(reason.code, reason.text) for reason in reasons] == [
        (ReasonCode.INPUT_CHANGED, "The commit changed after the votes: cccccccccccc was approved, ffffffffffff is there."),
        (ReasonCode.INPUT_CHANGED, "The window changed after the votes: always was approved, nothing is there."),
        (ReasonCode.STATE_MOVED, "The state changed after the plan: it was made from serial 0, and 7 is there."),
    ]  # fmt: skip
    assert acting.unchanged(apply()) == []


def test_votes_are_counted_again(apply: Facts) -> None:
    """A vote is lost with its voter's group, and with a look-up that failed."""
    voters = (make_standing("ben", "dba"), make_standing("dana"))
    assert acting.approved(apply()) == []
    texts = [reason.text for reason in acting.approved(apply(voters=voters))]
    assert (
        texts[-1]
        == "The vote of U0DANA counts no more. Only members of dba or platform may vote on this plan."
    )
    unknown = (make_standing("ben", "dba"), make_standing("dana", unknown=("platform",)))
    codes = [reason.code for reason in acting.approved(apply(voters=unknown))]
    assert codes == [ReasonCode.VOTES_MISSING, ReasonCode.LOOKUP_FAILED, ReasonCode.LOOKUP_FAILED]


def test_a_vote_of_a_commits_author(apply: Facts) -> None:
    """Whether who wrote it may vote is the estate's to say."""
    voters = (make_standing("ben", "dba"), make_standing("carl", "platform", email="carl@example.com"))
    facts = apply(votes=(make_vote("ben"), make_vote("carl")), voters=voters)
    assert {reason.code for reason in acting.approved(facts)} == {
        ReasonCode.VOTES_MISSING,
        ReasonCode.OWN_COMMIT,
    }
    assert acting.approved(facts.model_copy(update={"exclude_committers": False})) == []


@pytest.mark.parametrize(
    ("what", "said"),
    [
        pytest.param("gone", "The vote of U0BEN counts no more. Its emoji was taken away.", id="gone"),
        pytest.param(
            "unseen",
            "The vote of U0BEN counts no more. Slack could not say whether its emoji is still there.",
            id="unseen",
        ),
    ],
)
def test_votes_by_emoji(apply: Facts, what: str, said: str) -> None:
    """Where enough others are left it is no matter; a vote that was cast anew meanwhile is another vote."""
    votes = (make_vote("ben", groups=("dba",)), make_vote("dana", groups=("platform",)))
    facts = apply(votes=votes, **{what: votes[:1]})
    assert said in [reason.text for reason in acting.approved(facts)]
    enough = facts.ask.model_copy(update={"votes": 1, "one_each": False})
    assert acting.approved(facts.model_copy(update={"ask": enough})) == []
    anew = votes[0].model_copy(update={"at": votes[0].at + timedelta(seconds=1)})
    assert acting.approved(facts.model_copy(update={"votes": (anew, votes[1])})) == []


def test_a_card_that_nobody_could_see(apply: Facts) -> None:
    """A no may stand on it, however many votes count; a no that is known says more."""
    (reason,) = acting.approved(apply(blind=True))
    assert (reason.code, "said no by an emoji" in reason.text) == (ReasonCode.LOOKUP_FAILED, True)
    no = make_vote("ben", choice=Choice.REJECT)
    (reason,) = acting.approved(apply(blind=True, votes=(no,)))
    assert reason.code is ReasonCode.REJECTED


@pytest.mark.parametrize(
    ("gone", "codes", "expected"),
    [
        pytest.param(True, {ReasonCode.VOTES_MISSING}, True, id="too few are left"),
        pytest.param(True, {ReasonCode.VOTES_MISSING, ReasonCode.WINDOW_CLOSED}, True, id="and it is late"),
        pytest.param(True, {ReasonCode.WINDOW_CLOSED}, False, id="enough are left"),
        pytest.param(False, {ReasonCode.VOTES_MISSING}, False, id="they were heard"),
        *(
            pytest.param(True, {ReasonCode.VOTES_MISSING, code}, False, id=f"and {code}")
            for code in (
                ReasonCode.INPUT_CHANGED,
                ReasonCode.STOPPED,
                ReasonCode.NOT_WAITING,
                ReasonCode.HELD,
            )
        ),
    ],
)
def test_people_are_asked_again(apply: Facts, gone: bool, codes: set[ReasonCode], expected: bool) -> None:
    """Only where an emoji went unheard, too few are left, and it is not over anyway."""
    facts = apply(gone=(make_vote("ben"),) if gone else ())
    ruling = Deny(reasons=tuple(Reason(code=code, text="x") for code in sorted(codes)))
    assert acting.unheard(facts, ruling) is expected


@pytest.mark.parametrize(
    ("codes", "back", "said"),
    [
        pytest.param([ReasonCode.LOCKED], None, "x.", id="a lock"),
        pytest.param([ReasonCode.INPUT_CHANGED], None, "x. It goes on only with what was approved; it can go back now.", id="another estate"),
        pytest.param([ReasonCode.LOCKED, ReasonCode.INPUT_CHANGED], None, "x. x. It goes on only with what was approved; it can go back now.", id="both"),
        pytest.param([ReasonCode.INPUT_CHANGED], RunId(41), "x. It goes on only with what was approved.", id="another estate on the way back"),
    ],
)  # fmt: skip
def test_why_a_switch_stays(codes: list[ReasonCode], back: RunId | None, said: str) -> None:
    """Whoever reads it need not find out by pressing *Go on* that it does not help."""
    run = make_run(recipe=SWITCH, switch=Switching(colour=Colour.GREEN, back=back))
    assert acting.stays(run, Deny(reasons=tuple(Reason(code=code, text="x.") for code in codes))) == said


@pytest.mark.parametrize(
    ("codes", "again"),
    [
        pytest.param((), False, id="nothing is in the way"),
        pytest.param((ReasonCode.LOOKUP_FAILED,), True, id="only a look-up"),
        pytest.param((ReasonCode.VOTES_MISSING,), False, id="only votes"),
        pytest.param((ReasonCode.VOTES_MISSING, ReasonCode.LOOKUP_FAILED), True, id="votes that could not be looked up"),
        pytest.param((ReasonCode.LOSS_UNCONFIRMED, ReasonCode.LOOKUP_FAILED), True, id="a confirmation that could not be"),
        pytest.param(
            (ReasonCode.VOTES_MISSING, ReasonCode.LOSS_UNCONFIRMED, ReasonCode.LOOKUP_FAILED), True, id="both"
        ),
        pytest.param((ReasonCode.LOOKUP_FAILED, ReasonCode.LOCKED), False, id="a lock as well"),
        pytest.param((ReasonCode.LOOKUP_FAILED, ReasonCode.STOPPED), False, id="somebody stopped it"),
    ],
)  # fmt: skip
def test_asking_once_more(codes: tuple[ReasonCode, ...], again: bool) -> None:
    """It may help where nothing but a failed look-up is in the way."""
    ruling = Deny(reasons=tuple(Reason(code=code, text="No.") for code in codes)) if codes else Allow()
    assert acting.unanswered(ruling) is again
