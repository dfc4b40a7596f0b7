"""Files of logs and bills, and what they showed by period and supplier.

Revision ID: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = (
    "requests",
    "failed",
    "from_cache",
    "fallbacks",
    "input_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
)


def upgrade() -> None:
    op.create_table(
        "usage_files",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("startup", sa.String(200), nullable=False),
        sa.Column("startup_key", sa.String(200), nullable=False),
        sa.Column("family", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("format", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_usage_files_portfolio_id_startup_key", "usage_files", ["portfolio_id", "startup_key"]
    )
    op.create_index("ix_usage_files_batch_id", "usage_files", ["batch_id"])
    op.create_table(
        "observations",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("file_id", ROW_NUMBER, sa.ForeignKey("usage_files.id"), nullable=False),
        sa.Column("ended_by", ROW_NUMBER, sa.ForeignKey("batches.id")),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("use_case", sa.String(200), nullable=False),
        sa.Column("use_case_from", sa.String(64), nullable=False),
        *(
            sa.Column(name, sa.Text())
            for name in ("developer", "host", "cloud", "issuer", "gateway", "model")
        ),
        sa.Column("model_as_billed", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text()),
        sa.Column("spend_micros", sa.BigInteger()),
        sa.Column("spend_is_estimated", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.BigInteger()) for name in COUNTS),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_observations_file_id", "observations", ["file_id"])
    op.create_index("ix_observations_ended_by", "observations", ["ended_by"])


def downgrade() -> None:
    op.drop_table("observations")
    op.drop_table("usage_files")
