"""Step 1 of the designation of critical providers, indicator by indicator, as far as can be known.

Commission Delegated Regulation (EU) 2024/1502; the criteria, their thresholds, how we read the
register for them, their sources and what is in doubt stand in ``fixtures/oversight_criteria.csv``.
This is no designation: the authorities count all financial entities of the Union, and weigh more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from risk.dora.oversight import (
    FINANCIAL,
    MAYBE,
    YES,
    Bounds,
    Indicator,
    Oversight,
)
from risk.dora.stack_codes import Flags, Floats, Ints
from risk.dora.stacked import CATEGORIES
from risk.inventory.shipped import shipped

#: 1.1 and 1.2 in the same category, as Art. 2 wants both.
BOTH = "1"
#: Sub-criteria of step 1 in the order of the regulation; BOTH stands for the first two.
ASKED = (BOTH, "2.1", "2.2", "4.1", "4.2")
_CREDIT = CATEGORIES.index("eba_CT:x12")
#: Points (g) to (j) of Art. 2(1) DORA: depositories, counterparties, venues, trade repositories.
_POINTS_G_TO_J = tuple(CATEGORIES.index(f"eba_CT:x{code}") for code in (304, 643, 305, 306))


class Verdict(IntEnum):
    """Whether a criterion holds; the order is that of certainty that it does."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def words(self) -> str:
        """As a reader sees it."""
        return {0: "not met", 1: "cannot be known", 2: "met"}[self.value]


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One sub-criterion: article, our words, threshold, how it is read, source and doubt.

    ``threshold`` is as the table has it, several separated by semicolons; empty in step 2.
    """

    id: str
    step: int
    article: str
    words: str
    threshold: str
    unit: str
    reading: str
    source: str
    doubt: str

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The figures of the threshold."""
        return tuple(float(one) for one in self.threshold.split(";") if one)

    @property
    def least(self) -> str:
        """The threshold as a reader sees it: ``10 %``, or ``1; 3; 3,000``; empty without one."""
        if self.unit.startswith("share"):
            return f"{100 * self.thresholds[0]:g} % ({self.unit})"
        figures = "; ".join(f"{one:,.0f}" for one in self.thresholds)
        return f"{figures} ({self.unit})" if figures else ""


def criteria() -> Mapping[str, Criterion]:
    """Every sub-criterion by its number."""
    return {
        row["id"]: Criterion(**{**row, "step": int(row["step"])})  # type: ignore[arg-type]  # texts
        for row in shipped("oversight_criteria")
    }


@dataclass(frozen=True, kw_only=True)
class Important:
    """LEIs of systemically important entities; ``osii`` has the score of each, None unknown."""

    gsii: frozenset[str]
    osii: Mapping[str, float | None]
    systemic: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A criterion for each provider. ``category`` is the place of the one that decides, or -1.

    ``low``, ``high`` and ``stated`` are the share there, or numbers of entities for 2.1 and 2.2.
    """

    verdict: Ints
    category: Ints
    low: Floats
    high: Floats
    stated: Floats


@dataclass(frozen=True, kw_only=True)
class StepOne:
    """Step 1 for every provider that a financial entity uses, in the order of their places.

    ``answers`` are by criterion, with :data:`BOTH`; ``overall`` asks for all of :data:`ASKED`.
    ``exempt``: providers that serve only their own group, which Art. 31(8) DORA leaves out.
    """

    provider: Ints
    answers: Mapping[str, Answered]
    overall: Ints
    exempt: Flags
    with_chain: bool


def step_one(
    oversight: Oversight, *, important: Important | None = None, with_chain: bool = False
) -> StepOne:
    """Which providers fulfil step 1 surely, possibly or not at all.

    Without a list of important entities 2.1 and 2.2 cannot be known. ``with_chain`` counts
    entities that reach a provider through subcontractors too.
    """
    known = criteria()
    basis = Indicator.CRITICAL if with_chain else Indicator.CRITICAL_DIRECT
    providers = np.unique(oversight.provider)
    one, two = known["1.1"].thresholds[0], known["1.2"].thresholds[0]
    entities, assets = oversight.entities(basis), oversight.assets(basis)
    by_entities, by_assets = _held(entities, one), _held(assets, two)
    floor = _anywhere(oversight, basis, providers, one)
    answers = {
        BOTH: _decided(oversight, providers, np.minimum(by_entities, by_assets), entities, floor),
        "1.1": _decided(oversight, providers, by_entities, entities, floor),
        "1.2": _decided(oversight, providers, by_assets, assets, floor),
        "2.1": _systemic_banks(oversight, basis, providers, important),
        "2.2": _other_systemic(oversight, basis, providers, important),
    }
    for number, indicator in (
        ("4.1", Indicator.NO_ALTERNATIVE),
        ("4.2", Indicator.HARD_TO_MIGRATE),
    ):
        least = known[number].thresholds[0]
        shares = oversight.entities(indicator)
        answers[number] = _decided(
            oversight,
            providers,
            _held(shares, least),
            shares,
            _anywhere(oversight, indicator, providers, least),
        )
    overall = np.min([answers[number].verdict for number in ASKED], axis=0)
    return StepOne(
        provider=providers,
        answers=answers,
        overall=overall,
        exempt=oversight.inside[providers],
        with_chain=with_chain,
    )


def _held(shares: Bounds, least: float) -> Ints:
    return np.where(
        shares.low >= least, Verdict.MET, np.where(shares.high >= least, Verdict.UNKNOWN, 0)
    ).astype(np.int8)


def _anywhere(oversight: Oversight, indicator: Indicator, providers: Ints, least: float) -> Ints:
    """What holds in categories in which no entity is known to use a provider.

    An entity without a category may be the only one of another; and of a population that the
    registers do not cover, nobody knows whom it uses.
    """
    cell = oversight.cell_of_no_category[providers]
    there = cell >= 0
    free = np.zeros(len(providers), dtype=bool)
    free[there] = oversight.reach[indicator].possible[cell[there]] > 0
    total = np.array([oversight.totals.entities[at] for at in FINANCIAL])
    outside = np.array([oversight.outside[at] for at in FINANCIAL])
    uncovered = bool((outside >= least * np.maximum(total + outside, 1)).any())
    return np.where(free | uncovered, Verdict.UNKNOWN, Verdict.NOT_MET).astype(np.int8)


def _decided(
    oversight: Oversight, providers: Ints, held: Ints, shares: Bounds, floor: Ints
) -> Answered:
    """The best category of each provider: most surely, then by share, then the larger one."""
    rows = np.flatnonzero(np.isin(oversight.category, FINANCIAL))
    rows = rows[
        np.lexsort(
            (
                oversight.category[rows],
                -oversight.totals.entities[oversight.category[rows]],
                -shares.high[rows],
                -shares.low[rows],
                -held[rows],
                oversight.provider[rows],
            )
        )
    ]
    who, first = np.unique(oversight.provider[rows], return_index=True)
    best = rows[first]
    at = np.searchsorted(providers, who)
    found = {
        "low": np.zeros(len(providers)),
        "high": np.zeros(len(providers)),
        "stated": np.full(len(providers), np.nan),
    }
    for name, column in found.items():
        column[at] = getattr(shares, name)[best]
    category = np.full(len(providers), -1, dtype=np.int64)
    category[at] = oversight.category[best]
    verdict = floor.copy()
    verdict[at] = np.maximum(verdict[at], held[best])
    return Answered(verdict=verdict, category=category, **found)


def _systemic_banks(
    oversight: Oversight, basis: Indicator, providers: Ints, important: Important | None
) -> Answered:
    """2.1: one G-SII, or so many O-SIIs, or one with a high score."""
    if important is None:
        return _not_known(providers)
    gsii, osii, score = criteria()["2.1"].thresholds
    high = {lei: kept for lei, kept in important.osii.items() if kept is None or kept > score}
    sure_high = {lei for lei, kept in high.items() if kept is not None}
    of = _Counting(oversight, basis, providers)
    ways = (
        (of.listed(important.gsii, important.gsii), gsii),
        (of.listed(set(important.osii), set(important.osii)), osii),
        (of.listed(sure_high, set(high)), 1.0),
    )
    every = important.gsii | set(important.osii)
    return of.answer(ways, of.listed(every, every))


def _other_systemic(
    oversight: Oversight, basis: Indicator, providers: Ints, important: Important | None
) -> Answered:
    """2.2: one piece of market infrastructure, or so many others, called systemic."""
    if important is None:
        return _not_known(providers)
    infrastructure, others = criteria()["2.2"].thresholds
    entities = oversight.stack.entities
    unknown = entities.category < 0
    central = np.isin(entities.category, _POINTS_G_TO_J)
    rest = ~central & ~unknown & (entities.category != _CREDIT)
    named = np.isin(entities.lei, list(important.systemic))
    of = _Counting(oversight, basis, providers)
    ways = (
        (of.marked(named & central, named & (central | unknown)), infrastructure),
        (of.marked(named & rest, named & (rest | unknown)), others),
    )
    return of.answer(ways, of.marked(named & (central | rest), named & (central | rest | unknown)))


@dataclass(frozen=True)
class _Counting:
    """Marked entities by provider, surely and at most."""

    oversight: Oversight
    basis: Indicator
    providers: Ints

    def listed(self, sure: set[str] | frozenset[str], possible: set[str] | frozenset[str]) -> "_N":
        lei = self.oversight.stack.entities.lei
        return self.marked(np.isin(lei, list(sure)), np.isin(lei, list(possible)))

    def marked(self, sure: Flags, possible: Flags) -> "_N":
        pairs = self.oversight.pairs
        state = pairs.state[self.basis]
        size = len(self.oversight.stack.providers.code)
        low = np.bincount(pairs.provider[(state == YES) & sure[pairs.entity]], minlength=size)
        high = np.bincount(
            pairs.provider[(state >= MAYBE) & possible[pairs.entity]], minlength=size
        )
        return low[self.providers], high[self.providers]

    def answer(self, ways: tuple[tuple["_N", float], ...], shown: "_N") -> Answered:
        """Met where one of the ways is."""
        met = np.any([low >= least for (low, _), least in ways], axis=0)
        may = np.any([high >= least for (_, high), least in ways], axis=0)
        verdict = np.where(met, Verdict.MET, np.where(may, Verdict.UNKNOWN, Verdict.NOT_MET))
        return Answered(
            verdict=verdict.astype(np.int8),
            category=np.full(len(self.providers), -1, dtype=np.int64),
            low=shown[0].astype(float),
            high=shown[1].astype(float),
            stated=np.full(len(self.providers), np.nan),
        )


_N = tuple[Ints, Ints]


def _not_known(providers: Ints) -> Answered:
    nothing = np.full(len(providers), np.nan)
    return Answered(
        verdict=np.full(len(providers), Verdict.UNKNOWN, dtype=np.int8),
        category=np.full(len(providers), -1, dtype=np.int64),
        low=nothing,
        high=nothing,
        stated=nothing,
    )
