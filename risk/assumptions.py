"""Every number of the model that is not a fact of the register or a fitted rate.

One typed table: each field of :class:`Assumptions` carries its unit, its plausible range and
where it comes from. Most are judgement and say so; all can be overridden with a reason. The
section numbers refer to docs/method.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from risk.falter_numbers import RECORD, FalterNumbers
from risk.plausible import PLAUSIBLE
from risk.signal_numbers import SignalNumbers
from risk.unknown_facts import JUDGEMENT as JUDGEMENT
from risk.unknown_facts import UnknownFacts, number


@dataclass(frozen=True, kw_only=True)
class Assumptions(FalterNumbers, SignalNumbers, UnknownFacts):
    """The model's numbers. Shares are 0..1, times in days unless the unit says otherwise."""

    # 2.1 Margin at risk: share of a use case's margin that stops with it, by criticality.
    criticality_1: float = number(0.10, "share", 0, 1, "margin lost when a minor use case stops")
    criticality_2: float = number(0.25, "share", 0, 1, "margin lost, criticality 2")
    criticality_3: float = number(0.50, "share", 0, 1, "margin lost, criticality 3")
    criticality_4: float = number(0.80, "share", 0, 1, "margin lost, criticality 4")
    criticality_5: float = number(1.00, "share", 0, 1, "margin lost when the product is the model")

    # 2.2 Time to switch.
    effort_gateway: float = number(0.5, "engineer weeks", 0, 52, "effort behind a gateway")
    effort_raw_api: float = number(1.5, "engineer weeks", 0, 52, "effort, plain API calls")
    effort_prompts: float = number(3.0, "engineer weeks", 0, 52, "effort, long prompts or schemas")
    effort_embeddings: float = number(4.0, "engineer weeks", 0, 52, "effort, stored embeddings")
    effort_agents: float = number(6.0, "engineer weeks", 0, 52, "effort, agents and tools")
    effort_fine_tuned: float = number(8.0, "engineer weeks", 0, 104, "effort, fine-tuned model")
    substitutability_same_model: float = number(
        1.0, "0..1", 0, 1, "how alike the same model on another host is"
    )
    substitutability_same_developer: float = number(
        0.9, "0..1", 0, 1, "how alike another model of the same developer is"
    )
    substitutability_frontier: float = number(
        0.75, "0..1", 0, 1, "how alike a comparable model of another developer is"
    )
    substitutability_open_weights: float = number(
        0.6, "0..1", 0, 1, "how alike an open-weights model that one runs oneself is"
    )
    substitutability_fine_tuned: float = number(
        0.4, "0..1", 0, 1, "how alike any replacement of a fine-tuned model is"
    )
    exit_plan_tested: float = number(0.60, "factor", 0, 1, "effort left with a tested exit plan")
    exit_plan_written: float = number(0.85, "factor", 0, 1, "effort left with a written exit plan")
    engineers_available: float = number(
        0.5, "share", 0, 1, "engineers who can work on the switch in a crisis"
    )
    team_exponent: float = number(
        0.7, "exponent", 0.1, 1, "diminishing returns of adding engineers (Brooks)"
    )
    legal_days: float = number(14, "days", 0, 365, "a new data-processing agreement")
    residency_review_days: float = number(45, "days", 0, 365, "review where data must stay put")
    customer_consent_days: float = number(
        90, "days", 0, 365, "regulated customers consent to a new provider, where they must"
    )
    evaluation_days: float = number(3, "days", 0, 60, "evaluating the replacement before use")
    switch_spread: float = number(
        0.4, "of the logarithm", 0, 0.8, "how unsure the time to switch is: σ of a lognormal factor"
    )

    # 2.3 Lost service days.
    buffer_hours: float = number(1, "hours", 0, 240, "delay that users hardly notice")
    fallback_documented: float = number(0.2, "share", 0, 1, "workload a documented fallback takes")
    fallback_untested: float = number(0.5, "share", 0, 1, "workload an untested fallback takes")
    fallback_tested: float = number(0.8, "share", 0, 1, "workload a tested fallback takes")
    fallback_automatic: float = number(0.95, "share", 0, 1, "workload automatic failover takes")
    failover_documented_days: float = number(1, "days", 0, 30, "time until it takes over")
    failover_untested_days: float = number(0.1, "days", 0, 30, "time until it takes over")
    failover_tested_days: float = number(0.02, "days", 0, 30, "time until it takes over")
    failover_automatic_days: float = number(0.002, "days", 0, 30, "time until it takes over")
    fallback_test_valid_days: float = number(
        180, "days", 1, 3650, "age at which a tested fallback counts as untested again"
    )
    fallback_test_fresh_days: float = number(
        90, "days", 0, 3650, "age up to which a test of fallback or exit plan counts in full"
    )
    drill_pass_share: float = number(
        0.9, "share", 0, 1, "evaluations that must pass for a drill to count as passed"
    )
    fallback_shared_root: float = number(
        0.3, "share", 0, 1, "chance that an unnamed fallback stands on the same failing provider"
    )

    # 2.4 Money.
    recapture: float = number(0.2, "share", 0, 1, "delayed usage that comes back after an outage")
    churn_maximum: float = number(0.5, "share", 0, 1, "customers lost in the limit")
    churn_scale_days: float = number(10, "days", 0.1, 365, "lost service days scale of churn")
    churn_exponent: float = number(1.5, "exponent", 1, 3, "above 1: short outages churn hardly any")
    churn_horizon_days: float = number(365, "days", 30, 1825, "margin lost with a lost customer")
    quality_loss: float = number(0.3, "share", 0, 1, "margin lost to a wholly unlike replacement")
    quality_days: float = number(90, "days", 0, 365, "until quality has been regained")
    engineer_week_usd: float = number(4_000, "USD", 0, 50_000, "cost of an engineer's week")
    evaluation_usd: float = number(2_000, "USD", 0, 1e6, "evaluations before switching")
    fine_tune_usd: float = number(15_000, "USD", 0, 1e7, "repeating a fine-tuning")
    price_horizon_months: float = number(12, "months", 1, 60, "how long a new price is counted")
    price_multiple: float = number(
        1.84, "factor", 1, 20, "new price ÷ old in a price shock", RECORD
    )
    replacement_price_change: float = number(
        0.0, "share", 0, 20, "how much dearer the replacement is (dearer only; cheaper counts 0)"
    )
    unknown_notice_days: float = number(
        30, "days", 0, 3650, "contract notice paid for nothing after switching, when not stated"
    )

    # 2.5 Runway.
    burn_volatility: float = number(
        0.25, "share per √month", 0, 2, "standard deviation of monthly burn ÷ burn"
    )

    # 3 Score.
    score_floor: float = number(0.01, "of gross profit", 1e-4, 0.5, "z0: loss that starts to show")
    score_ceiling: float = number(1.0, "of gross profit", 0.1, 10, "z_max: loss that scores 100")
    least_margin: float = number(
        0.1,
        "share",
        0.001,
        1,
        "least share of revenue that an interruption costs, whatever the margin",
    )

    band_a_below: float = number(20, "points", 0, 100, "scores below it are band A")
    band_b_below: float = number(40, "points", 0, 100, "scores below it are band B or better")
    band_c_below: float = number(60, "points", 0, 100, "scores below it are band C or better")
    band_d_below: float = number(80, "points", 0, 100, "scores below it are band D, others E")
    cash_out_limit: float = number(
        0.5, "probability", 0, 1, "of running out of cash: above it no band is better than D"
    )
    company_fact_half_life: float = number(
        180, "days", 1, 3650, "after which revenue, margin, AI share and engineers count half"
    )
    dependency_fact_half_life: float = number(
        365, "days", 1, 3650, "after which a fact about a use case or a dependency counts half"
    )
    undated_fact_days: float = number(
        365, "days", 0, 3650, "age of a fact of which nobody knows the day"
    )

    # 4.7, 5.4 Choosing.
    cost_of_capital: float = number(0.06, "share", 0, 1, "what a dollar of tail loss costs a year")
    annualise_years: float = number(3, "years", 1, 10, "one-off costs are spread over")

    # 5 Alternatives.
    input_per_output_tokens: float = number(
        3.0, "ratio", 0, 1000, "input tokens for each output token, where nobody stated the mix"
    )
    reserved_spend_share: float = number(
        0.25, "share of spend", 0, 2, "what holding capacity at a second provider costs"
    )
    contract_notice_days: float = number(
        180, "days", 0, 1825, "notice that a negotiated contract secures before an end or a change"
    )
    contract_usd: float = number(15_000, "USD", 0, 1e6, "negotiating notice, escrow and step-in")
    contract_spend_share: float = number(
        0.05, "share of spend", 0, 2, "what such a contract adds to the bill"
    )
    step_in_survival: float = number(
        0.5, "share", 0, 1, "service that outlives a wind-down with escrow or step-in rights"
    )
    gateway_weeks: float = number(2.0, "engineer weeks", 0, 52, "building a gateway with failover")
    gateway_spend_share: float = number(
        0.05, "share of spend", 0, 1, "running cost of a warm fallback behind a gateway"
    )
    gpu_usd_per_hour: float = number(2.5, "USD", 0.1, 50, "one rented data-centre GPU")
    gpu_count: float = number(8, "GPUs", 1, 512, "least for one self-hosted model, redundant")
    api_usd_per_month_per_gpu: float = number(
        2_000, "USD a month", 100, 1e5, "API spend that one rented GPU can replace"
    )
    self_host_engineer_share: float = number(
        0.25, "engineers", 0, 10, "who keeps self-hosted models running"
    )


@dataclass(frozen=True, kw_only=True)
class AssumptionRow:
    """One assumption as a reader sees it. ``changed`` is True where an override stands.

    An override may say anything from ``low`` to ``high``; what could reasonably be argued for runs
    from ``plausible_low`` to ``plausible_high`` (judgement, :mod:`risk.plausible`).
    """

    name: str
    value: float
    default: float
    unit: str
    low: float
    high: float
    meaning: str
    source: str
    changed: bool
    plausible_low: float
    plausible_high: float


DEFAULTS = Assumptions()

#: Facts that are drawn where nobody stated them, by the name of their median.
UNKNOWN_FACTS = tuple(
    one.name.removesuffix("_low") for one in fields(UnknownFacts) if one.name.endswith("_low")
)
#: Numbers that never fall from one to the next, and what they are called.
RISING = (
    *((f"{one}_low", one, f"{one}_high") for one in UNKNOWN_FACTS),
    ("band_a_below", "band_b_below", "band_c_below", "band_d_below"),
)


def override(assumptions: Assumptions, values: Mapping[str, float]) -> Assumptions:
    """The same table with some numbers replaced.

    Raises:
        ValueError: the name is unknown, the number lies outside its bounds, or numbers that must
            rise (the points of an unknown fact, the limits of the bands) would no longer.
    """
    known = {row.name: row for row in assumption_rows(assumptions)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"There is no assumption called '{name}'.")
        row = known[name]
        if not row.low <= value <= row.high:
            raise ValueError(
                f"{name} must lie between {row.low:g} and {row.high:g} ({row.unit}), not {value:g}."
            )
    changed = replace(assumptions, **values)
    for names in RISING:
        points = [getattr(changed, name) for name in names]
        if points != sorted(points):
            raise ValueError(
                f"{', '.join(names[:-1])} and {names[-1]} must rise, "
                f"not {', '.join(f'{one:g}' for one in points)}."
            )
    return changed


def assumption_rows(assumptions: Assumptions) -> tuple[AssumptionRow, ...]:
    """The whole table in the order of docs/method.md, what unknown facts probably are last."""
    parts = (FalterNumbers, SignalNumbers, UnknownFacts)
    inherited = {one.name: place for place, part in enumerate(parts, 1) for one in fields(part)}
    listed = sorted(fields(Assumptions), key=lambda one: inherited.get(one.name, 0))
    return tuple(
        AssumptionRow(
            name=one.name,
            value=getattr(assumptions, one.name),
            default=getattr(DEFAULTS, one.name),
            unit=one.metadata["unit"],
            low=one.metadata["low"],
            high=one.metadata["high"],
            meaning=one.metadata["meaning"],
            source=one.metadata["source"],
            changed=getattr(assumptions, one.name) != getattr(DEFAULTS, one.name),
            plausible_low=PLAUSIBLE.get(one.name, (one.metadata["low"], 0.0))[0],
            plausible_high=PLAUSIBLE.get(one.name, (0.0, one.metadata["high"]))[1],
        )
        for one in listed
    )
