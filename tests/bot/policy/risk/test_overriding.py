import pytest

from bot.domain.plan import Change, ChangeClass, Verb
from bot.domain.risk import RiskCode
from bot.domain.rules import Override
from bot.policy.risk.overriding import lowers, meant, overridden
from bot.policy.risk.telling import reason

STANDARD, SIGNIFICANT, HIGH = ChangeClass
CHANGE = Change(address="module.a.aws_lb.x", type="aws_lb", verb=Verb.UPDATE, actions=("update",))


def by(match: str, change_class: ChangeClass, because: str = "") -> Override:
    """Write an override."""
    return Override.model_validate({"match": match, "class": change_class, "because": because})


@pytest.mark.parametrize(
    ("overrides", "wins"),
    [
        pytest.param([], None, id="none"),
        pytest.param([by("aws_lb", HIGH)], 0, id="by type"),
        pytest.param([by("module.a.*", HIGH)], 0, id="by address"),
        pytest.param([by("aws_lb.x", HIGH)], None, id="by a part of the address"),
        pytest.param([by("aws_lb", STANDARD, "x"), by("aws_*", SIGNIFICANT, "y")], 1, id="the most serious"),
        pytest.param([by("aws_lb", SIGNIFICANT, "x"), by("aws_*", SIGNIFICANT)], 1, id="the one that lowers nothing"),
    ],
)  # fmt: skip
def test_which_counts(overrides: list[Override], wins: int | None) -> None:
    """Lowering is an exception, so that the stricter one counts."""
    assert meant(CHANGE, tuple(overrides)) == (None if wins is None else overrides[wins])


@pytest.mark.parametrize(
    ("found", "override", "after"),
    [
        pytest.param(HIGH, by("*", STANDARD, "x"), [(RiskCode.OVERRIDDEN, STANDARD)], id="lowered"),
        pytest.param(HIGH, by("*", SIGNIFICANT, "x"), [(RiskCode.OVERRIDDEN, SIGNIFICANT)], id="lowered by one"),
        pytest.param(HIGH, by("*", SIGNIFICANT), [(RiskCode.OUTAGE, HIGH)], id="nothing without a because"),
        pytest.param(SIGNIFICANT, by("*", HIGH), [(RiskCode.OUTAGE, SIGNIFICANT), (RiskCode.RAISED, HIGH)], id="raised"),
        pytest.param(None, by("*", SIGNIFICANT, "x"), [(RiskCode.RAISED, SIGNIFICANT)], id="raised from nothing"),
        pytest.param(None, by("*", STANDARD, "x"), [], id="nothing to lower"),
        pytest.param(SIGNIFICANT, by("*", SIGNIFICANT, "x"), [(RiskCode.OUTAGE, SIGNIFICANT)], id="as it was"),
    ],
)  # fmt: skip
def test_what_it_does(found: ChangeClass | None, override: Override, after: list[tuple[RiskCode, ChangeClass]]) -> None:  # fmt: skip
    """It raises freely, and lowers only with a because."""
    before = (reason(RiskCode.OUTAGE, found, CHANGE.address, "{at} is down"),) if found else ()
    told = overridden(CHANGE, before, override)
    assert [(each.code, each.change_class) for each in told] == after
    assert all(override.because in each.text for each in told if each.code is RiskCode.OVERRIDDEN)


def test_what_does_not_happen_is_not_raised() -> None:
    """A read or a no-op is no change."""
    for verb in (Verb.READ, Verb.NO_OP):
        assert overridden(CHANGE.model_copy(update={"verb": verb}), (), by("*", HIGH)) == ()


def test_what_is_a_reason_without_a_change_is_raised() -> None:
    """A move changes nothing in the world and is a reason; the estate may take it for more."""
    move = reason(RiskCode.MOVE, SIGNIFICANT, CHANGE.address, "{at} moves")
    told = overridden(CHANGE.model_copy(update={"verb": Verb.NO_OP}), (move,), by("*", HIGH, "it is dear"))
    assert [each.code for each in told] == [RiskCode.MOVE, RiskCode.RAISED]
    assert told[1].text.endswith("counts as high-risk in this estate, because: it is dear")


def test_lowering_may_be_partial() -> None:
    """What is no more serious than wanted stays as it is."""
    small = reason(RiskCode.NETWORK, SIGNIFICANT, CHANGE.address, "{at}")
    large = reason(RiskCode.OUTAGE, HIGH, CHANGE.address, "{at}")
    told = overridden(CHANGE, (small, large), by("*", SIGNIFICANT, "x"))
    assert [each.code for each in told] == [RiskCode.NETWORK, RiskCode.OVERRIDDEN]
    assert lowers(by("x", STANDARD, "y"))
    assert not lowers(by("x", SIGNIFICANT))
    assert not lowers(by("x", HIGH, "y"))
