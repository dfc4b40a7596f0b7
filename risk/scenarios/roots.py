"""Where a falter begins: a name made into a node of the supply chain, or a rule that picks one."""

from collections import Counter

from risk.catalog.records import Catalog
from risk.portfolio.book import Book

#: A root that depends on the portfolio: the model of a developer that most startups name.
MOST_USED_MODEL_OF = "most used model of "


class UnknownRoot(ValueError):
    """The name is neither a provider, a service nor a model of the catalogue."""


def find_root(name: str, book: Book, catalog: Catalog) -> str:
    """The node meant by ``name``, ignoring case: provider, service or model.

    ``most used model of OpenAI`` is the model of that developer that most startups of the book
    name, the first by name among equals; where nobody names one, its unnamed models.

    Raises:
        UnknownRoot: no such node; the message names the closest providers.
    """
    wanted = name.strip().casefold()
    if wanted.startswith(MOST_USED_MODEL_OF):
        developer = _known(wanted.removeprefix(MOST_USED_MODEL_OF).strip(), name, book, catalog)
        return _most_used_model(developer, book, catalog)
    return _known(wanted, name, book, catalog)


def _known(wanted: str, name: str, book: Book, catalog: Catalog) -> str:
    for names in (catalog.providers, catalog.services, book.chain.graph.nodes, catalog.models):
        for one in names:
            if one.casefold() == wanted:
                return str(one)
    near = [one for one in catalog.providers if wanted[:4] and wanted[:4] in one.casefold()]
    hint = f" Did you mean {', '.join(near[:3])}?" if near else ""
    raise UnknownRoot(f"'{name}' is not a provider, service or model in the catalogue.{hint}")


def _most_used_model(developer: str, book: Book, catalog: Catalog) -> str:
    users: Counter[str] = Counter()
    for member in book.members:
        named = {one.model for one in member.placed.endpoint_of.values() if one.model}
        users.update(
            one
            for one in named
            if one in catalog.models and catalog.models[one].developer == developer
        )
    if not users:
        return f"Unnamed model of {developer}"
    return min(users, key=lambda one: (-users[one], one))
