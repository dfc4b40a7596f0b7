"""The event catalogue: every way in which the endpoints of a portfolio can go down.

Which endpoints an event reaches is the matter of :mod:`risk.loss.travel`. docs/method.md §1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from risk.assumptions import Assumptions
from risk.catalog.failure_kinds import SERVICE_KINDS, EvidenceKind, FailureKind, FailureRate
from risk.catalog.jurisdictions import REGION, region_node
from risk.catalog.model_history import cell_node, cell_of
from risk.catalog.records import RUN_BY_ONESELF, Catalog, Retirement, Role
from risk.hazard.durations import Permanent
from risk.hazard.events import DATED, Event
from risk.hazard.failure_settings import rate_factor, usual_notice_days
from risk.hazard.market_queue import queued
from risk.hazard.rate_laws import duration_of, rate_law, rows_for
from risk.hazard.supply_chain import (
    HERE_KINDS,
    OWN_OPERATION,
    Endpoint,
    SupplyChain,
    developer_node,
    is_cloud,
)

#: Published retirements this far ahead count as coming.
A_YEAR = timedelta(days=365)

DEVELOPER_KINDS = (FailureKind.ACQUISITION, FailureKind.WIND_DOWN)


def event_catalogue(
    chain: SupplyChain,
    catalog: Catalog,
    assumptions: Assumptions,
    *,
    customers: Iterable[tuple[str, str, str]],
    today: date,
) -> tuple[Event, ...]:
    """Every event that can reach the chain's endpoints.

    ``customers`` lists (startup, country or "", supplier) for every direct dependence: access
    cuts hit one customer, regional blocks the customers of one country, and what a startup runs
    itself fails for it alone. A model whose last day at a host lies within a year of ``today``
    ends there once in that year, with the notice that is left beside the days of it that have
    passed; one whose day is later does not.
    """
    usual = [
        _event(row, node, catalog, assumptions)
        for node in sorted(chain.graph.nodes)
        for row in failure_rows(node, catalog, chain)
    ]
    found = _dated_retirements(usual, chain, catalog, today)
    found.extend(_customer_events(catalog, assumptions, customers))
    found = queued(found, catalog, assumptions)
    return tuple(one for one in found if one.rate_per_year > 0)


def failure_rows(node: str, catalog: Catalog, chain: SupplyChain) -> tuple[FailureRate, ...]:
    """The rates that apply to one node: its own where it has any, else those of its sort."""
    return tuple(
        row
        for kinds, defaults in _sorts_of(node, chain, catalog)
        for row in rows_for(catalog.rates, node=node, kinds=kinds, defaults=defaults)
    )


def _sorts_of(
    node: str, chain: SupplyChain, catalog: Catalog
) -> list[tuple[tuple[FailureKind, ...], tuple[str, ...]]]:
    """Which kinds of failure begin at this node, and which default rows stand for it."""
    provider = catalog.providers.get(node)
    roles = provider.roles if provider else frozenset()
    is_host, is_developer = node in chain.hosts, node in chain.developers
    sorts: list[tuple[tuple[FailureKind, ...], tuple[str, ...]]] = []
    if here := chain.services_here.get(node):
        cell = cell_of(developer_node(here), here.host, catalog.providers)
        sorts.append((HERE_KINDS, (cell_node(cell),)))
    if is_developer:
        tier = provider.tier if provider and provider.tier else "second"
        sorts.append((DEVELOPER_KINDS, (f"*developer {tier}", "*developer")))
    elif is_host and Role.CLOUD not in roles:
        sorts.append(((FailureKind.WIND_DOWN,), ("*host", "*developer")))
    if is_host and Role.CLOUD in roles:
        sorts.append(((FailureKind.WIND_DOWN,), ()))
    # A developer's own service fails whether or not anybody here calls it directly.
    services = (one.service for one in chain.endpoints)
    serves_at_cloud = any(one.name == node and is_cloud(catalog, one.host) for one in services)
    if Role.CLOUD in roles:
        sorts.append((SERVICE_KINDS, ("*cloud",)))
    elif Role.EDGE in roles:
        sorts.append((SERVICE_KINDS, ("*edge",)))
    elif is_host or (Role.HOST in roles and is_developer) or serves_at_cloud:
        sorts.append((SERVICE_KINDS, ("*service",)))
    return sorts


def _event(
    row: FailureRate, node: str, catalog: Catalog, assumptions: Assumptions, **limits: str
) -> Event:
    evidence = catalog.rate_evidence.get(row.key)
    unsure = bool(catalog.rate_evidence) and row.rate_per_year > 0
    return Event(
        root=node,
        kind=row.kind,
        level=row.level,
        rate_per_year=row.rate_per_year * rate_factor(row.kind, assumptions),
        # A price shock stops nothing: what its links pass on is the rise itself.
        severity=1.0 if row.kind is FailureKind.PRICE_SHOCK else row.severity * row.calibration,
        duration=duration_of(row, assumptions),
        notice_days=usual_notice_days(row, node, assumptions),
        price_multiple=assumptions.price_multiple,
        only_startup=limits.get("only_startup"),
        only_country=limits.get("only_country"),
        rate_shape=rate_law(row, evidence).shape if unsure else None,
        rate_of=row.node if evidence and evidence.how is EvidenceKind.FITTED else "",
    )


def last_days(retirements: Sequence[Retirement]) -> Mapping[tuple[str, str | None], int]:
    """The place of the earliest last day by model and host (None: where no other date holds)."""
    found: dict[tuple[str, str | None], int] = {}
    for place, one in enumerate(retirements):
        key = (one.model, one.host)
        if key not in found or one.shutdown < retirements[found[key]].shutdown:
            found[key] = place
    return found


def published(end: Endpoint, known: Mapping[tuple[str, str | None], int]) -> int:
    """The retirement that holds for an endpoint, -1 for none: its host's own, else its developer's.

    What one runs oneself does not end.
    """
    host, model = end.service.host, end.model
    if model is None or host in RUN_BY_ONESELF:
        return -1
    return known.get((model, host), known.get((model, None), -1))


def _dated_retirements(
    events: list[Event], chain: SupplyChain, catalog: Catalog, today: date
) -> list[Event]:
    """Replace the usual rate of retirement by the published date where one lies ahead.

    A date that has passed says that the register is out of date, not when the model ends.
    """
    known = last_days(catalog.retirements)
    ahead: dict[str, Retirement] = {}
    for endpoint in chain.endpoints:
        place = published(endpoint, known)
        if place >= 0 and catalog.retirements[place].shutdown >= today:
            ahead[endpoint.model_here_node] = catalog.retirements[place]
    kind = FailureKind.MODEL_RETIREMENT
    others = [one for one in events if one.kind is not kind or one.root not in ahead]
    return others + [
        Event(
            root=root,
            kind=kind,
            level=DATED,
            rate_per_year=1.0,
            severity=1.0,
            duration=Permanent(),
            notice_days=float((one.shutdown - today).days),
            passed_days=_passed(one, today),
        )
        for root, one in sorted(ahead.items(), key=lambda each: each[0])
        if one.shutdown <= today + A_YEAR
    ]


def _passed(one: Retirement, today: date) -> float:
    """Days since a retirement was announced; 0 where nobody knows when, or it is still to come."""
    return 0.0 if one.announced is None else float(max(0, (today - one.announced).days))


def _customer_events(
    catalog: Catalog, assumptions: Assumptions, customers: Iterable[tuple[str, str, str]]
) -> Iterable[Event]:
    known = sorted(set(customers))
    for startup, _, supplier in known:
        own = supplier == OWN_OPERATION
        kinds: tuple[FailureKind, ...] = SERVICE_KINDS if own else (FailureKind.ACCESS_CUT,)
        defaults = ("*service" if own else "*customer",)
        for row in rows_for(catalog.rates, node=supplier, kinds=kinds, defaults=defaults):
            yield _event(row, supplier, catalog, assumptions, only_startup=startup)
    developers = {(country, supplier) for _, country, supplier in known}
    for country, developer in sorted(developers):
        if developer == OWN_OPERATION:
            continue
        kinds, company = (FailureKind.REGIONAL_BLOCK,), catalog.providers.get(developer)
        between = region_node(company.country if company else None, country), REGION
        for row in rows_for(catalog.rates, node=developer, kinds=kinds, defaults=between):
            event = _event(row, developer, catalog, assumptions, only_country=country)
            yield replace(event, severity=event.severity * assumptions.region_share)
