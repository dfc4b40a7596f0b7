"""Amounts as they were stated, beside those in USD, and the currency in which a portfolio is shown.

What a batch did to a row is told with them too, as unknown: everything before was stated in USD.

Revision ID: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_STATED = {
    "startups": ("annual_revenue_stated", "cash_stated", "monthly_burn_stated", "invested_stated"),
    "dependencies": ("spend_stated",),
}
_VERSIONS = ("before", "after")


def upgrade() -> None:
    op.add_column(
        "portfolios", sa.Column("currency", sa.String(3), nullable=False, server_default="USD")
    )
    for table, names in _STATED.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
        for column in _VERSIONS:
            op.execute(_with_them(table, names, column))


def downgrade() -> None:
    for table, names in _STATED.items():
        for column in _VERSIONS:
            op.execute(_without_them(table, names, column))
        for name in names:
            op.drop_column(table, name)
    op.drop_column("portfolios", "currency")


def _of(table: str, column: str) -> str:
    # A version of rows that were only confirmed tells nothing of them.
    return f"table_name = '{table}' AND {column} IS NOT NULL AND numbers IS NULL"


def _with_them(table: str, names: tuple[str, ...], column: str) -> str:
    pairs = ", ".join(f"'$.{name}', NULL" for name in names)
    whole = f"json_set({column}, {pairs})"
    if op.get_bind().dialect.name == "postgresql":
        pairs = ", ".join(f"'{name}', NULL" for name in names)
        whole = f"({column}::jsonb || jsonb_build_object({pairs}))::json"
    return f"UPDATE row_versions SET {column} = {whole} WHERE {_of(table, column)}"  # noqa: S608 - our own names


def _without_them(table: str, names: tuple[str, ...], column: str) -> str:
    paths = ", ".join(f"'$.{name}'" for name in names)
    rest = f"json_remove({column}, {paths})"
    if op.get_bind().dialect.name == "postgresql":
        less = "".join(f" - '{name}'" for name in names)
        rest = f"({column}::jsonb{less})::json"
    return f"UPDATE row_versions SET {column} = {rest} WHERE {_of(table, column)}"  # noqa: S608 - our own names
