"""Exposures of a portfolio, as frozen arrays: startups, their use cases, their dependencies.

Rows of each level follow those of the level above (compressed sparse rows), so that any stretch of
startups can be valued by itself. What is the same for many dependencies is said once: the route
(which endpoint, which backup), the delay (what makes a fallback slow) and, for use cases that need
all or any of several dependencies, the combination of their routes. docs/method.md §3.
"""

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import Fallback, Requirement
from risk.loss.columns import DEPTHS, FALLBACKS, REQUIREMENTS, Columns, filled_shares
from risk.loss.draws import own_draws

Floats = NDArray[np.float32]
Codes = NDArray[np.int32]
Rows = NDArray[np.uint32]

#: Codes of :data:`risk.loss.columns.REQUIREMENTS`.
SHARED, ALL, ANY = range(3)
#: The delay of which nothing is stated comes first, whether anybody has it or not.
UNKNOWN_DELAY = 0
#: Code of a tested fallback among :data:`risk.loss.columns.FALLBACKS`.
TESTED = FALLBACKS.index(Fallback.TESTED)


@dataclass(frozen=True)
class Route:
    """Where a dependency goes: an endpoint of the supply chain, and that of a named backup."""

    endpoint: Endpoint
    backup: Endpoint | None


@dataclass(frozen=True)
class Combination:
    """Routes of which a use case needs all, or any (places among the routes)."""

    requirement: Requirement
    routes: tuple[int, ...]


@dataclass(frozen=True)
class Delay:
    """What makes a fallback late, in days; NaN where nobody stated it.

    ``buffer`` is how long nobody feels an interruption, ``fallback_age`` how long ago the fallback
    was tested (in whole weeks), ``takeover`` how long taking over took in a drill.
    """

    buffer: float
    fallback_age: float
    takeover: float


@dataclass(frozen=True, kw_only=True)
class Exposures:
    """Startups (n,), use cases (c,) and dependencies (d,); NaN or -1 is what nobody stated.

    ``case_start`` (n + 1,) and ``link_start`` (c + 1,) say where each one's rows begin.
    ``weight`` is a use case's share of the revenue from AI, ``share`` a dependency's of its
    use case's workload; both are filled in evenly where nobody stated them. ``switch_part`` is a
    dependency's part of the one switch that all of its startup's on the same endpoint and to the
    same depth make, by their share of the revenue from AI, ``leave_part`` that of leaving the
    service, with all its models. ``backed`` (n,) is the
    part of that workload whose spend is stated, ``spent`` (n,) that spend in USD a month.
    ``combination`` is -1 for a use case whose dependencies stand alone. Ages are days since a fact
    was stated; a fallback and an exit plan are as old as the record or a later test of them.
    ``contract_left`` is days until the contract ends.
    ``begun`` speaks of leaving a model with a published last day: 1 begun, 0 not, -1 nobody said.
    """

    row: Rows
    country: Codes
    revenue: Floats
    gross_margin: Floats
    ai_share: Floats
    engineers: Floats
    cash: Floats
    burn: Floats
    backed: Floats
    spent: Floats
    revenue_age: Floats
    margin_age: Floats
    ai_share_age: Floats
    engineers_age: Floats
    answered: Floats
    answered_age: Floats
    case_start: Codes
    case_row: Rows
    requirement: Codes
    criticality: Codes
    weight: Floats
    combination: Codes
    case_age: Floats
    link_start: Codes
    link_row: Rows
    route: Codes
    delay: Codes
    fallback: Codes
    depth: Codes
    plan: Codes
    legal: Codes
    share: Floats
    switch_part: Floats
    leave_part: Floats
    spend: Floats
    notice: Floats
    promised: Floats
    contract_left: Floats
    plan_age: Floats
    outlives: Codes
    reserved: Codes
    begun: Codes
    link_age: Floats
    fallback_seen: Floats
    plan_seen: Floats

    def __len__(self) -> int:
        return len(self.row)

    def chunk(self, world: int) -> "Chunk":
        """The columns in one tuple, as the loops read them, with the facts' draws in one world."""
        rows = (*(self.row,) * 4, self.link_row, self.case_row, *(self.link_row,) * 3, self.row)
        stated = self.revenue, self.gross_margin, self.ai_share, self.engineers, self.spend
        columns = (getattr(self, one.name) for one in fields(self))
        return Chunk(*(*columns, own_draws(rows, stated, world)))

    def blank(self) -> "Exposures":
        """The same startups, of which nothing is known but whom they depend on."""
        unknown = {
            name: np.full_like(getattr(self, name), np.nan)
            for name in (*("revenue", "gross_margin", "ai_share", "engineers"), "spend")
        }
        silent = {
            name: np.full_like(getattr(self, name), -1)
            for name in ("criticality", "fallback", "depth", "plan", "begun")
        }
        return replace(
            self,
            **{**unknown, **silent, "spent": np.zeros_like(self.spent)},
            delay=np.full_like(self.delay, UNKNOWN_DELAY),
        )

    def _rows(self, **rows: Any) -> dict[str, Any]:
        """The columns of each level at some of its rows."""
        return {name: getattr(self, name)[rows[one]] for one in LEVELS for name in LEVELS[one]}

    def taken(self, places: NDArray[np.integer[Any]]) -> "Exposures":
        """Some startups in the order of their places."""
        cases = runs(self.case_start, places)
        links = runs(self.link_start, cases)
        found = self._rows(startup=places, case=cases, link=links)
        sizes = {
            "case_start": np.diff(self.case_start)[places],
            "link_start": np.diff(self.link_start)[cases],
        }
        for name, one in sizes.items():
            found[name] = np.concatenate([[0], np.cumsum(one)]).astype(np.int32)
        return replace(self, **found)

    def stretch(self, start: int, stop: int) -> "Exposures":
        """The startups from ``start`` to ``stop`` alone."""
        cases = slice(int(self.case_start[start]), int(self.case_start[stop]))
        links = slice(int(self.link_start[cases.start]), int(self.link_start[cases.stop]))
        return replace(
            self,
            **self._rows(startup=slice(start, stop), case=cases, link=links),
            case_start=self.case_start[start : stop + 1] - cases.start,
            link_start=self.link_start[cases.start : cases.stop + 1] - links.start,
        )


def runs(start: Codes, places: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """The rows below some places, one place after the other."""
    size = (start[1:] - start[:-1])[places].astype(np.int64)
    before = np.cumsum(size) - size
    found = np.arange(int(size.sum())) + np.repeat(start[:-1][places] - before, size)
    return np.asarray(found, dtype=np.int64)


#: Which columns belong to which level.
LEVELS = {
    "startup": (
        *("row", "country", "revenue", "gross_margin", "ai_share"),
        *("engineers", "cash", "burn", "backed", "spent", "revenue_age", "margin_age"),
        *("ai_share_age", "engineers_age", "answered", "answered_age"),
    ),
    "case": ("case_row", "requirement", "criticality", "weight", "combination", "case_age"),
    "link": (
        *("link_row", "route", "delay", "fallback", "depth", "plan", "legal", "share"),
        *("switch_part", "leave_part", "spend", "notice", "promised", "plan_age", "outlives"),
        *("contract_left", "reserved", "begun", "link_age", "fallback_seen", "plan_seen"),
    ),
}


#: Columns of dependencies that are kept as they were stated.
KEPT_AS_STATED = (
    *("fallback", "depth", "plan", "legal", "spend", "notice", "promised"),
    *("contract_left", "outlives", "reserved", "begun"),
)
#: The columns in one tuple, as the loops read them; ``drawn`` are the own parts of facts, in the
#: order of :data:`risk.loss.facts.NAMES`: those of startups, use cases and dependencies.
Chunk = namedtuple("Chunk", [*(one.name for one in fields(Exposures)), "drawn"])  # type: ignore[misc] # names


@dataclass(frozen=True, kw_only=True)
class Book:
    """A portfolio's exposures, and what their codes stand for."""

    exposures: Exposures
    routes: tuple[Route, ...]
    combinations: tuple[Combination, ...]
    delays: tuple[Delay, ...]
    countries: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]


def book_of(columns: Columns) -> Book:
    """The exposures of a portfolio's columns."""
    firms, cases, links = columns.startups, columns.cases, columns.dependencies
    count = len(columns.endpoints) + 1
    pairs, route = np.unique(
        links.endpoint.astype(np.int64) * count + links.backup + 1, return_inverse=True
    )
    weight = filled_shares(cases.revenue_share, cases.startup, len(firms.row))
    shared = cases.requirement[links.case] == SHARED
    stated = filled_shares(links.share, links.case, len(cases.row))
    share = np.where(shared, stated, 1.0)
    link_start = np.searchsorted(links.case, np.arange(len(cases.row) + 1)).astype(np.int32)
    combinations, combination = _combinations(cases.requirement, link_start, route)
    delays, delay = _delays(columns)
    services = [one.service for one in columns.endpoints]
    found: dict[str, Any] = {
        **{one.name: getattr(firms, one.name) for one in fields(firms)},
        **_stated_spend(columns, weight, stated),
        "case_start": np.searchsorted(cases.startup, np.arange(len(firms.row) + 1)),
        **{"case_row": cases.row, "requirement": cases.requirement},
        **{"criticality": cases.criticality, "weight": weight, "combination": combination},
        **{"link_start": link_start, "link_row": links.row, "route": route, "delay": delay},
        **{"share": share, "plan_age": links.plan_age},
        "switch_part": switch_parts(columns, weight[links.case] * share),
        "leave_part": switch_parts(columns, weight[links.case] * share, by=services),
        **{"case_age": cases.age, "link_age": links.age},
        "fallback_seen": np.fmin(links.age, links.fallback_age),
        "plan_seen": np.fmin(links.age, links.plan_age),
        **{name: getattr(links, name) for name in KEPT_AS_STATED},
    }
    kept: dict[str, Any] = {name: _kept(name, one) for name, one in found.items()}
    return Book(
        exposures=Exposures(**kept),
        routes=_routes(pairs, columns.endpoints),
        combinations=combinations,
        delays=delays,
        countries=columns.countries,
        endpoints=columns.endpoints,
    )


def _stated_spend(columns: Columns, weight: Any, stated: Any) -> dict[str, Any]:
    """By startup: the part of its workload whose spend is stated, and that spend a month."""
    links, count = columns.dependencies, len(columns.startups.row)
    known = ~np.isnan(links.spend)
    owner = columns.cases.startup[links.case][known]
    part = (weight[links.case] * stated)[known]
    return {
        "backed": np.bincount(owner, part, minlength=count),
        "spent": np.bincount(owner, links.spend[known], minlength=count),
    }


def switch_parts(
    columns: Columns, part: NDArray[np.float64], by: Sequence[object] | None = None
) -> NDArray[np.float64]:
    """Each dependency's part of a switch, (dependencies,), by its share of the revenue from AI.

    What a startup runs on one endpoint falters at once and is moved once, however many use cases it
    is listed as: what does not grow with the workload is paid once. ``by`` says of each endpoint
    what moves at once with it (itself, unless said). Where no share is more than zero the parts are
    even.
    """
    links = columns.dependencies
    known = {one: number for number, one in enumerate(dict.fromkeys(by or columns.endpoints))}
    moved = np.array([known[one] for one in by or columns.endpoints], dtype=np.int64)
    place = columns.cases.startup[links.case].astype(np.int64) * max(len(known), 1)
    place = (place + moved[links.endpoint]) * (len(DEPTHS) + 1) + links.depth + 1
    together = np.unique(place, return_inverse=True)[1]
    whole = np.bincount(together, part)[together]
    even = 1 / np.bincount(together)[together]
    return np.asarray(np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), even))


def _routes(pairs: NDArray[np.int64], endpoints: tuple[Endpoint, ...]) -> tuple[Route, ...]:
    count = len(endpoints) + 1
    return tuple(
        Route(endpoints[pair // count], endpoints[pair % count - 1] if pair % count else None)
        for pair in pairs.tolist()
    )


def _kept(name: str, values: NDArray[np.generic]) -> NDArray[np.generic]:
    """A column in the type in which it is kept, also where empty, so that loops compile once."""
    sort = Exposures.__annotations__[name]
    kept = np.uint32 if sort is Rows else np.int32 if sort is Codes else np.float32
    return np.ascontiguousarray(values, dtype=kept)


def _combinations(
    requirement: Codes, link_start: Codes, route: NDArray[np.int64]
) -> tuple[tuple[Combination, ...], Codes]:
    """The combinations of routes that use cases need, and the place of each use case's."""
    places: dict[Combination, int] = {}
    found = np.full(len(requirement), -1, dtype=np.int32)
    several = np.diff(link_start) > 1
    for case in np.flatnonzero((requirement != SHARED) & several):
        members = route[link_start[case] : link_start[case + 1]]
        one = Combination(REQUIREMENTS[requirement[case]], tuple(int(place) for place in members))
        found[case] = places.setdefault(one, len(places))
    ordered = sorted(places, key=lambda one: (REQUIREMENTS.index(one.requirement), one.routes))
    # The last place is for -1.
    renumbered = np.full(len(places) + 1, -1, dtype=np.int32)
    for number, one in enumerate(ordered):
        renumbered[places[one]] = number
    return tuple(ordered), renumbered[found]


def _delays(columns: Columns) -> tuple[tuple[Delay, ...], Codes]:
    """The distinct delays, and the place of each dependency's.

    A test speaks for a tested fallback alone, or where nobody said which there is; its age counts
    in whole weeks. So there are few delays, however many tests there were.
    """
    links = columns.dependencies
    tested = (links.fallback == TESTED) | (links.fallback < 0)
    table = np.column_stack(
        [
            columns.cases.buffer_hours[links.case] / 24,
            np.where(tested, 7 * np.rint(links.fallback_age / 7), np.nan),
            np.where(tested, links.takeover, np.nan),
        ]
    ).astype(np.float64)
    # One value stands for all that are not stated, so that they are alike, and before all others.
    coded = np.vstack([np.full(3, -1.0), np.where(np.isnan(table), -1.0, table)])
    code = np.zeros(len(coded), dtype=np.int64)
    for column in coded.T:
        values, place = np.unique(column, return_inverse=True)
        code = np.unique(code * len(values) + place, return_inverse=True)[1]
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    rows = np.where(coded[first] < 0, np.nan, coded[first])
    return tuple(Delay(*map(float, row)) for row in rows), place[1:].astype(np.int32)
