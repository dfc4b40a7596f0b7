"""The first schema: register, reference facts, hazard facts, imports and audit.

Written out in full and never changed once released: what a store was must stay readable here,
whatever the mappings say later. That is why this file is long.

Revision ID: 0001
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True)


def identifier() -> sa.Column[int]:
    return sa.Column("id", ROW_NUMBER, primary_key=True)


def reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, ROW_NUMBER, sa.ForeignKey(target), nullable=nullable)


def short(
    name: str, *, length: int = 200, nullable: bool = False, unique: bool | None = None
) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable, unique=unique)


def text(name: str, *, nullable: bool = False, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, unique=unique)


def choice(name: str, *values: str, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def count(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def cents(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def real(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(53), nullable=nullable)


def flag(name: str, *, nullable: bool = False) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> sa.Column[date]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, MOMENT, nullable=nullable)


def document(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, DOCUMENT, nullable=nullable)


def fraction(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN 0 AND 1", name=f"{column}_is_a_fraction")


def not_negative(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")


def _portfolios() -> None:
    op.create_table(
        "portfolios",
        identifier(),
        short("name"),
        short("name_key", unique=True),
        flag("invented"),
        flag("live"),
        count("revision"),
        moment("updated_at"),
    )


def _batches() -> None:
    op.create_table(
        "batches",
        identifier(),
        reference("portfolio_id", "portfolios.id"),
        text("file_name"),
        short("file_digest", length=64),
        short("digest", length=64),
        document("mapping"),
        document("options"),
        count("records"),
        count("accepted"),
        count("rejected"),
        count("duplicate"),
        flag("made_portfolio"),
        moment("published_at"),
        short("published_by"),
        moment("undone_at", nullable=True),
        text("undone_by", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_batches_live_digest",
        "batches",
        ["portfolio_id", "digest"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def _row_versions() -> None:
    op.create_table(
        "row_versions",
        identifier(),
        reference("batch_id", "batches.id"),
        short("table_name", length=32),
        sa.Column("row_id", ROW_NUMBER, nullable=False),
        document("before", nullable=True),
        document("after"),
    )
    op.create_index("ix_row_versions_batch_id", "row_versions", ["batch_id"])
    op.create_index("ix_row_versions_table_name_row_id", "row_versions", ["table_name", "row_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        identifier(),
        reference("portfolio_id", "portfolios.id"),
        short("startup"),
        short("startup_key"),
        text("use_case", nullable=True),
        text("option"),
        text("owner"),
        day("due", nullable=True),
        day("done", nullable=True),
        text("note", nullable=True),
        short("decided_by"),
        moment("decided_at"),
    )
    op.create_index(
        "ix_decisions_portfolio_id_startup_key", "decisions", ["portfolio_id", "startup_key"]
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", ROW_NUMBER, primary_key=True, autoincrement=False),
        moment("at"),
        short("actor"),
        short("role"),
        short("action"),
        short("object_kind"),
        text("object_name"),
        document("before", nullable=True),
        document("after", nullable=True),
        text("reason", nullable=True),
        short("previous_hash", length=64),
        short("hash", length=64),
    )
    op.create_index("ix_audit_action", "audit", ["action"])


def _startups() -> None:
    op.create_table(
        "startups",
        identifier(),
        reference("portfolio_id", "portfolios.id"),
        short("name"),
        short("name_key"),
        text("website", nullable=True),
        text("sector", nullable=True),
        text("country", nullable=True),
        text("notes", nullable=True),
        cents("annual_revenue_cents", nullable=True),
        real("gross_margin", nullable=True),
        real("ai_revenue_share", nullable=True),
        cents("cash_cents", nullable=True),
        cents("monthly_burn_cents", nullable=True),
        real("engineers", nullable=True),
        cents("invested_cents", nullable=True),
        day("as_of", nullable=True),
        reference("batch_id", "batches.id", nullable=True),
        sa.UniqueConstraint("portfolio_id", "name_key"),
        not_negative("annual_revenue_cents"),
        not_negative("engineers"),
        fraction("gross_margin"),
        fraction("ai_revenue_share"),
        not_negative("monthly_burn_cents"),
        not_negative("cash_cents"),
        not_negative("invested_cents"),
        sqlite_autoincrement=True,
    )


def _facts() -> None:
    op.create_table(
        "facts",
        identifier(),
        reference("startup_id", "startups.id"),
        short("field"),
        text("source", nullable=True),
        day("as_of", nullable=True),
        reference("batch_id", "batches.id", nullable=True),
        sa.UniqueConstraint("startup_id", "field"),
        sqlite_autoincrement=True,
    )


def _use_cases() -> None:
    op.create_table(
        "use_cases",
        identifier(),
        reference("startup_id", "startups.id"),
        text("name"),
        short("name_key"),
        count("criticality", nullable=True),
        real("revenue_share", nullable=True),
        real("buffer_hours", nullable=True),
        choice("requirement", "shared", "all", "any"),
        reference("batch_id", "batches.id", nullable=True),
        sa.UniqueConstraint("startup_id", "name_key"),
        not_negative("buffer_hours"),
        sa.CheckConstraint("criticality BETWEEN 1 AND 5", name="criticality_1_to_5"),
        fraction("revenue_share"),
        sqlite_autoincrement=True,
    )


def _dependencies() -> None:
    op.create_table(
        "dependencies",
        identifier(),
        reference("portfolio_id", "portfolios.id"),
        reference("use_case_id", "use_cases.id"),
        short("key", length=400),
        text("provider_text"),
        short("provider_key"),
        short("model_key"),
        choice("answer", "yes", "no", "ask"),
        text("developer", nullable=True),
        text("host", nullable=True),
        text("product", nullable=True),
        text("host_text", nullable=True),
        real("resolution_confidence", nullable=True),
        text("resolution_reason", nullable=True),
        text("model", nullable=True),
        text("region", nullable=True),
        text("data_residency", nullable=True),
        real("share", nullable=True),
        cents("spend_cents_per_month", nullable=True),
        choice(
            "depth",
            "gateway",
            "raw_api",
            "prompts",
            "embeddings",
            "agents",
            "fine_tuned",
            nullable=True,
        ),
        choice("fallback", "none", "documented", "untested", "tested", "automatic", nullable=True),
        text("fallback_provider_text", nullable=True),
        text("fallback_developer", nullable=True),
        text("fallback_host", nullable=True),
        day("fallback_tested_on", nullable=True),
        choice("exit_plan", "none", "written", "tested", nullable=True),
        real("notice_days", nullable=True),
        day("renewal", nullable=True),
        text("source", nullable=True),
        day("as_of", nullable=True),
        reference("batch_id", "batches.id", nullable=True),
        sa.UniqueConstraint("use_case_id", "provider_key", "model_key"),
        sa.UniqueConstraint("portfolio_id", "key"),
        fraction("share"),
        not_negative("spend_cents_per_month"),
        not_negative("notice_days"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_dependencies_portfolio_id_answer_developer",
        "dependencies",
        ["portfolio_id", "answer", "developer"],
    )


def _reference_loads() -> None:
    op.create_table(
        "reference_loads",
        identifier(),
        text("digest"),
        day("catalogue_date"),
        document("notes"),
        moment("loaded_at"),
    )


def _providers() -> None:
    op.create_table(
        "providers",
        identifier(),
        short("name", unique=True),
        document("roles"),
        text("country"),
        text("website"),
        text("tier"),
        text("colour"),
        text("source"),
        text("as_of"),
    )


def _services() -> None:
    op.create_table(
        "services",
        identifier(),
        short("name", unique=True),
        text("developer", nullable=True),
        text("host"),
        text("form"),
        text("source"),
        text("as_of"),
    )


def _upstream_links() -> None:
    op.create_table(
        "upstream_links",
        identifier(),
        short("upstream"),
        short("downstream"),
        text("relation"),
        choice("basis", "fitted", "published", "judgement"),
        text("note"),
        text("source"),
        text("as_of"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_upstream_links_downstream", "upstream_links", ["downstream"])
    op.create_index("ix_upstream_links_upstream", "upstream_links", ["upstream"])


def _link_effects() -> None:
    op.create_table(
        "link_effects",
        identifier(),
        reference("link_id", "upstream_links.id"),
        choice(
            "kind",
            "outage",
            "degraded",
            "leadership_crisis",
            "price_shock",
            "model_retirement",
            "access_cut",
            "acquisition",
            "wind_down",
            "regional_block",
        ),
        real("probability"),
        real("gain"),
        real("probability_long_notice", nullable=True),
        sa.UniqueConstraint("link_id", "kind"),
    )


def _falter_rates() -> None:
    op.create_table(
        "falter_rates",
        identifier(),
        short("node"),
        choice(
            "kind",
            "outage",
            "degraded",
            "leadership_crisis",
            "price_shock",
            "model_retirement",
            "access_cut",
            "acquisition",
            "wind_down",
            "regional_block",
        ),
        text("level"),
        real("rate_per_year"),
        real("severity"),
        real("calibration"),
        real("duration_mu_ln_days", nullable=True),
        real("duration_sigma", nullable=True),
        real("notice_days"),
        choice("basis", "fitted", "published", "judgement"),
        text("source"),
        text("as_of"),
    )


def _models() -> None:
    op.create_table(
        "models",
        identifier(),
        text("catalogue_key", unique=True),
        text("name"),
        text("developer"),
        text("family", nullable=True),
        flag("open_weights", nullable=True),
        count("context_tokens", nullable=True),
        document("input_modalities"),
        document("output_modalities"),
        flag("tool_call", nullable=True),
        flag("structured_output", nullable=True),
        day("released", nullable=True),
        flag("always_latest"),
        text("source"),
        sqlite_autoincrement=True,
    )


def _offers() -> None:
    op.create_table(
        "offers",
        identifier(),
        reference("model_id", "models.id"),
        text("model"),
        text("host"),
        real("input_usd_per_million_tokens", nullable=True),
        real("output_usd_per_million_tokens", nullable=True),
        text("source"),
    )
    op.create_index("ix_offers_model_id", "offers", ["model_id"])


def _retirements() -> None:
    op.create_table(
        "retirements",
        identifier(),
        text("developer"),
        text("model"),
        day("announced", nullable=True),
        day("shutdown"),
        text("replacement", nullable=True),
        text("host", nullable=True),
        text("source"),
        text("as_of"),
    )


def _aliases() -> None:
    op.create_table(
        "aliases",
        identifier(),
        text("text"),
        short("text_key"),
        choice("answer", "yes", "no", "ask"),
        text("developer", nullable=True),
        text("host", nullable=True),
        text("product", nullable=True),
        text("source"),
        text("decided_by", nullable=True),
        moment("decided_at", nullable=True),
    )
    op.create_index("ix_aliases_text_key", "aliases", ["text_key"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        identifier(),
        short("provider"),
        short("service"),
        short("reference"),
        text("level", nullable=True),
        text("title", nullable=True),
        moment("started_at"),
        moment("resolved_at", nullable=True),
        short("source"),
        moment("recorded_at"),
        sa.UniqueConstraint("source", "reference", "service"),
    )
    op.create_index("ix_incidents_provider_started_at", "incidents", ["provider", "started_at"])


def _signals() -> None:
    op.create_table(
        "signals",
        identifier(),
        short("provider"),
        short("kind"),
        day("date"),
        real("intensity"),
        real("reliability"),
        text("source"),
        short("recorded_by"),
        moment("recorded_at"),
        fraction("reliability"),
        fraction("intensity"),
    )
    op.create_index("ix_signals_provider_date", "signals", ["provider", "date"])


def _assumption_overrides() -> None:
    op.create_table(
        "assumption_overrides",
        identifier(),
        reference("portfolio_id", "portfolios.id"),
        short("name"),
        real("value", nullable=True),
        text("reason"),
        short("changed_by"),
        moment("changed_at"),
    )
    op.create_index(
        "ix_assumption_overrides_portfolio_id_name",
        "assumption_overrides",
        ["portfolio_id", "name"],
    )


AUDIT_TRIGGERS = {
    "sqlite": (
        """CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
           BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END""",
        """CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
           BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION audit_refuses_change() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the audit trail is insert-only'; END $$""",
        """CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit
           FOR EACH ROW EXECUTE FUNCTION audit_refuses_change()""",
        """CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit
           FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses_change()""",
    ),
}

TABLES = (
    _portfolios,
    _batches,
    _row_versions,
    _decisions,
    _audit,
    _startups,
    _facts,
    _use_cases,
    _dependencies,
    _reference_loads,
    _providers,
    _services,
    _upstream_links,
    _link_effects,
    _falter_rates,
    _models,
    _offers,
    _retirements,
    _aliases,
    _incidents,
    _signals,
    _assumption_overrides,
)


def upgrade() -> None:
    """Make every table, then forbid changes to the audit trail."""
    for make_table in TABLES:
        make_table()
    for statement in AUDIT_TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drop every table, the dependent ones first; their triggers go with them."""
    for make_table in reversed(TABLES):
        op.drop_table(make_table.__name__.removeprefix("_"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuses_change()")
