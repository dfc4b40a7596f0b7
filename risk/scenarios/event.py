"""A scenario as one event of the model: where it begins, and when its loss is taken."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.hazard.durations import Duration, FixedDuration, Permanent
from risk.hazard.event_catalogue import failure_rows
from risk.hazard.events import Event
from risk.hazard.failure_settings import usual_notice_days
from risk.hazard.supply_chain import SupplyChain
from risk.loss.exposures import Book
from risk.scenarios.results import Scenario

Array = NDArray[np.float64]

DEFAULT_DAYS: Mapping[FailureKind, float] = {
    FailureKind.OUTAGE: 1.0,
    FailureKind.DEGRADED: 1.0,
    FailureKind.REGIONAL_BLOCK: 28.0,
}
DEFAULT_SEVERITY: Mapping[FailureKind, float] = {FailureKind.DEGRADED: 0.3}
#: How long the day-by-day path of a disruption for good is drawn, in days after it takes effect.
PERMANENT_HORIZON_DAYS = 180
#: What comes later, to the end of the longest horizon of the model, is shown on this day.
LAST_DAY = 365.0
SHORT_PATH_POINTS = 31
#: A root that depends on the portfolio: the model of a developer that most startups name.
MOST_USED_MODEL_OF = "most used model of "


class UnknownRoot(ValueError):
    """The name is neither a provider, a service nor a model of the catalogue."""


def scenario_event(
    scenario: Scenario, root: str, chain: SupplyChain, catalog: Catalog, assumptions: Assumptions
) -> Event:
    """The scenario as an event; what it leaves open comes from the model's own rates."""
    kind = scenario.kind
    rows = [row for row in failure_rows(root, catalog, chain) if row.kind is kind]
    fallback = [row for row in catalog.rates if row.kind is kind]
    row = next(iter(rows or fallback), None)
    notice = scenario.notice_days
    if notice is None:
        notice = usual_notice_days(row, root, assumptions) if row else 0.0
    severity = scenario.severity
    if severity is None:
        blocked = kind is FailureKind.REGIONAL_BLOCK
        severity = assumptions.region_share if blocked else DEFAULT_SEVERITY.get(kind, 1.0)
    days = DEFAULT_DAYS.get(kind, 1.0) if scenario.days is None else scenario.days
    duration: Duration = Permanent() if kind in PERMANENT_KINDS else FixedDuration(days)
    return Event(
        root=root,
        kind=kind,
        level="scenario",
        rate_per_year=0.0,
        severity=severity,
        duration=duration,
        notice_days=notice,
        price_multiple=scenario.price_multiple or assumptions.price_multiple,
    )


def limited(catalog: Catalog, scenario: Scenario) -> Catalog:
    """The catalogue with only those links that the scenario goes through, where it names any."""
    if scenario.through is None:
        return catalog
    kept = tuple(one for one in catalog.links if one.relation == scenario.through)
    return replace(catalog, links=kept)


def path_days(event: Event) -> Array:
    """Points in time at which the loss is taken, in days; the last one carries the whole loss.

    Every whole day is among them, so that what is lost from day to day is exact.
    """
    if isinstance(event.duration, FixedDuration):
        end = max(event.duration.days, 1e-6)
        fine = np.linspace(0.0, end, SHORT_PATH_POINTS)
        return np.asarray(np.unique(np.concatenate([fine, np.arange(1.0, end)])))
    return np.append(np.arange(PERMANENT_HORIZON_DAYS + 1.0), np.inf)


def shown_days(path: Array) -> Array:
    """Infinity, the whole loss, is shown one year after the disruption takes effect."""
    return np.where(np.isinf(path), LAST_DAY, path)


def filled(scenario: Scenario, event: Event, root: str, customer: str | None) -> Scenario:
    """The scenario with every setting spelled out."""
    if event.kind is FailureKind.LEADERSHIP_CRISIS:
        return replace(scenario, root=root)
    length = event.duration.days if isinstance(event.duration, FixedDuration) else None
    multiple = event.price_multiple if event.kind is FailureKind.PRICE_SHOCK else None
    return replace(
        scenario,
        root=root,
        days=length,
        severity=event.severity,
        notice_days=event.notice_days,
        price_multiple=multiple,
        customer=customer,
    )


def find_root(name: str, book: Book, chain: SupplyChain, catalog: Catalog) -> str:
    """The node meant by ``name``, ignoring case: provider, service or model.

    ``most used model of OpenAI`` is the model of that developer that most startups of the book
    name, the first by name among equals; where nobody names one, its unnamed models.

    Raises:
        UnknownRoot: no such node; the message names the closest providers.
    """
    wanted = name.strip().casefold()
    if wanted.startswith(MOST_USED_MODEL_OF):
        developer = _known(wanted.removeprefix(MOST_USED_MODEL_OF).strip(), name, chain, catalog)
        return _most_used_model(developer, book, catalog)
    return _known(wanted, name, chain, catalog)


def _known(wanted: str, name: str, chain: SupplyChain, catalog: Catalog) -> str:
    for names in (catalog.providers, catalog.services, chain.graph.nodes, catalog.models):
        for one in names:
            if one.casefold() == wanted:
                return str(one)
    near = [one for one in catalog.providers if wanted[:4] and wanted[:4] in one.casefold()]
    hint = f" Did you mean {', '.join(near[:3])}?" if near else ""
    raise UnknownRoot(f"'{name}' is not a provider, service or model in the catalogue.{hint}")


def _most_used_model(developer: str, book: Book, catalog: Catalog) -> str:
    users = users_of_models(book, catalog, developer)
    if not users:
        return f"Unnamed model of {developer}"
    return min(users, key=lambda one: (-users[one], one))


def users_of_models(book: Book, catalog: Catalog, developer: str) -> dict[str, int]:
    """How many startups use each listed model of a developer, as backups too."""
    one = book.exposures
    owner = np.repeat(np.arange(len(one)), np.diff(one.case_start))
    of_link = np.repeat(owner, np.diff(one.link_start))
    routes: dict[str, list[int]] = {}
    for place, route in enumerate(book.routes):
        for end in (route.endpoint, route.backup):
            model = None if end is None else end.model
            known = catalog.models.get(model or "")
            if known is not None and known.developer == developer:
                routes.setdefault(known.name, []).append(place)
    return {
        model: len(np.unique(of_link[np.isin(one.route, places)]))
        for model, places in routes.items()
    }
