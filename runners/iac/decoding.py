"""Bytes to a plan's shape, or one sentence that says what they are instead.

Of a key that stands twice in one object the last counts, as it does for Terraform itself and for other readers.
"""

import codecs
import mmap
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from bot.domain.errors import PlanUnreadable
from bot.render import text
from runners.iac.planjson import Frame, is_null

P = TypeVar("P", bound=Frame)
#: A file may stay where it is.
Bytes = bytes | mmap.mmap

_MARK = b"\xef\xbb\xbf"
#: With the mark of it, or a brace that takes two octets.
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\0", b"\0{")
#: So much of the beginning tells what something is.
_BEGINNING = 64 * 1024
_END = 64


def decode(data: Bytes, shape: type[P]) -> P:
    """Read a plan's JSON; raises `PlanUnreadable` with one sentence that says what is wrong with it."""
    start = data[:_BEGINNING]
    _demand_text(start)
    view = memoryview(data)[len(_MARK) if start.startswith(_MARK) else 0 :]
    start = start.removeprefix(_MARK).lstrip()
    try:
        document = msgspec.json.decode(view, type=shape)
        _demand_utf_8(view)
    except msgspec.ValidationError as error:
        raise PlanUnreadable(_ill_shaped(start, str(error))) from error
    except msgspec.DecodeError as error:
        raise PlanUnreadable(_ill_formed(start, bytes(view[-_END:]).rstrip(), str(error))) from error
    except UnicodeDecodeError as error:
        msg = "This is not a plan in JSON: it is not UTF-8."
        raise PlanUnreadable(msg) from error
    except RecursionError as error:
        msg = "This is not a plan in JSON: it is nested too deeply."
        raise PlanUnreadable(msg) from error
    _demand_plan(document)
    return document


def value(raw: Raw) -> Any:
    """Decode a raw value; raises `PlanUnreadable`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise PlanUnreadable(inside(error)) from error


def inside(error: Exception) -> str:
    """Say that something inside a plan cannot be read."""
    return f"The plan's JSON holds a value that cannot be read: {error}."


def _demand_text(start: bytes) -> None:
    if start.startswith(_UTF_16):
        msg = "This is not a plan in JSON: it is UTF-16, as PowerShell writes it; write it as UTF-8."
        raise PlanUnreadable(msg)
    if not start.removeprefix(_MARK).strip():
        msg = "This is not a plan in JSON: it is empty."
        raise PlanUnreadable(msg)
    if start.startswith(b"PK"):
        msg = "This is a saved plan itself, not its JSON: give the output of `terraform show -json` of it."
        raise PlanUnreadable(msg)


def _demand_utf_8(view: memoryview) -> None:
    """Look also at what was skipped, piece by piece so that no copy is made of the whole."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for begin in range(0, len(view), _BEGINNING):
        decoder.decode(view[begin : begin + _BEGINNING])
    decoder.decode(b"", final=True)


def _ill_formed(start: bytes, end: bytes, error: str) -> str:
    if "truncated" in error and end.endswith(b"}"):
        return "The plan's JSON is cut off, or holds a text that ends in half a character."
    if "truncated" in error:
        return "The plan's JSON is cut off: it ends in the middle."
    if not start.startswith(b"{"):
        where = "there is text before the JSON" if b"{" in start else "there is no JSON in it"
        return f"This is not a plan in JSON: {where}."
    if "trailing characters" in error:
        return "This is not a plan in JSON: there is text after the JSON."
    return f"This is not a plan in JSON: {error.removeprefix('JSON is malformed: ')}."


def _ill_shaped(start: bytes, error: str) -> str:
    if not start.startswith(b"{"):
        return "This is JSON, but not a Terraform plan: it is no object."
    return f"This is JSON, but not a Terraform plan: {error}."


def _demand_plan(document: Frame) -> None:
    version = document.format_version
    if version is None:
        what = "it has no format_version" if is_null(document.lineage) else "it is a Terraform state file"
        msg = f"This is JSON, but not a Terraform plan: {what}."
        raise PlanUnreadable(msg)
    if version.partition(".")[0] not in {"0", "1"}:
        msg = f"This plan has format {text.one_line(version)[:20]}, which is not known here; 0.x and 1.x are."
        raise PlanUnreadable(msg)
    telling = ("resource_changes", "output_changes", "configuration", "applyable")
    told = (getattr(document, name) for name in telling)
    silent = all(part is None or (isinstance(part, Raw) and is_null(part)) for part in told)
    if silent and is_null(document.planned_values):
        what = "a Terraform state" if not is_null(document.values) else "something else from Terraform"
        msg = f"This is JSON, but not a Terraform plan: it is {what}."
        raise PlanUnreadable(msg)
