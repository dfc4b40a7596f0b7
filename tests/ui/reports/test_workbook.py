"""The report's workbook: formulas that give the model's figures, text that is never run."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.portfolio.assessment import assess_portfolio
from risk.portfolio.results import PortfolioAssessment
from ui.reports.sheets import FIRST_ROW, Column, Formula, ReportSheet, as_report
from ui.reports.workbook import workbook_sheets

TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def answer(catalog: Catalog, demo: Portfolio) -> PortfolioAssessment:
    return assess_portfolio(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def sheets(answer: PortfolioAssessment) -> dict[str, ReportSheet]:
    return {one.name: one for one in workbook_sheets(answer, DEFAULTS)}


def test_the_sum_over_startups_is_the_portfolios_expected_loss(
    answer: PortfolioAssessment, sheets: dict[str, ReportSheet]
):
    (total,) = (row[1] for row in sheets["Summary"].rows if row[0] == "Sum over startups")
    last = FIRST_ROW + len(answer.startups) - 1
    assert isinstance(total, Formula)
    assert total.text == f"SUM(Startups!C{FIRST_ROW}:C{last})"
    assert total.value == pytest.approx(answer.aal_usd, rel=1e-9)
    assert sum(row[2] for row in sheets["Startups"].rows) == pytest.approx(total.value)  # type: ignore[misc]


def test_the_parts_of_a_startup_sum_to_its_expected_loss(sheets: dict[str, ReportSheet]):
    for row in sheets["Startups"].rows:
        its = sum(part[5] for part in sheets["Parts"].rows if part[0] == row[0])  # type: ignore[misc]
        written = row[4]
        assert isinstance(written, Formula)
        assert written.value == pytest.approx(its)
        assert its == pytest.approx(row[2], rel=1e-6, abs=0.01)


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
        columns=(Column(heading="Name"), Column(heading="Sum")),
        rows=(("=HYPERLINK(1)", Formula(text="1+2", value=3.0)), (None, None)),
    )
    data = as_report([sheet], title="t", created=TODAY)
    formulas = load_workbook(BytesIO(data))["S"]
    values = load_workbook(BytesIO(data), data_only=True)["S"]
    assert [cell.value for cell in formulas[FIRST_ROW]] == ["'=HYPERLINK(1)", "=1+2"]
    assert formulas[FIRST_ROW][0].data_type == "s"
    assert formulas["A1"].data_type == "s"
    assert values[FIRST_ROW][1].value == 3


def test_the_same_answer_gives_the_same_bytes(answer: PortfolioAssessment):
    first, second = (
        as_report(workbook_sheets(answer, DEFAULTS), title="t", created=TODAY) for _ in range(2)
    )
    assert first == second
