"""From a startup's dependencies to the nodes of the supply chain they sit on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from risk.catalog.lookup import service_for
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED, Catalog
from risk.exposure.event_losses import Place
from risk.exposure.numbers import exposed_use_cases
from risk.exposure.promises import promises_of
from risk.hazard.supply_chain import OWN_OPERATION, Endpoint, developer_node
from risk.inventory.records import Dependency, Fallback, Startup

REAL_FALLBACKS = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC, Fallback.DOCUMENTED)


@dataclass(frozen=True, kw_only=True)
class PlacedStartup:
    """A startup's endpoints: ``places`` by dependency key, ``endpoints`` to build a chain from."""

    places: Mapping[str, Place]
    endpoints: tuple[Endpoint, ...]
    customers: tuple[tuple[str, str, str], ...]
    endpoint_of: Mapping[str, Endpoint]


def place_startup(startup: Startup, catalog: Catalog) -> PlacedStartup:
    """Where every exposed dependency of one startup, and its fallback, sits."""
    places: dict[str, Place] = {}
    endpoint_of: dict[str, Endpoint] = {}
    endpoints: list[Endpoint] = []
    customers: list[tuple[str, str, str]] = []
    for dependency in _exposed(startup):
        endpoint = endpoint_for(dependency, catalog)
        fallback = fallback_endpoint(dependency, catalog)
        endpoints.extend(one for one in (endpoint, fallback) if one)
        endpoint_of[dependency.key] = endpoint
        places[dependency.key] = Place(
            endpoint=endpoint.node,
            fallback=fallback.node if fallback else None,
            promises=promises_of(dependency),
        )
        runs_it = endpoint.service.host == SELF_HOSTED
        supplier = OWN_OPERATION if runs_it else developer_node(endpoint.service)
        customers.append((startup.name, startup.country or "", supplier))
    return PlacedStartup(
        places=places,
        endpoints=tuple(endpoints),
        customers=tuple(customers),
        endpoint_of=endpoint_of,
    )


def endpoint_for(dependency: Dependency, catalog: Catalog) -> Endpoint:
    """The service and model that a dependency calls.

    A host that nobody named is taken to be the developer's own, its most exposed place.
    """
    developer = _named(dependency.developer)
    host = _named(dependency.host) or developer or UNSPECIFIED
    return Endpoint(service_for(catalog, developer, host), dependency.model)


def fallback_endpoint(dependency: Dependency, catalog: Catalog) -> Endpoint | None:
    """Where a dependency falls back to; None if there is no fallback or nobody named where."""
    developer = _named(dependency.fallback_developer)
    host = _named(dependency.fallback_host) or developer
    if dependency.fallback not in REAL_FALLBACKS or host is None:
        return None
    return Endpoint(service_for(catalog, developer, host), None)


def _named(text: str | None) -> str | None:
    return None if text in (None, "", UNSPECIFIED) else text


def _exposed(startup: Startup) -> Iterable[Dependency]:
    for _, dependencies in exposed_use_cases(startup):
        yield from dependencies
