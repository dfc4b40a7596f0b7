"""Clicks on marks of charts: to a startup's page, or to its provider's."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from risk.portfolio.results import PortfolioAssessment
from ui import cached
from ui.charts import portfolio as charts
from ui.page import open_provider, open_startup
from ui.words import headlines


def opening_startups(names: Iterable[str], portfolio: str) -> dict[str, Callable[[], None]]:
    """What :func:`chart` opens where each mark is a startup."""
    return {name: partial(open_startup, name, portfolio) for name in names}


def opening_providers(names: Mapping[str, str], portfolio: str) -> dict[str, Callable[[], None]]:
    """What :func:`chart` opens where each mark is a provider: its name by what the axis says."""
    known = cached.catalog().providers
    return {
        said: partial(open_provider, name, portfolio)
        for said, name in names.items()
        if name in known
    }


def opening_tail(assessment: PortfolioAssessment, by: str) -> dict[str, Callable[[], None]]:
    """Where a click on a bar of the worst years leads: to its startup or its provider."""
    parts = headlines.tail_parts(assessment)[by]
    if by == "startup":
        return opening_startups((one.name for one in parts), assessment.portfolio)
    if by == "kind":
        return {}
    catalog = cached.catalog()
    return opening_providers(
        {
            headlines.part_name(by, one.name): catalog.services[one.name].host
            if one.name in catalog.services
            else charts.company_of(one.name, catalog)
            for one in parts
        },
        assessment.portfolio,
    )
