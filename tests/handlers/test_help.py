"""`/interlock help`: made from the commands themselves."""

from bot import house
from handlers import Command
from handlers.deploy import Deploy
from handlers.help import Help
from tests.fakes.town import Town


def commands(town: Town) -> dict[str, Command]:
    """All there are."""
    known: dict[str, Command] = {}
    known.update({word: kind(town.desk, known) for word, kind in house.COMMANDS.items()})
    return known


async def test_every_command_is_explained(town: Town) -> None:
    """Whatever can be said is in it, written as it is typed."""
    answer = await Help(town.desk, commands(town)).answer(town.spoken("/interlock help"))
    assert answer is not None
    shown = str(answer.blocks)
    for usage in (Deploy.usage, "/interlock status [ENV]", "/interlock cancel [RUN]"):
        assert usage in shown


async def test_one_command(town: Town) -> None:
    """A word gets its own line; an unknown one the nearest."""
    known = commands(town)
    one = await Help(town.desk, known).answer(town.spoken("/interlock help deploy"))
    none = await Help(town.desk, known).answer(town.spoken("/interlock help deplyo"))
    many = await Help(town.desk, known).answer(town.spoken("/interlock help a b"))
    assert one is not None
    assert none is not None
    assert many is not None
    assert "/deploy ENV" in str(one.blocks)
    assert "/interlock cancel" not in str(one.blocks)
    assert "Did you mean `deploy`?" in str(none.blocks)
    assert "Name one command" in many.text
