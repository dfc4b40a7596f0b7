"""Large imports gather their rows under a hidden portfolio, which one update turns live.

A dependency knows its portfolio through its use case; a second column for it would have to be
rewritten in every row when they are published.

Revision ID: 0003
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
_VERSIONS = ("before", "after")
_OLD_INDEX = "ix_dependencies_portfolio_id_answer_developer"


def upgrade() -> None:
    op.create_table(
        "stagings",
        sa.Column(
            "portfolio_id",
            ROW_NUMBER,
            sa.ForeignKey("portfolios.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
    )
    op.create_table(
        "made_rows",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("table_name", sa.String(32), nullable=False),
        sa.Column("first_row", ROW_NUMBER, nullable=False),
        sa.Column("fingerprints", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_made_rows_batch_id", "made_rows", ["batch_id"])
    op.drop_index(_OLD_INDEX, "dependencies")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column("dependencies", "portfolio_id")
    else:
        _remake(_columns())
    for column in _VERSIONS:
        op.execute(_without_portfolio(column))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("dependencies", _portfolio(nullable=True))
        op.execute(
            "UPDATE dependencies SET portfolio_id = startups.portfolio_id FROM use_cases, startups"
            " WHERE use_cases.id = dependencies.use_case_id"
            " AND startups.id = use_cases.startup_id"
        )
        op.alter_column("dependencies", "portfolio_id", nullable=False)
        op.create_unique_constraint(
            "uq_dependencies_portfolio_id_key", "dependencies", ["portfolio_id", "key"]
        )
    else:
        first, *others = _columns()
        _remake([first, _portfolio(), *others, sa.UniqueConstraint("portfolio_id", "key")])
    op.create_index(_OLD_INDEX, "dependencies", ["portfolio_id", "answer", "developer"])
    for column in _VERSIONS:
        op.execute(_with_portfolio(column))
    op.drop_table("made_rows")
    op.drop_table("stagings")


def _without_portfolio(column: str) -> str:
    """What a batch did to a dependency is told without the portfolio too."""
    rest = f"json_remove({column}, '$.portfolio_id')"
    if op.get_bind().dialect.name == "postgresql":
        rest = f"({column}::jsonb - 'portfolio_id')::json"
    return f"UPDATE row_versions SET {column} = {rest} WHERE table_name = 'dependencies'"  # noqa: S608 - our own names


def _with_portfolio(column: str) -> str:
    number = "(SELECT portfolio_id FROM batches WHERE batches.id = row_versions.batch_id)"
    whole = f"json_set({column}, '$.portfolio_id', {number})"
    if op.get_bind().dialect.name == "postgresql":
        whole = f"({column}::jsonb || jsonb_build_object('portfolio_id', {number}))::json"
    condition = f"table_name = 'dependencies' AND {column} IS NOT NULL"
    return f"UPDATE row_versions SET {column} = {whole} WHERE {condition}"  # noqa: S608 - our own names


def _portfolio(*, nullable: bool = False) -> sa.Column[int]:
    return sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=nullable)


def _remake(parts: list[Any]) -> None:
    """Make the table anew from its rows: SQLite drops no column that a constraint names."""
    op.rename_table("dependencies", "dependencies_before")
    op.create_table("dependencies", *parts, sqlite_autoincrement=True)
    columns = [part.name for part in parts if isinstance(part, sa.Column)]
    listed = ", ".join(f'"{name}"' for name in columns)
    taken = ", ".join(
        "startups.portfolio_id" if name == "portfolio_id" else f'dependencies_before."{name}"'
        for name in columns
    )
    op.execute(
        f"INSERT INTO dependencies ({listed}) SELECT {taken} FROM dependencies_before"  # noqa: S608 - our own names
        " JOIN use_cases ON use_cases.id = dependencies_before.use_case_id"
        " JOIN startups ON startups.id = use_cases.startup_id"
    )
    # A number that a removed row had is never given to another.
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'dependencies'")
    op.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'dependencies', seq FROM sqlite_sequence"
        " WHERE name = 'dependencies_before'"
    )
    op.drop_table("dependencies_before")


def _choice(name: str, *values: str, nullable: bool = True) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _columns() -> list[Any]:
    """The table of dependencies without the portfolio."""
    texts = "developer host product host_text".split()
    return [
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("use_case_id", ROW_NUMBER, sa.ForeignKey("use_cases.id"), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("provider_text", sa.Text(), nullable=False),
        sa.Column("provider_key", sa.String(200), nullable=False),
        sa.Column("model_key", sa.String(200), nullable=False),
        _choice("answer", "yes", "no", "ask", nullable=False),
        *(sa.Column(name, sa.Text()) for name in texts),
        sa.Column("resolution_confidence", sa.Float(53)),
        *(sa.Column(name, sa.Text()) for name in "resolution_reason model region".split()),
        sa.Column("data_residency", sa.Text()),
        sa.Column("share", sa.Float(53)),
        sa.Column("spend_cents_per_month", sa.BigInteger()),
        _choice("depth", "gateway", "raw_api", "prompts", "embeddings", "agents", "fine_tuned"),
        _choice("fallback", "none", "documented", "untested", "tested", "automatic"),
        sa.Column("fallback_provider_text", sa.Text()),
        sa.Column("fallback_developer", sa.Text()),
        sa.Column("fallback_host", sa.Text()),
        sa.Column("fallback_tested_on", sa.Date()),
        _choice("exit_plan", "none", "written", "tested"),
        sa.Column("notice_days", sa.Float(53)),
        sa.Column("renewal", sa.Date()),
        sa.Column("source", sa.Text()),
        sa.Column("as_of", sa.Date()),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batches.id")),
        sa.UniqueConstraint("use_case_id", "provider_key", "model_key"),
        sa.CheckConstraint("share BETWEEN 0 AND 1", name="share_is_a_fraction"),
        sa.CheckConstraint("spend_cents_per_month >= 0", name="spend_cents_per_month_not_negative"),
        sa.CheckConstraint("notice_days >= 0", name="notice_days_not_negative"),
    ]
