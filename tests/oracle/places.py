"""Where a whole startup sits in the supply chain, and whose customer it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from risk.catalog.records import SELF_HOSTED, Catalog
from risk.hazard.supply_chain import OWN_OPERATION, Endpoint, developer_node
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Startup
from risk.loss.places import endpoint_for, fallback_endpoint
from tests.oracle.likeness import Pair, pairs_of


@dataclass(frozen=True, kw_only=True)
class PlacedStartup:
    """A startup's endpoints and backups by dependency key, and (startup, country, supplier).

    ``pairs_of`` says, where a day is given, how far what leaving leads to is from today's model.
    """

    endpoint_of: Mapping[str, Endpoint]
    backup_of: Mapping[str, Endpoint | None]
    customers: tuple[tuple[str, str, str], ...]
    pairs_of: Mapping[str, tuple[Pair, Pair]]

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them, to build a supply chain from."""
        backups = (one for one in self.backup_of.values() if one)
        return (*self.endpoint_of.values(), *backups)


def place_startup(startup: Startup, catalog: Catalog, today: date | None = None) -> PlacedStartup:
    """Where every exposed dependency of one startup, and its fallback, sits."""
    links = [one for _, models in exposed_use_cases(startup) for one in models]
    endpoint_of = {one.key: endpoint_for(one, catalog) for one in links}
    suppliers = (
        OWN_OPERATION if end.service.host == SELF_HOSTED else developer_node(end.service)
        for end in endpoint_of.values()
    )
    return PlacedStartup(
        endpoint_of=endpoint_of,
        backup_of={one.key: fallback_endpoint(one, catalog) for one in links},
        customers=tuple((startup.name, startup.country or "", one) for one in suppliers),
        pairs_of={key: pairs_of(end, catalog, today) for key, end in endpoint_of.items() if today},
    )
