"""Drills and judgements of a portfolio as the model reads them, under the register's own names."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.records import DrillRecord, JudgementRecord
from db.register.naming import comparison_key
from risk.alternatives.evidence import Drill
from risk.alternatives.judgements import Judgement, Topic
from risk.inventory.records import Portfolio


def drill_rows(session: Session, portfolio_id: int) -> list[DrillRecord]:
    """Every drill that was not withdrawn, oldest first."""
    query = (
        select(DrillRecord)
        .where(DrillRecord.portfolio_id == portfolio_id, DrillRecord.withdrawn_at.is_(None))
        .order_by(DrillRecord.held_on, DrillRecord.id)
    )
    return list(session.scalars(query))


def judgement_rows(session: Session, portfolio_id: int) -> list[JudgementRecord]:
    """The newest judgement of each topic and subject; what was taken back is left out."""
    query = (
        select(JudgementRecord)
        .where(JudgementRecord.portfolio_id == portfolio_id)
        .order_by(JudgementRecord.id)
    )
    newest = {
        (
            row.startup_key,
            row.use_case,
            row.dependency_key,
            row.topic,
            row.subject,
            row.other,
        ): row
        for row in session.scalars(query)
    }
    return [row for row in newest.values() if row.value is not None]


def as_drills(rows: Iterable[DrillRecord], names: dict[str, str]) -> tuple[Drill, ...]:
    """Rows as drills; ``names`` gives startups' names by their keys."""
    return tuple(
        Drill(
            startup=names.get(row.startup_key, row.startup),
            use_case=row.use_case,
            dependency_key=row.dependency_key,
            kind=row.kind,
            held_on=row.held_on,
            evals_passed=row.evals_passed,
            evals_total=row.evals_total,
            hours=row.hours,
            conducted_by=row.conducted_by,
            source=row.source,
        )
        for row in rows
    )


def as_judgements(rows: Iterable[JudgementRecord], names: dict[str, str]) -> tuple[Judgement, ...]:
    """Rows as judgements; a topic that this version does not know is left out."""
    topics = {one.value: one for one in Topic}
    return tuple(
        Judgement(
            topic=topics[row.topic],
            value=row.value or "",
            reason=row.reason,
            startup=names.get(row.startup_key, row.startup),
            use_case=row.use_case,
            dependency_key=row.dependency_key,
            subject=row.subject,
            other=row.other,
            by=row.changed_by,
        )
        for row in rows
        if row.topic in topics
    )


def names_by_key(portfolio: Portfolio) -> dict[str, str]:
    """The startups' names as the register writes them, by comparison key."""
    return {comparison_key(one.name): one.name for one in portfolio.startups}
