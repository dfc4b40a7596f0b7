"""Value of waiting in a crisis: leave now, prepare, or wait, and from which chance on each pays.

Three courses against one provider's end within 90 days. Leaving now costs A for certain. Preparing
(a second provider is built and kept warm) costs B for certain and leaves L' if the end comes,
waiting costs nothing and leaves L. Each is a straight line in the chance P, so that one overtakes
another where the two cross: preparing pays from B / (L − L') on, leaving once it beats the other
two. Costs and losses are those of the options, in every world. docs/method.md §6, §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.break_even import Advice, PaysFrom, advised, break_evens
from risk.alternatives.deadlines import last_day_of
from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.offers import Offer, OfferMaker
from risk.alternatives.options import Asked, asked_of
from risk.alternatives.results import LEAVING, SECOND_PROVIDER, OptionClass
from risk.alternatives.valued import DAYS_PER_YEAR, Valued, choices_of, valued_options
from risk.alternatives.variants import Setting
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.signals import WindDown
from risk.inventory.records import Startup
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of

Array = NDArray[np.float64]

#: What leaves whom: another host is a way out of a host alone, not of the developer behind it.
OUT_OF_A_HOST = (*LEAVING, OptionClass.OTHER_HOST)


@dataclass(frozen=True, kw_only=True)
class Course:
    """One course of action: to act now, to prepare, or to wait.

    ``option`` is the cheapest one at today's chance that can be taken, None for waiting.
    ``cost_usd`` is paid for certain within the horizon, ``loss_usd`` if the provider ends,
    ``expected_usd`` both at today's chance; means over the worlds. ``best_in`` is the share of
    worlds in which it costs least at today's chance. ``days`` pass until it works; it is taken to
    be done before the end. ``pays_from`` is the chance from which any option of the course pays;
    None for waiting, which pays up to the others' points.
    """

    course: Advice
    option: str | None
    days: float
    cost_usd: float
    loss_usd: float
    expected_usd: float
    best_in: float
    pays_from: PaysFrom | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waiting is worth for one dependency while one provider may end.

    ``chance`` is that of the provider's end within its horizon, with its range. ``courses`` are
    those that there are, waiting last: no option leads away, or nothing can be prepared, where one
    is missing.
    """

    use_case: str
    dependency_key: str
    provider: str
    chance: WindDown
    courses: tuple[Course, ...]
    advice: Advice


def waiting_for(
    startup: Startup,
    setting: Setting,
    chances: Mapping[str, WindDown],
    *,
    use_case: str | None = None,
    judgements: Judgements = NO_JUDGEMENTS,
) -> tuple[Waiting, ...]:
    """What waiting is worth for each dependency of a startup on a provider of ``chances``.

    Dependencies that the provider's end does not reach are left out, and those that have to be left
    anyway, as today's model ends within the horizon of the chance.
    """
    asked, links = asked_of([startup], OfferMaker(setting, judgements))
    of = [
        (number, one, name)
        for number, one in enumerate(asked)
        if use_case in (None, one.case.name)
        for name in _named(one)
        if name in chances and not _ends_anyway(one, setting, chances[name].horizon_days)
    ]
    if not of:
        return ()
    # Use cases share costs, so that all of them are valued.
    valued = valued_options(
        book_of(columns_of([startup], catalog=setting.catalog, today=setting.today)),
        choices_of([one.offers for one in asked], links),
        setting,
        by_event=setting.count,
        years=False,
        draws=True,
    )
    found = (_waiting(one, number, name, chances[name], valued) for number, one, name in of)
    return tuple(one for one in found if one is not None)


def _ends_anyway(one: Asked, setting: Setting, days: float) -> bool:
    """Whether today's model ends so soon that waiting is no course at all."""
    if not one.offers[0].excluded:
        return False
    ends = last_day_of(one.dependency, setting.catalog, setting.assumptions, setting.today)
    return ends is not None and ends.days_left <= days


def _named(one: Asked) -> tuple[str, ...]:
    """The developer and the host of a dependency, each once."""
    names = (one.dependency.developer, one.dependency.host)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _waiting(
    one: Asked, number: int, provider: str, chance: WindDown, valued: Valued
) -> Waiting | None:
    """One dependency against one provider's end; None where that does not reach it."""
    worlds = valued.world_tables.worlds
    ends = [
        place
        for place, event in enumerate(worlds.hazards.events)
        if (event.root, event.kind) == (provider, FailureKind.WIND_DOWN)
    ]
    first = int(valued.choices.first[number])
    rows = slice(first, first + int(valued.choices.counts[number]))
    figures = valued.figures
    often = worlds.rates[:, 0, ends].sum(axis=1)
    losses = figures.by_event[:, rows, ends].sum(axis=2) / np.maximum(often, 1e-300)[:, None]
    if not ends or not losses[:, 0].any():
        return None
    run = figures.run_drawn[:, rows].astype(np.float64)
    part = chance.horizon_days / DAYS_PER_YEAR
    dearer = np.maximum(0.0, run - run[:, :1]) * part
    costs = figures.once_drawn[:, rows].astype(np.float64) + dearer
    out = LEAVING if provider == one.dependency.developer else OUT_OF_A_HOST
    ways = {
        Advice.ACT: _possible(one.offers, out),
        Advice.PREPARE: _possible(one.offers, SECOND_PROVIDER),
        Advice.WAIT: [0],
    }
    act, prepare = (
        (costs[:, ways[course]], losses[:, ways[course]]) for course in (Advice.ACT, Advice.PREPARE)
    )
    points = break_evens(act, prepare, losses[:, 0])
    ranges = dict(zip((Advice.ACT, Advice.PREPARE), map(PaysFrom.of, points), strict=True))
    at_today = costs.mean(axis=0) + chance.probability * losses.mean(axis=0)
    places = {
        course: min(known, key=lambda place: float(at_today[place]))
        for course, known in ways.items()
        if known
    }
    lines = {course: (costs[:, place], losses[:, place]) for course, place in places.items()}
    expected = np.array([cost + chance.probability * loss for cost, loss in lines.values()])
    best = np.bincount(np.argmin(expected, axis=0), minlength=len(lines)) / expected.shape[1]
    return Waiting(
        use_case=one.case.name,
        dependency_key=one.dependency.key,
        provider=provider,
        chance=chance,
        courses=tuple(
            Course(
                course=course,
                option=one.offers[place].candidate.title if place else None,
                days=float(figures.days[first + place]),
                cost_usd=float(costs[:, place].mean()),
                loss_usd=float(losses[:, place].mean()),
                expected_usd=float(expected[number].mean()),
                best_in=float(best[number]),
                pays_from=ranges.get(course),
            )
            for number, (course, place) in enumerate(places.items())
        ),
        advice=advised(
            *(chance.low, chance.high), act=ranges[Advice.ACT], prepare=ranges[Advice.PREPARE]
        ),
    )


def _possible(offers: Sequence[Offer], kinds: Sequence[OptionClass]) -> list[int]:
    """The places of those options of some kinds that can be taken."""
    return [
        place
        for place, one in enumerate(offers)
        if one.candidate.option_class in kinds and one.allowed
    ]
