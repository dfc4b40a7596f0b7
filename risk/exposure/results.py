"""What scoring says about one startup: money, probability, score, and what it does not know."""

from dataclasses import dataclass
from enum import StrEnum

from risk.catalog.falters import FalterKind


class Confidence(StrEnum):
    """How much the unknown facts move the score: 10-90 % width below 10, below 25, or more."""

    HIGH = "High"
    MEDIUM = "Medium"
    LOW = "Low"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The 10 % and 90 % quantiles over the facts that are unknown."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ExposurePart:
    """What one dependency adds through one root and kind; scores of parts sum to the score."""

    use_case: str
    dependency_key: str
    provider: str
    root: str
    kind: FalterKind
    aal_usd: float
    tvar95_usd: float
    score: float


@dataclass(frozen=True, kw_only=True)
class WorstFalter:
    """The event with the largest expected loss if it happens."""

    root: str
    kind: FalterKind
    loss_usd: float
    rate_per_year: float


@dataclass(frozen=True, kw_only=True)
class BeforeAfter:
    """A figure today and after the lead developer's wind-down; None where facts are missing.

    ``after`` is a median; ``after_low`` and ``after_high`` are its range.
    """

    before: float | None
    after: float | None
    after_low: float | None = None
    after_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class StartupAssessment:
    """The answer for one startup. Losses in USD a year unless said; ``score`` runs 0 to 100.

    ``aal_usd`` is the mean over unknown facts and ``aal_interval_usd`` its 10-90 % range.
    ``cash_out_override`` is True where band was lowered to D because the startup would more
    likely than not run out of cash within 12 months of its lead developer's wind-down.
    ``confidence_share`` 0..1 is how much of what moves the score is known, and fresh.
    ``unknown`` names the fields that nobody stated, most influential first.
    """

    startup: str
    score: float
    score_interval: Interval
    band: str
    cash_out_override: bool
    aal_usd: float
    aal_interval_usd: Interval
    tvar95_usd: float
    tvar95_contribution_usd: float | None
    gross_profit_usd: float
    gross_profit_known: bool
    lead_developer: str | None
    worst: WorstFalter | None
    days_to_switch: float | None
    runway_months: BeforeAfter
    cash_out_probability: BeforeAfter
    confidence: Confidence
    unknown: tuple[str, ...]
    parts: tuple[ExposurePart, ...]
    next_action: str
    sector: str | None
    providers: tuple[str, ...]
    open_questions: int
    confidence_share: float = 0.0
