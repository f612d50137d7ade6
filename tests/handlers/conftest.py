"""A town on a fresh database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.colour import Colour
from bot.domain.message import Message
from bot.domain.run import SWITCH, Run, StepName, Switching
from bot.domain.value import EnvironmentName
from bot.journal import NewRun
from bot.store import Store
from tests.fakes.town import DEPLOYS, NOON, Town, person


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A desk with a real store behind it."""
    store = await Store.open(f"sqlite:///{tmp_path / 'interlock.db'}")
    yield Town(store)
    await store.close()


@pytest.fixture
async def moving(town: Town) -> Run:
    """Ana's switch of staging to green, which bakes just now."""
    new = NewRun(
        environment=EnvironmentName("staging"),
        by=person("ana"),
        channel=DEPLOYS,
        ref="green",
        recipe=SWITCH,
        switch=Switching(colour=Colour.GREEN),
        asked="command:switch",
    )
    run = await town.journal.begin(new, NOON)
    await town.journal.stage(run.id, StepName.BAKE, NOON)
    found = await town.journal.run(run.id)
    assert found is not None
    return found


def read(message: Message | None) -> str:
    """All that is in an answer."""
    assert message is not None
    return f"{message.text} {message.blocks}"
