"""Facts that can be stated of contracts, companies and evidence.

What a batch did to a row is told with them too, as unknown. Answers that were kept rest on the
model without a provider's stated notice; they can be worked out again.

Revision ID: 0017
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_VERSIONS = ("before", "after")
_EVIDENCE = "evidence IN ('stated', 'observed', 'confirmed', 'imputed')"
#: Columns by table, in their order.
_COLUMNS: dict[str, tuple[tuple[str, Any], ...]] = {
    "startups": (
        *((name, sa.Text()) for name in ("tags", "stage", "fund")),
        ("ownership", sa.Float(53)),
        *((name, sa.Text()) for name in ("relationship", "watched_by", "contact_email")),
    ),
    "facts": (("evidence", sa.String(32)),),
    "dependencies": (
        ("provider_notice_days", sa.Float(53)),
        ("contract_start", sa.Date()),
        ("contract_end", sa.Date()),
        ("governing_law", sa.Text()),
        ("promised_availability", sa.Float(53)),
        ("evidence", sa.String(32)),
    ),
}
_CHECKS = {
    "startups": {"ownership_is_a_fraction": "ownership BETWEEN 0 AND 1"},
    "facts": {"evidence": _EVIDENCE},
    "dependencies": {
        "provider_notice_days_not_negative": "provider_notice_days >= 0",
        "promised_availability_is_a_fraction": "promised_availability BETWEEN 0 AND 1",
        "evidence": _EVIDENCE,
    },
}


def upgrade() -> None:
    for table in ("kept_columns", "kept_answers"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    for table, columns in _COLUMNS.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    if _is_sqlite():
        _edit_texts({table: ("", checks) for table, checks in _checks_as_text().items()})
    else:
        for table, checks in _CHECKS.items():
            for name, condition in checks.items():
                op.create_check_constraint(name, table, sa.text(condition))
    for table, columns in _COLUMNS.items():
        names = [name for name, _ in columns]
        for column in _VERSIONS:
            op.execute(_with_them(table, names, column))


def downgrade() -> None:
    if _is_sqlite():
        _edit_texts({table: (checks, "") for table, checks in _checks_as_text().items()})
    for table, columns in _COLUMNS.items():
        names = [name for name, _ in columns]
        for name in reversed(names):
            op.drop_column(table, name)
        for column in _VERSIONS:
            op.execute(_without_them(table, names, column))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _checks_as_text() -> dict[str, str]:
    """The checks of each table as they stand before the bracket that closes its text."""
    return {
        table: "".join(
            f", CONSTRAINT ck_{table}_{name} CHECK ({condition})"
            for name, condition in checks.items()
        )
        for table, checks in _CHECKS.items()
    }


def _edit_texts(edits: dict[str, tuple[str, str]]) -> None:
    """Put other checks at the end of tables.

    SQLite has no statement for it; its documentation edits the text of the table where, as here,
    nothing of what is stored changes (https://www.sqlite.org/lang_altertable.html, section 8).
    """
    connection = op.get_bind()
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table, (old, new) in edits.items():
        connection.execute(
            sa.text(
                "UPDATE sqlite_schema SET sql = substr(sql, 1, length(sql) - :old) || :new"
                " WHERE type = 'table' AND name = :table"
            ),
            {"old": len(f"{old})"), "new": f"{new})", "table": table},
        )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _with_them(table: str, names: list[str], column: str) -> str:
    """What a batch did to a row is told with the facts, which nobody had stated."""
    paths = ", ".join(f"'$.{name}', NULL" for name in names)
    whole = f"json_set({column}, {paths})"
    if not _is_sqlite():
        built = ", ".join(f"'{name}', NULL" for name in names)
        whole = f"({column}::jsonb || jsonb_build_object({built}))::json"
    return _told(table, column, whole)


def _without_them(table: str, names: list[str], column: str) -> str:
    paths = ", ".join(f"'$.{name}'" for name in names)
    whole = f"json_remove({column}, {paths})"
    if not _is_sqlite():
        listed = ", ".join(f"'{name}'" for name in names)
        whole = f"({column}::jsonb - ARRAY[{listed}])::json"
    return _told(table, column, whole)


def _told(table: str, column: str, whole: str) -> str:
    condition = f"table_name = '{table}' AND {column} IS NOT NULL AND numbers IS NULL"
    return f"UPDATE row_versions SET {column} = {whole} WHERE {condition}"  # noqa: S608 - our own names
