"""What a saved plan would do, read from `terraform show -json` and already redacted."""

from enum import StrEnum

from bot.domain.value import PlanDigest, Value


class Verb(StrEnum):
    """What happens to one object, in the order in which people must see it."""

    #: Destroyed and made again, in either order.
    REPLACE = "replace"
    DELETE = "delete"
    #: Dropped from the state, left in the world.
    FORGET = "forget"
    #: A tuple of actions that this version does not know.
    UNKNOWN = "unknown"
    UPDATE = "update"
    CREATE = "create"
    #: A data source that is read at apply time.
    READ = "read"
    #: Nothing; may still be a move or an import.
    NO_OP = "no-op"


class ChangeClass(StrEnum):
    """How serious a plan is; computed from the plan, never declared by a person."""

    STANDARD = "standard"
    SIGNIFICANT = "significant"
    HIGH_RISK = "high-risk"


class Finding(StrEnum):
    """What was seen in the values of an object that changes; the values themselves are not kept."""

    #: Anybody on the internet could reach what nobody there could before.
    OPENED = "opened"
    #: Who could reach it is known only after the apply.
    MAY_OPEN = "may-open"
    #: A database would get an address on the internet.
    EXPOSED = "exposed"
    #: What keeps it from being deleted would be switched off.
    UNPROTECTED = "unprotected"
    #: It could be deleted together with all that is in it.
    FORCED = "forced"
    #: Its last copy would not be made when it goes.
    UNSAVED = "unsaved"
    #: No copies of it would be kept any more.
    NO_BACKUPS = "no-backups"
    #: A key would be switched off, and with it all that it locks.
    KEY_OFF = "key-off"
    #: What is stored would have to be encrypted anew, in place of the old.
    ENCRYPTION = "encryption"
    #: A database engine or its version.
    ENGINE = "engine"
    #: A database on larger or smaller machines.
    MACHINE = "machine"
    #: Parameters of a database.
    PARAMETERS = "parameters"
    STORAGE_UP = "storage-up"
    STORAGE_DOWN = "storage-down"
    #: A standby in another zone.
    STANDBY_ON = "standby-on"
    STANDBY_OFF = "standby-off"
    #: A password.
    CREDENTIALS = "credentials"
    #: The provider would not wait for the object's own maintenance window.
    AT_ONCE = "at-once"


class Attribute(Value):
    """One attribute that changes, as it may be shown."""

    #: `tags.Name`, `ingress[0].cidr_blocks`.
    path: str
    #: `None` where the attribute was absent. Rendered, redacted, at most 400 characters.
    before: str | None
    #: `None` where it goes away; `(known after apply)` where it is not known yet.
    after: str | None
    #: The attribute is one that forces the replacement.
    forces_replacement: bool = False


#: Words of actions that end an object, those that no Terraform has said yet included.
_ENDS = frozenset({"delete", "destroy", "replace"})


class Change(Value):
    """One entry of the plan; its key is (address, deposed), never the address alone."""

    address: str
    #: The key of a deposed object, `None` for the current one.
    deposed: str | None = None
    #: `aws_db_instance`; empty where the plan does not say.
    type: str = ""
    #: `registry.terraform.io/hashicorp/aws`; empty where the plan does not say.
    provider: str = ""
    verb: Verb
    #: The tuple as Terraform wrote it.
    actions: tuple[str, ...]
    #: Terraform's own `action_reason`, `None` where it gives none.
    reason: str | None = None
    #: Where the object lived before a `moved` block.
    previous_address: str | None = None
    #: The id under which it is imported; `(unknown)` where the plan says only that it is.
    importing: str | None = None
    attributes: tuple[Attribute, ...] = ()
    #: What the law noticed in the whole values, before they were redacted and cut.
    findings: tuple[Finding, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether an object ends; of a tuple that is not known here, any word for an end counts."""
        if self.verb is Verb.UNKNOWN:
            return any(action.lower() in _ENDS for action in self.actions)
        return self.verb is Verb.DELETE or self.verb is Verb.REPLACE

    @property
    def key(self) -> str:
        """The address; of a deposed object with its key."""
        return self.address if self.deposed is None else f"{self.address} (deposed {self.deposed})"


class Counts(Value):
    """How many objects each verb meets. A moved and updated object counts in both."""

    create: int = 0
    update: int = 0
    delete: int = 0
    replace: int = 0
    move: int = 0
    #: `import` is a word of the language, so the field is written with an underscore.
    import_: int = 0
    forget: int = 0
    read: int = 0
    no_op: int = 0
    drift: int = 0
    deposed: int = 0
    unknown: int = 0
    #: Actions of providers that the apply invokes.
    action: int = 0


class CheckResult(Value):
    """A `check` block or condition of the configuration, as the plan judged it."""

    address: str
    #: `pass`, `fail`, `error` or `unknown`.
    status: str
    problems: tuple[str, ...] = ()


class Plan(Value):
    """A saved plan: its digest plus what it changes."""

    digest: PlanDigest
    terraform_version: str
    #: Everything but plain no-ops, the most serious first.
    changes: tuple[Change, ...]
    #: What changed outside since the last apply.
    drift: tuple[Change, ...] = ()
    #: Names of root outputs that change.
    outputs: tuple[str, ...] = ()
    #: Conditions that did not pass.
    checks: tuple[CheckResult, ...] = ()
    counts: Counts
    #: `None` where the plan's format is too old to say.
    applyable: bool | None = None
    #: `False` for a plan with `-target` or with deferred changes.
    complete: bool | None = None
    errored: bool | None = None
    #: Deferred changes, which the plan leaves for later.
    deferred: int = 0
    #: Of the state the plan was made from; empty where there was none yet.
    lineage: str = ""
    serial: int = 0
    #: SHA-256 over all that would change, and nothing else: two plans with the same one do the same. Empty: not computed.
    effect: str = ""

    @property
    def destructive(self) -> tuple[str, ...]:
        """Every object that the plan deletes or replaces, each once."""
        return tuple(dict.fromkeys(change.key for change in self.changes if change.destroys))

    @property
    def empty(self) -> bool:
        """Whether applying it would change nothing at all, state included."""
        counted = self.counts
        acts = (
            counted.create
            + counted.update
            + counted.delete
            + counted.replace
            + counted.move
            + counted.import_
            + counted.forget
            + counted.read
            + counted.unknown
            + counted.deposed
            + counted.action
        )
        return acts == 0 and not self.outputs and self.deferred == 0
