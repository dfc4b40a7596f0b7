"""Writing a whole portfolio at once, in place of what was stored under its name."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.errors import Refused
from db.register.bulk import insert_rows
from db.register.columns import STARTUP_AMOUNTS, STARTUP_STATED, to_cents
from db.register.documents import Row
from db.register.naming import comparison_key, use_case_name
from db.register.rows import (
    DEPENDENCIES,
    DEPENDENCY_FIELDS,
    FACTS,
    STARTUP_FIELDS,
    STARTUPS,
    USE_CASE_FIELDS,
    USE_CASES,
)
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase


def replace_register(session: Session, portfolio_id: int, portfolio: Portfolio) -> None:
    """Remove the rows of a portfolio and write those of ``portfolio``.

    Raises:
        Refused: two startups, use cases or dependencies have the same name.
    """
    _refuse_duplicates(portfolio)
    remove_register(session, portfolio_id)
    insert_startups(session, portfolio_id, portfolio.startups)


def insert_startups(session: Session, portfolio_id: int, startups: Sequence[Startup]) -> None:
    """Write startups, of which none is in the portfolio yet."""
    numbers = insert_rows(session, STARTUPS, [_startup(row, portfolio_id) for row in startups])
    of_startup = list(zip(numbers, startups, strict=True))
    insert_rows(
        session,
        FACTS,
        [
            {
                "startup_id": number,
                "field": field,
                "source": source,
                "as_of": startup.stated_on.get(field, startup.as_of),
                "evidence": startup.evidence.get(field),
                "batch_id": None,
            }
            for number, startup in of_startup
            for field, source in startup.sources.items()
        ],
    )
    use_cases = [(number, use_case) for number, row in of_startup for use_case in row.use_cases]
    numbers = insert_rows(session, USE_CASES, [_use_case(*pair) for pair in use_cases])
    insert_rows(
        session,
        DEPENDENCIES,
        [
            _dependency(dependency, number)
            for number, (_, use_case) in zip(numbers, use_cases, strict=True)
            for dependency in use_case.dependencies
        ],
    )


def _refuse_duplicates(portfolio: Portfolio) -> None:
    seen: set[tuple[str, ...]] = set()

    def refuse_if_seen(*names: str, model: str | None = None) -> None:
        key = tuple(comparison_key(part) for part in (*names, model or ""))
        if key in seen:
            raise Refused(f"{' · '.join(names)} is in the portfolio “{portfolio.name}” twice.")
        seen.add(key)

    for startup in portfolio.startups:
        refuse_if_seen(startup.name)
        for use_case in startup.use_cases:
            refuse_if_seen(startup.name, use_case.name)
            for dependency in use_case.dependencies:
                names = (startup.name, use_case.name, dependency.provider_text)
                refuse_if_seen(*names, model=dependency.model)


def remove_register(session: Session, portfolio_id: int) -> None:
    """Remove every row of a portfolio's register, children before parents."""
    startups = select(STARTUPS.c.id).where(STARTUPS.c.portfolio_id == portfolio_id)
    use_cases = select(USE_CASES.c.id).where(USE_CASES.c.startup_id.in_(startups))
    session.execute(delete(DEPENDENCIES).where(DEPENDENCIES.c.use_case_id.in_(use_cases)))
    session.execute(delete(USE_CASES).where(USE_CASES.c.startup_id.in_(startups)))
    session.execute(delete(FACTS).where(FACTS.c.startup_id.in_(startups)))
    session.execute(delete(STARTUPS).where(STARTUPS.c.portfolio_id == portfolio_id))


def _startup(startup: Startup, portfolio_id: int) -> Row:
    return {
        "portfolio_id": portfolio_id,
        "name": startup.name,
        "name_key": comparison_key(startup.name),
        **{field: getattr(startup, field) for field in STARTUP_FIELDS if field != "name"},
        **{column: to_cents(getattr(startup, field)) for field, column in STARTUP_AMOUNTS.items()},
        **{column: startup.stated.get(field) for field, column in STARTUP_STATED.items()},
        "batch_id": None,
    }


def _use_case(startup_id: int, use_case: UseCase) -> Row:
    name = use_case_name(use_case.name)
    return {
        "startup_id": startup_id,
        **{field: getattr(use_case, field) for field in USE_CASE_FIELDS},
        "name": name,
        "name_key": comparison_key(name),
        "batch_id": None,
    }


def _dependency(dependency: Dependency, use_case_id: int) -> Row:
    return {
        "use_case_id": use_case_id,
        **{field: getattr(dependency, field) for field in DEPENDENCY_FIELDS},
        "provider_key": comparison_key(dependency.provider_text),
        "model_key": comparison_key(dependency.model),
        "spend_cents_per_month": to_cents(dependency.spend_usd_per_month),
        "spend_stated": dependency.spend_stated,
        "host_text": None,
        "resolution_confidence": None,
        "resolution_reason": None,
        "batch_id": None,
    }
