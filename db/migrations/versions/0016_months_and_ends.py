"""Since when and until when something counts; files that are complete; registers of past days.

A batch gets the day that its file is of, and what it is complete for. A portfolio can be archived,
and stand for another as of a past day.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DATED = ("startups", "use_cases", "dependencies")
_LIVE = "ix_startups_portfolio_id_until_id"
_RECORDED = ("facts", "dependencies")


def upgrade() -> None:
    for table in _DATED:
        op.add_column(table, sa.Column("since", sa.Date()))
        op.add_column(table, sa.Column("until", sa.Date()))
    for table in _RECORDED:
        op.add_column(table, sa.Column("recorded_on", sa.Date()))
    op.create_index(_LIVE, "startups", ["portfolio_id", "until", "id"])
    op.add_column("startups", sa.Column("other_names", sa.Text()))
    op.add_column("dependencies", sa.Column("other_names", sa.Text()))
    op.add_column("batches", sa.Column("day", sa.Date()))
    op.add_column("batches", sa.Column("covers", sa.String(32)))
    op.add_column(
        "batches", sa.Column("kind", sa.String(32), nullable=False, server_default="import")
    )
    op.add_column("portfolios", sa.Column("archived_at", sa.DateTime(timezone=True)))
    op.create_table(
        "past_registers",
        sa.Column(
            "portfolio_id",
            ROW_NUMBER,
            sa.ForeignKey("portfolios.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("past_of", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rests_on", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("past_registers")
    op.drop_column("portfolios", "archived_at")
    op.drop_column("batches", "kind")
    op.drop_column("batches", "covers")
    op.drop_column("batches", "day")
    op.drop_column("dependencies", "other_names")
    op.drop_column("startups", "other_names")
    op.drop_index(_LIVE, "startups")
    for table in _RECORDED:
        op.drop_column(table, "recorded_on")
    for table in _DATED:
        op.drop_column(table, "until")
        op.drop_column(table, "since")
