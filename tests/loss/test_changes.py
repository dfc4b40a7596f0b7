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
from risk.loss.changes import Before, answer_after, coding_of, marks_of
from risk.loss.columns import columns_of, ordered
from risk.loss.exposures import Book, book_of
from risk.loss.valuing import ground_of
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
    found = setting_of(ground_of(book, worlds), DEFAULTS, len(demo.startups))
    return replace(found, in_full=False, few=2)


def anew(book: Book, setting: Setting) -> Answer:
    return merged([part_answer(book.exposures, setting)], setting)


def before(book: Book, setting: Setting) -> Before:
    answer = anew(book, setting)
    return Before(
        coding=coding_of(book),
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


def test_the_answer_after_changes_is_that_of_valuing_everybody(
    demo: Portfolio, catalog: Catalog, setting: Setting
):
    then = before(book_for(demo.startups, catalog), setting)
    now = book_for(changed(demo), catalog)
    assert coding_of(now) == then.coding
    found = answer_after(then, now, setting)
    assert found is not None
    wanted = anew(now, setting)
    assert_same(found.startups, wanted.startups)
    assert_same(found.kept, wanted.kept)
    book, same = found.book, wanted.book
    for name in ("mean", "median", "low", "high", "by_facts", "by_rates", "facts_known"):
        assert getattr(book, name) == getattr(same, name), name
    assert book.mean != then.sums.total[:, 0].mean() / 100
    np.testing.assert_array_equal(book.year.laws, same.year.laws)
    assert book.tail.tvar == same.tail.tvar
    assert book.cash_out == same.cash_out


def test_nothing_changed_answers_as_before(demo: Portfolio, catalog: Catalog, setting: Setting):
    book = book_for(demo.startups, catalog)
    then = before(book, setting)
    found = answer_after(then, book, setting)
    assert found is not None
    assert_same(found.startups, then.startups)
    assert_same(found.kept, then.sums.kept)


def test_where_most_changed_everybody_is_valued_anew(
    demo: Portfolio, catalog: Catalog, setting: Setting
):
    then = before(book_for(demo.startups, catalog), setting)
    others = [replace(one, annual_revenue_usd=1e6) for one in demo.startups]
    assert answer_after(then, book_for(others, catalog), setting) is None


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


def test_a_mark_is_another_if_anything_about_its_startup_is(demo: Portfolio, catalog: Catalog):
    one = book_for(demo.startups, catalog).exposures
    marks = marks_of(one)
    assert len(set(marks.tolist())) == len(one)
    places = np.array([5, 3, 8])
    np.testing.assert_array_equal(marks_of(one.taken(places)), marks[places])
    for name in ("revenue", "weight", "plan", "link_age", "case_row"):
        values = getattr(one, name).copy()
        values[-1] += 1
        other = marks_of(replace(one, **{name: values}))
        # The last row belongs to the last startup that has any.
        assert (other != marks).sum() <= 1, name
        if not np.isnan(values[-1]):
            assert (other != marks).sum() == 1, name
