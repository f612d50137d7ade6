"""auth, apps, users and usergroups: who is who."""

from collections.abc import Mapping

from bot.playground import wire
from bot.playground.api import Call, Desk, Method, page
from bot.playground.refusal import Refusal
from bot.playground.things import Json


def _auth_test(desk: Desk, _: Call) -> Json:
    seed = desk.workspace.seed
    return {
        "url": f"{desk.address}/",
        "team": seed.domain.capitalize(),
        "user": desk.workspace.members[seed.bot].name,
        "team_id": seed.team,
        "user_id": seed.bot,
        "bot_id": seed.bot_id,
        "is_enterprise_install": False,
    }


def _connections_open(desk: Desk, _: Call) -> Json:
    return {"url": desk.connection()}


def _users_info(desk: Desk, call: Call) -> Json:
    member = desk.workspace.member(call.need("user", "user_not_found"))
    return {"user": wire.member(desk.workspace, member)}


def _users_list(desk: Desk, call: Call) -> Json:
    members = [wire.member(desk.workspace, member) for member in desk.workspace.members.values()]
    return page(call, "members", members)


def _users_by_email(desk: Desk, call: Call) -> Json:
    email = call.need("email", "users_not_found").casefold()
    for member in desk.workspace.members.values():
        if member.email.casefold() == email and not member.team and not member.deleted:
            return {"user": wire.member(desk.workspace, member)}
    raise Refusal(code="users_not_found")


def _groups_list(desk: Desk, call: Call) -> Json:
    groups = []
    for each in desk.workspace.groups.values():
        shape = wire.group(desk.workspace, each)
        if call.flag("include_users"):
            shape["users"] = list(each.members)
        groups.append(shape)
    return {"usergroups": groups}


def _group_users(desk: Desk, call: Call) -> Json:
    group = desk.workspace.groups.get(call.need("usergroup"))
    if not group:
        raise Refusal(code="no_such_subteam")
    return {"users": list(group.members)}


METHODS: Mapping[str, Method] = {
    "auth.test": _auth_test,
    "apps.connections.open": _connections_open,
    "users.info": _users_info,
    "users.list": _users_list,
    "users.lookupByEmail": _users_by_email,
    "usergroups.list": _groups_list,
    "usergroups.users.list": _group_users,
}
