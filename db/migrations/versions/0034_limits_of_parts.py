"""Limits of a slice of a portfolio, of one company, and of the share on one provider.

Limits of before are about their whole portfolio.

Revision ID: 0034
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ADDED: dict[str, sa.types.TypeEngine[Any]] = {
    "provider": sa.String(200),
    "slices": sa.JSON(none_as_null=True),
    "startup": sa.String(200),
    "startup_key": sa.String(200),
}


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.add_column("watch_limits", sa.Column(name, kind))


def downgrade() -> None:
    # Without these columns they would be limits of the whole portfolio, or of nothing known.
    op.execute(
        "DELETE FROM watch_limits WHERE provider IS NOT NULL OR slices IS NOT NULL"
        " OR startup IS NOT NULL OR measure IN ('tvar95_usd', 'runway_months', 'score')"
    )
    for name in reversed(_ADDED):
        op.drop_column("watch_limits", name)
