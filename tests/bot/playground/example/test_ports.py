import asyncio

import pytest

from bot.domain.errors import Refused
from bot.playground.example import ports


async def test_a_free_one() -> None:
    """Nothing else listens there, and it can be had again."""
    with await ports.bind(0) as first:
        taken = ports.number(first)
    with await ports.bind(taken) as again:
        assert ports.number(again) == taken


async def test_held_for_a_moment() -> None:
    """A predecessor that is about to end is waited for."""
    first = await ports.bind(0)
    asyncio.get_running_loop().call_later(0.05, first.close)
    with await ports.bind(ports.number(first)):
        pass


async def test_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that stays taken is named, with what to do about it."""
    monkeypatch.setattr(ports, "_ATTEMPTS", 2)
    with await ports.bind(0) as first:
        taken = ports.number(first)
        with pytest.raises(Refused, match=rf"needs port {taken}.* in use\. Stop the program"):
            await ports.bind(taken)
