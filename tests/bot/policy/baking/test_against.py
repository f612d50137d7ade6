"""The error rate against a baseline of the same time."""

from math import comb, exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.estate import WatchSettings
from bot.domain.report import Counted, Sample, Verdict
from bot.policy import baking
from bot.policy.baking.against import exceeds
from bot.policy.baking.chance import worse
from bot.policy.baking.spending import Wager
from tests.bot.policy.baking.conftest import (
    AGAINST,
    BEGAN,
    FAIL,
    LIMIT,
    MINUTE,
    PASS,
    UNKNOWN,
    UNTIL,
    Pair,
    bake,
    both,
    judge,
)

GOOD, NONE = (50, 0), (0, 0)


@pytest.mark.parametrize(
    ("seen", "verdict", "words"),
    [
        pytest.param(both(*[(GOOD, GOOD)] * 10), PASS, "0 errors in 500 requests (0.00%) against 0 errors in 500 requests (0.00%) at the baseline, at most 1.5 times the rate allowed.", id="both without errors"),
        pytest.param(both(*[((50, 5), (50, 5))] * 10), PASS, "50 errors in 500 requests (10.00%) against 50 errors in 500", id="equally bad"),
        pytest.param(both(*[((100, 1), (100, 0))] * 10), FAIL, "10 errors in 1,000 requests (1.00%) against 0 errors in 1,000 requests (0.00%) at the baseline, at most 1.5 times the rate allowed, by chance in fewer than 1 of 270 bakes.", id="ten and none"),
        pytest.param(both(*[((100, 1), (100, 0))] * 8, *[((100, 0), (100, 0))] * 2), FAIL, "1 of 259", id="eight and none"),
        pytest.param(both(*[((100, 1), (100, 0))] * 7, *[((100, 0), (100, 0))] * 3), PASS, "7 errors", id="seven and none are too likely"),
        pytest.param(both(*[((10_000, 149), (10_000, 100))] * 10), PASS, "(1.49%) against 1,000 errors in 100,000 requests (1.00%)", id="surely worse, and by too little to matter"),
        pytest.param(both(*[((50, 0), (50, 5))] * 10), PASS, "0 errors", id="better"),
        pytest.param(both(*[((9, 0), GOOD)] * 10), UNKNOWN, "only 90 of 100 needed requests were seen by error_rate.", id="too little on the candidate"),
        pytest.param(both(*[(GOOD, (9, 0))] * 10), UNKNOWN, "only 90 of 100 needed requests were seen by error_rate at the baseline.", id="too little on the baseline"),
        pytest.param(both(*[(GOOD, NONE)] * 10), UNKNOWN, "no baseline of error_rate was seen to compare with.", id="a baseline without requests"),
        pytest.param(both(*[((500, 100), NONE)] * 10), UNKNOWN, "no baseline of error_rate was seen to compare with.", id="bad, and nothing to compare with"),
        pytest.param(both(*[(GOOD, None)] * 10), UNKNOWN, "no baseline of error_rate was seen to compare with.", id="no baseline"),
        pytest.param(both(*[(None, GOOD)] * 10), UNKNOWN, "nothing was seen of error_rate.", id="no candidate"),
        pytest.param((), UNKNOWN, "nothing was seen of error_rate.", id="no samples"),
        pytest.param(both(*[(GOOD, GOOD)] * 9, (GOOD, None)), UNKNOWN, "a baseline of error_rate was not seen at the end.", id="the baseline is gone at the end"),
        pytest.param(both(*[(GOOD, GOOD)] * 9, (None, GOOD)), UNKNOWN, "error_rate was not seen at the end.", id="the candidate is gone at the end"),
        pytest.param(both(*[(GOOD, GOOD)] * 7, *[(NONE, GOOD)] * 3), UNKNOWN, "error_rate was not seen at the end.", id="nobody comes to the candidate any more"),
        pytest.param(both(*[(GOOD, GOOD)] * 7, *[(GOOD, NONE)] * 3), UNKNOWN, "a baseline of error_rate was not seen at the end.", id="nobody comes to the baseline any more"),
        pytest.param(both(*[(NONE, GOOD)] * 6, *[(GOOD, GOOD)] * 4), UNKNOWN, "error_rate was seen at only 4 of 10 looks.", id="seldom any traffic"),
        pytest.param(both(*[(GOOD, GOOD)] * 8, *[(NONE, NONE)] * 2), PASS, "0 errors in 400 requests", id="two quiet looks at the end"),
        pytest.param(both(*[(GOOD, GOOD)] * 5, *[(NONE, NONE)] * 5, totals=True), PASS, "0 errors in 250 requests", id="running totals may stand still"),
        pytest.param(both(*[(GOOD, None)] * 6, *[(GOOD, GOOD)] * 4), UNKNOWN, "a baseline of error_rate was seen at only 4 of 10 looks.", id="seldom together"),
        pytest.param(both(*[(GOOD, NONE), (NONE, GOOD)] * 5), UNKNOWN, "a baseline of error_rate was not seen at the end.", id="in turns"),
        pytest.param(both(*[(GOOD, GOOD)] * 8, (None, GOOD), (GOOD, NONE)), UNKNOWN, "a baseline of error_rate was not seen at the end.", id="a gap before a quiet look"),
        pytest.param(both(*[(GOOD, None)] * 5, *[(GOOD, GOOD)] * 5), PASS, "0 errors in 250 requests (0.00%) against 0 errors in 250", id="together at half of the looks"),
        pytest.param(both(*[((90, 0), None)] * 8, *[((40, 0), (99, 0))] * 2), UNKNOWN, "only 80 of 100 needed requests were seen by error_rate beside a baseline.", id="too little together"),
    ],
)  # fmt: skip
def test_at_the_end(seen: tuple[Sample, ...], verdict: Verdict, words: str) -> None:
    """Worse by chance's account and by enough to matter fails; what was not seen on both sides proves nothing."""
    finding = judge(seen, bake(AGAINST))
    assert finding.reason == words if verdict is UNKNOWN else words in finding.reason
    assert finding.verdict is verdict
    assert (finding.final, finding.extended) == (verdict is not UNKNOWN, verdict is UNKNOWN)


@pytest.mark.parametrize(
    ("seen", "min_requests", "fails"),
    [
        pytest.param(both(((40, 20), (360, 1))), 100, True, id="half of forty"),
        pytest.param(both(((19, 19), (360, 0))), 100, False, id="too few, though all failed"),
        pytest.param(both(((20, 20), (360, 0))), 100, True, id="just enough"),
        pytest.param(both(((5, 5), (360, 0))), 5, True, id="as few as the estate wants"),
        pytest.param(both(((100, 1), (100, 0))), 100, False, id="one error"),
        pytest.param(both(((100, 50), (100, 50))), 100, False, id="both are bad"),
        pytest.param(both(((100, 50), None)), 100, False, id="nothing to compare with"),
        pytest.param(both(*[((300, 1), (300, 0))] * 9), 100, False, id="nine and none"),
        pytest.param(both(*[((300, 2), (300, 0))] * 9), 100, True, id="eighteen and none"),
        pytest.param(
            both(*[((100, 0), (100, 10))] * 2, *[((100, 16), (100, 0))] * 2),
            100,
            False,
            id="what was lost on good looks is lost",
        ),
        pytest.param(
            both(*[((100_000, 1490), (100_000, 1000))]), 100, False, id="surely worse, and by too little"
        ),
        pytest.param(both(*[((100_000, 1500), (100_000, 1000))]), 100, True, id="by just enough"),
    ],
)
def test_before_the_end(seen: tuple[Sample, ...], min_requests: int, fails: bool) -> None:
    """Before the end only what chance cannot explain fails, and nothing passes."""
    finding = judge(seen, bake(AGAINST, min_requests=min_requests), over=False)
    assert (finding.verdict, finding.final) == ((FAIL, True) if fails else (UNKNOWN, False))


def test_alpha_is_the_estates() -> None:
    """Who wants fewer false alarms waits for more errors, early and at the end."""
    strict = AGAINST.model_copy(update={"alpha": 0.0001})
    early = both(((300, 10), (300, 0)))
    late = both(*[((100, 1), (100, 0))] * 10)
    assert [judge(early, bake(one), over=False).verdict for one in (AGAINST, strict)] == [FAIL, UNKNOWN]
    assert [judge(late, bake(one)).verdict for one in (AGAINST, strict)] == [FAIL, PASS]


def test_a_burst_that_hits_both_is_no_sign() -> None:
    """Though the share moves meanwhile, so that pooled counts look twelve times as bad."""
    seen = both(*[((10, 0), (990, 0))] * 5, *[((500, 50), (500, 50))] * 2)
    assert judge(seen, bake(AGAINST), over=False).verdict is UNKNOWN


def test_where_one_side_was_not_seen_its_totals_go_on() -> None:
    """What they tell of later is compared with all that the other side saw meanwhile, be it good or bad."""
    looks: list[tuple[Pair, Pair]] = [((100, 1), (100, 1)), (None, (100, 40)), ((200, 41), (100, 1))]
    assert judge(both(*looks, totals=True), bake(AGAINST), over=False).verdict is UNKNOWN
    other = [(two, one) for one, two in looks]
    assert judge(both(*other, totals=True), bake(AGAINST), over=False).verdict is UNKNOWN
    # Without totals nobody knows what the candidate did in the gap, so the baseline's gap is none of its business.
    lost = judge(both(*looks), bake(AGAINST), over=False)
    assert (lost.verdict, "42 errors in 300 requests" in lost.reason) == (FAIL, True)
    assert "2 errors in 200 requests" in lost.reason
    # What was joined once is not joined again.
    for pairs in (looks, other):
        again = both(*pairs, ((100, 1), (100, 1)), totals=True, first=7)
        assert (
            "43 errors in 400 requests (10.75%) against 43 errors in 400"
            in judge(again, bake(AGAINST)).reason
        )


@pytest.mark.parametrize(
    "swapped", [pytest.param(False, id="the candidate"), pytest.param(True, id="the baseline")]
)
def test_a_gap_of_more_than_one_look(swapped: bool) -> None:
    """What the other side counted at each look of the gap is kept, and on its own side."""
    looks: list[tuple[Pair, Pair]] = [
        (None, (100, 40)),
        (None, (100, 2)),
        (None, None),
        ((300, 43), (100, 1)),
    ]
    if swapped:
        looks = [(two, one) for one, two in looks]
    seen = both(*looks, totals=True, first=7)
    assert "43 errors in 300 requests (14.33%) against 43 errors in 300" in judge(seen, bake(AGAINST)).reason


@pytest.mark.parametrize(
    ("looks", "without", "verdict", "words"),
    [
        pytest.param([(GOOD, None)] * 6 + [(GOOD, GOOD)] * 4, 0, UNKNOWN, "a baseline of error_rate was seen at only 4 of 10 looks.", id="the baseline alone, with a gap"),
        pytest.param([(NONE, GOOD)] * 6 + [((100, 0), GOOD)] * 4, 1, PASS, "0 errors in 400 requests", id="the candidate alone, which stands still for a while"),
    ],
)  # fmt: skip
def test_totals_of_one_side(
    looks: list[tuple[Pair, Pair]], without: int, verdict: Verdict, words: str
) -> None:
    """Where they are the baseline's alone, they cover no gap; where they are the candidate's alone, they may stand still."""
    seen = tuple(
        one.model_copy(
            update={
                "evidence": tuple(
                    side.model_copy(update={"requests_total": None}) if place == without else side
                    for place, side in enumerate(one.evidence)
                )
            }
        )
        for one in both(*looks, totals=True)
    )
    finding = judge(seen, bake(AGAINST))
    assert (finding.verdict, words in finding.reason) == (verdict, True)


@pytest.mark.parametrize("over", [pytest.param(False, id="early"), pytest.param(True, id="at the end")])
def test_alpha_is_spent_to_the_last(over: bool) -> None:
    """What chance does just as often as is allowed fails; what it does any more often does not."""
    looks = both(*[((100, 1), (100, 0))] * 8, *[((100, 0), (100, 0))] * 2)
    wager = Wager()
    for errors in (1,) * 8 + (0,) * 2:
        wager.settle(0.5, errors, 0)
    by_chance = (
        worse(Counted(requests=1000, errors=8), Counted(requests=1000, errors=0)) if over else wager.chance
    )
    for alpha, fails in ((2 * by_chance, True), (2 * by_chance * 0.999, False)):
        watch = AGAINST.model_copy(update={"alpha": alpha})
        assert (judge(looks, bake(watch), over=over).verdict is FAIL) is fails


def test_totals_of_both_sides_cover_gaps() -> None:
    """Running totals miss nothing, so two looks tell of the whole bake; those of one side alone do not."""
    gap: tuple[Pair, Pair] = (None, None)
    seen = both((GOOD, GOOD), *[gap] * 8, (GOOD, GOOD), totals=True)
    assert judge(seen, bake(AGAINST)).verdict is PASS
    halves = tuple(
        one.model_copy(
            update={
                "evidence": (one.evidence[0], one.evidence[1].model_copy(update={"requests_total": None}))
            }
        )
        for one in seen
    )
    assert "a baseline of error_rate was seen at only 2 of 10" in judge(halves, bake(AGAINST)).reason
    theirs = tuple(
        one.model_copy(
            update={
                "evidence": (one.evidence[0].model_copy(update={"requests_total": None}), one.evidence[1])
            }
        )
        for one in seen
    )
    assert "error_rate was seen at only 2 of 10" in judge(theirs, bake(AGAINST)).reason


def test_errors_that_are_counted_before_their_requests() -> None:
    """They never make more errors than requests, and never a bet that cannot be lost."""
    assert judge(both(*[((0, 5), GOOD)] * 10), bake(AGAINST), over=False).verdict is UNKNOWN
    told = judge(both(*[((10, 30), (10, 30))] * 10), bake(AGAINST))
    assert "100 errors in 100 requests (100.00%) against 100 errors in 100" in told.reason
    assert told.verdict is PASS


@pytest.mark.parametrize(
    ("ours", "theirs", "over"),
    [
        pytest.param((100, 3), (100, 2), True, id="just so many times"),
        pytest.param((1000, 29), (1000, 20), False, id="a little less"),
        pytest.param((100, 0), (100, 0), False, id="none at all"),
        pytest.param((0, 0), (100, 0), False, id="no traffic"),
        pytest.param((100, 1), (100, 0), True, id="one and none, taken for a half"),
        pytest.param((900, 6), (100, 0), False, id="six of nine times the requests"),
        pytest.param((900, 7), (100, 0), True, id="seven of them"),
    ],
)
def test_the_least_effect(ours: tuple[int, int], theirs: tuple[int, int], over: bool) -> None:
    """The rate is compared; a baseline without errors is taken for one with half an error."""
    one, other = (Counted(requests=pair[0], errors=pair[1]) for pair in (ours, theirs))
    assert exceeds(one, other, 1.5) is over


def test_both_lines_of_one_watch() -> None:
    """Each can fail a bake, and what both say is said once."""
    watch = WatchSettings(kind="http", metric="error_rate", at_most=0.05, worse_than_baseline=1.5)
    high = judge(both(*[((50, 5), (50, 5))] * 10), bake(watch))
    assert (high.verdict, high.reason) == (FAIL, "50 errors in 500 requests (10.00%), at most 5.00% allowed.")
    more = judge(both(*[((100, 2), (100, 0))] * 10), bake(watch))
    assert (more.verdict, "at the baseline" in more.reason) == (FAIL, True)
    # Both lines count the same requests.
    assert (more.requests, more.errors) == (1000, 20)
    few = judge(both(*[((9, 0), (9, 0))] * 10), bake(watch))
    assert few.reason == "only 90 of 100 needed requests were seen by error_rate."


def test_the_chance_of_a_wager() -> None:
    """One and one are even; all of the errors on half of the requests cannot be luck for long."""
    wager = Wager()
    assert wager.chance == 1
    wager.settle(0.5, 1, 1)
    assert wager.chance == 1
    wager.settle(0.5, 20, 0)
    # A third of the stake on each: 2, 5 and 20 times.
    fair = sum(times**21 / ((1 + times) / 2) ** 22 for times in (2, 5, 20)) / 3
    assert wager.chance == pytest.approx(1 / fair)


@given(
    share=st.floats(0.01, 0.99),
    errors=st.integers(0, 12),
)
def test_a_bet_is_fair(share: float, errors: int) -> None:
    """Where both sides are equally good, the winnings to be expected are the stake, so looking on costs nothing."""
    expected = 0.0
    for ours in range(errors + 1):
        wager = Wager()
        wager.settle(share, ours, errors - ours)
        won = sum(map(exp, wager._logs)) / 3
        expected += comb(errors, ours) * share**ours * (1 - share) ** (errors - ours) * won
    assert expected == pytest.approx(1.0, rel=1e-6)


_SIDE = st.none() | st.integers(0, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
_LOOKS = st.lists(st.tuples(_SIDE, _SIDE), min_size=1, max_size=20)
_WATCHES = (
    AGAINST,
    WatchSettings(kind="http", metric="error_rate", at_most=0.2, worse_than_baseline=1.5, alpha=0.2),
)


@given(looks=_LOOKS, data=st.data(), watch=st.sampled_from(_WATCHES), totals=st.booleans())
def test_one_error_more_never_heals(
    looks: list[tuple[Pair, Pair]], data: st.DataObject, watch: WatchSettings, totals: bool
) -> None:
    """A request of the candidate that fails instead of succeeding never turns FAIL into anything else."""
    settings = bake(watch, min_requests=20)
    sick = [place for place, (one, _) in enumerate(looks) if one and one[1] < one[0]]
    now = BEGAN + max(10, len(looks)) * MINUTE
    before = baking.judge(both(*looks, totals=totals), settings, now=now, until=UNTIL)
    if before.verdict is not FAIL or not sick:
        return
    place = data.draw(st.sampled_from(sick))
    ours, theirs = looks[place]
    assert ours is not None
    looks[place] = ((ours[0], ours[1] + 1), theirs)
    assert baking.judge(both(*looks, totals=totals), settings, now=now, until=UNTIL).verdict is FAIL


@given(looks=_LOOKS, data=st.data(), watch=st.sampled_from(_WATCHES), totals=st.booleans())
def test_seeing_less_never_passes(
    looks: list[tuple[Pair, Pair]], data: st.DataObject, watch: WatchSettings, totals: bool
) -> None:
    """Where evidence was missing, less of it does not make a pass."""
    settings = bake(watch, min_requests=20)
    now = BEGAN + max(10, len(looks)) * MINUTE
    if baking.judge(both(*looks, totals=totals), settings, now=now, until=UNTIL).verdict is not UNKNOWN:
        return
    place, side = data.draw(st.integers(0, len(looks) - 1)), data.draw(st.integers(0, 1))
    looks[place] = (None, looks[place][1]) if side == 0 else (looks[place][0], None)
    assert baking.judge(both(*looks, totals=totals), settings, now=now, until=UNTIL).verdict is not PASS


@given(looks=_LOOKS, totals=st.booleans())
def test_passing_takes_evidence_of_both(looks: list[tuple[Pair, Pair]], totals: bool) -> None:
    """Enough requests on each side, seen together to the end; and nothing is left open when patience ends."""
    seen = both(*looks, totals=totals)
    finding = baking.judge(seen, bake(AGAINST), now=max(UNTIL, seen[-1].at), until=UNTIL)
    if finding.verdict is PASS:
        assert None not in looks[-1]
        for side in zip(*looks, strict=True):
            assert sum(pair[0] for pair in side if pair) >= 100
    assert baking.judge(seen, bake(AGAINST), now=LIMIT, until=UNTIL).final
