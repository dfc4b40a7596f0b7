"""Jobs and keyed requests of programs, with their answers, for a day.

Revision ID: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_calls",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("token_id", ROW_NUMBER, sa.ForeignKey("tokens.id"), nullable=False),
        sa.Column("command", sa.String(200), nullable=False),
        sa.Column("is_job", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(200)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("share", sa.Float(53), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.JSON(none_as_null=True)),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.UniqueConstraint("token_id", "key"),
    )
    op.create_index("ix_api_calls_heard_at", "api_calls", ["heard_at"])


def downgrade() -> None:
    op.drop_table("api_calls")
