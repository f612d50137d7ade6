import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.colour import Colour
from bot.domain.report import Counted, Finding, Verdict
from bot.domain.ruling import ReasonCode
from bot.domain.traffic import Exposure, Move, Weights
from bot.policy.sharing import ENOUGH, judged, mismatch, share

NEVER, WEEK, MINUTE = timedelta(0), timedelta(days=7), timedelta(minutes=1)
LADDER = (1, 5, 10, 25, 50, 100)


def counted(requests: int) -> Counted:
    return Counted(requests=requests, errors=0)


def off(
    part: float,
    candidate: int,
    baseline: int,
    *,
    was: float = 0,
    sticky: timedelta = NEVER,
    since: timedelta = MINUTE,
) -> bool:
    """Whether it is a mismatch."""
    found = mismatch(was, part, counted(candidate), counted(baseline), sticky=sticky, since=since)
    assert found is None or found.code is ReasonCode.SHARE_MISMATCH
    return found is not None


@pytest.mark.parametrize(
    ("part", "candidate", "baseline", "told"),
    [
        pytest.param(10, 100, 900, False, id="as the weights say"),
        pytest.param(10, 120, 880, False, id="a little more"),
        pytest.param(10, 130, 870, False, id="what bundles of requests explain"),
        pytest.param(10, 300, 700, True, id="three times as much"),
        pytest.param(10, 0, 1000, True, id="the write had no effect"),
        pytest.param(10, 1000, 0, True, id="all of it"),
        pytest.param(1, 0, 1000, False, id="none of a few that should be"),
        pytest.param(1, 0, 10_000, True, id="none of many that should be"),
        pytest.param(1, 20, 980, False, id="twice as much of a few"),
        pytest.param(1, 300, 9700, True, id="three times as much of many"),
        pytest.param(50, 550, 450, False, id="about a half"),
        pytest.param(50, 700, 300, True, id="no half"),
        pytest.param(100, 970, 30, False, id="connections that are still open"),
        pytest.param(100, 800, 200, True, id="somebody still sends to the old colour"),
        pytest.param(0, 40, 960, False, id="connections that are still open, on the way back"),
        pytest.param(0, 200, 800, True, id="not gone back"),
        pytest.param(10, 100, 99, False, id="too few to say anything"),
        pytest.param(10, 0, 0, False, id="nothing at all"),
    ],
)
def test_what_is_a_mismatch(part: float, candidate: int, baseline: int, told: bool) -> None:
    """Only what neither chance nor bundles explain."""
    assert off(part, candidate, baseline) is told


@pytest.mark.parametrize(
    ("was", "part", "candidate", "since", "told"),
    [
        pytest.param(0, 50, 50, MINUTE, False, id="old clients stay with the old colour"),
        pytest.param(0, 50, 900, MINUTE, True, id="more than the weights ever said"),
        pytest.param(50, 0, 450, MINUTE, False, id="clients stay on the way back too"),
        pytest.param(10, 50, 10, MINUTE, True, id="less than the weights ever said"),
        pytest.param(0, 50, 50, WEEK, True, id="the time of staying is over"),
    ],
)
def test_while_clients_stay(was: float, part: float, candidate: int, since: timedelta, told: bool) -> None:
    """Everything between the old weights and the new ones is right for as long as a client may stay."""
    assert off(part, candidate, 1000 - candidate, was=was, sticky=WEEK, since=since) is told


@pytest.mark.parametrize(
    ("let", "candidate", "told"),
    [
        pytest.param(None, 700, True, id="nobody let it go on with anything"),
        pytest.param(70.0, 700, False, id="as they let it go on"),
        pytest.param(70.0, 300, False, id="counts of before and after are mixed"),
        pytest.param(70.0, 100, False, id="somebody has restored it"),
        pytest.param(70.0, 900, True, id="more than either"),
        pytest.param(70.0, 20, True, id="less than either"),
        pytest.param(0.0, 20, False, id="they let it go on with nothing"),
    ],
)
def test_what_people_let_it_go_on_with(let: float | None, candidate: int, told: bool) -> None:
    """Somebody else's weights are what is expected once people have seen them and said *Go on*."""
    found = mismatch(
        0, 10, counted(candidate), counted(1000 - candidate), sticky=NEVER, since=MINUTE, let=let
    )
    assert (found is not None) is told
    if found is not None and let is not None:
        assert "where its weight says 10 %, and 70 % since somebody else changed it:" in found.text


def test_the_sentence() -> None:
    """The numbers are in it."""
    found = mismatch(0, 10, counted(300), counted(700), sticky=NEVER, since=MINUTE)
    assert found is not None
    assert found.text.startswith("the new colour got 30.0 % of 1,000 requests where its weight says 10 %")


def test_a_share() -> None:
    """Of all requests, and none of none."""
    assert share(counted(1), counted(3)) == 25
    assert share(counted(0), counted(0)) is None


@given(part=st.integers(0, 100), requests=st.integers(0, 10_000_000))
def test_exactly_the_weights(part: int, requests: int) -> None:
    """What the weights say is never a mismatch, however much there is of it."""
    candidate = round(requests * part / 100)
    assert not off(part, candidate, requests - candidate)


@given(part=st.integers(0, 100), candidate=st.integers(0, 10_000), baseline=st.integers(0, 10_000))
def test_both_colours_agree(part: int, candidate: int, baseline: int) -> None:
    """It does not matter which colour is called the candidate."""
    assert off(part, candidate, baseline) is off(100 - part, baseline, candidate, was=100)


@given(
    part=st.integers(0, 100),
    was=st.integers(0, 100),
    candidate=st.integers(0, 5000),
    baseline=st.integers(0, 5000),
)
def test_staying_only_excuses(part: int, was: int, candidate: int, baseline: int) -> None:
    """Stickiness never makes a mismatch of what was none, and too few requests are never one."""
    if off(part, candidate, baseline, was=was, sticky=WEEK):
        assert off(part, candidate, baseline)
        assert candidate + baseline >= ENOUGH


@pytest.mark.parametrize("part", LADDER)
def test_chance_alone(part: int) -> None:
    """Looked at each minute for an hour, independent requests are called wrong in fewer than one bake of a hundred."""
    dice, wrong = random.Random(7), 0  # noqa: S311 -- dice, not keys
    for _ in range(200):
        candidate = total = 0
        for _ in range(60):
            total += 20
            candidate += sum(dice.random() < part / 100 for _ in range(20))
            if off(part, candidate, total - candidate):
                wrong += 1
                break
    assert wrong <= 1


OLD, TEN, NEW = (Weights.giving(Colour.GREEN, part) for part in (0, 10, 100))
GOOD = Finding(verdict=Verdict.PASS, final=True, reason="0 errors in 1,000 requests.")


def climb(before: Weights, after: Weights) -> Move:
    return Move(service="store", exposure=Exposure.PUBLIC, before=before, after=after)


@pytest.mark.parametrize(
    ("finding", "move", "colour", "seen", "sticky", "verdict", "part"),
    [
        pytest.param(GOOD, climb(OLD, TEN), Colour.GREEN, (100, 900), NEVER, Verdict.PASS, 10, id="as the weights say"),
        pytest.param(GOOD, climb(OLD, TEN), Colour.GREEN, (0, 1000), NEVER, Verdict.UNKNOWN, 0, id="the write had no effect"),
        pytest.param(GOOD, climb(OLD, TEN), Colour.BLUE, (900, 100), NEVER, Verdict.PASS, 90, id="the other colour is asked about"),
        pytest.param(GOOD, climb(OLD, TEN), Colour.BLUE, (100, 900), NEVER, Verdict.UNKNOWN, 10, id="and has too little"),
        pytest.param(GOOD, climb(TEN, NEW), Colour.GREEN, (500, 500), WEEK, Verdict.PASS, 50, id="clients stay where they were"),
        pytest.param(GOOD, climb(TEN, NEW), Colour.GREEN, (500, 500), NEVER, Verdict.UNKNOWN, 50, id="no client stays"),
        pytest.param(GOOD, climb(TEN, NEW), Colour.GREEN, (10, 990), WEEK, Verdict.UNKNOWN, 1, id="less than before the move"),
        pytest.param(GOOD, climb(OLD, TEN), Colour.GREEN, (0, 0), NEVER, Verdict.PASS, None, id="nothing was counted"),
        pytest.param(GOOD.model_copy(update={"verdict": Verdict.FAIL}), climb(OLD, TEN), Colour.GREEN, (0, 1000), NEVER, Verdict.FAIL, 0, id="bad stays bad"),
        pytest.param(GOOD.model_copy(update={"verdict": Verdict.UNKNOWN, "final": False}), climb(OLD, TEN), Colour.GREEN, (0, 1000), NEVER, Verdict.UNKNOWN, 0, id="it is not over"),
    ],
)  # fmt: skip
def test_a_bake_is_not_good_where_traffic_goes_elsewhere(
    finding: Finding,
    move: Move,
    colour: Colour,
    seen: tuple[int, int],
    sticky: timedelta,
    verdict: Verdict,
    part: float | None,
) -> None:
    """The share is told beside every finding; only a good one can be spoilt by it, and then people are asked at once."""
    sides = counted(seen[0]), counted(seen[1])
    found = judged(finding, move, colour, sides, sticky=sticky, since=MINUTE)
    assert (found.verdict, found.share) == (verdict, part)
    if verdict is finding.verdict:
        assert (found.final, found.reason) == (finding.final, finding.reason)
    else:
        assert found.final
        assert "where its weight says" in found.reason


@pytest.mark.parametrize(
    ("theirs", "verdict"),
    [
        pytest.param(None, Verdict.UNKNOWN, id="nobody let it go on"),
        pytest.param(Weights.giving(Colour.GREEN, 70), Verdict.PASS, id="as people let it go on"),
        pytest.param(Weights.giving(Colour.BLUE, 70), Verdict.UNKNOWN, id="the other way round"),
    ],
)
def test_a_bake_with_weights_of_somebody_else(theirs: Weights | None, verdict: Verdict) -> None:
    """What people saw and let go on spoils no bake; what they did not see does."""
    sides = counted(700), counted(300)
    found = judged(GOOD, climb(OLD, TEN), Colour.GREEN, sides, sticky=NEVER, since=MINUTE, theirs=theirs)
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("part", "requests", "least", "most"),
    [
        pytest.param(10, 200, 3, 44, id="as few as say anything"),
        pytest.param(10, 10_000, 607, 1543, id="many"),
        pytest.param(50, 10_000, 3839, 6161, id="a half"),
        pytest.param(0, 10_000, 0, 571, id="what should get nothing"),
        pytest.param(100, 10_000, 9429, 10_000, id="what should get all"),
    ],
)
def test_how_far_off_it_may_be(part: float, requests: int, least: int, most: int) -> None:
    """The last count on either side that chance and bundles explain, to the request."""
    assert not off(part, least, requests - least)
    assert not off(part, most, requests - most)
    assert least == 0 or off(part, least - 1, requests - least + 1)
    assert most == requests or off(part, most + 1, requests - most - 1)


def test_the_moment_at_which_nobody_stays_any_more() -> None:
    """Where a client may stay for a week, it does not on the last moment of it."""
    week = timedelta(days=7)
    assert not off(50, 50, 950, sticky=week, since=week - timedelta(seconds=1))
    assert off(50, 50, 950, sticky=week, since=week)


@pytest.mark.parametrize(
    ("sticky", "why"),
    [
        pytest.param(
            WEEK,
            "chance does not explain that, nor do clients that stay where they were.",
            id="while clients stay",
        ),
        pytest.param(NEVER, "chance does not explain that.", id="while none does"),
    ],
)
def test_what_does_not_explain_it(sticky: timedelta, why: str) -> None:
    """It is said what was taken into account."""
    found = mismatch(0, 10, counted(900), counted(100), sticky=sticky, since=MINUTE)
    assert found is not None
    assert found.text.endswith(why)


def test_how_long_nothing_at_all_is_chance() -> None:
    """Where one request of a hundred is expected, more than sixteen hundred without one are no bad luck any more."""
    assert not off(1, 0, 1607)
    assert off(1, 0, 1608)
