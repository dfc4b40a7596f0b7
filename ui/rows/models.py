"""Rows about models and services: prices, context, openness, last days, and who uses them."""

from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from risk.catalog.records import Alias, Catalog, Model, Offer, Retirement, Service
from risk.portfolio.providers import Users
from ui import wording

#: More startups than this are counted, not named.
MOST_NAMED = 20
#: No startup of the portfolio names the model; known, and not the same as unknown.
NOBODY = "–"


def models_of(catalog: Catalog, provider: str) -> tuple[Model, ...]:
    """Return the models that the provider develops or hosts, newest first, undated ones last."""
    found = [
        model
        for model in catalog.models.values()
        if model.developer == provider or any(one.host == provider for one in model.offers)
    ]
    found.sort(key=lambda one: (one.released or date.min, one.name), reverse=True)
    return tuple(found)


def model_table(
    models: Iterable[Model], catalog: Catalog, provider: str, users: Users
) -> pd.DataFrame:
    """Return a row per model, those that this portfolio uses first."""
    rows = [
        _model_row(one, provider, retirement_at(catalog, one, provider), users) for one in models
    ]
    rows.sort(key=lambda row: row["Used by"] == NOBODY)
    return pd.DataFrame(rows)


def retirement_at(catalog: Catalog, model: Model, provider: str) -> Retirement | None:
    """Return the model's published last day at this provider, else its developer's, else none."""
    by_host = {
        one.host: one
        for one in catalog.retirements
        if (one.developer, one.model) == (model.developer, model.name)
    }
    return by_host.get(provider) or by_host.get(None)


def _model_row(
    model: Model, provider: str, retirement: Retirement | None, users: Users
) -> dict[str, object]:
    offer = offer_at(model, provider)
    return {
        "Model": model.name,
        "Developer": model.developer,
        "Used by": _names(users, model.name),
        "Last day": retirement.shutdown if retirement else None,
        "Replaced by": retirement.replacement if retirement else None,
        "Input $ / M tokens": offer.input_usd_per_million_tokens if offer else None,
        "Output $ / M tokens": offer.output_usd_per_million_tokens if offer else None,
        "Context, tokens": model.context_tokens,
        "Weights": _weights(model.open_weights),
        "Released": model.released,
        "Source": model.source,
    }


def offer_at(model: Model, provider: str) -> Offer | None:
    """Return the model's offer at this provider, else at its developer, else none."""
    by_host = {one.host: one for one in model.offers}
    return by_host.get(provider) or by_host.get(model.developer)


def _weights(open_weights: bool | None) -> str | None:
    if open_weights is None:
        return None
    return "Open" if open_weights else "Closed"


def model_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`model_table`."""
    column = st.column_config
    return {
        "Model": column.TextColumn(pinned=True, width="medium"),
        "Developer": column.TextColumn(width=110),
        "Used by": column.TextColumn(width="medium", help="Startups that name this model."),
        "Last day": column.DateColumn(format="D MMM YYYY", width=110),
        "Replaced by": column.TextColumn(width=130),
        "Input $ / M tokens": column.NumberColumn(format="$%.2f", width=140),
        "Output $ / M tokens": column.NumberColumn(format="$%.2f", width=150),
        "Context, tokens": column.NumberColumn(format="localized", width=130),
        "Weights": column.TextColumn(width=85),
        "Released": column.DateColumn(format="D MMM YYYY", width=110),
        "Source": column.TextColumn(width="medium"),
    }


def retirement_table(catalog: Catalog, provider: str, users: Users, *, today: date) -> pd.DataFrame:
    """Return the models with a published last day ahead, those that break a startup first."""
    ahead = sorted(
        (
            one
            for one in catalog.retirements
            if provider in (one.developer, one.host) and one.shutdown >= today
        ),
        key=lambda one: (one.shutdown, one.model, one.host or ""),
    )
    hosts = [_hosts_hit(one, catalog, users) for one in ahead]
    first = sorted(range(len(ahead)), key=lambda place: not hosts[place])
    ahead, hosts = [ahead[place] for place in first], [hosts[place] for place in first]
    return pd.DataFrame(
        {
            "Model": [one.model for one in ahead],
            "Last day": [one.shutdown for one in ahead],
            "Days left": [(one.shutdown - today).days for one in ahead],
            "Where": [f"At {one.host}" if one.host else "Everywhere else" for one in ahead],
            "Startups that break": [
                _names(users, one.model, at) for one, at in zip(ahead, hosts, strict=True)
            ],
            "Replaced by": [one.replacement for one in ahead],
            "Source": [one.source for one in ahead],
        }
    )


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


def retirement_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`retirement_table`."""
    column = st.column_config
    return {
        "Model": column.TextColumn(pinned=True, width="medium"),
        "Last day": column.DateColumn(format="D MMM YYYY", width=110),
        "Days left": column.NumberColumn(width=90),
        "Where": column.TextColumn(width=150),
        "Startups that break": column.TextColumn(width="medium", help="They name this model."),
        "Replaced by": column.TextColumn(width=160),
        "Source": column.TextColumn(width="large"),
    }


def services_of(catalog: Catalog, provider: str) -> tuple[Service, ...]:
    """Return the services that the provider hosts or whose models it develops, by name."""
    found = [one for one in catalog.services.values() if provider in (one.developer, one.host)]
    return tuple(sorted(found, key=lambda one: (one.form != "api", one.name)))


def service_table(services: Iterable[Service]) -> pd.DataFrame:
    """Return a row per service, those for programs before those for people."""
    services = tuple(services)
    return pd.DataFrame(
        {
            "Service": [one.name for one in services],
            "Models of": [one.developer or "Many developers" for one in services],
            "Hosted by": [wording.sentence_case(wording.provider(one.host)) for one in services],
            "For": ["Programs (API)" if one.form == "api" else "People (app)" for one in services],
            "Source": [one.source for one in services],
            "As of": [one.as_of for one in services],
        }
    )


def alias_table(aliases: Iterable[Alias], provider: str) -> pd.DataFrame:
    """Return the spellings that inventories use for this provider, alphabetically."""
    found = sorted(
        (one for one in aliases if provider in (one.developer, one.host)),
        key=lambda one: one.text.casefold(),
    )
    return pd.DataFrame(
        {
            "Written as": [one.text for one in found],
            "Models of": [wording.provider(one.developer) for one in found],
            "Hosted by": [wording.provider(one.host) for one in found],
            "Product": [one.product for one in found],
            "Source": [one.source for one in found],
        }
    )
