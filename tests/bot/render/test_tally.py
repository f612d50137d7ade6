from bot.domain.value import PlanDigest
from bot.domain.vote import Choice
from bot.render import tally
from tests.fakes.reports import ASK, BEN, CAT, later, report, vote


def test_a_person_counts_once() -> None:
    """Emoji and button of one person are one vote, the first one."""
    told = report(votes=(vote(BEN, at=later(minutes=9)), vote(BEN, via="+1", at=later(minutes=4))))
    (only,) = tally.approvals(told)
    assert only.via == "+1"
    assert tally.counted(told) == "1/2"
    assert tally.tally(told).lacking == 1


def test_votes_for_another_plan_count_for_nothing() -> None:
    """A vote is for exactly one plan."""
    told = report(votes=(vote(BEN, digest=PlanDigest("cd" * 32)),))
    assert tally.counted(told) == "0/2"
    assert tally.line(told, waiting=True) == "waiting for 2 votes of `platform` or `dba`"


def test_who_says_no_does_not_say_yes() -> None:
    """A person who rejected is not counted among those who approved."""
    told = report(votes=(vote(BEN), vote(BEN, Choice.REJECT, at=later(minutes=4)), vote(CAT)))
    assert [each.voter for each in tally.approvals(told)] == [CAT]
    assert tally.line(told, waiting=False) == (
        "approved by <@U0CAT> <!date^1795262580^{time}|12:03 UTC>, "
        "rejected by <@U0BEN> <!date^1795262640^{time}|12:04 UTC>"
    )


def test_before_it_is_known_how_many() -> None:
    """Without a ruling nothing is missing and nothing is counted."""
    told = report(ask=None, votes=())
    assert (tally.counted(told), tally.tally(told).lacking, tally.groups(told)) == ("", 0, "")


def test_enough_votes_wait_for_nobody() -> None:
    """Nothing is waited for once the votes are there."""
    told = report(ask=ASK.model_copy(update={"votes": 1}))
    assert tally.line(told, waiting=True) == "approved by <@U0BEN> <!date^1795262580^{time}|12:03 UTC>"


def test_who_is_waited_for() -> None:
    """Groups that nobody stands for yet come first, then whoever else may vote, then the confirmation."""
    ask = ASK.model_copy(update={"votes": 3, "one_each": True, "loss": ("sec",)})
    mine = vote(BEN, via="typed", groups=frozenset({"platform"}))
    told = report(ask=ask, votes=(mine,))
    assert tally.wanted(told) == (
        "somebody of `dba` and 1 more of `platform` or `dba` and somebody of `sec` to confirm the loss"
    )
    done = report(
        ask=ask.model_copy(update={"votes": 1, "one_each": False}),
        votes=(mine, vote(CAT, via="typed", groups=frozenset({"sec"}))),
    )
    assert tally.wanted(done) == ""
    assert tally.counted(done) == "1/1"
    assert [one.voter for one in tally.approvals(done)] == [BEN, CAT]


def test_votes_that_do_not_count_are_not_told() -> None:
    """An emoji on a card that wants a name, and whoever is in no group that was asked."""
    ask = ASK.model_copy(update={"typed": True})
    assert tally.approvals(report(ask=ask)) == ()
    assert tally.approvals(report(votes=(vote(BEN, groups=frozenset()),))) == ()
