"""What people do: type commands, talk, react, click, fill in dialogs."""

import html
import re
from typing import Any, Protocol

from pydantic import Field

from bot.domain.value import Value
from bot.playground import events, payloads, wire
from bot.playground.answering import say
from bot.playground.api import Desk, views
from bot.playground.delivery import Answer, Kind, Line
from bot.playground.refusal import Refusal
from bot.playground.things import Channel, Happening, Json, Member, Message, View
from bot.playground.triggers import Hooks

_MENTION = re.compile(r"@([a-z0-9._-]+)")


class Outcome(Value):
    """How something that a person did went, as the person sees it."""

    #: Slack's code where it did not reach the app.
    error: str | None = None
    #: What the person saw since, private words too.
    seen: tuple[Message, ...] = ()
    #: What is wrong with the fields of a dialog, by block id.
    errors: dict[str, str] = Field(default_factory=dict)
    #: The dialog that the person sees now.
    view: View | None = None


class Stage(Desk, Protocol):
    """What acting reaches."""

    line: Line
    hooks: Hooks

    def hook(self, name: str) -> str:
        """Tell the whole answering address."""
        ...


async def command(stage: Stage, user: str, channel: str, name: str, text: str) -> Outcome:
    """Type a slash command; come back when it is acknowledged or has failed."""
    workspace = stage.workspace
    who, where = workspace.member(user), _among(stage, user, channel)
    began = workspace.number
    if workspace.seed.commands and name not in workspace.seed.commands:
        _whisper(stage, who, where, f"{name} is not a valid command.")
        return _outcome(stage, user, began, "invalid_command")
    url = stage.hook(stage.hooks.give(user, where.id, workspace.now()))
    payload = payloads.command(
        workspace, who, where, name=name, text=text, url=url, trigger=stage.triggers.give(user)
    )
    answer = await stage.line.deliver(Kind.COMMAND, payload, None)
    if answer.error:
        _whisper(stage, who, where, f'{name} failed with the error "{answer.error}"')
    elif answer.payload:
        say(workspace, user, where.id, answer.payload, None)
    return _outcome(stage, user, began, answer.error)


def talk(stage: Stage, user: str, channel: str, text: str, thread_ts: str | None) -> Message:
    """Say something; the app hears of it where it is called by name."""
    workspace = stage.workspace
    where = _among(stage, user, channel)
    parent = _seen(stage, user, where.id, thread_ts) if thread_ts else None
    said = workspace.post(
        Message(
            channel=where.id,
            ts=workspace.stamp(),
            user=user,
            text=_marked_up(stage, text),
            thread_ts=(parent.thread_ts or parent.ts) if parent else None,
        )
    )
    if f"<@{workspace.seed.bot}>" in said.text:
        _heard(stage, where, events.mention(said, workspace.member(user).team or workspace.seed.team))
    return said


def react(stage: Stage, user: str, channel: str, ts: str, emoji: str, *, added: bool) -> None:
    """Put an emoji under a message, or take it away; raises `Refusal`."""
    workspace = stage.workspace
    where = _among(stage, user, channel)
    said = _seen(stage, user, where.id, ts)
    if said.only_for:
        # Private words take no emoji.
        raise Refusal(code="message_not_found")
    name = emoji.strip(":")
    change = workspace.react if added else workspace.unreact
    change(said, user, name)
    _heard(stage, where, events.reaction(said, user, name, workspace.stamp(), added=added))


async def click(stage: Stage, user: str, channel: str, ts: str, action_id: str) -> Outcome:
    """Press a button of a message; come back when it is acknowledged or has failed."""
    workspace = stage.workspace
    who, where = workspace.member(user), _among(stage, user, channel)
    said = _seen(stage, user, where.id, ts)
    found = payloads.element(said, action_id)
    if not found:
        raise Refusal(code="no_such_button")
    began = workspace.number
    name = stage.hooks.give(user, where.id, workspace.now(), ts=said.ts, thread_ts=said.thread_ts)
    url = stage.hook(name)
    payload = payloads.click(workspace, who, said, found, url=url, trigger=stage.triggers.give(user))
    answer = await stage.line.deliver(Kind.INTERACTIVE, payload, None)
    if answer.error:
        _whisper(stage, who, where, f"The button did not work: {answer.error}", said.thread_ts)
    return _outcome(stage, user, began, answer.error)


async def submit(stage: Stage, user: str, view_id: str, given: dict[str, Any]) -> Outcome:
    """Fill in a dialog and send it off."""
    workspace = stage.workspace
    who, view = workspace.member(user), _view(stage, user, view_id)
    began = workspace.number
    state = payloads.values(view, given)
    payload = payloads.submission(workspace, who, view, state, stage.triggers.give(user))
    answer = await stage.line.deliver(Kind.INTERACTIVE, payload, None)
    errors = {} if answer.error else _followed(stage, view, answer)
    outcome = _outcome(stage, user, began, answer.error)
    return outcome.model_copy(update={"errors": errors})


async def dismiss(stage: Stage, user: str, view_id: str) -> Outcome:
    """Close a dialog without sending it."""
    workspace = stage.workspace
    who, view = workspace.member(user), _view(stage, user, view_id)
    began = workspace.number
    workspace.show(Happening.VIEW_CLOSED, view)
    error = None
    if view.body.get("notify_on_close"):
        payload = payloads.closed(workspace, who, view)
        error = (await stage.line.deliver(Kind.INTERACTIVE, payload, None)).error
    return _outcome(stage, user, began, error)


def open_home(stage: Stage, user: str) -> None:
    """Look at the app's Home tab."""
    workspace = stage.workspace
    where = workspace.direct(workspace.member(user).id)
    held = workspace.homes.get(user)
    shape = wire.view(workspace, held) if held else None
    stage.happened(events.home_opened(user, where.id, workspace.stamp(), shape))


def _followed(stage: Stage, view: View, answer: Answer) -> dict[str, str]:
    """Do with the dialog what the app says; tell what it finds wrong."""
    said: Json = answer.payload or {}
    action = said.get("response_action")
    if action == "errors":
        return {str(block): str(what) for block, what in said.get("errors", {}).items()}
    body: Json = said.get("view") or {}
    if action in {"update", "push"}:
        body = {**body, "blocks": list(wire.with_ids(body.get("blocks", [])))}
    if action == "update":
        views.replaced(stage, view, body)
    elif action == "push":
        views.fresh(stage, view.user, body, below=view)
    else:
        held = stage.workspace.views.values()
        gone = [each for each in held if each.root == view.root] if action == "clear" else [view]
        for each in gone:
            stage.workspace.show(Happening.VIEW_CLOSED, each)
    return {}


def _among(stage: Stage, user: str, channel: str) -> Channel:
    """The channel, if *user* is in it; raises `Refusal`."""
    stage.workspace.member(user)
    where = stage.workspace.channel(channel)
    if user not in where.members:
        raise Refusal(code="not_in_channel")
    return where


def _seen(stage: Stage, user: str, channel: str, ts: str) -> Message:
    """The message, if *user* can see it; raises `Refusal`."""
    said = stage.workspace.message(channel, ts)
    if not said or said.only_for not in (None, user):
        raise Refusal(code="message_not_found")
    return said


def _view(stage: Stage, user: str, view_id: str) -> View:
    view = stage.workspace.views.get(view_id)
    if not view or view.user != user:
        raise Refusal(code="not_found")
    return view


def _heard(stage: Stage, where: Channel, event: Json) -> None:
    # An app hears nothing of channels that its bot is not in.
    if stage.workspace.seed.bot in where.members:
        stage.happened(event)


def _whisper(stage: Stage, who: Member, where: Channel, text: str, thread_ts: str | None = None) -> None:
    """Say something to one person in Slack's own name."""
    workspace = stage.workspace
    message = Message(
        channel=where.id, ts=workspace.stamp(), user="USLACKBOT", text=text, thread_ts=thread_ts
    )
    workspace.post(message.model_copy(update={"only_for": who.id}))


def _outcome(stage: Stage, user: str, began: int, error: str | None) -> Outcome:
    changes = stage.workspace.since(began)
    messages = tuple(each.message for each in changes if each.message)
    seen = tuple(each for each in messages if each.only_for in (None, user))
    return Outcome(error=error, seen=seen, view=views.top(stage, user))


def _marked_up(stage: Stage, text: str) -> str:
    """What somebody typed, as Slack keeps it: names become ids, and nothing else is markup."""
    ids = {member.name: f"<@{member.id}>" for member in stage.workspace.members.values()}
    ids |= {group.handle: f"<!subteam^{group.id}>" for group in stage.workspace.groups.values()}
    escaped = html.escape(text, quote=False)
    return _MENTION.sub(lambda name: ids.get(name[1], name[0]), escaped)
