"""The lead developer: how long leaving it takes, and how long the money lasts once it has gone.

Cash is a Brownian motion that drifts by the burn, without new money, and the chance that it runs
out is that of first passage. After the wind-down what it costs at once is gone, and the margin of
customers who left adds to the burn of every month, for as long as one asks: nothing here hangs on
the horizon at which churn is valued. Where cash or burn is unknown every figure is NaN.
docs/method.md §3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import erfc
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import UNSPECIFIED
from risk.hazard.supply_chain import developer_node
from risk.loss import draws, formulas, lines, startups
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures, Route
from risk.loss.formulas import DAYS_PER_MONTH, churned
from risk.loss.hazards import Hazards
from risk.loss.lines import leaving_of
from risk.loss.priors import CRITICALITY
from risk.loss.startup_years import Links, links_of
from risk.loss.startups import (
    DAYS_OTHER,
    FIRM,
    TERMS,
    World,
    critical_of,
    fill_line,
    firm_of,
    line_at,
    lines_in,
)
from risk.loss.tables import Tables
from risk.loss.uncertainty import Range, range_of
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]
Codes = NDArray[np.int32]

#: How far ahead the chance to run out of cash looks.
MONTHS_AHEAD = 12.0
#: A runway beyond this many months is stated as none: the company hardly burns money.
LONGEST_RUNWAY_MONTHS = 1e6
#: A firm that hardly burns money counts as having so many months, until all are told.
MOST_MONTHS = 1e9
#: Nothing interrupted costs more than a year's margin at once.
YEAR_DAYS = 365.0
#: Ways of being hit that are gone through one by one; further bundles of links count at their mean.
MOST_WAYS = 4_096


def log_normal_below(z: float) -> float:
    """Ln Φ(z), by its series where Φ is too small for a number."""
    if z > -20.0:
        return float(np.log(0.5 * erfc(-z / np.sqrt(2.0))))
    small = 1.0 / (z * z)
    series = 1.0 - small * (1.0 - small * (3.0 - 15.0 * small))
    return float(-z * z / 2.0 - np.log(-z) - 0.5 * np.log(2.0 * np.pi) + np.log(series))


def months_left(cash: float, burn: float) -> float:
    """Months until the cash is gone; very many if nothing is burnt."""
    if cash <= 0.0:
        return 0.0
    return min(MOST_MONTHS, cash / burn) if burn > 0.0 else MOST_MONTHS


def chance_of_cash_out(cash: float, burn: float, volatility: float, months: float) -> float:
    """The chance that cash reaches zero in so many months: a step where nothing varies."""
    if cash <= 0.0:
        return 1.0
    if volatility <= 0.0:
        return 1.0 if months_left(cash, burn) <= months else 0.0
    spread = volatility * np.sqrt(months)
    drift = burn * months
    first = np.exp(log_normal_below((drift - cash) / spread))
    second = log_normal_below((-cash - drift) / spread)
    second += 2.0 * burn * cash / (volatility * volatility)
    return float(min(1.0, first + np.exp(min(0.0, second))))


class Reached(NamedTuple):
    """Room for how one event reaches a startup, bundle by bundle of links.

    ``bundle`` and ``offset`` (bundles,) say which they are and where their ways begin among
    ``spent``, ``gone`` and ``lost`` (ways,): USD at once, USD of margin a month that left for
    good, and days of service. ``way`` (bundles,) counts through them.
    """

    bundle: Any
    offset: Any
    way: Any
    spent: Any
    gone: Any
    lost: Any


def clear_way(way: int, scratch: Reached) -> None:
    """Nothing happens in a way yet."""
    scratch.spent[way], scratch.gone[way], scratch.lost[way] = 0.0, 0.0, 0.0


def bundle_place(bundle: int, held: Any, links: Links, scratch: Reached) -> Any:
    """Where a bundle's ways lie in the room, and how many bundles and ways are in it then."""
    count, ways = held
    for place in range(count):
        if scratch.bundle[place] == bundle:
            return scratch.offset[place], count, ways
    scratch.bundle[count], scratch.offset[count] = bundle, ways
    more = links.first[bundle + 1] - links.first[bundle]
    for code in range(more):
        clear_way(ways + code, scratch)
    return ways, count + 1, ways + more


def reach_line(
    line: int,
    event: int,
    members: int,
    margin: float,
    held: Any,
    terms: Any,
    scratch: Reached,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """Add what an event costs a line in each of its ways; bundles and ways in the room then."""
    states = tables.lasting
    down = states.severity, states.backup
    for entry in range(links.start[line], links.start[line + 1]):
        bundle = links.bundle[entry]
        if links.event[bundle] != event:
            continue
        at, count, ways = bundle_place(bundle, held, links, scratch)
        held = count, ways
        for code in range(links.first[bundle + 1] - links.first[bundle]):
            state = links.state[links.place[entry] + code]
            if state < 0:
                continue
            lost, unlike, cost, _ = leaving_of(
                event, states.member[state], down, terms, members, tables.any_suffices[line], world
            )
            scratch.spent[at + code] += margin * min(lost + unlike, YEAR_DAYS) + cost
            scratch.gone[at + code] += margin * DAYS_PER_MONTH * churned(lost, world.churn)
    return held


def in_event(line: int, event: int, links: Links) -> bool:
    """Whether an event reaches a line in any way."""
    for entry in range(links.start[line], links.start[line + 1]):
        if links.event[links.bundle[entry]] == event:
            return True
    return False


def reach_startup(
    chunk: Any,
    i: int,
    event: int,
    lead: int,
    of_route: Any,
    space: Any,
    scratch: Reached,
    world: World,
    tables: Tables,
    links: Links,
) -> Any:
    """How an event reaches a startup, into the room; returns how many bundles do.

    And the days that taking the largest dependency on the lead developer elsewhere takes.
    """
    terms, firm, margin = space
    held, most, days = (0, 0), -1.0, np.nan
    firm_of(chunk, i, world, firm)
    for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
        critical = critical_of(chunk, case, world)
        for place in range(lines_in(chunk, case)):
            line, first, members = line_at(chunk, case, place, tables.number.shape[0])
            if members == 1 and of_route[line] != lead and not in_event(line, event, links):
                continue
            fill_line(chunk, case, first, members, firm, critical, world, terms, margin)
            for m in range(members):
                carried = critical[0] * (chunk.weight[case] * chunk.share[first + m])
                if of_route[chunk.route[first + m]] == lead and carried > most:
                    most, days = carried, terms[m, DAYS_OTHER]
            lost = max(0.0, margin[0])
            held = reach_line(
                line, event, members, lost, held, terms, scratch, world, tables, links
            )
    return held[0], days


def money_left(
    cash: float,
    burn: float,
    volatility: float,
    months: float,
    before: float,
    count: int,
    most: int,
    scratch: Reached,
    links: Any,
) -> Any:
    """Mean months left, chance of running out and longest days lost, over the ways of an event.

    Bundles of links (``count``) pass it on independently of each other, as in the startup's own
    year; those beyond ``most`` ways count at their mean. ``before`` is the chance without it.
    """
    spent, gone, lost, ways, taken = 0.0, 0.0, 0.0, 1, 0
    for place in range(count):
        bundle = scratch.bundle[place]
        size = links.first[bundle + 1] - links.first[bundle]
        if ways * size <= most:
            ways *= size
            scratch.bundle[taken], scratch.offset[taken] = bundle, scratch.offset[place]
            scratch.way[taken] = 0
            taken += 1
        else:
            usual = 0.0
            for code in range(size):
                chance = links.chance[links.first[bundle] + code]
                spent += chance * scratch.spent[scratch.offset[place] + code]
                gone += chance * scratch.gone[scratch.offset[place] + code]
                usual += chance * scratch.lost[scratch.offset[place] + code]
            lost = max(lost, usual)
    left, chance_out, days, total = 0.0, 0.0, 0.0, 0.0
    for _ in range(ways):
        chance, paid, faster, longest = 1.0, spent, gone, lost
        for place in range(taken):
            code = scratch.way[place]
            chance *= links.chance[links.first[scratch.bundle[place]] + code]
            paid += scratch.spent[scratch.offset[place] + code]
            faster += scratch.gone[scratch.offset[place] + code]
            longest = max(longest, scratch.lost[scratch.offset[place] + code])
        total += chance
        days += chance * longest
        if chance > 0.0:
            left += chance * months_left(cash - paid, burn + faster)
            out = before
            if paid > 0.0 or faster > 0.0:
                out = chance_of_cash_out(cash - paid, burn + faster, volatility, months)
            chance_out += chance * out
        for place in range(taken):
            bundle = scratch.bundle[place]
            scratch.way[place] += 1
            if scratch.way[place] < links.first[bundle + 1] - links.first[bundle]:
                break
            scratch.way[place] = 0
    total = max(total, 1e-300)
    return left / total, min(1.0, chance_out / total), days / total


def all_money(
    chunk: Any,
    leads: Any,
    volatility: float,
    months: float,
    before: Any,
    space: Any,
    scratch: Reached,
    world: World,
    tables: Tables,
    links: Links,
    found: Any,
) -> None:
    """Months left and chances of running out after the lead's wind-down, in one world.

    And days to switch, (startups,) each. ``leads`` are each one's lead developer (-1: none), that
    one's wind-down (-1: none), and whom each route leads to; ``volatility`` is a month's deviation
    as a share of burn, ``before`` (startups, 2) what :func:`all_before` says.
    """
    left, chance, days = found
    lead, event, of_route = leads
    for i in range(len(chunk.row)):
        cash, burn = chunk.cash[i], chunk.burn[i]
        left[i], chance[i] = before[i, 0], before[i, 1]
        unknown = np.isnan(left[i])
        count = 0
        if lead[i] >= 0:
            ends = -1 if unknown else event[i]
            count, days[i] = reach_startup(
                *(chunk, i, ends, lead[i], of_route, space, scratch, world, tables, links)
            )
        if count > 0 and not unknown:
            varies = volatility * burn
            left[i], chance[i], _ = money_left(
                cash, burn, varies, months, before[i, 1], count, MOST_WAYS, scratch, links
            )


def all_before(cash: Any, burn: Any, volatility: float, months: float, found: Any) -> None:
    """Months left and chances of running out before anything happens, (startups, 2)."""
    for i in range(len(cash)):
        found[i, 0], found[i, 1] = np.nan, np.nan
        if not (np.isnan(cash[i]) or np.isnan(burn[i])):
            found[i, 0] = months_left(cash[i], burn[i])
            found[i, 1] = chance_of_cash_out(cash[i], burn[i], volatility * burn[i], months)


@cache
def fast_before() -> Any:
    """The compiled :func:`all_before`."""
    return compiled(all_before, log_normal_below, months_left, chance_of_cash_out)


#: What :func:`all_money` calls.
STEPS = (
    *(*draws.STEPS, *formulas.STEPS, *startups.STEPS, *lines.STEPS),
    *(log_normal_below, months_left, chance_of_cash_out, clear_way, bundle_place, reach_line),
    *(in_event, reach_startup, money_left),
)


@dataclass(frozen=True, kw_only=True)
class Leads:
    """Developers behind a portfolio, and whom each route leads to.

    ``names`` are sorted; ``of_route`` (routes,) is the place of each route's, ``named`` (names,)
    whether somebody said who it is, ``wind_down`` (names,) the disruption in which it ends (-1:
    none is known).
    """

    names: tuple[str, ...]
    of_route: Codes
    named: NDArray[np.bool_]
    wind_down: Codes


def leads_of(routes: Sequence[Route], hazards: Hazards) -> Leads:
    """The developers behind some routes."""
    services = [one.endpoint.service for one in routes]
    names = tuple(sorted({developer_node(one) for one in services}))
    unnamed = {developer_node(one) for one in services if one.developer in (None, UNSPECIFIED)}
    ends: dict[str, int] = {}
    for place in np.flatnonzero(hazards.are(FailureKind.WIND_DOWN)).tolist():
        root = hazards.events[place].root
        if root not in ends or hazards.rate[place] > hazards.rate[ends[root]]:
            ends[root] = place
    return Leads(
        names=names,
        of_route=np.array([names.index(developer_node(one)) for one in services], dtype=np.int32),
        named=np.array([one not in unnamed for one in names], dtype=bool),
        wind_down=np.array([ends.get(one, -1) for one in names], dtype=np.int32),
    )


def lead_developers(one: Exposures, leads: Leads, assumptions: Assumptions) -> Codes:
    """The developer that carries most of each startup's margin, a place in ``leads`` (-1: none).

    Of developers that carry the same, one that somebody named comes first, then whichever the
    register lists first.
    """
    level = np.array([getattr(assumptions, f"criticality_{step}") for step in range(1, 6)])
    usual = sum(chance * level[code - 1] for code, chance in CRITICALITY.items())
    usual /= sum(CRITICALITY.values())
    stated = one.criticality > 0
    critical = np.where(stated, level[np.maximum(one.criticality, 1) - 1], usual)
    case = np.repeat(np.arange(len(one.case_row)), np.diff(one.link_start))
    owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))[case]
    developer = leads.of_route[one.route]
    carried = critical[case] * one.weight[case] * one.share
    code = owner * max(len(leads.names), 1) + developer
    pairs, first, place = np.unique(code, return_index=True, return_inverse=True)
    weight = np.round(np.bincount(place, carried, minlength=len(pairs)), 6)
    owners, developers = np.divmod(pairs, max(len(leads.names), 1))
    order = np.lexsort((-first, leads.named[developers], weight, owners))
    found = np.full(len(one), -1, dtype=np.int32)
    # The last of each startup's is the largest: what is written last stays.
    found[owners[order]] = developers[order]
    return found


@dataclass(frozen=True, kw_only=True)
class Money:
    """Months left and chances of running out within a year, (startups,); NaN: cash is unknown.

    Months are infinite for who hardly burns money. What is so before is known; what is so after has
    a range over the worlds. ``lead`` is a place among the developers, -1 for none, ``days`` how
    long leaving it takes (NaN: none); ``newly`` (worlds, startups) says who is likelier than not to
    run out after, and was not before.
    """

    lead: Codes
    days: Range
    months: Array
    months_after: Range
    chance: Array
    chance_after: Range
    newly: NDArray[np.bool_]


def money_of(
    one: Exposures, world_tables: WorldTables, leads: Leads, assumptions: Assumptions
) -> Money:
    """The money of startups in all worlds, before and after the wind-down of the lead developer."""
    left, chance = (
        np.zeros((world_tables.count, len(one))),
        np.zeros((world_tables.count, len(one))),
    )
    days, before = np.full(left.shape, np.nan), np.zeros((len(one), 2))
    fast_before()(one.cash, one.burn, assumptions.burn_volatility, MONTHS_AHEAD, before)
    lead = lead_developers(one, leads, assumptions)
    event = np.where(lead < 0, -1, leads.wind_down[lead]) if len(leads.names) else lead
    loop = compiled(all_money, *STEPS)
    most = int(np.diff(one.link_start).max(initial=0)) + 1
    space, scratch = (np.zeros((most, TERMS)), np.zeros(FIRM), np.zeros(2)), _room(world_tables)
    for k in range(world_tables.count):
        loop(
            *(one.chunk(k), (lead, event.astype(np.int32), leads.of_route)),
            *(assumptions.burn_volatility, MONTHS_AHEAD, before),
            *(
                space,
                scratch,
                world_tables.worlds.at(k),
                world_tables.table(k),
                links_of(world_tables, k),
            ),
            (left[k], chance[k], days[k]),
        )
    limit = assumptions.cash_out_limit
    return Money(
        lead=lead,
        days=_range(days),
        months=_told(before[:, 0]),
        months_after=_range(left, months=True),
        chance=before[:, 1].copy(),
        chance_after=_range(chance),
        newly=(chance > limit) & ~(before[:, 1] > limit),
    )


def _room(world_tables: WorldTables) -> Reached:
    """Room for the event that comes in most bundles, and for that with most ways."""
    ways = world_tables.worlds.laws.ways
    bundles = np.bincount(ways.event, minlength=1)
    codes = np.bincount(ways.event, np.diff(ways.first), minlength=1)
    most, all_ways = int(bundles.max(initial=0)) + 1, int(codes.max(initial=0)) + 1
    return Reached(
        bundle=np.zeros(most, dtype=np.int64),
        offset=np.zeros(most, dtype=np.int64),
        way=np.zeros(most, dtype=np.int64),
        spent=np.zeros(all_ways),
        gone=np.zeros(all_ways),
        lost=np.zeros(all_ways),
    )


def _told(months: Array) -> Array:
    return np.where(months < LONGEST_RUNWAY_MONTHS, months, np.where(months >= 0, np.inf, np.nan))


def _range(values: Array, *, months: bool = False) -> Range:
    """The range over worlds of (worlds, startups); what is unknown stays so."""
    found = range_of(values[:, :, None])
    if not months:
        return found
    return Range(low=_told(found.low), median=_told(found.median), high=_told(found.high))
