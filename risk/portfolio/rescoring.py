"""A portfolio's expected loss and tail under one changed assumption after another, quickly.

While the portfolio is laid out once, it is written down which assumptions each startup and the
supply chain read: a startup whose numbers read none of those that change is not read again. The
rest is the engine's work, so the numbers are those of the assessment.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from risk.assumptions import Assumptions, override
from risk.catalog.records import Catalog
from risk.engine.exposures import portfolio_columns
from risk.engine.states import customer_templates
from risk.engine.valuation import measure, prepare, value
from risk.hazard.patterns import EventPatterns
from risk.inventory.records import Portfolio
from risk.portfolio.book import Member, Progress, chain_behind, member_of
from risk.portfolio.exact_year import exact_year

NAMES = frozenset(one.name for one in fields(Assumptions))
TAIL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class _Recorded(Assumptions):
    """The same numbers; remembers which of them were read."""

    read: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        if name in NAMES:
            object.__getattribute__(self, "read").add(name)
        return object.__getattribute__(self, name)


@dataclass(frozen=True, kw_only=True)
class LossFigures:
    """A portfolio's average annual loss and tail value at risk at 95 %, USD a year."""

    aal_usd: float
    tvar95_usd: float


@dataclass(frozen=True, kw_only=True)
class ScoredBook:
    """A portfolio scored once, ready to be scored again under other assumptions.

    ``read_by_member`` says by startup which assumptions its numbers read, ``read_by_chain`` those
    of the supply chain and its events, ``read_by_engine`` those of what comes after.
    """

    portfolio: Portfolio
    catalog: Catalog
    assumptions: Assumptions
    today: date
    members: tuple[Member, ...]
    events: tuple[EventPatterns, ...]
    read_by_member: tuple[frozenset[str], ...]
    read_by_chain: frozenset[str]
    read_by_engine: frozenset[str]
    figures: LossFigures

    @property
    def read(self) -> frozenset[str]:
        """The assumptions that any part of the calculation reads; no other can move it."""
        return self.read_by_engine.union(self.read_by_chain, *self.read_by_member)


def score_once(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    progress: Progress | None = None,
) -> ScoredBook:
    """Score the portfolio and note who reads which assumption. ``progress`` hears 0 to 1."""
    startups = sorted(portfolio.startups, key=lambda one: one.name)
    recorders = [_recorder(assumptions) for _ in startups]
    members = []
    for done, (one, recorder) in enumerate(zip(startups, recorders, strict=True), start=1):
        members.append(member_of(one, catalog=catalog, assumptions=recorder, today=today))
        if progress:
            progress(0.5 * done / len(startups))
    of_chain, of_engine = _recorder(assumptions), _recorder(assumptions)
    _, events = chain_behind(members, catalog=catalog, assumptions=of_chain, today=today)
    figures = _figures(members, events, of_engine)
    if progress:
        progress(1.0)
    return ScoredBook(
        portfolio=portfolio,
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        members=tuple(members),
        events=events,
        read_by_member=tuple(frozenset(one.read) for one in recorders),
        read_by_chain=frozenset(of_chain.read),
        read_by_engine=frozenset(of_engine.read),
        figures=figures,
    )


def score_again(book: ScoredBook, changes: Mapping[str, float]) -> LossFigures:
    """The figures under other values of some assumptions, everything else as it was.

    Raises:
        ValueError: a name is unknown or a value lies outside its bounds.
    """
    assumptions = override(book.assumptions, changes)
    changed = {name for name in changes if changes[name] != getattr(book.assumptions, name)}
    if not changed & book.read:
        return book.figures
    members = [
        member_of(one.startup, catalog=book.catalog, assumptions=assumptions, today=book.today)
        if changed & read
        else one
        for one, read in zip(book.members, book.read_by_member, strict=True)
    ]
    events = book.events
    if changed & book.read_by_chain:
        _, events = chain_behind(
            members, catalog=book.catalog, assumptions=assumptions, today=book.today
        )
    return _figures(members, events, assumptions)


def _recorder(assumptions: Assumptions) -> _Recorded:
    return _Recorded(**{name: getattr(assumptions, name) for name in NAMES})


def _figures(
    members: list[Member], events: tuple[EventPatterns, ...], assumptions: Assumptions
) -> LossFigures:
    columns = portfolio_columns(((one.numbers, one.placed) for one in members), assumptions)
    prepared = prepare(columns, customer_templates(events), assumptions)
    valued = value(prepared, measure(prepared.states, prepared.states.rates))
    year = exact_year(prepared, valued, frailty_variance=assumptions.frailty_variance)
    return LossFigures(aal_usd=year.aal_usd, tvar95_usd=year.tvar_usd(TAIL_LEVEL))
