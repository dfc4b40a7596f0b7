"""People who sign in, teams of portfolios, and the end of the audit trail kept beside it.

A chain of hashes does not show that its last rows are gone; ``audit_head`` says where it ended.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER audit_head_refuses_update BEFORE UPDATE ON audit_head
           WHEN NEW.number <> OLD.number + 1
           BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END""",
        """CREATE TRIGGER audit_head_refuses_delete BEFORE DELETE ON audit_head
           BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END""",
    ),
    "postgresql": (
        """CREATE TRIGGER audit_head_refuses_update BEFORE UPDATE ON audit_head
           FOR EACH ROW WHEN (NEW.number <> OLD.number + 1)
           EXECUTE FUNCTION audit_refuses_change()""",
        """CREATE TRIGGER audit_head_refuses_delete BEFORE DELETE ON audit_head
           FOR EACH ROW EXECUTE FUNCTION audit_refuses_change()""",
        """CREATE TRIGGER audit_head_refuses_truncate BEFORE TRUNCATE ON audit_head
           FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_change()""",
    ),
}


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("role", sa.String(200), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("signed_out_at", MOMENT, nullable=True),
        sa.UniqueConstraint("issuer", "subject"),
        sa.CheckConstraint("role IN ('owner', 'analyst', 'viewer', 'none')", name="role_known"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "portfolio_teams",
        sa.Column(
            "portfolio_id",
            ROW_NUMBER,
            sa.ForeignKey("portfolios.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("team", sa.String(200), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("only_row", ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("number", ROW_NUMBER, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("only_row = 1", name="only_row"),
    )
    op.execute(
        "INSERT INTO audit_head (only_row, number, hash)"
        " SELECT 1, number, hash FROM audit ORDER BY number DESC LIMIT 1"
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("portfolio_teams")
    op.drop_table("people")
