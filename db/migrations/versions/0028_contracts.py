"""Contracts with their provisions, and the contract that a dependency names.

What a batch did to a dependency is told with its contract too, as unknown. A register of
information that was imported before names them once it is imported again.

Revision ID: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depcontract_end = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
_VERSIONS = ("before", "after")


def upgrade() -> None:
    op.add_column("dependencies", sa.Column("contract", sa.Text(), nullable=True))
    named = sa.text("contract IS NOT NULL")
    op.create_index(
        "ix_dependencies_contract",
        "dependencies",
        ["contract"],
        sqlite_where=named,
        postgresql_where=named,
    )
    for column in _VERSIONS:
        op.execute(_told(column, with_it=True))
    op.create_table(
        "contracts",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id"), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        _choice("kind", "standalone", "overarching", "subsequent"),
        *(sa.Column(name, sa.Text()) for name in ("overarching", "entity", "provider", "purpose")),
        *(sa.Column(name, sa.Date()) for name in ("contract_start", "contract_end", "renewal")),
        sa.Column("renews_itself", sa.Boolean()),
        *(sa.Column(name, sa.Float(53)) for name in ("notice_days", "provider_notice_days")),
        sa.Column("governing_law", sa.Text()),
        sa.Column("promised_availability", sa.Float(53)),
        sa.Column("expense_cents", sa.BigInteger()),
        sa.Column("expense_currency", sa.String(3)),
        *(sa.Column(name, sa.Boolean()) for name in ("escrow", "step_in")),
        sa.Column("source", sa.Text()),
        sa.Column("as_of", sa.Date()),
        sa.Column("taken", sa.JSON()),
        sa.Column("kept_by", sa.String(200), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.UniqueConstraint("portfolio_id", "reference"),
        *(
            sa.CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
            for name in ("notice_days", "provider_notice_days", "expense_cents")
        ),
        sa.CheckConstraint(
            "promised_availability BETWEEN 0 AND 1", name="promised_availability_is_a_fraction"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "contract_provisions",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("contract_id", ROW_NUMBER, sa.ForeignKey("contracts.id"), nullable=False),
        sa.Column("provision", sa.String(32), nullable=False),
        _choice("state", "agreed", "missing", "not_applicable", "not_checked", nullable=False),
        sa.Column("clause", sa.Text()),
        sa.Column("checked_on", sa.Date()),
        sa.Column("checked_by", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.UniqueConstraint("contract_id", "provision"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("contract_provisions")
    op.drop_table("contracts")
    for column in _VERSIONS:
        op.execute(_told(column, with_it=False))
    op.drop_index("ix_dependencies_contract", "dependencies")
    op.drop_column("dependencies", "contract")


def _choice(name: str, *values: str, nullable: bool = True) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
    return sa.Column(name, kind, nullable=nullable)


def _told(column: str, *, with_it: bool) -> str:
    """What a batch did to a dependency is told with its contract, or without."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if with_it:
        whole = f"json_set({column}, '$.contract', NULL)"
        if on_postgresql:
            whole = f"({column}::jsonb || jsonb_build_object('contract', NULL))::json"
    else:
        whole = f"json_remove({column}, '$.contract')"
        if on_postgresql:
            whole = f"({column}::jsonb - 'contract')::json"
    # A version of rows that were only confirmed tells nothing of them.
    condition = f"table_name = 'dependencies' AND {column} IS NOT NULL AND numbers IS NULL"
    return f"UPDATE row_versions SET {column} = {whole} WHERE {condition}"  # noqa: S608 - our own names
