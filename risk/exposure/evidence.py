"""What a test of a fallback or an exit plan is still worth: evidence wears out.

A test counts in full while it is fresh (90 days), then less every day, and once it is 180 days old
as much as no test. docs/method.md §3, §6.
"""

from datetime import date

from risk.assumptions import Assumptions
from risk.exposure.switching import exit_plan_factor
from risk.inventory.records import Dependency, ExitPlan, Fallback

HOURS_PER_DAY = 24.0


def worn_share(tested_on: date, assumptions: Assumptions, today: date) -> float:
    """Share of a test's worth that its age has taken, 0 (fresh) to 1 (as if never tested)."""
    age = (today - tested_on).days
    valid = assumptions.fallback_test_valid_days
    fresh = min(assumptions.fallback_test_fresh_days, valid)
    if age <= fresh:
        return 0.0
    return min(1.0, (age - fresh) / (valid - fresh)) if valid > fresh else 1.0


def fallback_terms(
    state: Fallback, one: Dependency, assumptions: Assumptions, today: date
) -> tuple[float, float]:
    """(η, τ_f): the share of the workload that the fallback takes, and the days until it does.

    A test without a date proves nothing. Where a drill measured how long taking over takes, that
    counts instead of the assumption; as the drill wears out, a quick one is believed less and a
    slow one is not forgotten.
    """
    if state is Fallback.NONE:
        return 0.0, 0.0
    if state is Fallback.TESTED and one.fallback_tested_on is not None:
        worn = worn_share(one.fallback_tested_on, assumptions, today)
        share = _between(assumptions.fallback_tested, assumptions.fallback_untested, worn)
        days = assumptions.failover_tested_days
        if one.fallback_hours is not None:
            days = one.fallback_hours / HOURS_PER_DAY
        return share, _between(days, max(days, assumptions.failover_untested_days), worn)
    counted = Fallback.UNTESTED if state is Fallback.TESTED else state
    return (
        float(getattr(assumptions, f"fallback_{counted.value}")),
        float(getattr(assumptions, f"failover_{counted.value}_days")),
    )


def plan_factor(plan: ExitPlan, one: Dependency, assumptions: Assumptions, today: date) -> float:
    """Share of the effort that is left; a plan that was tried wears out to a written one.

    A plan that the register calls tested without a date is taken at its word.
    """
    factor = exit_plan_factor(plan, assumptions)
    if plan is not ExitPlan.TESTED or one.exit_plan_tested_on is None:
        return factor
    worn = worn_share(one.exit_plan_tested_on, assumptions, today)
    return _between(factor, max(factor, assumptions.exit_plan_written), worn)


def _between(fresh: float, old: float, worn: float) -> float:
    return (1 - worn) * fresh + worn * old
