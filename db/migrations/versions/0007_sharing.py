"""Share links, what they show, who opened them, and the corrections that came back.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _document(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(none_as_null=True), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=nullable)


def _link(*, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("link_id", ROW_NUMBER, sa.ForeignKey("share_links.id"), nullable=nullable)


def _links() -> None:
    op.create_table(
        "share_links",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        _text("token_digest", 64),
        _text("kind", 16),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        _text("portfolio", 200),
        _text("startup", nullable=True),
        _document("view", nullable=True),
        _document("redacted"),
        sa.Column("passcode_salt", sa.LargeBinary(), nullable=True),
        sa.Column("passcode_hash", sa.LargeBinary(), nullable=True),
        _text("made_by", 200),
        sa.Column("made_by_person", ROW_NUMBER, nullable=True),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("revoked_at", nullable=True),
        _text("revoked_by", nullable=True),
        sa.CheckConstraint("kind IN ('live', 'snapshot')", name="kind"),
        sa.UniqueConstraint("token_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshots",
        sa.Column(
            "link_id",
            ROW_NUMBER,
            sa.ForeignKey("share_links.id"),
            primary_key=True,
            autoincrement=False,
        ),
        _text("content"),
        _text("digest", 64),
        _document("places"),
    )


def _visits() -> None:
    op.create_table(
        "share_visits",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        _text("visit_digest", 64),
        _link(),
        _text("client", 200),
        _moment("started_at"),
        _moment("ends_at"),
        sa.UniqueConstraint("visit_digest"),
    )
    op.create_index("ix_share_visits_link_id", "share_visits", ["link_id"])
    op.create_table(
        "share_attempts",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        _text("kind", 16),
        _link(nullable=True),
        _text("client", 200),
        _moment("at"),
    )
    op.create_index("ix_share_attempts_kind_client_at", "share_attempts", ["kind", "client", "at"])
    op.create_index("ix_share_attempts_link_id_at", "share_attempts", ["link_id", "at"])
    op.create_table(
        "sharing",
        sa.Column("id", ROW_NUMBER, primary_key=True, autoincrement=False),
        sa.Column("longest_days", sa.Integer(), nullable=False),
        _moment("latest_moment"),
        _text("address", nullable=True),
    )


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        _link(),
        _document("items"),
        _text("message", nullable=True),
        _text("proposed_by", nullable=True),
        _moment("proposed_at"),
        _text("decision", 16, nullable=True),
        _document("accepted", nullable=True),
        _text("reason", nullable=True),
        _text("decided_by", nullable=True),
        _moment("decided_at", nullable=True),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batches.id"), nullable=True),
        sa.CheckConstraint("decision IN ('accepted', 'declined')", name="decision"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_corrections_link_id", "corrections", ["link_id"])


FROZEN = {
    "sqlite": (
        """CREATE TRIGGER snapshots_refuse_update BEFORE UPDATE ON snapshots
           BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END""",
        """CREATE TRIGGER snapshots_refuse_delete BEFORE DELETE ON snapshots
           BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION snapshots_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'a snapshot is never changed'; END $$""",
        """CREATE TRIGGER snapshots_refuse_change BEFORE UPDATE OR DELETE ON snapshots
           FOR EACH ROW EXECUTE FUNCTION snapshots_refuse_change()""",
        """CREATE TRIGGER snapshots_refuse_truncate BEFORE TRUNCATE ON snapshots
           FOR EACH STATEMENT EXECUTE FUNCTION snapshots_refuse_change()""",
    ),
}


def upgrade() -> None:
    _links()
    _visits()
    _corrections()
    for statement in FROZEN[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for name in ("corrections", "sharing", "share_attempts", "share_visits", "snapshots"):
        op.drop_table(name)
    op.drop_table("share_links")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION snapshots_refuse_change()")
