"""files.*: an address for the bytes, then the share."""

import mimetypes
from collections.abc import Mapping

from bot.playground import wire
from bot.playground.api import Call, Desk, Method
from bot.playground.refusal import Refusal
from bot.playground.things import File, Json, Message

#: Characters that Slack takes to describe a picture.
_MOST_ALTERNATIVE = 1_000


def _get_upload_url(desk: Desk, call: Call) -> Json:
    name = call.need("filename")
    size = call.number("length", 0)
    if size <= 0:
        raise Refusal(code="invalid_arguments", details=["[ERROR] missing required field: length"])
    if len(call.text("alt_txt")) > _MOST_ALTERNATIVE:
        raise Refusal(code="alt_txt_too_large")
    snippet = call.text("snippet_type")
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = desk.workspace.keep_file(
        File(
            id=desk.workspace.new_id("F"),
            name=name,
            title=name,
            mimetype="text/plain" if snippet else guessed,
            size=size,
            created=desk.workspace.now(),
            user=desk.workspace.seed.bot,
            snippet_type=snippet,
            alt_text=call.text("alt_txt"),
        )
    )
    return {"upload_url": f"{desk.address}/upload/v1/{file.id}", "file_id": file.id}


def _arrived(desk: Desk, item: Json) -> File:
    """The file whose bytes have come, with its title; raises `Refusal`."""
    file = desk.workspace.files.get(str(item.get("id")))
    if not file or desk.workspace.content(file.id) is None:
        raise Refusal(code="file_not_found")
    return desk.workspace.keep_file(file.model_copy(update={"title": str(item.get("title") or file.title)}))


def _complete_upload(desk: Desk, call: Call) -> Json:
    items = call.json("files")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise Refusal(code="invalid_arguments", details=["[ERROR] missing required field: files"])
    workspace = desk.workspace
    where = call.text("channel_id") or call.text("channels").partition(",")[0]
    # Unlike other methods, these take no names.
    channel = workspace.channels.get(where)
    if where and (not channel or workspace.seed.bot not in channel.members):
        raise Refusal(code="channel_not_found" if not channel else "not_in_channel")
    files = tuple(_arrived(desk, item) for item in items)
    if channel:
        parent = workspace.message(channel.id, call.text("thread_ts")) if call.text("thread_ts") else None
        if call.text("thread_ts") and not parent:
            raise Refusal(code="invalid_thread_ts")
        workspace.post(
            Message(
                channel=channel.id,
                ts=workspace.stamp(),
                user=workspace.seed.bot,
                text=call.text("initial_comment"),
                thread_ts=(parent.thread_ts or parent.ts) if parent else None,
                files=files,
            )
        )
    return {"files": [wire.file(workspace, file) for file in files]}


def _info(desk: Desk, call: Call) -> Json:
    file = desk.workspace.files.get(call.need("file", "file_not_found"))
    if not file or desk.workspace.content(file.id) is None:
        raise Refusal(code="file_not_found")
    return {"file": wire.file(desk.workspace, file)}


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": _get_upload_url,
    "files.completeUploadExternal": _complete_upload,
    "files.info": _info,
}
