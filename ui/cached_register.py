"""The register as pages read it: a page of startups at a time, anew each time, at every size."""

from db.services import exports, startup_pages
from db.services.startup_pages import StartupFilter, StartupOrder, StartupsPage
from ui import cached

#: Startups on a page of the register.
PER_PAGE = 100


def register_page(
    name: str, wanted: StartupFilter, *, order: StartupOrder, number: int
) -> StartupsPage:
    """Return one page of those startups of a portfolio that are wanted; the first is number 1."""
    return startup_pages.startups_page(
        cached.store(),
        cached.actor(),
        name,
        wanted,
        today=cached.today(),
        order=order,
        descending=order is not StartupOrder.NAME,
        offset=(number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )


def sectors(name: str) -> tuple[str, ...]:
    """Return every sector that a startup of the portfolio has."""
    return startup_pages.startup_sectors(cached.store(), cached.actor(), name)


def matching(name: str, wanted: StartupFilter) -> int:
    """Return how many startups of a portfolio are wanted."""
    found = startup_pages.startups_page(
        cached.store(), cached.actor(), name, wanted, today=cached.today(), limit=1
    )
    return found.matching


def not_in_an_inventory(name: str) -> tuple[str, ...]:
    """Return in sentences what the register holds that its inventory has no place for."""
    return exports.not_in_an_inventory(cached.store(), cached.actor(), name)
