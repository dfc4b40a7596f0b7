"""What an option is worth: expected loss and tail removed, against what it costs a year.

docs/method.md §6. Staying and the option were scored on the same events and the same draws of
what is unknown (common random numbers), so their difference is the option's doing alone.
"""

from dataclasses import dataclass

from risk.alternatives.results import Alternative
from risk.assumptions import Assumptions


@dataclass(frozen=True, kw_only=True)
class MitigationValue:
    """What an option is worth beside staying, USD a year.

    ``cost_usd`` is its extra cost: the one-off part spread over the years of use, and dearer
    running (a lower bill counts as nothing). ``value_usd`` is ΔAAL + λ·ΔTVaR95 with λ the cost of
    capital. ``value_per_usd`` and ``rosi``, the return on security investment (ΔAAL - cost)/cost,
    are None where nothing is spent.
    """

    aal_removed_usd: float
    tvar95_removed_usd: float
    cost_usd: float
    value_usd: float
    value_per_usd: float | None
    rosi: float | None


def mitigation_value(
    stay: Alternative, option: Alternative, assumptions: Assumptions
) -> MitigationValue | None:
    """What taking ``option`` instead of ``stay`` is worth; None where its price is not known.

    The values of two options overlap: never add them.

    Raises:
        ValueError: the two are not about the same dependency.
    """
    if (stay.use_case, stay.dependency_key) != (option.use_case, option.dependency_key):
        raise ValueError("Only options for the same dependency can be compared.")
    if option.run_usd_per_year is None:
        return None
    removed = stay.residual_aal_usd - option.residual_aal_usd
    tail = stay.residual_tvar95_usd - option.residual_tvar95_usd
    dearer = max(0.0, option.run_usd_per_year - (stay.run_usd_per_year or 0.0))
    cost = option.one_off_usd / assumptions.annualise_years + dearer
    value = removed + assumptions.cost_of_capital * tail
    return MitigationValue(
        aal_removed_usd=removed,
        tvar95_removed_usd=tail,
        cost_usd=cost,
        value_usd=value,
        value_per_usd=value / cost if cost > 0 else None,
        rosi=(removed - cost) / cost if cost > 0 else None,
    )
