"""Amounts as they were stated: what they say as a text, and what they are in USD."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.money.currencies import currencies, meant_by
from risk.money.stated import Period, Stated, Unit, stated, stated_of, unit_of

EASTER_THURSDAY = date(2024, 3, 28)


def test_a_year_of_pounds_is_a_twelfth_a_month() -> None:
    said = stated(Decimal(12_000), "GBP", per=Period.YEAR, day=EASTER_THURSDAY)
    assert said.text == "GBP 12000 per year; 1 EUR = 0.8551 GBP = 1.0811 USD on 2024-03-28"
    assert said.usd(Period.MONTH) == Decimal("1264.30")  # 1000 / 0.8551 × 1.0811
    assert said.usd(Period.YEAR) == Decimal("15171.56")  # 12000 / 0.8551 × 1.0811 = 15171.559


def test_dollars_for_a_year_need_no_rate() -> None:
    said = stated(Decimal(1000), "USD", per=Period.YEAR, day=date(1990, 1, 1))
    assert (said.text, said.usd(Period.MONTH)) == ("USD 1000 per year", Decimal("83.33"))


def test_an_amount_without_a_rate_is_kept_and_unknown_in_usd() -> None:
    said = stated(Decimal("5.5"), "NGN", per=None, day=EASTER_THURSDAY)
    assert (said.text, said.usd(None)) == ("NGN 5.5", None)
    assert said.provenance == "stated as NGN\u00a05.50; no ECB reference rate for it"


def test_the_same_amount_is_the_same_on_another_day() -> None:
    one = stated(Decimal(100), "EUR", per=None, day=EASTER_THURSDAY)
    other = stated(Decimal("100.00"), "EUR", per=None, day=date(2025, 3, 28))
    assert one == other
    assert hash(one) == hash(other)
    assert one.usd(None) != other.usd(None)


@pytest.mark.parametrize("text", ["", "EUR", "100 EUR", "EUR -1", "EUR 1 per week", "EUR 1; soon"])
def test_another_text_is_no_stated_amount(text: str) -> None:
    with pytest.raises(ValueError, match="no stated amount"):
        stated_of(text)


@given(
    st.decimals(min_value=0, max_value=10**17, places=3),
    st.sampled_from(sorted(currencies())),
    st.sampled_from([None, *Period]),
    st.dates(date(1999, 1, 4), date(2030, 1, 1)),
)
def test_a_stated_amount_is_read_back_with_its_rate(
    amount: Decimal, currency: str, per: Period | None, day: date
) -> None:
    said = stated(amount, currency, per=per, day=day)
    again = stated_of(said.text)
    assert (again, again.rate) == (said, said.rate)
    assert isinstance(again, Stated)
    assert again.usd(Period.MONTH) == said.usd(Period.MONTH)


def test_a_sign_of_several_currencies_means_none_by_itself() -> None:
    assert meant_by("kr") is None
    assert meant_by("kr", beside="NOK") == "NOK"
    assert meant_by("¥") is None
    assert meant_by("Rs.") is None
    assert (meant_by("$"), meant_by("$", beside="CAD"), meant_by("C$")) == ("USD", "CAD", "CAD")
    assert meant_by("€") == meant_by("euro") == meant_by("eur") == "EUR"


def test_a_cell_of_a_column_of_currencies_is_read_however_it_is_written() -> None:
    assert unit_of("EUR") == unit_of(" € ") == unit_of("Euro") == unit_of("eba_CU:EUR")
    assert unit_of("Swiss franc") == Unit("CHF")
    assert unit_of("GBP per year") == Unit("GBP", Period.YEAR)
    assert unit_of(Unit("GBP", Period.YEAR).said) == Unit("GBP", Period.YEAR)
    assert unit_of("various") is unit_of("kr") is unit_of("") is None
