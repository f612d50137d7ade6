"""views.*: dialogs and the Home tab."""

from collections.abc import Mapping

from bot.playground import limits, wire
from bot.playground.api import Call, Desk, Method
from bot.playground.refusal import Refusal
from bot.playground.things import Happening, Json, View

#: Views on top of each other.
_MOST_STACKED = 3


def _body(call: Call, kind: str) -> Json:
    """The view as the app sent it; raises `Refusal`."""
    view = call.json("view")
    limits.check_view(view)
    body: Json = view
    if body["type"] != kind:
        raise Refusal(code="invalid_arguments", details=[f"[ERROR] must be {kind} [json-pointer:/view/type]"])
    return {**body, "blocks": list(wire.with_ids(body["blocks"]))}


def fresh(desk: Desk, user: str, body: Json, below: View | None = None) -> View:
    """Show *body* to *user*, on top of *below*; raises `Refusal`."""
    external = body.get("external_id")
    if external and any(each.body.get("external_id") == external for each in desk.workspace.views.values()):
        raise Refusal(code="duplicate_external_id")
    name = desk.workspace.new_id("V")
    view = View(
        id=name,
        user=user,
        body=body,
        hash=f"{desk.workspace.stamp()}.{name[-8:].lower()}",
        root=below.root if below else name,
        previous=below.id if below else None,
    )
    return desk.workspace.show(Happening.VIEW_OPENED, view)


def replaced(desk: Desk, view: View, body: Json) -> View:
    """Put *body* into the place of what *view* showed."""
    new = view.model_copy(update={"body": body, "hash": f"{desk.workspace.stamp()}.{view.id[-8:].lower()}"})
    return desk.workspace.show(Happening.VIEW_UPDATED, new)


def top(desk: Desk, user: str) -> View | None:
    """What *user* sees uppermost."""
    shown = [view for view in desk.workspace.views.values() if view.user == user]
    return shown[-1] if shown else None


def _open(desk: Desk, call: Call) -> Json:
    body = _body(call, "modal")
    user = desk.triggers.use(call.need("trigger_id"))
    return {"view": wire.view(desk.workspace, fresh(desk, user, body))}


def _push(desk: Desk, call: Call) -> Json:
    body = _body(call, "modal")
    user = desk.triggers.use(call.need("trigger_id"))
    below = top(desk, user)
    if not below:
        raise Refusal(code="not_found")
    stacked = [view for view in desk.workspace.views.values() if view.root == below.root]
    if len(stacked) >= _MOST_STACKED:
        raise Refusal(code="push_limit_reached")
    return {"view": wire.view(desk.workspace, fresh(desk, user, body, below))}


def _update(desk: Desk, call: Call) -> Json:
    body = _body(call, "modal")
    name, external = call.text("view_id"), call.text("external_id")
    for view in desk.workspace.views.values():
        if view.id == name or (external and view.body.get("external_id") == external):
            break
    else:
        raise Refusal(code="not_found")
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refusal(code="hash_conflict")
    return {"view": wire.view(desk.workspace, replaced(desk, view, body))}


def _publish(desk: Desk, call: Call) -> Json:
    body = _body(call, "home")
    user = desk.workspace.member(call.need("user_id", "user_not_found")).id
    held = desk.workspace.homes.get(user)
    if held and call.text("hash") and call.text("hash") != held.hash:
        raise Refusal(code="hash_conflict")
    name = held.id if held else desk.workspace.new_id("V")
    view = View(
        id=name, user=user, body=body, hash=f"{desk.workspace.stamp()}.{name[-8:].lower()}", root=name
    )
    return {"view": wire.view(desk.workspace, desk.workspace.show(Happening.HOME, view))}


METHODS: Mapping[str, Method] = {
    "views.open": _open,
    "views.push": _push,
    "views.update": _update,
    "views.publish": _publish,
}
