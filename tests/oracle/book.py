"""The events that can reach some startups, and the supply chain behind these."""

from collections.abc import Iterable
from datetime import date

from risk.assumptions import Assumptions
from risk.catalog.records import Catalog
from risk.hazard.event_catalogue import event_catalogue
from risk.hazard.events import Event
from risk.hazard.supply_chain import SupplyChain, build_supply_chain
from risk.inventory.records import Startup
from tests.oracle.places import place_startup


def events_behind(
    startups: Iterable[Startup], *, catalog: Catalog, assumptions: Assumptions, today: date
) -> tuple[SupplyChain, tuple[Event, ...]]:
    """The supply chain behind some startups, and every event that can reach any of them."""
    placed = [place_startup(one, catalog) for one in startups]
    endpoints = [end for one in placed for end in one.endpoints]
    customers = [customer for one in placed for customer in one.customers]
    chain = build_supply_chain(catalog, endpoints, assumptions)
    return chain, event_catalogue(chain, catalog, assumptions, customers=customers, today=today)
