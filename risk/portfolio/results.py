"""Results of scoring: about a portfolio and about each of its startups.

Every range is 10 to 90 % over facts, rates and judgement together. The median is for reading, the
mean for adding up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from risk.catalog.failure_kinds import FailureKind

#: Stands for no band: too little is known for a letter.
NO_BAND = "?"
#: Fewer startups have no diversification to speak of, no herding and no frontier.
LEAST_TO_SPREAD = 5


class Source(StrEnum):
    """Where an answer's uncertainty comes from."""

    FACTS = "facts"
    RATES = "rates"
    JUDGEMENT = "judgement"


@dataclass(frozen=True, kw_only=True)
class Interval:
    """The 10 % and 90 % quantiles of a figure."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class WorstDisruption:
    """The event with the largest expected loss if it happens."""

    root: str
    kind: FailureKind
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
class VarianceShares:
    """How the variance of an answer's logarithm divides; shares that sum to 1, or all 0."""

    facts: float
    rates: float
    judgement: float

    @property
    def most(self) -> Source | None:
        """The largest of the three; None where there is no variance."""
        shares = {one: float(getattr(self, one.value)) for one in Source}
        largest = max(shares, key=lambda one: shares[one])
        return largest if shares[largest] > 0 else None


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What, were it known, would narrow a startup's range by ``share`` (0..1) of its variance."""

    what: str
    kind: Source
    share: float


@dataclass(frozen=True, kw_only=True)
class Lever:
    """What moves a portfolio's expected loss, so that knowing it would narrow the range.

    ``low`` and ``high`` are the expected losses with it at its 10 and 90 % points, the lower one
    first, as shares of the expected loss as it is. ``what`` is a judgement, the number that all
    rates of a kind share, or the field of a fact. So many ``startups`` left a fact open, and the
    answers of the ``largest`` narrow most.
    """

    what: str
    kind: Source
    low: float
    high: float
    startups: int = 0
    largest: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ExposurePart:
    """What one dependency adds through one root and kind; scores of parts sum to the score.

    A use case that needs all or any of several dependencies is one part, by the first's key.
    """

    use_case: str
    dependency_key: str
    provider: str
    root: str
    kind: FailureKind
    aal_usd: float
    score: float


@dataclass(frozen=True, kw_only=True)
class EventPart:
    """What one root adds to an expected loss through one kind of disruption, USD a year."""

    root: str
    kind: FailureKind
    aal_usd: float


@dataclass(frozen=True, kw_only=True)
class StartupAssessment:
    """The answer for one startup. Losses in USD a year unless said; ``score`` runs 0 to 100.

    ``aal_usd`` is the expected loss, ``median_usd`` with ``aal_interval_usd`` what it may be.
    ``band`` is :data:`NO_BAND` where too little is known. ``cash_out_override`` is True where it
    was lowered to D because the startup would more likely than not run out of cash within 12
    months of its lead developer's wind-down. ``facts_stated`` (0..1) is the share of what facts
    can do to this answer that somebody stated, ``facts_known`` what of it is fresh as well;
    ``judged_factor`` is by how much judgement alone moves it, up or down. ``unknown`` names the
    facts that nobody stated, most influential first. Questions that are open widen the upper ends.
    """

    startup: str
    score: float
    score_interval: Interval
    band: str
    cash_out_override: bool
    aal_usd: float
    median_usd: float
    aal_interval_usd: Interval
    variance_shares: VarianceShares
    facts_stated: float
    facts_known: float
    judged_factor: float
    narrow_most: tuple[Narrowing, ...]
    tvar95_usd: float
    tvar95_contribution_usd: float | None
    gross_profit_usd: float
    gross_profit_known: bool
    lead_developer: str | None
    worst: WorstDisruption | None
    days_to_switch: float | None
    days_to_switch_interval: Interval | None
    runway_months: BeforeAfter
    cash_out_probability: BeforeAfter
    unknown: tuple[str, ...]
    next_action: str
    sector: str | None
    providers: tuple[str, ...]
    open_questions: int
    kinds: tuple[EventPart, ...] = ()

    @property
    def is_exposed(self) -> bool:
        """Whether it loses anything as far as anybody knows."""
        return self.aal_usd > 0


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
    """One of the things to do first: AAL removed a year and what it costs to do once, USD.

    ``removed`` and ``one_off`` are their 10 to 90 % over the worlds; None: not worked out.
    ``dependency_key`` is the dependency that it replaces or backs up.
    """

    startup: str
    use_case: str
    what: str
    aal_removed_usd: float
    one_off_usd: float
    removed: Interval | None = None
    one_off: Interval | None = None
    dependency_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What a portfolio would lose if a developer wound down: so many startups, USD together.

    ``median_usd`` with ``interval``, its 10 to 90 % over facts and judgement: the figures of the
    stress test of a wind-down.
    """

    provider: str
    startups: int
    median_usd: float
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class TailPart:
    """One provider's, root's or kind's part of the tail value at risk at 95 %, in USD."""

    name: str
    tvar95_usd: float


@dataclass(frozen=True, kw_only=True)
class SinglePoint:
    """A root whose loss alone stops use cases wholly.

    ``kinds`` are the disruptions by which it does, ``startups`` and ``use_cases`` count whom it
    stops, ``margin_share`` is their part (0..1) of all AI-dependent margin, ``aal_usd`` the
    expected loss a year from being stopped so.
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
    loss, which adds disruptions up one by one.
    """

    roots: tuple[str, str]
    kinds: tuple[str, ...]
    startups: int
    use_cases: int
    margin_share: float
    rate_per_year: float
    margin_usd_per_year: float


@dataclass(frozen=True, kw_only=True)
class CashOutCount:
    """Startups likelier than not to run out of cash within 12 months of their lead's wind-down.

    Of the ``known`` whose cash and burn are stated, ``anyway`` would be even without it and
    ``newly`` would not; ``newly`` is a median with its range.
    """

    known: int
    anyway: int
    newly: float
    newly_interval: Interval


@dataclass(frozen=True, kw_only=True)
class PortfolioAssessment:
    """The answer for a portfolio; money in USD a year.

    ``startups`` are made as they are asked for, so that a million take no room. ``aal_usd`` is
    the expected loss and ``mean_error`` its relative standard error from drawing so many
    ``worlds``. ``variance_shares``, ``facts_known`` and ``judged_factor`` as of a startup.
    ``levers`` are what would narrow the range (:func:`risk.portfolio.sensitivity.narrowing`); None:
    not worked out. ``concentration`` has keys service, developer, host, cloud.
    ``dependence_adjusted`` is the effective number of services that fall independently
    (:mod:`risk.portfolio.structure`),
    ``diversification`` the portfolio's tail as a share of its startups' tails; None below five
    startups. ``tail_parts`` divides ``tvar95_usd`` by provider, root and kind, ``expected_parts``
    ``aal_usd`` by root and kind. ``learned`` says which rates were replaced by what was imported
    or heard since; these are in ``data_digest`` and not in ``register_digest``, which stands for
    facts and assumptions alone. ``var95_interval_usd`` and ``tvar95_interval_usd`` are what the two
    are in 8 of 10 worlds; None in answers that were kept before there were any.
    """

    portfolio: str
    invented: bool
    startups: Sequence[StartupAssessment]
    aal_usd: float
    mean_error: float
    median_usd: float
    aal_interval_usd: Interval
    variance_shares: VarianceShares
    facts_known: float
    judged_factor: float
    gross_profit_usd: float
    var95_usd: float
    tvar95_usd: float
    var99_usd: float
    tvar99_usd: float
    exceedance: tuple[ExceedancePoint, ...]
    expected_parts: tuple[EventPart, ...]
    concentration: Mapping[str, Concentration]
    dependence: Sequence[DependenceShare]
    listed_providers: int
    exposed_startups: int
    cash_out: CashOutCount
    worlds: int
    model_version: str
    catalogue_date: str
    data_digest: str
    as_of: str
    dependence_adjusted: float | None = None
    diversification: float | None = None
    single_points: tuple[SinglePoint, ...] = ()
    pairs: tuple[PairOfPoints, ...] = ()
    tail_parts: Mapping[str, tuple[TailPart, ...]] = field(default_factory=dict)
    learned: tuple[str, ...] = ()
    register_digest: str = ""
    levers: tuple[Lever, ...] | None = None
    var95_interval_usd: Interval | None = None
    tvar95_interval_usd: Interval | None = None
