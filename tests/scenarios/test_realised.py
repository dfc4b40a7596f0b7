"""Losses that came beside those that were predicted, worked out by hand."""

from datetime import UTC, date, datetime

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.realised import (
    ComparedLoss,
    PredictedLoss,
    RealisedLoss,
    misses_first,
    score_losses,
)

AT = datetime(2026, 11, 30, tzinfo=UTC)
SAID = PredictedLoss(
    share=1,
    title="OpenAI down for two days",
    frozen_at=AT,
    days=2.0,
    low_usd=10.0,
    median_usd=40.0,
    high_usd=100.0,
)


def compared(
    number: int, amount: float | None, said: PredictedLoss | None = SAID, provider: str = "OpenAI"
) -> ComparedLoss:
    return ComparedLoss(
        number=number,
        realised=RealisedLoss(
            startup=f"Acme {number}",
            provider=provider,
            kind=FailureKind.OUTAGE,
            first_day=date(2026, 12, 1),
            amount_usd=amount,
            source="a test",
        ),
        noted_by="Ann",
        noted_at=AT,
        predicted=said,
    )


def test_a_loss_inside_its_range_held():
    one = compared(1, 60.0)
    assert one.held is True
    # 0.1·50 + 0.5·20 + 0.1·40 = 19, a third of it.
    assert one.pinball_usd == pytest.approx(19 / 3)


def test_a_loss_beyond_its_range_missed():
    one = compared(1, 200.0)
    assert one.held is False
    # 0.1·190 + 0.5·160 + 0.9·100 = 189.
    assert one.pinball_usd == pytest.approx(63.0)


@pytest.mark.parametrize("one", [compared(1, None), compared(1, 60.0, said=None)])
def test_what_is_unknown_is_neither_inside_nor_outside(one: ComparedLoss):
    assert one.held is None
    assert one.pinball_usd is None


def test_what_cannot_be_compared_is_counted_and_in_no_figure():
    losses = [
        compared(1, 60.0),
        compared(2, 200.0),
        compared(3, None),
        compared(4, 5.0, said=None),
        compared(5, 0.0, provider="Cohere"),
    ]
    found = score_losses(losses)
    assert (found.noted, found.unknown, found.unpredicted, found.compared) == (5, 1, 1, 3)
    assert (found.held, found.above, found.events) == (1, 1, 2)
    assert (found.realised_usd, found.median_usd) == (260.0, 120.0)
    # A loss of nothing is known: 0.9·10 + 0.5·40 + 0.1·100 = 39, a third; (19 + 189 + 39)/9.
    assert found.pinball_usd == pytest.approx(247 / 9)


def test_of_nothing_compared_the_sums_are_unknown_not_zero():
    found = score_losses([compared(1, None)])
    assert (found.realised_usd, found.median_usd, found.pinball_usd, found.band) == (None,) * 4


def test_misses_come_first_the_widest_before_the_others():
    losses = [compared(1, 60.0), compared(2, None), compared(3, 101.0), compared(4, 900.0)]
    assert [one.number for one in misses_first(losses)] == [4, 3, 1, 2]
