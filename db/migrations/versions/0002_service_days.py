"""Days of uptime pages, which the first schema had no place for.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service_days",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("partial_minutes", sa.Float(53), nullable=False),
        sa.Column("major_minutes", sa.Float(53), nullable=False),
        sa.Column("time_zone", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("source", "provider", "service", "date"),
        sa.CheckConstraint("partial_minutes >= 0", name="partial_minutes_not_negative"),
        sa.CheckConstraint("major_minutes >= 0", name="major_minutes_not_negative"),
    )


def downgrade() -> None:
    op.drop_table("service_days")
