"""One thing that must be said, brought to Slack and ticked off."""

import logging
from dataclasses import dataclass

from bot.domain.errors import SlackRefused, SlackThrottled, SlackUnreachable
from bot.domain.message import Message
from bot.domain.value import MessageTs
from bot.outbox import cure
from bot.ports import Post, Thread, Unsent
from bot.render import plain

log = logging.getLogger(__name__)

#: Refused so often, a file is shown as a text that begins like it.
_UPLOAD_ATTEMPTS = 3


@dataclass
class _Taken:
    """What Slack has taken."""

    version: int
    #: Where it stands; `None` for a private answer.
    ts: MessageTs | None
    #: Whether the rows know it.
    ticked: bool = False


class Delivery:
    """Hands items to Slack. What it raises is Slack's, as the `Thread` port says."""

    def __init__(self, post: Post, thread: Thread) -> None:
        """Tick off in *post* what *thread* has taken."""
        self._post = post
        self._thread = thread
        #: By key; dropped as soon as nothing is left to do.
        self._taken: dict[str, _Taken] = {}

    def method(self, item: Unsent) -> str:
        """Name the way the item goes: `answer`, `post`, `edit` or `upload`."""
        if item.saying.only_for is not None:
            return "answer"
        if self._stands(item):
            return "upload"
        return "post" if item.ts is None else "edit"

    async def message(self, item: Unsent) -> None:
        """Bring the newest words to Slack; nothing happens where they stand there already."""
        if not self._stands(item):
            self._taken[item.saying.key] = _Taken(item.version, await self._say(item))
        taken = self._taken[item.saying.key]
        if not taken.ticked:
            await self._post.sent(item.saying.key, item.version, taken.ts)
            taken.ticked = True
        if item.saying.only_for is not None or item.files_sent >= len(item.saying.message.attachments):
            self._taken.pop(item.saying.key, None)

    async def files(self, item: Unsent) -> None:
        """Bring the files that are still missing into the thread."""
        saying = item.saying
        if saying.only_for is not None or item.files_sent >= len(saying.message.attachments):
            return
        under = _root(item) or self._taken[saying.key].ts
        if under is None:
            return
        for count, attachment in enumerate(
            saying.message.attachments[item.files_sent :], item.files_sent + 1
        ):
            try:
                await self._thread.upload(saying.channel, attachment, under=under)
            except SlackRefused as refused:
                if cure.of(refused.code) is cure.Cure.WAIT:
                    raise
                # A file is dear, but the decision must not wait for it: the beginning has to do.
                hopeless = (
                    cure.of(refused.code) is cure.Cure.OPERATOR or item.attempts + 1 >= _UPLOAD_ATTEMPTS
                )
                if not hopeless:
                    raise
                log.warning("outbox.file_refused", extra={"key": saying.key, "code": refused.code})
                await self._thread.post(
                    saying.channel, plain.excerpt(attachment), under=under, broadcast=False
                )
            await self._post.file_sent(saying.key, count)
        self._taken.pop(saying.key, None)

    def forget(self, item: Unsent) -> None:
        """Drop what is remembered of an item that is given up."""
        self._taken.pop(item.saying.key, None)

    def _stands(self, item: Unsent) -> bool:
        taken = self._taken.get(item.saying.key)
        return taken is not None and taken.version == item.version

    async def _say(self, item: Unsent) -> MessageTs | None:
        if item.saying.only_for is not None:
            await self._answer(item)
            return None
        try:
            return await self._write(item, item.saying.message)
        except SlackRefused as refused:
            if cure.of(refused.code) is not cure.Cure.PLAIN:
                raise
            log.warning("outbox.layout_refused", extra={"key": item.saying.key, "code": refused.code})
            return await self._write(item, plain.message(item.saying.message))

    async def _write(self, item: Unsent, message: Message) -> MessageTs:
        saying = item.saying
        taken = self._taken.get(saying.key)
        ts = item.ts or (taken.ts if taken else None)
        if ts is None:
            return await self._thread.post(
                saying.channel, message, under=_root(item), broadcast=saying.broadcast
            )
        await self._thread.edit(saying.channel, ts, message)
        return ts

    async def _answer(self, item: Unsent) -> None:
        """Try Slack's one-off address first, and the channel where that does not work."""
        saying = item.saying
        if saying.only_for is None:
            return
        if saying.response_url is not None:
            try:
                await self._thread.respond(saying.response_url, saying.message)
            except (SlackRefused, SlackThrottled, SlackUnreachable) as error:
                log.info("outbox.answer_detour", extra={"key": saying.key, "error": str(error)})
            else:
                return
        try:
            await self._thread.whisper(saying.channel, saying.only_for, saying.message, under=_root(item))
        except SlackRefused as refused:
            if cure.of(refused.code) is not cure.Cure.PLAIN:
                raise
            bare = plain.message(saying.message)
            await self._thread.whisper(saying.channel, saying.only_for, bare, under=_root(item))


def _root(item: Unsent) -> MessageTs | None:
    """The message under which the item goes."""
    if item.under_ts is not None:
        return item.under_ts
    return MessageTs(item.saying.thread_ts) if item.saying.thread_ts else None
