"""Switches: what is moved, bakes after each move, and old colours that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; a bake now belongs to one move of its run, and the one of a deploy to the move 0."""
    op.add_column("runs", sa.Column("switch", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("reverts", _NUMBER, nullable=True))
    op.create_index("runs_by_reverts", "runs", ["reverts"], unique=False)
    op.add_column("runs", sa.Column("held", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "shifts",
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run", "index"),
    )
    op.create_table(
        "leases",
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("environment", sa.String(length=64), nullable=False),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_index("leases_unsettled", "leases", ["settled"], unique=False)
    # No database changes a primary key in place, so both are made anew and filled from the old ones.
    op.create_table(
        "bakes_by_rung",
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("rung", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.String(length=32), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.Column("min_requests", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("skipped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run", "rung"),
    )
    _refill("bakes", "bakes_by_rung", ("began_at", "until", "min_requests", "finding"))
    op.create_table(
        "samples_by_rung",
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("rung", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"]),
        sa.PrimaryKeyConstraint("run", "rung", "index"),
    )
    _refill("samples", "samples_by_rung", ("index", "sample"))


def _refill(old: str, new: str, columns: tuple[str, ...]) -> None:
    """Carry the rows of *old* over to *new*, which takes its place."""
    before = sa.table(old, sa.column("run"), *map(sa.column, columns))
    after = sa.table(new, sa.column("run"), sa.column("rung"), *map(sa.column, columns))
    kept = sa.select(before.c.run, sa.literal(0), *(before.c[name] for name in columns))
    op.execute(sa.insert(after).from_select(["run", "rung", *columns], kept))
    op.drop_table(old)
    op.rename_table(new, old)
