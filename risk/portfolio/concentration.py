"""How concentrated a portfolio is: shares of AI-dependent margin, HHI and effective numbers.

docs/method.md §5. Shares are of the margin that would stop, not of seats or spend.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.numbers import DependencyNumbers
from risk.hazard.supply_chain import developer_node, is_cloud
from risk.measures import effective_number, herfindahl
from risk.portfolio.book import Book
from risk.portfolio.results import Concentration, DependenceShare

DAYS_PER_YEAR = 365.0
NO_CLOUD = "no known cloud"


def dependence(book: Book) -> tuple[DependenceShare, ...]:
    """Margin at risk in USD a year by startup, developer and host (mean over unknown facts)."""
    found: dict[tuple[str, str, str], float] = {}
    for member in book.members:
        for case in member.numbers.use_cases:
            for one in case.dependencies:
                service = member.placed.endpoint_of[one.dependency.key].service
                key = (developer_node(service), service.host, member.startup.name)
                margin = float((case.margin_usd_per_day * one.share).mean()) * DAYS_PER_YEAR
                found[key] = found.get(key, 0.0) + margin / _overlap(case.dependencies)
    return tuple(
        DependenceShare(developer=key[0], host=key[1], startup=key[2], margin_usd_per_year=margin)
        for key, margin in sorted(found.items())
    )


def concentration(book: Book, catalog: Catalog) -> Mapping[str, Concentration]:
    """HHI, effective number and shares by service, developer, host and cloud."""
    return concentration_of(margins_by_level(book, catalog))


def margins_by_level(book: Book, catalog: Catalog) -> dict[str, dict[str, float]]:
    """Margin in USD a day by level and name; those of parts of a portfolio add up."""
    margins: dict[str, dict[str, float]] = {
        level: {} for level in ("service", "developer", "host", "cloud")
    }
    for member in book.members:
        for case in member.numbers.use_cases:
            for one in case.dependencies:
                service = member.placed.endpoint_of[one.dependency.key].service
                margin = float((case.margin_usd_per_day * one.share).mean())
                margin /= _overlap(case.dependencies)
                _add(margins["service"], service.name, margin)
                _add(margins["developer"], developer_node(service), margin)
                _add(margins["host"], service.host, margin)
                clouds = _clouds_of(service.host, book, catalog)
                for cloud in clouds:
                    _add(margins["cloud"], cloud, margin / len(clouds))
    return margins


def concentration_of(margins: Mapping[str, Mapping[str, float]]) -> Mapping[str, Concentration]:
    """The same from margins by level and name."""
    return {level: _concentration(values) for level, values in margins.items()}


def _clouds_of(host: str, book: Book, catalog: Catalog) -> tuple[str, ...]:
    """The clouds a host stands on; itself if it is one. Split evenly where there are several."""
    if is_cloud(catalog, host):
        return (host,)
    if host not in book.chain.graph:
        return (NO_CLOUD,)
    edges = book.chain.graph.in_edges(host, data=True)
    clouds = sorted(
        upstream
        for upstream, _, data in edges
        if is_cloud(catalog, upstream) and FalterKind.OUTAGE in data["effects"]
    )
    return tuple(clouds) or (NO_CLOUD,)


def _overlap(dependencies: Iterable[DependencyNumbers]) -> float:
    """Dependencies that each count whole share the use case's margin between them."""
    shares = [float(one.share[0]) for one in dependencies]
    return max(1.0, sum(shares))


def _add(values: dict[str, float], name: str, margin: float) -> None:
    values[name] = values.get(name, 0.0) + margin


def _concentration(margins: Mapping[str, float]) -> Concentration:
    amounts = np.array(list(margins.values()))
    total = amounts.sum() if len(amounts) else 0.0
    if total <= 0:
        return Concentration(hhi=None, effective_number=None, shares={})
    shares = {name: float(one / total) for name, one in margins.items()}
    return Concentration(
        hhi=herfindahl(amounts),
        effective_number=effective_number(amounts),
        shares=dict(sorted(shares.items(), key=lambda item: -item[1])),
    )
