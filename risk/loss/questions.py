"""Questions to ask: which fact matters next, and how fresh those are that somebody stated.

How much a fact matters is the squared correlation of the logarithm of the loss with the fact's own
draw over worlds, less what chance alone gives. docs/method.md §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.loss.draws import normals, row_seeds, uniforms
from risk.loss.exposures import Exposures
from risk.loss.facts import (
    AI_SHARE,
    CRITICAL,
    DEPTH_OF,
    ENGINEERS,
    FALLBACK_OF,
    MARGIN,
    PLAN_OF,
    REVENUE,
    SPEND,
)
from risk.loss.uncertainty import A_CENT, mean_over_worlds

Array = NDArray[np.float64]
Places = NDArray[np.int64]

#: Facts of the company, which wear out faster than those of use cases and dependencies.
OF_COMPANY = frozenset({REVENUE, MARGIN, AI_SHARE, ENGINEERS})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One sort of fact of everybody whom it is asked of, (rows,) each.

    ``row`` is the row of the register, ``owner`` whose startup's it is, ``known`` whether somebody
    stated it, ``age`` how many days ago (NaN: nobody knows).
    """

    fact: int
    row: NDArray[np.uint32]
    owner: Places
    known: NDArray[np.bool_]
    age: Array


def counted(one: Exposures) -> tuple[Places, Places]:
    """How many facts of each startup are stated, and how many are not, (startups,) each."""
    stated, silent = np.zeros(len(one)), np.zeros(len(one))
    for asked in asked_of(one):
        known = np.bincount(asked.owner, asked.known, minlength=len(one))
        stated += known
        silent += np.bincount(asked.owner, minlength=len(one)) - known
    return stated.astype(np.int64), silent.astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Facts that nobody stated, (questions,) each, those of a startup one after the other.

    ``owner`` is the place of the startup, ``fact`` the sort (a place in
    :data:`risk.loss.facts.NAMES`), ``place`` whose it is: the startup, use case or dependency.
    ``narrows`` is the share of the variance of the owner's logarithm that an answer explains; the
    largest come first.
    """

    owner: Places
    fact: NDArray[np.int32]
    place: Places
    narrows: Array

    def of(self, startup: int) -> slice:
        """The questions of a startup."""
        first, last = np.searchsorted(self.owner, [startup, startup + 1])
        return slice(int(first), int(last))

    def moved(self, startups: int, cases: int, links: int) -> "Questions":
        """The same where so many startups, use cases and dependencies come before."""
        before = np.select(
            [np.isin(self.fact, sorted(OF_COMPANY)), self.fact == CRITICAL],
            [startups, cases],
            links,
        )
        return replace(self, owner=self.owner + startups, place=self.place + before)


def questions_of(one: Exposures, worlds: int, losses: Array) -> Questions:
    """What to ask startups, the best question of each first; ``losses`` (worlds, startups)."""
    logs = np.log(losses + A_CENT)
    owner, fact, place, narrows = [], [], [], []
    for asked in asked_of(one):
        silent = np.flatnonzero(~asked.known)
        rows, whose = asked.row[silent], asked.owner[silent]
        owner.append(whose)
        fact.append(np.full(len(silent), asked.fact, dtype=np.int32))
        place.append(silent)
        narrows.append(
            _explained(normals(uniforms(row_seeds(rows, asked.fact), worlds)), logs, whose)
            if len(silent)
            else np.zeros(0)
        )
    owners, strength = np.concatenate(owner), np.concatenate(narrows)
    order = np.lexsort((-strength, owners))
    return Questions(
        owner=owners[order],
        fact=np.concatenate(fact)[order],
        place=np.concatenate(place)[order],
        narrows=strength[order],
    )


def range_removed(low: Array, median: Array, high: Array, narrows: Array) -> Array:
    """The USD a year by which answers in the middle of what is expected shorten ranges of loss.

    ``narrows`` is the share of the logarithm's variance that an answer explains.
    """
    width = np.maximum(high - low, 0.0)
    lower, upper = range_left(low, median, high, narrows)
    return np.asarray(np.clip(width - (upper - lower), 0.0, width))


def range_left(low: Array, median: Array, high: Array, narrows: Array) -> tuple[Array, Array]:
    """The ends of ranges of loss once such answers are there, USD a year.

    √(1 - narrows) of the logarithm's range is left on either side of the median; where that is
    nothing, of the range itself.
    """
    left = np.sqrt(1 - np.clip(narrows, 0.0, 1.0))
    middle = np.where(median > 0, median, 1.0)
    lower = middle * (np.maximum(low, 0.0) / middle) ** left
    upper = middle * (np.maximum(high, 0.0) / middle) ** left
    return np.where(median > 0, lower, low * left), np.where(median > 0, upper, high * left)


def best_of(questions: Questions, startups: int) -> tuple[Array, Array]:
    """The best question of each startup (-1: none helps) and what it narrows, (startups,) each."""
    question, narrows = np.full(startups, -1.0), np.zeros(startups)
    owners, first = np.unique(questions.owner, return_index=True)
    helps = questions.narrows[first] > 0
    question[owners[helps]] = questions.fact[first[helps]]
    narrows[owners[helps]] = questions.narrows[first[helps]]
    return question, narrows


def freshness_of(
    one: Exposures, losses: Array, firsts: tuple[int, ...], assumptions: Assumptions
) -> Array:
    """What stated facts still count on average, 0..1 for each startup, by how much each matters.

    ``losses`` (worlds, startups) are those if nothing were known, in as many worlds from each of
    ``firsts`` on. A fact counts 2^(-age / half-life); one without a day has the age assumed for
    these. Who stated nothing counts 1, of nothing.
    """
    logs, each = np.log(losses + A_CENT), len(losses) // len(firsts)
    weighed, weight = np.zeros(len(one)), np.zeros(len(one))
    plain, number = np.zeros(len(one)), np.zeros(len(one))
    for asked in asked_of(one):
        rows, owner = asked.row[asked.known], asked.owner[asked.known]
        if not len(rows):
            continue
        fresh = fresh_at(asked.age[asked.known], asked.fact in OF_COMPANY, assumptions)
        seeds = row_seeds(rows, asked.fact)
        levels = np.concatenate([uniforms(seeds, each, first=first) for first in firsts])
        matters = _explained(normals(levels), logs, owner)
        np.add.at(weighed, owner, matters * fresh)
        np.add.at(weight, owner, matters)
        np.add.at(plain, owner, fresh)
        np.add.at(number, owner, 1.0)
    even = np.where(number > 0, plain / np.maximum(number, 1.0), 1.0)
    return np.where(weight > 0, weighed / np.maximum(weight, 1e-300), even)


def fresh_at(age: Array, of_company: bool, assumptions: Assumptions) -> Array:
    """2^(-age / half-life) of stated facts of some ages in days, NaN for no day."""
    half_life = (
        assumptions.company_fact_half_life if of_company else assumptions.dependency_fact_half_life
    )
    days = np.where(np.isnan(age), assumptions.undated_fact_days, np.maximum(age, 0.0))
    return np.asarray(2.0 ** (-days / half_life))


def explained_by(drawn: Array, losses: Array) -> Array:
    """The share of variance of ln(losses) (worlds, n) that each variable explains, (variables, n).

    ``drawn`` (worlds, variables) are standard normal.
    """
    logs = np.log(losses + A_CENT)
    logs = logs - mean_over_worlds(logs)
    drawn = drawn - drawn.mean(axis=0)
    size = np.sqrt((drawn**2).sum(axis=0)[:, None] * mean_over_worlds(logs**2) * len(logs))
    found = np.zeros(size.shape)
    # World by world, not as a matrix product, so that no layout changes a digit.
    for world, values in zip(drawn, logs, strict=True):
        found += world[:, None] * values
    found /= np.maximum(size, 1e-12)
    return np.asarray(np.maximum(found**2 - 1 / max(len(drawn) - 1, 1), 0.0))


def _explained(drawn: Array, logs: Array, owner: Places) -> Array:
    """The share of variance of the owners' logarithms that facts explain, (rows,).

    ``drawn`` (worlds, rows) are the facts' own draws, ``logs`` (worlds, startups).
    """
    drawn = drawn - mean_over_worlds(drawn)
    logs = logs - mean_over_worlds(logs)
    size = np.sqrt(mean_over_worlds(drawn**2) * mean_over_worlds(logs**2)[owner])
    found = mean_over_worlds(drawn * logs[:, owner]) / np.maximum(size, 1e-12)
    return np.asarray(np.maximum(found**2 - 1 / max(len(drawn) - 1, 1), 0.0))


def asked_of(one: Exposures) -> Iterator[Asked]:
    """Every sort of fact that is asked of startups, their use cases and their dependencies."""
    everybody = np.arange(len(one))
    of_case = np.repeat(everybody, np.diff(one.case_start))
    of_link = np.repeat(of_case, np.diff(one.link_start))
    for fact, values, age in (
        (REVENUE, one.revenue, one.revenue_age),
        (MARGIN, one.gross_margin, one.margin_age),
        (AI_SHARE, one.ai_share, one.ai_share_age),
        (ENGINEERS, one.engineers, one.engineers_age),
    ):
        yield _asked(fact, one.row, everybody, ~np.isnan(values), age)
    yield _asked(CRITICAL, one.case_row, of_case, one.criticality >= 0, one.case_age)
    for fact, known, age in (
        (DEPTH_OF, one.depth >= 0, one.link_age),
        (PLAN_OF, one.plan >= 0, one.plan_seen),
        (FALLBACK_OF, one.fallback >= 0, one.fallback_seen),
        (SPEND, ~np.isnan(one.spend), one.link_age),
    ):
        yield _asked(fact, one.link_row, of_link, known, age)


def _asked(
    fact: int,
    row: NDArray[np.uint32],
    owner: Places,
    known: NDArray[np.bool_],
    age: NDArray[np.float32],
) -> Asked:
    return Asked(fact=fact, row=row, owner=owner, known=known, age=age.astype(np.float64))
