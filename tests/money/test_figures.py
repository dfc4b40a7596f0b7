"""Amounts in two significant figures."""

import pytest

from risk.money.figures import dollars, rounded


@pytest.mark.parametrize(
    ("usd", "said"),
    [
        (0, "$0"),
        (7.4, "$7"),
        (984, "$980"),
        (999.6, "$1.0k"),
        (10_400, "$10k"),
        (2_845_950, "$2.8M"),
        (-340_200, "−$340k"),
        (12.3e9, "$12bn"),
    ],
)
def test_an_amount_is_said_in_two_figures(usd: float, said: str) -> None:
    assert dollars(usd) == said


def test_an_amount_keeps_its_size_and_its_sign_when_it_is_rounded() -> None:
    assert [rounded(one) for one in (2_845_950, -34_999, 9.6, 0)] == [2_800_000, -35_000, 10, 0]
