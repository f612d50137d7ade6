from typing import Any

import aiohttp
import pytest

from bot.playground.server import Playground


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"params": {"user": "U0ANA"}}, id="query"),
        pytest.param({"data": {"user": "U0ANA"}}, id="form"),
        pytest.param({"json": {"user": "U0ANA"}}, id="json"),
        pytest.param(
            {"data": {"user": "U0ANA", "token": "xoxb-playground"}, "headers": {}}, id="token in the form"
        ),
    ],
)
async def test_arguments_from_everywhere(playground: Playground, how: dict[str, Any]) -> None:
    """Slack takes arguments in the address, in a form and as JSON."""
    how = {"headers": {"Authorization": f"Bearer {playground.keys.bot}"}, **how}
    async with aiohttp.ClientSession() as session, session.post(f"{playground.url}users.info", **how) as said:
        assert (await said.json())["user"]["name"] == "ana"
    assert playground.calls[-1][0] == "users.info"


async def test_broken_json(playground: Playground) -> None:
    """It is refused, not crashed upon."""
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        for body in ("{", "[]"):
            async with session.post(f"{playground.url}auth.test", data=body, headers=headers) as said:
                assert await said.json() == {"ok": False, "error": "invalid_json"}


async def test_only_this_machine(playground: Playground) -> None:
    """The address is the loopback's."""
    assert playground.url.startswith("http://127.0.0.1:")
