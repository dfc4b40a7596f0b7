"""Results of a stress test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from risk.alternatives.break_even import pays_from
from risk.alternatives.herding import Herd
from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import BeforeAfter

#: As the customer of an access cut: whoever of the portfolio would lose most by it.
WORST_HIT = "whoever would lose most"


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A named disruption with its settings and sources. None means: the model's default.

    ``severity`` is the share of service lost, ``days`` its length (None for permanent kinds).
    ``customer`` limits an access cut to one startup (None: every customer is cut off), and
    ``through`` limits the disruption to recorded links of one relation, such as ``identity``.
    ``doubt`` says how far the sources carry.
    """

    id: str
    title: str
    root: str
    kind: FailureKind
    days: float | None = None
    severity: float | None = None
    price_multiple: float | None = None
    notice_days: float | None = None
    customer: str | None = None
    through: str | None = None
    summary: str = ""
    not_modelled: str = ""
    sources: tuple[str, ...] = ()
    doubt: str = ""


class StartupState(StrEnum):
    """What a startup goes through while its provider is disrupted."""

    NOTICE = "notice"
    BUFFER = "buffer"
    WAITING = "waiting"
    FAILOVER = "failover"
    DEGRADED = "degraded"
    DEARER = "dearer"
    SWITCHED = "switched"
    RECOVERED = "recovered"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A state from one day to another, counted from when the disruption takes effect.

    Notice comes before day 0. ``to_day`` None: from then on.
    """

    state: StartupState
    from_day: float
    to_day: float | None


@dataclass(frozen=True, kw_only=True)
class StressedStartup:
    """One startup's loss if the scenario happens, over worlds and ways of being hit.

    ``loss_usd`` is the mean, for adding up, of which ``parts`` are the sum; beside it the median
    and the 10 and 90 % points. ``hit_through`` names the path from root to service, such as
    ``OpenAI → Azure OpenAI Service (20 %)``; ``hit_probability`` is that of any service going down.
    ``stages`` is what it goes through if it is hit, in the middle of what is unknown: at every
    moment the worst state of its dependencies; empty where nobody asked for it.
    ``queue_days`` is the longest wait for capacity at an alternative, None where nobody queues;
    ``switched_on_day`` counts it, ``switched_alone_on_day`` is the day if nobody else moved.
    ``move_usd`` is what leaving costs whoever leaves in time.
    """

    startup: str
    loss_usd: float
    loss_low_usd: float
    loss_median_usd: float
    loss_high_usd: float
    parts: Mapping[str, float]
    hit_probability: float
    lost_service_days: float
    hit_through: tuple[str, ...]
    switched_on_day: float | None
    queue_days: float | None
    runway_months: BeforeAfter
    cash_out_probability: BeforeAfter
    stages: tuple[Stage, ...] = ()
    switched_alone_on_day: float | None = None
    move_usd: float = 0.0

    @property
    def break_even(self) -> float | None:
        """The probability from which on leaving now costs less than it saves; None: never."""
        found = float(pays_from(self.move_usd, 0.0, self.loss_usd))
        return found if isfinite(found) else None


@dataclass(frozen=True, kw_only=True)
class StressResult:
    """A scenario applied to a portfolio. ``by_day`` is the cumulative loss in USD, day 0 first.

    ``total_usd`` is the mean, beside it the median and the 10 and 90 % points of what all lose
    together. ``startups`` are those hit, the largest loss first; of a large portfolio they are made
    when somebody looks at them. ``note`` says in one sentence what the reader must know (for
    instance that a leadership crisis charges nothing itself), ``instead`` which kinds of disruption
    from the same root reach the portfolio where this one does not. ``crowd`` is the rush for the
    alternatives, of which ``herd`` is the table; None where the disruption sets nobody in motion.
    ``queue_usd`` is what the queue adds. ``newly_out_of_cash`` counts who likely runs out of cash
    and would not otherwise; None where of nobody hit it is known how long the cash lasts.
    """

    scenario: Scenario
    total_usd: float
    total_low_usd: float
    total_median_usd: float
    total_high_usd: float
    by_day: tuple[tuple[float, float], ...]
    startups: Sequence[StressedStartup]
    unaffected: Sequence[str]
    herd: tuple[Mapping[str, float | str], ...] | None
    note: str
    crowd: Herd | None = None
    queue_usd: float = 0.0
    newly_out_of_cash: int | None = 0
    instead: tuple[FailureKind, ...] = ()
