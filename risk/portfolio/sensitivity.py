"""Sensitivity of a portfolio's result: everything uncertain that all share, at both of its ends.

A tornado: the expected loss and its median are taken again with one thing at its 10 and at its 90 %
point, all else as it is in the first worlds. What is moved is each judgement (several numbers that
rest on one move together) and each of their numbers alone, what all rates of a kind share and the
rate of each provider, and where the facts that nobody stated lie in this portfolio. The tail is not
taken: it would need the law of a year at each of some hundred ends. docs/method.md §7.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from risk.assumptions import (
    RISING,
    UNKNOWN_FACTS,
    AssumptionRow,
    Assumptions,
    assumption_rows,
    override,
)
from risk.catalog.failure_kinds import SERVICE_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.hazard.failure_settings import RATE_MULTIPLES
from risk.inventory.progress import Progress, unheard
from risk.loss.draws import Z90
from risk.loss.exposures import Exposures
from risk.loss.facts import COMMON, NAMES, fact_at
from risk.loss.judgement import PACE, VARIABLES, WIND_DOWN_NOTICE, place_of
from risk.loss.questions import asked_of
from risk.loss.rates import multiples
from risk.loss.valuation import Valuation
from risk.loss.valuing import THREADS
from risk.portfolio.moved_numbers import Laboratory, Losses, Move
from risk.portfolio.results import Lever, PortfolioAssessment, Source

#: Numbers that change the reference facts themselves, by what was heard or imported.
CATALOG_NUMBERS = frozenset(
    one.name
    for one in fields(Assumptions)
    if one.name == "learn_from_incidents" or one.name.startswith("signal")
)
#: Numbers that the loss reads and that are part of no judgement.
FURTHER_NUMBERS = (
    *("switch_spread", "fallback_test_fresh_days", "fallback_test_valid_days"),
    "herd_unlisted_share",
    *(f"{one}{end}" for one in UNKNOWN_FACTS for end in ("_low", "", "_high")),
)
#: Where the facts that nobody stated lie, by the name of their prior.
FACTS = {
    "revenue": "unknown revenues",
    "gross_margin": "unknown gross margins",
    "ai_share": "unknown shares of AI",
    "engineers": "unknown teams",
    "spend_share": "unknown spend",
}
#: So many things that would narrow the range are named, and so many startups to ask first.
MOST_NAMED, MOST_ASKED = 5, 3
#: What the ends of the pace of switching and of a rate are called.
TIMES, A_YEAR = "times the days to switch", "events a year"
#: The reference facts under other numbers, and the rates of winding down before signals.
CatalogUnder = Callable[[Assumptions], tuple[Catalog, Mapping[str, float]]]


class Sort(StrEnum):
    """What a driver is: one judgement, one number of several, rates of a kind, one rate, facts."""

    JUDGEMENT = "judgement"
    NUMBER = "number"
    KIND = "rates of a kind"
    RATE = "rate"
    FACTS = "facts"


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What is moved, with the values of its numbers at either end.

    For several numbers ``low`` is where their judgement is low. Of a rate it is the events a year;
    of what no number says (how much notice a wind-down leaves) nothing. ``rate`` names whose rate
    it is: root, kind and level.
    """

    name: str
    sort: Sort
    low: Mapping[str, float]
    high: Mapping[str, float]
    rate: tuple[str, FailureKind, str] | None = None

    @property
    def single(self) -> bool:
        """True where one number of the table of assumptions is moved, and nothing else."""
        return len(self.low) == 1 and TIMES not in self.low


@dataclass(frozen=True, kw_only=True)
class LossFigures:
    """A portfolio's expected loss and the median of what it may be, in USD a year."""

    aal_usd: float
    median_usd: float


@dataclass(frozen=True, kw_only=True)
class Swing:
    """The portfolio with one driver at its low and at its high end, in USD a year."""

    driver: Driver
    at_low: LossFigures
    at_high: LossFigures

    @property
    def aal_usd(self) -> float:
        """How far the expected loss moves between the two ends."""
        return abs(self.at_high.aal_usd - self.at_low.aal_usd)

    @property
    def median_usd(self) -> float:
        """How far the median moves between the two ends."""
        return abs(self.at_high.median_usd - self.at_low.median_usd)


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """The figures as they are, and the drivers with the largest swing of expected loss first.

    ``sampled`` of ``startups`` were valued, evenly spread; figures are scaled to all.
    ``unread`` are the numbers of the table that the loss does not rest on.
    """

    portfolio: str
    as_it_is: LossFigures
    swings: tuple[Swing, ...]
    startups: int
    sampled: int
    unread: tuple[str, ...]

    def shared(self) -> "Sensitivity":
        """The same with what all of a portfolio share, each thing once."""
        wanted = (Sort.JUDGEMENT, Sort.KIND, Sort.FACTS)
        return self._of(lambda one: one.sort in wanted)

    def rates(self) -> "Sensitivity":
        """The same with rates alone."""
        return self._of(lambda one: one.sort in (Sort.RATE, Sort.KIND))

    def numbers(self) -> "Sensitivity":
        """The same with the numbers of the table of assumptions, one at a time."""
        apart = (Sort.NUMBER, Sort.JUDGEMENT, Sort.KIND)
        return self._of(lambda one: one.sort in apart and one.single)

    def _of(self, wanted: Callable[[Driver], bool]) -> "Sensitivity":
        return replace(self, swings=tuple(one for one in self.swings if wanted(one.driver)))


def sensitivity(
    valuation: Valuation,
    *,
    catalog_under: CatalogUnder | None = None,
    progress: Progress = unheard,
) -> Sensitivity:
    """Value the portfolio with every driver at both ends, in its first worlds.

    Figures are scaled so that what nothing moves is the portfolio's own in all its worlds.
    ``catalog_under`` gives the reference facts under other numbers, where some rates were learned
    from what was heard or imported; without it these numbers do not move. ``progress`` hears how
    far it is after each sort of drivers.
    """
    room = Laboratory(valuation)
    scale = _scale(room)
    sorts: tuple[Callable[[], Iterable[Swing]], ...] = (
        lambda: _shared(room, scale),
        lambda: _swings(room, scale, _numbers(room)),
        lambda: _rates(room, scale),
        lambda: _by_news(room, scale, catalog_under),
    )
    found: list[Swing] = []
    for done, swings in enumerate(sorts):
        progress(done / len(sorts))
        found += swings()
    return Sensitivity(
        portfolio=valuation.portfolio,
        as_it_is=scale(room.as_it_is),
        swings=_largest_first(found),
        startups=len(valuation.members),
        sampled=len(room.book.exposures),
        unread=unread_numbers(valuation.assumptions),
    )


def narrowing(valuation: Valuation) -> tuple[Lever, ...]:
    """What would narrow the portfolio's range most: the first of what its startups share.

    It is what :meth:`Sensitivity.shared` begins with, and nothing else is valued.
    """
    room = Laboratory(valuation)
    scale = _scale(room)
    usual = scale(room.as_it_is).aal_usd
    first = _largest_first(_shared(room, scale))[:MOST_NAMED]
    return tuple(_lever(one, valuation, usual) for one in first if one.aal_usd > 0)


def with_narrowing(answer: PortfolioAssessment, valuation: Valuation) -> PortfolioAssessment:
    """An answer with what would narrow its range most, worked out unless it was kept with it."""
    if answer.levers is not None:
        return answer
    return replace(answer, levers=narrowing(valuation))


def _lever(swing: Swing, valuation: Valuation, usual: float) -> Lever:
    low, high = sorted(end.aal_usd / usual for end in (swing.at_low, swing.at_high))
    name = swing.driver.name
    if swing.driver.sort is not Sort.FACTS:
        kind = Source.RATES if swing.driver.sort is Sort.KIND else Source.JUDGEMENT
        return Lever(what=name, kind=kind, low=low, high=high)
    fact = list(FACTS.values()).index(name)
    startups, largest = _whom_to_ask(valuation, fact)
    return Lever(
        what=NAMES[fact],
        kind=Source.FACTS,
        low=low,
        high=high,
        startups=startups,
        largest=largest,
    )


def _whom_to_ask(valuation: Valuation, fact: int) -> tuple[int, tuple[str, ...]]:
    """How many startups that lose anything left a fact open, and whose answers narrow most."""
    found, questions = valuation.answer.startups, valuation.answer.questions
    explained = np.where(found.question == fact, found.narrows, 0.0)
    if questions is not None:
        about = questions.fact == fact
        np.maximum.at(explained, questions.owner[about], questions.narrows[about])
    open_now = _silent(valuation.book.exposures, fact) & (found.mean > 0)
    narrowed = np.where(open_now, (found.high - found.low) ** 2 * explained, 0.0)
    first = np.argsort(-narrowed, kind="stable")[:MOST_ASKED]
    names = tuple(valuation.members.names[row] for row in first.tolist() if narrowed[row] > 0)
    return int(open_now.sum()), names


def _silent(exposures: Exposures, fact: int) -> NDArray[np.bool_]:
    """Which startups left a fact open, of themselves or of a dependency, (startups,)."""
    asked = next(one for one in asked_of(exposures) if one.fact == fact)
    return np.bincount(asked.owner, ~asked.known, minlength=len(exposures)) > 0


def _largest_first(swings: Iterable[Swing]) -> tuple[Swing, ...]:
    def place(one: Swing) -> tuple[float, float, str]:
        return -round(one.aal_usd, 6), -round(one.median_usd, 6), one.driver.name

    return tuple(sorted(swings, key=place))


def unread_numbers(assumptions: Assumptions) -> tuple[str, ...]:
    """The numbers that no expected loss rests on, in the order of the table."""
    read = {name for one in VARIABLES for name in (*one.rising, *one.falling)}
    read |= CATALOG_NUMBERS | {*FURTHER_NUMBERS, "rate_multiple", *_kinds_by_number()}
    return tuple(one.name for one in assumption_rows(assumptions) if one.name not in read)


Scale = Callable[[Losses], LossFigures]


def _scale(room: Laboratory) -> Scale:
    """Figures of all startups in all worlds, from losses of those taken in the first worlds."""
    whole, first = room.whole(), room.as_it_is
    share = len(room.valuation.members) / max(len(room.book.exposures), 1)

    def times(all_worlds: float, first_worlds: float) -> float:
        return share * (all_worlds / first_worlds if first_worlds > 0 else 1.0)

    mean = times(float(whole.mean.mean()), float(first.mean.mean()))
    median = times(float(np.median(whole.drawn)), float(np.median(first.drawn)))

    def scaled(losses: Losses) -> LossFigures:
        return LossFigures(
            aal_usd=float(losses.mean.mean()) * mean,
            median_usd=float(np.median(losses.drawn)) * median,
        )

    return scaled


@dataclass(frozen=True, kw_only=True)
class _Moved:
    driver: Driver
    low: Move
    high: Move


def _shared(room: Laboratory, scale: Scale) -> list[Swing]:
    """What all startups share, each thing once: judgements, unknown facts, rates of a kind."""
    return [*_swings(room, scale, [*_judgements(room), *_facts(room)]), *_kinds(room, scale)]


def _swings(room: Laboratory, scale: Scale, found: Sequence[_Moved]) -> list[Swing]:
    losses = room.moved([move for one in found for move in (one.low, one.high)])
    return [
        Swing(driver=one.driver, at_low=scale(losses[2 * i]), at_high=scale(losses[2 * i + 1]))
        for i, one in enumerate(found)
    ]


def _judgements(room: Laboratory) -> list[_Moved]:
    assumptions = room.valuation.assumptions
    rows = {row.name: row for row in assumption_rows(assumptions)}
    found = []
    for one in VARIABLES:
        ends: tuple[dict[str, float], dict[str, float]] = ({}, {})
        for end in (0, 1):
            ends[end].update({name: range_of(rows[name], assumptions)[end] for name in one.rising})
            ends[end].update(
                {name: range_of(rows[name], assumptions)[1 - end] for name in one.falling}
            )
        low, high = Move(numbers=ends[0]), Move(numbers=ends[1])
        shown: Sequence[Mapping[str, float]] = ends
        if one.name == PACE:
            paces = [exp(assumptions.switch_spread * z) for z in (-Z90, Z90)]
            low, high = Move(pace=paces[0]), Move(pace=paces[1])
            shown = [{TIMES: pace} for pace in paces]
        elif one.name == WIND_DOWN_NOTICE:
            low, high = Move(notice_z=-Z90), Move(notice_z=Z90)
        driver = Driver(name=one.name, sort=Sort.JUDGEMENT, low=shown[0], high=shown[1])
        found.append(_Moved(driver=driver, low=low, high=high))
    return found


def _numbers(room: Laboratory) -> list[_Moved]:
    """Each number of a judgement about several, and those that are part of none."""
    assumptions = room.valuation.assumptions
    several = [(*one.rising, *one.falling) for one in VARIABLES]
    names = {name for some in several if len(some) > 1 for name in some} | {*FURTHER_NUMBERS}
    pace_z = room.base.judgement.z[:, place_of(PACE)]
    found = []
    for row in assumption_rows(assumptions):
        if row.name not in names:
            continue
        ends = [{row.name: end} for end in range_of(row, assumptions)]
        moves = [Move(numbers=one) for one in ends]
        if row.name == "switch_spread":
            moves = [Move(pace=np.exp(one[row.name] * pace_z)) for one in ends]
        driver = Driver(name=row.name, sort=Sort.NUMBER, low=ends[0], high=ends[1])
        found.append(_Moved(driver=driver, low=moves[0], high=moves[1]))
    return found


def _facts(room: Laboratory) -> list[_Moved]:
    """Where the facts lie that nobody stated.

    What many startups left open lies together as far as they have a part in common, ρ of the
    variance; what one left open may lie anywhere. The middle of all has the variance ρ + (1 - ρ)·H,
    H being Σ w² / (Σ w)² over what those startups lose.
    """
    priors, found = room.base.priors, []
    part = len(room.book.exposures) / max(len(room.valuation.members), 1)
    for fact, (name, scaled) in enumerate(COMMON):
        shared = float(priors.shared[fact])
        losses = room.each[_silent(room.book.exposures, fact)]
        alone = part * float((losses**2).sum()) / max(float(losses.sum()) ** 2, 1e-300)
        place = Z90 * sqrt(shared + (1 - shared) * alone)
        middles = [fact_at(z, fact, priors.points) for z in (-place, place)]
        ends = [{f"unknown_{name}": exp(one) if scaled else float(one)} for one in middles]
        driver = Driver(name=FACTS[name], sort=Sort.FACTS, low=ends[0], high=ends[1])
        common = place / sqrt(max(shared, 1e-12))
        low, high = (Move(common={fact: z}) for z in (-common, common))
        found.append(_Moved(driver=driver, low=low, high=high))
    return found


def _kinds_by_number() -> dict[str, frozenset[FailureKind]]:
    """The kinds whose rates share a number."""
    own = {name: frozenset({kind}) for kind, name in RATE_MULTIPLES.items()}
    return {"rate_multiple": frozenset(SERVICE_KINDS), **own}


#: What moves the rates of outages and slowdowns, which share no number of their own.
OUTAGE_RATES = "rates of outages and slowdowns"


def _kinds(room: Laboratory, scale: Scale) -> list[Swing]:
    """What all rates of a kind share, at its ends."""
    assumptions, hazards, found = room.valuation.assumptions, room.base.hazards, []
    for number, kinds in _kinds_by_number().items():
        places = np.flatnonzero(hazards.are(*kinds))
        usual = float(getattr(assumptions, number))
        factors = multiples(next(iter(kinds)), assumptions, np.array([0.1, 0.9])).tolist()
        ends = [room.times_rate(places, one, known=kinds) for one in factors]
        driver = Driver(
            name=OUTAGE_RATES if number == "rate_multiple" else number,
            sort=Sort.KIND,
            low={number: usual * factors[0]},
            high={number: usual * factors[1]},
        )
        found.append(Swing(driver=driver, at_low=scale(ends[0]), at_high=scale(ends[1])))
    return found


def _rates(room: Laboratory, scale: Scale) -> list[Swing]:
    """Every uncertain rate at the 10 and 90 % points of its law."""
    hazards = room.base.hazards
    touched = np.asarray(room.by_event.any(axis=0))

    def swing(group: int) -> Swing | None:
        places = np.flatnonzero(hazards.group == group)
        shape = float(hazards.shape[places[0]])
        if not np.isfinite(shape) or not touched[places].any():
            return None
        root, kind, level = hazards.groups[group]
        times = (gammaincinv(shape, np.array([0.1, 0.9])) / shape).tolist()
        ends = [room.times_rate(places, one) for one in times]
        usual = float(hazards.rate[places].max())
        driver = Driver(
            name=rate_name(root, kind, level),
            sort=Sort.RATE,
            low={A_YEAR: usual * times[0]},
            high={A_YEAR: usual * times[1]},
            rate=(root, kind, level),
        )
        return Swing(driver=driver, at_low=scale(ends[0]), at_high=scale(ends[1]))

    _ = room.once_each  # made before threads ask for it
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(swing, range(len(hazards.groups))))
    return [one for one in found if one is not None]


def rate_name(root: str, kind: FailureKind, level: str) -> str:
    """What a rate is called in files: root, kind and level."""
    return f"{root}: {kind.value}" + (f" ({level})" if level else "")


def _by_news(room: Laboratory, scale: Scale, catalog_under: CatalogUnder | None) -> list[Swing]:
    """Numbers that change the reference facts, where something was heard or imported."""
    own, found = room.valuation, []
    usual = scale(room.as_it_is)
    for row in assumption_rows(own.assumptions):
        if row.name not in CATALOG_NUMBERS:
            continue
        ends = [{row.name: end} for end in range_of(row, own.assumptions)]
        figures = [usual, usual]
        if catalog_under is not None:
            for place, end in enumerate(ends):
                assumptions = override(own.assumptions, end)
                catalog, before = catalog_under(assumptions)
                if (catalog.rates, before) != (own.catalog.rates, own.before_signals):
                    other = replace(
                        own, catalog=catalog, assumptions=assumptions, before_signals=before
                    )
                    figures[place] = scale(room.under(other))
        driver = Driver(name=row.name, sort=Sort.NUMBER, low=ends[0], high=ends[1])
        found.append(Swing(driver=driver, at_low=figures[0], at_high=figures[1]))
    return found


def range_of(row: AssumptionRow, assumptions: Assumptions) -> tuple[float, float]:
    """The plausible range, widened to the value in use; numbers that must rise keep rising."""
    low, high = min(row.plausible_low, row.value), max(row.plausible_high, row.value)
    for names in RISING:
        if row.name in names:
            place = names.index(row.name)
            if place > 0:
                low = max(low, getattr(assumptions, names[place - 1]))
            if place < len(names) - 1:
                high = min(high, getattr(assumptions, names[place + 1]))
    return low, high
