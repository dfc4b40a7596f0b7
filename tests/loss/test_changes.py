"""A portfolio of which a few startups changed is answered as if everybody were valued anew."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio, Startup
from risk.loss.answer import Answer, Setting, merged, part_answer, setting_of
from risk.loss.changes import (
    Before,
    Spliced,
    answer_after,
    coding_of,
    marks_of_lines,
    spliced_by,
)
from risk.loss.columns import columns_of, ordered
from risk.loss.exposures import Book, book_of
from risk.loss.valuing import world_tables_of
from risk.loss.worlds import worlds_of

TODAY = date(2026, 11, 23)
WORLDS = 8


def book_for(startups: Sequence[Startup], catalog: Catalog) -> Book:
    return book_of(ordered(columns_of(startups, catalog=catalog, today=TODAY)))


@pytest.fixture(scope="module")
def setting(demo: Portfolio, catalog: Catalog) -> Setting:
    """The demo as if it were large."""
    book = book_for(demo.startups, catalog)
    worlds = worlds_of(book, catalog, DEFAULTS, today=TODAY, count=WORLDS)
    found = setting_of(world_tables_of(book, worlds), DEFAULTS, len(demo.startups))
    return replace(found, in_full=False, few=2)


def anew(book: Book, setting: Setting) -> Answer:
    return merged([part_answer(book.exposures, setting)], setting)


def marks(startups: Sequence[Startup]) -> Any:
    """A number for each startup, as a store makes one from what it reads of it."""
    return np.array([hash(repr(one)) for one in startups]).astype(np.uint64)


def before(startups: Sequence[Startup], catalog: Catalog, setting: Setting) -> Before:
    book = book_for(startups, catalog)
    answer = anew(book, setting)
    return Before(
        coding=coding_of(book),
        marks=marks(startups),
        exposures=book.exposures,
        startups=answer.startups,
        sums=answer.sums,
    )


def assert_same(ours: Any, theirs: Any) -> None:
    """Two records of arrays and numbers are equal to the last bit."""
    for one in fields(theirs):
        found, wanted = getattr(ours, one.name), getattr(theirs, one.name)
        np.testing.assert_array_equal(found, wanted, err_msg=one.name)


def changed(demo: Portfolio) -> list[Startup]:
    """The demo turned round, with other facts of three startups, and one of them under new keys."""
    startups = list(reversed(demo.startups))
    startups[4] = replace(startups[4], annual_revenue_usd=7e6)
    startups[9] = replace(startups[9], engineers=3.0, cash_usd=None)
    case = startups[20].use_cases[0]
    links = tuple(replace(one, key=f"{one.key} again") for one in case.dependencies)
    cases = (replace(case, dependencies=links), *startups[20].use_cases[1:])
    startups[20] = replace(startups[20], use_cases=cases)
    return startups


def after(then: Before, startups: Sequence[Startup], catalog: Catalog, setting: Setting) -> Answer:
    changed = spliced_by(then.marks, marks(startups))
    assert changed is not None
    return answer_after(then, changed, book_for(startups, catalog).exposures, setting)


def test_the_answer_after_changes_is_that_of_valuing_everybody(
    demo: Portfolio, catalog: Catalog, setting: Setting
):
    then = before(demo.startups, catalog, setting)
    book = book_for(changed(demo), catalog)
    assert coding_of(book) == then.coding
    found, wanted = after(then, changed(demo), catalog, setting), anew(book, setting)
    assert_same(found.startups, wanted.startups)
    assert_same(found.kept, wanted.kept)
    ours, theirs = found.book, wanted.book
    for name in ("mean", "median", "low", "high", "by_facts", "by_rates", "facts_known"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.mean != then.sums.total[:, 0].mean() / 100
    np.testing.assert_array_equal(ours.year.laws, theirs.year.laws)
    assert ours.tail.tvar == theirs.tail.tvar
    assert ours.cash_out == theirs.cash_out


def test_nothing_changed_answers_as_before(demo: Portfolio, catalog: Catalog, setting: Setting):
    then = before(demo.startups, catalog, setting)
    found = after(then, demo.startups, catalog, setting)
    assert_same(found.startups, then.startups)
    assert_same(found.kept, then.sums.kept)


def test_where_most_changed_everybody_is_valued_anew(demo: Portfolio):
    others = [replace(one, annual_revenue_usd=1e6) for one in demo.startups]
    assert spliced_by(marks(demo.startups), marks(others)) is None


def test_rows_that_are_as_they_were_are_held_once() -> None:
    same, fresh = np.array([0, 2]), np.array([1])
    rows = Spliced(length=3, same=same, kept=same, fresh=fresh, gone=fresh)
    old = np.array([1.0, np.nan, 3.0])
    assert rows.of(old, old[fresh]) is old
    np.testing.assert_array_equal(rows.of(old, np.array([9.0])), [1.0, 9.0, 3.0])
    below = rows.below(np.array([1, 2, 0]), np.array([1]))
    assert (below.length, below.in_place) == (2, False)
    np.testing.assert_array_equal(below.of(np.array([5, 6, 7]), np.array([8])), [5, 8])


def test_a_line_has_another_mark_if_any_letter_of_it_is_another() -> None:
    lines = [b'[12,"a",null]', b'[7,"b\\n",0.1]', b'[7,"b\\n",0.2]', b'[34,"\xc3\xa9"]']
    numbers, found = marks_of_lines(b"\n".join(lines), 5)
    assert numbers.tolist() == [12, 7, 7, 34]
    assert len(set(found.tolist())) == len(lines)
    again = marks_of_lines(b"\n".join(lines[::-1]), 5)
    assert again[1].tolist() == found[::-1].tolist()
    assert marks_of_lines(lines[0], 6)[1][0] != found[0]
    assert len(marks_of_lines(b"", 5)[0]) == 0


def test_another_route_signature_or_country_is_another_coding(demo: Portfolio, catalog: Catalog):
    book = book_for(demo.startups, catalog)
    one = book.exposures
    turned = book_for(demo.startups[::-1], catalog)
    assert coding_of(turned) == coding_of(book)
    others: dict[str, Any]
    for name, values in (
        ("country", np.roll(one.country, 1)),
        ("fallback", np.full_like(one.fallback, 2)),
        ("delay", np.zeros_like(one.delay)),
    ):
        others = {name: values}
        other = replace(book, exposures=replace(one, **others))
        assert coding_of(other) != coding_of(book), name
    assert coding_of(replace(book, delays=book.delays[1:])) != coding_of(book)
