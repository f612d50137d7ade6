"""Our own tables. They change only by migrations (`bot/store/migrations`)."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as UTC in ISO 8601 with microseconds, so that text order is time order."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Write *value*, which must be aware."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive time must never reach the database"
            raise ValueError(msg)
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Read it back, aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class Words(TypeDecorator[str]):
    """Words from outside. What no database of ours can hold, a NUL or half a character, becomes a visible gap."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Write *value* as far as it can be written."""
        if value is None:
            return None
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


#: SQLite counts by itself only in a column that is plainly INTEGER.
_Number = BigInteger().with_variant(Integer(), "sqlite")

#: The migration that makes these tables.
HEAD = "0004"

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("environment", String(64), nullable=False),
    Column("team", String(32), nullable=False),
    Column("user", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("ref", String(256), nullable=False),
    #: JSON list of step names.
    Column("recipe", Text, nullable=False),
    #: The key of the words that asked for it: dealt with twice, they start one run.
    Column("asked", String(256), nullable=False, unique=True),
    #: A `Wish`.
    Column("wish", Text, nullable=False, server_default="{}"),
    #: A `Switching`; null for a deploy.
    Column("switch", Text),
    #: The deploy that this one takes back.
    Column("reverts", _Number),
    #: Why a switch stays where it is; empty where it does not.
    Column("held", Words, nullable=False, server_default=""),
    Column("queued", Boolean, nullable=False, server_default="0"),
    Column("taken_up_at", Instant),
    Column("superseded_by", _Number),
    #: It was ended by others, and its own walk has still to tell of it.
    Column("untold", Boolean, nullable=False, server_default="0"),
    Column("stage", String(16)),
    Column("commit", String(40)),
    Column("subject", Words, nullable=False, default=""),
    #: JSON list of addresses.
    Column("committers", Text, nullable=False, default="[]"),
    Column("digest", String(64)),
    Column("change_class", String(16)),
    Column("began_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("begins_at", Instant),
    Column("ended_at", Instant),
    Column("outcome", String(16)),
    Column("failed_at", String(16)),
    Column("text", Words, nullable=False, default=""),
    Column("stop_team", String(32)),
    Column("stop_user", String(32)),
    Index("runs_by_environment", "environment", "ended_at"),
    Index("runs_by_end", "ended_at"),
    Index("runs_untold", "untold"),
    Index("runs_by_reverts", "reverts"),
    sqlite_autoincrement=True,
)

#: One run at a time per scope: the primary key is the lock.
holds = Table(
    "holds",
    metadata,
    Column("scope", String(128), primary_key=True),
    Column("run", _Number, ForeignKey("runs.id"), nullable=False),
    Column("at", Instant, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    #: A `Binding`, redacted.
    Column("binding", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("run", _Number, ForeignKey("runs.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("team", String(32), nullable=False),
    Column("user", String(32), nullable=False),
    Column("choice", String(8), nullable=False),
    Column("via", String(64), nullable=False),
    #: JSON list of the groups that the voter was in.
    Column("groups", Text, nullable=False, server_default="[]"),
    Column("at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    UniqueConstraint("run", "digest", "team", "user", "via", "choice", name="one_vote_a_way"),
    CheckConstraint("choice IN ('approve', 'reject')", name="known_choice"),
)

#: A row is the one right to execute a plan; there is no way to delete it.
claims = Table(
    "claims",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("run", _Number, ForeignKey("runs.id"), nullable=False),
    Column("at", Instant, nullable=False),
    #: A `Process`, once it exists.
    Column("process", Text),
    Column("began_at", Instant),
    #: A `Ledger`.
    Column("ledger", Text),
    Column("ended_at", Instant),
    Column("exit_code", Integer),
    Column("reconciliation", Words, nullable=False, default=""),
    Index("claims_by_run", "run"),
)

checks = Table(
    "checks",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    #: A `CheckReport`.
    Column("check", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

bakes = Table(
    "bakes",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    #: The place of the move that it follows; 0 for a deploy.
    Column("rung", Integer, primary_key=True, autoincrement=False),
    Column("began_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("min_requests", Integer, nullable=False),
    #: A `Finding`.
    Column("finding", Text),
    Column("skipped", Boolean, nullable=False, server_default="0"),
)

samples = Table(
    "samples",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("rung", Integer, primary_key=True, autoincrement=False),
    Column("index", Integer, primary_key=True, autoincrement=False),
    #: A `Sample`.
    Column("sample", Text, nullable=False),
)

#: What was moved, and moved back, in order.
shifts = Table(
    "shifts",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("index", Integer, primary_key=True, autoincrement=False),
    #: A `Shift`.
    Column("shift", Text, nullable=False),
)

#: Old colours that are kept to go back to.
leases = Table(
    "leases",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("environment", String(64), nullable=False),
    #: A `Lease`.
    Column("lease", Text, nullable=False),
    Column("settled", Boolean, nullable=False, server_default="0"),
    Index("leases_unsettled", "settled"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("key", String(256), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("heeded_at", Instant),
    #: The message that an emoji came to, or went from.
    Column("about", String(128), nullable=False, server_default=""),
    Index("inbox_unheeded", "heeded_at", "id"),
    Index("inbox_about", "about"),
)

sayings = Table(
    "sayings",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("key", String(256), nullable=False, unique=True),
    Column("run", _Number, ForeignKey("runs.id")),
    Column("channel", String(32), nullable=False),
    Column("under", String(256)),
    Column("urgency", Integer, nullable=False),
    #: A `Saying`, redacted; once it is out, without what its pictures show.
    Column("saying", Text, nullable=False),
    #: Counts up with each change of the words.
    Column("version", Integer, nullable=False),
    Column("sent_version", Integer, nullable=False, default=0),
    Column("ts", String(32)),
    Column("files_sent", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    #: Nothing more is to be sent; kept so that the worker need not look at settled rows.
    Column("settled", Boolean, nullable=False, default=False),
    Column("error", Words, nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Index("sayings_unsettled", "settled", "urgency", "id"),
    Index("sayings_by_place", "channel", "ts"),
    Index("sayings_by_run", "run"),
)

#: What was there when the last apply in an environment began, or after it where it ended well.
snapshots = Table(
    "snapshots",
    metadata,
    Column("environment", String(64), primary_key=True),
    Column("run", _Number, ForeignKey("runs.id"), nullable=False),
    #: A `History`.
    Column("history", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

#: Freezes from Slack; those of the estate and of calendars are not kept here.
freezes = Table(
    "freezes",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("name", String(64), nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("to_at", Instant, nullable=False),
    #: JSON list; empty: all.
    Column("environments", Text, nullable=False),
    Column("team", String(32), nullable=False),
    Column("user", String(32), nullable=False),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Index("freezes_by_end", "to_at"),
)

#: Environments that somebody keeps for themselves: each time a row, of which the newest counts, while it does.
locks = Table(
    "locks",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    Column("environment", String(64), nullable=False),
    Column("team", String(32), nullable=False),
    Column("user", String(32), nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_team", String(32)),
    Column("ended_user", String(32)),
    #: The reason of whoever took it over; empty where it was given back.
    Column("taken_over", Words, nullable=False, server_default=""),
    #: Its end is told, and nothing more is to be said of it.
    Column("settled", Boolean, nullable=False, server_default="0"),
    Index("locks_by_environment", "environment", "until"),
    Index("locks_unsettled", "settled"),
    sqlite_autoincrement=True,
)

#: Emergencies that somebody must look at afterwards.
reviews = Table(
    "reviews",
    metadata,
    Column("run", _Number, ForeignKey("runs.id"), primary_key=True),
    Column("ticket", String(64), nullable=False),
    Column("reason", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("team", String(32)),
    Column("user", String(32)),
    Column("note", Words, nullable=False, server_default=""),
)

#: Append-only. Each entry names the hash of the one before.
record = Table(
    "record",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("run", _Number),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("event", String(64), nullable=False),
    Column("data", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("record_by_run", "run"),
)
