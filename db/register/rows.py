"""The register of one portfolio as rows, and as the model's :class:`~risk.inventory.Portfolio`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, and_, select
from sqlalchemy.orm import Session

from db.records import PortfolioRecord
from db.register.columns import STARTUP_AMOUNTS, STARTUP_STATED, to_usd
from db.register.documents import Row
from db.register.recorded import RecordedDays, recorded_days
from db.register.tables import DEPENDENCIES as DEPENDENCIES
from db.register.tables import FACTS as FACTS
from db.register.tables import (
    LIVE_DEPENDENCY,
    LIVE_USE_CASE,
    among_startups_of,
    startups_of,
)
from db.register.tables import REGISTER_TABLES as REGISTER_TABLES
from db.register.tables import STARTUPS as STARTUPS
from db.register.tables import USE_CASES as USE_CASES
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase

#: Fields that the model and the store call alike and write alike.
STARTUP_FIELDS = (
    "name website sector country notes gross_margin ai_revenue_share engineers tags stage fund"
    " ownership relationship watched_by contact_email as_of unread_lines"
).split()
USE_CASE_FIELDS = "name criticality revenue_share buffer_hours requirement".split()
DEPENDENCY_FIELDS = (
    "key provider_text answer developer host product model region data_residency share depth "
    "fallback fallback_provider_text fallback_developer fallback_host fallback_tested_on "
    "exit_plan switch_begun notice_days provider_notice_days contract_start contract_end renewal"
    " contract governing_law promised_availability source as_of evidence"
).split()


@dataclass(frozen=True, kw_only=True)
class StoredRegister:
    """All rows of a portfolio, in the order in which they came, and when they were recorded."""

    startups: tuple[Row, ...] = ()
    facts: tuple[Row, ...] = ()
    use_cases: tuple[Row, ...] = ()
    dependencies: tuple[Row, ...] = ()
    recorded: RecordedDays = field(default_factory=RecordedDays)

    def rows(self, table: Table) -> tuple[Row, ...]:
        """Return the rows of one of the register's tables."""
        return cast(tuple[Row, ...], getattr(self, table.name))


def read_register(
    session: Session,
    portfolio_id: int,
    *,
    startup_key: str | None = None,
    numbers: tuple[int, int] | None = None,
    only: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> StoredRegister:
    """Read every row of a portfolio with five statements.

    Or those of one of its startups, of its startups with ``numbers`` from the first to the last, of
    ``only`` these few, or of those whose keys are among ``names``.
    """
    chosen = startups_of(session, portfolio_id)
    if numbers is not None:
        chosen = among_startups_of(session, portfolio_id, STARTUPS.c.id.between(*numbers))
    if only is not None:
        chosen = among_startups_of(session, portfolio_id, STARTUPS.c.id.in_(only))
    if names is not None:
        chosen = and_(chosen, STARTUPS.c.name_key.in_(names))
    if startup_key is not None:
        chosen = and_(chosen, STARTUPS.c.name_key == startup_key)
    of_startup = select(STARTUPS.c.id).where(chosen)
    of_use_case = select(USE_CASES.c.id).where(USE_CASES.c.startup_id.in_(of_startup))

    def rows(table: Table, condition: Any) -> tuple[Row, ...]:
        found = session.execute(select(table).where(condition).order_by(table.c.id))
        return tuple(dict(row) for row in found.mappings())

    return StoredRegister(
        startups=rows(STARTUPS, chosen),
        facts=rows(FACTS, FACTS.c.startup_id.in_(of_startup)),
        use_cases=rows(USE_CASES, and_(USE_CASES.c.startup_id.in_(of_startup), LIVE_USE_CASE)),
        dependencies=rows(
            DEPENDENCIES, and_(DEPENDENCIES.c.use_case_id.in_(of_use_case), LIVE_DEPENDENCY)
        ),
        recorded=recorded_days(session, portfolio_id),
    )


def as_portfolio(record: PortfolioRecord, register: StoredRegister) -> Portfolio:
    """Assemble the model's portfolio from its rows."""
    dependencies = grouped(register.dependencies, "use_case_id")
    use_cases = grouped(register.use_cases, "startup_id")
    facts = grouped(register.facts, "startup_id")
    return Portfolio(
        name=record.name,
        startups=tuple(
            _startup(
                row,
                use_cases[row["id"]],
                facts[row["id"]],
                dependencies,
                register.recorded,
            )
            for row in register.startups
        ),
        invented=record.invented,
        revision=record.revision,
        updated=record.updated_at.date(),
    )


#: Rows by the number in one of their columns.
Groups = Mapping[int, list[Row]]


def grouped(rows: Iterable[Row], column: str) -> Groups:
    """The rows by the number in a column; none where no row has it."""
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _startup(
    row: Row,
    use_cases: Iterable[Row],
    facts: Iterable[Row],
    dependencies: Groups,
    recorded: RecordedDays,
) -> Startup:
    amounts: Row = {field: to_usd(row[column]) for field, column in STARTUP_AMOUNTS.items()}
    return Startup(
        **{field: row[field] for field in STARTUP_FIELDS},
        **amounts,
        use_cases=tuple(
            UseCase(
                **{field: use_case[field] for field in USE_CASE_FIELDS},
                dependencies=tuple(
                    _dependency(dependency, recorded) for dependency in dependencies[use_case["id"]]
                ),
            )
            for use_case in use_cases
        ),
        sources={fact["field"]: fact["source"] for fact in facts if fact["source"]},
        stated={name: row[column] for name, column in STARTUP_STATED.items() if row[column]},
        stated_on={
            fact["field"]: day
            for fact in facts
            if (day := fact["as_of"] or recorded.of_row(FACTS.name, fact))
            not in (None, row["as_of"])
        },
        evidence={fact["field"]: fact["evidence"] for fact in facts if fact["evidence"]},
    )


def _dependency(row: Row, recorded: RecordedDays) -> Dependency:
    return Dependency(
        recorded_on=None if row["as_of"] else recorded.of_row(DEPENDENCIES.name, row),
        **{field: row[field] for field in DEPENDENCY_FIELDS},
        spend_usd_per_month=to_usd(row["spend_cents_per_month"]),
        spend_stated=row["spend_stated"],
    )
