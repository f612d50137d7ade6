"""Messages, answers and files: the `Thread` port over Slack's Web API."""

import asyncio
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import SlackRefused
from bot.domain.message import MOST_ALTERNATIVE, Attachment, Message, Picture
from bot.domain.value import ChannelId, MessageTs, UserId
from bot.slack import failure

#: Longest time of an answer to a response_url, in seconds: a person waits.
_ANSWER_TIMEOUT = 10


class SlackThread:
    """Talks to Slack. Raises `SlackThrottled`, `SlackUnreachable` and `SlackRefused`, nothing else."""

    def __init__(self, client: AsyncWebClient) -> None:
        """Speak as the bot whose token *client* carries, over the connections that it keeps."""
        if client.session is None:
            msg = "a client that keeps its connections is needed: see bot.slack.client"
            raise ValueError(msg)
        self._client = client
        #: For addresses that need no token: a fresh connection for each answer would cost more than the answer.
        self._session = client.session

    async def post(
        self, channel: ChannelId, message: Message, *, under: MessageTs | None, broadcast: bool
    ) -> MessageTs:
        """Post a new message; its time stamp is its id."""
        async with failure.told("chat.postMessage"):
            answer = await self._client.chat_postMessage(
                channel=channel,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=under,
                reply_broadcast=broadcast if under else None,
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            return MessageTs(_text(answer.get("ts"), "chat.postMessage"))

    async def edit(self, channel: ChannelId, ts: MessageTs, message: Message) -> None:
        """Replace text and blocks of a message of ours."""
        async with failure.told("chat.update"):
            # Blocks are always sent, an empty list too: what is left out might stay.
            await self._client.chat_update(
                channel=channel,
                ts=ts,
                text=message.text,
                blocks=list(message.blocks),
                parse="none",
                link_names=False,
            )

    async def whisper(
        self, channel: ChannelId, user: UserId, message: Message, *, under: MessageTs | None
    ) -> None:
        """Say something that only *user* sees."""
        async with failure.told("chat.postEphemeral"):
            await self._client.chat_postEphemeral(
                channel=channel,
                user=user,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=under,
                parse="none",
                link_names=False,
            )

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer privately through the address that came with a command or a click."""
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": list(message.blocks),
        }
        async with failure.told("response_url"):
            limit = aiohttp.ClientTimeout(total=_ANSWER_TIMEOUT)
            async with self._session.post(
                response_url, json=body, timeout=limit, allow_redirects=False
            ) as answer:
                said = await _said(answer)
                # Slack itself answers with the bare word `ok`.
                plain_ok = answer.status < 300 and not isinstance(said, dict)
                wrong = (
                    None if plain_ok else failure.judged("response_url", answer.status, answer.headers, said)
                )
        if wrong is not None:
            raise wrong

    async def upload(self, channel: ChannelId, attachment: Attachment, *, under: MessageTs) -> None:
        """Put a file into a thread."""
        if isinstance(attachment, Picture):
            octets, alternative = attachment.png, attachment.content[:MOST_ALTERNATIVE]
        else:
            # Slack refuses files of no bytes.
            octets, alternative = attachment.content.encode("utf-8", "replace") or b"(empty)\n", None
        async with failure.told("files.getUploadURLExternal"):
            place = await self._client.files_getUploadURLExternal(
                filename=attachment.name, length=len(octets), alt_txt=alternative
            )
            url = _text(place.get("upload_url"), "files.getUploadURLExternal")
            file = _text(place.get("file_id"), "files.getUploadURLExternal")
        async with failure.told("files.upload"):
            limit = aiohttp.ClientTimeout(total=self._client.timeout)
            async with self._session.post(url, data=octets, timeout=limit) as answer:
                wrong = failure.judged("files.upload", answer.status, answer.headers, None)
        if wrong is not None:
            raise wrong
        async with failure.told("files.completeUploadExternal"):
            await self._client.files_completeUploadExternal(
                files=[{"id": file, "title": attachment.title}], channel_id=channel, thread_ts=under
            )

    async def link(self, channel: ChannelId, ts: MessageTs) -> str:
        """The permanent link to a message."""
        async with failure.told("chat.getPermalink"):
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=ts)
            return _text(answer.get("permalink"), "chat.getPermalink")


async def _said(answer: aiohttp.ClientResponse) -> Any:
    """The answer's JSON, `None` where it is none."""
    try:
        return await answer.json(content_type=None)
    except (ValueError, asyncio.IncompleteReadError):
        return None


def _text(value: object, method: str) -> str:
    """The string that an answer must carry."""
    if not isinstance(value, str) or not value:
        raise SlackRefused(method, "incomplete_answer")
    return value
