import json

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.message import MOST_ALTERNATIVE, Attachment, Message, Picture
from bot.domain.value import ChannelId, MessageTs, UserId
from bot.slack.client import connected
from bot.slack.thread import SlackThread
from tests.bot.slack.conftest import Api

C1, TS = ChannelId("C1"), MessageTs("17.5")
BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}
HELLO = Message(text="hi", blocks=(BLOCK,))


@pytest.fixture
def thread(client: AsyncWebClient) -> SlackThread:
    return SlackThread(client)


async def test_a_client_without_connections() -> None:
    """It would make one for each answer, so it is not taken."""
    with pytest.raises(ValueError, match="keeps its connections"):
        SlackThread(AsyncWebClient(token="xoxb-test"))


async def test_post(thread: SlackThread, api: Api) -> None:
    """Text and blocks together; nothing is parsed or unfurled; the time stamp comes back."""
    api.answer("chat.postMessage", {"ok": True, "ts": "18.1"})
    assert await thread.post(C1, HELLO, under=TS, broadcast=True) == "18.1"
    ((method, said),) = api.asked
    assert method == "chat.postMessage"
    assert (said["channel"], said["text"], said["thread_ts"]) == ("C1", "hi", "17.5")
    assert said["blocks"] == [BLOCK]
    assert said["reply_broadcast"]
    assert said["parse"] == "none"
    assert not said["unfurl_links"]


async def test_post_into_the_channel(thread: SlackThread, api: Api) -> None:
    """Outside a thread nothing is broadcast."""
    api.answer("chat.postMessage", {"ok": True, "ts": "18.1"})
    await thread.post(C1, HELLO, under=None, broadcast=True)
    assert "thread_ts" not in api.asked[0][1]
    assert "reply_broadcast" not in api.asked[0][1]


async def test_an_edit_sends_blocks_even_where_there_are_none(thread: SlackThread, api: Api) -> None:
    """Old buttons must not survive a message without blocks."""
    await thread.edit(C1, TS, Message(text="bare"))
    ((method, said),) = api.asked
    assert (method, said["ts"], said["text"], said["blocks"]) == ("chat.update", "17.5", "bare", [])


async def test_whisper(thread: SlackThread, api: Api) -> None:
    """Only one person sees it, in the thread they are in."""
    await thread.whisper(C1, UserId("U1"), HELLO, under=TS)
    ((method, said),) = api.asked
    assert (method, said["user"], said["thread_ts"]) == ("chat.postEphemeral", "U1", "17.5")


@pytest.mark.parametrize("body", ["ok", {"ok": True}], ids=["Slack", "a server that speaks JSON"])
async def test_respond(thread: SlackThread, api: Api, body: object) -> None:
    """A private answer that replaces nothing."""
    api.answer("response", body)
    await thread.respond(f"{api.url}response", HELLO)
    ((_, said),) = api.asked
    assert said == {"response_type": "ephemeral", "replace_original": False, "text": "hi", "blocks": [BLOCK]}


async def test_upload(thread: SlackThread, api: Api) -> None:
    """Ask for a place, bring the bytes, put the file into the thread."""
    api.answer("files.getUploadURLExternal", {"ok": True, "upload_url": f"{api.url}place", "file_id": "F1"})
    api.answer("place", "OK - 5")
    await thread.upload(C1, Attachment(name="plan-42.diff", title="Plan", content="+ ä\n"), under=TS)
    (first, asked), (second, sent), (third, completed) = api.asked
    assert (first, second, third) == ("files.getUploadURLExternal", "place", "files.completeUploadExternal")
    assert (asked["filename"], asked["length"]) == ("plan-42.diff", "5")
    assert "alt_txt" not in asked
    assert sent["octets"] == "+ ä\n".encode()
    assert json.loads(completed["files"]) == [{"id": "F1", "title": "Plan"}]
    assert (completed["channel_id"], completed["thread_ts"]) == ("C1", "17.5")


async def test_upload_of_a_picture(thread: SlackThread, api: Api) -> None:
    """Its bytes as they are, and what it shows in words, as many as Slack takes."""
    api.answer("files.getUploadURLExternal", {"ok": True, "upload_url": f"{api.url}place", "file_id": "F1"})
    png = bytes(range(256))
    picture = Picture(name="bake.png", title="Bake", content="ä " * MOST_ALTERNATIVE, png=png)
    await thread.upload(C1, picture, under=TS)
    (_, asked), (_, sent), _ = api.asked
    assert asked["alt_txt"] == "ä " * (MOST_ALTERNATIVE // 2)
    assert (asked["length"], sent["octets"]) == ("256", png)


async def test_an_empty_file_is_still_a_file(thread: SlackThread, api: Api) -> None:
    """Slack refuses a length of 0."""
    api.answer("files.getUploadURLExternal", {"ok": True, "upload_url": f"{api.url}place", "file_id": "F1"})
    await thread.upload(C1, Attachment(name="a", title="a", content=""), under=TS)
    assert api.asked[1][1]["octets"] == b"(empty)\n"


@pytest.mark.parametrize(
    ("status", "error"), [(500, SlackUnreachable), (413, SlackRefused), (429, SlackThrottled)]
)
async def test_a_place_that_does_not_take_the_file(
    thread: SlackThread, api: Api, status: int, error: type[Exception]
) -> None:
    """Nothing is completed that was not brought."""
    api.answer("files.getUploadURLExternal", {"ok": True, "upload_url": f"{api.url}place", "file_id": "F1"})
    api.answer("place", "no", status)
    with pytest.raises(error):
        await thread.upload(C1, Attachment(name="a", title="a", content="x"), under=TS)
    assert [method for method, _ in api.asked] == ["files.getUploadURLExternal", "place"]


async def test_link(thread: SlackThread, api: Api) -> None:
    """Slack's own permanent link."""
    api.answer("chat.getPermalink", {"ok": True, "permalink": "https://x/p1"})
    assert await thread.link(C1, TS) == "https://x/p1"
    assert api.asked[0][1]["message_ts"] == "17.5"


async def test_throttled(thread: SlackThread, api: Api) -> None:
    """Slack's own seconds."""
    api.answer("chat.update", {"ok": False, "error": "ratelimited"}, 429, Retry_After="17")
    with pytest.raises(SlackThrottled) as throttled:
        await thread.edit(C1, TS, HELLO)
    assert throttled.value.seconds == 17


async def test_refused(thread: SlackThread, api: Api) -> None:
    """Slack's own code, and what was called."""
    api.answer("chat.update", {"ok": False, "error": "message_not_found"})
    with pytest.raises(SlackRefused) as refused:
        await thread.edit(C1, TS, HELLO)
    assert (refused.value.method, refused.value.code) == ("chat.update", "message_not_found")
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("<html>Bad gateway</html>", 502, id="a proxy's page"),
        pytest.param({"ok": False, "error": "internal_error"}, 500, id="500"),
        pytest.param("hello", 200, id="text"),
        pytest.param([], 200, id="a list"),
        pytest.param({}, 200, id="nothing"),
    ],
)
async def test_no_sensible_answer(thread: SlackThread, api: Api, body: object, status: int) -> None:
    """Whatever is no answer of Slack's is taken for an outage."""
    api.answer("chat.update", body, status)
    with pytest.raises(SlackUnreachable):
        await thread.edit(C1, TS, HELLO)


async def test_nobody_there() -> None:
    """A refused connection is an outage, at each of the ways out."""
    nobody = "http://127.0.0.1:9/api/"
    async with connected("xoxb-test", nobody) as client:
        thread = SlackThread(client)
        with pytest.raises(SlackUnreachable):
            await thread.edit(C1, TS, HELLO)
        with pytest.raises(SlackUnreachable):
            await thread.respond(nobody, HELLO)
        with pytest.raises(SlackUnreachable):
            await thread.respond("no address at all", HELLO)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (404, "used_url", SlackRefused),
        (302, "", SlackRefused),
        (200, {"ok": False, "error": "expired_url"}, SlackRefused),
        (503, "", SlackUnreachable),
        (429, "", SlackThrottled),
    ],
)
async def test_respond_refused(
    thread: SlackThread, api: Api, status: int, body: object, error: type[Exception]
) -> None:
    """An address that is used up is a refusal; redirects are not followed."""
    api.answer("response", body, status, Location=f"{api.url}elsewhere")
    with pytest.raises(error):
        await thread.respond(f"{api.url}response", HELLO)
    assert len(api.asked) == 1


async def test_an_answer_without_its_time_stamp(thread: SlackThread) -> None:
    """A message without a place cannot be ticked off."""
    with pytest.raises(SlackRefused) as refused:
        await thread.post(C1, HELLO, under=None, broadcast=False)
    assert refused.value.code == "incomplete_answer"
