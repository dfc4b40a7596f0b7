"""The report's workbook: formulas that give the model's figures, text that is never run."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.assessment import assess
from risk.portfolio.results import PortfolioAssessment
from tests.ui import sample
from ui.render.workbook import FIRST_ROW, Formula, ReportSheet, SheetColumn, Value, as_report
from ui.reports.workbook import OTHERS, workbook_sheets
from ui.words import headlines, week_words

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def laid_out(catalog: Catalog, demo: Portfolio) -> Valuation:
    return valuation_of(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def answer(laid_out: Valuation) -> PortfolioAssessment:
    return assess(laid_out)


@pytest.fixture(scope="module")
def sheets(answer: PortfolioAssessment, laid_out: Valuation) -> dict[str, ReportSheet]:
    return {one.name: one for one in workbook_sheets(answer, laid_out, DEFAULTS)}


def column(sheet: ReportSheet, heading: str) -> list[Value]:
    """The cells below a heading."""
    place = [one.heading for one in sheet.columns].index(heading)
    return [row[place] for row in sheet.rows]


def test_the_sum_over_startups_is_the_portfolios_mean(
    answer: PortfolioAssessment, sheets: dict[str, ReportSheet]
):
    (total,) = (row[1] for row in sheets["Summary"].rows if row[0] == "Sum over companies")
    last = FIRST_ROW + len(answer.startups) - 1
    assert isinstance(total, Formula)
    assert total.text == f"SUM(Companies!D{FIRST_ROW}:D{last})"
    assert total.value == pytest.approx(answer.aal_usd, rel=1e-9)
    assert sum(column(sheets["Companies"], "Mean")) == pytest.approx(total.value, rel=1e-6)  # type: ignore[arg-type]
    assert sheets["Companies"].columns[3].heading == "Mean"


def test_a_workbook_opens_with_whose_end_costs_most_and_has_the_week(
    answer: PortfolioAssessment, laid_out: Valuation
):
    made = workbook_sheets(answer, laid_out, DEFAULTS, ending=sample.ENDING, week=sample.WEEK)
    summary, week = made[:2]
    assert summary.rows[0][:2] == ("If OpenAI ended", sample.ENDING.median_usd)
    assert headlines.if_it_ended(answer, sample.ENDING) in str(summary.rows[0][2])
    assert column(week, "Amount") == [week_words.amount(one)[0] for one in sample.WEEK]
    assert column(week, "In words") == [week_words.said(one) for one in sample.WEEK]
    assert column(week, "Sort")[0] == "Deadline (late)"


def test_the_parts_of_a_startup_sum_to_its_expected_loss(sheets: dict[str, ReportSheet]):
    startups, parts = sheets["Companies"], sheets["Parts"]
    names, means = column(startups, "Company"), column(startups, "Mean")
    for name, mean, written in zip(names, means, column(startups, "Sum of its parts"), strict=True):
        its = sum(part[5] for part in parts.rows if part[0] == name)  # type: ignore[misc]
        assert isinstance(written, Formula)
        assert written.value == pytest.approx(its, rel=1e-6, abs=0.01)
        assert its == pytest.approx(mean, rel=1e-6, abs=0.01)
    assert parts.columns[5].heading == "Expected loss a year, mean"


def test_every_row_has_a_cell_for_every_column(sheets: dict[str, ReportSheet]):
    for sheet in sheets.values():
        assert {len(row) for row in sheet.rows} <= {len(sheet.columns)}


def test_a_median_lies_in_its_range_and_is_told_of_no_startup_of_which_too_little_is_known(
    sheets: dict[str, ReportSheet],
):
    startups = sheets["Companies"]
    for band, low, median, high in zip(
        column(startups, "Band"),
        column(startups, "Low (10 %)"),
        column(startups, "Expected loss"),
        column(startups, "High (90 %)"),
        strict=True,
    ):
        assert (median is None) == (band == "?")
        assert median is None or low <= median <= high  # type: ignore[operator]


def test_what_is_not_listed_is_one_row_so_that_sums_hold(
    answer: PortfolioAssessment, laid_out: Valuation
):
    sheets = {one.name: one for one in workbook_sheets(answer, laid_out, DEFAULTS, most=10)}
    startups = sheets["Companies"]
    assert len(startups.rows) == 11
    assert startups.rows[-1][:2] == (OTHERS, "51 of them")
    assert {len(row) for row in startups.rows} == {len(startups.columns)}
    assert sum(column(startups, "Mean")) == pytest.approx(answer.aal_usd)  # type: ignore[arg-type]
    assert len({row[0] for row in sheets["Parts"].rows}) == 10


def test_the_spread_is_the_sum_of_squares_of_the_shares_of_its_level(
    sheets: dict[str, ReportSheet],
):
    rows = sheets["Concentration"].rows
    for level in {row[0] for row in rows}:
        its = [row for row in rows if row[0] == level]
        squares = sum(row[2] ** 2 for row in its)  # type: ignore[operator]
        hhi, effective = its[0][3], its[0][4]
        assert isinstance(hhi, Formula)
        assert isinstance(effective, Formula)
        assert hhi.value == pytest.approx(squares)
        assert effective.value == pytest.approx(1 / squares)


def test_every_figure_says_what_it_stands_on(
    answer: PortfolioAssessment, sheets: dict[str, ReportSheet]
):
    known = {row[0]: row[1] for row in sheets["Provenance"].rows}
    assert known["Digest of facts and assumptions"] == answer.data_digest
    assert known["Catalogue of"] == answer.catalogue_date
    assert known["Invented data"] == "yes"


def test_text_that_looks_like_a_formula_is_text_and_formulas_hold_their_value():
    sheet = ReportSheet(
        name="S",
        note="=1+1",
        columns=(SheetColumn(heading="Name"), SheetColumn(heading="Sum")),
        rows=(("=HYPERLINK(1)", Formula(text="1+2", value=3.0)), (None, None)),
    )
    data = as_report([sheet], title="t", created=TODAY)
    formulas = load_workbook(BytesIO(data))["S"]
    values = load_workbook(BytesIO(data), data_only=True)["S"]
    assert [cell.value for cell in formulas[FIRST_ROW]] == ["'=HYPERLINK(1)", "=1+2"]
    assert formulas[FIRST_ROW][0].data_type == "s"
    assert formulas["A1"].data_type == "s"
    assert values[FIRST_ROW][1].value == 3


def test_the_same_answer_gives_the_same_bytes(answer: PortfolioAssessment, laid_out: Valuation):
    first, second = (
        as_report(workbook_sheets(answer, laid_out, DEFAULTS), title="t", created=TODAY)
        for _ in range(2)
    )
    assert first == second
