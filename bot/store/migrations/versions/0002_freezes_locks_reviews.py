"""Freezes, locks and reviews; how a run is wanted, and where it stands in the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""
    op.add_column("runs", sa.Column("wish", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("runs", sa.Column("queued", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("runs", sa.Column("taken_up_at", sa.String(length=32), nullable=True))
    op.add_column("runs", sa.Column("superseded_by", _NUMBER, nullable=True))
    op.add_column("runs", sa.Column("begins_at", sa.String(length=32), nullable=True))
    op.add_column("runs", sa.Column("untold", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("runs_untold", "runs", ["untold"], unique=False)
    op.add_column("votes", sa.Column("groups", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "snapshots",
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("environment"),
    )
    op.create_table(
        "freezes",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("from_at", sa.String(length=32), nullable=False),
        sa.Column("to_at", sa.String(length=32), nullable=False),
        sa.Column("environments", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("lifted_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("freezes_by_end", "freezes", ["to_at"], unique=False)
    op.create_table(
        "locks",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("ended_team", sa.String(length=32), nullable=True),
        sa.Column("ended_user", sa.String(length=32), nullable=True),
        sa.Column("taken_over", sa.Text(), nullable=False, server_default=""),
        sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("locks_by_environment", "locks", ["environment", "until"], unique=False)
    op.create_index("locks_unsettled", "locks", ["settled"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.String(length=32), nullable=True),
        sa.Column("team", sa.String(length=32), nullable=True),
        sa.Column("user", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run"),
    )
