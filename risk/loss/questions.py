"""What facts matter: which to ask for next, and how fresh those are that somebody stated.

How much a fact matters is the squared correlation of the logarithm of the loss with the fact's own
draw over worlds, less what chance alone gives. docs/method.md §4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

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
from risk.loss.uncertainty import A_CENT

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


def best_questions(one: Exposures, worlds: int, losses: Array) -> tuple[Array, Array]:
    """The best question of each startup and the share of variance it explains, (startups,) each.

    ``losses`` (worlds, startups) with drawn facts. A startup that states everything has none (-1).
    """
    logs = np.log(losses + A_CENT)
    question, narrows = np.full(len(one), -1.0), np.zeros(len(one))
    for asked in asked_of(one):
        silent = ~asked.known
        rows, owner = asked.row[silent], asked.owner[silent]
        if not len(rows):
            continue
        explained = _explained(normals(uniforms(row_seeds(rows, asked.fact), worlds)), logs, owner)
        best = np.zeros(len(one))
        np.maximum.at(best, owner, explained)
        better = best > narrows
        question[better], narrows[better] = asked.fact, best[better]
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


def _explained(drawn: Array, logs: Array, owner: Places) -> Array:
    """The share of variance of the owners' logarithms that facts explain, (rows,).

    ``drawn`` (worlds, rows) are the facts' own draws, ``logs`` (worlds, startups).
    """
    drawn = drawn - drawn.mean(axis=0)
    logs = logs - logs.mean(axis=0)
    spread = np.sqrt((logs**2).sum(axis=0))
    size = np.sqrt((drawn**2).sum(axis=0)) * spread[owner]
    found = (drawn * logs[:, owner]).sum(axis=0) / np.maximum(size, 1e-12)
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
