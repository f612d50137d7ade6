import aiohttp
import pytest

from bot.playground.server import Playground

DEPLOYS, ANA = "C0DEPLOYS", "U0ANA"
FIVE = 5


async def post(playground: Playground, hook: str, body: object) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(playground.hook(hook), json=body) as said:
        return said.status, await said.text()


@pytest.mark.parametrize(
    ("body", "only_for"),
    [
        pytest.param({"text": "yes"}, ANA, id="private unless it says otherwise"),
        pytest.param({"text": "yes", "response_type": "in_channel"}, None, id="for all"),
    ],
)
async def test_answers(playground: Playground, body: dict[str, str], only_for: str | None) -> None:
    """Who sees an answer."""
    hook = playground.hooks.give(ANA, DEPLOYS, playground.workspace.now())
    assert await post(playground, hook, body) == (200, "ok")
    (said,) = playground.workspace.messages(DEPLOYS)
    assert (said.text, said.only_for) == ("yes", only_for)


async def test_original_replaced_and_deleted(playground: Playground) -> None:
    """An answer to a click may change the message, private ones too."""
    hook = playground.hooks.give(ANA, DEPLOYS, playground.workspace.now())
    await post(playground, hook, {"text": "one"})
    (said,) = playground.workspace.messages(DEPLOYS)
    click = playground.hooks.give(ANA, DEPLOYS, playground.workspace.now(), ts=said.ts)
    await post(playground, click, {"text": "two", "replace_original": True})
    assert [each.text for each in playground.workspace.messages(DEPLOYS)] == ["two"]
    await post(playground, click, {"delete_original": True})
    assert list(playground.workspace.messages(DEPLOYS)) == []


async def test_refusals(playground: Playground) -> None:
    """The sixth answer, no address at all, and words that Slack would not take."""
    hook = playground.hooks.give(ANA, DEPLOYS, playground.workspace.now())
    assert (await post(playground, hook, {"text": ""}))[0] == 400
    for _ in range(FIVE - 1):
        assert (await post(playground, hook, {"text": "yes"}))[0] == 200
    assert await post(playground, hook, {"text": "yes"}) == (404, '{"ok": false, "error": "used_url"}')
    assert (await post(playground, "other", {"text": "yes"}))[0] == 404
    other = playground.hooks.give(ANA, DEPLOYS, playground.workspace.now())
    assert (await post(playground, other, ["yes"]))[0] == 400
