"""Places of a dependency and its fallback: the nodes of the supply chain on which they sit."""

from risk.catalog.lookup import service_for
from risk.catalog.records import UNSPECIFIED, Catalog
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import REAL_FALLBACKS
from risk.inventory.records import Dependency


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
