"""Rows that an import only confirmed are told of together, by their numbers.

Revision ID: 0015
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_VERSIONS = sa.table(
    "row_versions",
    sa.column("id", sa.Integer),
    sa.column("batch_id", sa.Integer),
    sa.column("table_name", sa.String),
    sa.column("row_id", sa.Integer),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("after", sa.JSON),
    sa.column("numbers", sa.LargeBinary),
)


def upgrade() -> None:
    op.add_column("row_versions", sa.Column("numbers", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Tell of each confirmed row by itself again, in the order in which the versions came."""
    connection = op.get_bind()
    told = connection.execute(sa.select(_VERSIONS).order_by(_VERSIONS.c.id)).all()
    if any(one.numbers is not None for one in told):
        versions = [row for one in told for row in _each(connection, one)]
        connection.execute(sa.delete(_VERSIONS))
        if versions:
            connection.execute(sa.insert(_VERSIONS), versions)
    op.drop_column("row_versions", "numbers")


def _each(connection: sa.Connection, told: Any) -> Iterator[dict[str, Any]]:
    same = {"batch_id": told.batch_id, "table_name": told.table_name}
    if told.numbers is None:
        yield same | {"row_id": told.row_id, "before": told.before, "after": told.after}
        return
    steps = memoryview(zlib.decompress(told.numbers)).cast("q")
    for some in _parts(list(accumulate(steps))):
        rows = connection.execute(
            sa.text(f"SELECT * FROM {told.table_name} WHERE id IN :some").bindparams(  # noqa: S608 - our own names
                sa.bindparam("some", some, expanding=True)
            )
        )
        for row in rows.mappings():
            values = {name: _plain(value) for name, value in row.items() if name != "id"}
            yield same | {"row_id": row["id"], "before": values, "after": values}


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
