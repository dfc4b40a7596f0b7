"""No row that is kept for good can be replaced; links keep no time of their own any more.

SQLite's ``INSERT OR REPLACE`` deletes without asking a DELETE trigger, unless a connection asks for
recursive triggers. PostgreSQL has no such statement: its upsert is an UPDATE, which is refused.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Table, its key, and what is said: as the older triggers of the same tables say it.
_KEPT_FOR_GOOD = (
    ("audit", "number", "the audit trail is insert-only"),
    ("audit_head", "only_row", "the audit trail is insert-only"),
    ("snapshots", "link_id", "a snapshot is never changed"),
)


def upgrade() -> None:
    op.drop_column("sharing", "latest_moment")
    if op.get_bind().dialect.name == "sqlite":
        for table, key, said in _KEPT_FOR_GOOD:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table}"  # noqa: S608 - our own names
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
                f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, _, _ in _KEPT_FOR_GOOD:
            op.execute(f"DROP TRIGGER {table}_refuses_replace")
    moment = sa.DateTime(timezone=True)
    # Rows need a value at once; the epoch is earlier than any moment that was ever seen.
    epoch = sa.text("'1970-01-01 00:00:00+00'")
    if op.get_bind().dialect.name == "sqlite":
        epoch = sa.text("'1970-01-01 00:00:00.000000'")
    op.add_column(
        "sharing", sa.Column("latest_moment", moment, nullable=False, server_default=epoch)
    )
