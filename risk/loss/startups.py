"""One startup in one world: its facts, stated or drawn, and what leaving each provider takes.

Compiled into every loop over startups. docs/method.md §3, §4.
"""

from typing import Any, NamedTuple

import numpy as np

from risk.loss.draws import CUT
from risk.loss.facts import (
    AI_SHARE,
    BEGUN,
    CRITICAL,
    DEPTH_OF,
    ENGINEERS,
    FALLBACK_OF,
    MARGIN,
    PLAN_OF,
    REVENUE,
    SPEND,
    fact_at,
    option_at,
)
from risk.loss.formulas import (
    DAYS_PER_MONTH,
    EFFORT,
    EVALUATION_USD,
    LEAST_MARGIN,
    LEGAL,
    LIKE_OTHER,
    LIKE_SAME,
    LIKE_TUNED,
    ON_TIME,
    PLAN_TESTED,
    PLAN_WRITTEN,
    QUALITY,
    STRANDED_MONTHS,
    TUNING_USD,
    WEEK_USD,
    alike_by,
    effort_weeks,
    switch_days,
    team,
    worn,
)

#: Codes of depths, plans and fallbacks that a formula asks for.
FINE_TUNED, FALLBACKS = 5, 5
#: What taking a dependency elsewhere takes, by place in a row of terms.
DAYS_OTHER, DAYS_SAME, COST_OTHER, COST_SAME, UNLIKE_OTHER, UNLIKE_SAME = range(6)
SPENDING, SPENDING_MEAN, STRANDED, PROMISE, OUTLIVES, RESERVED, PROFILE = range(6, 13)
#: The cost of leaving for another developer with this model alone, not with the whole service.
COST_ALONE = 13
LEFT, LEFT_DATED = 14, 15
TERMS = 16
#: What a startup is in a world, by place: drawn facts, some with their means within the world.
AI_REVENUE, AI_REVENUE_MEAN, DAILY, DAILY_MEAN, TEAM, PROFIT, BEGINS, BEGINS_LATE = range(8)
FIRM = 8


class World(NamedTuple):
    """One world, as the loops read it: see :class:`risk.loss.worlds.Worlds` for what each is."""

    numbers: Any
    churn: Any
    points: Any
    shared: Any
    common: Any
    mean: Any
    informed: Any
    steps: Any
    options: Any
    kind: Any
    dated: Any
    notice: Any
    passed: Any
    queue: Any
    country: Any
    effective: Any
    failover: Any
    buffer: Any
    unlike: Any


def place_in_prior(own: float, fact: int, world: World) -> float:
    """Z of an unknown fact: its own part and the common one, cut."""
    shared = world.shared[fact]
    both = np.sqrt(1.0 - shared) * own + np.sqrt(shared) * world.common[fact]
    return float(max(-CUT, min(CUT, both)))


def share_of(value: float, own: float, fact: int, world: World) -> float:
    """A stated share, or one drawn between 0 and 1."""
    if not np.isnan(value):
        return value
    z = place_in_prior(own, fact, world)
    return max(0.0, min(1.0, fact_at(z, fact, world.points)))


def chosen(value: int, level: float, table: int, world: World) -> int:
    """A stated option, or one drawn from its table of probabilities."""
    if value >= 0:
        return value
    return option_at(level, world.steps[table], world.options[table])


def revenue_of(chunk: Any, i: int, world: World) -> tuple[float, float]:
    """Revenue in USD a year: stated or drawn, and its mean; spend informs it where stated."""
    stated = chunk.revenue[i]
    if not np.isnan(stated):
        return stated, stated
    z = place_in_prior(chunk.drawn[REVENUE][i], REVENUE, world)
    if not chunk.spent[i] > 0.0:
        return np.exp(fact_at(z, REVENUE, world.points)), world.mean[REVENUE]
    known = 1 if chunk.ai_share[i] > 0.0 else 0
    ai_share = chunk.ai_share[i] if known else world.points[AI_SHARE, 1]
    weight, spread = world.informed[known, 0], world.informed[known, 1]
    implied = 12.0 * chunk.spent[i] / (world.points[SPEND, 1] * ai_share * chunk.backed[i])
    middle = weight * world.points[REVENUE, 1] + (1.0 - weight) * np.log(implied)
    return np.exp(middle + spread * z), np.exp(middle) * world.informed[known, 3]


def firm_of(chunk: Any, i: int, world: World, found: Any) -> None:
    """What a startup is in a world, into ``found``: margins in USD a day, money in USD a year."""
    revenue, revenue_mean = revenue_of(chunk, i, world)
    margin = share_of(chunk.gross_margin[i], chunk.drawn[MARGIN][i], MARGIN, world)
    margin_mean = chunk.gross_margin[i]
    if np.isnan(margin_mean):
        margin_mean = world.mean[MARGIN]
    ai_share = share_of(chunk.ai_share[i], chunk.drawn[AI_SHARE][i], AI_SHARE, world)
    ai_mean = chunk.ai_share[i]
    if np.isnan(ai_mean):
        ai_mean = world.mean[AI_SHARE]
    engineers = chunk.engineers[i]
    if np.isnan(engineers):
        z = place_in_prior(chunk.drawn[ENGINEERS][i], ENGINEERS, world)
        engineers = np.exp(fact_at(z, ENGINEERS, world.points))
    # Costs that run on while nothing is served are no saving: a least part of revenue is at stake.
    margin = max(margin, world.numbers[LEAST_MARGIN])
    margin_mean = max(margin_mean, world.numbers[LEAST_MARGIN])
    found[AI_REVENUE], found[AI_REVENUE_MEAN] = revenue * ai_share, revenue_mean * ai_mean
    found[DAILY] = revenue * ai_share * margin / 365.0
    found[DAILY_MEAN] = revenue_mean * ai_mean * margin_mean / 365.0
    found[TEAM] = team(engineers, world.numbers)
    found[PROFIT] = revenue * margin
    # One draw for all that a startup is to leave: what moves together begins together.
    drawn, on_time = chunk.drawn[BEGUN][i], world.numbers[ON_TIME]
    found[BEGINS] = 1.0 if drawn < on_time else (1.0 - drawn) / (1.0 - on_time)
    found[BEGINS_LATE] = 1.0 - drawn


def critical_of(chunk: Any, case: int, world: World) -> tuple[float, float]:
    """The share of a use case's margin that stops with it, and its mean within the world."""
    level = chunk.criticality[case]
    if level >= 1:
        return world.numbers[level - 1], world.numbers[level - 1]
    drawn = chosen(-1, chunk.drawn[CRITICAL][case], 0, world)
    mean, before = 0.0, 0.0
    for place in range(8):
        mean += (world.steps[0, place] - before) * world.numbers[world.options[0, place] - 1]
        before = world.steps[0, place]
    return world.numbers[drawn - 1], mean


def terms_of(chunk: Any, link: int, part: float, firm: Any, world: World, found: Any) -> None:
    """What taking a dependency elsewhere takes, into ``found``.

    ``part`` is the dependency's share of the revenue from AI.
    """
    numbers, drawn = world.numbers, chunk.drawn
    depth = chosen(chunk.depth[link], drawn[DEPTH_OF][link], 1, world)
    fallback = chosen(chunk.fallback[link], drawn[FALLBACK_OF][link], 3, world)
    plan = plan_left(chosen(chunk.plan[link], drawn[PLAN_OF][link], 2, world), chunk, link, numbers)
    tuned = depth == FINE_TUNED
    # What was tuned is lost whichever model replaces it: facts of models move nothing there.
    other, same = numbers[LIKE_TUNED], numbers[LIKE_TUNED]
    if not tuned:
        other = alike_by(numbers[LIKE_OTHER], world.unlike[chunk.route[link], 0])
        same = alike_by(numbers[LIKE_SAME], world.unlike[chunk.route[link], 1])
    legal = numbers[LEGAL + chunk.legal[link]]
    once = numbers[EVALUATION_USD] + (numbers[TUNING_USD] if tuned else 0.0)
    # Dependencies that move together take as long as one and share what the move costs.
    paid = chunk.switch_part[link]
    effort = effort_weeks(numbers[EFFORT + depth], other, plan)
    found[DAYS_OTHER] = switch_days(effort, firm[TEAM], legal, numbers)
    found[COST_OTHER] = chunk.leave_part[link] * (effort * numbers[WEEK_USD] + once)
    found[COST_ALONE] = paid * (effort * numbers[WEEK_USD] + once)
    effort = effort_weeks(numbers[EFFORT + depth], same, plan)
    found[DAYS_SAME] = switch_days(effort, firm[TEAM], legal, numbers)
    found[COST_SAME] = paid * (effort * numbers[WEEK_USD] + once)
    found[UNLIKE_OTHER] = (1.0 - other) * numbers[QUALITY]
    found[UNLIKE_SAME] = (1.0 - same) * numbers[QUALITY]
    spend = chunk.spend[link]
    found[SPENDING], found[SPENDING_MEAN] = spend, spend
    if np.isnan(spend):
        share = share_of(spend, drawn[SPEND][link], SPEND, world)
        found[SPENDING] = share * firm[AI_REVENUE] * part / 12.0
        found[SPENDING_MEAN] = world.mean[SPEND] * firm[AI_REVENUE_MEAN] * part / 12.0
    notice = chunk.notice[link]
    unknown = np.isnan(notice)
    found[STRANDED] = numbers[STRANDED_MONTHS] if unknown else notice / DAYS_PER_MONTH
    found[PROMISE] = chunk.promised[link]
    found[OUTLIVES], found[RESERVED] = chunk.outlives[link], chunk.reserved[link]
    found[PROFILE] = chunk.delay[link] * FALLBACKS + fallback
    found[LEFT], found[LEFT_DATED] = firm[BEGINS], firm[BEGINS]
    if chunk.begun[link] >= 0:
        found[LEFT_DATED] = 1.0 if chunk.begun[link] > 0 else firm[BEGINS_LATE]


def plan_left(plan: int, chunk: Any, link: int, numbers: Any) -> float:
    """Share of the effort that an exit plan leaves; a test wears out to a plan on paper."""
    if plan == 0:
        return 1.0
    if plan == 1:
        return numbers[PLAN_WRITTEN]  # type: ignore[no-any-return] # a number
    tested, age = numbers[PLAN_TESTED], chunk.plan_age[link]
    if np.isnan(age) or chunk.plan[link] < 0:
        return tested  # type: ignore[no-any-return] # a number
    old = worn(age, numbers)
    return (1.0 - old) * tested + old * max(tested, numbers[PLAN_WRITTEN])  # type: ignore[no-any-return] # a number


def lines_in(chunk: Any, case: int) -> int:
    """How many lines a use case has: each dependency is one, or all of a combination together."""
    if chunk.combination[case] >= 0:
        return 1
    return chunk.link_start[case + 1] - chunk.link_start[case]  # type: ignore[no-any-return] # a number


def line_at(chunk: Any, case: int, place: int, routes: int) -> Any:
    """A line of a use case: its number, its first dependency, and how many belong to it."""
    first = chunk.link_start[case]
    if chunk.combination[case] >= 0:
        return routes + chunk.combination[case], first, chunk.link_start[case + 1] - first
    return chunk.route[first + place], first + place, 1


def fill_line(
    chunk: Any,
    case: int,
    first: int,
    members: int,
    firm: Any,
    critical: tuple[float, float],
    world: World,
    terms: Any,
    margin: Any,
) -> None:
    """What leaving each dependency of a line takes, and the margin that stops with the line."""
    part = 0.0
    for m in range(members):
        part = chunk.weight[case] * chunk.share[first + m]
        terms_of(chunk, first + m, part, firm, world, terms[m])
    margin[0] = firm[DAILY] * critical[0] * part
    margin[1] = firm[DAILY_MEAN] * critical[1] * part


#: What every loop over startups calls.
STEPS = (
    *(fact_at, option_at, place_in_prior, share_of, chosen, revenue_of, firm_of, critical_of),
    *(plan_left, terms_of, lines_in, line_at, fill_line),
)
