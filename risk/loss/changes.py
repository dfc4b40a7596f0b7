"""The answer about a portfolio of which a few startups changed since it was last answered.

What startups come to together is in whole cents, so that those who changed can be taken out as they
were and put in as they are: the answer is that of valuing everybody anew, to the last bit. It needs
the same lines in the same worlds, which :func:`coding_of` says. docs/method.md §5.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.answer import (
    Answer,
    PartAnswer,
    Setting,
    StartupAnswers,
    Sums,
    answer_from,
    part_answer,
)
from risk.loss.columns import FALLBACKS
from risk.loss.exposures import LEVELS, Book, Exposures
from risk.loss.valuing import THREADS

Marks = NDArray[np.uint64]
Places = NDArray[np.int64]

#: Where more than this part of the startups changed, everybody is valued anew.
MOST_CHANGED = 0.25
#: Steps of the 64-bit mixing function SplitMix64 (Steele, Lea, Flood 2014).
_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


@dataclass(frozen=True, kw_only=True)
class Before:
    """A portfolio as it was answered: startups with their answers, and what they came to together.

    ``coding`` is :func:`coding_of` its book.
    """

    coding: str
    exposures: Exposures
    startups: StartupAnswers
    sums: Sums


def coding_of(book: Book) -> str:
    """A digest of everything in a book that its lines in the worlds are made from."""
    one, routes = book.exposures, len(book.routes)
    sizes = np.diff(one.link_start)
    country = np.repeat(np.repeat(one.country, np.diff(one.case_start)), sizes)
    profile = one.delay * np.int64(len(FALLBACKS) + 1) + one.fallback + 1
    together = np.repeat(one.combination, sizes)
    members = np.flatnonzero(together >= 0)
    place = members - np.repeat(one.link_start[:-1], sizes)[members]
    lines = (book.routes, book.combinations, book.delays, book.countries, book.endpoints)
    digest = sha256(repr(lines).encode())
    for found in (
        _present(country * np.int64(routes) + one.route),
        _present(profile * routes + one.route),
        np.unique(np.column_stack([together[members], place, profile[members]]), axis=0),
    ):
        digest.update(found.tobytes())
    return digest.hexdigest()


def _present(codes: Places) -> Places:
    """The codes that occur, rising: they are few, however many rows there are."""
    found = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.bool_)
    found[codes] = True
    return np.flatnonzero(found)


def answer_after(before: Before, book: Book, setting: Setting) -> Answer | None:
    """The answer about a book whose coding is that of before; None: too much of it changed.

    Of neither are the parts of startups' losses by disruption kept.
    """
    now, then = marks_of(book.exposures), marks_of(before.exposures)
    order = np.argsort(then)
    ordered = then[order]
    if (np.diff(ordered) == 0).any() or len(np.unique(now)) < len(now):
        return None
    place = np.minimum(np.searchsorted(ordered, now), max(len(then) - 1, 0))
    same = ordered[place] == now if len(then) else np.zeros(len(now), dtype=np.bool_)
    kept = order[place[same]]
    fresh = np.flatnonzero(~same)
    gone = np.setdiff1d(np.arange(len(then)), kept)
    if max(len(fresh), len(gone)) > MOST_CHANGED * len(now):
        return None
    sums, new = before.sums, None
    with ThreadPoolExecutor(THREADS) as pool:
        old_part = pool.submit(_answered, before.exposures, gone, setting)
        new_part = pool.submit(_answered, book.exposures, fresh, setting)
        left, new = old_part.result(), new_part.result()
    if left is not None:
        sums -= left.sums
    if new is not None:
        sums += new.sums
    startups = _assembled(before.startups, np.flatnonzero(same), kept, new, fresh, len(now))
    return answer_from(sums, startups, None, setting)


def _answered(exposures: Exposures, places: Places, setting: Setting) -> PartAnswer | None:
    return part_answer(exposures.taken(places), setting) if len(places) else None


def _assembled(
    old: StartupAnswers,
    same: Places,
    kept: Places,
    new: PartAnswer | None,
    fresh: Places,
    startups: int,
) -> StartupAnswers:
    """Old answers in their new places, with the new ones."""
    found: dict[str, Any] = {}
    for one in fields(StartupAnswers):
        values = getattr(old, one.name)
        column = np.zeros((startups, *values.shape[1:]), dtype=values.dtype)
        column[same] = values[kept]
        if new is not None:
            column[fresh] = getattr(new.startups, one.name)
        found[one.name] = column
    return StartupAnswers(**found)


def marks_of(one: Exposures) -> Marks:
    """A number for each startup that is another if anything about it is, (startups,)."""
    links = _mixed(one, LEVELS["link"], _positions(one.link_start))
    cases = _mixed(one, LEVELS["case"], _positions(one.case_start), _added(links, one.link_start))
    return _mixed(one, LEVELS["startup"], _added(cases, one.case_start))


def _mixed(one: Exposures, names: Sequence[str], *first: Marks) -> Marks:
    """Columns of one level mixed row by row, after what is mixed in first."""
    found: Marks = np.zeros(len(getattr(one, names[0])), dtype=np.uint64)
    for values in (*first, *(_bits(getattr(one, name)) for name in names)):
        found = _mix(found ^ values)
    return found


def _bits(values: NDArray[Any]) -> Marks:
    """What is stored of 32-bit numbers."""
    return np.ascontiguousarray(values).view(np.uint32).astype(np.uint64)


def _mix(values: Marks) -> Marks:
    found = values + np.uint64(_STEP)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(_FIRST)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(_SECOND)
    return np.asarray(found ^ (found >> np.uint64(31)))


def _positions(start: NDArray[np.int32]) -> Marks:
    """The place of each row among those of its owner."""
    rows = np.arange(int(start[-1]))
    return (rows - np.repeat(start[:-1], np.diff(start))).astype(np.uint64)


def _added(values: Marks, start: NDArray[np.int32]) -> Marks:
    """Rows' numbers added up by owner, modulo 2^64."""
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(values, dtype=np.uint64)])
    return np.asarray(sums[start[1:]] - sums[start[:-1]])
