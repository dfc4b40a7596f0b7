"""Kinds of failure: the closed list of what can happen to a provider, and how often it does.

A disruption is any failure of a provider to serve (docs/method.md). Rates are events per node and
year; durations are lognormal in days, with a heavier tail above a day where one is stated; severity
is the share of service lost while it lasts.
"""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """The nine ways in which a provider falters."""

    OUTAGE = "outage"
    DEGRADED = "degraded"
    LEADERSHIP_CRISIS = "leadership_crisis"
    PRICE_SHOCK = "price_shock"
    MODEL_RETIREMENT = "model_retirement"
    ACCESS_CUT = "access_cut"
    ACQUISITION = "acquisition"
    WIND_DOWN = "wind_down"
    REGIONAL_BLOCK = "regional_block"


#: Kinds after which the service does not come back: the only way out is to switch.
PERMANENT_KINDS = frozenset(
    {
        FailureKind.PRICE_SHOCK,
        FailureKind.MODEL_RETIREMENT,
        FailureKind.ACCESS_CUT,
        FailureKind.ACQUISITION,
        FailureKind.WIND_DOWN,
    }
)
#: Kinds in which a service is down or slow for a while and comes back by itself.
SERVICE_KINDS = (FailureKind.OUTAGE, FailureKind.DEGRADED)
#: Kinds after which all customers of a provider look for another at once.
QUEUED_KINDS = frozenset({FailureKind.WIND_DOWN, FailureKind.ACQUISITION})
#: Disruptions that a provider decides on, and can therefore promise to announce.
PROMISED_KINDS = frozenset(
    {
        FailureKind.PRICE_SHOCK,
        FailureKind.MODEL_RETIREMENT,
        FailureKind.ACCESS_CUT,
        FailureKind.ACQUISITION,
    }
)


class Basis(StrEnum):
    """Where a number comes from."""

    FITTED = "fitted"
    PUBLISHED = "published"
    JUDGEMENT = "judgement"


#: Node, kind and level of a reference rate.
RateKey = tuple[str, FailureKind, str]


@dataclass(frozen=True, kw_only=True)
class FailureRate:
    """How often one node of the supply chain falters in one way, and how badly.

    ``node`` names a provider or a service, or is one of the default nodes ``*service``,
    ``*developer top``, ``*developer second``, ``*cloud``, ``*edge``, ``*host``, ``*customer``,
    ``*region`` (between known jurisdictions ``*region open`` and the like) or, for models at a sort
    of host, ``*model cloud top`` and the like, that stand for every node of that sort without a row
    of its own.
    ``level`` tells rows of one kind apart, for instance ``critical`` and ``major`` outages.
    ``long_share`` of its lengths exceed a day, by a generalised Pareto law of ``tail_shape`` and
    ``tail_scale_days``; all three None: the lognormal law holds above a day too.
    """

    node: str
    kind: FailureKind
    level: str
    rate_per_year: float
    severity: float
    calibration: float
    duration_mu_ln_days: float | None
    duration_sigma: float | None
    long_share: float | None = None
    tail_shape: float | None = None
    tail_scale_days: float | None = None
    notice_days: float
    basis: Basis
    source: str
    as_of: str

    @property
    def key(self) -> RateKey:
        """What tells the row from every other one."""
        return self.node, self.kind, self.level


class EvidenceKind(StrEnum):
    """What a rate rests on: counts, the market's average, or somebody's judgement."""

    COUNTED = "counted"
    MARKET = "market"
    ELICITED = "elicited"
    JUDGED = "judged"
    FITTED = "fitted"
    LEARNED = "learned"


@dataclass(frozen=True, kw_only=True)
class RateEvidence:
    """What one reference rate rests on. ``spread`` is the 95 % point over the median.

    ``notice_q95_days`` is the 95 % point of a notice whose median stands beside the rate; None:
    the notice is taken as it stands there. ``shape`` is that of the Gamma law of a rate that was
    fitted to ``events`` in ``years`` of a sort, or learned from what was imported since.
    """

    how: EvidenceKind
    events: int | None = None
    years: float | None = None
    spread: float | None = None
    notice_q95_days: float | None = None
    shape: float | None = None
    source: str = ""
