"""The state of a page that a share link brings back: its filters, applied to the day's data."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from db.engine import Store
from db.services.access import Actor
from db.services.dependence import dependents
from db.services.share_contents import Narrow, Narrowed
from risk.portfolio.providers import How
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import startup_filters, wording
from ui.links import SEPARATOR

#: The pages whose filters pick startups; links made before these stood on their own page have "".
_FILTERED_PAGES = ("startups", "", "portfolio")
_FILTERS = {
    "sector": "sector",
    "provider": "provider",
    "band": "band",
    "known": "facts known",
    "gaps": "only with",
    "on": "depends on",
}
#: Names those who depend on a provider, directly or through someone.
Depends = Callable[[str], Collection[str]]


def who_depends(store: Store, actor: Actor, portfolio: str, *, today: date) -> Depends:
    """Return what names those of a portfolio who depend on a provider, for :func:`narrow_of`."""

    def named(provider: str) -> Collection[str]:
        found = dependents(store, actor, portfolio, provider, today=today)
        return {*found.names(How.DIRECT), *found.names(How.THROUGH)}

    return named


def _nobody(provider: str) -> Collection[str]:
    return ()


def narrow_of(view: Mapping[str, Any] | None, depends: Depends = _nobody) -> Narrow | None:
    """Return what picks the startups that a page's filters let through; None: it has none set.

    ``depends`` names those who depend on the provider of the filter "on"; without it nobody does.
    """
    if view is None or view.get("page") not in _FILTERED_PAGES:
        return None
    parameters = {str(name): str(value) for name, value in view.get("parameters", {}).items()}
    said = tuple(_said(parameters))
    if not said:
        return None

    def narrow(assessment: PortfolioAssessment) -> Narrowed:
        assessed = assessed_of(assessment)
        provider = parameters.get("on")
        among = startup_filters.places_of(assessed, depends(provider)) if provider else None
        kept = startup_filters.filtered(assessed, _filters(parameters), among=among)
        names = frozenset(assessed.table.names[place] for place in kept.tolist())
        return Narrowed(startups=names, filters=said)

    return narrow


def day_of(view: Mapping[str, Any] | None) -> date | None:
    """Return the past day of which the page is that a link is of; None: of today."""
    said = (view or {}).get("parameters", {}).get("as_of")
    return date.fromisoformat(str(said)) if said else None


def slices_of(view: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the slices of the page that a link is of, such as ``country=DE``; none: the whole."""
    said = str((view or {}).get("parameters", {}).get("slice", ""))
    return tuple(one.replace(":", "=", 1) for one in said.split(SEPARATOR) if one)


def _filters(parameters: Mapping[str, str]) -> startup_filters.Filters:
    chosen = {name: _values(parameters, name) for name in _FILTERS}
    return startup_filters.Filters(
        words=parameters.get("search", ""),
        sectors=chosen["sector"],
        providers=chosen["provider"],
        bands=chosen["band"],
        known=chosen["known"],
        gaps=[one for one in chosen["gaps"] if one in startup_filters.GAPS],
    )


def _said(parameters: Mapping[str, str]) -> list[str]:
    said = [
        f"{label} {wording.listed(_values(parameters, name))}"
        for name, label in _FILTERS.items()
        if _values(parameters, name)
    ]
    words = parameters.get("search", "").strip()
    return [f"search for “{words}”", *said] if words else said


def _values(parameters: Mapping[str, str], name: str) -> list[str]:
    return [one for one in parameters.get(name, "").split(SEPARATOR) if one]
