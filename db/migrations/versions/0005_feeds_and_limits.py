"""Feeds that were fetched, limits that somebody set for a portfolio, and what was last found.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("address", sa.String(1000), nullable=False),
        sa.Column("provider", sa.String(200)),
        sa.Column("format", sa.String(32)),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("address"),
    )
    op.create_table(
        "watch_limits",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("value", sa.Float(53)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(200), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
    )
    op.create_index(
        "ix_watch_limits_portfolio_id_measure", "watch_limits", ["portfolio_id", "measure"]
    )
    op.create_table(
        "watch_readings",
        sa.Column(
            "portfolio_id",
            ROW_NUMBER,
            sa.ForeignKey("portfolios.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    for table in ("watch_readings", "watch_limits", "feeds"):
        op.drop_table(table)
