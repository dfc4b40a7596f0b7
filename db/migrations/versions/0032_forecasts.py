"""Forecasts, which are never changed, what came of them, and losses that companies had.

Revision ID: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
QUESTIONS = ("wind_down", "long_outage", "price_rise", "outage_hours")
OUTCOMES = ("yes", "no", "amount", "void")
KINDS = (
    *("outage", "degraded", "leadership_crisis", "price_shock", "model_retirement"),
    *("access_cut", "acquisition", "wind_down", "regional_block"),
)
_SAID = "a forecast that was kept is never changed"
FROZEN = {
    "sqlite": (
        f"""CREATE TRIGGER forecasts_refuse_update BEFORE UPDATE ON forecasts
            BEGIN SELECT RAISE(ABORT, '{_SAID}'); END""",
        f"""CREATE TRIGGER forecasts_refuse_replace BEFORE INSERT ON forecasts
            WHEN EXISTS (SELECT 1 FROM forecasts WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, '{_SAID}'); END""",  # noqa: S608 - our own words
    ),
    "postgresql": (
        f"""CREATE FUNCTION forecasts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$""",
        """CREATE TRIGGER forecasts_refuse_change BEFORE UPDATE ON forecasts
           FOR EACH ROW EXECUTE FUNCTION forecasts_refuse_change()""",
    ),
}


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, name=name, length=32)


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("question", _one_of(QUESTIONS, "question"), nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("threshold", sa.Float(53)),
        sa.Column("probability", sa.Float(53)),
        sa.Column("low", sa.Float(53)),
        sa.Column("high", sa.Float(53)),
        sa.Column("quantiles", sa.JSON()),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("model_version", sa.String(32), nullable=False),
        sa.Column("kept_by", sa.String(200), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.UniqueConstraint(
            "portfolio_id", "question", "provider", "subject", "first_day", "last_day"
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name="probability_is_a_fraction"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forecast_answers",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("forecast_id", ROW_NUMBER, sa.ForeignKey("forecasts.id"), nullable=False),
        sa.Column("outcome", _one_of(OUTCOMES, "outcome"), nullable=False),
        sa.Column("hours", sa.Float(53)),
        sa.Column("day", sa.Date()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(200), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.CheckConstraint("hours >= 0", name="hours_not_negative"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_forecast_answers_forecast_id", "forecast_answers", ["forecast_id"])
    op.create_table(
        "realised_losses",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("startup", sa.String(200), nullable=False),
        sa.Column("startup_key", sa.String(200), nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("amount_cents", sa.BigInteger()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.Column("noted_by", sa.String(200), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name="amount_cents_not_negative"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_realised_losses_portfolio_id", "realised_losses", ["portfolio_id"])
    for statement in FROZEN[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("realised_losses")
    op.drop_table("forecast_answers")
    op.drop_table("forecasts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION forecasts_refuse_change()")
