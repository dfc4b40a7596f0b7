"""Names that a use case had; a snapshot goes with its link once that was revoked, and not before.

Deleting a portfolio revokes its links first. Everything else that would change or delete a
snapshot is refused as before.

Revision ID: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_SAID = "a snapshot is never changed"
#: What refuses to delete a snapshot while its link was not revoked.
UNTIL_REVOKED = {
    "sqlite": (
        "DROP TRIGGER snapshots_refuse_delete",
        f"""CREATE TRIGGER snapshots_refuse_delete BEFORE DELETE ON snapshots
            WHEN NOT EXISTS (SELECT 1 FROM share_links
                             WHERE id = OLD.link_id AND revoked_at IS NOT NULL)
            BEGIN SELECT RAISE(ABORT, '{_SAID}'); END""",  # noqa: S608 - our own words
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION snapshots_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN
                IF TG_OP = 'DELETE' THEN
                    IF EXISTS (SELECT 1 FROM share_links
                               WHERE id = OLD.link_id AND revoked_at IS NOT NULL) THEN
                        RETURN OLD;
                    END IF;
                END IF;
                RAISE EXCEPTION '{_SAID}';
            END $$""",  # noqa: S608 - our own words
    ),
}
NEVER = {
    "sqlite": (
        "DROP TRIGGER snapshots_refuse_delete",
        f"""CREATE TRIGGER snapshots_refuse_delete BEFORE DELETE ON snapshots
            BEGIN SELECT RAISE(ABORT, '{_SAID}'); END""",
    ),
    "postgresql": (
        f"""CREATE OR REPLACE FUNCTION snapshots_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$""",
    ),
}


def upgrade() -> None:
    op.add_column("use_cases", sa.Column("other_names", sa.Text()))
    for statement in UNTIL_REVOKED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in NEVER[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_column("use_cases", "other_names")
