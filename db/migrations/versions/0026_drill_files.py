"""Files of drills, and which drill each of them brought.

Revision ID: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "drill_imports",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.String(64), nullable=False),
        sa.Column("imported_by", sa.String(200), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drill_imports_portfolio_id", "drill_imports", ["portfolio_id"])
    op.create_table(
        "imported_drills",
        sa.Column(
            "drill_id",
            ROW_NUMBER,
            sa.ForeignKey("drills.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("import_id", ROW_NUMBER, sa.ForeignKey("drill_imports.id"), nullable=False),
    )
    op.create_index("ix_imported_drills_import_id", "imported_drills", ["import_id"])


def downgrade() -> None:
    op.drop_table("imported_drills")
    op.drop_table("drill_imports")
