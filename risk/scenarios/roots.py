"""Where a disruption begins: the node of the supply chain that a name or a rule means."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.catalog.records import Catalog
from risk.hazard.supply_chain import SupplyChain
from risk.loss.exposures import Book

#: A root that depends on the portfolio: the model of a developer that most startups name.
MOST_USED_MODEL_OF = "most used model of "


class UnknownRoot(ValueError):
    """The name is neither a provider, a service nor a model of the catalogue."""


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
    return {model: _startups_on(of_link, one.route, places) for model, places in routes.items()}


def _startups_on(owner: NDArray[Any], route: NDArray[Any], places: Sequence[int]) -> int:
    return len(np.unique(owner[np.isin(route, places)]))
