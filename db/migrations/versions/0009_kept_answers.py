"""The answer for a whole large portfolio beside the scores of its startups.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("score_runs", sa.Column("answer", sa.Text()))


def downgrade() -> None:
    op.drop_column("score_runs", "answer")
