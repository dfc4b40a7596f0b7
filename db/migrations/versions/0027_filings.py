"""Registers of information as they came, and what was decided about their cells.

Revision ID: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "filings",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=False),
        sa.Column("base_digest", sa.String(64), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("lei", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("country", sa.String(8), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("currency", sa.String(8), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("entry_point", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("packed_as", sa.Text()),
        sa.Column("packed_digest", sa.String(64)),
        sa.Column("packed_by", sa.Text()),
        sa.Column("packed_at", MOMENT),
        sa.Column("removed_by", sa.Text()),
        sa.Column("removed_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_filings_portfolio_id", "filings", ["portfolio_id"])
    op.create_table(
        "filing_changes",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("filing_id", ROW_NUMBER, sa.ForeignKey("filings.id"), nullable=False),
        sa.Column("table_name", sa.String(8), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_code", sa.String(8), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_filing_changes_filing_id", "filing_changes", ["filing_id"])


def downgrade() -> None:
    op.drop_table("filing_changes")
    op.drop_table("filings")
