"""A part of a laid-out portfolio, as if it were all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.loss.columns import Columns, taken
from risk.loss.valuation import Asked, Members, Valuation

Places = NDArray[np.int64]


def narrowed(valuation: Valuation, rows: Iterable[int]) -> Valuation:
    """Some startups of a valuation, in its order, as a portfolio of their own.

    Draws hang on the keys of rows, so that a startup's answer is the same in as many worlds.
    """
    places = np.unique(np.array(list(rows), dtype=np.int64))
    asked = valuation.asked
    return replace(
        valuation,
        members=_members(valuation.members, valuation.columns, places),
        columns=taken(valuation.columns, places),
        asked=None if asked is None else _asked(asked, places),
    )


def _asked(asked: Asked, places: Places) -> Asked | None:
    numbers = np.flatnonzero(np.isin(asked.places, places)).astype(np.int64)
    if not len(numbers):
        return None
    return Asked(
        columns=taken(asked.columns, numbers),
        members=_members(asked.members, asked.columns, numbers),
        places=np.searchsorted(places, asked.places[numbers]).astype(np.int64),
    )


def _members(members: Members, columns: Columns, places: Places) -> Members:
    cases = np.flatnonzero(np.isin(columns.cases.startup, places))
    links = np.flatnonzero(np.isin(columns.dependencies.case, cases))
    return Members(
        names=[members.names[place] for place in places.tolist()],
        sectors=[members.sectors[place] for place in places.tolist()],
        questions=members.questions[places],
        empty=members.empty[places],
        use_cases=_some(members.use_cases, cases),
        keys=_some(members.keys, links),
        texts=_some(members.texts, links),
    )


def _some(texts: Sequence[str] | None, rows: NDArray[np.intp]) -> Sequence[str] | None:
    return None if texts is None else [texts[row] for row in rows.tolist()]
