"""Checks held against a portfolio's answer: a challenger, a simple model, what both rest on.

Two models are run beside the engine. The challenger (:mod:`risk.portfolio.challenger`) draws years
one by one from the same register, which tests the arithmetic and not the judgement, as it takes
the same numbers. The simple model (:mod:`risk.portfolio.simple_model`) leaves nearly all out, which
tells what the rest adds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import Basis, FailureKind
from risk.hazard.event_catalogue import failure_rows
from risk.hazard.events import DATED
from risk.loss.columns import Columns, taken
from risk.loss.valuation import Members, Valuation
from risk.portfolio.challenger import Challenge, challenge
from risk.portfolio.results import EventPart
from risk.portfolio.simple_model import SimpleModel, simple_model

#: Years that the challenger draws, the seed of its draws, and startups beyond which it takes some.
YEARS, SEED, MOST_STARTUPS = 10_000, 20261123, 100
#: The 1-in-20-year loss.
LEVEL = 0.95


#: So many standard errors apart two right models seldom are.
USUAL_APART = 2.0


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The engine beside the challenger, USD; ``unsure`` with everything unknown drawn.

    ``mean_error`` is the engine's standard error of its mean from drawing so many worlds. That of
    its 1-in-20-year loss is not known; the mean's, relative to it, stands for it.
    """

    unsure: bool
    mean: float
    mean_error: float
    reached: float
    by_kind: Mapping[FailureKind, float]
    challenge: Challenge

    @property
    def mean_apart(self) -> float:
        """By how many standard errors of both together the means differ."""
        other = self.challenge
        return _apart(other.mean - self.mean, other.mean_error, self.mean_error)

    @property
    def agrees(self) -> bool:
        """Whether chance explains how far apart both means and both 1-in-20-year losses are."""
        return max(abs(self.mean_apart), abs(self.reached_apart)) <= USUAL_APART

    @property
    def reached_apart(self) -> float:
        """By how many standard errors of both together the 1-in-20-year losses differ."""
        other = self.challenge
        own = self.mean_error / self.mean * self.reached if self.mean > 0 else 0.0
        return _apart(other.reached(LEVEL) - self.reached, other.reached_error(LEVEL), own)


def _apart(difference: float, first: float, second: float) -> float:
    error = hypot(first, second)
    return difference / error if error > 0 else (0.0 if difference == 0 else inf)


@dataclass(frozen=True, kw_only=True)
class Challenged:
    """Both other models of ``sampled`` of ``startups``, evenly spread.

    ``rows`` are the rows of those taken. Engine, challenger and simple model are of the same ones.
    """

    startups: int
    rows: NDArray[np.int64]
    years: int
    chance: Comparison
    unsure: Comparison
    simple: SimpleModel

    @property
    def sampled(self) -> int:
        """How many startups were taken."""
        return len(self.rows)


@dataclass(frozen=True, kw_only=True)
class StatedFact:
    """Of ``asked`` startups, use cases or dependencies (``level``) so many state a fact."""

    level: str
    name: str
    stated: int
    asked: int


def challenged(
    valuation: Valuation, *, years: int = YEARS, seed: int = SEED, most: int = MOST_STARTUPS
) -> Challenged:
    """Hold both other models against the engine; of a large portfolio on evenly spread startups."""
    count = len(valuation.members)
    own, rows = valuation, np.arange(count)
    if count > most:
        rows = (np.arange(most) * count) // most
        own = replace(
            valuation,
            members=_members(valuation.members, rows),
            columns=taken(valuation.columns, rows),
            asked=None,
            count=valuation.worlds.count,
        )
    return Challenged(
        startups=count,
        rows=rows,
        years=years,
        chance=_compared(replace(own, middle=True), years, seed),
        unsure=_compared(own, years, seed + 1),
        simple=simple_model(own.columns, own.catalog, own.assumptions, today=own.today),
    )


def _members(members: Members, rows: NDArray[np.int64]) -> Members:
    places = rows.tolist()
    return Members(
        names=[members.names[row] for row in places],
        sectors=[members.sectors[row] for row in places],
        questions=members.questions[rows],
        empty=members.empty[rows],
    )


def _compared(valuation: Valuation, years: int, seed: int) -> Comparison:
    answer, book = valuation.answer, valuation.answer.book
    kinds: dict[FailureKind, float] = defaultdict(float)
    for event, usd in zip(answer.events, book.by_event.tolist(), strict=True):
        kinds[event.kind] += usd
    return Comparison(
        unsure=not valuation.middle,
        mean=book.mean,
        mean_error=float(np.nan_to_num(book.mean_error)) * book.mean,
        reached=book.year.law.value_at_risk(LEVEL),
        by_kind=kinds,
        challenge=challenge(
            valuation.columns,
            valuation.catalog,
            valuation.assumptions,
            today=valuation.today,
            years=years,
            seed=seed,
            before_signals=valuation.before_signals,
            unsure=not valuation.middle,
        ),
    )


def loss_by_basis(
    valuation: Valuation, parts: Iterable[EventPart]
) -> Mapping[tuple[FailureKind, Basis], float]:
    """Parts of an expected loss by kind and by what their rates rest on, USD a year.

    A published day counts as published.
    """
    chain, rests_on = valuation.worlds.hazards.chain, {}
    for event in valuation.worlds.hazards.events:
        if event.level == DATED:
            rests_on[event.root, event.kind] = Basis.PUBLISHED
            continue
        customers = ("*customer", "*region", "*service")
        rows = [
            *failure_rows(event.root, valuation.catalog, chain),
            *(one for one in valuation.catalog.rates if one.node in (event.root, *customers)),
        ]
        same = (one.basis for one in rows if (one.kind, one.level) == (event.kind, event.level))
        rests_on.setdefault((event.root, event.kind), next(same, Basis.JUDGEMENT))
    found: dict[tuple[FailureKind, Basis], float] = defaultdict(float)
    for part in parts:
        found[part.kind, rests_on.get((part.root, part.kind), Basis.JUDGEMENT)] += part.aal_usd
    return found


#: Columns of facts by level: name in the register, column.
_FACTS = {
    "startups": (
        *(("annual_revenue_usd", "revenue"), ("gross_margin", "gross_margin")),
        *(("ai_revenue_share", "ai_share"), ("engineers", "engineers")),
        *(("cash_usd", "cash"), ("monthly_burn_usd", "burn")),
    ),
    "cases": (
        *(("criticality", "criticality"), ("revenue_share", "revenue_share")),
        ("buffer_hours", "buffer_hours"),
    ),
    "dependencies": (
        *(("share", "share"), ("spend_usd_per_month", "spend"), ("depth", "depth")),
        *(("fallback", "fallback"), ("exit_plan", "plan"), ("notice_days", "notice")),
    ),
}


def stated_facts(columns: Columns) -> tuple[StatedFact, ...]:
    """How many startups, use cases and dependencies state each fact that the loss reads."""
    found = []
    for level, names in _FACTS.items():
        rows = getattr(columns, level)
        for name, column in names:
            values = getattr(rows, column)
            known = values >= 0 if values.dtype.kind == "i" else ~np.isnan(values)
            found.append(
                StatedFact(level=level, name=name, stated=int(known.sum()), asked=len(values))
            )
    return tuple(found)
