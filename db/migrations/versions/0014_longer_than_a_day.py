"""Shares of outages and slowdowns longer than a day, and their law, beside each rate.

Reference facts that were loaded before know nothing of them, and count as older ones: the next
“downstream init” loads them again. Until then lengths stay lognormal.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLUMNS = ("long_share", "tail_shape", "tail_scale_days")


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("falter_rates", sa.Column(name, sa.Float(53), nullable=True))
    op.execute("UPDATE reference_loads SET digest = ''")


def downgrade() -> None:
    for name in reversed(_COLUMNS):
        op.drop_column("falter_rates", name)
