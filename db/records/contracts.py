"""Contracts of a portfolio with those who provide, and what was found of their provisions.

A contract is known by its reference, as written; dependencies name it
(:class:`db.records.DependencyRecord`). NULL is what nobody stated.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import (
    NEVER_REUSED,
    Base,
    Cents,
    Identifier,
    Name,
    RowNumber,
    closed_list,
)
from risk.inventory.contracts import ArrangementKind, ProvisionState


class ContractRecord(Base):
    """One contractual arrangement, as it is stated.

    ``overarching`` is the reference of the arrangement that it stands under, ``entity`` the startup
    that uses it, ``expense_cents`` what it costs a year in ``expense_currency`` (ISO 4217).
    ``taken`` is what was last taken over from it by dependencies, by the column of an inventory:
    who states the same still has it from here.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "reference"),
        *(
            CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
            for name in ("notice_days", "provider_notice_days", "expense_cents")
        ),
        CheckConstraint(
            "promised_availability BETWEEN 0 AND 1", name="promised_availability_is_a_fraction"
        ),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    reference: Mapped[Name]
    kind: Mapped[ArrangementKind | None] = mapped_column(closed_list(ArrangementKind, "kind"))
    overarching: Mapped[str | None]
    entity: Mapped[str | None]
    provider: Mapped[str | None]
    purpose: Mapped[str | None]
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
    renewal: Mapped[date | None]
    renews_itself: Mapped[bool | None]
    notice_days: Mapped[float | None]
    provider_notice_days: Mapped[float | None]
    governing_law: Mapped[str | None]
    promised_availability: Mapped[float | None]
    expense_cents: Mapped[Cents | None]
    expense_currency: Mapped[str | None] = mapped_column(String(3))
    escrow: Mapped[bool | None]
    step_in: Mapped[bool | None]
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    taken: Mapped[dict[str, Any] | None]
    kept_by: Mapped[Name]
    kept_at: Mapped[datetime]


class ContractProvisionRecord(Base):
    """What was found of one provision in a contract; without a row nobody looked.

    ``provision`` is its identifier in ``fixtures/contract_provisions.csv``.
    """

    __tablename__ = "contract_provisions"
    __table_args__ = (UniqueConstraint("contract_id", "provision"), NEVER_REUSED)

    id: Mapped[Identifier]
    contract_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("contracts.id"))
    provision: Mapped[str] = mapped_column(String(32))
    state: Mapped[ProvisionState] = mapped_column(closed_list(ProvisionState, "state"))
    clause: Mapped[str | None]
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None]
    note: Mapped[str | None]
