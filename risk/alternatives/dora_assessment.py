"""What DORA's register asks about discontinuing a service, from the model's loss (judgement)."""

from risk.inventory.formats import dora_codes as codes

#: Loss in a wind-down as a share of a year's gross profit: below the first the impact of
#: discontinuing is low, from the second on it is high (judgement).
LOW_IMPACT, HIGH_IMPACT = 0.01, 0.10


def impact_of_discontinuing(loss_usd: float | None, gross_profit_usd: float | None) -> str:
    """Code of B_07.01.0100 from the loss in a wind-down against a year's gross profit.

    Empty where either is unknown or the firm has no gross profit to compare with.
    """
    if loss_usd is None or gross_profit_usd is None or gross_profit_usd <= 0:
        return ""
    share = loss_usd / gross_profit_usd
    if share < LOW_IMPACT:
        return codes.LOW
    return codes.MEDIUM if share < HIGH_IMPACT else codes.HIGH
