"""A portfolio made ready to calculate with: one supply chain, one event catalogue, all losses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.exposure.event_losses import EventLoss, event_losses
from risk.exposure.numbers import StartupNumbers, numbers_of
from risk.exposure.places import PlacedStartup, place_startup
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.patterns import EventPatterns, all_patterns
from risk.hazard.supply_chain import Endpoint, SupplyChain, build_supply_chain
from risk.inventory.records import Portfolio, Startup

Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One startup with its numbers and its place in the supply chain."""

    startup: Startup
    numbers: StartupNumbers
    placed: PlacedStartup


@dataclass(frozen=True, kw_only=True)
class Book:
    """The portfolio, the chain behind it and the events that can reach it."""

    members: tuple[Member, ...]
    chain: SupplyChain
    events: tuple[EventPatterns, ...]

    @cached_property
    def _by_limit(self) -> Mapping[tuple[str | None, str | None], tuple[EventPatterns, ...]]:
        found: dict[tuple[str | None, str | None], list[EventPatterns]] = {}
        for one in self.events:
            limit = (one.event.only_startup, one.event.only_country)
            found.setdefault(limit, []).append(one)
        return {limit: tuple(events) for limit, events in found.items()}

    def events_for(self, member: Member) -> tuple[EventPatterns, ...]:
        """The events that are not limited to other startups or other countries."""
        limits = (None, None), (None, member.numbers.country), (member.startup.name, None)
        return tuple(one for limit in limits for one in self._by_limit.get(limit, ()))


def open_book(
    portfolio: Portfolio, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Book:
    """Place every startup in the supply chain and list the events that can reach any of them."""
    members = tuple(
        member_of(startup, catalog=catalog, assumptions=assumptions, today=today)
        for startup in sorted(portfolio.startups, key=lambda one: one.name)
    )
    chain, events = chain_behind(members, catalog=catalog, assumptions=assumptions, today=today)
    return Book(members=members, chain=chain, events=events)


def member_of(
    startup: Startup, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Member:
    """One startup with its numbers, placed in the supply chain."""
    return Member(
        startup=startup,
        numbers=numbers_of(startup, assumptions=assumptions, today=today),
        placed=place_startup(startup, catalog),
    )


def chain_behind(
    members: Iterable[Member], *, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[SupplyChain, tuple[EventPatterns, ...]]:
    """The supply chain behind these startups and the events that can reach any of them."""
    members = tuple(members)
    endpoints = [one for member in members for one in member.placed.endpoints]
    customers = [one for member in members for one in member.placed.customers]
    return chain_on(endpoints, customers, catalog=catalog, assumptions=assumptions, today=today)


def chain_on(
    endpoints: Iterable[Endpoint],
    customers: Iterable[tuple[str, str, str]],
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
) -> tuple[SupplyChain, tuple[EventPatterns, ...]]:
    """The same from the endpoints and the direct customers (startup, country, supplier)."""
    chain = build_supply_chain(catalog, endpoints, assumptions)
    events = event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
    return chain, all_patterns(chain, events)


def losses_of(member: Member, book: Book, assumptions: Assumptions) -> tuple[EventLoss, ...]:
    """Every event's losses for one member."""
    events = book.events_for(member)
    return event_losses(member.numbers, events, member.placed.places, assumptions)


def all_losses(
    book: Book, assumptions: Assumptions, progress: Progress | None = None
) -> Mapping[str, tuple[EventLoss, ...]]:
    """Losses by startup name; ``progress`` hears the share done, 0 to 1."""
    found: dict[str, tuple[EventLoss, ...]] = {}
    for done, member in enumerate(book.members, start=1):
        found[member.startup.name] = losses_of(member, book, assumptions)
        if progress:
            progress(done / len(book.members))
    return found
