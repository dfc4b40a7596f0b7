"""Exit readiness and choices: drills held, what analysts judged, what a decision promised."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
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
from risk.alternatives.evidence import DrillKind


class DrillRecord(Base):
    """One drill: a fallback or an exit that was tried, and how it went.

    Startup and use case are kept by name, so that evidence outlives a fresh import. A drill is
    withdrawn, never deleted.
    """

    __tablename__ = "drills"
    __table_args__ = (
        Index(None, "portfolio_id", "startup_key"),
        CheckConstraint("evals_passed BETWEEN 0 AND evals_total", name="passed_of_total"),
        CheckConstraint("hours >= 0", name="hours_not_negative"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    startup: Mapped[Name]
    startup_key: Mapped[NameKey]
    use_case: Mapped[str]
    dependency_key: Mapped[str]
    kind: Mapped[DrillKind] = mapped_column(closed_list(DrillKind, "kind"))
    held_on: Mapped[date]
    evals_passed: Mapped[int]
    evals_total: Mapped[int]
    hours: Mapped[float | None]
    conducted_by: Mapped[Name]
    source: Mapped[str]
    recorded_by: Mapped[Name]
    recorded_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]


class DrillImportRecord(Base):
    """A file of drills that was read into a portfolio."""

    __tablename__ = "drill_imports"
    __table_args__ = (Index(None, "portfolio_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    file_name: Mapped[str]
    file_digest: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[Name]
    imported_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class ImportedDrillRecord(Base):
    """Which file brought a drill; one that was noted by hand has no such row."""

    __tablename__ = "imported_drills"
    __table_args__ = (Index(None, "import_id"),)

    drill_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("drills.id"), primary_key=True, autoincrement=False
    )
    import_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("drill_imports.id"))


class JudgementRecord(Base):
    """Something an analyst said of a use case, an option, or two models, and why.

    ``topic`` is a :class:`risk.alternatives.judgements.Topic`, ``subject`` and ``other`` say what
    it is about. Rows are never changed: the newest one of a topic and subject
    counts, and ``value`` NULL takes it back. '' stands for the whole portfolio or nothing more.
    """

    __tablename__ = "judgements"
    __table_args__ = (Index(None, "portfolio_id", "startup_key"),)

    id: Mapped[Identifier]
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    startup: Mapped[Name]
    startup_key: Mapped[NameKey]
    use_case: Mapped[str]
    dependency_key: Mapped[str]
    topic: Mapped[Name]
    subject: Mapped[str]
    other: Mapped[str]
    value: Mapped[str | None]
    reason: Mapped[str]
    changed_by: Mapped[Name]
    changed_at: Mapped[datetime]


class DecisionTermsRecord(Base):
    """What a decision was about and promised when it was taken, and whether it was taken back.

    Money is what the option removes (``*_removed``) or costs; NULL: nobody said.
    """

    __tablename__ = "decision_terms"

    decision_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("decisions.id"), primary_key=True, autoincrement=False
    )
    dependency_key: Mapped[str | None]
    option_class: Mapped[str | None]
    aal_removed_cents: Mapped[Cents | None]
    tvar95_removed_cents: Mapped[Cents | None]
    one_off_cents: Mapped[Cents | None]
    extra_run_cents_per_year: Mapped[Cents | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]
