"""The register: startups, their use cases, and the language models these depend on.

A fact that nobody stated is None. It is never replaced by zero or by a guess in here; scoring
widens its answer instead (:mod:`risk.loss.facts`). Money is in USD; an amount that was stated
otherwise stands beside it as it was (:mod:`risk.money.stated`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from risk.catalog.records import Answer


class Depth(StrEnum):
    """How deeply a dependency is built into the product (sets the engineering effort to switch)."""

    GATEWAY = "gateway"
    RAW_API = "raw_api"
    PROMPTS = "prompts"
    EMBEDDINGS = "embeddings"
    AGENTS = "agents"
    FINE_TUNED = "fine_tuned"


class Fallback(StrEnum):
    """What happens when the provider does not answer."""

    NONE = "none"
    DOCUMENTED = "documented"
    UNTESTED = "untested"
    TESTED = "tested"
    AUTOMATIC = "automatic"


class ExitPlan(StrEnum):
    """Whether leaving the provider has been planned and tried."""

    NONE = "none"
    WRITTEN = "written"
    TESTED = "tested"


class SwitchBegun(StrEnum):
    """Whether the move away from a model with a published last day has begun."""

    YES = "yes"
    NO = "no"


class CapacityClass(StrEnum):
    """Whose requests are served first when many customers must move at once, in this order."""

    RESERVED = "reserved"
    CUSTOMER = "customer"
    NEW = "new"


class Requirement(StrEnum):
    """How the dependencies of one use case combine.

    ``SHARED``: each carries its share of the workload. ``ALL``: the use case needs every one of
    them. ``ANY``: any one of them suffices.
    """

    SHARED = "shared"
    ALL = "all"
    ANY = "any"


class Evidence(StrEnum):
    """How a fact came to be known.

    ``STATED``: written in an inventory. ``OBSERVED``: seen in bills or logs. ``CONFIRMED``: by the
    company itself. ``IMPUTED``: worked out from others like it.
    """

    STATED = "stated"
    OBSERVED = "observed"
    CONFIRMED = "confirmed"
    IMPUTED = "imputed"


#: What stands in the place of a provider where a startup, or a use case, depends on none.
DEPENDS_ON_NOTHING = "(depends on nothing)"


def listed(text: str | None) -> tuple[str, ...]:
    """The entries of a list such as ``fintech; seed``; nothing for an unknown one."""
    return tuple(part for one in (text or "").split(";") if (part := one.strip()))


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a free text for a provider was read as, how surely, and why."""

    text: str
    answer: Answer
    developer: str | None = None
    host: str | None = None
    product: str | None = None
    confidence: float = 0.0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Dependency:
    """One use case stands on one provider's model. ``key`` is stable within a portfolio.

    ``switch_begun`` speaks of the move away from a model whose last day is published.
    ``notice_days`` is what the startup must give, ``provider_notice_days`` what the provider has
    promised before it ends or changes the service. ``contract`` is the reference of the arrangement
    under which it is used, as written. ``contract_start``, ``contract_end`` and
    ``governing_law`` are the contract's, ``promised_availability`` (0..1) what it promises of
    service. ``evidence`` is how the record came to be known; None: it was stated. ``recorded_on``
    is the day on which an import brought what no day was stated for. ``fallback_hours`` is how long
    taking over took in the newest drill. What drills showed, and agreements that an analyst noted,
    come from the store's own record of them.
    """

    key: str
    provider_text: str
    answer: Answer
    developer: str | None = None
    host: str | None = None
    product: str | None = None
    model: str | None = None
    region: str | None = None
    data_residency: str | None = None
    share: float | None = None
    spend_usd_per_month: float | None = None
    spend_stated: str | None = None
    depth: Depth | None = None
    fallback: Fallback | None = None
    fallback_provider_text: str | None = None
    fallback_developer: str | None = None
    fallback_host: str | None = None
    fallback_tested_on: date | None = None
    exit_plan: ExitPlan | None = None
    switch_begun: SwitchBegun | None = None
    notice_days: float | None = None
    renewal: date | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    governing_law: str | None = None
    contract: str | None = None
    promised_availability: float | None = None
    source: str | None = None
    as_of: date | None = None
    evidence: Evidence | None = None
    recorded_on: date | None = None
    fallback_hours: float | None = None
    fallback_capacity: CapacityClass | None = None
    exit_plan_tested_on: date | None = None
    provider_notice_days: float | None = None
    escrow: bool | None = None
    step_in: bool | None = None


@dataclass(frozen=True, kw_only=True)
class UseCase:
    """One thing a startup does with language models.

    ``revenue_share`` (0..1) is its part of the revenue that needs a language model.
    """

    name: str
    dependencies: tuple[Dependency, ...]
    criticality: int | None = None
    revenue_share: float | None = None
    buffer_hours: float | None = None
    requirement: Requirement = Requirement.SHARED


@dataclass(frozen=True, kw_only=True)
class Startup:
    """A dependent company and its facts; ``sources`` maps a field to where it was read.

    ``stated`` maps the field of an amount to what was stated, where that was not in USD for its
    usual time. ``stated_on`` maps a field to its day where that is not ``as_of``, ``evidence`` to
    how it came to be known where that was not by being stated. ``tags`` and ``fund`` are lists
    (:func:`listed`); ``ownership`` (0..1) is the fund's part of the company. ``watched_by`` is who
    sees to it, ``contact_email`` whom to write to there, ``relationship`` what it is to whoever
    watches. ``unread_lines``: how many lines about it the last file that names it had that could
    not be read; None: none.
    """

    name: str
    use_cases: tuple[UseCase, ...]
    website: str | None = None
    sector: str | None = None
    country: str | None = None
    notes: str | None = None
    annual_revenue_usd: float | None = None
    gross_margin: float | None = None
    ai_revenue_share: float | None = None
    cash_usd: float | None = None
    monthly_burn_usd: float | None = None
    engineers: float | None = None
    invested_usd: float | None = None
    tags: str | None = None
    stage: str | None = None
    fund: str | None = None
    ownership: float | None = None
    relationship: str | None = None
    watched_by: str | None = None
    contact_email: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    stated_on: Mapping[str, date] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    as_of: date | None = None
    unread_lines: int | None = None


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """The startups that one owner watches. ``invented`` marks demonstration data."""

    name: str
    startups: tuple[Startup, ...]
    invented: bool = False
    revision: int = 0
    updated: date | None = None
