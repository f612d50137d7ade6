"""What a whole state says of itself: its version, and which objects there are. No value is looked at."""

import json

import msgspec

from bot.domain.errors import ToolBroken
from bot.ports import StateVersion


class _Instance(msgspec.Struct):
    index_key: str | int | float | None = None
    deposed: str | None = None


class _Resource(msgspec.Struct):
    module: str = ""
    mode: str = "managed"
    type: str = ""
    name: str = ""
    instances: list[_Instance] | None = None


class _State(msgspec.Struct):
    lineage: str = ""
    serial: int = 0
    resources: list[_Resource] | None = None


def read(state: bytes) -> StateVersion:
    """Read a whole *state* (format 4); an empty one is that of a place where nothing was applied. Raises `ToolBroken`."""
    if not state.strip():
        return StateVersion(lineage="", serial=0)
    try:
        found = msgspec.json.decode(state, type=_State)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        msg = "Terraform's state is not the JSON that it should be."
        raise ToolBroken(msg) from error
    objects = {
        _address(resource, instance.index_key): resource.type
        for resource in found.resources or ()
        if resource.mode == "managed"
        for instance in resource.instances or ()
        if instance.deposed is None
    }
    return StateVersion(lineage=found.lineage, serial=found.serial, objects=objects)


def _address(resource: _Resource, key: str | float | None) -> str:
    parts = ".".join(part for part in (resource.module, resource.type, resource.name) if part)
    if key is None:
        return parts
    if isinstance(key, str):
        # Terraform writes addresses as its own language would: what begins a template is doubled.
        quoted = json.dumps(key, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
        return f"{parts}[{quoted}]"
    return f"{parts}[{int(key)}]"
