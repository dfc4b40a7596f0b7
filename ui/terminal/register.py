"""Portfolios, startups and providers in the terminal, and what a name is read as."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from risk.catalog.records import Catalog
from risk.inventory.records import Resolution, Startup
from ui import wording
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.portfolios import PortfolioSummary

FACTS = (
    "website",
    "sector",
    "country",
    "notes",
    "annual_revenue_usd",
    "gross_margin",
    "ai_revenue_share",
    "cash_usd",
    "monthly_burn_usd",
    "engineers",
    "invested_usd",
    "as_of",
)


def portfolios_document(summaries: "Iterable[PortfolioSummary]") -> list[Document]:
    """Return each portfolio with the number of its startups and the day of its last change."""
    return [
        {"portfolio": one.name, "startups": one.startups, "updated": one.updated}
        for one in summaries
    ]


def portfolios_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (one["portfolio"], wording.number(one["startups"]), wording.day(one["updated"]))
        for one in document
    ]
    return [table("Portfolios", ("Portfolio", "Startups", "Updated"), rows, right=("Startups",))]


def startups_document(startups: Iterable[Startup]) -> Iterator[Document]:
    """Give every startup with its facts (unknown: None) and what it depends on."""
    for startup in startups:
        yield {
            "startup": startup.name,
            "facts": {name: getattr(startup, name) for name in FACTS},
            "dependencies": _dependencies(startup),
        }


def _dependencies(startup: Startup) -> list[Document]:
    return [
        {
            "use_case": use_case.name,
            "provider_text": dependency.provider_text,
            "answer": dependency.answer,
            "developer": dependency.developer,
            "host": dependency.host,
            "product": dependency.product,
            "model": dependency.model,
            "share": dependency.share,
            "spend_usd": dependency.spend_usd_per_month,
        }
        for use_case in startup.use_cases
        for dependency in use_case.dependencies
    ]


def startups_tables(document: Iterable[Document]) -> list["RenderableType"]:
    """Return one line for each dependency; a startup without any has one line too."""
    nothing = dict.fromkeys(("use_case", "provider_text", "answer", "developer", "host", "model"))
    rows = [
        (
            one["startup"],
            dependency["use_case"] or "",
            dependency["provider_text"] or "",
            dependency["answer"] or "",
            dependency["developer"] or "",
            dependency["host"] or "",
            dependency["model"] or "",
        )
        for one in document
        for dependency in one["dependencies"] or [nothing]
    ]
    columns = ("Startup", "Use case", "As written", "LLM?", "Developer", "Host", "Model")
    return [table("Startups and what they depend on", columns, rows)]


def providers_document(catalog: Catalog) -> list[Document]:
    """Return every provider, what it does, its services and who stands behind these and it."""
    return [
        {
            "name": provider.name,
            "roles": sorted(provider.roles),
            "services": _services(catalog, provider.name),
            "upstream": _upstream(catalog, provider.name),
        }
        for provider in catalog.providers.values()
    ]


def _services(catalog: Catalog, provider: str) -> list[str]:
    return [
        service.name
        for service in catalog.services.values()
        if provider in (service.developer, service.host)
    ]


def _upstream(catalog: Catalog, provider: str) -> list[Document]:
    return [
        {
            "name": link.upstream,
            "kinds": {
                kind: {"probability": effect.probability, "gain": effect.gain}
                for kind, effect in link.effects.items()
            },
        }
        for link in catalog.links
        if link.downstream == provider
    ]


def providers_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            one["name"],
            ", ".join(one["roles"]),
            ", ".join(one["services"]),
            ", ".join(link["name"] for link in one["upstream"]),
        )
        for one in document
    ]
    return [table("Providers", ("Provider", "Roles", "Services", "Stands on"), rows)]


def resolve_document(resolutions: Iterable[Resolution]) -> list[Document]:
    """Return what each text was read as, in the order asked."""
    return [
        {
            "text": one.text,
            "answer": one.answer,
            "developer": one.developer,
            "host": one.host,
            "product": one.product,
            "confidence": one.confidence,
            "reason": one.reason,
        }
        for one in resolutions
    ]


def resolve_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            one["text"],
            one["answer"],
            one["developer"] or "",
            one["host"] or "",
            one["product"] or "",
            f"{one['confidence']:.2f}",
            one["reason"],
        )
        for one in document
    ]
    columns = ("Text", "LLM?", "Developer", "Host", "Product", "Confidence", "Why")
    return [table("What the names stand for", columns, rows, right=("Confidence",))]
