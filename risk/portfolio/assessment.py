"""The answer for a portfolio: what it and its startups may lose, through whom, and what to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import SERVICE_KINDS
from risk.catalog.own import digest_parts
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.answer import StartupAnswers, part_answer, setting_of
from risk.loss.changes import mixed
from risk.loss.exposures import Exposures
from risk.loss.facts import CRITICAL, NAMES
from risk.loss.hazards import KINDS, Hazards
from risk.loss.questions import OF_COMPANY, Questions
from risk.loss.tails import tail_parts
from risk.loss.uncertainty import HIGH, LOW
from risk.loss.valuation import Members, Valuation, Worked, valuation_of
from risk.loss.valuing import DRAWN_FACTS, WorldTables, value
from risk.portfolio.advice import leave
from risk.portfolio.deadlines import soonest_ends
from risk.portfolio.results import (
    LEAST_TO_SPREAD,
    CashOutCount,
    EventPart,
    ExceedancePoint,
    Interval,
    PortfolioAssessment,
    TailPart,
    VarianceShares,
)
from risk.portfolio.startups import Assessed, StartupTable
from risk.portfolio.structure import structure_of

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Changes whenever the same facts would give other numbers.
MODEL_VERSION = "5.2"
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


def assess_portfolio(
    portfolio: Portfolio, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> PortfolioAssessment:
    """The answer for a portfolio of records."""
    return assess(valuation_of(portfolio, catalog=catalog, assumptions=assumptions, today=today))


def assess(valuation: Valuation) -> PortfolioAssessment:
    """The answer for a portfolio that is laid out."""
    answer, structure = valuation.answer, structure_of(valuation)
    book, law = answer.book, answer.book.year.law
    asked = if_asked(valuation)
    tail_of = tail_parts(valuation.book.exposures, valuation.world_tables, book.tail)
    table = _table(valuation, asked, tail_of.startups)
    startups = answer.startups
    tail = law.tail_value_at_risk(0.95)
    high = max(book.high, asked.total_high)
    values, beyond = book.year.at_risk(0.95)
    digests = _digests(valuation)
    valuation.let_go()
    return PortfolioAssessment(
        portfolio=valuation.portfolio,
        invented=valuation.invented,
        startups=Assessed(table),
        aal_usd=book.mean,
        mean_error=book.mean_error,
        median_usd=book.median,
        aal_interval_usd=Interval(low=book.low, high=high),
        variance_shares=VarianceShares(
            facts=book.by_facts, rates=book.by_rates, judgement=book.by_judgement
        ),
        facts_known=book.facts_known,
        judged_factor=book.judged_factor,
        gross_profit_usd=float(startups.gross_profit.sum(dtype=np.float64)),
        var95_usd=law.value_at_risk(0.95),
        tvar95_usd=tail,
        var95_interval_usd=_between(values),
        tvar95_interval_usd=_between(beyond),
        var99_usd=law.value_at_risk(0.99),
        tvar99_usd=law.tail_value_at_risk(0.99),
        exceedance=_exceedance(valuation),
        expected_parts=_by_root(book.by_event, valuation.worlds.hazards),
        concentration=structure.concentration,
        dependence=structure.dependence,
        listed_providers=structure.listed_providers,
        exposed_startups=int(table.depends.sum()),
        cash_out=CashOutCount(
            known=book.cash_out.known,
            anyway=book.cash_out.anyway,
            newly=book.cash_out.newly,
            newly_interval=Interval(low=book.cash_out.newly_low, high=book.cash_out.newly_high),
        ),
        worlds=answer.worlds,
        model_version=MODEL_VERSION,
        catalogue_date=valuation.catalog.catalogue_date.isoformat(),
        data_digest=digests[1],
        register_digest=digests[0],
        learned=valuation.catalog.learned,
        as_of=valuation.today.isoformat(),
        dependence_adjusted=structure.dependence_adjusted,
        diversification=_diversification(tail, startups),
        single_points=structure.single_points,
        pairs=structure.pairs,
        tail_parts=_tail_parts(valuation, tail_of.routes),
    )


def register_digest(valuation: Valuation) -> str:
    """The digest of the facts and assumptions that a portfolio is valued on."""
    return _digests(valuation)[0]


def _between(values: Array) -> Interval:
    low, high = np.quantile(values, [LOW, HIGH]).tolist()
    return Interval(low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class IfAsked:
    """Upper ends if every open question is a yes: of loss and score (startups,), of the total."""

    high: Array
    score: Array
    total_high: float


def if_asked(valuation: Valuation) -> IfAsked:
    """What startups would lose if every dependency of which it is open were a language model."""
    high, score = np.zeros(len(valuation.members)), np.zeros(len(valuation.members))
    asked, other = valuation.asked, valuation.if_asked
    if asked is None or other is None:
        return IfAsked(high=high, score=score, total_high=0.0)
    setting = setting_of(other.world_tables, other.assumptions, len(valuation.members))
    found = part_answer(other.book.exposures, setting).startups
    high[asked.places], score[asked.places] = found.high, found.score_high
    # Where a startup would lose less then, its questions are no yes.
    worse = np.flatnonzero(found.mean > valuation.answer.startups.mean[asked.places])
    total = valuation.answer.book.drawn
    if len(worse):
        now = valuation.book.exposures.taken(asked.places[worse])
        then = other.book.exposures.taken(worse)
        total = total + _drawn(then, other.world_tables) - _drawn(now, valuation.world_tables)
    return IfAsked(high=high, score=score, total_high=float(np.quantile(total, HIGH)))


def _drawn(exposures: Exposures, world_tables: WorldTables) -> Array:
    """Losses of some startups together in every world and draw of rates, (worlds, draws) USD."""
    return np.asarray(value(exposures, world_tables).y[:, :, 1:DRAWN_FACTS].sum(axis=1))


def _table(valuation: Valuation, asked: IfAsked, tail: Array) -> StartupTable:
    """The columns that startups' answers are made from."""
    book, members, answer = valuation.book, valuation.members, valuation.answer
    one, leads = book.exposures, answer.leads
    start, providers = _providers(one, leads.of_route)
    main = answer.startups.main_link.astype(np.int64)
    link = one.link_start[one.case_start[:-1]] + main
    has = main >= 0
    services = tuple(dict.fromkeys(route.endpoint.service.name for route in book.routes))
    of_route = np.array(
        [services.index(route.endpoint.service.name) for route in book.routes], dtype=np.int32
    )
    hazards = valuation.worlds.hazards
    soonest = soonest_ends(valuation)
    ending = np.unique(soonest[soonest >= 0])
    ends = [valuation.catalog.retirements[place] for place in ending.tolist()]
    return StartupTable(
        names=members.names,
        sectors=members.sectors,
        questions=members.questions,
        answers=answer.startups,
        tail=tail,
        profit_known=~np.isnan(one.revenue) & ~np.isnan(one.gross_margin),
        asked_high=asked.high,
        asked_score=asked.score,
        provider_start=start,
        providers=providers,
        developers=leads.names,
        main_service=_at(of_route[one.route] if len(one.route) else one.route, link, has),
        main_fallback=_at(one.fallback, link, has),
        main_plan=_at(one.plan, link, has),
        main_case=_main_cases(one, members, link, has),
        services=services,
        roots=tuple(event.root for event in hazards.events),
        kinds=hazards.kinds,
        rates=valuation.worlds.rates[0, 0],
        unknown=None if answer.questions is None else _unknown(valuation, answer.questions),
        ending=np.where(soonest < 0, -1, np.searchsorted(ending, soonest)).astype(np.int32),
        ending_actions=tuple(leave(one.model, one.shutdown, valuation.today) for one in ends),
    )


def _providers(one: Exposures, of_route: Codes) -> tuple[Codes, Codes]:
    """The developers that each startup depends on: where each one's begin, and their codes."""
    links = np.diff(one.link_start)
    case_of_link = np.repeat(np.arange(len(links)), links)
    owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))[case_of_link]
    depends = np.zeros((len(one), int(of_route.max(initial=0)) + 1), dtype=np.bool_)
    depends[owner, of_route[one.route]] = True
    owners, developers = np.nonzero(depends)
    start = np.searchsorted(owners, np.arange(len(one) + 1))
    return start.astype(np.int32), developers.astype(np.int32)


def _at(values: NDArray[Any], place: NDArray[np.int64], has: NDArray[np.bool_]) -> Codes:
    """Values at places, -1 where there is none."""
    found = np.full(len(place), -1, dtype=np.int32)
    found[has] = values[place[has]]
    return found


def _main_cases(
    one: Exposures, members: Members, link: NDArray[np.int64], has: NDArray[np.bool_]
) -> Sequence[str | None]:
    """The names of the use cases of startups' main dependencies, None where none is known."""
    if members.use_cases is None:
        return _Nothing(len(one))
    case = np.searchsorted(one.link_start, link, side="right") - 1
    return [
        members.use_cases[place] if known else None
        for place, known in zip(case.tolist(), has.tolist(), strict=True)
    ]


class _Nothing(Sequence[None]):
    """As many times None."""

    def __init__(self, count: int) -> None:
        self.length = count

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, place: Any) -> Any:
        return None


def _unknown(valuation: Valuation, questions: Questions) -> tuple[tuple[str, ...], ...]:
    """Facts that nobody stated of each startup, most influential first, then those on its cash."""
    one, members = valuation.book.exposures, valuation.members
    links = np.diff(one.link_start)
    case_of_link = np.repeat(np.arange(len(links)), links)
    found: list[list[str]] = [[] for _ in range(len(one))]
    for owner, fact, place in zip(
        questions.owner.tolist(), questions.fact.tolist(), questions.place.tolist(), strict=True
    ):
        path = [NAMES[fact]]
        if fact == CRITICAL and members.use_cases is not None:
            path.insert(0, members.use_cases[place])
        elif fact not in OF_COMPANY and members.use_cases is not None:
            text = members.texts[place] if members.texts is not None else ""
            path[:0] = [members.use_cases[int(case_of_link[place])], text]
        found[owner].append(" / ".join(path))
    for name, values in (("cash_usd", one.cash), ("monthly_burn_usd", one.burn)):
        for row in np.flatnonzero(np.isnan(values)).tolist():
            found[row].append(name)
    return tuple(tuple(names) for names in found)


def _exceedance(valuation: Valuation) -> tuple[ExceedancePoint, ...]:
    """What one disruption and what a year costs at least once in so many years."""
    book = valuation.answer.book.year
    found = []
    for period in RETURN_PERIODS:
        year = book.law.value_at_risk(1 - 1 / period)
        # ``above`` falls; between two points it is straight.
        single = float(np.interp(-1 / period, -book.above, book.losses))
        single = single if book.above[0] >= 1 / period else 0.0
        # On the grid the largest disruption may seem to pass the year by less than a cell.
        found.append(
            ExceedancePoint(return_period_years=period, oep_usd=min(single, year), aep_usd=year)
        )
    return tuple(found)


def _diversification(tail: float, startups: StartupAnswers) -> float | None:
    """TVaR / Σ TVaR_i, at most 1; None below LEAST_TO_SPREAD startups that lose anything."""
    alone = float(startups.tvar95.sum(dtype=np.float64))
    if int((startups.mean > 0).sum()) < LEAST_TO_SPREAD or alone <= 0:
        return None
    return min(1.0, tail / alone)


def _by_root(by_event: Array, hazards: Hazards) -> tuple[EventPart, ...]:
    """Losses (events,) by root and kind, largest first."""
    found: dict[tuple[str, int], float] = {}
    for event in np.flatnonzero(by_event).tolist():
        key = hazards.events[event].root, int(hazards.kinds[event])
        found[key] = found.get(key, 0.0) + float(by_event[event])
    ordered = sorted(found.items(), key=lambda one: (-round(one[1], 9), one[0]))
    return tuple(
        EventPart(root=root, kind=KINDS[kind], aal_usd=usd) for (root, kind), usd in ordered
    )


def _tail_parts(valuation: Valuation, of_route: Array) -> Mapping[str, tuple[TailPart, ...]]:
    """The tail at 95 % by provider called, by root and by kind; each adds up to all of it.

    ``of_route`` (routes,) are the parts of routes. Outages and slowdowns carry the tail together,
    each as much as it adds to the expected loss.
    """
    book, hazards = valuation.book, valuation.worlds.hazards
    answer = valuation.answer.book
    by_service: dict[str, float] = {}
    for route, usd in zip(book.routes, of_route.tolist(), strict=True):
        name = route.endpoint.service.name
        by_service[name] = by_service.get(name, 0.0) + usd
    tail = answer.tail.by_event
    by_event = tail[:-1].copy()
    waits = hazards.are(*SERVICE_KINDS)
    expected = np.where(waits, answer.by_event, 0.0)
    if expected.sum() > 0:
        by_event += tail[-1] * expected / expected.sum()
    by_root: dict[str, float] = {}
    by_kind: dict[str, float] = {}
    for event, usd in zip(hazards.events, by_event.tolist(), strict=True):
        by_root[event.root] = by_root.get(event.root, 0.0) + usd
        by_kind[event.kind.value] = by_kind.get(event.kind.value, 0.0) + usd
    return {
        "provider": _largest_first(by_service),
        "root": _largest_first(by_root),
        "kind": _largest_first(by_kind),
    }


def _largest_first(parts: Mapping[str, float]) -> tuple[TailPart, ...]:
    ordered = sorted(parts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(TailPart(name=name, tvar95_usd=usd) for name, usd in ordered if usd > 0)


def _digests(valuation: Valuation) -> tuple[str, str]:
    """Digests of facts and assumptions, without and with what was learned since.

    Equal means equal inputs, in whatever order the startups stand.
    """
    text = _facts_digest(valuation)
    endpoints = valuation.columns.endpoints
    called = {one.service.name for one in endpoints} | {one.service.host for one in endpoints}
    called |= {one.service.developer or "" for one in endpoints}
    # Own facts are the register's where it names one of them, and else nothing to it.
    own = digest_parts(valuation.catalog.own) if called & valuation.catalog.own.names else ()
    stated = repr((valuation.portfolio, text, valuation.assumptions, *own))
    plain = sha256(stated.encode()).hexdigest()[:16]
    learned = sha256(repr((stated, *valuation.catalog.learned)).encode()).hexdigest()[:16]
    return plain, learned if valuation.catalog.learned else plain


def _facts_digest(valuation: Valuation) -> str:
    """A digest of names and columns in whatever order; ages and ends are days of the calendar.

    Rows are marked, each with whose it is, and the marks added up, so that those of startups that
    changed can be exchanged. An endpoint or a country goes by the mark of its name.
    """

    def work(part: Valuation) -> Worked:
        cases = np.zeros((len(part.columns.cases.row), 0))
        return Worked(cases=cases, sums=_marked(part))

    return sha256(valuation.worked_out("facts", work).sums.tobytes()).hexdigest()


def _marked(valuation: Valuation) -> NDArray[np.uint64]:
    """The marks of all rows of each table added up, modulo 2^64, and how many there are."""
    columns, members = valuation.columns, valuation.members
    day = valuation.today.toordinal()
    marks: Mapping[str, NDArray[Any]] = {
        **dict.fromkeys(("endpoint", "backup"), _marks(one.node for one in columns.endpoints)),
        "country": _marks(columns.countries),
        **{"startup": columns.startups.row, "case": columns.cases.row},
    }
    beside = {"startups": (_marks(members.names)[:-1], members.questions)}
    found = []
    for place, name in enumerate(("startups", "cases", "dependencies")):
        table = getattr(columns, name)
        mark = np.full(len(table.row), place, dtype=np.uint64)
        for one in fields(table):
            values = getattr(table, one.name)
            if one.name.endswith("age"):
                values = day - values
            elif one.name == "contract_left":
                values = day + values
            elif one.name in marks:
                values = marks[one.name][values]
            mark = mixed(mark ^ _bits(values))
        for values in beside.get(name, ()):
            mark = mixed(mark ^ _bits(values))
        found += [mark.sum(dtype=np.uint64), np.uint64(len(mark))]
    return np.array(found, dtype=np.uint64)


def _bits(values: NDArray[Any]) -> NDArray[np.uint64]:
    """What is stored of numbers of 64 bits or fewer; of one that is unknown always the same."""
    if values.dtype.kind == "f":
        # An unknown that was calculated with, a day less an unknown one, may have another sign.
        values = np.where(np.isnan(values), np.nan, values)
    return values.view(np.uint64) if values.itemsize == 8 else values.astype(np.uint64)


def _marks(names: Iterable[str]) -> NDArray[np.uint64]:
    """Eight bytes for each name, and 0 at the last place, for none."""
    digests = [blake2b(name.encode(), digest_size=8).digest() for name in names]
    return np.frombuffer(b"".join([*digests, bytes(8)]), dtype=np.uint64)
