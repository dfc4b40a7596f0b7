"""A startup with one dependency changed, scored on one event catalogue over all its options.

Staying and every option meet the same events and the same draws of what is unknown (common random
numbers), so their difference is the option's doing alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.event_losses import EventLoss, event_losses
from risk.exposure.numbers import (
    DependencyNumbers,
    StartupNumbers,
    UseCaseNumbers,
    numbers_of,
)
from risk.exposure.places import PlacedStartup, place_startup
from risk.exposure.side_by_side import CaseVariant
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.patterns import EventPatterns, all_patterns
from risk.hazard.supply_chain import build_supply_chain
from risk.inventory.records import Dependency, Startup, UseCase


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all options are scored with."""

    catalog: Catalog
    assumptions: Assumptions
    today: date


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The startup with one option taken, in numbers and in place."""

    numbers: StartupNumbers
    placed: PlacedStartup

    def case(self, name: str) -> UseCaseNumbers:
        """The use case of this name."""
        return next(one for one in self.numbers.use_cases if one.name == name)

    def side(self, case: str) -> CaseVariant:
        """One use case of it, to be valued beside others."""
        return CaseVariant(case=self.case(case), places=self.placed.places)

    def dependency(self, case: str, key: str) -> DependencyNumbers:
        """The dependency of this key."""
        members = self.case(case).dependencies
        return next(one for one in members if one.dependency.key == key)


def variant_of(
    startup: Startup, case: UseCase, old: Dependency, new: Dependency, setting: Setting
) -> Variant:
    """The startup with one dependency replaced."""
    changed = replace(
        case, dependencies=tuple(new if one.key == old.key else one for one in case.dependencies)
    )
    cases = tuple(changed if one.name == case.name else one for one in startup.use_cases)
    whole = replace(startup, use_cases=cases)
    return Variant(
        numbers=numbers_of(whole, assumptions=setting.assumptions, today=setting.today),
        placed=place_startup(whole, setting.catalog),
    )


def shared_events(placed: Iterable[PlacedStartup], setting: Setting) -> tuple[EventPatterns, ...]:
    """One event catalogue over today's and all options' endpoints."""
    listed = list(placed)
    endpoints = [endpoint for one in listed for endpoint in one.endpoints]
    customers = [customer for one in listed for customer in one.customers]
    chain = build_supply_chain(setting.catalog, endpoints, setting.assumptions)
    events = event_catalogue(
        chain, setting.catalog, setting.assumptions, customers=customers, today=setting.today
    )
    return all_patterns(chain, events)


def losses_of_case(
    variant: Variant, use_case: str, events: Iterable[EventPatterns], assumptions: Assumptions
) -> tuple[EventLoss, ...]:
    """Every event's losses from one use case."""
    case = variant.case(use_case)
    places = {
        one.dependency.key: variant.placed.places[one.dependency.key] for one in case.dependencies
    }
    only = replace(variant.numbers, use_cases=(case,))
    return event_losses(only, events, places, assumptions)
