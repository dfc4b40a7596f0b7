"""Feeds that are asked by themselves, who is told of limits, and which process does so.

Revision ID: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("holder", sa.Text()),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("renewed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "feed_polls",
        sa.Column(
            "feed_id",
            ROW_NUMBER,
            sa.ForeignKey("feeds.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("every_minutes", sa.Integer()),
        sa.Column("asked_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("digest", sa.String(64)),
        sa.Column("newest_at", MOMENT),
        sa.Column("gap_days", sa.Float(53)),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("late_at", MOMENT),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("ahead_at", MOMENT),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id")),
        sa.Column("rhythm", sa.String(8), nullable=False),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_by_person", sa.Integer()),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("told_at", MOMENT),
        sa.Column("digest_day", sa.Date()),
        sa.UniqueConstraint("channel", "recipient"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "messages",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("subscription_id", ROW_NUMBER, sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("sent_at", MOMENT),
        sa.UniqueConstraint("subscription_id", "key"),
    )


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("subscriptions")
    op.drop_table("feed_polls")
    op.drop_table("leases")
