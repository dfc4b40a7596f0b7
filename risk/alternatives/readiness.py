"""Exit readiness of one dependency: how substitutable, planned how well, and when to give notice.

docs/method.md §6; DORA's register B_07.01. Derived from the options, drills and contract; an
analyst's judgement stands instead of it, with its reason. Thresholds are judgement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from risk.alternatives.evidence import Drill, DrillKind, newest
from risk.alternatives.judgements import Judgement, Substitutability
from risk.alternatives.results import LEAVING, Alternative
from risk.assumptions import Assumptions
from risk.inventory.records import Dependency, ExitPlan, Fallback
from risk.loss.formulas import worn
from risk.loss.worlds import numbers_of

#: Days until the work runs elsewhere, up to which a provider is easily substitutable, and up to
#: which it is so with medium complexity.
EASY_DAYS = 30.0
MEDIUM_DAYS = 90.0

#: Loss in a wind-down as a share of a year's gross profit: below the first the impact of
#: discontinuing is low, from the second on it is high.
LOW_IMPACT, HIGH_IMPACT = 0.01, 0.10
CODES = {
    Substitutability.NOT: "eba_ZZ:x959",
    Substitutability.HIGHLY_COMPLEX: "eba_ZZ:x960",
    Substitutability.MEDIUM: "eba_ZZ:x961",
    Substitutability.EASY: "eba_ZZ:x962",
}


class Tried(StrEnum):
    """How far a backup or an exit plan was tried, what proves least first."""

    FAILED = "tried and failed"
    NEVER = "never tried"
    UNDATED = "tried, day unknown"
    WORN = "worn out"
    WEARING = "wearing out"
    FRESH = "fresh"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What shows that a backup or an exit plan works, and how long it does.

    ``tried_on`` and ``by`` are of the newest drill, or of a newer test that the register states,
    which says nobody (None). ``worth`` is 1 fresh and 0 once it proves nothing; it is worth half on
    ``half_on`` and nothing from ``nothing_on`` on (None: it proves nothing in any case).
    """

    tried: Tried
    tried_on: date | None = None
    by: str | None = None
    worth: float = 0.0
    half_on: date | None = None
    nothing_on: date | None = None


def proof_of(
    state: Fallback | ExitPlan | None,
    tested_on: date | None,
    drill: Drill | None,
    *,
    assumptions: Assumptions,
    today: date,
) -> Proof | None:
    """What proves a backup or an exit plan of a ``state``; None where there is none to be tried.

    ``tested_on`` is the day that the register states, or that of a passed drill laid over it,
    ``drill`` the newest of its kind. docs/method.md §6.
    """
    if state in (None, Fallback.NONE, ExitPlan.NONE):
        return None
    by = None
    if drill is not None and (tested_on is None or drill.held_on >= tested_on):
        if not drill.passed(assumptions.drill_pass_share):
            return Proof(tried=Tried.FAILED, tried_on=drill.held_on, by=drill.conducted_by)
        tested_on, by = drill.held_on, drill.conducted_by
    elif state not in (Fallback.TESTED, Fallback.AUTOMATIC, ExitPlan.TESTED):
        return Proof(tried=Tried.NEVER)
    elif tested_on is None:
        said = Tried.NEVER if state is Fallback.AUTOMATIC else Tried.UNDATED
        return Proof(tried=said)
    fresh = min(assumptions.fallback_test_fresh_days, assumptions.fallback_test_valid_days)
    valid = assumptions.fallback_test_valid_days
    worth = 1 - _worn_share(tested_on, assumptions, today)
    whole = {0.0: Tried.WORN, 1.0: Tried.FRESH}
    return Proof(
        tried=whole.get(worth, Tried.WEARING),
        tried_on=tested_on,
        by=by,
        worth=worth,
        half_on=tested_on + timedelta(days=ceil((fresh + valid) / 2)),
        nothing_on=tested_on + timedelta(days=ceil(valid)),
    )


@dataclass(frozen=True, kw_only=True)
class DrillState:
    """The newest drill of a kind and what it is worth today: ``worth`` 1 fresh, 0 worn out."""

    drill: Drill
    passed: bool
    age_days: int
    worth: float


@dataclass(frozen=True, kw_only=True)
class ContractClock:
    """Dates of one contract against the time to leave.

    ``last_notice`` is the last day to give notice before the renewal, ``start_by`` the last day to
    start leaving so that nothing is paid twice; ``gap_days`` is how much sooner than one can leave
    the provider may end the service. None: not known.
    """

    renewal: date | None
    last_notice: date | None
    start_by: date | None
    switch_days: float | None
    gap_days: float | None


@dataclass(frozen=True, kw_only=True)
class ExitReadiness:
    """How ready one dependency is to leave its provider.

    ``derived`` is the class that the facts give, ``substitutability`` the one that stands;
    ``because`` says why, ``decided_by`` who judged otherwise (None: nobody). ``reason_code`` is
    DORA's reason where a provider is hard or impossible to replace. ``asks`` is what has to be
    answered before the class is sure. ``backup`` and ``exit`` say what proves fallback and exit
    plan, None where there is none.
    """

    substitutability: Substitutability
    derived: Substitutability
    because: str
    decided_by: str | None
    reason_code: str | None
    best_option: str | None
    days: float | None
    asks: tuple[str, ...]
    fallback: Fallback | None
    exit_plan: ExitPlan | None
    drills: tuple[DrillState, ...]
    backup: Proof | None
    exit: Proof | None
    contract: ContractClock


def exit_readiness(
    dependency: Dependency,
    options: Sequence[Alternative],
    drills: Sequence[Drill],
    *,
    assumptions: Assumptions,
    today: date,
    judged: Judgement | None = None,
) -> ExitReadiness:
    """The readiness of a dependency, given all of its ``options`` and ``drills``.

    ``dependency`` is the record with evidence laid over it.
    """
    left = _proven_days(drills, assumptions, today)
    best = _quickest(options)
    derived, because, days = _derived(best, left)
    stands = Substitutability(judged.value) if judged else derived
    return ExitReadiness(
        substitutability=stands,
        derived=derived,
        because=judged.reason if judged else because,
        decided_by=judged.by if judged else None,
        reason_code=_reason_code(stands, any_option=best is not None),
        best_option=best.option if best else None,
        days=days,
        asks=best.ask if best and left is None else (),
        fallback=dependency.fallback,
        exit_plan=dependency.exit_plan,
        drills=tuple(drill_states(drills, assumptions, today)),
        backup=proof_of(
            dependency.fallback,
            dependency.fallback_tested_on,
            newest(drills, DrillKind.FALLBACK),
            assumptions=assumptions,
            today=today,
        ),
        exit=proof_of(
            dependency.exit_plan,
            dependency.exit_plan_tested_on,
            newest(drills, DrillKind.EXIT),
            assumptions=assumptions,
            today=today,
        ),
        contract=contract_clock(dependency, days, assumptions=assumptions),
    )


def _quickest(options: Iterable[Alternative]) -> Alternative | None:
    """The option that leaves the provider soonest, of those that nothing rules out."""
    possible = [one for one in options if one.option_class in LEAVING and not one.excluded]
    return min(possible, key=lambda one: one.switch_days or 0.0, default=None)


def _proven_days(drills: Iterable[Drill], assumptions: Assumptions, today: date) -> float | None:
    """How long leaving took in a passed exit drill that is not worn out yet, in days."""
    tried = newest(drills, DrillKind.EXIT)
    if tried is None or tried.hours is None or not tried.passed(assumptions.drill_pass_share):
        return None
    old = _worn_share(tried.held_on, assumptions, today)
    return None if old >= 1 else tried.hours / 24


def _derived(
    best: Alternative | None, proven_days: float | None
) -> tuple[Substitutability, str, float | None]:
    if proven_days is not None:
        return _by_days(proven_days), f"a drill left it in {_days(proven_days)}", proven_days
    if best is None:
        return Substitutability.NOT, "no other provider's model meets the needs", None
    days = best.switch_days or 0.0
    return _by_days(days), f"{best.option} could work in {_days(days)}", days


def _by_days(days: float) -> Substitutability:
    if days <= EASY_DAYS:
        return Substitutability.EASY
    return Substitutability.MEDIUM if days <= MEDIUM_DAYS else Substitutability.HIGHLY_COMPLEX


def _days(days: float) -> str:
    return f"{days * 24:,.0f} hours" if days < 2 else f"{days:,.0f} days"


def _reason_code(stands: Substitutability, *, any_option: bool) -> str | None:
    """DORA's reason: no real alternative, or difficulties in migrating."""
    if stands not in (Substitutability.NOT, Substitutability.HIGHLY_COMPLEX):
        return None
    return "eba_ZZ:x964" if any_option else "eba_ZZ:x963"


def _worn_share(tested_on: date, assumptions: Assumptions, today: date) -> float:
    """Share of a test's worth that its age has taken, 0 (fresh) to 1 (as if never tested)."""
    return worn(float((today - tested_on).days), numbers_of(assumptions, 1.0))


def drill_states(
    drills: Sequence[Drill], assumptions: Assumptions, today: date
) -> Iterable[DrillState]:
    """The newest drill of each kind and what its age left of it; a failed one is worth nothing."""
    for kind in DrillKind:
        one = newest(drills, kind)
        if one is None:
            continue
        passed = one.passed(assumptions.drill_pass_share)
        yield DrillState(
            drill=one,
            passed=passed,
            age_days=(today - one.held_on).days,
            worth=1 - _worn_share(one.held_on, assumptions, today) if passed else 0.0,
        )


def contract_clock(
    dependency: Dependency, switch_days: float | None, *, assumptions: Assumptions
) -> ContractClock:
    """When to give notice and when to start, for a contract that renews; and the notice gap.

    Last day of notice = renewal - own notice; to start by = renewal - the longer of own notice and
    time to leave. Where nobody stated the own notice, the usual one is taken.
    """
    renewal = dependency.renewal or dependency.contract_end
    own = dependency.notice_days
    own = assumptions.unknown_notice_days if own is None else own
    needed = None if switch_days is None else max(own, switch_days)
    promised = dependency.provider_notice_days
    return ContractClock(
        renewal=renewal,
        last_notice=renewal - timedelta(days=own) if renewal else None,
        start_by=renewal - timedelta(days=needed) if renewal and needed is not None else None,
        switch_days=switch_days,
        gap_days=max(0.0, switch_days - promised)
        if switch_days is not None and promised is not None
        else None,
    )


def impact_of_discontinuing(loss_usd: float | None, gross_profit_usd: float | None) -> str:
    """Impact of losing a provider: low, medium or high, by a wind-down's loss and gross profit.

    Empty where either is unknown or the firm has no gross profit to compare with.
    """
    if loss_usd is None or gross_profit_usd is None or gross_profit_usd <= 0:
        return ""
    share = loss_usd / gross_profit_usd
    if share < LOW_IMPACT:
        return "low"
    return "medium" if share < HIGH_IMPACT else "high"
