"""Names on a link: as the register has them, or labels that are made of nothing but numbers.

Where names are hidden a content is built of labels and of names in the catalogue; no text that
somebody wrote is ever put in, so that none has to be looked for.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from risk.alternatives.results import Alternative, OptionClass
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog
from risk.hazard.supply_chain import OWN_OPERATION
from risk.inventory.records import Dependency, Startup

A_PORTFOLIO = "A portfolio"
THIS_STARTUP = "This company"
OWN_PROVIDER = "a provider of its own"
#: What the model calls those whom nobody named.
_UNNAMED = (
    *(UNSPECIFIED, SELF_HOSTED, IN_HOUSE, OWN_OPERATION),
    *("Unnamed developer", "Unnamed model", "model not named"),
)
#: How the model joins two names into one, as in ``Unnamed model of OpenAI``.
_JOINED = re.compile(" (?:on|at|of|·) ")
_PATH = " → "
#: Options that lead to another model or host, which is then named.
_MOVES = (
    OptionClass.OTHER_HOST,
    OptionClass.OTHER_MODEL,
    OptionClass.OTHER_DEVELOPER,
    OptionClass.SELF_HOST,
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """What startups, use cases and providers are called. ``catalogue`` None: by their names.

    Otherwise ``catalogue`` is all that may be named, and ``labels`` what each startup is called.
    """

    catalogue: frozenset[str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def are_real(self) -> bool:
        """Whether everything is called by its name."""
        return self.catalogue is None

    def numbered(self, startups: Iterable[str]) -> "Names":
        """Return these names with the startups labelled in this order."""
        labels = {name: f"Company {place}" for place, name in enumerate(startups, start=1)}
        return replace(self, labels=labels)

    def portfolio(self, name: str) -> str:
        """Return what the portfolio is called."""
        return name if self.are_real else A_PORTFOLIO

    def startup(self, name: str) -> str:
        """Return what a startup is called."""
        return name if self.are_real else self.labels[name]

    def use_cases(self, startup: Startup) -> dict[str, str]:
        """Return what each use case of a startup is called."""
        return {
            one.name: one.name if self.are_real else f"Use case {place}"
            for place, one in enumerate(startup.use_cases, start=1)
        }

    def known(self, text: str | None) -> str | None:
        """Return a provider, service or model, None where it may not be named."""
        if text is None or self.catalogue is None or text in self.catalogue:
            return text
        parts = _JOINED.split(text)
        return text if len(parts) > 1 and self.catalogue.issuperset(parts) else None

    def provider(self, text: str) -> str:
        """Return a provider, service or model; what may not be named is the startup's own."""
        return self.known(text) or OWN_PROVIDER

    def providers(self, texts: Iterable[str]) -> list[str]:
        """Return providers, each once."""
        return list(dict.fromkeys(map(self.provider, texts)))

    def written(self, dependency: Dependency) -> str:
        """Return what a dependency is called: as it was written, or who it is if that is known."""
        known = self.known(dependency.provider_text) or self.known(dependency.developer)
        return known or self.provider(dependency.host or "")

    def way(self, text: str) -> str:
        """Return a way from root to service such as ``OpenAI → Azure OpenAI Service (20 %)``."""
        nodes, _, chance = text.rpartition(" (")
        return f"{_PATH.join(map(self.provider, nodes.split(_PATH)))} ({chance}"

    def option(self, one: Alternative) -> str:
        """Return what an option is: its title, or its kind and where it leads."""
        if self.are_real:
            return one.option
        what = one.option_class.value[:1].upper() + one.option_class.value[1:]
        if one.option_class not in _MOVES:
            return what
        where = [known for known in map(self.known, (one.model, one.host)) if known]
        return f"{what}: {' at '.join(where)}" if where else what

    def options(self, startup: Startup, found: Sequence[Alternative]) -> list[Alternative]:
        """Return the options of a startup in these names."""
        cases = self.use_cases(startup)
        return [
            replace(one, use_case=cases[one.use_case], option=self.option(one)) for one in found
        ]


def labels_beside(catalog: Catalog) -> Names:
    """Return names in which nothing but what the shipped catalogue lists is called by its name.

    Own providers and services are names that somebody wrote.
    """
    listed = (*catalog.providers, *catalog.services, *catalog.models, *_UNNAMED)
    return Names(catalogue=frozenset(listed) - catalog.own.names)
