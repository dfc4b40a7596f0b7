"""Money in another currency: one place says in which, and everything that is written follows."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from threading import Thread

import pytest
from openpyxl import load_workbook

from risk.money.rates import Rate, rate_on
from risk.portfolio.results import Interval
from ui import money, wording
from ui.charts.axes import money_axis
from ui.render.frames import as_shown, file_of, format_of, frame
from ui.render.workbook import MONEY, ReportSheet, SheetColumn, as_report
from ui.tables.column import Column, Unit

#: 2 USD for a euro, and 4 francs: half a euro for a dollar, two francs.
EUROS = money.Shown(
    currency="EUR",
    rate=Rate(currency="EUR", day=date(2024, 3, 28), per_euro=Decimal(1), usd_per_euro=Decimal(2)),
)
FRANCS = money.Shown(
    currency="CHF",
    rate=Rate(currency="CHF", day=date(2024, 3, 28), per_euro=Decimal(4), usd_per_euro=Decimal(2)),
)
LOSS = Column(key="loss_usd", label="Loss", unit=Unit.USD)


def test_amounts_are_written_in_the_currency_that_is_shown_and_in_usd_afterwards() -> None:
    with money.shown_in(EUROS):
        assert wording.money(2_468_000) == "€1.2M"
        assert wording.money(-10_000) == "−€5.0k"
        assert wording.money(0.6) == "under €1"
        assert wording.money(None) == "unknown"
        assert wording.stated_money(4_250_000) == "€2,125,000"
        assert wording.money_range(Interval(low=4.6e6, high=28e6)) == "€2.3M–14M"
        assert wording.money_range(Interval(low=0.6, high=28e6)) == "€0–14M"
    assert wording.money(2_468_000) == "$2.5M"


def test_a_currency_without_a_sign_of_its_own_has_its_code() -> None:
    with money.shown_in(FRANCS):
        assert wording.money(600_000) == "CHF\u00a01.2M"
        assert wording.money_range(Interval(low=1e6, high=2e6)) == "CHF\u00a02.0M–4.0M"


def test_another_thread_of_work_has_its_own_currency() -> None:
    seen: list[str] = []
    with money.shown_in(EUROS):
        thread = Thread(target=lambda: seen.append(wording.money(1_000_000)))
        thread.start()
        thread.join()
    assert seen == ["$1.0M"]


def test_marks_of_an_axis_are_round_in_the_currency_and_stand_where_usd_are_drawn() -> None:
    with money.shown_in(EUROS):
        # From 0 to 950 k euros in at most six marks: 190 k, the next round step is 200 k.
        axis = money_axis([680_000.0, 1_900_000.0], most=6)
    assert axis["ticktext"] == ["€0", "€200k", "€400k", "€600k", "€800k", "€1M"]
    assert axis["tickvals"] == [0.0, 400_000.0, 800_000.0, 1_200_000.0, 1_600_000.0, 2_000_000.0]


def test_a_table_shows_the_currency_and_its_file_has_usd() -> None:
    rows = [{"loss_usd": 3_000.0}, {"loss_usd": None}]
    with money.shown_in(EUROS):
        shown = frame([LOSS], rows, raw={"loss_usd"})
        assert shown["Loss"].tolist()[0] == 1_500.0
        assert shown["Loss"].isna().tolist() == [False, True]
        assert format_of(Unit.USD) == "€%,d"
        assert as_shown(3_000.0, Unit.SCORE) == 3_000.0
        assert file_of([LOSS], rows)["loss_usd"].tolist()[0] == 3_000.0


def test_a_workbook_has_numbers_of_the_currency_with_its_sign() -> None:
    sheet = ReportSheet(
        name="Sums",
        note="in CHF",
        columns=(SheetColumn(heading="CHF", shown=MONEY), SheetColumn(heading="Days", shown="0")),
        rows=((3_000.0, 7.0),),
    )
    with money.shown_in(FRANCS):
        data = as_report([sheet], title="t", created=date(2026, 11, 24))
    cell, days = next(load_workbook(BytesIO(data)).active.iter_rows(min_row=4))
    assert (cell.value, days.value) == (6_000, 7)
    assert cell.number_format == '"CHF\u00a0"#,##0'


def test_a_rate_goes_into_a_content_and_comes_back() -> None:
    rate = rate_on("GBP", date(2024, 3, 28))
    assert rate is not None
    shown = money.shown_as("GBP", date(2024, 3, 28))
    assert money.shown_of(rate.document) == shown
    assert shown.in_usd(shown.of(1_234.5)) == pytest.approx(1_234.5)
    assert money.shown_of(None) == money.shown_as("USD", date(2024, 3, 28)) == money.IN_USD


def test_a_currency_without_a_rate_is_shown_in_usd() -> None:
    assert money.shown_as("NGN", date(2024, 3, 28)) == money.IN_USD
