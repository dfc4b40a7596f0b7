"""Whether the move away from a model with a published last day has begun, of each dependency.

What a batch did to a dependency is told with it too, as unknown. Answers that were kept rest on the
model without it; they can be worked out again.

Revision ID: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = "switch_begun"
_VERSIONS = ("before", "after")


def upgrade() -> None:
    for table in ("kept_columns", "kept_answers"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("dependencies", sa.Column(_NAME, sa.String(32)))
        op.create_check_constraint(_NAME, "dependencies", f"{_NAME} IN ('yes', 'no')")
    else:
        _remake(_columns(_choice(_NAME, "yes", "no")))
    for column in _VERSIONS:
        op.execute(_with_it(column))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_column("dependencies", _NAME)
    else:
        _remake(_columns())
    for column in _VERSIONS:
        op.execute(_without_it(column))


def _with_it(column: str) -> str:
    """What a batch did to a dependency is told with it, which nobody had stated."""
    whole = f"json_set({column}, '$.{_NAME}', NULL)"
    if op.get_bind().dialect.name == "postgresql":
        whole = f"({column}::jsonb || jsonb_build_object('{_NAME}', NULL))::json"
    condition = f"table_name = 'dependencies' AND {column} IS NOT NULL"
    return f"UPDATE row_versions SET {column} = {whole} WHERE {condition}"  # noqa: S608 - our own names


def _without_it(column: str) -> str:
    rest = f"json_remove({column}, '$.{_NAME}')"
    if op.get_bind().dialect.name == "postgresql":
        rest = f"({column}::jsonb - '{_NAME}')::json"
    condition = f"table_name = 'dependencies' AND {column} IS NOT NULL"
    return f"UPDATE row_versions SET {column} = {rest} WHERE {condition}"  # noqa: S608 - our own names


def _remake(parts: list[Any]) -> None:
    """Make the table anew from its rows: SQLite adds and drops no column with a constraint."""
    op.rename_table("dependencies", "dependencies_before")
    op.create_table("dependencies", *parts, sqlite_autoincrement=True)
    shared = ", ".join(
        f'"{part.name}"' for part in parts if isinstance(part, sa.Column) and part.name != _NAME
    )
    op.execute(f"INSERT INTO dependencies ({shared}) SELECT {shared} FROM dependencies_before")  # noqa: S608 - our own names
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


def _columns(*more: sa.Column[Any]) -> list[Any]:
    """The table of dependencies, with more columns behind the exit plan."""
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
        *more,
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
