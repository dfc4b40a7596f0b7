"""What the register asks about substitutability and discontinuing, from the model's own answers.

Every threshold is judgement and stands here. Nothing is said of a dependency for which the model
has no answer.
"""

from collections.abc import Iterable

from risk.alternatives.results import Alternative, OptionClass
from risk.inventory.formats import dora_codes as codes

#: Engineer weeks up to which leaving counts as easy, and as of medium complexity (judgement).
EASY_WEEKS, MEDIUM_WEEKS = 4.0, 12.0
#: Loss in a wind-down as a share of a year's gross profit: below the first the impact of
#: discontinuing is low, from the second on it is high (judgement).
LOW_IMPACT, HIGH_IMPACT = 0.01, 0.10
#: Options that leave the provider; the others only change how one stands on it.
_LEAVING = (OptionClass.OTHER_DEVELOPER, OptionClass.SELF_HOST)


def substitutability(options: Iterable[Alternative]) -> tuple[str, str]:
    """Codes of B_07.01.0050 and .0060: how hard the provider is to replace, and why.

    From the quickest option that leaves the developer and that nothing rules out; empty where no
    options are known.
    """
    listed = list(options)
    if not listed:
        return "", ""
    weeks = [one.weeks for one in listed if one.option_class in _LEAVING and not one.excluded]
    if not weeks:
        return codes.NOT_SUBSTITUTABLE, codes.REASON_NO_ALTERNATIVES
    if min(weeks) <= EASY_WEEKS:
        return codes.EASILY_SUBSTITUTABLE, ""
    if min(weeks) <= MEDIUM_WEEKS:
        return codes.MEDIUM_COMPLEXITY, ""
    return codes.HIGHLY_COMPLEX, codes.REASON_MIGRATION


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
