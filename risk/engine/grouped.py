"""Use cases whose dependencies stand or fall together: the few that no closed form prices.

Those with the same requirement, routes and delay are passed through the formulas of
:mod:`risk.exposure.event_losses` as one, side by side on the axis of draws.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.engine.exposures import GroupedCase, PortfolioColumns
from risk.exposure.event_losses import EventLoss, Place, event_losses
from risk.exposure.numbers import DependencyNumbers, StartupNumbers, UseCaseNumbers
from risk.hazard.patterns import EventPatterns

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

#: ``only_startup`` of an event that stands for one event of every customer.
EACH_CUSTOMER = "*"


@dataclass(frozen=True, kw_only=True)
class GroupedRows:
    """Alike use cases side by side: rows (rows,) with startup, draw and weight (1 / draws).

    ``routes`` are those of the dependencies, ``losses`` by the event's place in the catalogue
    have the rows on their axis of draws.
    """

    routes: tuple[int, ...]
    startup: Integers
    draw: Integers
    weight: Array
    losses: Mapping[int, EventLoss]


def grouped_rows(
    columns: PortfolioColumns, catalogue: Sequence[EventPatterns], assumptions: Assumptions
) -> tuple[GroupedRows, ...]:
    """Price every grouped use case in every event that reaches it."""
    alike: dict[object, list[GroupedCase]] = {}
    for case in columns.grouped:
        key = (case.numbers.requirement, case.numbers.buffer_days, case.routes, case.country)
        alike.setdefault(key, []).append(case)
    return tuple(_priced(cases, columns, catalogue, assumptions) for cases in alike.values())


def _priced(
    cases: list[GroupedCase],
    columns: PortfolioColumns,
    catalogue: Sequence[EventPatterns],
    assumptions: Assumptions,
) -> GroupedRows:
    routes = [columns.routes[one] for one in cases[0].routes]
    numbers = _side_by_side([one.numbers for one in cases])
    startup = StartupNumbers(
        name=EACH_CUSTOMER,
        country=columns.countries[cases[0].country],
        gross_profit_usd=numbers.margin_usd_per_day,
        gross_profit_known=True,
        use_cases=(numbers,),
        unknown={},
    )
    suppliers = {name for one in routes for name in one.suppliers}
    concerned = {
        id(one.event): number
        for number, one in enumerate(catalogue)
        if one.event.only_startup is None or one.event.root in suppliers
    }
    reaching = [one for one in catalogue if id(one.event) in concerned]
    places = {
        one.dependency.key: Place(
            endpoint=route.endpoint, fallback=route.fallback, promises=route.promises
        )
        for one, route in zip(numbers.dependencies, routes, strict=True)
    }
    found = event_losses(startup, reaching, places, assumptions)
    return GroupedRows(
        routes=cases[0].routes,
        startup=np.repeat([one.startup for one in cases], [one.draws for one in cases]),
        draw=np.concatenate([np.arange(one.draws) for one in cases]),
        weight=np.concatenate([np.full(one.draws, 1 / one.draws) for one in cases]),
        losses={concerned[id(one.event)]: one for one in found},
    )


def _side_by_side(cases: list[UseCaseNumbers]) -> UseCaseNumbers:
    """One use case whose draws are those of all; dependencies keep the first one's keys."""
    first = cases[0]
    members = tuple(
        _joined(place, (case.dependencies[place] for case in cases))
        for place in range(len(first.dependencies))
    )
    margin = np.concatenate([one.margin_usd_per_day for one in cases])
    return replace(first, margin_usd_per_day=margin, dependencies=members)


def _joined(place: int, members: Iterable[DependencyNumbers]) -> DependencyNumbers:
    """Several dependencies' draws one after the other, under a key of their place."""
    parts = list(members)
    first = parts[0]
    arrays = {
        name: np.concatenate([getattr(one, name) for one in parts])
        for name, value in first.__dict__.items()
        if isinstance(value, np.ndarray)
    }
    return replace(first, dependency=replace(first.dependency, key=f"{place}"), **arrays)
