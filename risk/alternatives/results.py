"""What a startup could do instead, each option scored by the same model."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from risk.catalog.falters import FalterKind


class OptionClass(StrEnum):
    """The kinds of option (docs/method.md)."""

    STAY = "stay"
    OTHER_HOST = "same model, other host"
    OTHER_MODEL = "same developer, other model"
    OTHER_DEVELOPER = "comparable model, other developer"
    SELF_HOST = "self-hosted open weights"
    GATEWAY = "gateway with warm fallback"


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One option for one dependency of a use case.

    ``covers`` is, by falter kind, the share of incumbent falters during which this option still
    serves (0 where it stands on the same failing root); ``down_together`` the probability that the
    option is down given that the incumbent is. ``excluded`` lists why it cannot be taken and
    ``ask`` what nobody has said yet. Money in USD; None where a price is not known.
    """

    use_case: str
    dependency_key: str
    option: str
    option_class: OptionClass
    developer: str | None
    host: str | None
    model: str | None
    excluded: tuple[str, ...]
    ask: tuple[str, ...]
    covers: Mapping[FalterKind, float]
    down_together: Mapping[FalterKind, float]
    weeks: float
    one_off_usd: float
    run_usd_per_year: float | None
    residual_aal_usd: float
    residual_tvar95_usd: float
    pareto: bool
    recommended: bool
    flips_if: str | None
    runner_up: bool = False
