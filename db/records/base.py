"""Base of all tables: naming of constraints, column types, and the declarative base."""

import enum
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

#: Every constraint has a name, so that a migration can drop it on both databases.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with time zone. SQLite has no such type, so UTC is written and read back as UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Time zone aware on PostgreSQL, plain on SQLite."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without time zone: it would be read back as another moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment must carry its time zone.")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always in UTC, whatever the session's time zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def closed_list(values: type[enum.Enum], name: str) -> Enum:
    """Column type for an enum: its values as text, checked by a constraint called ``name``."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


#: SQLite numbers rows by itself only in a column declared INTEGER.
RowNumber = BigInteger().with_variant(Integer, "sqlite")

#: For tables whose removed rows are still spoken of: SQLite else gives their numbers to new rows.
NEVER_REUSED = {"sqlite_autoincrement": True}

Identifier = Annotated[int, mapped_column(RowNumber, primary_key=True)]
Reference = Annotated[int, mapped_column(RowNumber)]
Name = Annotated[str, mapped_column(String(200))]
#: A name as `db.register.naming.comparison_key` folds it, never longer than this.
NameKey = Annotated[str, mapped_column(String(200))]
#: Money: whole cents, so that sums are exact.
Cents = Annotated[int, mapped_column(BigInteger)]


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {
        str: Text,
        int: Integer,
        float: Float(53),
        date: Date,
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
        list[int]: JSON(none_as_null=True),
        list[float]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON(none_as_null=True),
    }


def table_of(record: type[Base]) -> Table:
    """Return the table behind a mapping, for bulk statements."""
    return cast(Table, record.__table__)
