"""Sources of chunks of a portfolio: each can be read by itself, in whichever process asks."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store, open_store
from db.errors import StoreError
from db.records import PortfolioRecord
from db.register.evidence import as_drills, as_judgements, drill_rows, judgement_rows, names_by_key
from db.register.loss_columns import (
    Read,
    marked_startups,
    read_evidence,
    read_startups,
    stretches,
)
from db.register.rows import as_portfolio, read_register
from db.register.tables import startups_of
from risk.alternatives.evidence import with_evidence
from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio, Startup
from risk.loss.valuing import CHUNK

#: Startups in a part: enough to be worth a task, few enough to fit into a worker's memory.
PART_SIZE = 4 * CHUNK


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What parts are read with. Unless ``named``, what startups depend on is read without names."""

    catalog: Catalog
    assumptions: Assumptions
    today: date
    named: bool


class Part(Protocol):
    """Some startups of a portfolio, which nobody has read yet."""

    def records(self) -> tuple[Startup, ...]:
        """Read them as records."""
        ...

    def read(self, inputs: Inputs) -> Read:
        """Read them as columns."""
        ...


@dataclass(frozen=True, kw_only=True)
class Parted:
    """A portfolio's name and marks, without its startups, and the parts that hold these.

    ``startups`` counts them.
    """

    portfolio: Portfolio
    parts: tuple[Part, ...]
    startups: int


class PortfolioChanged(StoreError):
    """Somebody wrote to the portfolio while its parts were read."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” was changed while it was scored. Nothing is wrong; try again.")
        self.name = name

    def __reduce__(self) -> tuple[type["PortfolioChanged"], tuple[str]]:
        """What a process needs to raise the same in another."""
        return type(self), (self.name,)


@dataclass(frozen=True, kw_only=True)
class StoredPart:
    """The startups of a stored portfolio whose numbers lie from ``first`` to ``last``.

    ``revision`` is the portfolio's when it was parted. ``assumptions`` are those by which evidence
    is read. The address may hold a password, so it is never shown.
    """

    address: str = field(repr=False)
    portfolio_id: int
    revision: int
    first: int
    last: int
    assumptions: Assumptions

    def records(self) -> tuple[Startup, ...]:
        """Read them as they are scored, with drills and agreements.

        Raises:
            PortfolioChanged: the portfolio is no longer what was parted.
            StoreError: the store is out of reach.
        """
        with _opened(self.address).read() as session:
            found = self._unchanged(session)
            return scored_portfolio(
                session, found, self.assumptions, numbers=(self.first, self.last)
            ).startups

    def read(self, inputs: Inputs) -> Read:
        """Read them as columns.

        Raises:
            PortfolioChanged: the portfolio is no longer what was parted.
            StoreError: the store is out of reach.
        """
        with _opened(self.address).read() as session:
            found = self._unchanged(session)
            evidence, numbers = read_evidence(session, found.id), (self.first, self.last)
            read = read_startups(
                session,
                found.id,
                evidence=evidence,
                catalog=inputs.catalog,
                assumptions=inputs.assumptions,
                today=inputs.today,
                numbers=numbers,
                named=inputs.named,
            )
            if inputs.named:
                return read
            # By them a store knows which startups of a large portfolio changed since.
            marks = marked_startups(session, found.id, evidence, numbers).marks
            return replace(read, members=replace(read.members, marks=marks))

    def _unchanged(self, session: Session) -> PortfolioRecord:
        found = session.get_one(PortfolioRecord, self.portfolio_id)
        if found.revision != self.revision or not found.live:
            raise PortfolioChanged(found.name)
        return found


def scored_portfolio(
    session: Session,
    found: PortfolioRecord,
    assumptions: Assumptions,
    *,
    numbers: tuple[int, int] | None = None,
    startup_key: str | None = None,
) -> Portfolio:
    """A portfolio, one of its startups, or those with ``numbers`` from the first to the last.

    It is as it is scored: what drills showed and contracts promise is laid over what the inventory
    said.
    """
    register = read_register(session, found.id, numbers=numbers, startup_key=startup_key)
    portfolio = as_portfolio(found, register)
    names = names_by_key(portfolio)
    return with_evidence(
        portfolio,
        as_drills(drill_rows(session, found.id), names),
        as_judgements(judgement_rows(session, found.id), names),
        assumptions,
    )


def stored_parts(
    session: Session,
    store: Store,
    found: PortfolioRecord,
    assumptions: Assumptions,
    *,
    size: int = PART_SIZE,
) -> Parted:
    """A stored portfolio in parts of ``size`` startups, in the order of their numbers."""
    count = select(func.count()).where(startups_of(session, found.id))
    return Parted(
        portfolio=Portfolio(
            name=found.name,
            startups=(),
            invented=found.invented,
            revision=found.revision,
            updated=found.updated_at.date(),
        ),
        parts=tuple(
            StoredPart(
                address=store.address,
                portfolio_id=found.id,
                revision=found.revision,
                first=first,
                last=last,
                assumptions=assumptions,
            )
            for first, last in stretches(session, found.id, size=size)
        ),
        startups=session.scalar(count) or 0,
    )


@lru_cache(maxsize=4)
def _opened(address: str) -> Store:
    """One open store for all parts that a process reads."""
    return open_store(address)
