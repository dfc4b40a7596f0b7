"""Providers, services and links that somebody adds to those that ship.

Revision ID: 0018
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BASES = ("fitted", "published", "judgement")


def upgrade() -> None:
    _make(
        "own_providers",
        _name("name"),
        _name("name_key"),
        sa.Column("roles", sa.JSON(), nullable=False),
        *_texts("country", "website", "colour", "note"),
        unique=("name_key",),
    )
    _make(
        "own_services",
        _name("name"),
        _name("name_key"),
        sa.Column("developer", sa.Text()),
        _name("host"),
        *_texts("form"),
        sa.Column("aliases", sa.JSON(), nullable=False),
        unique=("name_key",),
    )
    basis = sa.Enum(*_BASES, name="basis", native_enum=False, create_constraint=True, length=32)
    _make(
        "own_links",
        _name("upstream"),
        _name("downstream"),
        *_texts("relation"),
        sa.Column("basis", basis, nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        *_texts("note"),
        unique=("upstream", "downstream", "relation"),
    )


def downgrade() -> None:
    for table in ("own_links", "own_services", "own_providers"):
        op.drop_table(table)


def _make(table: str, *columns: sa.Column[Any], unique: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("id", ROW_NUMBER, primary_key=True),
        *columns,
        *_texts("source", "as_of"),
        _name("stated_by"),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint(*unique),
        sqlite_autoincrement=True,
    )


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(200), nullable=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
