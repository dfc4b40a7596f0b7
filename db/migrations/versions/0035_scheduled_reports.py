"""Reports that go to a list of people by themselves, and the files that go with them.

Revision ID: 0035
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "scheduled_reports",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("slices", sa.JSON(), nullable=False),
        sa.Column("preset", sa.String(16), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(200), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(8), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_by_person", sa.Integer()),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("pack_day", sa.Date(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("told_on", sa.Date()),
        sa.Column("waits_since", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("problem", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pack_files",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("report_id", ROW_NUMBER, sa.ForeignKey("scheduled_reports.id"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.UniqueConstraint("report_id", "key", "name"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("messages", "subscription_id", nullable=True)
        for column in _of_reports():
            op.add_column("messages", column)
        op.create_unique_constraint(
            "uq_messages_report_id_key_recipient", "messages", ["report_id", "key", "recipient"]
        )
    else:
        one_a_person = sa.UniqueConstraint("report_id", "key", "recipient")
        _remake([*_columns(nullable=True), *_of_reports(), one_a_person])


def downgrade() -> None:
    # An older edition knows no message without a subscription.
    op.execute("DELETE FROM messages WHERE report_id IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column("messages", "report_id")
        op.drop_column("messages", "recipient")
        op.alter_column("messages", "subscription_id", nullable=False)
    else:
        _remake(_columns(nullable=False))
    op.drop_table("pack_files")
    op.drop_table("scheduled_reports")


def _columns(*, nullable: bool) -> list[Any]:
    """The table of messages as it was; ``nullable``: one need not be of a subscription."""
    subscription = sa.ForeignKey("subscriptions.id")
    return [
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("subscription_id", ROW_NUMBER, subscription, nullable=nullable),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.Column("due_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("sent_at", MOMENT),
        sa.UniqueConstraint("subscription_id", "key"),
    ]


def _of_reports() -> list[sa.Column[Any]]:
    return [
        sa.Column("report_id", ROW_NUMBER, sa.ForeignKey("scheduled_reports.id")),
        sa.Column("recipient", sa.String(200)),
    ]


def _remake(parts: list[Any]) -> None:
    """Make the table anew from its rows: SQLite changes no column that stands."""
    op.rename_table("messages", "messages_before")
    op.create_table("messages", *parts)
    kept = ", ".join(one.name for one in _columns(nullable=True) if isinstance(one, sa.Column))
    op.execute(f"INSERT INTO messages ({kept}) SELECT {kept} FROM messages_before")  # noqa: S608 - our own names
    op.drop_table("messages_before")
