"""Headline figures of every answer, and at month ends every startup's.

Revision ID: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
USD = sa.Float(53)


def upgrade() -> None:
    op.create_table(
        "run_figures",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("model_version", sa.String(32), nullable=False),
        sa.Column("catalogue_date", sa.Date(), nullable=False),
        sa.Column("catalogue_digest", sa.String(64), nullable=False),
        sa.Column("data_digest", sa.String(64), nullable=False),
        sa.Column("register_digest", sa.String(64), nullable=False),
        sa.Column("hazard_digest", sa.String(64), nullable=False),
        sa.Column("assumptions_digest", sa.String(64), nullable=False),
        sa.Column("startups", sa.Integer(), nullable=False),
        sa.Column("aal_usd", USD, nullable=False),
        sa.Column("median_usd", USD, nullable=False),
        sa.Column("low_usd", USD, nullable=False),
        sa.Column("high_usd", USD, nullable=False),
        sa.Column("var95_usd", USD, nullable=False),
        sa.Column("tvar95_usd", USD, nullable=False),
        sa.Column("effective_providers", sa.Float(53)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_figures_portfolio_id_day", "run_figures", ["portfolio_id", "day"])
    op.create_table(
        "run_columns",
        sa.Column("run_id", ROW_NUMBER, sa.ForeignKey("run_figures.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("run_columns")
    op.drop_table("run_figures")
