"""How many lines about a startup its last file had that could not be read.

What a batch did to a startup is told with it too, as unknown. Answers that were kept rest on the
share of facts known without it; they can be worked out again.

Revision ID: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NAME = "unread_lines"
_VERSIONS = ("before", "after")


def upgrade() -> None:
    for table in ("kept_columns", "kept_answers"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    op.add_column("startups", sa.Column(_NAME, sa.Integer(), nullable=True))
    for column in _VERSIONS:
        whole = f"json_set({column}, '$.{_NAME}', NULL)"
        if op.get_bind().dialect.name == "postgresql":
            whole = f"({column}::jsonb || jsonb_build_object('{_NAME}', NULL))::json"
        _rewrite(column, whole)


def downgrade() -> None:
    op.drop_column("startups", _NAME)
    for column in _VERSIONS:
        rest = f"json_remove({column}, '$.{_NAME}')"
        if op.get_bind().dialect.name == "postgresql":
            rest = f"({column}::jsonb - '{_NAME}')::json"
        _rewrite(column, rest)


def _rewrite(column: str, whole: str) -> None:
    # A row that a batch only confirmed has nothing to tell.
    condition = (
        f"table_name = 'startups' AND {column} IS NOT NULL AND CAST({column} AS TEXT) <> '{{}}'"
    )
    op.execute(f"UPDATE row_versions SET {column} = {whole} WHERE {condition}")  # noqa: S608 - our own names
