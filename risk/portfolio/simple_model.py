"""The simplest model that says anything: money a day × times a year × days, to be redone by hand.

One row for what can happen at each place that is called, one for each dependency. It knows outages,
slowdowns and ends at that place, one time to switch for everybody and a median for every unknown
fact; no customers lost, no cost of switching, no prices, no fallback, no cloud behind a provider,
and nothing common to two startups. It has no tail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import exp

import numpy as np

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, SERVICE_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.hazard.durations import DurationLaw, limited_expected_value
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.events import Event
from risk.hazard.supply_chain import Endpoint, build_supply_chain, developer_node
from risk.loss.columns import Columns, filled_shares

#: Longer outages count as so many days, as everywhere in the model.
LONGEST_DAYS = 730.0
ENDS = PERMANENT_KINDS - {FailureKind.PRICE_SHOCK}


@dataclass(frozen=True, kw_only=True)
class SimpleEvent:
    """What can happen at a place: ``rate`` a year, ``severity`` (0..1), for ``days`` each.

    An end comes at most once a year; its ``notice`` (days) is what is left of the time to switch.
    """

    place: int
    root: str
    kind: FailureKind
    level: str
    rate: float
    certain: bool
    severity: float
    days: float | None
    notice: float

    @property
    def is_end(self) -> bool:
        """Whether the service does not come back."""
        return self.days is None

    @property
    def times(self) -> float:
        """How often a year: the rate, or the chance that it comes at all."""
        if self.certain:
            return 1.0
        return 1 - exp(-self.rate) if self.is_end else self.rate

    def days_a_year(self, switch_days: float) -> float:
        """Days of service lost a year."""
        days = max(0.0, switch_days - self.notice) if self.days is None else self.days
        return self.times * self.severity * days


@dataclass(frozen=True, kw_only=True)
class SimpleLine:
    """A dependency: ``place`` is where it is called, shares are of revenue from AI.

    ``gross_margin`` is at least what an interruption costs at the least.
    """

    startup: int
    place: int
    revenue_usd: float
    ai_share: float
    gross_margin: float
    share: float

    @property
    def margin_usd_a_day(self) -> float:
        """What stops with it."""
        return self.revenue_usd * self.ai_share * self.gross_margin * self.share / 365


@dataclass(frozen=True, kw_only=True)
class SimpleModel:
    """The model with everything that it is made of; ``places`` are what numbers stand for."""

    places: tuple[str, ...]
    events: tuple[SimpleEvent, ...]
    lines: tuple[SimpleLine, ...]
    effort_weeks: float
    engineers: float
    team_exponent: float
    legal_days: float
    evaluation_days: float

    @property
    def switch_days(self) -> float:
        """One time to switch for everybody: max(7·weeks / people, legal) + evaluation."""
        people = max(1.0, self.engineers) ** self.team_exponent
        return max(7 * self.effort_weeks / float(people), self.legal_days) + self.evaluation_days

    def days_a_year(self) -> Mapping[int, float]:
        """Days of service lost a year at each place."""
        found = dict.fromkeys(range(len(self.places)), 0.0)
        for one in self.events:
            found[one.place] += one.days_a_year(self.switch_days)
        return found

    @property
    def total_usd(self) -> float:
        """What all lose a year."""
        days = self.days_a_year()
        return sum(one.margin_usd_a_day * days[one.place] for one in self.lines)


def simple_model(
    columns: Columns, catalog: Catalog, assumptions: Assumptions, *, today: date
) -> SimpleModel:
    """The simple model of a portfolio's columns."""
    firms, cases, links = columns.startups, columns.cases, columns.dependencies
    weight = filled_shares(cases.revenue_share, cases.startup, len(firms.row))
    part = weight[links.case] * filled_shares(links.share, links.case, len(cases.row))
    owner = cases.startup[links.case]

    def known(values: np.ndarray, row: int, name: str) -> float:
        value = float(values[row])
        return float(getattr(assumptions, f"unknown_{name}")) if np.isnan(value) else value

    return SimpleModel(
        places=tuple(one.node for one in columns.endpoints),
        events=_events(columns.endpoints, catalog, assumptions, today),
        lines=tuple(
            SimpleLine(
                startup=int(row),
                place=int(links.endpoint[link]),
                revenue_usd=known(firms.revenue, row, "revenue"),
                ai_share=known(firms.ai_share, row, "ai_share"),
                gross_margin=max(
                    known(firms.gross_margin, row, "gross_margin"), assumptions.least_margin
                ),
                share=float(part[link]),
            )
            for link, row in enumerate(owner.tolist())
        ),
        effort_weeks=assumptions.effort_prompts * (2 - assumptions.substitutability_frontier),
        engineers=assumptions.engineers_available * assumptions.unknown_engineers,
        team_exponent=assumptions.team_exponent,
        legal_days=assumptions.legal_days,
        evaluation_days=assumptions.evaluation_days,
    )


def _events(
    endpoints: tuple[Endpoint, ...], catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[SimpleEvent, ...]:
    """Outages and slowdowns of the service or its host, ends of its model or its developer."""
    chain = build_supply_chain(catalog, endpoints, assumptions)
    suppliers = sorted({developer_node(one.service) for one in endpoints})
    customers = [("*", "", one) for one in suppliers]
    listed = event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
    return tuple(
        SimpleEvent(
            place=place,
            root=event.root,
            kind=event.kind,
            level=event.level,
            rate=event.rate_per_year,
            certain=event.dated,
            severity=event.severity,
            days=None if event.kind in ENDS else _mean_days(event),
            notice=event.notice_days,
        )
        for place, endpoint in enumerate(endpoints)
        for event in listed
        if event.root in _roots(endpoint, event.kind) and event.only_country is None
    )


def _roots(endpoint: Endpoint, kind: FailureKind) -> tuple[str, ...]:
    if kind in SERVICE_KINDS:
        return endpoint.service.name, endpoint.service.host
    if kind not in ENDS:
        return ()
    return developer_node(endpoint.service), endpoint.model_node, endpoint.model_here_node


def _mean_days(event: Event) -> float:
    if isinstance(event.duration, DurationLaw):
        return limited_expected_value(event.duration, LONGEST_DAYS)
    return LONGEST_DAYS
