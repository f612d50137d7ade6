"""What Slack sends to an app when somebody acts, as pure functions of the workspace."""

from typing import Any

from bot.playground import wire
from bot.playground.things import Channel, Json, Member, Message, View
from bot.playground.workspace import Workspace


def _who(workspace: Workspace, user: Member) -> Json:
    team = user.team or workspace.seed.team
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": team}


def _where(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name or "directmessage"}


def _common(workspace: Workspace, user: Member) -> Json:
    seed = workspace.seed
    return {
        "team": {"id": seed.team, "domain": seed.domain},
        "user": _who(workspace, user),
        "api_app_id": seed.app,
        "token": "unused",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(
    workspace: Workspace, user: Member, channel: Channel, *, name: str, text: str, url: str, trigger: str
) -> Json:
    """A slash command; all values are strings, for over HTTP they come as a form."""
    seed = workspace.seed
    return {
        "token": "unused",
        "team_id": user.team or seed.team,
        "team_domain": seed.domain,
        "channel_id": channel.id,
        "channel_name": _where(channel)["name"],
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": seed.app,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger,
    }


def element(message: Message, action_id: str) -> tuple[Json, Json] | None:
    """The block and the element of that id in *message*."""
    for block in message.blocks:
        held = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for each in held:
            if isinstance(each, dict) and each.get("action_id") == action_id:
                return block, each
    return None


def click(
    workspace: Workspace, user: Member, said: Message, found: tuple[Json, Json], *, url: str, trigger: str
) -> Json:
    """A click on a button of a message."""
    block, pressed = found
    action: Json = {
        key: pressed[key] for key in ("action_id", "text", "value", "url", "style", "type") if key in pressed
    }
    action |= {"block_id": block["block_id"], "action_ts": workspace.stamp()}
    private = said.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": said.ts,
        "channel_id": said.channel,
        "is_ephemeral": private,
    }
    if said.thread_ts:
        container["thread_ts"] = said.thread_ts
    payload = {
        "type": "block_actions",
        **_common(workspace, user),
        "container": container,
        "trigger_id": trigger,
        "channel": _where(workspace.channels[said.channel]),
        "state": {"values": {}},
        "response_url": url,
        "actions": [action],
    }
    # Slack leaves out what only one person could see.
    return payload if private else payload | {"message": wire.message(workspace, said)}


def values(view: View, given: dict[str, Any]) -> Json:
    """The state of a dialog's fields; *given* is by action id or block id."""
    state: Json = {}
    for block in view.body["blocks"]:
        field = block.get("element")
        if block["type"] != "input" or not isinstance(field, dict):
            continue
        value = given.get(field["action_id"], given.get(block["block_id"]))
        entry: Json = {"type": field["type"]}
        if field["type"] in {"static_select", "radio_buttons"}:
            chosen = next((each for each in field.get("options", ()) if each.get("value") == value), None)
            entry["selected_option"] = chosen
        else:
            entry["value"] = value
        state[block["block_id"]] = {field["action_id"]: entry}
    return state


def submission(workspace: Workspace, user: Member, view: View, state: Json, trigger: str) -> Json:
    """A dialog sent off."""
    return {
        "type": "view_submission",
        **_common(workspace, user),
        "trigger_id": trigger,
        "view": wire.view(workspace, view, state),
        "response_urls": [],
    }


def closed(workspace: Workspace, user: Member, view: View) -> Json:
    """A dialog closed without being sent."""
    return {
        "type": "view_closed",
        **_common(workspace, user),
        "view": wire.view(workspace, view),
        "is_cleared": False,
    }
