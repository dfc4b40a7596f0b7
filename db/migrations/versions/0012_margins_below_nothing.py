"""Gross margins below 0: what a startup sells may cost more than it brings.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NAME = "ck_startups_gross_margin_is_a_fraction"
BEFORE, AFTER = "gross_margin BETWEEN 0 AND 1", "gross_margin BETWEEN -10 AND 1"


def upgrade() -> None:
    _exchange(BEFORE, AFTER)


def downgrade() -> None:
    # An interruption costs as much at a margin of 0 as below it.
    op.execute("UPDATE startups SET gross_margin = 0 WHERE gross_margin < 0")
    _exchange(AFTER, BEFORE)


def _exchange(old: str, new: str) -> None:
    """Exchange the check of a column.

    SQLite has no statement for it; its documentation edits the text of the table where, as here,
    nothing of what is stored changes (https://www.sqlite.org/lang_altertable.html, section 8).
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(NAME), "startups", type_="check")
        op.create_check_constraint(op.f(NAME), "startups", sa.text(new))
        return
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'startups'"
        ),
        {"old": f"CHECK ({old})", "new": f"CHECK ({new})"},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
