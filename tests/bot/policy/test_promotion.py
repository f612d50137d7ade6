"""Where a commit must have proved itself before."""

import pytest

from bot.domain.ruling import Allow, Deny, ReasonCode
from bot.domain.value import Commit, EnvironmentName
from bot.policy import promotion

PROD, STAGING = EnvironmentName("prod"), EnvironmentName("staging")
COMMIT = Commit("4f2c9e1" + "0" * 33)


@pytest.mark.parametrize(
    ("before", "proved"), [(None, False), (STAGING, True)], ids=["nothing comes before", "proved there"]
)
def test_it_may_come(before: EnvironmentName | None, *, proved: bool) -> None:
    """An environment without a predecessor takes anything; one with takes what is proved there."""
    assert promotion.rule(PROD, before, COMMIT, proved=proved) == Allow()


def test_it_may_not_skip() -> None:
    """A commit that never finished there is refused, and told where to go first."""
    ruling = promotion.rule(PROD, STAGING, COMMIT, proved=False)
    assert isinstance(ruling, Deny)
    assert [reason.code for reason in ruling.reasons] == [ReasonCode.NOT_PROMOTED]
    assert "Deploy it to staging first" in ruling.reasons[0].text
