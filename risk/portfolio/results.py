"""What scoring says about a whole portfolio."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from risk.exposure.results import Confidence, Interval, StartupAssessment
from risk.portfolio.interactions import InteractionEffect


@dataclass(frozen=True, kw_only=True)
class ExceedancePoint:
    """Loss reached or exceeded once in ``return_period_years``: by one event, by a year's sum."""

    return_period_years: float
    oep_usd: float
    aep_usd: float


@dataclass(frozen=True, kw_only=True)
class DependenceShare:
    """One provider's part of the margin that depends on language models (USD a year, 0..1)."""

    developer: str
    host: str
    startup: str
    margin_usd_per_year: float


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """HHI and effective number (1 / HHI) at one level, with each name's share (sums to 1)."""

    hhi: float | None
    effective_number: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One of the things to do first: AAL removed a year and what it costs to do once."""

    startup: str
    use_case: str
    what: str
    aal_removed_usd: float
    one_off_usd: float


@dataclass(frozen=True, kw_only=True)
class SimulationNote:
    """How sure simulated figures are: standard error, and 5 to 95 % of resampled tails (USD)."""

    years: int
    seed: int
    aal_standard_error_usd: float | None
    tvar95_low_usd: float
    tvar95_high_usd: float
    tvar99_low_usd: float
    tvar99_high_usd: float


@dataclass(frozen=True, kw_only=True)
class TailPart:
    """One provider's, root's or kind's part of the tail value at risk at 95 %, in USD."""

    name: str
    tvar95_usd: float


@dataclass(frozen=True, kw_only=True)
class SinglePoint:
    """A root whose loss alone stops use cases wholly.

    ``kinds`` are the falters by which it does, ``startups`` and ``use_cases`` count whom it stops,
    ``margin_share`` is their part (0..1) of all AI-dependent margin, ``aal_usd`` the expected loss
    a year from being stopped so.
    """

    root: str
    kinds: tuple[str, ...]
    startups: int
    use_cases: int
    margin_share: float
    aal_usd: float


@dataclass(frozen=True, kw_only=True)
class PairOfPoints:
    """Two roots that together stop use cases wholly, and neither does alone.

    Counts and ``margin_share`` as in :class:`SinglePoint`. ``rate_per_year`` is how often both are
    down at once for the use case that meets it most often. ``margin_usd_per_year`` is the whole
    margin of the days on which they are, without customers lost; it is no part of the expected
    loss, which adds falters up one by one.
    """

    roots: tuple[str, str]
    kinds: tuple[str, ...]
    startups: int
    use_cases: int
    margin_share: float
    rate_per_year: float
    margin_usd_per_year: float


@dataclass(frozen=True, kw_only=True)
class PortfolioAssessment:
    """The answer for a portfolio. ``concentration`` has keys service, developer, host, cloud.

    ``dependence_adjusted`` is the effective number of services that fall independently
    (:mod:`risk.portfolio.dependence`), ``diversification`` the portfolio's tail as a share of its
    startups' tails. ``simulation`` is None where the year was calculated, not simulated.
    ``tail_parts`` divides ``tvar95_usd`` by provider (the service called), root and kind; each
    sums to it. ``grid_error`` is how far the calculation's grid moves ``tvar99_usd``, as a share.
    ``learned`` says which rates were replaced by what was imported or heard since; these are in
    ``data_digest`` and not in ``register_digest``, which stands for facts and assumptions alone.
    ``interactions`` is what following startups through simulated years changes; None without them.

    ``cash_out_startups`` counts startups likelier than not to run out of cash within 12 months of
    their lead developer's wind-down, ``cash_out_anyway`` those of them that would even without.
    """

    portfolio: str
    invented: bool
    startups: tuple[StartupAssessment, ...]
    aal_usd: float
    aal_interval_usd: Interval
    gross_profit_usd: float
    var95_usd: float
    tvar95_usd: float
    var99_usd: float
    tvar99_usd: float
    exceedance: tuple[ExceedancePoint, ...]
    concentration: Mapping[str, Concentration]
    dependence: tuple[DependenceShare, ...]
    listed_providers: int
    exposed_startups: int
    cash_out_startups: int
    confidence: Confidence
    model_version: str
    catalogue_date: str
    data_digest: str
    as_of: str
    cash_out_anyway: int = 0
    dependence_adjusted: float | None = None
    diversification: float | None = None
    single_points: tuple[SinglePoint, ...] = ()
    pairs: tuple[PairOfPoints, ...] = ()
    simulation: SimulationNote | None = None
    tail_parts: Mapping[str, tuple[TailPart, ...]] = field(default_factory=dict)
    grid_error: float | None = None
    learned: tuple[str, ...] = ()
    register_digest: str = ""
    interactions: InteractionEffect | None = None
