"""Drills, judgements of analysts, and what decisions promised.

Revision ID: 0006
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "drills",
        *_whose(),
        sa.Column("kind", _KINDS, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("evals_passed", sa.Integer(), nullable=False),
        sa.Column("evals_total", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Float(53)),
        sa.Column("conducted_by", sa.String(200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        *_withdrawn(),
        sa.CheckConstraint("evals_passed BETWEEN 0 AND evals_total", name="passed_of_total"),
        sa.CheckConstraint("hours >= 0", name="hours_not_negative"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "judgements",
        *_whose(),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    for table in ("drills", "judgements"):
        op.create_index(
            f"ix_{table}_portfolio_id_startup_key", table, ["portfolio_id", "startup_key"]
        )
    op.create_table(
        "decision_terms",
        sa.Column(
            "decision_id",
            ROW_NUMBER,
            sa.ForeignKey("decisions.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("dependency_key", sa.Text()),
        sa.Column("option_class", sa.Text()),
        sa.Column("aal_removed_cents", sa.BigInteger()),
        sa.Column("tvar95_removed_cents", sa.BigInteger()),
        sa.Column("one_off_cents", sa.BigInteger()),
        sa.Column("extra_run_cents_per_year", sa.BigInteger()),
        *_withdrawn(),
    )


def downgrade() -> None:
    for table in ("decision_terms", "judgements", "drills"):
        op.drop_table(table)


_KINDS = sa.Enum(
    "fallback", "exit", native_enum=False, create_constraint=True, name="kind", length=32
)


def _whose() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("startup", sa.String(200), nullable=False),
        sa.Column("startup_key", sa.String(200), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("dependency_key", sa.Text(), nullable=False),
    ]


def _withdrawn() -> list[sa.Column[Any]]:
    return [
        sa.Column("withdrawn_by", sa.Text()),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_reason", sa.Text()),
    ]
