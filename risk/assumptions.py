"""Numbers of the model that are neither facts of the register nor fitted rates.

One typed table: what each field of :class:`Assumptions` is, its unit, the bounds of an override,
what could reasonably be argued for and where it comes from stand in fixtures/assumptions.csv. Most
are judgement and say so; all can be overridden with a reason. The section numbers refer to
docs/method.md.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, TypeVar, dataclass_transform

JUDGEMENT = "judgement"
Numbers = TypeVar("Numbers")


@dataclass(frozen=True, kw_only=True)
class AssumptionRow:
    """One assumption as a reader sees it. ``changed`` is True where an override stands.

    An override may say anything from ``low`` to ``high``, mostly logical limits (a share lies
    between 0 and 1); what a knowledgeable reader could argue for, itself a judgement, runs from
    ``plausible_low`` to ``plausible_high``.
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


def _rows() -> dict[str, AssumptionRow]:
    """The table as it comes, by name, in its order."""
    text = files("fixtures").joinpath("assumptions.csv").read_text("utf-8")
    found = {}
    for row in csv.DictReader(text.splitlines()):
        value, low, high = (_number(row[name]) for name in ("value", "low", "high"))
        # What nobody argues about is moved between its bounds.
        plausible = [row[f"plausible_{end}"] or row[end] for end in ("low", "high")]
        found[row["name"]] = AssumptionRow(
            name=row["name"],
            value=value,
            default=value,
            unit=row["unit"],
            low=low,
            high=high,
            meaning=row["meaning"],
            source=row["source"],
            changed=False,
            plausible_low=_number(plausible[0]),
            plausible_high=_number(plausible[1]),
        )
    return found


def _number(text: str) -> float:
    """A whole number stays one, as readers are shown it."""
    return int(text) if text.isdigit() else float(text)


_ROWS = _rows()
#: Stands for what the table says.
TABLE: Any = None


@dataclass_transform(kw_only_default=True, frozen_default=True)
def _from_table(numbers: type[Numbers]) -> type[Numbers]:
    """A dataclass with a field for each row of the table."""
    if missing := numbers.__annotations__.keys() - _ROWS.keys():
        raise TypeError(f"fixtures/assumptions.csv says nothing of {', '.join(sorted(missing))}.")
    numbers.__annotations__ = dict.fromkeys(_ROWS, float)
    for name, row in _ROWS.items():
        about = {"unit": row.unit, "low": row.low, "high": row.high}
        setattr(numbers, name, field(default=row.default, metadata=about))
    return dataclass(frozen=True, kw_only=True)(numbers)


@_from_table
class Assumptions:
    """The model's numbers. Shares are 0..1, times in days unless the unit says otherwise.

    Spelled out here are those that a formula names. Families of numbers are read by the name of
    what they belong to: a criticality, a depth, a kind of failure or of signal (its likelihood
    ratio and half-life), the 10, 50 and 90 % points of a fact that nobody stated, the limits
    of bands.
    """

    unknown_engineers: float = TABLE

    # 1.3 How signals add up.
    signal_further_weight: float = TABLE
    signal_largest_ratio: float = TABLE
    signal_ratio_spread: float = TABLE

    # 1.2, 1.3 What was imported or heard since the reference facts were written.
    learn_from_incidents: float = TABLE
    signals_in_scores: float = TABLE

    # 1.1, 1.2 Disruption settings without data.
    tail_stretch: float = TABLE
    rate_multiple: float = TABLE
    region_share: float = TABLE

    # 1.5 Links that the model makes by rule; measured ones are rows of the reference facts.
    licensed_outage: float = TABLE
    licensed_wind_down: float = TABLE
    licensed_price: float = TABLE
    licensed_acquisition: float = TABLE
    own_acquisition: float = TABLE
    licensed_regional_block: float = TABLE
    upstream_reach: float = TABLE
    upstream_loss: float = TABLE

    # 2.7 Herd: many customers leave one provider at once and queue for the same alternatives.
    queue_days: float = TABLE
    herd_panic: float = TABLE
    herd_headroom: float = TABLE
    herd_growth: float = TABLE
    herd_unlisted_share: float = TABLE

    # 2.2 Time to switch.
    effort_raw_api: float = TABLE
    effort_prompts: float = TABLE
    substitutability_same_model: float = TABLE
    substitutability_same_developer: float = TABLE
    substitutability_frontier: float = TABLE
    substitutability_open_weights: float = TABLE
    substitutability_fine_tuned: float = TABLE
    unlike_unseen: float = TABLE
    unlike_context_weight: float = TABLE
    unlike_modalities_weight: float = TABLE
    unlike_tools_weight: float = TABLE
    unlike_price_weight: float = TABLE
    unlike_most: float = TABLE
    exit_plan_tested: float = TABLE
    exit_plan_written: float = TABLE
    engineers_available: float = TABLE
    team_exponent: float = TABLE
    legal_days: float = TABLE
    residency_review_days: float = TABLE
    customer_consent_days: float = TABLE
    evaluation_days: float = TABLE
    begins_on_time: float = TABLE
    switch_spread: float = TABLE

    # 2.3 Lost service days.
    buffer_hours: float = TABLE
    fallback_untested: float = TABLE
    fallback_tested: float = TABLE
    failover_untested_days: float = TABLE
    failover_tested_days: float = TABLE
    fallback_test_valid_days: float = TABLE
    fallback_test_fresh_days: float = TABLE
    drill_pass_share: float = TABLE
    fallback_shared_root: float = TABLE

    # 2.4 Money.
    recapture: float = TABLE
    churn_maximum: float = TABLE
    churn_scale_days: float = TABLE
    churn_exponent: float = TABLE
    churn_horizon_days: float = TABLE
    quality_loss: float = TABLE
    quality_days: float = TABLE
    engineer_week_usd: float = TABLE
    evaluation_usd: float = TABLE
    fine_tune_usd: float = TABLE
    price_horizon_months: float = TABLE
    price_multiple: float = TABLE
    replacement_price_change: float = TABLE
    unknown_notice_days: float = TABLE

    # 2.5 Runway.
    burn_volatility: float = TABLE

    # 3 Score.
    score_floor: float = TABLE
    score_ceiling: float = TABLE
    least_margin: float = TABLE
    cash_out_limit: float = TABLE
    company_fact_half_life: float = TABLE
    dependency_fact_half_life: float = TABLE
    undated_fact_days: float = TABLE

    # 5 What a fund loses.
    value_multiple: float = TABLE
    fund_ownership_low: float = TABLE
    fund_ownership: float = TABLE
    fund_ownership_high: float = TABLE

    # 4.7, 5.4 Choosing.
    cost_of_capital: float = TABLE
    annualise_years: float = TABLE

    # 5 Alternatives.
    advice_horizon_days: float = TABLE
    input_per_output_tokens: float = TABLE
    reserved_spend_share: float = TABLE
    contract_notice_days: float = TABLE
    contract_usd: float = TABLE
    contract_spend_share: float = TABLE
    step_in_survival: float = TABLE
    gateway_weeks: float = TABLE
    gateway_spend_share: float = TABLE
    evaluation_set_weeks: float = TABLE
    upkeep_share: float = TABLE
    both_running_days: float = TABLE
    embedding_months: float = TABLE
    moved_data_gb: float = TABLE
    egress_usd_per_gb: float = TABLE
    committed_share: float = TABLE
    gpu_usd_per_hour: float = TABLE
    gpu_count: float = TABLE
    api_usd_per_month_per_gpu: float = TABLE
    self_host_engineer_share: float = TABLE

    def likelihood_ratio(self, kind: str) -> float | None:
        """The likelihood ratio of a kind of signal; None: no kind has this name."""
        return getattr(self, f"signal_{kind}_ratio", None)

    def half_life_days(self, kind: str) -> float | None:
        """The days after which such a signal says half as much; None: no kind has this name."""
        return getattr(self, f"signal_{kind}_half_life", None)


DEFAULTS = Assumptions()

#: How far each number could reasonably be off: the ranges of the tornado. docs/method.md §7.
PLAUSIBLE: Mapping[str, tuple[float, float]] = {
    name: (row.plausible_low, row.plausible_high) for name, row in _ROWS.items()
}
#: Facts that are drawn where nobody stated them, by the name of their median.
UNKNOWN_FACTS = tuple(
    name.removesuffix("_low")
    for name in _ROWS
    if name.startswith("unknown_") and name.endswith("_low")
)
#: Numbers that never fall from one to the next, and what they are called.
RISING = (
    *((f"{one}_low", one, f"{one}_high") for one in UNKNOWN_FACTS),
    ("fund_ownership_low", "fund_ownership", "fund_ownership_high"),
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
    found = []
    for name, row in _ROWS.items():
        value = getattr(assumptions, name)
        found.append(replace(row, value=value, changed=value != row.default))
    return tuple(found)
