"""Funds of a portfolio, what each holds of which company, and the files that said so.

A holding is never changed: another file ends it and makes the next one, so that the newest file
can be taken back and what was known on a past day be read. Companies are kept by name, as holdings
lists write them; the register knows those whose name it has.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Cents, Identifier, Name, NameKey, RowNumber


class FundRecord(Base):
    """A fund that holds companies of a portfolio. ``import_id``: the file that named it first.

    Amounts are in its ``currency`` (ISO 4217); ``nav_cents`` is NULL where nobody stated it.
    """

    __tablename__ = "funds"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "name_key"),
        CheckConstraint("nav_cents >= 0", name="nav_cents_not_negative"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    name: Mapped[Name]
    name_key: Mapped[NameKey]
    currency: Mapped[str] = mapped_column(String(3))
    nav_cents: Mapped[Cents | None]
    nav_as_of: Mapped[date | None]
    source: Mapped[str | None]
    stated_by: Mapped[Name]
    stated_at: Mapped[datetime]
    import_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("holding_imports.id"))


class HoldingImportRecord(Base):
    """A file of holdings. ``complete``: of the funds that it names, it named every holding."""

    __tablename__ = "holding_imports"
    __table_args__ = (Index(None, "portfolio_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(String(64))
    complete: Mapped[bool]
    imported_by: Mapped[Name]
    imported_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class HoldingRecord(Base):
    """What a fund holds of one company, as one file said; NULL is what it did not say."""

    __tablename__ = "holdings"
    __table_args__ = (
        Index(
            "uq_holdings_live",
            "fund_id",
            "company_key",
            unique=True,
            sqlite_where=text("ended_import_id IS NULL"),
            postgresql_where=text("ended_import_id IS NULL"),
        ),
        CheckConstraint("ownership BETWEEN 0 AND 1", name="ownership_is_a_fraction"),
        CheckConstraint("cost_cents >= 0", name="cost_cents_not_negative"),
        CheckConstraint("value_cents >= 0", name="value_cents_not_negative"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    fund_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("funds.id"))
    company: Mapped[Name]
    company_key: Mapped[NameKey]
    ownership: Mapped[float | None]
    cost_cents: Mapped[Cents | None]
    value_cents: Mapped[Cents | None]
    currency: Mapped[str] = mapped_column(String(3))
    as_of: Mapped[date | None]
    import_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("holding_imports.id"))
    ended_import_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("holding_imports.id"))
