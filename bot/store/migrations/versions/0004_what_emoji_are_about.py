"""What was heard of emoji can be found by the message that they were put on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make room for it; what was heard before is about nothing, and so an emoji that was refused then is refused once more."""
    op.add_column("inbox", sa.Column("about", sa.String(length=128), nullable=False, server_default=""))
    op.create_index("inbox_about", "inbox", ["about"], unique=False)
