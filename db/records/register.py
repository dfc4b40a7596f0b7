"""The register: portfolios, startups, use cases, dependencies, and where each fact comes from.

Values live in typed columns, because scoring reads all of them at once. A startup's facts come
from many lines of many files, so each has its own row in ``facts`` with source and date; a
dependency is one line of one file, so its source and date are columns.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import (
    NEVER_REUSED,
    Base,
    Cents,
    Identifier,
    Name,
    NameKey,
    RowNumber,
    closed_list,
)
from risk.catalog.records import Answer
from risk.inventory.records import (
    Depth,
    Evidence,
    ExitPlan,
    Fallback,
    Requirement,
    SwitchBegun,
)
from risk.money.currencies import USD


def _fraction(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 0 AND 1", name=f"{column}_is_a_fraction")


def _margin(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN -10 AND 1", name=f"{column}_is_a_fraction")


def _not_negative(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")


class PortfolioRecord(Base):
    """The startups that one owner watches. ``revision`` grows with every write to it.

    ``live`` is False once the import that made the portfolio was undone and left it empty, and of
    one that only stands for another as of a past day. An archived one is in no list. ``currency``
    is that in which its money is shown.
    """

    __tablename__ = "portfolios"

    id: Mapped[Identifier]
    name: Mapped[Name]
    name_key: Mapped[NameKey] = mapped_column(unique=True)
    invented: Mapped[bool] = mapped_column(default=False)
    live: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    currency: Mapped[str] = mapped_column(String(3), default=USD, server_default=USD)


class PastRegisterRecord(Base):
    """A hidden portfolio that holds the register of another as of a past day.

    ``rests_on`` is a digest of the batches that it is made of: with others it is made anew.
    """

    __tablename__ = "past_registers"

    portfolio_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("portfolios.id"), primary_key=True, autoincrement=False
    )
    past_of: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    as_of: Mapped[date]
    rests_on: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class StagingRecord(Base):
    """A hidden portfolio in which an import gathers its rows until it is published.

    It is taken away when the import is published or given up; after a crash, at the next start.
    """

    __tablename__ = "stagings"

    portfolio_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("portfolios.id"), primary_key=True, autoincrement=False
    )
    batch_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("batches.id"))
    started_at: Mapped[datetime]


class StartupRecord(Base):
    """A dependent company; unknown facts are NULL.

    It counts from ``since`` (NULL: before days were kept) to ``until`` (NULL: it counts now), as
    use cases and dependencies do. ``other_names`` are keys of names that it had, one a line.
    ``tags`` and ``fund`` are lists whose entries stand apart by ``; ``. Amounts are cents of USD.
    One that was stated in another currency, or for another time, stands in ``…_stated`` as well,
    with the rate that it was converted by (:mod:`risk.money.stated`).
    """

    __tablename__ = "startups"
    __table_args__ = (
        UniqueConstraint("portfolio_id", "name_key"),
        *(
            _not_negative(column)
            for column in (
                "annual_revenue_cents",
                "cash_cents",
                "monthly_burn_cents",
                "invested_cents",
                "engineers",
            )
        ),
        _margin("gross_margin"),
        _fraction("ai_revenue_share"),
        _fraction("ownership"),
        Index(None, "portfolio_id", "until", "id"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    name: Mapped[Name]
    name_key: Mapped[NameKey]
    website: Mapped[str | None]
    sector: Mapped[str | None]
    country: Mapped[str | None]
    notes: Mapped[str | None]
    annual_revenue_cents: Mapped[Cents | None]
    gross_margin: Mapped[float | None]
    ai_revenue_share: Mapped[float | None]
    cash_cents: Mapped[Cents | None]
    monthly_burn_cents: Mapped[Cents | None]
    engineers: Mapped[float | None]
    invested_cents: Mapped[Cents | None]
    as_of: Mapped[date | None]
    since: Mapped[date | None]
    until: Mapped[date | None]
    other_names: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))
    unread_lines: Mapped[int | None]
    tags: Mapped[str | None]
    stage: Mapped[str | None]
    fund: Mapped[str | None]
    ownership: Mapped[float | None]
    relationship: Mapped[str | None]
    watched_by: Mapped[str | None]
    contact_email: Mapped[str | None]
    annual_revenue_stated: Mapped[str | None]
    cash_stated: Mapped[str | None]
    monthly_burn_stated: Mapped[str | None]
    invested_stated: Mapped[str | None]


class FactRecord(Base):
    """Where one fact about a startup was read, as of which day, and how it came to be known.

    ``evidence`` NULL: it was stated in an inventory. ``recorded_on`` is NULL where its import, or
    one that confirmed it, says when it was recorded.
    """

    __tablename__ = "facts"
    __table_args__ = (UniqueConstraint("startup_id", "field"), NEVER_REUSED)

    id: Mapped[Identifier]
    startup_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("startups.id"))
    field: Mapped[Name]
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    recorded_on: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))
    evidence: Mapped[Evidence | None] = mapped_column(closed_list(Evidence, "evidence"))


class UseCaseRecord(Base):
    """One thing a startup does with language models; ``other_names`` as of startups."""

    __tablename__ = "use_cases"
    __table_args__ = (
        UniqueConstraint("startup_id", "name_key"),
        CheckConstraint("criticality BETWEEN 1 AND 5", name="criticality_1_to_5"),
        _fraction("revenue_share"),
        _not_negative("buffer_hours"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    startup_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("startups.id"))
    name: Mapped[str]
    name_key: Mapped[NameKey]
    criticality: Mapped[int | None]
    revenue_share: Mapped[float | None]
    buffer_hours: Mapped[float | None]
    requirement: Mapped[Requirement] = mapped_column(closed_list(Requirement, "requirement"))
    since: Mapped[date | None]
    until: Mapped[date | None]
    other_names: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))


class DependencyRecord(Base):
    """One use case stands on one provider's model.

    ``key`` names it within the portfolio; ``provider_key`` and ``model_key`` are what an import
    compares, and ``other_names`` keys under which its provider was written before, one a line
    (:data:`db.register.naming.WITH_MODEL` parts provider and model of one that was merged with it).
    ``host_text`` is the host as written, ``host`` as understood; ``resolution_*`` say how surely
    the names were understood, and why. ``evidence`` NULL: it was stated. ``contract`` is the
    reference of the contract under which it is used (:class:`db.records.ContractRecord`), if any.
    """

    __tablename__ = "dependencies"
    __table_args__ = (
        UniqueConstraint("use_case_id", "provider_key", "model_key"),
        _fraction("share"),
        _not_negative("spend_cents_per_month"),
        _not_negative("notice_days"),
        _not_negative("provider_notice_days"),
        _fraction("promised_availability"),
        Index(
            None,
            "contract",
            sqlite_where=text("contract IS NOT NULL"),
            postgresql_where=text("contract IS NOT NULL"),
        ),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    use_case_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("use_cases.id"))
    key: Mapped[str] = mapped_column(String(400))
    provider_text: Mapped[str]
    provider_key: Mapped[NameKey]
    model_key: Mapped[NameKey]
    answer: Mapped[Answer] = mapped_column(closed_list(Answer, "answer"))
    developer: Mapped[str | None]
    host: Mapped[str | None]
    product: Mapped[str | None]
    host_text: Mapped[str | None]
    resolution_confidence: Mapped[float | None]
    resolution_reason: Mapped[str | None]
    model: Mapped[str | None]
    region: Mapped[str | None]
    data_residency: Mapped[str | None]
    share: Mapped[float | None]
    spend_cents_per_month: Mapped[Cents | None]
    depth: Mapped[Depth | None] = mapped_column(closed_list(Depth, "depth"))
    fallback: Mapped[Fallback | None] = mapped_column(closed_list(Fallback, "fallback"))
    fallback_provider_text: Mapped[str | None]
    fallback_developer: Mapped[str | None]
    fallback_host: Mapped[str | None]
    fallback_tested_on: Mapped[date | None]
    exit_plan: Mapped[ExitPlan | None] = mapped_column(closed_list(ExitPlan, "exit_plan"))
    switch_begun: Mapped[SwitchBegun | None] = mapped_column(
        closed_list(SwitchBegun, "switch_begun")
    )
    notice_days: Mapped[float | None]
    renewal: Mapped[date | None]
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    since: Mapped[date | None]
    until: Mapped[date | None]
    other_names: Mapped[str | None]
    recorded_on: Mapped[date | None]
    batch_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))
    provider_notice_days: Mapped[float | None]
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
    governing_law: Mapped[str | None]
    promised_availability: Mapped[float | None]
    evidence: Mapped[Evidence | None] = mapped_column(closed_list(Evidence, "evidence"))
    spend_stated: Mapped[str | None]
    contract: Mapped[str | None]
