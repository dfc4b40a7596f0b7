"""The register of one portfolio as rows, and as the model's :class:`~risk.inventory.Portfolio`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, and_, select
from sqlalchemy.orm import Session

from db.records import (
    BatchRecord,
    DependencyRecord,
    FactRecord,
    PortfolioRecord,
    StartupRecord,
    UseCaseRecord,
    table_of,
)
from db.register.columns import STARTUP_AMOUNTS, STARTUP_STATED, to_usd
from db.register.documents import Row
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase

STARTUPS = table_of(StartupRecord)
FACTS = table_of(FactRecord)
USE_CASES = table_of(UseCaseRecord)
DEPENDENCIES = table_of(DependencyRecord)
#: Parents before children.
REGISTER_TABLES = (STARTUPS, FACTS, USE_CASES, DEPENDENCIES)

#: Fields that the model and the store call alike and write alike.
STARTUP_FIELDS = (
    "name website sector country notes gross_margin ai_revenue_share engineers as_of"
).split()
USE_CASE_FIELDS = "name criticality revenue_share buffer_hours requirement".split()
DEPENDENCY_FIELDS = (
    "key provider_text answer developer host product model region data_residency share depth "
    "fallback fallback_provider_text fallback_developer fallback_host fallback_tested_on "
    "exit_plan switch_begun notice_days renewal source as_of"
).split()


@dataclass(frozen=True, kw_only=True)
class StoredRegister:
    """All rows of a portfolio, in the order in which they came, and the days of its imports."""

    startups: tuple[Row, ...] = ()
    facts: tuple[Row, ...] = ()
    use_cases: tuple[Row, ...] = ()
    dependencies: tuple[Row, ...] = ()
    imported_on: Mapping[int, date] = field(default_factory=dict)

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
    chosen = STARTUPS.c.portfolio_id == portfolio_id
    # Plus zero: the index of the portfolio's startups would be read from end to end.
    own = STARTUPS.c.portfolio_id + 0 == portfolio_id
    if numbers is not None:
        chosen = and_(STARTUPS.c.id.between(*numbers), own)
    if only is not None:
        chosen = and_(STARTUPS.c.id.in_(only), own)
    if names is not None:
        chosen = and_(chosen, STARTUPS.c.name_key.in_(names))
    if startup_key is not None:
        chosen = and_(chosen, STARTUPS.c.name_key == startup_key)
    of_startup = select(STARTUPS.c.id).where(chosen)
    of_use_case = select(USE_CASES.c.id).where(USE_CASES.c.startup_id.in_(of_startup))

    def rows(table: Table, condition: Any) -> tuple[Row, ...]:
        found = session.execute(select(table).where(condition).order_by(table.c.id))
        return tuple(dict(row) for row in found.mappings())

    batches = select(BatchRecord.id, BatchRecord.published_at).where(
        BatchRecord.portfolio_id == portfolio_id
    )
    return StoredRegister(
        startups=rows(STARTUPS, chosen),
        facts=rows(FACTS, FACTS.c.startup_id.in_(of_startup)),
        use_cases=rows(USE_CASES, USE_CASES.c.startup_id.in_(of_startup)),
        dependencies=rows(DEPENDENCIES, DEPENDENCIES.c.use_case_id.in_(of_use_case)),
        imported_on={number: at.date() for number, at in session.execute(batches)},
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
                register.imported_on,
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
    imported_on: Mapping[int, date],
) -> Startup:
    amounts: Row = {field: to_usd(row[column]) for field, column in STARTUP_AMOUNTS.items()}
    return Startup(
        **{field: row[field] for field in STARTUP_FIELDS},
        **amounts,
        use_cases=tuple(
            UseCase(
                **{field: use_case[field] for field in USE_CASE_FIELDS},
                dependencies=tuple(
                    _dependency(dependency, imported_on)
                    for dependency in dependencies[use_case["id"]]
                ),
            )
            for use_case in use_cases
        ),
        sources={fact["field"]: fact["source"] for fact in facts if fact["source"]},
        stated={name: row[column] for name, column in STARTUP_STATED.items() if row[column]},
        stated_on={
            fact["field"]: day
            for fact in facts
            if (day := fact["as_of"] or imported_on.get(fact["batch_id"]))
            not in (None, row["as_of"])
        },
    )


def _dependency(row: Row, imported_on: Mapping[int, date]) -> Dependency:
    return Dependency(
        recorded_on=None if row["as_of"] else imported_on.get(row["batch_id"]),
        **{field: row[field] for field in DEPENDENCY_FIELDS},
        spend_usd_per_month=to_usd(row["spend_cents_per_month"]),
        spend_stated=row["spend_stated"],
    )
