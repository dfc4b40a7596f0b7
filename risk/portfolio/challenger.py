"""A challenger: years drawn one disruption at a time, to hold the engine's answer against.

Plain Monte Carlo. Every year draws anew what is judged, how often disruptions come and the facts
that nobody stated, then each disruption, the links that it passes and how long it lasts, and adds
up what everybody loses. It reads the same register, table of assumptions and list of what can
happen; every formula of docs/method.md §2 to §4 is written out once more, and nothing of the
engine's worlds, states, grids or laws is used (a contract of pyproject.toml holds that).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from math import log, sqrt
from types import SimpleNamespace
from typing import Any, cast

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from risk.assumptions import PLAUSIBLE, Assumptions
from risk.catalog.failure_kinds import (
    PERMANENT_KINDS,
    PROMISED_KINDS,
    QUEUED_KINDS,
    SERVICE_KINDS,
    Basis,
    FailureKind,
)
from risk.catalog.likeness import distance_between, leads_to
from risk.catalog.records import SELF_HOSTED, Catalog, Rating
from risk.hazard.durations import DurationLaw, LognormalDuration, SplicedDuration
from risk.hazard.event_catalogue import event_catalogue, failure_rows
from risk.hazard.events import Event
from risk.hazard.failure_settings import RATE_MULTIPLES, usual_notice_days
from risk.hazard.market_queue import market_shares
from risk.hazard.supply_chain import (
    OWN_OPERATION,
    Endpoint,
    build_supply_chain,
    developer_node,
)
from risk.inventory.records import Fallback, Requirement
from risk.loss.churn import CHURN_KNOTS
from risk.loss.columns import (
    DEPTHS,
    FALLBACKS,
    PLANS,
    REQUIREMENTS,
    Columns,
    filled_shares,
)
from risk.loss.judgement import EVEN_UNITS, PACE, VARIABLES, WIND_DOWN_NOTICE
from risk.loss.priors import CRITICALITY, DEPTH, EXIT_PLAN, FALLBACK

Array = NDArray[np.float64]

#: Standard normal quantiles, and how far out anything judged or unknown is drawn.
Z90, Z95, Z975, CUT = float(ndtri(0.9)), float(ndtri(0.95)), float(ndtri(0.975)), 2.33
YEAR, MONTH, LONGEST_DAYS = 365.0, 365.0 / 12, 730.0
#: What comes at most once a year to the same target.
ONCE = PERMANENT_KINDS - {FailureKind.PRICE_SHOCK}
#: Numbers that say with how much notice a model ends.
NOTICES = next(one.rising for one in VARIABLES if one.name == "notice before a retirement")
#: Stands for every customer in what each has for itself.
EACH = "*"
#: What a loss is made of.
PARTS = ("interruption", "customers lost", "quality", "switching", "dearer price")
#: Years drawn together, so that memory does not grow with their number.
BLOCK = 2_000


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """Drawn years: the ``losses`` of all startups together (years,), in USD.

    ``by_kind`` and ``by_part`` divide their mean.
    """

    losses: Array
    by_kind: Mapping[FailureKind, float]
    by_part: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The mean year, USD."""
        return float(self.losses.mean())

    @property
    def mean_error(self) -> float:
        """The standard error of the mean, USD."""
        return float(self.losses.std(ddof=1) / sqrt(len(self.losses)))

    def reached(self, level: float) -> float:
        """The loss that a year stays below with probability ``level``, USD."""
        return float(np.quantile(self.losses, level))

    def reached_error(self, level: float) -> float:
        """Its standard error, from the order statistics one standard deviation of rank away."""
        away = sqrt(level * (1 - level) / len(self.losses))
        low, high = np.quantile(self.losses, [max(0.0, level - away), min(1.0, level + away)])
        return float(high - low) / 2


def challenge(
    columns: Columns,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    today: date,
    years: int,
    seed: int,
    before_signals: Mapping[str, float] | None = None,
    unsure: bool = True,
) -> Challenge:
    """Draw so many years of a portfolio.

    Without ``unsure`` judgement, rates and the common parts of unknown facts stay at their middle.
    """
    draw = np.random.default_rng(seed)
    losses, kinds, parts = [], dict.fromkeys(FailureKind, 0.0), dict.fromkeys(PARTS, 0.0)
    for start in range(0, years, BLOCK):
        block = _Years(
            *(columns, catalog, assumptions, today, before_signals or {}),
            *(min(BLOCK, years - start), draw, unsure),
        )
        block.happen()
        losses.append(block.lost)
        kinds = {kind: usd + block.kinds[kind] for kind, usd in kinds.items()}
        parts = {part: usd + block.parts[part] for part, usd in parts.items()}
    return Challenge(
        losses=np.concatenate(losses),
        by_kind={kind: usd / years for kind, usd in kinds.items()},
        by_part={part: usd / years for part, usd in parts.items()},
    )


@dataclass(frozen=True, kw_only=True)
class _Member:
    """A dependency in every year: where it sits and what leaving it takes, (years,) each.

    Pairs are for another developer and for the same one; ``alone`` is the cost of taking this model
    alone to another developer.
    ``gone`` is the part of a retirement's notice that has gone by when the move begins, 0 for who
    is on time: of one without a published day, and of one with.
    """

    node: str
    backup: str | None
    supplier: str
    days: tuple[Array, Array]
    cost: tuple[Array, Array]
    alone: Array
    unlike: tuple[Array, Array]
    spend: Array
    stranded: Array
    takes: Array
    after: Array
    buffer: Array
    promised: float
    outlives: bool
    reserved: bool
    gone: tuple[Array, Array]


@dataclass(frozen=True, kw_only=True)
class _Line:
    """What stops together: ``margin`` (years,) is USD a day."""

    startup: int
    country: str
    margin: Array
    any_suffices: bool
    members: tuple[_Member, ...]


@dataclass(frozen=True, kw_only=True)
class _Hits:
    """Happenings of one disruption: the year of each, and by node the service lost in each."""

    year: NDArray[np.int64]
    felt: Mapping[str, Array]
    days: Array


class _Years:
    """Years of a portfolio; in each everything unknown is drawn once and disruptions happen."""

    def __init__(
        self,
        columns: Columns,
        catalog: Catalog,
        assumptions: Assumptions,
        today: date,
        before: Mapping[str, float],
        count: int,
        draw: np.random.Generator,
        unsure: bool,
    ) -> None:
        self.columns, self.catalog, self.table = columns, catalog, assumptions
        self.today = today
        self.count, self.draw, self.unsure, self.before = count, draw, unsure, before
        self.lost = np.zeros(count)
        self.kinds, self.parts = dict.fromkeys(FailureKind, 0.0), dict.fromkeys(PARTS, 0.0)
        # What voters say has a stream of its own, so that the others stay what they were.
        self.voters, self.points = draw.spawn(1)[0], dict[str, Array]()
        self.judged = self._judged()
        self.common = {name: self._normal(unsure) for name in _SCALED}
        plain = SimpleNamespace(
            **{**vars(self.judged), "upstream_reach": 1.0, "upstream_loss": 1.0}
        )
        # The rules of the chain only hand these numbers on, so that they may be one for each year.
        self.chain = build_supply_chain(catalog, columns.endpoints, cast(Assumptions, plain))
        self.factored = {
            (one.upstream, one.downstream) for one in catalog.links if one.basis is Basis.JUDGEMENT
        }
        self.lines = list(self._lines())
        self.events = tuple(dict.fromkeys(self._events(today)))

    # What is judged and what is unknown.

    def _normal(self, unsure: bool = True) -> Array:
        return np.clip(self.draw.standard_normal(self.count), -CUT, CUT) * unsure

    def _judged(self) -> SimpleNamespace:
        """Every number of the table, one for each year where it is judged."""
        found: dict[str, Any] = {
            one.name: getattr(self.table, one.name) for one in fields(self.table)
        }
        about = {one.name: one.metadata for one in fields(self.table)}
        for variable in VARIABLES:
            z = self._normal(self.unsure)
            if variable.name == PACE:
                found["pace"] = np.exp(self.table.switch_spread * z)
            if variable.name == WIND_DOWN_NOTICE:
                found["notice_z"] = z
            for names, way in ((variable.rising, z), (variable.falling, -z)):
                found.update(
                    {name: _number_at(way, found[name], about[name], name) for name in names}
                )
        return SimpleNamespace(**found)

    def _unknown(self, name: str) -> Array:
        """A fact that nobody stated, in every year: its own part and the one that all share."""
        return _quantile(self._place(name), *_points(self.table, name), scaled=_SCALED[name])

    def _place(self, name: str) -> Array:
        low, _, high = _points(self.table, name)
        first, last = PLAUSIBLE[f"unknown_{name}"]
        width = log(last / first) if _SCALED[name] else last - first
        shared = min(0.5, (width / (high - low)) ** 2) if high > low else 0.0
        both = sqrt(1 - shared) * self._normal() + sqrt(shared) * self.common[name]
        return np.clip(both, -CUT, CUT)

    def _stated(self, value: float, name: str) -> Array:
        return self._unknown(name) if np.isnan(value) else np.full(self.count, float(value))

    def _code(self, code: int, chances: Mapping[Any, float], options: Sequence[Any]) -> Array:
        """A stated option, or one drawn by its chances: its place among the options."""
        if code >= 0:
            return np.full(self.count, code)
        places = [options.index(one) for one in chances]
        return self.draw.choice(places, self.count, p=list(chances.values()))

    # What there is to lose.

    def _lines(self) -> Iterator[_Line]:
        firms, cases, links = self.columns.startups, self.columns.cases, self.columns.dependencies
        weight = filled_shares(cases.revenue_share, cases.startup, len(firms.row))
        stated = filled_shares(links.share, links.case, len(cases.row))
        part = weight[links.case] * stated
        for i in range(len(firms.row)):
            own = np.flatnonzero(cases.startup == i)
            if not len(own):
                continue
            ends = self.columns.endpoints
            at_end = self._paid(own.tolist(), weight, stated, ends)
            at_service = self._paid(own.tolist(), weight, stated, [one.service for one in ends])
            mine = np.isin(links.case, own) & ~np.isnan(links.spend)
            revenue = self._revenue(i, float(links.spend[mine].sum()), float(part[mine].sum()))
            ai_revenue = revenue * self._stated(firms.ai_share[i], "ai_share")
            place = self.draw.random(self.count)
            a = self.judged
            kept = self._stated(firms.gross_margin[i], "gross_margin")
            # Costs run on while nothing is served, whatever the margin.
            daily = ai_revenue * np.maximum(kept, a.least_margin) / YEAR
            engineers = self._stated(firms.engineers[i], "engineers")
            people = np.maximum(1.0, a.engineers_available * engineers) ** a.team_exponent
            country = self.columns.countries[firms.country[i]]
            for case in own.tolist():
                margin = daily * self._critical(int(cases.criticality[case])) * weight[case]
                rows = np.flatnonzero(links.case == case).tolist()
                need = REQUIREMENTS[cases.requirement[case]]
                apart = need is Requirement.SHARED
                whole = [stated[row] if apart else 1.0 for row in rows]
                hours = float(cases.buffer_hours[case])
                members = [
                    self._member(
                        *(row, ai_revenue * weight[case] * own_part, people, hours),
                        *((at_service[row], at_end[row]), place),
                    )
                    for row, own_part in zip(rows, whole, strict=True)
                ]
                for some, share in zip(members, whole, strict=True) if apart else [(members, 1.0)]:
                    yield _Line(
                        startup=i,
                        country=country,
                        margin=margin * share,
                        any_suffices=need is Requirement.ANY and len(rows) > 1,
                        members=(some,) if isinstance(some, _Member) else tuple(some),
                    )

    def _paid(
        self, own: Sequence[int], weight: Array, stated: Array, by: Sequence[object]
    ) -> dict[int, float]:
        """By dependency, its part of what moving all that moves with it costs once.

        ``by`` says of each endpoint what moves at once with it; depths are moved one by one.
        """
        cases, links = self.columns.cases, self.columns.dependencies
        together: dict[tuple[object, int], dict[int, float]] = {}
        for row in np.flatnonzero(np.isin(links.case, own)).tolist():
            apart = REQUIREMENTS[cases.requirement[links.case[row]]] is Requirement.SHARED
            moved = together.setdefault((by[links.endpoint[row]], int(links.depth[row])), {})
            moved[row] = float(weight[links.case[row]] * (stated[row] if apart else 1.0))
        return {
            row: share / sum(moved.values()) if any(moved.values()) else 1 / len(moved)
            for moved in together.values()
            for row, share in moved.items()
        }

    def _revenue(self, i: int, spent: float, backed: float) -> Array:
        """Revenue a year: stated, or drawn, with what the stated spend says of it."""
        firms = self.columns.startups
        if not np.isnan(firms.revenue[i]) or not spent > 0:
            return self._stated(firms.revenue[i], "revenue")
        share = _points(self.table, "spend_share")
        spread = log(share[2] / max(share[0], 1e-3)) / (2 * Z90)
        ai_share = float(firms.ai_share[i])
        if not ai_share > 0:
            low, ai_share, high = _points(self.table, "ai_share")
            spread = float(np.hypot(spread, log(high / max(low, 1e-3)) / (2 * Z90)))
        low, middle, high = _points(self.table, "revenue")
        prior = (high - low) / (2 * Z90)
        told = log(12 * spent / (share[1] * ai_share * backed))
        precisions = 1 / prior**2, 1 / spread**2
        mean = (precisions[0] * middle + precisions[1] * told) / sum(precisions)
        return np.exp(mean + self._place("revenue") / sqrt(sum(precisions)))

    def _critical(self, level: int) -> Array:
        codes = self._code(level - 1 if level > 0 else -1, CRITICALITY, range(1, 6))
        return self._chosen(codes, [f"criticality_{one}" for one in range(1, 6)])

    def _chosen(self, codes: Array, names: Sequence[str]) -> Array:
        """The number of each year that its code names."""
        table = np.array([np.broadcast_to(self._number(one), self.count) for one in names])
        return np.asarray(table[codes, np.arange(self.count)])

    def _number(self, name: str) -> Any:
        return 0.0 if name == "" else getattr(self.judged, name)

    def _member(
        self,
        row: int,
        ai_revenue: Array,
        people: Array,
        hours: float,
        paid: tuple[float, float],
        place: Array,
    ) -> _Member:
        """A dependency; ``paid`` is its part of leaving the whole service, and its model alone."""
        links, a = self.columns.dependencies, self.judged
        endpoint = self.columns.endpoints[links.endpoint[row]]
        backup = links.backup[row]
        depth = self._code(int(links.depth[row]), DEPTH, DEPTHS)
        tuned = depth == len(DEPTHS) - 1
        plan = self._plan(row)
        legal = ("", "legal_days", "residency_review_days", "customer_consent_days")
        waits = self._number(legal[links.legal[row]])
        base = self._chosen(depth, [f"effort_{one.value}" for one in DEPTHS])
        once = a.evaluation_usd + np.where(tuned, a.fine_tune_usd, 0.0)
        days, cost, unlike, moving = [], [], [], []
        for like, times, part in zip(
            (a.substitutability_frontier, a.substitutability_same_developer),
            self._times_as_unlike(endpoint),
            paid,
            strict=True,
        ):
            facts = np.maximum(0.0, 1 - (1 - like) * times)
            alike = np.where(tuned, a.substitutability_fine_tuned, facts)
            effort = base * (2 - alike) * plan
            days.append(a.pace * (np.maximum(7 * effort / people, waits) + a.evaluation_days))
            moving.append(effort * a.engineer_week_usd + once)
            cost.append(part * moving[-1])
            unlike.append((1 - alike) * a.quality_loss * a.quality_days)
        spend = self._stated(links.spend[row], "spend_share")
        if np.isnan(links.spend[row]):
            spend = spend * ai_revenue / 12
        notice = links.notice[row]
        takes, after = self._fallback(row)
        felt_from = (a.buffer_hours if np.isnan(hours) else hours) / 24
        return _Member(
            node=endpoint.node,
            backup=self.columns.endpoints[backup].node if backup >= 0 else None,
            supplier=_supplier(endpoint),
            days=(days[0], days[1]),
            cost=(cost[0], cost[1]),
            alone=paid[1] * moving[0],
            unlike=(unlike[0], unlike[1]),
            spend=spend,
            stranded=self._every((a.unknown_notice_days if np.isnan(notice) else notice) / MONTH),
            takes=takes,
            after=after,
            buffer=self._every(felt_from),
            promised=float(links.promised[row]),
            outlives=bool(links.outlives[row]),
            reserved=bool(links.reserved[row]),
            gone=self._gone(int(links.begun[row]), place),
        )

    def _gone(self, begun: int, place: Array) -> tuple[Array, Array]:
        """Of the notice of a retirement, what is gone when somebody at a ``place`` begins to leave.

        The first ``begins_on_time`` of all lose none, the rest ever more, evenly; who is known not
        to have begun stands anywhere among those.
        """
        on_time = self._every(self.judged.begins_on_time)
        behind = np.maximum(0.0, place - on_time) / np.maximum(1 - on_time, 1e-12)
        if begun < 0:
            return behind, behind
        return behind, np.zeros(self.count) if begun else place

    def _times_as_unlike(self, endpoint: Endpoint) -> list[Array]:
        """How many times as unlike as a typical one a replacement is: elsewhere, and at home.

        The weighted shares of what is lost (voters, context, modalities, tools, price class) over
        those of the typical replacement; what is not known is as usual, and a part shows nowhere.
        """
        a, found = self.judged, []
        weights = (
            *(1.0, a.unlike_context_weight, a.unlike_modalities_weight),
            *(a.unlike_tools_weight, a.unlike_price_weight),
        )
        model = self.catalog.models.get(endpoint.model or "")
        others = leads_to(model, endpoint.service.host, self.catalog, self.today)
        for other, kind in zip(others, ("frontier", "same_developer"), strict=True):
            distance = distance_between(model, other, self.catalog)
            lost: list[Any] = list(distance.parts)
            if distance.counted is not None:
                apart = self._rated(distance.counted.today) - self._rated(distance.counted.other)
                lost[0] = np.maximum(0.0, 2 / (1 + 10 ** (-apart / 400)) - 1)
            usual = self.catalog.usual_distances.get(kind, (0.0,) * len(lost))
            own, typical = self._every(0.0), self._every(0.0)
            for weight, part, mean in zip(weights, lost, usual, strict=True):
                own = own + weight * np.where(np.isnan(part), mean, part)
                typical = typical + weight * mean
            ratio = np.where(typical > 0, own / np.maximum(typical, 1e-12), 1.0)
            times = a.unlike_unseen + (1 - a.unlike_unseen) * ratio
            found.append(np.minimum(times, a.unlike_most))
        return found

    def _rated(self, one: Rating) -> Array:
        """A model's points in every year, the same against every other model."""
        if one.model not in self.points:
            z = np.clip(self.voters.standard_normal(self.count), -CUT, CUT) * self.unsure
            wide = np.where(z > 0, one.high - one.rating, one.rating - one.low)
            self.points[one.model] = one.rating + z * wide / Z975
        return self.points[one.model]

    def _every(self, number: Any) -> Array:
        return np.broadcast_to(np.asarray(number, dtype=np.float64), self.count)

    def _plan(self, row: int) -> Array:
        """Share of the effort that an exit plan leaves; a stated test wears out to paper."""
        links, a = self.columns.dependencies, self.judged
        codes = self._code(int(links.plan[row]), EXIT_PLAN, PLANS)
        age = links.plan_age[row] if links.plan[row] >= 0 else np.nan
        old = 0.0 if np.isnan(age) else self._worn(float(age))
        tested = self._every(a.exit_plan_tested)
        tested = (1 - old) * tested + old * np.maximum(tested, a.exit_plan_written)
        return np.asarray(np.select([codes == 0, codes == 1], [1.0, a.exit_plan_written], tested))

    def _fallback(self, row: int) -> tuple[Array, Array]:
        """Share of the workload that a fallback takes, and after how many days."""
        links, a = self.columns.dependencies, self.judged
        codes = self._code(int(links.fallback[row]), FALLBACK, FALLBACKS)
        names = [one.value for one in FALLBACKS if one is not Fallback.NONE]
        share = self._chosen(codes, ["", *(f"fallback_{one}" for one in names)])
        late = self._chosen(codes, ["", *(f"failover_{one}_days" for one in names)])
        tested, age = codes == FALLBACKS.index(Fallback.TESTED), float(links.fallback_age[row])
        # A test without a date proves nothing.
        old = 1.0 if np.isnan(age) else self._worn(7 * round(age / 7))
        measured = links.takeover[row]
        measured = a.failover_tested_days if np.isnan(measured) else measured
        if np.isnan(age):
            worn_late = a.failover_untested_days
        else:
            worn_late = (1 - old) * measured + old * np.maximum(measured, a.failover_untested_days)
        worn_share = (1 - old) * a.fallback_tested + old * a.fallback_untested
        return np.where(tested, worn_share, share), np.where(tested, worn_late, late)

    def _worn(self, age: float) -> float:
        fresh, valid = self.table.fallback_test_fresh_days, self.table.fallback_test_valid_days
        return float(np.clip((age - fresh) / max(valid - fresh, 1e-9), 0.0, 1.0))

    # What can happen.

    def _events(self, today: date) -> tuple[Event, ...]:
        """The list of what can happen, each disruption once; customers have some for themselves."""
        customers = {
            (EACH, line.country, member.supplier) for line in self.lines for member in line.members
        }
        return event_catalogue(
            self.chain, self.catalog, self.table, customers=sorted(customers), today=today
        )

    def happen(self) -> None:
        """Let every disruption come as often as it does, and add up what is lost."""
        by_group: dict[Any, Array] = {}
        by_kind: dict[str, Array] = {}
        for event in self.events:
            kind = "service" if event.kind in SERVICE_KINDS else str(event.kind)
            if kind not in by_kind:
                by_kind[kind] = self._kind_factor(event.kind)
            if event.rate_group not in by_group:
                by_group[event.rate_group] = self._gamma(event.rate_shape)
            often = _charged(event, self.before) * by_group[event.rate_group] * by_kind[kind]
            lines = [one for one in self.lines if event.only_country in (None, one.country or "")]
            if event.only_startup is None:
                self._strike(event, often, lines)
                continue
            lines = [one for one in lines if any(m.supplier == event.root for m in one.members)]
            for startup in {one.startup: None for one in lines}:
                self._strike(event, often, [one for one in lines if one.startup == startup])

    def _gamma(self, shape: float | None) -> Array:
        if shape is None or not self.unsure:
            return np.ones(self.count)
        return self.draw.gamma(shape, 1 / shape, self.count)

    def _kind_factor(self, kind: FailureKind) -> Array:
        """What all rates of a kind share, with mean 1."""
        name = RATE_MULTIPLES.get(kind, "rate_multiple")
        if not self.unsure or getattr(self.table, name) <= 0:
            return np.ones(self.count)
        low, high = (log(one / getattr(Assumptions, name)) for one in PLAUSIBLE[name])

        def factor(z: Array) -> Array:
            return np.asarray(np.exp(z * np.where(z > 0, high, -low) / Z90))

        middle = np.clip(ndtri((np.arange(10_000) + 0.5) / 10_000), -CUT, CUT)
        return np.asarray(factor(self._normal()) / factor(middle).mean())

    def _strike(self, event: Event, often: Array, lines: Sequence[_Line]) -> None:
        if event.kind in ONCE:
            chance = np.ones(self.count) if event.dated else -np.expm1(-often)
            times = (self.draw.random(self.count) < chance).astype(int)
        else:
            times = self.draw.poisson(often)
        year = np.repeat(np.arange(self.count), times)
        if not len(year):
            return
        hits = _Hits(year=year, felt=self._travelled(event, year), days=self._lasts(event, year))
        for line in lines:
            down = [self._down(event, member, hits) for member in line.members]
            hit = np.logical_or.reduce([severity > 0 for severity, _ in down])
            if line.any_suffices and event.kind is not FailureKind.PRICE_SHOCK:
                hit = np.logical_and.reduce([severity > 0 for severity, _ in down])
            if hit.any():
                some = [(severity[hit], backup[hit]) for severity, backup in down]
                lost, parts = self._loss(event, line, some, year[hit], hits.days[hit])
                np.add.at(self.lost, year[hit], lost)
                self.kinds[event.kind] += float(lost.sum())
                for part, usd in parts.items():
                    self.parts[part] += float(usd.sum())

    def _travelled(self, event: Event, year: NDArray[np.int64]) -> dict[str, Array]:
        """The share of service lost at every node: φ = 1 - Π(1 - g·X·φ upstream)."""
        a, graph = self.judged, self.chain.graph
        root = np.full(len(year), event.severity)
        if event.kind is FailureKind.REGIONAL_BLOCK and self.table.region_share > 0:
            root = root * self._every(a.region_share)[year] / self.table.region_share
        felt = {event.root: root}
        if event.root not in graph:
            return felt
        effects = self.chain.effects_of(event.kind)
        for node in sorted(nx.descendants(graph, event.root), key=self.chain.height.__getitem__):
            serves = np.ones(len(year))
            for above in sorted(graph.predecessors(node)):
                if above not in felt or (above, node) not in effects:
                    continue
                effect = effects[above, node]
                chance, gain = self._every(effect.probability), self._every(effect.gain)
                if (above, node) in self.factored:
                    chance = np.minimum(1.0, chance * a.upstream_reach)
                    gain = np.minimum(1.0, gain * a.upstream_loss)
                passes = self.draw.random(len(year)) < chance[year]
                serves *= 1 - gain[year] * passes * felt[above]
            if (serves < 1).any():
                felt[node] = 1 - serves
        return felt

    def _lasts(self, event: Event, year: NDArray[np.int64]) -> Array:
        """Days; what does not come back lasts for ever."""
        if event.kind in PERMANENT_KINDS:
            return np.full(len(year), np.inf)
        law = event.duration
        if not isinstance(law, DurationLaw):
            return np.full(len(year), LONGEST_DAYS)
        stretch = self._every(self.judged.tail_stretch)[year] / self.table.tail_stretch
        if isinstance(law, LognormalDuration):
            z = self.draw.standard_normal(len(year))
            days = np.exp(law.mu + law.sigma * stretch * z)
        else:
            days = self._spliced(law, stretch)
        return np.asarray(np.minimum(days, LONGEST_DAYS))

    def _spliced(self, law: SplicedDuration, stretch: Array) -> Array:
        """Days of a law with a tail: some lengths are drawn above a day, the others below it."""
        body, tail = law.body, law.tail
        spread, scale = body.sigma * stretch, tail.scale_days * stretch
        which, where = self.draw.random((2, len(stretch)))
        short = np.exp(body.mu + spread * ndtri(where * ndtr(-body.mu / spread)))
        long = 1 + scale / tail.shape * ((1 - where) ** -tail.shape - 1)
        return np.asarray(np.where(which < tail.share, long, short))

    def _down(self, event: Event, one: _Member, hits: _Hits) -> tuple[Array, Array]:
        """How badly a dependency and its backup are down."""
        nothing = np.zeros(len(hits.year))
        severity = hits.felt.get(one.node, nothing)
        if event.only_startup is not None and one.supplier != event.root:
            severity = nothing
        if one.backup is None:
            return severity, severity * self._every(self.judged.fallback_shared_root)[hits.year]
        return severity, hits.felt.get(one.backup, nothing)

    # What it costs.

    def _loss(
        self,
        event: Event,
        line: _Line,
        down: Sequence[tuple[Array, Array]],
        year: NDArray[np.int64],
        days: Array,
    ) -> tuple[Array, dict[str, Array]]:
        """What a line loses in each happening: the cheaper of waiting and leaving."""
        a = SimpleNamespace(
            **{name: self._every(getattr(self.judged, name))[year] for name in _USED}
        )
        margin = line.margin[year]
        if event.kind is FailureKind.PRICE_SHOCK:
            return self._dearer(event, line, down, year, a, margin)
        for_good = event.kind in PERMANENT_KINDS
        same = int(event.kind is FailureKind.MODEL_RETIREMENT)
        left, waited, unlike, cost = [], [], [], np.zeros(len(year))
        for one, (severity, backup) in zip(line.members, down, strict=True):
            hit = severity > 0
            until = self._until(event, one, year, same) if for_good else one.days[0][year]
            if event.kind is FailureKind.WIND_DOWN and one.outlives:
                severity = severity * (1 - a.step_in_survival)
            missing = np.inf if line.any_suffices else -np.inf
            felt = _lost_service(np.minimum(days, until), severity, backup, one, year)
            left.append(np.where(hit, felt, missing))
            if not for_good:
                felt = _lost_service(days, severity, backup, one, year)
                waited.append(np.where(hit, felt, missing))
            unlike.append(np.where(hit, one.unlike[same][year], 0.0))
            dearer = a.price_horizon_months * np.maximum(0.0, a.replacement_price_change)
            months = dearer if for_good else dearer + one.stranded[year]
            cost += np.where(hit, one.cost[same][year] + months * one.spend[year], 0.0)
        combine = np.minimum.reduce if line.any_suffices else np.maximum.reduce
        kept = 1.0 if for_good else 1 - a.recapture
        leaving = _business(combine(left), kept, np.maximum.reduce(unlike), margin, a)
        leaving["switching"] = cost
        if for_good:
            return np.sum(list(leaving.values()), axis=0), leaving
        waiting = _business(combine(waited), kept, np.zeros(len(year)), margin, a)
        stay, go = (np.sum(list(one.values()), axis=0) for one in (waiting, leaving))
        cheaper = {
            part: np.where(stay <= go, waiting.get(part, 0.0), usd) for part, usd in leaving.items()
        }
        return np.minimum(stay, go), cheaper

    def _until(self, event: Event, one: _Member, year: NDArray[np.int64], same: int) -> Array:
        """Days without the service after it ended: T + queue - notice, never below none.

        Of the notice of a retirement counts what is left when the move begins, and all of it, what
        has passed by today too, for whoever began at once.
        """
        notice = self._notice(event)[year]
        if event.kind in PROMISED_KINDS and not event.dated:
            notice = np.maximum(notice, one.promised)
        if event.kind is FailureKind.MODEL_RETIREMENT:
            gone = one.gone[event.dated][year]
            notice = np.where(gone > 0, (1 - gone) * notice, event.passed_days + notice)
        days = one.days[same][year]
        if event.kind in QUEUED_KINDS and not one.reserved:
            days = days + self._queue(event)[year]
        return np.asarray(np.maximum(0.0, days - notice))

    def _notice(self, event: Event) -> Array:
        rows = failure_rows(event.root, self.catalog, self.chain)
        row = next((one for one in rows if (one.kind, one.level) == event.rate_group[1:]), None)
        if row is not None and event.kind is FailureKind.MODEL_RETIREMENT and not event.dated:
            # Which number says it is seen by giving each a value of its own.
            marks = {-1.0 - place: name for place, name in enumerate(NOTICES)}
            marked = replace(self.table, **{name: mark for mark, name in marks.items()})
            name = marks.get(usual_notice_days(row, event.root, marked))
            return self._every(getattr(self.judged, name) if name else event.notice_days)
        notice = self._every(event.notice_days)
        if event.kind is not FailureKind.WIND_DOWN or row is None or event.notice_days <= 0:
            return notice
        evidence = self.catalog.rate_evidence.get((row.node, row.kind, row.level))
        if evidence is None or evidence.notice_q95_days is None:
            return notice
        spread = log(evidence.notice_q95_days / event.notice_days) / Z95
        return np.asarray(notice * np.exp(spread * self.judged.notice_z))

    def _queue(self, event: Event) -> Array:
        """Mean days in the market's queue: (Q - S)² / (2·Q·g·(1 - f)) where demand exceeds room."""
        a, share = self.judged, market_shares(self.catalog).get(event.root, 0.0)
        demand = self._every(share * a.herd_panic)
        behind = np.maximum(0.0, demand - (1 - share) * a.herd_headroom)
        growth = np.maximum((1 - share) * a.herd_growth, 1e-12)
        wait = behind**2 / (2 * np.maximum(demand, 1e-12) * growth)
        return np.asarray(np.minimum(wait + a.queue_days, LONGEST_DAYS))

    def _dearer(
        self,
        event: Event,
        line: _Line,
        down: Sequence[tuple[Array, Array]],
        year: NDArray[np.int64],
        a: SimpleNamespace,
        margin: Array,
    ) -> tuple[Array, dict[str, Array]]:
        """A price shock: pay the dearer price, or pay it until one has left, and leave."""
        horizon = a.price_horizon_months * MONTH
        stay, paid, cost, unlike = (np.zeros(len(year)) for _ in range(4))
        for one, (severity, _) in zip(line.members, down, strict=True):
            hit, spend = severity > 0, one.spend[year]
            daily = np.maximum(0.0, a.price_multiple - 1) * severity * spend / MONTH
            until = np.minimum(self._until(event, one, year, 0), horizon)
            dearer = a.price_horizon_months * np.maximum(0.0, a.replacement_price_change)
            stay += daily * horizon
            paid += daily * until
            cost += np.where(hit, one.alone[year] + (dearer + one.stranded[year]) * spend, 0.0)
            unlike = np.maximum(unlike, np.where(hit, one.unlike[0][year], 0.0))
        stays = stay <= paid + cost + unlike * margin
        parts = {
            "dearer price": np.where(stays, stay, paid),
            "switching": np.where(stays, 0.0, cost),
            "quality": np.where(stays, 0.0, unlike * margin),
        }
        return np.sum(list(parts.values()), axis=0), parts


#: Facts that nobody may have stated, and whether their logarithm is drawn.
_SCALED = {
    "revenue": True,
    "gross_margin": False,
    "ai_share": False,
    "engineers": True,
    "spend_share": False,
}
#: Judged numbers that the cost of one happening reads.
_USED = (
    *("recapture", "churn_maximum", "churn_scale_days", "churn_exponent", "churn_horizon_days"),
    *("price_horizon_months", "price_multiple", "replacement_price_change", "step_in_survival"),
)


def _points(table: Assumptions, name: str) -> tuple[float, float, float]:
    """The 10, 50 and 90 % points of an unknown fact, of its logarithm where that is drawn."""
    low, middle, high = (getattr(table, f"unknown_{name}{end}") for end in ("_low", "", "_high"))
    return (log(low), log(middle), log(high)) if _SCALED[name] else (low, middle, high)


def _quantile(z: Array, low: float, middle: float, high: float, *, scaled: bool) -> Array:
    found = middle + z * np.where(z > 0, high - middle, middle - low) / Z90
    return np.asarray(np.exp(found) if scaled else np.clip(found, 0.0, 1.0))


def _number_at(z: Array, value: float, about: Mapping[str, Any], name: str) -> Array:
    """A judged number: half-normal to either side through the ends of its plausible range."""
    low, high = min(PLAUSIBLE[name][0], value), max(PLAUSIBLE[name][1], value)
    scaled = about["unit"] not in EVEN_UNITS and low > 0
    points = (log(low), log(value), log(high)) if scaled else (low, value, high)
    found = points[1] + z * np.where(z > 0, points[2] - points[1], points[1] - points[0]) / Z90
    return np.clip(np.exp(found) if scaled else found, float(about["low"]), float(about["high"]))


def _supplier(endpoint: Endpoint) -> str:
    own = endpoint.service.host == SELF_HOSTED
    return OWN_OPERATION if own else developer_node(endpoint.service)


def _charged(event: Event, before: Mapping[str, float]) -> float:
    """The rate of a year; signals of a wind-down speak of 90 days of it."""
    if event.kind is not FailureKind.WIND_DOWN or event.root not in before:
        return event.rate_per_year
    return event.rate_per_year * 90 / YEAR + before[event.root] * (1 - 90 / YEAR)


def _lost_service(
    days: Array, severity: Array, backup: Array, one: _Member, year: NDArray[np.int64]
) -> Array:
    """U = φ [min(τ, T⁺) + (1 - η(1 - φ_alt)) max(0, T⁺ - τ)], T⁺ what is felt of ``days``."""
    felt, after = np.maximum(0.0, days - one.buffer[year]), one.after[year]
    takes = one.takes[year] * (1 - backup)
    return severity * (np.minimum(felt, after) + (1 - takes) * np.maximum(0.0, felt - after))


def _business(
    lost: Array, kept: Any, quality: Array, margin: Array, a: SimpleNamespace
) -> dict[str, Array]:
    """Interruption, customers gone for good and worse quality, in USD; a year's margin at most.

    χ(U) is straight between its published knots on χ_max (1 - e^(-(U/u₀)^k)).
    """
    knots, scaled = np.asarray(CHURN_KNOTS), np.minimum(lost / a.churn_scale_days, CHURN_KNOTS[-1])
    place = np.clip(np.searchsorted(knots, scaled), 1, len(knots) - 1)
    low, high = (-np.expm1(-(knots[one] ** a.churn_exponent)) for one in (place - 1, place))
    part = (scaled - knots[place - 1]) / (knots[place] - knots[place - 1])
    gone = a.churn_maximum * (low + part * (high - low))
    parts = lost * kept, gone * a.churn_horizon_days, quality
    whole = np.maximum(sum(parts), 1e-300)
    cut = margin * np.minimum(1.0, a.churn_horizon_days / whole)
    return dict(zip(PARTS, (one * cut for one in parts), strict=False))
