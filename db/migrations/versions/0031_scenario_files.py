"""Scenarios and crises that people of the store write, as the texts of their files.

Revision ID: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scenario_files",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("team", sa.String(200)),
        sa.Column("stated_by", sa.String(200), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("name", name="uq_scenario_files_name"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    # The audit trail keeps the texts.
    op.drop_table("scenario_files")
