"""Build the table a plan chooses from: options of every dependency, their years, and the room.

docs/plan.md. The options, their filters, costs and expected losses are those of the page
Alternatives; what is added is what each of them loses in the same years, and whose room it needs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.judgements import NO_JUDGEMENTS, Judgements
from risk.alternatives.options import ScoredDependency, scored_dependencies
from risk.alternatives.planning.rooms import Rooms
from risk.alternatives.planning.scenarios import Years, chosen_years, draw_years, envelope
from risk.alternatives.planning.table import PlanDependency, PlanOption, PlanTable
from risk.alternatives.ranking import extra_cost
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting, shared_events
from risk.exposure.numbers import DAYS_PER_YEAR, DependencyNumbers, exposed_use_cases
from risk.exposure.places import endpoint_for
from risk.hazard.supply_chain import developer_node
from risk.inventory.records import Dependency, Portfolio, Requirement, Startup

Array = NDArray[np.float64]
Progress = Callable[[float], None]

SCENARIOS = 500
#: Few options leave time for up to so many times the years and scenarios; as many as this for one.
MOST_TIMES = 8
OPTIONS_FOR_ONCE = 1_200
#: Weeks of a quarter: what a startup's engineers can spare in it bounds what it can change.
QUARTER_WEEKS = 13.0


def _numbers(one: ScoredDependency) -> DependencyNumbers:
    """The dependency as it is today."""
    return one.variants[0].dependency(one.case.name, one.dependency.key)


def _together(one: ScoredDependency) -> bool:
    """True if the use case's dependencies stand or fall together."""
    exposed = one.variants[0].case(one.case.name).dependencies
    return one.case.requirement is not Requirement.SHARED and len(exposed) > 1


def plan_table(
    portfolio: Portfolio,
    setting: Setting,
    *,
    judgements: Judgements = NO_JUDGEMENTS,
    scenarios: int | None = None,
    progress: Progress | None = None,
) -> PlanTable:
    """Every allowed option of a portfolio, in the same years. ``progress`` hears 0 to 1.

    Options that a filter rules out or whose price nobody lists are left out; one with open
    questions is in, and a plan says what has to be asked.
    """
    tell = progress or (lambda share: None)
    choices: list[ScoredDependency] = []
    startups = [one for one in portfolio.startups if exposed_use_cases(one)]
    for number, startup in enumerate(startups):
        choices.extend(_choices(startup, judgements, setting))
        tell(0.7 * (number + 1) / len(startups))
    if not choices:
        return nothing_to_plan()
    events = shared_events((variant.placed for one in choices for variant in one.variants), setting)
    times = _times(sum(len(one.options) for one in choices))
    years = draw_years(events, setting, blocks=times)
    tell(0.75)
    columns: list[Array] = []
    for number, one in enumerate(choices):
        columns.extend(years.losses(one.variants, one.case.name, setting))
        tell(0.75 + 0.25 * (number + 1) / len(choices))
    rooms = Rooms((_numbers(one) for one in choices), setting)
    dependencies = tuple(_dependency(one, rooms, setting) for one in choices)
    return _table(
        dependencies,
        choices,
        columns,
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
        room={},
        weeks={},
    )


def _choices(
    startup: Startup, judgements: Judgements, setting: Setting
) -> Iterable[ScoredDependency]:
    """Every dependency of a startup with the options that it may take."""
    for one in scored_dependencies(startup, setting, judgements=judgements):
        kept = [
            place
            for place, option in enumerate(one.options)
            if option.allowed or option.option_class is OptionClass.STAY
        ]
        yield replace(
            one,
            options=tuple(one.options[place] for place in kept),
            variants=tuple(one.variants[place] for place in kept),
        )


def _dependency(one: ScoredDependency, rooms: Rooms, setting: Setting) -> PlanDependency:
    stay, today = one.options[0], one.variants[0]
    case = today.case(one.case.name)
    margin = float((case.margin_usd_per_day * _numbers(one).share).mean()) * DAYS_PER_YEAR
    return PlanDependency(
        key=one.dependency.key,
        startup=one.startup.name,
        use_case=one.case.name,
        provider=endpoint_for(one.dependency, setting.catalog).service.name,
        volume=rooms.volume(one.dependency.key),
        margin_usd_per_year=margin,
        aal_usd=stay.residual_aal_usd,
        options=tuple(_option(each, stay, one.dependency, rooms, setting) for each in one.options),
        group=f"{one.startup.name} / {one.case.name}" if _together(one) else None,
    )


def _option(
    one: Alternative, stay: Alternative, dependency: Dependency, rooms: Rooms, setting: Setting
) -> PlanOption:
    changed = one.changed or dependency
    dearer = max(0.0, (one.run_usd_per_year or 0.0) - (stay.run_usd_per_year or 0.0))
    return PlanOption(
        option=one.option,
        option_class=one.option_class,
        cost_usd_per_year=extra_cost(one, stay, setting.assumptions),
        first_year_usd=one.one_off_usd + dearer,
        weeks=one.weeks,
        aal_usd=one.residual_aal_usd - stay.residual_aal_usd,
        developer=developer_node(endpoint_for(changed, setting.catalog).service),
        one_off_usd=one.one_off_usd,
        run_usd_per_year=one.run_usd_per_year or 0.0,
        pool=rooms.pool(one, dependency),
        turn=one.capacity,
        own_best=one.recommended,
        changed=changed,
    )


def _table(
    dependencies: tuple[PlanDependency, ...],
    choices: list[ScoredDependency],
    columns: list[Array],
    years: Years,
    room: Mapping[str, float],
    scenarios: int,
    setting: Setting,
) -> PlanTable:
    """Put the parts together; losses are shifted so that their mean is the expected loss."""
    counts = [len(one.options) for one in choices]
    owner = np.repeat(np.arange(len(choices)), counts)
    lasting = np.array(columns).reshape(len(columns), years.count)
    picked, probability = chosen_years(envelope(columns, owner, len(choices)), scenarios)
    kept = lasting[:, picked].T
    exact = np.array([one.residual_aal_usd for each in choices for one in each.options])
    losses = kept + (exact - probability @ kept)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    stay = losses[:, first] if len(choices) else np.zeros((len(picked), 0))
    whole = _one_a_case(choices)
    return PlanTable(
        dependencies=dependencies,
        base_losses=stay[:, whole].sum(axis=1),
        changes=losses - stay[:, owner] if len(choices) else np.zeros((len(picked), 0)),
        probability=probability,
        room=room,
        weeks=_weeks(choices, setting),
    )


def _one_a_case(choices: list[ScoredDependency]) -> list[int]:
    """One dependency of each use case: staying loses the same for all of them."""
    found: dict[tuple[str, str], int] = {}
    for number, one in enumerate(choices):
        found.setdefault((one.startup.name, one.case.name), number)
    return list(found.values())


def _weeks(choices: list[ScoredDependency], setting: Setting) -> Mapping[str, float]:
    """Engineer weeks that a startup can spare in a quarter, the median where nobody stated it."""
    share = setting.assumptions.engineers_available * QUARTER_WEEKS
    return {one.startup.name: float(np.median(_numbers(one).engineers)) * share for one in choices}
