"""Results about what a startup could do instead, each option scored by the same model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Model
from risk.hazard.provider_record import ProviderRecord
from risk.inventory.records import CapacityClass, Dependency

if TYPE_CHECKING:  # Commands that name a judgement start without the engine.
    from risk.alternatives.evaluations import Evaluation
    from risk.alternatives.use_cases import Work
    from risk.catalog.likeness import Distance, Relation


class OptionClass(StrEnum):
    """The kinds of option, O0 to O7 of docs/method.md."""

    STAY = "stay"
    OTHER_HOST = "same model, other host"
    OTHER_MODEL = "same developer, other model"
    OTHER_DEVELOPER = "comparable model, other developer"
    SELF_HOST = "self-hosted open weights"
    GATEWAY = "gateway with warm fallback"
    RESERVED = "reserved capacity"
    CONTRACT = "contract terms"


#: Options after which the second provider, not the first, has to meet the needs.
SECOND_PROVIDER = (OptionClass.GATEWAY, OptionClass.RESERVED)
#: Options after which the work no longer needs today's provider.
LEAVING = (OptionClass.OTHER_DEVELOPER, OptionClass.SELF_HOST)
#: Probabilities or shares by kind of disruption.
Shares = Mapping[FailureKind, float]


class CostPart(StrEnum):
    """What an option is paid for once."""

    PORTING = "porting to the other model"
    BUILDING = "building the gateway or the serving"
    EVALUATION = "evaluation"
    TUNING = "fine-tuning again"
    EMBEDDING = "embedding the store again"
    BOTH = "both providers side by side"
    EGRESS = "moving data out"
    COMMITTED = "owed to today's provider"
    WORSE = "worse answers at first"
    NEGOTIATION = "negotiation"


class Criterion(StrEnum):
    """What a use case may demand of an option: the hard filters."""

    MODEL = "model"
    CONTEXT = "context"
    MODALITIES = "modalities"
    REALTIME = "realtime"
    LATENCY = "latency"
    TOOLS = "tool calling"
    STRUCTURED_OUTPUT = "structured output"
    RESIDENCY = "region and residency"
    LICENCE = "licence"
    RETENTION = "data retention"
    FINE_TUNING = "fine-tuning"
    RETIREMENT = "retirement date"
    LAST_DAY = "last day of today's model"
    PRICE = "price"
    AVAILABILITY = "availability"


class Verdict(StrEnum):
    """Whether an option meets a criterion. What nobody stated is asked, never taken as met."""

    MET = "met"
    UNMET = "unmet"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What says how alike a replacement is: of which kind it is, and how far it is from today's.

    ``usual`` are the parts of the distance of a typical replacement of that kind, whose unlikeness
    under the table of assumptions is multiplied by ``factor``.
    """

    relation: "Relation"
    distance: "Distance"
    usual: tuple[float, ...]
    factor: float


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An option before scoring. ``changed`` is the dependency as it would be.

    ``substitutability`` (0..1) is how alike its model is to today's under the table of assumptions;
    ``likeness`` what that rests on, None where nothing is replaced or an analyst decided;
    ``evaluation`` an evaluation of the startup's own that stands instead of both.
    """

    title: str
    option_class: OptionClass
    changed: Dependency
    model: Model | None
    substitutability: float
    likeness: Likeness | None = None
    evaluation: "Evaluation | None" = None


@dataclass(frozen=True, kw_only=True)
class Check:
    """One hard filter applied to one option, with its reason and who decided it (None: facts)."""

    criterion: Criterion
    verdict: Verdict
    reason: str
    decided_by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How alike two models are by the facts that ship, one (name, today, option) row for each.

    ``models`` are today's and the option's. ``alike`` (0..1) is what the model uses: that of the
    startup's own ``evaluation``, else an analyst's with ``reason`` and ``decided_by``, else that of
    ``likeness``. ``between`` is its 95 % interval where cases or voters were counted,
    ``evaluated_days_ago`` the age of the evaluation. ``level`` is that of a typical replacement of
    its kind, ``work`` what is known of the use case's work. Voters' preferences are not its needs.
    """

    models: tuple[str, str]
    alike: float
    rows: tuple[tuple[str, str, str], ...]
    likeness: Likeness | None = None
    level: float | None = None
    reason: str | None = None
    decided_by: str | None = None
    evaluation: "Evaluation | None" = None
    evaluated_days_ago: int | None = None
    between: tuple[float, float] | None = None
    work: "Work | None" = None


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What an option takes off the expected loss against staying, in USD a year.

    The mean is for adding up; median and range (10 to 90 %) are over all worlds, each world's
    difference taken by itself.
    """

    mean_usd: float
    median_usd: float
    low_usd: float
    high_usd: float


@dataclass(frozen=True, kw_only=True)
class Left:
    """What an option leaves of its use case's expected loss, in USD a year: median, 10 to 90 %."""

    median_usd: float
    low_usd: float
    high_usd: float


class WhyNotCovered(StrEnum):
    """Why an option does not serve through a disruption of today's provider."""

    ADDS_NOBODY = "adds nobody who could serve"
    SAME_ENDPOINT = "same model at the same place"
    SAME_DEVELOPER = "same developer"
    SAME_HOST = "same host"
    SAME_MODEL = "same model"
    BEHIND_BOTH = "behind both"


@dataclass(frozen=True, kw_only=True)
class NotCovered:
    """Disruptions through which an option does not serve, and why.

    ``root`` is who falters (None: anybody), ``share`` (0..1) which part of all disruptions of this
    kind that reach today's endpoint these are. Of a permanent kind it counts all of the root's, as
    soon as one can reach both.
    """

    kind: FailureKind
    share: float
    why: WhyNotCovered
    root: str | None


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """A part of what an option costs once, in USD: mean and 10 to 90 % over the worlds.

    ``source`` says where the numbers behind it come from, mostly judgement.
    """

    part: CostPart
    mean_usd: float
    low_usd: float
    high_usd: float
    source: str


@dataclass(frozen=True, kw_only=True)
class LastDay:
    """The published last day of today's model, ``days_left`` ahead (negative: it has passed).

    Of an option that leaves it, ``start_by`` is that day less the days until the option works, and
    ``days_late`` how many days ago that was, 0 while there is time. ``begun`` is whether the move
    has begun, None where nobody said.
    """

    model: str
    day: date
    days_left: int
    start_by: date | None = None
    days_late: int = 0
    begun: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One option for one dependency of a use case.

    ``changed`` is the dependency as it would be. ``covers`` is, by failure kind, the share of
    incumbent falters during which this option still serves (0 where it depends on the same failing
    root); ``down_together`` the probability that the option is down given that the incumbent is;
    ``not_covered`` says who takes both down.
    ``checks`` are the hard filters, an answer to which is kept under ``subject``; ``excluded``
    lists why it cannot be taken and ``ask`` what nobody has said yet. ``switch_days`` is the time
    until it works, ``capacity`` whose turn it is when many ask ``needs_capacity_of`` at once (None:
    it needs nobody's). Money in USD, means over the worlds; None where a price is not known.
    ``removed``, ``left`` and the range of ``one_off_usd`` (10 to 90 %) say how sure they are.
    ``once`` divides ``one_off_usd``, which ``shared_by`` use cases share where they take the same
    option; were this one alone, it would be ``alone_usd``. ``last_day`` is that of today's model,
    None where none is published within the horizon; ``best_in`` the share of worlds in which the
    option is the best of those that can be recommended; ``records`` what is known of the past of
    who would do the work.
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
    covers: Shares
    down_together: Shares
    weeks: float
    one_off_usd: float
    run_usd_per_year: float | None
    residual_aal_usd: float
    residual_tvar95_usd: float
    pareto: bool
    recommended: bool
    flips_if: str | None
    runner_up: bool = False
    changed: Dependency | None = None
    subject: str = ""
    checks: tuple[Check, ...] = ()
    comparison: Comparison | None = None
    switch_days: float | None = None
    capacity: CapacityClass = CapacityClass.NEW
    needs_capacity_of: str | None = None
    removed: Removed | None = None
    left: Left | None = None
    one_off_low_usd: float | None = None
    one_off_high_usd: float | None = None
    not_covered: tuple[NotCovered, ...] = ()
    once: tuple[CostLine, ...] = ()
    shared_by: int = 1
    alone_usd: float | None = None
    last_day: LastDay | None = None
    best_in: float | None = None
    records: tuple[ProviderRecord, ...] = ()

    @property
    def weeks_late(self) -> int:
        """Weeks begun by which it works too late, started today; 0 in time, or if nothing ends.

        Days would be more exact than the days until it works are known.
        """
        return ceil(self.last_day.days_late / 7) if self.last_day else 0

    @property
    def usual_loss_usd(self) -> float:
        """What is left of the loss a year: the median, the mean where it alone is known."""
        return self.left.median_usd if self.left is not None else self.residual_aal_usd

    @property
    def allowed(self) -> bool:
        """Nothing rules it out and its running cost is known."""
        return not self.excluded and self.run_usd_per_year is not None
