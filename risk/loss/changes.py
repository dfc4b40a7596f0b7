"""The answer about a portfolio of which a few startups changed since it was last answered.

What startups come to together is in whole cents, so that those who changed can be taken out as they
were and put in as they are: the answer is that of valuing everybody anew, to the last bit. It needs
the same lines in the same worlds, which :func:`coding_of` says. docs/method.md §5.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.loss.answer import (
    Answer,
    Setting,
    StartupAnswers,
    Sums,
    answer_from,
    part_answer,
)
from risk.loss.columns import FALLBACKS
from risk.loss.compiling import compiled
from risk.loss.exposures import Book, Exposures, runs

Marks = NDArray[np.uint64]
Places = NDArray[np.int64]

#: Where more than this part of the startups changed, everybody is valued anew.
MOST_CHANGED = 0.25


@dataclass(frozen=True, kw_only=True)
class Spliced:
    """Rows of which some are as they were and others are new.

    Of ``length`` rows those at ``same`` are the old ones at ``kept``, row for row; those at
    ``fresh`` are new. Old rows at ``gone`` are in it no more.
    """

    length: int
    same: Places
    kept: Places
    fresh: Places
    gone: Places

    @cached_property
    def in_place(self) -> bool:
        """Whether every row that is as it was stays where it was, and none came or went."""
        return len(self.fresh) == len(self.gone) and bool((self.same == self.kept).all())

    def of(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """A column, from the old one and the new rows; the old one itself where it is the same."""
        if self.in_place:
            if _bits_equal(old[self.fresh], new):
                return old
            found = old.copy()
        else:
            found = np.empty((self.length, *old.shape[1:]), dtype=old.dtype)
            found[self.same] = old[self.kept]
        found[self.fresh] = new
        return found

    def below(self, old: NDArray[Any], new: NDArray[Any]) -> "Spliced":
        """The rows of a level below, from the sizes of the old rows' and of the new rows'."""
        start = np.concatenate([[0], np.cumsum(self.of(old, new))])
        then = np.concatenate([[0], np.cumsum(old)])
        return Spliced(
            length=int(start[-1]),
            same=runs(start, self.same),
            kept=runs(then, self.kept),
            fresh=runs(start, self.fresh),
            gone=runs(then, self.gone),
        )


def _bits_equal(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether numbers are the same, also where they are none."""
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def spliced_by(then: Marks, now: Marks) -> Spliced | None:
    """Which startups are as they were, by their marks then and now; None: too few are."""
    order = np.argsort(then)
    ordered = then[order]
    if (np.diff(ordered) == 0).any() or len(np.unique(now)) < len(now):
        return None
    place = np.minimum(np.searchsorted(ordered, now), max(len(then) - 1, 0))
    same = ordered[place] == now if len(then) else np.zeros(len(now), dtype=np.bool_)
    kept = order[place[same]]
    gone = np.ones(len(then), dtype=np.bool_)
    gone[kept] = False
    found = Spliced(
        length=len(now),
        same=np.flatnonzero(same),
        kept=kept,
        fresh=np.flatnonzero(~same),
        gone=np.flatnonzero(gone),
    )
    most = MOST_CHANGED * len(now)
    return None if max(len(found.fresh), len(found.gone)) > most else found


def marks_of_lines(text: bytes, seed: int) -> tuple[Places, Marks]:
    """The number that each line of a text begins with, behind one character, and a mark of it.

    FNV-1a over the line's bytes (Fowler, Noll, Vo), mixed by SplitMix64 (Steele, Lea, Flood 2014),
    so that marks can be added up, modulo 2^64.
    """
    read = np.frombuffer(text, dtype=np.uint8)
    lines = text.count(b"\n") + 1 if text else 0
    numbers, marks = np.zeros(lines, dtype=np.int64), np.zeros(lines, dtype=np.uint64)
    _fast_lines()(read, np.uint64(seed), (numbers, marks))
    return numbers, mixed(marks)


def mark_lines(text: Any, seed: int, found: Any) -> None:
    """See :func:`marks_of_lines`."""
    numbers, marks = found
    line, begun = 0, 0
    number: Any = 0
    mark: Any = seed
    for place in range(len(text)):
        one = text[place]
        if one == 10:
            numbers[line], marks[line] = number, mark
            line, begun = line + 1, 0
            number, mark = 0, seed
            continue
        mark = (mark ^ np.uint64(one)) * np.uint64(0x100000001B3)
        if begun == 0:
            begun = 1
        elif begun == 1:
            if 48 <= one <= 57:
                number = 10 * number + (np.int64(one) - 48)
            else:
                begun = 2
    if len(text) > 0:
        numbers[line], marks[line] = number, mark


@cache
def _fast_lines() -> Any:
    return compiled(mark_lines)


def mixed(values: Marks) -> Marks:
    """One step of SplitMix64."""
    found = values + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(found ^ (found >> np.uint64(31)))


@dataclass(frozen=True, kw_only=True)
class Before:
    """A portfolio as it was answered: startups with their answers, and what they came to together.

    ``coding`` is :func:`coding_of` its book; ``marks`` (startups,) are other numbers once anything
    of a startup is another.
    """

    coding: str
    marks: Marks
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


def same_lines(one: Book, other: Book) -> bool:
    """Whether two books have the same lines row for row, which is soon told."""
    names = "country", "case_start", "combination", "link_start", "route", "delay", "fallback"
    tables = "routes", "combinations", "countries", "endpoints"
    return all(getattr(one, name) == getattr(other, name) for name in tables) and (
        repr(one.delays) == repr(other.delays)
        and all(
            np.array_equal(getattr(one.exposures, name), getattr(other.exposures, name))
            for name in names
        )
    )


def _present(codes: Places) -> Places:
    """The codes that occur, rising: they are few, however many rows there are."""
    found = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.bool_)
    found[codes] = True
    return np.flatnonzero(found)


def answer_after(
    before: Before, changed: Spliced, exposures: Exposures, setting: Setting
) -> Answer:
    """The answer about startups on the lines of before, of which some changed.

    Of neither are the parts of startups' losses by disruption kept.
    """
    # Of those as they were only sums count, and what is told in few worlds is no sum.
    gone = before.exposures.taken(changed.gone), replace(setting, few=1)
    with ThreadPoolExecutor(1) as pool:
        old = pool.submit(part_answer, *gone)
        new = part_answer(exposures.taken(changed.fresh), setting)
        left = old.result()
    startups = StartupAnswers(
        **{
            one.name: changed.of(
                getattr(before.startups, one.name), getattr(new.startups, one.name)
            )
            for one in fields(StartupAnswers)
        }
    )
    return answer_from(before.sums - left.sums + new.sums, startups, None, setting)
