"""The last answer about each portfolio, of whatever size, in place of rows of scores.

An answer can be worked out again, so that none is carried over.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
CENTS = sa.BigInteger()


def upgrade() -> None:
    op.drop_table("startup_scores")
    op.drop_table("score_runs")
    op.create_table(
        "kept_answers",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rests_on", sa.String(64), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=False),
        sa.Column("kept_by", sa.String(200), nullable=False),
        sa.Column("startups", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.UniqueConstraint("portfolio_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "kept_columns",
        sa.Column("answer_id", ROW_NUMBER, sa.ForeignKey("kept_answers.id"), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("kept_columns")
    op.drop_table("kept_answers")
    op.create_table(
        "score_runs",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.String(200), nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("startups", sa.Integer()),
        *(
            sa.Column(f"{name}_cents", CENTS)
            for name in ("aal", "aal_low", "aal_high", "var95", "tvar95", "var99", "tvar99")
        ),
        *(
            sa.Column(name, sa.Text())
            for name in ("confidence", "model_version", "catalogue_date", "data_digest", "answer")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_score_runs_portfolio_id_finished_at", "score_runs", ["portfolio_id", "finished_at"]
    )
    op.create_table(
        "startup_scores",
        sa.Column("run_id", ROW_NUMBER, sa.ForeignKey("score_runs.id"), primary_key=True),
        sa.Column("startup_key", sa.String(200), primary_key=True),
        *(
            sa.Column(name, sa.Float(53), nullable=False)
            for name in ("score", "score_low", "score_high")
        ),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Text(), nullable=False),
        *(
            sa.Column(f"{name}_cents", CENTS, nullable=False)
            for name in ("aal", "aal_low", "aal_high", "tvar95", "tail")
        ),
        *(sa.Column(name, sa.Text()) for name in ("worst_root", "worst_kind")),
        sa.Column("worst_cents", CENTS),
        sa.Column("lead_developer", sa.Text()),
        *(
            sa.Column(name, sa.Float(53))
            for name in ("days_to_switch", "runway_months", "runway_months_after")
        ),
        sa.Column("unknown_facts", sa.Integer(), nullable=False),
        sa.Column("open_questions", sa.Integer(), nullable=False),
        sa.Column("next_action", sa.Text(), nullable=False),
        sa.Column("confidence_share", sa.Float(53)),
    )
    for column in ("score", "aal_cents", "tail_cents"):
        op.create_index(f"ix_startup_scores_run_id_{column}", "startup_scores", ["run_id", column])
