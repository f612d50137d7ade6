import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.message import Message, Picture, Saying, Urgency
from bot.domain.value import ChannelId
from bot.playground.server import Playground
from bot.slack.client import connected
from bot.slack.thread import SlackThread
from runners.drawing import Painter
from tests.runners.drawing.conftest import CHARTS

DEPLOYS = "C0DEPLOYS"


async def test_upload_into_a_thread(playground: Playground, client: AsyncWebClient) -> None:
    """The SDK's own three steps; the file stands in the thread and knows where it was shared."""
    first = await client.chat_postMessage(channel=DEPLOYS, text="one")
    done = await client.files_upload_v2(
        channel=DEPLOYS,
        thread_ts=first["ts"],
        filename="plan.diff",
        content="+ new\n",
        title="The plan",
        snippet_type="diff",
        initial_comment="Here",
    )
    file = done["file"]
    assert (file["title"], file["size"], file["mode"]) == ("The plan", 6, "snippet")
    said = playground.workspace.since(1)[-1].message
    assert said
    assert (said.thread_ts, said.text, said.files[0].id) == (first["ts"], "Here", file["id"])
    assert playground.workspace.content(file["id"]) == b"+ new\n"
    shares = (await client.files_info(file=file["id"]))["file"]["shares"]["public"]
    assert shares[DEPLOYS][0]["thread_ts"] == first["ts"]


async def test_picture(playground: Playground, client: AsyncWebClient) -> None:
    """Bytes stay what they are."""
    content = bytes(range(256))
    done = await client.files_upload_v2(
        channel=DEPLOYS, filename="chart.png", file=content, alt_txt="green ended at 3%"
    )
    assert (done["file"]["mimetype"], done["file"]["alt_txt"]) == ("image/png", "green ended at 3%")
    assert playground.workspace.content(done["file"]["id"]) == content


async def test_too_many_words_about_a_picture(client: AsyncWebClient) -> None:
    """Slack takes a thousand characters, and refuses the picture where there are more."""
    with pytest.raises(SlackApiError, match="alt_txt_too_large"):
        await client.files_getUploadURLExternal(filename="a.png", length=3, alt_txt="x" * 1_001)


async def test_upload_refused(client: AsyncWebClient) -> None:
    """Too few bytes, a file without bytes, a channel by name, a channel without the bot."""
    address = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    async with aiohttp.ClientSession() as session:
        async with session.post(address["upload_url"], data=b"x") as answer:
            assert answer.status == 400
        async with session.post(f"{address['upload_url']}x", data=b"xyz") as answer:
            assert answer.status == 404
    files = [{"id": address["file_id"], "title": "a"}]
    for channel, code in (
        (DEPLOYS, "file_not_found"),
        ("deploys", "channel_not_found"),
        ("C0RANDOM", "not_in_channel"),
    ):
        with pytest.raises(SlackApiError) as raised:
            await client.files_completeUploadExternal(files=files, channel_id=channel)
        assert raised.value.response["error"] == code
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_info(file=address["file_id"])


async def test_a_chart_from_its_drawing_to_the_thread(playground: Playground) -> None:
    """As the bot does it: drawn by another process, kept as a row, brought over HTTP, told in words."""
    chart = CHARTS["a switch of four rungs"]
    png = await Painter(str).draw(chart)
    assert png is not None
    picture = Picture(name="bake-42-3.png", title=chart.title, content=chart.alternative, png=png)
    saying = Saying(
        key="run:42:chart:3",
        channel=ChannelId(DEPLOYS),
        message=Message(text="Bake", attachments=(picture,)),
        urgency=Urgency.PROGRESS,
    )
    (kept,) = Saying.model_validate_json(saying.model_dump_json()).message.attachments
    assert kept == picture
    async with connected(playground.keys.bot, playground.url) as client:
        thread = SlackThread(client)
        under = await thread.post(ChannelId(DEPLOYS), saying.message, under=None, broadcast=False)
        await thread.upload(ChannelId(DEPLOYS), kept, under=under)
    said = playground.workspace.since(1)[-1].message
    assert said
    (file,) = said.files
    assert (said.thread_ts, file.mimetype, file.alt_text) == (under, "image/png", chart.alternative)
    assert playground.workspace.content(file.id) == png
