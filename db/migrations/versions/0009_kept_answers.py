"""The answer for a whole large portfolio beside its scores, and how much is known of each startup.

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
    op.add_column("startup_scores", sa.Column("confidence_share", sa.Float(53)))


def downgrade() -> None:
    op.drop_column("startup_scores", "confidence_share")
    op.drop_column("score_runs", "answer")
