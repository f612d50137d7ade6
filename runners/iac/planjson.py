"""The shape of `terraform show -json PLAN`: what is looked at, and nothing more.

Keys that are not named here are skipped, so that newer formats can be read; every key may be absent, because
older ones lack many. Values of attributes stay raw until somebody needs them.
"""

import msgspec
from msgspec import Raw, Struct

NULL = Raw(b"null")
_FALSE = Raw(b"false")


class Importing(Struct):
    """An import that is part of a change."""

    id: str | None = None
    unknown: bool | None = None
    #: In place of an id, where the provider knows objects by more than one word.
    identity: Raw = NULL

    @property
    def known(self) -> bool:
        """Whether the plan says which object is imported."""
        return not self.unknown and (bool(self.id) or not is_null(self.identity))


class Delta(Struct):
    """Before and after of a resource or an output."""

    #: Absent and null are actions that nobody knows, never none.
    actions: tuple[str, ...] | None = None
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = _FALSE
    before_sensitive: Raw = _FALSE
    after_sensitive: Raw = _FALSE
    replace_paths: Raw = NULL
    importing: Importing | None = None

    @property
    def acts(self) -> tuple[str, ...]:
        """The actions; none where the plan does not say, which is no action that anybody knows."""
        return self.actions or ()


_SILENT = Delta()


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
    change: Delta | None = None

    @property
    def delta(self) -> Delta:
        """The change; one of unknown actions where the plan says nothing."""
        return self.change or _SILENT


class Glance(Struct, gc=False):
    """As much of a change as the law needs; `Delta` in full is read where it matters."""

    actions: tuple[str, ...] | None = None
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = _FALSE
    importing: Importing | None = None


class Skimmed(Struct, gc=False):
    """An entry of `resource_changes`, seen in passing."""

    address: str = ""
    previous_address: str | None = None
    type: str = ""
    deposed: str | None = None
    provider_name: str = ""
    action_reason: str | None = None
    change: Glance | None = None


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


class Frame(Struct, kw_only=True):
    """A plan without what changes in it."""

    format_version: str | None = None
    terraform_version: str = ""
    planned_values: Raw = NULL
    deferred_changes: list[Raw] | None = None
    action_invocations: list[Raw] | None = None
    deferred_action_invocations: list[Raw] | None = None
    output_changes: dict[str, Delta] | None = None
    checks: list[Checked] | None = None
    applyable: bool | None = None
    complete: bool | None = None
    errored: bool | None = None
    #: Only states have these.
    values: Raw = NULL
    lineage: Raw = NULL


class Document(Frame, kw_only=True):
    """A whole plan."""

    variables: dict[str, Variable] | None = None
    resource_changes: list[ResourceChange] | None = None
    resource_drift: list[ResourceChange] | None = None
    prior_state: State | None = None
    configuration: Configuration | None = None


class Sheaf(Frame, kw_only=True):
    """A plan whose changes are taken up one by one; of the rest, only whether it is there."""

    resource_changes: list[Raw] | None = None
    resource_drift: list[Raw] | None = None
    configuration: Raw = NULL


def is_null(raw: Raw) -> bool:
    """Whether *raw* is nothing."""
    # Only what is short is copied.
    return memoryview(raw).nbytes == 4 and bytes(raw) == b"null"
