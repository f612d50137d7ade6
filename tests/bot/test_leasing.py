"""What the law looks at before an old colour is kept longer or given up."""

from datetime import timedelta

import pytest

from bot import leasing
from bot.domain.estate import SwitchSettings
from bot.domain.value import RunId
from tests.fakes.leases import begun, lease, over
from tests.fakes.town import ESTATE, NOON, Town
from tests.handlers.conftest import town

__all__ = ["town"]


@pytest.mark.parametrize("number", [RunId(1), None], ids=["by number", "the only one"])
async def test_the_facts(town: Town, number: RunId | None) -> None:
    """The run, what is left of its lease, who may, and who works there."""
    await over(town.journal, "admin", "store")
    await town.journal.lease(lease(run=RunId(1)), NOON)
    await over(town.journal, "store")
    holder = await begun(town.journal)
    waiting = await begun(town.journal, RunId(1))
    desk = town.desk
    found = await leasing.facts(
        number,
        town.spoken("/interlock keep"),
        estate=desk.estate,
        journal=desk.journal,
        directory=desk.directory,
        clock=desk.clock,
    )
    assert found.run is not None
    assert found.lease is not None
    assert found.holder is not None
    assert (found.run.id, found.lease.services, found.holder.id) == (1, ("admin",), holder.id)
    assert [run.id for run in found.queue] == [waiting.id]
    assert set(found.requesters) == found.who.groups == {"platform"}


def test_as_long_as_a_fresh_one() -> None:
    """As the environment says; the usual where it is gone."""
    prod = ESTATE.environments["prod"].model_copy(
        update={"switch": SwitchSettings(keep_old=timedelta(hours=6))}
    )
    estate = ESTATE.model_copy(update={"environments": {"prod": prod}})
    assert leasing.usual(lease(), estate) == timedelta(hours=6)
    assert leasing.usual(lease(environment="gone"), estate) == timedelta(hours=24)
    assert leasing.usual(None, estate) == timedelta(hours=24)
