"""Funds, what they hold of which company, and the files that said so.

Revision ID: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "holding_imports",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("imported_by", sa.String(200), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_holding_imports_portfolio_id", "holding_imports", ["portfolio_id"])
    op.create_table(
        "funds",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("nav_cents", sa.BigInteger()),
        sa.Column("nav_as_of", sa.Date()),
        sa.Column("source", sa.Text()),
        sa.Column("stated_by", sa.String(200), nullable=False),
        sa.Column("stated_at", MOMENT, nullable=False),
        sa.Column("import_id", ROW_NUMBER, sa.ForeignKey("holding_imports.id")),
        sa.UniqueConstraint("portfolio_id", "name_key"),
        sa.CheckConstraint("nav_cents >= 0", name="nav_cents_not_negative"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "holdings",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("fund_id", ROW_NUMBER, sa.ForeignKey("funds.id"), nullable=False),
        sa.Column("company", sa.String(200), nullable=False),
        sa.Column("company_key", sa.String(200), nullable=False),
        sa.Column("ownership", sa.Float(53)),
        sa.Column("cost_cents", sa.BigInteger()),
        sa.Column("value_cents", sa.BigInteger()),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("as_of", sa.Date()),
        sa.Column("import_id", ROW_NUMBER, sa.ForeignKey("holding_imports.id"), nullable=False),
        sa.Column("ended_import_id", ROW_NUMBER, sa.ForeignKey("holding_imports.id")),
        sa.CheckConstraint("ownership BETWEEN 0 AND 1", name="ownership_is_a_fraction"),
        sa.CheckConstraint("cost_cents >= 0", name="cost_cents_not_negative"),
        sa.CheckConstraint("value_cents >= 0", name="value_cents_not_negative"),
        sqlite_autoincrement=True,
    )
    live = sa.text("ended_import_id IS NULL")
    op.create_index(
        "uq_holdings_live",
        "holdings",
        ["fund_id", "company_key"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )


def downgrade() -> None:
    for table in ("holdings", "funds", "holding_imports"):
        op.drop_table(table)
