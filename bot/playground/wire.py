"""Things in the shapes that Slack sends."""

from typing import Any

from bot.playground.things import Channel, File, Json, Member, Message, UserGroup, View
from bot.playground.workspace import Workspace


def with_ids(blocks: list[Any]) -> tuple[Json, ...]:
    """Blocks and elements with the ids that Slack gives to those that have none."""
    whole = []
    for block in blocks:
        named = {**block, "block_id": block.get("block_id") or Workspace.new_id("b")[:6]}
        for key in ("accessory", "element"):
            if isinstance(named.get(key), dict) and named[key].get("type") != "image":
                named[key] = _with_action(named[key])
        if named["type"] == "actions":
            named["elements"] = [_with_action(element) for element in named["elements"]]
        whole.append(named)
    return tuple(whole)


def _with_action(element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or Workspace.new_id("a")[:6]}


def message(workspace: Workspace, said: Message) -> Json:
    """A message, with what Slack counts for it."""
    by_bot = said.user == workspace.seed.bot
    shape: Json = {"type": "message", "user": said.user, "ts": said.ts, "text": said.text}
    shape["team"] = workspace.seed.team
    if by_bot:
        shape |= workspace.bot()
        shape["bot_profile"] = {
            "id": workspace.seed.bot_id,
            "app_id": workspace.seed.app,
            "name": workspace.members[workspace.seed.bot].name,
            "team_id": workspace.seed.team,
            "deleted": False,
        }
    if said.blocks:
        shape["blocks"] = list(said.blocks)
    if said.broadcast:
        shape["subtype"] = "thread_broadcast"
    if said.metadata:
        shape["metadata"] = said.metadata
    if said.edited:
        shape["edited"] = {"user": said.user, "ts": said.edited}
    if said.files:
        shape["files"] = [file(workspace, each) for each in said.files]
        shape["upload"] = True
    if said.reactions:
        shape["reactions"] = [
            {"name": each.name, "users": list(each.users), "count": len(each.users)}
            for each in said.reactions
        ]
    return shape | _threaded(workspace, said)


def _threaded(workspace: Workspace, said: Message) -> Json:
    if said.thread_ts:
        return {"thread_ts": said.thread_ts}
    replies = workspace.replies(said)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": said.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
    }


def member(workspace: Workspace, who: Member) -> Json:
    """A user object."""
    team = who.team or workspace.seed.team
    profile: Json = {"real_name": who.name.capitalize(), "display_name": who.name, "team": team}
    if who.email and team == workspace.seed.team:
        profile["email"] = who.email
    return {
        "id": who.id,
        "team_id": team,
        "name": who.name,
        "deleted": who.deleted,
        "real_name": who.name.capitalize(),
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": who.guest,
        "is_ultra_restricted": False,
        "is_bot": who.bot,
        "is_app_user": False,
        "is_email_confirmed": bool(who.email),
        "is_stranger": team != workspace.seed.team,
        "updated": 1,
    }


def channel(workspace: Workspace, where: Channel) -> Json:
    """A conversation object."""
    shape: Json = {
        "id": where.id,
        "created": 1,
        "is_im": where.direct,
        "is_mpim": False,
        "is_org_shared": False,
        "context_team_id": workspace.seed.team,
    }
    if where.direct:
        other = next((user for user in where.members if user != workspace.seed.bot), "")
        return shape | {"user": other, "is_archived": where.archived, "is_open": True}
    return shape | {
        "name": where.name,
        "name_normalized": where.name,
        "is_channel": not where.private,
        "is_group": where.private,
        "is_private": where.private,
        "is_archived": where.archived,
        "is_general": False,
        "is_shared": where.shared,
        "is_ext_shared": where.shared,
        "is_pending_ext_shared": False,
        "is_member": workspace.seed.bot in where.members,
        "creator": workspace.seed.bot,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(where.members),
    }


def group(workspace: Workspace, each: UserGroup) -> Json:
    """A user group."""
    return {
        "id": each.id,
        "team_id": workspace.seed.team,
        "is_usergroup": True,
        "name": each.handle.capitalize(),
        "handle": each.handle,
        "description": "",
        "is_external": False,
        "date_create": 1,
        "date_delete": 0,
        "user_count": len(each.members),
    }


def file(workspace: Workspace, each: File) -> Json:
    """A file object, with the places where it was shared."""
    shares: Json = {}
    for where in workspace.channels.values():
        for said in workspace.messages(where.id):
            if any(held.id == each.id for held in said.files):
                place = {"ts": said.ts, "thread_ts": said.thread_ts, "channel_name": where.name}
                kind = "private" if where.private or where.direct else "public"
                shares.setdefault(kind, {}).setdefault(where.id, []).append(
                    {key: value for key, value in place.items() if value}
                )
    shared = [name for places in shares.values() for name in places]
    return {
        "id": each.id,
        "created": each.created,
        "timestamp": each.created,
        "name": each.name,
        "title": each.title,
        "mimetype": each.mimetype,
        "filetype": each.snippet_type or each.name.rpartition(".")[2],
        "user": each.user,
        "size": each.size,
        "mode": "snippet" if each.snippet_type else "hosted",
        **({"alt_txt": each.alt_text} if each.alt_text else {}),
        "channels": shared,
        "shares": shares,
    }


def view(workspace: Workspace, shown: View, values: Json | None = None) -> Json:
    """A view object; *values* is what somebody filled in."""
    return {
        "submit": None,
        "close": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **shown.body,
        "id": shown.id,
        "team_id": workspace.seed.team,
        "app_id": workspace.seed.app,
        "bot_id": workspace.seed.bot_id,
        "app_installed_team_id": workspace.seed.team,
        "state": {"values": values or {}},
        "hash": shown.hash,
        "root_view_id": shown.root,
        "previous_view_id": shown.previous,
    }
