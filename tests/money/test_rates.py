"""Reference rates: what the European Central Bank published, and the days on which it did not."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.money.rates import Rate, first_day, last_day, quoted_on, rate_on

EASTER_THURSDAY = date(2024, 3, 28)


def test_a_thousand_euros_are_what_the_bank_published() -> None:
    # https://www.ecb.europa.eu, 28 March 2024: 1 EUR = 1.0811 USD.
    rate = rate_on("EUR", EASTER_THURSDAY)
    assert rate is not None
    assert rate.usd(Decimal(1000)) == Decimal("1081.10")
    assert rate.said == "1 EUR = 1.0811 USD on 2024-03-28"


def test_pounds_go_by_way_of_the_euro() -> None:
    # The same day: 1 EUR = 0.8551 GBP. 1000 / 0.8551 × 1.0811 = 1264.296…
    rate = rate_on("GBP", EASTER_THURSDAY)
    assert rate is not None
    assert rate.usd(Decimal(1000)) == Decimal("1264.30")
    assert rate.said == "1 EUR = 0.8551 GBP = 1.0811 USD on 2024-03-28"


@pytest.mark.parametrize("day", [date(2024, 3, 29), date(2024, 3, 31), date(2024, 4, 1)])
def test_a_day_on_which_the_bank_is_closed_has_the_last_rate_before(day: date) -> None:
    assert rate_on("EUR", day) == rate_on("EUR", EASTER_THURSDAY)


def test_after_the_last_day_that_ships_its_rate_holds() -> None:
    assert rate_on("EUR", date(9999, 12, 31)) == rate_on("EUR", last_day())


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("EUR", date(1998, 12, 31)),
        ("EUR", date(1, 1, 1)),
        ("INR", date(2008, 12, 31)),  # quoted since 2009
        ("RUB", date(2022, 6, 1)),  # quoted until 1 March 2022
        ("NGN", EASTER_THURSDAY),
        ("XYZ", EASTER_THURSDAY),
    ],
)
def test_where_the_bank_quotes_nothing_there_is_no_rate(currency: str, day: date) -> None:
    assert rate_on(currency, day) is None


def test_a_currency_that_is_quoted_no_more_is_not_offered() -> None:
    assert {"EUR", "USD", "GBP", "JPY"} <= set(quoted_on())
    assert not {"RUB", "HRK", "NGN"} & set(quoted_on())
    assert first_day() == date(1999, 1, 4)


AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)
RATES = st.sampled_from([one for code in quoted_on() if (one := rate_on(code, EASTER_THURSDAY))])


@given(AMOUNTS, AMOUNTS, RATES)
def test_more_is_never_worth_less(first: Decimal, second: Decimal, rate: Rate) -> None:
    less, more = sorted((first, second))
    assert rate.usd(less) <= rate.usd(more)


@given(AMOUNTS, RATES)
def test_an_amount_is_right_to_the_cent(amount: Decimal, rate: Rate) -> None:
    cents = int(amount * 100)
    # With whole numbers alone: twice the difference is at most one cent.
    numerator = cents * int(rate.usd_per_euro * 10**6)
    denominator = int(rate.per_euro * 10**6)
    found = int(rate.usd(amount) * 100)
    assert abs(found * denominator - numerator) * 2 <= denominator
