"""One line of business of one startup in one world: what it loses in each state.

A line is what stops together: a dependency with its part of a use case, or all dependencies of a
use case that needs all or any of them. ``down`` are the severities of endpoints and of backups, of
which a state's members have those from ``at`` on, ``terms`` what leaving each takes
(:mod:`risk.loss.startups`), ``margin`` the USD a day that stop: as drawn, and the mean within the
world. docs/method.md §3.
"""

from typing import Any

from risk.catalog.failure_kinds import PROMISED_KINDS, FailureKind
from risk.loss.formulas import (
    DAYS_PER_MONTH,
    DEARER_MONTHS,
    HORIZON,
    OUTLIVING,
    PRICE_DAYS,
    RECAPTURE,
    RISE,
    business_days,
    lost_service,
    price_loss,
)
from risk.loss.hazards import KINDS
from risk.loss.startups import (
    COST_ALONE,
    COST_OTHER,
    DAYS_OTHER,
    LEFT,
    LEFT_DATED,
    OUTLIVES,
    PROFILE,
    PROMISE,
    RESERVED,
    SPENDING,
    SPENDING_MEAN,
    STRANDED,
    UNLIKE_OTHER,
    World,
)

PRICE_SHOCK = KINDS.index(FailureKind.PRICE_SHOCK)
RETIREMENT = KINDS.index(FailureKind.MODEL_RETIREMENT)
WIND_DOWN = KINDS.index(FailureKind.WIND_DOWN)
#: Kinds that a provider may promise to announce, by code: 1 or 0.
PROMISED = tuple(int(one in PROMISED_KINDS) for one in KINDS)


def felt_of(
    days: float, severity: float, backup: float, terms: Any, member: int, world: World
) -> float:
    """Service lost by a member that is down for ``days``."""
    profile = int(terms[member, PROFILE])
    effective = world.effective[profile] * (1.0 - backup)
    return lost_service(days, severity, effective, world.buffer[profile], world.failover[profile])


def notice_of(event: int, terms: Any, member: int, world: World) -> float:
    """Days before a service ends for good in which a member has been on the move.

    All of its notice, or what was promised; from a retirement whoever begins on the day of its
    announcement has that and whoever is late a part of what is left today.
    """
    kind, dated, notice = world.kind[event], world.dated[event], world.notice[event]
    if PROMISED[kind] and not dated:
        notice = max(notice, terms[member, PROMISE])
    if kind != RETIREMENT:
        return notice  # type: ignore[no-any-return] # a number
    left = terms[member, LEFT_DATED if dated else LEFT]
    return world.passed[event] + notice if left >= 1.0 else notice * left  # type: ignore[no-any-return] # a number


def price_of(
    event: int, at: int, down: Any, terms: Any, count: int, margin: Any, world: World
) -> tuple[float, float]:
    """A price shock's loss, and the same with means of the facts in which it is linear."""
    numbers = world.numbers
    stay, stay_mean, move, move_mean, unlike = 0.0, 0.0, 0.0, 0.0, 0.0
    for m in range(count):
        if down[0][at + m] <= 0.0:
            continue
        notice = max(world.notice[event], terms[m, PROMISE])
        until = min(max(0.0, terms[m, DAYS_OTHER] - notice), numbers[PRICE_DAYS])
        daily = numbers[RISE] * down[0][at + m] / DAYS_PER_MONTH
        away = numbers[DEARER_MONTHS] + terms[m, STRANDED] + daily * until
        stay += daily * numbers[PRICE_DAYS] * terms[m, SPENDING]
        stay_mean += daily * numbers[PRICE_DAYS] * terms[m, SPENDING_MEAN]
        move += terms[m, COST_ALONE] + away * terms[m, SPENDING]
        move_mean += terms[m, COST_ALONE] + away * terms[m, SPENDING_MEAN]
        unlike = max(unlike, terms[m, UNLIKE_OTHER])
    move += unlike * margin[0]
    move_mean += unlike * margin[1]
    loss = price_loss(stay, move)
    # The branch at the means is linear, so that its own mean can stand in for its draw.
    exchanged = stay_mean - stay if stay_mean <= move_mean else move_mean - move
    return loss, loss + exchanged


def leaving_of(
    event: int, at: int, down: Any, terms: Any, count: int, any_suffices: bool, world: World
) -> tuple[float, float, float, float]:
    """What leaving a service that does not come back takes, whatever margin hangs on it.

    Days of service lost, days of margin that a worse replacement costs, USD once, and the same USD
    with the means of facts.
    """
    kind, numbers = world.kind[event], world.numbers
    same = 1 if kind == RETIREMENT else 0
    lost, unlike, cost, cost_mean = -1.0, 0.0, 0.0, 0.0
    for m in range(count):
        if down[0][at + m] <= 0.0:
            continue
        severity = down[0][at + m]
        if kind == WIND_DOWN and terms[m, OUTLIVES] > 0.0:
            severity *= 1.0 - numbers[OUTLIVING]
        queue = 0.0 if terms[m, RESERVED] > 0.0 else world.queue[event]
        until = max(0.0, terms[m, DAYS_OTHER + same] + queue - notice_of(event, terms, m, world))
        felt = felt_of(until, severity, down[1][at + m], terms, m, world)
        if lost < 0.0:
            lost = felt
        lost = min(lost, felt) if any_suffices else max(lost, felt)
        unlike = max(unlike, terms[m, UNLIKE_OTHER + same])
        cost += terms[m, COST_OTHER + same] + numbers[DEARER_MONTHS] * terms[m, SPENDING]
        cost_mean += terms[m, COST_OTHER + same] + numbers[DEARER_MONTHS] * terms[m, SPENDING_MEAN]
    # In a world in which nothing of it is down, nothing is lost.
    return max(lost, 0.0), unlike, cost, cost_mean


def ending_of(
    event: int,
    at: int,
    down: Any,
    terms: Any,
    count: int,
    any_suffices: bool,
    margin: Any,
    world: World,
) -> tuple[float, float]:
    """The loss when a service does not come back, and the same with the means of facts."""
    lost, unlike, cost, cost_mean = leaving_of(event, at, down, terms, count, any_suffices, world)
    days = business_days(lost, 1.0, unlike, world.numbers, world.churn)
    return margin[0] * days + cost, margin[1] * days + cost_mean


def lasting_of(
    event: int,
    at: int,
    down: Any,
    terms: Any,
    count: int,
    any_suffices: bool,
    margin: Any,
    world: World,
) -> tuple[float, float]:
    """The loss of a line in a disruption for good, and the same with the means of facts."""
    if world.kind[event] == PRICE_SHOCK:
        return price_of(event, at, down, terms, count, margin, world)
    return ending_of(event, at, down, terms, count, any_suffices, margin, world)


def move_of(
    severity: float, backup: float, terms: Any, member: int, world: World
) -> tuple[float, float, float]:
    """What leaving during an outage costs: days of margin, USD, and USD at the mean of spend."""
    numbers = world.numbers
    felt = felt_of(terms[member, DAYS_OTHER], severity, backup, terms, member, world)
    kept = 1.0 - numbers[RECAPTURE]
    days = business_days(felt, kept, terms[member, UNLIKE_OTHER], numbers, world.churn)
    away = numbers[DEARER_MONTHS] + terms[member, STRANDED]
    cost = terms[member, COST_OTHER]
    return (
        days,
        cost + away * terms[member, SPENDING],
        cost + away * terms[member, SPENDING_MEAN],
    )


def away_of(
    at: int, down: Any, terms: Any, count: int, world: World
) -> tuple[float, float, float, float]:
    """What leaving during an outage takes for a combination, however long it lasts.

    Days until the first member is elsewhere, days of margin that a worse replacement costs, USD
    once, and the same USD with the means of facts.
    """
    numbers = world.numbers
    soonest, unlike, cost, cost_mean = 1e9, 0.0, 0.0, 0.0
    for m in range(count):
        if down[0][at + m] <= 0.0:
            continue
        soonest = min(soonest, terms[m, DAYS_OTHER])
        unlike = max(unlike, terms[m, UNLIKE_OTHER])
        away = numbers[DEARER_MONTHS] + terms[m, STRANDED]
        cost += terms[m, COST_OTHER] + away * terms[m, SPENDING]
        cost_mean += terms[m, COST_OTHER] + away * terms[m, SPENDING_MEAN]
    return soonest, unlike, cost, cost_mean


def together_of(
    j: int,
    days: float,
    at: int,
    down: Any,
    waits: Any,
    terms: Any,
    count: int,
    any_suffices: bool,
    away: tuple[float, float, float, float],
    margin: Any,
    world: World,
) -> tuple[float, float]:
    """A combination's loss in an outage of the j-th length, with drawn facts and with their means.

    Whoever needs all of several loses the longest of their lost days, whoever needs any of them the
    shortest; waiting or leaving, whichever is cheaper. ``waits`` are the curves of waiting, their
    places by shape and profile, and the shapes of members; ``away`` is :func:`away_of`.
    """
    curve, pair, shape = waits
    numbers, waiting = world.numbers, -1.0
    for m in range(count):
        if down[0][at + m] > 0.0:
            waited = curve[pair[shape[at + m], int(terms[m, PROFILE])], j]
            if waiting < 0.0:
                waiting = waited
            waiting = min(waiting, waited) if any_suffices else max(waiting, waited)
    waiting = max(waiting, 0.0)
    soonest, unlike, cost, cost_mean = away
    if days <= soonest:
        # Nobody is elsewhere yet, so that leaving would be dearer by what it costs.
        return margin[0] * waiting, margin[1] * waiting
    move = -1.0
    for m in range(count):
        if down[0][at + m] > 0.0:
            until = min(days, terms[m, DAYS_OTHER])
            left = felt_of(until, down[0][at + m], down[1][at + m], terms, m, world)
            if move < 0.0:
                move = left
            move = min(move, left) if any_suffices else max(move, left)
    leaving = business_days(move, 1.0 - numbers[RECAPTURE], unlike, numbers, world.churn)
    return (
        min(margin[0] * waiting, margin[0] * leaving + cost),
        min(margin[1] * waiting, margin[1] * leaving + cost_mean),
    )


def most_of(terms: Any, count: int, margin: float, world: World) -> float:
    """The most that a line can lose in a year: a year's margin, and leaving once."""
    found = world.numbers[HORIZON] * margin
    for m in range(count):
        found += terms[m, COST_ALONE] + terms[m, STRANDED] * terms[m, SPENDING]
        found += world.numbers[DEARER_MONTHS] * terms[m, SPENDING]
    return found  # type: ignore[no-any-return] # a number


#: What every loop over lines calls.
STEPS = (
    *(
        felt_of,
        notice_of,
        price_of,
        leaving_of,
        ending_of,
        lasting_of,
        move_of,
        away_of,
        together_of,
    ),
    most_of,
)
