"""Build the table a plan chooses from: options of every dependency, their years, and the room.

docs/plan.md. The options, their filters, costs and expected losses are those of the page
Alternatives; what is added is what each of them loses in the same years, and whose room it needs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.offers import Offer, OfferMaker
from risk.alternatives.options import Asked, asked_of
from risk.alternatives.planning.rooms import Rooms
from risk.alternatives.planning.scenarios import (
    WORLDS,
    YEARS,
    chosen_years,
    envelope,
    losses_in_years,
)
from risk.alternatives.planning.table import PlanDependency, PlanDraws, PlanOption, PlanTable
from risk.alternatives.planning.wishes import newly_on
from risk.alternatives.queueing import who_is_asked
from risk.alternatives.results import OptionClass
from risk.alternatives.valued import Valued, choices_of, valued_options
from risk.alternatives.variants import Setting
from risk.hazard.supply_chain import Endpoint, developer_node
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Requirement, Startup
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of

Array = NDArray[np.float64]

SCENARIOS = 500
#: Few options leave time for up to so many times the years and scenarios; as many as this for one.
MOST_TIMES = 8
OPTIONS_FOR_ONCE = 1_200
#: Weeks of a quarter: what a startup's engineers can spare in it bounds what it can change.
QUARTER_WEEKS = 13.0


def plan_table(
    startups: Sequence[Startup],
    setting: Setting,
    *,
    judgements: Judgements = NO_JUDGEMENTS,
    scenarios: int | None = None,
) -> PlanTable:
    """Every allowed option of some startups, in the same years.

    Options that a filter rules out or whose price nobody lists are left out; one with open
    questions is in, and a plan says what has to be asked.
    """
    asked, links = asked_of(startups, OfferMaker(setting, judgements))
    if not asked:
        return nothing_to_plan()
    asked = [_possible(one) for one in asked]
    valued = valued_options(
        book_of(columns_of(startups, catalog=setting.catalog, today=setting.today)),
        choices_of([one.offers for one in asked], links),
        setting,
        by_event=WORLDS,
        years=False,
        draws=True,
    )
    ends: dict[Endpoint, int] = {}
    of = np.array([ends.setdefault(one.offers.listed[0].endpoint, len(ends)) for one in asked])
    rooms = Rooms(tuple(ends), of, valued.figures.spend[valued.choices.first], setting)
    dependencies = tuple(_dependencies(asked, valued, rooms, of, setting))
    times = _times(len(valued.figures.aal))
    firm = {one.name: number for number, one in enumerate(startups)}
    years = losses_in_years(
        valued.figures.by_event,
        valued.ground.worlds.rates,
        valued.ground.worlds.hazards,
        np.array([firm[asked[number].startup.name] for number in valued.choices.owner]),
        years=times * YEARS,
    )
    return _table(
        dependencies,
        asked,
        valued,
        years,
        rooms.capacity(),
        scenarios or times * SCENARIOS,
        setting,
    )


def _times(options: int) -> int:
    """How many times the usual years are drawn: the tail of a few startups hangs on rare ones."""
    return max(1, min(MOST_TIMES, OPTIONS_FOR_ONCE // options))


def nothing_to_plan() -> PlanTable:
    """The table of a portfolio in which nobody depends on a language model that is known."""
    nothing = np.zeros(1)
    return PlanTable(
        dependencies=(),
        base_losses=nothing,
        changes=np.zeros((1, 0)),
        probability=np.ones(1),
        draws=PlanDraws(
            loss=np.zeros(1, np.float32),
            removed=np.zeros((1, 0), np.float32),
            first_year=np.zeros((1, 0), np.float32),
        ),
        room={},
        weeks={},
    )


def _possible(one: Asked) -> Asked:
    """A dependency with the options that it may take."""
    kept = [
        place
        for place, offer in enumerate(one.offers.listed)
        if offer.allowed or offer.candidate.option_class is OptionClass.STAY
    ]
    offers = replace(
        one.offers,
        listed=tuple(one.offers.listed[place] for place in kept),
        alike=tuple(one.offers.alike[place] for place in kept),
    )
    return replace(one, offers=offers)


def _together(one: Asked) -> bool:
    """True if the use case's dependencies stand or fall together."""
    exposed = next(
        models for case, models in exposed_use_cases(one.startup) if case.name == one.case.name
    )
    return one.case.requirement is not Requirement.SHARED and len(exposed) > 1


def _dependencies(
    asked: Sequence[Asked],
    valued: Valued,
    rooms: Rooms,
    of: NDArray[np.int64],
    setting: Setting,
) -> Iterator[PlanDependency]:
    figures = valued.figures
    for number, one in enumerate(asked):
        first, stay = int(valued.choices.first[number]), one.offers.listed[0]
        yield PlanDependency(
            key=one.dependency.key,
            startup=one.startup.name,
            use_case=one.case.name,
            provider=stay.endpoint.service.name,
            volume=float(rooms.volume[number]),
            margin_usd_per_year=float(figures.margin[first]),
            aal_usd=float(figures.aal[first]),
            options=tuple(
                _option(each, valued, (first, place), rooms.pool(each, int(of[number])), setting)
                for place, each in enumerate(one.offers.listed)
            ),
            group=f"{one.startup.name} / {one.case.name}" if _together(one) else None,
        )


def _option(
    one: Offer, valued: Valued, row: tuple[int, int], pool: str | None, setting: Setting
) -> PlanOption:
    """An option with its figures; ``row`` is that of staying, and how far behind it this one is."""
    figures, first, own = valued.figures, row[0], row[0] + row[1]
    once, run = float(figures.once[own]), float(figures.run[own])
    dearer = max(0.0, run - float(figures.run[first]))
    stay = valued.choices.listed[int(valued.choices.place[first])]
    return PlanOption(
        option=one.candidate.title,
        option_class=one.candidate.option_class,
        cost_usd_per_year=once / setting.assumptions.annualise_years + dearer,
        first_year_usd=once + dearer,
        weeks=float(figures.weeks[own]),
        aal_usd=float(figures.aal[own] - figures.aal[first]),
        developer=developer_node(one.endpoint.service),
        one_off_usd=once,
        run_usd_per_year=run,
        pool=pool,
        turn=who_is_asked(one.candidate)[0],
        changed=one.candidate.changed,
        newly_on=newly_on(stay, one),
    )


def _table(
    dependencies: tuple[PlanDependency, ...],
    asked: Sequence[Asked],
    valued: Valued,
    years: Array,
    room: Mapping[str, float],
    scenarios: int,
    setting: Setting,
) -> PlanTable:
    """Put the parts together; losses are shifted so that their mean is the expected loss."""
    choices = valued.choices
    picked, probability = chosen_years(envelope(years, choices.owner, len(asked)), scenarios)
    kept = years[:, picked].T
    losses = kept + (valued.figures.aal - probability @ kept)
    stay = losses[:, choices.first]
    share = setting.assumptions.engineers_available * QUARTER_WEEKS
    return PlanTable(
        dependencies=dependencies,
        base_losses=stay[:, _one_a_case(asked)].sum(axis=1),
        changes=losses - stay[:, choices.owner],
        probability=probability,
        draws=_draws(valued, _one_a_case(asked)),
        room=room,
        weeks={
            one.startup.name: float(valued.figures.staff[choices.first[number]]) * share
            for number, one in enumerate(asked)
        },
    )


def _draws(valued: Valued, one_a_case: Sequence[int]) -> PlanDraws:
    """Losses, and what options remove and cost, in every world."""
    figures, choices = valued.figures, valued.choices
    stay = choices.first[choices.owner]
    dearer = np.maximum(0.0, figures.run - figures.run[stay]).astype(np.float32)
    return PlanDraws(
        loss=figures.drawn[:, choices.first[one_a_case]].sum(axis=1),
        removed=figures.drawn[:, stay] - figures.drawn,
        first_year=figures.once_drawn + dearer,
    )


def _one_a_case(asked: Sequence[Asked]) -> list[int]:
    """One dependency of each use case: staying loses the same for all of them."""
    found: dict[tuple[str, str], int] = {}
    for number, one in enumerate(asked):
        found.setdefault((one.startup.name, one.case.name), number)
    return list(found.values())
