"""Settings of a portfolio about the reference rates: how often, and with how much notice.

The rates themselves are rows of the reference facts and everybody's; the factors on them, kind by
kind, are a portfolio's own. docs/method.md §1.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.model_history import HostType
from risk.hazard.frequency import GammaLaw
from risk.hazard.rate_laws import RateLaw

#: The number that multiplies the rate of each kind, beside the one for all.
RATE_MULTIPLES: Mapping[FailureKind, str] = {
    FailureKind.PRICE_SHOCK: "price_shock_rate_multiple",
    FailureKind.MODEL_RETIREMENT: "retirement_rate_multiple",
    FailureKind.ACCESS_CUT: "access_cut_rate_multiple",
    FailureKind.ACQUISITION: "acquisition_rate_multiple",
    FailureKind.WIND_DOWN: "wind_down_rate_multiple",
    FailureKind.REGIONAL_BLOCK: "regional_block_rate_multiple",
}

_PREVIEW = re.compile(r"\b(?:preview|beta|exp|experimental)\b", re.IGNORECASE)
_SPECIALISED = re.compile(
    r"\b(?:audio|codex|computer use|deep research|image|live|moderation|realtime|search|speech"
    r"|transcribe|translate|tts|voice|whisper)\b",
    re.IGNORECASE,
)


class ModelClass(StrEnum):
    """What a developer promises of a model's end depends on this."""

    GENERAL = "general"
    SPECIALISED = "specialised"
    PREVIEW = "preview"


def rate_factor(kind: FailureKind, assumptions: Assumptions) -> float:
    """What a reference rate of this kind is multiplied with."""
    own = RATE_MULTIPLES.get(kind)
    return assumptions.rate_multiple * (float(getattr(assumptions, own)) if own else 1.0)


def scaled_law(law: GammaLaw, kind: FailureKind, assumptions: Assumptions) -> GammaLaw | None:
    """The law of a rate after the portfolio's factor; None: it never happens there."""
    factor = rate_factor(kind, assumptions)
    return GammaLaw(law.shape, law.years / factor) if factor > 0 else None


def closing_law(laws: Iterable[RateLaw], assumptions: Assumptions) -> GammaLaw | None:
    """The law of a provider's wind-down times the portfolio's factor, if it has any."""
    closing = next((one for one in laws if one.row.kind is FailureKind.WIND_DOWN), None)
    return None if closing is None else scaled_law(closing.law, closing.row.kind, assumptions)


def model_class(name: str) -> ModelClass:
    """The class of a model by the words of its name, as no catalogue says it: judgement."""
    words = re.sub(r"[-_.]", " ", name)
    if _PREVIEW.search(words):
        return ModelClass.PREVIEW
    return ModelClass.SPECIALISED if _SPECIALISED.search(words) else ModelClass.GENERAL


def notice_number(row_node: str, root: str) -> str:
    """The number that says with how much notice a model ends: of its sort of host, or its class."""
    for place in (HostType.CLOUD, HostType.RESELLER):
        if row_node.startswith(f"*model {place} "):
            return f"retirement_notice_{place}_days"
    return f"retirement_notice_{model_class(root.partition(' at ')[0])}_days"


def usual_notice_days(row: FailureRate, node: str, assumptions: Assumptions) -> float:
    """The notice of a disruption: as its row says, but of a model's end the number for that."""
    if row.kind is not FailureKind.MODEL_RETIREMENT:
        return row.notice_days
    return float(getattr(assumptions, notice_number(row.node, node)))
