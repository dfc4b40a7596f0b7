"""Matrix of companies and providers: who depends on whom, how, and what is at stake, row by row.

Rows are picked and put in order as columns; a row is made only where somebody looks at it. A
portfolio of one company is an inventory: its rows are its vendors.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Dependency, Startup, UseCase
from risk.portfolio.fields import records
from risk.portfolio.providers import Dependence, How, ways_of
from risk.portfolio.startups import StartupTable

Places = NDArray[np.int64]
Marks = Mapping[str, How]


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One company: its ``marks`` by provider (one on which it does not depend is left out).

    ``spend_usd_per_month`` sums what is stated, None where nothing is; ``spend_is_whole`` where
    every dependency has it stated. ``answer`` are fields of :mod:`risk.portfolio.fields`, None
    where it was not answered yet.
    """

    startup: str
    marks: Marks
    spend_usd_per_month: float | None
    spend_is_whole: bool
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Stakes:
    """What is at stake by rows of a dependence: ``reach`` (n,) USD a year, NaN where unknown.

    ``place`` (n,) are rows of ``table``, -1 for one that it does not tell of.
    """

    reach: NDArray[np.float64]
    place: Places
    table: StartupTable


def stakes_of(found: Dependence, table: StartupTable) -> Stakes:
    """The answers of a table beside the rows of a dependence, which may be newer."""
    names = found.routes.members.names
    if list(names) == list(table.names):
        place = np.arange(len(names))
    else:
        rows = {name: row for row, name in enumerate(table.names)}
        place = np.array([rows.get(name, -1) for name in names], dtype=np.int64)
    reach = np.maximum(table.answers.high, table.asked_high).astype(np.float64)
    known = np.append(reach, np.nan)
    return Stakes(reach=known[place], place=place, table=table)


def wanted_rows(
    found: Dependence,
    stakes: Stakes | None,
    *,
    on: str | None = None,
    how: How | None = None,
    among: Places | None = None,
) -> Places:
    """The rows of companies, with most at stake first: all, or those that depend on a provider.

    ``how`` keeps those that depend on it in one way; ``among`` are rows that are wanted at all.
    """
    count = len(found.routes.exposures)
    rows = np.arange(count) if on is None else found.of(on).rows_of(how)
    if among is not None:
        rows = rows[np.isin(rows, among)]
    if stakes is None:
        return rows
    # What is not known comes last.
    return np.asarray(rows[np.lexsort((rows, -stakes.reach[rows]))])


def rows_named(found: Dependence, said: str) -> Places | None:
    """The rows of companies in whose names every word occurs; None where no word is asked for."""
    if not said:
        return None
    names = pd.Series(list(found.routes.members.names), dtype="string[pyarrow]")
    kept = np.ones(len(names), dtype=bool)
    for word in said.split():
        kept &= names.str.contains(word, case=False, regex=False).to_numpy(dtype=bool)
    return np.flatnonzero(kept)


def leading_providers(found: Dependence) -> tuple[str, ...]:
    """Providers by the margin that depends on them directly, those that nobody named last."""

    def weight(name: str) -> tuple[float, int, float, int, str]:
        one = found[name]
        shares = one.direct_margin_share or 0.0, one.margin_share or 0.0
        return -shares[0], -one.direct, -shares[1], -len(one), name

    return tuple(sorted(found, key=weight))


def matrix_rows(
    found: Dependence, stakes: Stakes | None, rows: Places, providers: Sequence[str]
) -> tuple[MatrixRow, ...]:
    """Some rows of the matrix, with marks of some providers."""
    names = found.routes.members.names
    chosen = [int(row) for row in rows.tolist()]
    told: dict[int, Mapping[str, Any]] = {}
    if stakes is not None:
        known = [row for row in chosen if stakes.place[row] >= 0]
        answers = records(stakes.table, stakes.place[np.array(known, dtype=np.int64)])
        told = dict(zip(known, answers, strict=True))
    marks = found.marks(chosen, providers)
    return tuple(
        MatrixRow(
            startup=names[row],
            marks=mark,
            spend_usd_per_month=spend,
            spend_is_whole=whole,
            answer=told.get(row),
        )
        for row, mark, (spend, whole) in zip(chosen, marks, map(found.spend, chosen), strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One vendor or product of an inventory as it was written, and what it was read as.

    ``answer`` says whether it is a language model: the surest of its lines. ``reached`` says how it
    leads to every provider, ``lines`` are the dependencies of ``startup`` with their use cases.
    """

    startup: str
    name: str
    answer: Answer
    reached: Marks
    lines: tuple[tuple[UseCase, Dependency], ...]

    @property
    def spend(self) -> tuple[float | None, bool]:
        """USD a month as far as it is stated, and whether that is all of it."""
        stated = [one.spend_usd_per_month for _, one in self.lines]
        known = [one for one in stated if one is not None]
        return (sum(known) if known else None), len(known) == len(stated)


def vendors_of(startup: Startup, catalog: Catalog, assumptions: Assumptions) -> tuple[Vendor, ...]:
    """The vendors of one inventory: those that lead to most providers for sure first, by name."""
    lines: dict[str, list[tuple[UseCase, Dependency]]] = {}
    for case in startup.use_cases:
        for one in case.dependencies:
            lines.setdefault(_called(one), []).append((case, one))
    reached = ways_of(startup, catalog, assumptions)
    found = []
    for name, own in lines.items():
        marks: dict[str, How] = {}
        for _, one in own:
            for provider, how in reached.get(one.key, {}).items():
                marks[provider] = nearest(how, marks.get(provider))
        answers = [one.answer for _, one in own]
        answer = next(a for a in (Answer.YES, Answer.ASK, Answer.NO) if a in answers)
        found.append(
            Vendor(startup=startup.name, name=name, answer=answer, reached=marks, lines=tuple(own))
        )
    order = [Answer.YES, Answer.ASK, Answer.NO]
    return tuple(sorted(found, key=lambda one: (order.index(one.answer), one.name.casefold())))


def nearest(one: How, other: How | None) -> How:
    """The surer and nearer of two ways."""
    order = list(How)
    return one if other is None else min(one, other, key=order.index)


def _called(one: Dependency) -> str:
    return one.product or one.provider_text


def leading_of(vendors: Sequence[Vendor]) -> tuple[str, ...]:
    """The providers to which vendors lead, those that most name directly first."""
    direct: dict[str, int] = {}
    anyhow: dict[str, int] = {}
    for vendor in vendors:
        for provider, how in vendor.reached.items():
            direct[provider] = direct.get(provider, 0) + (how is How.DIRECT)
            anyhow[provider] = anyhow.get(provider, 0) + (how is not How.ASK)
    return tuple(sorted(direct, key=lambda one: (-direct[one], -anyhow[one], one)))
