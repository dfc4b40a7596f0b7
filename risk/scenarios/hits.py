"""Whom a scenario hits: who loses something, who nothing, and who newly runs out of cash."""

from collections.abc import Iterable

from risk.scenarios.results import StressedStartup, StressResult

#: From this probability on a startup more likely than not runs out of cash within 12 months.
LIKELY = 0.5


def hit(result: StressResult) -> tuple[StressedStartup, ...]:
    """Return the startups that lose something, largest loss first."""
    losing = (one for one in result.startups if one.loss_usd > 0)
    return tuple(sorted(losing, key=lambda one: (-one.loss_usd, one.startup)))


def spared(result: StressResult) -> tuple[str, ...]:
    """Return the startups that lose nothing, by name."""
    unharmed = [one.startup for one in result.startups if one.loss_usd <= 0]
    return tuple(sorted({*result.unaffected, *unharmed}, key=str.casefold))


def newly_out_of_cash(startups: Iterable[StressedStartup]) -> int:
    """Count those likely to run out of cash within 12 months that were not before."""
    return sum(
        one.cash_out_probability.after is not None
        and one.cash_out_probability.after >= LIKELY
        and (one.cash_out_probability.before or 0.0) < LIKELY
        for one in startups
    )
