"""A part of a portfolio is valued as if it were all of it, in the worlds of the whole."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Portfolio
from risk.loss.narrowing import narrowed
from risk.loss.valuation import Valuation, valuation_of

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def whole(catalog: Catalog, demo: Portfolio) -> Valuation:
    return valuation_of(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


def test_startups_lose_in_a_part_what_they_lose_in_the_whole(whole: Valuation):
    rows = [3, 17, 40]
    part = narrowed(whole, reversed(rows))
    assert list(part.members.names) == [whole.members.names[row] for row in rows]
    for figure in ("mean", "median", "low", "high", "score"):
        known = getattr(whole.answer.startups, figure)[rows]
        np.testing.assert_allclose(getattr(part.answer.startups, figure), known, rtol=1e-9)
    assert part.answer.book.mean == pytest.approx(whole.answer.startups.mean[rows].sum(), rel=1e-6)


def test_names_of_use_cases_and_dependencies_stay_with_their_startups(whole: Valuation):
    part, row = narrowed(whole, [5]), 5
    of_row = whole.book.exposures.taken(np.array([row]))
    cases = whole.columns.cases.startup == row
    assert part.members.use_cases is not None
    assert part.members.keys is not None
    assert whole.members.use_cases is not None
    assert list(part.members.use_cases) == [
        name for name, own in zip(whole.members.use_cases, cases.tolist(), strict=True) if own
    ]
    assert len(part.members.keys) == len(of_row.link_row)


def test_open_questions_stay_with_those_of_whom_they_are_asked(catalog: Catalog, demo: Portfolio):
    asked = [
        replace(
            one,
            use_cases=tuple(
                replace(
                    case,
                    dependencies=tuple(
                        replace(each, answer=Answer.ASK) for each in case.dependencies
                    ),
                )
                for case in one.use_cases
            ),
        )
        for one in demo.startups[:3]
    ]
    portfolio = replace(demo, startups=(*asked, *demo.startups[3:6]))
    laid_out = valuation_of(portfolio, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    unsure = [row for row, count in enumerate(laid_out.members.questions.tolist()) if count]
    sure = [row for row in range(6) if row not in unsure]
    part = narrowed(laid_out, [sure[0], unsure[-1]])
    assert part.asked is not None
    assert list(part.asked.members.names) == [laid_out.members.names[unsure[-1]]]
    assert part.members.names[int(part.asked.places[0])] == part.asked.members.names[0]
    assert narrowed(laid_out, sure).asked is None


def test_nobody_at_all_loses_nothing(whole: Valuation):
    assert narrowed(whole, []).answer.book.mean == 0
