"""Amounts as people type them."""

import pytest

from risk.inventory.amounts import typed_usd


@pytest.mark.parametrize(
    ("text", "usd"),
    [
        ("300k", 300_000.0),
        ("$300k", 300_000.0),
        ("$ 1.2m", 1_200_000.0),
        ("2,5 million", 2_500_000.0),
        ("300,000", 300_000.0),
        ("USD 300 000.50", 300_000.5),
        ("0", 0.0),
        ("1e12", 1e12),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, usd: float) -> None:
    assert typed_usd(text) == usd


@pytest.mark.parametrize(
    "text", ["", "a lot", "1,5", "-5", "3k4", "€300k", "nan", "inf", "1.2.3", "1.200"]
)
def test_what_is_no_amount_or_reads_two_ways_is_none(text: str) -> None:
    assert typed_usd(text) is None
