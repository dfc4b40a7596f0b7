"""Components of one disruption's loss, for each startup of a chunk in one world.

The formulas are those of the kernel (:mod:`risk.loss.lines`), taken apart: interruption, churn,
worse quality, the switch and the price. Parts are expected values with the means of facts in which
a loss is linear, so that they add up to the kernel's mean column; the loss by drawn facts is that
of its last. What a line loses by some day is the same with everything that builds up cut off there.
docs/method.md §3, §9.
"""

from typing import Any, NamedTuple

import numpy as np

from risk.loss import draws, formulas, lines, startups
from risk.loss.formulas import (
    DAYS_PER_MONTH,
    DEARER_MONTHS,
    HORIZON,
    OUTLIVING,
    PRICE_DAYS,
    RECAPTURE,
    RISE,
    business_days,
    churned,
)
from risk.loss.lines import RETIREMENT, WIND_DOWN, felt_of, notice_of
from risk.loss.runway import (
    YEAR_DAYS,
    Reached,
    chance_of_cash_out,
    clear_way,
    log_normal_below,
    money_left,
    months_left,
)
from risk.loss.startups import (
    COST_ALONE,
    COST_OTHER,
    DAYS_OTHER,
    OUTLIVES,
    PROFILE,
    PROMISE,
    RESERVED,
    SPENDING,
    SPENDING_MEAN,
    STRANDED,
    UNLIKE_OTHER,
    World,
    critical_of,
    fill_line,
    firm_of,
    line_at,
    lines_in,
)

#: How a disruption costs: it passes, everything gets dearer, or the service does not come back.
PASSING, DEARER, ENDING = range(3)
#: What is told of a startup in a world: the loss by drawn facts, the parts of its mean, the mean
#: if nobody queued, what leaving costs in any case, the chance of being hit, and whether its cash
#: may run out at all, of which the chance is told where more is asked: see :data:`WHOLE`.
LOSS, INTERRUPTION, CHURN, QUALITY, SWITCHING, PRICE, ALONE, MOVING, HIT, CHANCE = range(10)
PARTS = 5
#: What is told over all worlds: the mean of each of these, but for the loss by drawn facts, of
#: which there are the 10 % point, the median and the 90 % point.
LOW, MEDIAN, HIGH = range(10, 13)
MONEY = 13
#: Where all is asked, also days of service lost, the day by which it has switched (-1: it waits)
#: with the queue and without, the longest wait and the months that its cash lasts. Of months and
#: of the chance that it runs out the median is told, of days that of worlds in which they come.
LOST, DAY, ALONE_DAY, WAIT, MONTHS = range(13, 18)
WHOLE = 18
#: What one line loses in one state: as above up to MOVING, then days of service lost, whether it
#: switches and when, cash that goes at once and margin a month that goes for good.
LINE_LOST, HAS_MOVED, GATE, ALONE_GATE, WAITED, SPENT, GONE = range(8, 15)
OF_LINE = 15
#: What is told of a dependency, all but the first weighed by it: the chance of being hit, the days
#: that switching takes with the queue and without, the notice, days until its backup takes over
#: and until anybody feels it, the part that its backup carries and that escrow keeps, whether it
#: moves, the share of service lost and, times that share, the spend in USD a month.
LINK_CHANCE, LINK_SWITCH, LINK_ALONE, LINK_NOTICE, LINK_FAILOVER, LINK_BUFFER = range(6)
LINK_CARRIED, LINK_KEPT, LINK_MOVED, LINK_SEVERITY, LINK_SPEND = range(6, 11)
OF_LINK = 11
#: Ways of being hit that are gone through one by one; further bundles of links count at their mean.
MOST_WAYS = 16


class Strike(NamedTuple):
    """One disruption in one world, as the loops read it.

    A line is hit in the ways from ``start[line]`` to ``start[line + 1]``: by which ``bundle`` of
    links, in which combination of them (``way``), and the ``state`` that this leads to. ``first``
    and ``chance`` say how likely each combination is (:class:`risk.loss.laws.Ways`). ``member``
    (states + 1,), ``severity`` and ``backup`` are those of states. ``sort`` is how it costs,
    ``days`` how long it lasts, ``queue`` how long one waits elsewhere, ``quality_days`` how long a
    worse replacement is felt.
    """

    start: Any
    bundle: Any
    way: Any
    state: Any
    first: Any
    chance: Any
    member: Any
    severity: Any
    backup: Any
    any_suffices: Any
    routes: int
    sort: int
    days: float
    queue: float
    quality_days: float


class Scratch(NamedTuple):
    """Where the loops write: terms (dependencies, …), margin, firm, a line, ways of being hit.

    ``reached`` are the bundles of links by which a startup is, ``seen`` (bundles,) says by whom
    each was last, ``hit`` (ways,) which ways do anything.
    """

    terms: Any
    margin: Any
    firm: Any
    line: Any
    reached: Reached
    seen: Any
    hit: Any


def built_up(elapsed: float, days: float) -> float:
    """The share of what is spread evenly over some days that has come by now."""
    if days <= 0.0 or elapsed >= days:
        return 1.0
    return elapsed / days


def add_business(
    lost: float, kept: float, quality: float, margin: float, world: World, found: Any
) -> None:
    """Add what an interruption costs, cause by cause, scaled down together to a year's margin."""
    horizon = world.numbers[HORIZON]
    interruption = lost * kept
    churn = churned(lost, world.churn) * horizon
    whole = interruption + churn + quality
    scale = margin * min(1.0, horizon / whole) if whole > 0.0 else 0.0
    found[INTERRUPTION] += interruption * scale
    found[CHURN] += churn * scale
    found[QUALITY] += quality * scale


def ending_line(
    at: int,
    elapsed: float,
    queue: float,
    terms: Any,
    count: int,
    any_suffices: bool,
    margin: Any,
    world: World,
    strike: Strike,
    found: Any,
) -> None:
    """What a line has lost some days after its service ended for good, into ``found``."""
    kind, numbers = world.kind[0], world.numbers
    same = 1 if kind == RETIREMENT else 0
    lost, unlike, once, dearer, dearer_mean = -1.0, 0.0, 0.0, 0.0, 0.0
    for m in range(count):
        if strike.severity[at + m] <= 0.0:
            continue
        severity, notice = strike.severity[at + m], notice_of(0, terms, m, world)
        if kind == WIND_DOWN and terms[m, OUTLIVES] > 0.0:
            severity *= 1.0 - numbers[OUTLIVING]
        wait = 0.0 if terms[m, RESERVED] > 0.0 else queue
        until = max(0.0, terms[m, DAYS_OTHER + same] + wait - notice)
        felt = felt_of(min(until, elapsed), severity, strike.backup[at + m], terms, m, world)
        if lost < 0.0:
            lost = felt
        lost = min(lost, felt) if any_suffices else max(lost, felt)
        unlike = max(unlike, terms[m, UNLIKE_OTHER + same])
        once += terms[m, COST_OTHER + same]
        dearer += numbers[DEARER_MONTHS] * terms[m, SPENDING]
        dearer_mean += numbers[DEARER_MONTHS] * terms[m, SPENDING_MEAN]
        found[GATE] = max(found[GATE], until)
        found[WAITED] = max(found[WAITED], wait)
        alone = max(0.0, terms[m, DAYS_OTHER + same] - notice)
        found[ALONE_GATE] = max(found[ALONE_GATE], alone)
    # In a world in which nothing of it is down, nothing is lost.
    lost = max(lost, 0.0)
    quality = unlike * built_up(elapsed, strike.quality_days)
    later = built_up(elapsed, numbers[PRICE_DAYS])
    add_business(lost, 1.0, quality, margin[1], world, found)
    found[SWITCHING] = once
    found[PRICE] = dearer_mean * later
    days = business_days(lost, 1.0, quality, numbers, world.churn)
    found[LOSS] = margin[0] * days + once + dearer * later
    found[MOVING] = margin[1] * min(unlike, numbers[HORIZON]) + once + dearer_mean
    found[LINE_LOST] = lost
    found[HAS_MOVED] = 1.0
    found[SPENT] = max(0.0, margin[0]) * min(lost + unlike, YEAR_DAYS) + once + dearer
    found[GONE] = max(0.0, margin[0]) * DAYS_PER_MONTH * churned(lost, world.churn)


def passing_line(
    at: int,
    elapsed: float,
    queue: float,
    terms: Any,
    count: int,
    any_suffices: bool,
    margin: Any,
    world: World,
    strike: Strike,
    found: Any,
) -> None:
    """What a line has lost some days into an outage, waiting or leaving, whichever is cheaper."""
    numbers, days = world.numbers, min(strike.days, elapsed)
    stay, move, unlike, once, once_mean = -1.0, -1.0, 0.0, 0.0, 0.0
    dearer, dearer_mean = 0.0, 0.0
    for m in range(count):
        if strike.severity[at + m] <= 0.0:
            continue
        severity, backup = strike.severity[at + m], strike.backup[at + m]
        wait = 0.0 if terms[m, RESERVED] > 0.0 else queue
        until = terms[m, DAYS_OTHER] + wait
        waited = felt_of(days, severity, backup, terms, m, world)
        left = felt_of(min(days, until), severity, backup, terms, m, world)
        if stay < 0.0:
            stay, move = waited, left
        stay = min(stay, waited) if any_suffices else max(stay, waited)
        move = min(move, left) if any_suffices else max(move, left)
        unlike = max(unlike, terms[m, UNLIKE_OTHER])
        once += terms[m, COST_OTHER] + terms[m, STRANDED] * terms[m, SPENDING]
        once_mean += terms[m, COST_OTHER] + terms[m, STRANDED] * terms[m, SPENDING_MEAN]
        dearer += numbers[DEARER_MONTHS] * terms[m, SPENDING]
        dearer_mean += numbers[DEARER_MONTHS] * terms[m, SPENDING_MEAN]
        found[GATE] = max(found[GATE], until)
        found[WAITED] = max(found[WAITED], wait)
        found[ALONE_GATE] = max(found[ALONE_GATE], terms[m, DAYS_OTHER])
    stay, move = max(stay, 0.0), max(move, 0.0)
    kept = 1.0 - numbers[RECAPTURE]
    waiting = business_days(stay, kept, 0.0, numbers, world.churn)
    leaving = business_days(move, kept, unlike, numbers, world.churn)
    if margin[1] * waiting <= margin[1] * leaving + once_mean + dearer_mean:
        add_business(stay, kept, 0.0, margin[1], world, found)
    else:
        add_business(move, kept, unlike, margin[1], world, found)
        found[SWITCHING], found[PRICE] = once_mean, dearer_mean
    drawn = max(0.0, margin[0])
    found[LOSS], found[LINE_LOST] = margin[0] * waiting, stay
    found[SPENT] = drawn * min(stay * kept, YEAR_DAYS)
    if margin[0] * leaving + once + dearer < margin[0] * waiting:
        found[LOSS], found[LINE_LOST] = margin[0] * leaving + once + dearer, move
        found[SPENT] = drawn * min(move * kept + unlike, YEAR_DAYS) + once + dearer
        found[HAS_MOVED] = 1.0
    found[MOVING] = margin[1] * min(unlike, numbers[HORIZON]) + once_mean + dearer_mean
    found[GONE] = drawn * DAYS_PER_MONTH * churned(found[LINE_LOST], world.churn)


def dearer_line(
    at: int,
    elapsed: float,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    strike: Strike,
    found: Any,
) -> None:
    """What a line has paid some days into a price shock, staying or leaving."""
    numbers = world.numbers
    stay, stay_mean, once, once_mean, dearer, dearer_mean = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    until_left, until_left_mean, unlike = 0.0, 0.0, 0.0
    by_now, by_now_mean = 0.0, 0.0
    reached = min(elapsed, numbers[PRICE_DAYS])
    for m in range(count):
        if strike.severity[at + m] <= 0.0:
            continue
        notice = max(world.notice[0], terms[m, PROMISE])
        gate = max(0.0, terms[m, DAYS_OTHER] - notice)
        until = min(gate, numbers[PRICE_DAYS])
        daily = numbers[RISE] * strike.severity[at + m] / DAYS_PER_MONTH
        spend, spend_mean = terms[m, SPENDING], terms[m, SPENDING_MEAN]
        stay += daily * numbers[PRICE_DAYS] * spend
        stay_mean += daily * numbers[PRICE_DAYS] * spend_mean
        until_left += daily * until * spend
        until_left_mean += daily * until * spend_mean
        by_now += daily * min(until, reached) * spend
        by_now_mean += daily * min(until, reached) * spend_mean
        once += terms[m, COST_ALONE] + terms[m, STRANDED] * spend
        once_mean += terms[m, COST_ALONE] + terms[m, STRANDED] * spend_mean
        dearer += numbers[DEARER_MONTHS] * spend
        dearer_mean += numbers[DEARER_MONTHS] * spend_mean
        unlike = max(unlike, terms[m, UNLIKE_OTHER])
        found[GATE] = max(found[GATE], gate)
        found[ALONE_GATE] = max(found[ALONE_GATE], gate)
    move = once + dearer + until_left + unlike * margin[0]
    move_mean = once_mean + dearer_mean + until_left_mean + unlike * margin[1]
    months = built_up(elapsed, numbers[PRICE_DAYS])
    worse = unlike * built_up(elapsed, strike.quality_days)
    left, left_mean = by_now + dearer * months, by_now_mean + dearer_mean * months
    stays = stay <= move
    # The branch at the means is linear, so that its own mean can stand in for its draw.
    if stays:
        found[PRICE] += stay * months
    else:
        found[SWITCHING] += once
        found[QUALITY] += worse * margin[0]
        found[PRICE] += left
    if stay_mean <= move_mean:
        found[PRICE] += (stay_mean - stay) * months
    else:
        found[SWITCHING] += once_mean - once
        found[QUALITY] += worse * (margin[1] - margin[0])
        found[PRICE] += left_mean - left
    found[LOSS] = stay * months if stays else once + worse * margin[0] + left
    found[MOVING] = once_mean + dearer_mean + unlike * margin[1]
    found[HAS_MOVED] = 0.0 if stays else 1.0
    found[SPENT] = found[LOSS]


def line_loss(
    state: int,
    elapsed: float,
    queue: float,
    line: int,
    terms: Any,
    count: int,
    margin: Any,
    world: World,
    strike: Strike,
    found: Any,
) -> None:
    """What a line has lost in a state some days after the disruption took effect."""
    at, any_suffices = strike.member[state], strike.any_suffices[line]
    for place in range(OF_LINE):
        found[place] = 0.0
    if strike.sort == ENDING:
        ending_line(at, elapsed, queue, terms, count, any_suffices, margin, world, strike, found)
    elif strike.sort == DEARER:
        dearer_line(at, elapsed, terms, count, margin, world, strike, found)
    else:
        passing_line(at, elapsed, queue, terms, count, any_suffices, margin, world, strike, found)


def whole_of(found: Any) -> float:
    """The sum of the parts."""
    total = 0.0
    for part in range(PARTS):
        total += found[INTERRUPTION + part]
    return total


def touch(bundle: int, who: int, count: int, strike: Strike, scratch: Scratch) -> int:
    """Make room for what a bundle of links does to a startup; how many reach it by now."""
    if scratch.seen[bundle] == who:
        return count
    scratch.seen[bundle] = who
    scratch.reached.bundle[count], scratch.reached.offset[count] = bundle, strike.first[bundle]
    for way in range(strike.first[bundle], strike.first[bundle + 1]):
        clear_way(way, scratch.reached)
        scratch.hit[way] = 0.0
    return count + 1


def add_line(
    line: int,
    who: int,
    held: int,
    terms: Any,
    count: int,
    scratch: Scratch,
    world: World,
    strike: Strike,
    path: Any,
    told: Any,
    by_day: Any,
) -> Any:
    """Add a line's losses to what is told of a startup; bundles by now, chances hit and moved."""
    found, ways, weight, moved = scratch.line, scratch.reached, 0.0, 0.0
    margin, queue = scratch.margin, strike.queue
    for place in range(strike.start[line], strike.start[line + 1]):
        state, way = strike.state[place], strike.way[place]
        held = touch(strike.bundle[place], who, held, strike, scratch)
        chance = strike.chance[way]
        if chance <= 0.0:
            continue
        for day in range(path.shape[0]):
            line_loss(state, path[day], queue, line, terms, count, margin, world, strike, found)
            by_day[day] += chance * whole_of(found)
        if queue > 0.0:
            line_loss(state, np.inf, 0.0, line, terms, count, margin, world, strike, found)
            told[ALONE] += chance * whole_of(found)
        line_loss(state, np.inf, queue, line, terms, count, margin, world, strike, found)
        if queue <= 0.0:
            told[ALONE] += chance * whole_of(found)
        told[LOSS] += chance * found[LOSS]
        told[MOVING] += chance * found[MOVING]
        for part in range(PARTS):
            told[INTERRUPTION + part] += chance * found[INTERRUPTION + part]
        if len(told) == WHOLE:
            told[DAY] = max(told[DAY], found[GATE])
            told[ALONE_DAY] = max(told[ALONE_DAY], found[ALONE_GATE])
            told[WAIT] = max(told[WAIT], found[WAITED])
        ways.spent[way] += found[SPENT]
        ways.gone[way] += found[GONE]
        ways.lost[way] = max(ways.lost[way], found[LINE_LOST])
        scratch.hit[way] = 1.0
        weight += chance
        moved += chance * found[HAS_MOVED]
    return held, weight, moved


def add_links(
    line: int,
    first: int,
    count: int,
    terms: Any,
    world: World,
    strike: Strike,
    moved: float,
    details: Any,
) -> None:
    """Add what is told of each dependency of a line."""
    kind, numbers = world.kind[0], world.numbers
    same = 1 if kind == RETIREMENT and strike.sort == ENDING else 0
    for m in range(count):
        own = details[first + m]
        notice = 0.0 if strike.sort == PASSING else notice_of(0, terms, m, world)
        wait = 0.0 if terms[m, RESERVED] > 0.0 or strike.sort == DEARER else strike.queue
        profile = int(terms[m, PROFILE])
        kept = 0.0
        if kind == WIND_DOWN and terms[m, OUTLIVES] > 0.0:
            kept = numbers[OUTLIVING]
        for place in range(strike.start[line], strike.start[line + 1]):
            at, chance = strike.member[strike.state[place]] + m, strike.chance[strike.way[place]]
            if strike.severity[at] <= 0.0:
                continue
            own[LINK_CHANCE] += chance
            own[LINK_SEVERITY] += chance * strike.severity[at]
            own[LINK_SPEND] += chance * strike.severity[at] * terms[m, SPENDING_MEAN]
            own[LINK_SWITCH] += chance * (terms[m, DAYS_OTHER + same] + wait)
            own[LINK_ALONE] += chance * terms[m, DAYS_OTHER + same]
            own[LINK_NOTICE] += chance * notice
            own[LINK_FAILOVER] += chance * world.failover[profile]
            own[LINK_BUFFER] += chance * world.buffer[profile]
            carried = world.effective[profile] * (1.0 - strike.backup[at])
            own[LINK_CARRIED] += chance * carried
            own[LINK_KEPT] += chance * kept
            own[LINK_MOVED] += chance * moved


def spared_of(count: int, scratch: Scratch, strike: Strike) -> float:
    """The chance that none of the bundles of links that reach a startup hits it."""
    spared = 1.0
    for place in range(count):
        bundle, hit = scratch.reached.bundle[place], 0.0
        for way in range(strike.first[bundle], strike.first[bundle + 1]):
            hit += strike.chance[way] * scratch.hit[way]
        spared *= max(0.0, 1.0 - hit)
    return spared


def may_run_out(
    cash: float,
    burn: float,
    volatility: float,
    months: float,
    count: int,
    scratch: Scratch,
    strike: Strike,
) -> float:
    """Whether cash may run out, 0 or 1: by all ways at once, it would last a deviation too short.

    Where it lasts longer, the chance is below 2 Φ(-1), a third, whatever happens.
    """
    for place in range(count):
        bundle, paid, faster = scratch.reached.bundle[place], 0.0, 0.0
        for way in range(strike.first[bundle], strike.first[bundle + 1]):
            paid, faster = (
                max(paid, scratch.reached.spent[way]),
                max(faster, scratch.reached.gone[way]),
            )
        cash -= paid
        burn += faster
    return 0.0 if cash - max(0.0, burn) * months > volatility * np.sqrt(months) else 1.0


def after_all(
    cash: float,
    burn: float,
    volatility: float,
    months: float,
    count: int,
    scratch: Scratch,
    strike: Strike,
    told: Any,
) -> None:
    """Days lost and the money left, over the ways a startup is reached."""
    varies = volatility * burn
    before = chance_of_cash_out(cash, burn, varies, months)
    told[MONTHS], told[CHANCE], told[LOST] = money_left(
        *(cash, burn, varies, months, before, count, MOST_WAYS, scratch.reached, strike)
    )
    if np.isnan(cash) or np.isnan(burn):
        told[MONTHS], told[CHANCE] = np.nan, np.nan


def strike_startups(
    chunk: Any,
    volatility: float,
    months: float,
    path: Any,
    scratch: Scratch,
    world: World,
    strike: Strike,
    out: Any,
    by_day: Any,
    details: Any,
) -> None:
    """Let a disruption happen to the startups of a chunk in one world.

    Args:
        chunk: :class:`risk.loss.exposures.Exposures` as a tuple, with the facts' own draws.
        volatility: a month's deviation of cash as a share of burn; ``months`` ahead are looked at.
        path: (days,) at which losses by then are taken; of no length where nobody asks.
        room: see :class:`Room`.
        world: the world; the disruption is its only one.
        strike: how the disruption reaches lines.
        out: (startups, MONEY or WHOLE) receives what is told of each, the more the wider it is; NaN
            in ``HIT`` where it is spared.
        by_day: (startups, days) has the loss by each day added.
        details: (dependencies, OF_LINK) has what is told of each added; of no length where nobody
            asks.
    """
    terms = scratch.terms
    for bundle in range(len(scratch.seen)):
        scratch.seen[bundle] = -1
    for i in range(len(chunk.row)):
        told = out[i]
        for place in range(len(told)):
            told[place] = 0.0
        held, weight, moved, known = 0, 0.0, 0.0, False
        for case in range(chunk.case_start[i], chunk.case_start[i + 1]):
            for place in range(lines_in(chunk, case)):
                line, first, members = line_at(chunk, case, place, strike.routes)
                if strike.start[line + 1] == strike.start[line]:
                    continue
                if not known:
                    firm_of(chunk, i, world, scratch.firm)
                    known = True
                critical = critical_of(chunk, case, world)
                fill_line(
                    chunk,
                    case,
                    first,
                    members,
                    scratch.firm,
                    critical,
                    world,
                    terms,
                    scratch.margin,
                )
                held, likely, leaves = add_line(
                    *(line, i, held, terms, members, scratch, world, strike, path, told, by_day[i])
                )
                weight += likely
                moved += leaves
                if len(details) > 0 and likely > 0.0:
                    add_links(
                        *(line, first, members, terms, world, strike, leaves / likely, details)
                    )
        if not known:
            told[HIT] = np.nan
            continue
        told[HIT] = 1.0 - spared_of(held, scratch, strike)
        cash, burn = chunk.cash[i], chunk.burn[i]
        if len(told) < WHOLE:
            varies = max(0.0, volatility * burn)
            told[CHANCE] = may_run_out(cash, burn, varies, months, held, scratch, strike)
            continue
        after_all(*(cash, burn, volatility, months, held, scratch, strike, told))
        if moved < weight / 2.0:
            told[DAY], told[ALONE_DAY] = -1.0, -1.0


#: What :func:`strike_startups` calls.
STEPS = (
    *(*draws.STEPS, *formulas.STEPS, *startups.STEPS, *lines.STEPS),
    *(log_normal_below, months_left, chance_of_cash_out, clear_way, money_left),
    *(built_up, add_business, ending_line, passing_line, dearer_line, line_loss, whole_of),
    *(touch, add_line, add_links, spared_of, may_run_out, after_all),
)


def sorted_upward(values: Any) -> None:
    """Put a few numbers in order, in place."""
    for place in range(1, len(values)):
        one, other = values[place], place - 1
        while other >= 0 and values[other] > one:
            values[other + 1] = values[other]
            other -= 1
        values[other + 1] = one


def point_of(values: Any, level: float) -> float:
    """The point of sorted numbers at a level, straight between neighbours."""
    place = level * (len(values) - 1)
    low = int(place)
    if low + 1 >= len(values):
        return values[len(values) - 1]  # type: ignore[no-any-return] # a number
    return values[low] + (place - low) * (values[low + 1] - values[low])  # type: ignore[no-any-return] # a number


def median_day(values: Any) -> float:
    """Of those worlds in which a day comes the middle one; -1 if it does not in most of them."""
    worlds, waits = len(values), 0
    while waits < worlds and values[waits] < 0.0:
        waits += 1
    if waits > worlds / 2:
        return -1.0
    middle = waits + (worlds - waits - 1) * 0.5
    low = int(middle)
    high = min(low + 1, worlds - 1)
    return values[low] + (middle - low) * (values[high] - values[low])  # type: ignore[no-any-return] # a number


def over_worlds(told: Any, levels: Any, space: Any, found: Any) -> None:
    """Ranges and means over worlds: ``told`` (worlds, startups, columns), ``found`` (…, columns).

    ``levels`` are the lower, the middle and the upper; ``space`` (worlds,) is written on.
    """
    worlds, columns = told.shape[0], told.shape[2]
    for i in range(told.shape[1]):
        hit = 0.0
        for k in range(worlds):
            hit += told[k, i, HIT]
        if not hit > 0.0:
            found[i, HIT] = np.nan
            continue
        for place in range(columns):
            mean = 0.0
            for k in range(worlds):
                mean += told[k, i, place]
            found[i, place] = mean / worlds
        for k in range(worlds):
            space[k] = told[k, i, LOSS]
        sorted_upward(space)
        for place in range(3):
            found[i, LOW + place] = point_of(space, levels[place])
        if columns < WHOLE:
            continue
        for place in (DAY, ALONE_DAY, MONTHS, CHANCE):
            for k in range(worlds):
                space[k] = told[k, i, place]
            if np.isnan(space[0]):
                continue
            sorted_upward(space)
            days = place in (DAY, ALONE_DAY)
            found[i, place] = median_day(space) if days else point_of(space, levels[1])
