"""The shape of `terraform show -json PLAN`: what is looked at, and nothing more.

Keys that are not named here are skipped, so that newer formats can be read; every key may be absent, because
older ones lack many. Values of attributes stay raw until somebody needs them.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from bot.domain.errors import PlanUnreadable

NULL = Raw(b"null")
_FALSE = Raw(b"false")


class Importing(Struct):
    """An import that is part of a change."""

    id: str | None = None


class Delta(Struct):
    """Before and after of a resource or an output."""

    actions: tuple[str, ...] = ()
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = _FALSE
    before_sensitive: Raw = _FALSE
    after_sensitive: Raw = _FALSE
    replace_paths: Raw = NULL
    importing: Importing | None = None


class ResourceChange(Struct):
    """An entry of `resource_changes` or `resource_drift`."""

    address: str = ""
    previous_address: str | None = None
    module_address: str = ""
    mode: str = "managed"
    type: str = ""
    name: str = ""
    index: str | int | None = None
    deposed: str | None = None
    provider_name: str = ""
    action_reason: str | None = None
    change: Delta = msgspec.field(default_factory=Delta)


class Named(Struct):
    """An object with a name to show."""

    to_display: str = ""


class Problem(Struct):
    """Why a condition failed."""

    message: str = ""


class Instance(Struct):
    """One instance of a checked object."""

    problems: list[Problem] | None = None


class Checked(Struct):
    """An entry of `checks`."""

    address: Named = msgspec.field(default_factory=Named)
    status: str = "unknown"
    instances: list[Instance] | None = None


class Variable(Struct):
    """A root variable's value."""

    value: Raw = NULL


class Marked(Struct):
    """Something that may be declared sensitive."""

    sensitive: bool = False
    value: Raw = NULL


class ConfiguredModule(Struct):
    """The root module's declarations."""

    variables: dict[str, Marked] | None = None


class Configuration(Struct):
    """The configuration that the plan was made from."""

    root_module: ConfiguredModule | None = None


class StateResource(Struct):
    """An object in the state."""

    values: Raw = NULL
    sensitive_values: Raw = _FALSE


class StateModule(Struct):
    """A module in the state."""

    resources: list[StateResource] | None = None
    child_modules: list["StateModule"] | None = None


class StateValues(Struct):
    """All that is in a state."""

    outputs: dict[str, Marked] | None = None
    root_module: StateModule | None = None


class State(Struct):
    """The state before the plan."""

    values: StateValues | None = None


class Document(Struct):
    """A whole plan."""

    format_version: str | None = None
    terraform_version: str = ""
    variables: dict[str, Variable] | None = None
    planned_values: Raw = NULL
    resource_changes: list[ResourceChange] | None = None
    resource_drift: list[ResourceChange] | None = None
    deferred_changes: list[Raw] | None = None
    action_invocations: list[Raw] | None = None
    deferred_action_invocations: list[Raw] | None = None
    output_changes: dict[str, Delta] | None = None
    prior_state: State | None = None
    configuration: Configuration | None = None
    checks: list[Checked] | None = None
    applyable: bool | None = None
    complete: bool | None = None
    errored: bool | None = None
    #: Only states have it.
    values: Raw = NULL


_DECODER = msgspec.json.Decoder(Document)


def decode(data: bytes) -> Document:
    """Read a plan's JSON; raises `PlanUnreadable` with one sentence that says what is wrong with it."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip()
    if not start:
        msg = "This is not a plan in JSON: it is empty."
        raise PlanUnreadable(msg)
    if start.startswith(b"PK"):
        msg = "This is a saved plan itself, not its JSON: give the output of `terraform show -json` of it."
        raise PlanUnreadable(msg)
    try:
        document = _DECODER.decode(data)
    except msgspec.ValidationError as error:
        raise PlanUnreadable(_ill_shaped(start, str(error))) from error
    except msgspec.DecodeError as error:
        raise PlanUnreadable(_ill_formed(start, str(error))) from error
    except (RecursionError, UnicodeDecodeError) as error:
        msg = "This is not a plan in JSON: it is nested too deeply, or not UTF-8."
        raise PlanUnreadable(msg) from error
    _demand_plan(document)
    return document


def value(raw: Raw) -> Any:
    """Decode a raw value; raises `PlanUnreadable`."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        msg = f"The plan's JSON holds a value that cannot be read: {error}."
        raise PlanUnreadable(msg) from error


def _is_null(raw: Raw) -> bool:
    return bytes(raw) == bytes(NULL)


def _ill_formed(start: bytes, error: str) -> str:
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


def _demand_plan(document: Document) -> None:
    version = document.format_version
    if version is None:
        msg = "This is JSON, but not a Terraform plan: it has no format_version."
        raise PlanUnreadable(msg)
    if version.partition(".")[0] not in {"0", "1"}:
        msg = f"This plan has format {version[:20]}, which is not known here; 0.x and 1.x are."
        raise PlanUnreadable(msg)
    known = (
        document.resource_changes,
        document.output_changes,
        document.configuration,
        document.applyable,
    )
    if _is_null(document.planned_values) and all(part is None for part in known):
        what = "a Terraform state" if not _is_null(document.values) else "something else from Terraform"
        msg = f"This is JSON, but not a Terraform plan: it is {what}."
        raise PlanUnreadable(msg)
