"""A provider's models as columns, with their last days, its services and its spellings."""

from collections.abc import Iterable, Sequence
from datetime import date

from risk.catalog.records import Alias, Catalog, Model, Offer, Retirement, Service
from risk.portfolio.providers import Users
from ui import wording
from ui.tables.column import Column, Record, Unit, texts

#: More startups than this are counted, not named.
MOST_NAMED = 20
#: No startup of the portfolio names the model; known, and not the same as unknown.
NOBODY = "–"

COLUMNS = (
    Column(key="model", label="Model"),
    Column(key="developer", label="Developer"),
    Column(key="used_by", label="Used by", help="Companies that name this model."),
    Column(key="last_day", label="Last day", unit=Unit.DATE),
    Column(key="replacement", label="Replaced by"),
    Column(key="input_usd_per_million_tokens", label="Input $ / M tokens", unit=Unit.PRICE),
    Column(key="output_usd_per_million_tokens", label="Output $ / M tokens", unit=Unit.PRICE),
    Column(key="context_tokens", label="Context, tokens", unit=Unit.COUNT),
    Column(key="weights", label="Weights"),
    Column(key="released", label="Released", unit=Unit.DATE),
    Column(key="source", label="Source"),
)


def models_of(catalog: Catalog, provider: str) -> tuple[Model, ...]:
    """Return the models that the provider develops or hosts, newest first, undated ones last."""
    found = [
        model
        for model in catalog.models.values()
        if model.developer == provider or any(one.host == provider for one in model.offers)
    ]
    found.sort(key=lambda one: (one.released or date.min, one.name), reverse=True)
    return tuple(found)


def rows_of(models: Iterable[Model], catalog: Catalog, provider: str, users: Users) -> list[Record]:
    """The values of some models at a provider, those that this portfolio uses first."""
    rows = [_row(one, provider, retirement_at(catalog, one, provider), users) for one in models]
    return sorted(rows, key=lambda row: row["used_by"] == NOBODY)


def retirement_at(catalog: Catalog, model: Model, provider: str) -> Retirement | None:
    """Return the model's published last day at this provider, else its developer's, else none."""
    by_host = {
        one.host: one
        for one in catalog.retirements
        if (one.developer, one.model) == (model.developer, model.name)
    }
    return by_host.get(provider) or by_host.get(None)


def _row(model: Model, provider: str, retirement: Retirement | None, users: Users) -> Record:
    offer = offer_at(model, provider)
    return {
        "model": model.name,
        "developer": model.developer,
        "used_by": _names(users, model.name),
        "last_day": retirement and retirement.shutdown,
        "replacement": retirement and retirement.replacement,
        "input_usd_per_million_tokens": offer and offer.input_usd_per_million_tokens,
        "output_usd_per_million_tokens": offer and offer.output_usd_per_million_tokens,
        "context_tokens": model.context_tokens,
        "weights": {True: "Open", False: "Closed", None: None}[model.open_weights],
        "released": model.released,
        "source": model.source,
    }


def offer_at(model: Model, provider: str) -> Offer | None:
    """Return the model's offer at this provider, else at its developer, else none."""
    by_host = {one.host: one for one in model.offers}
    return by_host.get(provider) or by_host.get(model.developer)


RETIREMENT = (
    Column(key="model", label="Model"),
    Column(key="last_day", label="Last day", unit=Unit.DATE),
    Column(key="days_left", label="Days left", unit=Unit.DAYS),
    Column(key="where", label="Where"),
    Column(key="startups", label="Companies that break", help="They name this model."),
    Column(key="replacement", label="Replaced by"),
    Column(key="source", label="Source"),
)


def retirement_rows(catalog: Catalog, provider: str, users: Users, *, today: date) -> list[Record]:
    """Return the models with a published last day ahead, those that break a startup first."""
    ahead = sorted(
        (
            one
            for one in catalog.retirements
            if provider in (one.developer, one.host) and one.shutdown >= today
        ),
        key=lambda one: (one.shutdown, one.model, one.host or ""),
    )
    rows = [
        {
            "model": one.model,
            "last_day": one.shutdown,
            "days_left": (one.shutdown - today).days,
            "where": f"At {one.host}" if one.host else "Everywhere else",
            "startups": _names(users, one.model, _hosts_hit(one, catalog, users)),
            "replacement": one.replacement,
            "source": one.source,
        }
        for one in ahead
    ]
    return sorted(rows, key=lambda row: row["startups"] == NOBODY)


def _hosts_hit(retirement: Retirement, catalog: Catalog, users: Users) -> tuple[str, ...]:
    """Hosts of users for which this date holds; partner clouds set dates of their own."""
    own_dates = {one.host for one in catalog.retirements if one.model == retirement.model} - {None}
    return tuple(
        host
        for host in users.hosts.get(retirement.model, ())
        if host == retirement.host or (retirement.host is None and host not in own_dates)
    )


def _names(users: Users, model: str, hosts: Sequence[str] | None = None) -> str:
    rows = users.of(model, hosts)
    named = [users.names[row] for row in rows[:MOST_NAMED].tolist()]
    if len(rows) > MOST_NAMED:
        named.append(f"{len(rows) - MOST_NAMED:,} more")
    return ", ".join(named) or NOBODY


SERVICE = texts(
    service="Service",
    developer="Models of",
    host="Hosted by",
    form="For",
    source="Source",
    as_of="As of",
)


def service_rows(catalog: Catalog, provider: str) -> list[Record]:
    """Return the services it hosts or whose models it develops, those for programs first."""
    found = [one for one in catalog.services.values() if provider in (one.developer, one.host)]
    return [_service(one) for one in sorted(found, key=lambda one: (one.form != "api", one.name))]


def _service(one: Service) -> Record:
    return {
        "service": one.name,
        "developer": one.developer or "Many developers",
        "host": wording.sentence_case(wording.provider(one.host)),
        "form": "Programs (API)" if one.form == "api" else "People (app)",
        "source": one.source,
        "as_of": one.as_of,
    }


ALIAS = texts(
    text="Written as", developer="Models of", host="Hosted by", product="Product", source="Source"
)


def alias_rows(aliases: Iterable[Alias], provider: str) -> list[Record]:
    """Return the spellings that inventories use for this provider, alphabetically."""
    found = (one for one in aliases if provider in (one.developer, one.host))
    return [
        {
            "text": one.text,
            "developer": wording.provider(one.developer),
            "host": wording.provider(one.host),
            "product": one.product,
            "source": one.source,
        }
        for one in sorted(found, key=lambda one: one.text.casefold())
    ]
