"""What an app says without a method: with an acknowledgement, or through an answering address."""

from typing import Any

from bot.playground import limits, wire
from bot.playground.refusal import Refusal
from bot.playground.things import Json, Message
from bot.playground.triggers import Hook
from bot.playground.workspace import Workspace


def answer_hook(workspace: Workspace, hook: Hook, body: Any) -> None:
    """Do what *body* says; raises `Refusal`."""
    if not isinstance(body, dict):
        raise Refusal(code="invalid_payload")
    held = workspace.message(hook.channel, hook.ts) if hook.ts else None
    if body.get("delete_original"):
        if held:
            workspace.delete(held)
    elif body.get("replace_original") and held:
        workspace.edit(held.model_copy(update=_content(body)))
    else:
        say(workspace, hook.user, hook.channel, body, hook.thread_ts)


def say(workspace: Workspace, user: str, channel: str, body: Json, thread_ts: str | None) -> Message:
    """Say *body* to *user*, or to all where it says so; raises `Refusal`."""
    content = _content(body)
    under = body.get("thread_ts")
    return workspace.post(
        Message(
            channel=channel,
            ts=workspace.stamp(),
            user=workspace.seed.bot,
            thread_ts=under if isinstance(under, str) else thread_ts,
            only_for=None if body.get("response_type") == "in_channel" else user,
            **content,
        )
    )


def _content(body: Json) -> Json:
    text = body.get("text") or ""
    blocks = body.get("blocks") or []
    if not isinstance(text, str):
        raise Refusal(code="invalid_payload")
    limits.check_message(text, blocks)
    return {"text": text, "blocks": wire.with_ids(blocks)}
