"""Variants: use cases with one dependency changed each, as startups of one book.

A variant keeps the row keys of what it was made of, so that every draw of what is unknown is the
same: the difference to staying is the change's doing alone. Any number of them is valued in one
call, on one ground that knows the routes and delays they need.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import CapacityClass, Dependency
from risk.loss.columns import DEPTHS, FALLBACKS, legal_code
from risk.loss.exposures import LEVELS, Book, Combination, Delay, Exposures, Route
from risk.loss.valuing import WorldTables, world_tables_of
from risk.loss.worlds import WORLDS, worlds_of

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Columns of a dependency that a change may set, beside its route and delay.
CHANGED = ("fallback", "depth", "legal", "promised", "outlives", "reserved")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What options are valued with: ``count`` worlds, or one with everything in the middle.

    ``before_signals`` are rates of winding down before signals: see
    :func:`risk.loss.hazards.hazards_of`.
    """

    catalog: Catalog
    assumptions: Assumptions
    today: date
    before_signals: Mapping[str, float] = field(default_factory=dict)
    count: int = WORLDS
    drawn: bool = True


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Dependencies of a book as they would be, (variants,) each.

    ``link`` is the row of the dependency among the book's, ``endpoint`` and ``backup`` are places
    among ``endpoints`` (-1: no backup that anybody named). ``codes`` (variants, 6) are what
    :data:`CHANGED` become. ``untried`` is True where what was tested of the fallback does not move
    along, ``tried_today`` where it is tested on the day of the answer (None: nowhere).
    """

    link: Integers
    endpoint: Integers
    backup: Integers
    codes: Array
    untried: NDArray[np.bool_]
    endpoints: tuple[Endpoint, ...]
    tried_today: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.link)


def codes_of(after: Dependency) -> tuple[float, ...]:
    """:data:`CHANGED` of a record as columns hold them."""
    return (
        -1 if after.fallback is None else FALLBACKS.index(after.fallback),
        -1 if after.depth is None else DEPTHS.index(after.depth),
        legal_code(after),
        after.provider_notice_days or 0.0,
        int(bool(after.escrow or after.step_in)),
        int(after.fallback_capacity is CapacityClass.RESERVED),
    )


@dataclass(frozen=True, kw_only=True)
class Variants:
    """Use cases of ``base`` with one dependency changed each, (variants,).

    ``startup`` and ``case`` are rows of ``base``; ``route``, ``delay`` and ``combination`` codes of
    ``book``, whose exposures hold every signature once. ``elsewhere`` is True where another model
    or host is called, of which nobody has begun to take leave.
    """

    base: Exposures
    changes: Changes
    startup: Integers
    case: Integers
    route: Integers
    delay: Integers
    combination: Integers
    elsewhere: NDArray[np.bool_]
    book: Book

    def __len__(self) -> int:
        return len(self.changes)

    def taken(self, own: Integers) -> tuple[Exposures, Integers]:
        """Some variants as startups, and the row of the dependency that each changes."""
        firm, case = self.startup[own], self.case[own]
        size = np.diff(self.base.link_start)[case]
        link_start = np.concatenate([[0], np.cumsum(size)])
        links = np.repeat(self.base.link_start[case] - link_start[:-1], size)
        links = links + np.arange(len(links))
        rows = {"startup": firm, "case": case, "link": links}
        found: dict[str, Any] = {
            name: getattr(self.base, name)[rows[level]]
            for level, names in LEVELS.items()
            for name in names
        }
        at = link_start[:-1] + self.changes.link[own] - self.base.link_start[case]
        for name, codes in zip(CHANGED, self.changes.codes[own].T, strict=True):
            found[name][at] = codes
        found["route"][at], found["delay"][at] = self.route[own], self.delay[own]
        found["begun"][at[self.elsewhere[own]]] = -1
        found["combination"] = self.combination[own].astype(np.int32)
        one = replace(
            self.base,
            **found,
            case_start=np.arange(len(firm) + 1, dtype=np.int32),
            link_start=link_start.astype(np.int32),
        )
        return one, at.astype(np.int64)


def owners_of(exposures: Exposures) -> tuple[Integers, Integers]:
    """The use case and the startup of every dependency, (dependencies,) each."""
    case = np.repeat(np.arange(len(exposures.case_row)), np.diff(exposures.link_start))
    startup = np.repeat(np.arange(len(exposures)), np.diff(exposures.case_start))
    return case, startup[case]


def variants_of(book: Book, changes: Changes, *, also: Sequence[Route] = ()) -> Variants:
    """The variants that changes make of a book; ``also`` are routes that the ground shall know."""
    base = book.exposures
    case_of, startup_of = owners_of(base)
    case = case_of[changes.link]
    routes, route = _routes(book, changes)
    delays, delay = _delays(book, changes)
    routes += tuple(one for one in dict.fromkeys(also) if one not in set(routes))
    combinations, combination = _combinations(book, changes, case, route)
    named = (one for each in routes for one in (each.endpoint, each.backup) if one is not None)
    known = replace(
        book,
        routes=routes,
        delays=delays,
        combinations=combinations,
        endpoints=tuple(dict.fromkeys([*book.endpoints, *changes.endpoints, *named])),
    )
    found = Variants(
        base=base,
        changes=changes,
        startup=startup_of[changes.link],
        case=case,
        route=route,
        delay=delay,
        combination=combination,
        elsewhere=np.array(
            [
                book.routes[before].endpoint != changes.endpoints[after]
                for before, after in zip(
                    base.route[changes.link].tolist(), changes.endpoint.tolist(), strict=True
                )
            ],
            dtype=np.bool_,
        ),
        book=known,
    )
    return replace(found, book=replace(known, exposures=_signatures(found)))


def _routes(book: Book, changes: Changes) -> tuple[tuple[Route, ...], Integers]:
    """The book's routes, then those that changes need; and the code of every change's."""
    place = {one: number for number, one in enumerate(book.routes)}
    count = len(changes.endpoints) + 1
    pairs, of = np.unique(changes.endpoint * count + changes.backup + 1, return_inverse=True)
    codes = []
    for pair in pairs.tolist():
        backup = changes.endpoints[pair % count - 1] if pair % count else None
        codes.append(place.setdefault(Route(changes.endpoints[pair // count], backup), len(place)))
    return tuple(place), np.array(codes, dtype=np.int64)[of.ravel()]


def _delays(book: Book, changes: Changes) -> tuple[tuple[Delay, ...], Integers]:
    """The book's delays, those of which nothing was tried or all is fresh; every change's code."""
    old = book.exposures.delay[changes.link].astype(np.int64)
    found, new = list(book.delays), old.copy()
    for one in np.unique(old[changes.untried]).tolist():
        new[changes.untried & (old == one)] = len(found)
        found.append(Delay(book.delays[one].buffer, float("nan"), float("nan")))
    if changes.tried_today is not None:
        for one in np.unique(old[changes.tried_today]).tolist():
            new[changes.tried_today & (old == one)] = len(found)
            found.append(replace(book.delays[one], fallback_age=0.0))
    return tuple(found), new


def _combinations(
    book: Book, changes: Changes, case: Integers, route: Integers
) -> tuple[tuple[Combination, ...], Integers]:
    """Combinations with one route changed, after the book's; and the code of every change's."""
    base = book.exposures
    found = base.combination[case].astype(np.int64)
    place = {one: number for number, one in enumerate(book.combinations)}
    member = changes.link - base.link_start[case]
    for row in np.flatnonzero(found >= 0).tolist():
        old = book.combinations[found[row]]
        routes = list(old.routes)
        routes[int(member[row])] = int(route[row])
        one = Combination(old.requirement, tuple(routes))
        found[row] = place.setdefault(one, len(place))
    return tuple(place), found


def _signatures(variants: Variants) -> Exposures:
    """One dependency for every (country, route, delay, fallback) that occurs, as startups."""
    base, changes = variants.base, variants.changes
    _, startup = owners_of(base)
    # What no variant touches stays beside what is changed: all of those use cases are valued.
    country = np.concatenate([base.country[startup], base.country[variants.startup]])
    columns = {
        "country": country,
        "route": np.concatenate([base.route, variants.route]),
        "delay": np.concatenate([base.delay, variants.delay]),
        "fallback": np.concatenate([base.fallback, changes.codes[:, 0].astype(np.int64)]),
    }
    one = np.unique(np.column_stack(list(columns.values())), axis=0).astype(np.int32)
    edges = np.arange(len(one) + 1, dtype=np.int32)
    filled: dict[str, Any] = {
        name: np.zeros(len(one), dtype=getattr(base, name).dtype)
        for names in LEVELS.values()
        for name in names
    }
    filled |= dict(zip(columns, np.ascontiguousarray(one.T), strict=True))
    filled["combination"] = np.full(len(one), -1, dtype=np.int32)
    return Exposures(**filled, case_start=edges, link_start=edges)


def world_tables_for(book: Book, setting: Setting) -> WorldTables:
    """The ground on which a book is valued in a setting."""
    worlds = worlds_of(
        book,
        setting.catalog,
        setting.assumptions,
        today=setting.today,
        count=setting.count if setting.drawn else 1,
        before_signals=setting.before_signals,
        **dict.fromkeys(("judgement", "rates", "facts"), setting.drawn),
    )
    return world_tables_of(book, worlds)
