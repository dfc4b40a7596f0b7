"""Provider: whom one provider depends on, who depends on it, and how it may falter."""

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, Provider, Role
from risk.hazard.neighbours import dependents_of, provider_rates, rate_of, upstream_of
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.providers import Dependence, Dependents
from ui import cached, links, wording
from ui.cached import deadline_calendar
from ui.charts import supply as charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.panels.own_facts import own_facts_of
from ui.panels.provider_feeds import add_history
from ui.panels.provider_past import past_of, signals_of
from ui.render.page import column_table, with_words
from ui.tables import dependence as dependence_table
from ui.tables import model as model_table
from ui.tables import provider as provider_table
from ui.tables.column import chosen
from ui.words import deadline_words, rate_words

#: How far ahead retirements are crossed with the register, in days.
A_YEAR = 365
#: Longer lists of models get a search box.
SEARCHED_FROM = 12


def chosen_provider(catalog: Catalog, found: Dependence) -> Provider:
    """Ask which provider; without a choice it is the one that most startups depend on."""
    names = sorted(catalog.providers, key=str.casefold)
    if not names:
        empty_state("There are no providers yet.", "Load the reference facts: downstream init.")
        st.stop()
    busiest = max(names, key=lambda name: found[name].direct if name in found else 0)
    with st.container(width=360):
        name = links.select("Provider", names, name="provider", default=busiest)
    return catalog.providers[name]


def figures(provider: Provider, found: Dependents | None, chain: SupplyChain) -> None:
    """Show who depends on it and how often it falters."""
    rates = provider_rates(cached.catalog(), chain, provider.name)
    direct = found.direct if found else 0
    others = found.through_others if found else 0
    with st.grid(4, min_column_width=155):
        metric(
            "Depend on it directly",
            wording.counted(direct, "startup"),
            note=f"{others} more through others" if others else "None through others",
        )
        metric(
            "Share of margin",
            wording.percent(found.margin_share if found else 0.0),
            note="directly or through others",
        )
        metric(
            "Outages",
            rate_words.short_rate(rate_of(rates, FailureKind.OUTAGE)),
            note=rate_words.basis_of(rates, FailureKind.OUTAGE),
        )
        metric(
            "Wind-down",
            rate_words.short_rate(rate_of(rates, FailureKind.WIND_DOWN)),
            note=rate_words.basis_of(rates, FailureKind.WIND_DOWN),
        )


def what_if(provider: Provider, portfolio: PortfolioSummary) -> None:
    """Offer the stress test of this provider's characteristic disruption."""
    kind = FailureKind.WIND_DOWN if Role.DEVELOPER in provider.roles else FailureKind.OUTAGE
    if st.button("What if it falters?", icon=":material/bolt:", type="primary"):
        settings = {"portfolio": portfolio.name, "root": provider.name, "kind": kind.value}
        st.switch_page("pages/stress.py", query_params=settings)


def supply_chain(provider: Provider, catalog: Catalog, chain: SupplyChain) -> None:
    """Draw and list whom the provider depends on and who depends on it."""
    upstream = upstream_of(catalog, chain, provider.name)
    dependents = dependents_of(catalog, chain, provider.name)
    with card(
        "Whom it depends on, who depends on it",
        note="Left: it falters when they do. Right: they falter when it does. Dotted lines lead "
        "through somebody else.",
    ):
        if not upstream and not dependents:
            st.markdown("Nobody is recorded on either side.")
            return
        most = charts.MOST_SHOWN
        if max(len(upstream), len(dependents)) > most:
            st.caption(f"Drawn are the nearest {most} on each side; the table has all.")
        alt = charts.supply_alt(provider.name, upstream, dependents)
        chart(
            charts.supply_figure(provider.name, upstream, dependents, palette=palette()),
            alt=alt,
            key="supply",
        )
        with st.expander("As a table, with what passes and the sources"):
            column_table(
                provider_table.NEIGHBOUR,
                provider_table.neighbour_rows(upstream, dependents, provider.name),
                key="neighbours",
                file_name="neighbours.csv",
                alt=alt,
            )


def disruptions(provider: Provider) -> None:
    """Show how it falters, how often, how sure that is, how long, and the source of each figure."""
    laws = cached.provider_laws(provider.name)
    with card(
        "How it falters",
        note="Figures fitted to incidents count what was published; whoever reports more openly "
        "counts more.",
    ):
        if not laws:
            st.markdown("No disruption begins here; it only passes on what stands behind it.")
            return
        column_table(
            provider_table.DISRUPTION,
            provider_table.disruption_rows(laws, provider.name),
            key="falters",
            file_name="falters.csv",
            alt=f"How often and how long {provider.name} falters, by kind, with sources.",
        )


def dependents(found: Dependents | None, portfolio: PortfolioSummary) -> None:
    """Show the startups that depend on it; a click on a name opens one."""
    with card("Startups that depend on it"):
        if found is None:
            st.markdown(
                "No startup of this portfolio does, neither directly nor through someone else."
            )
            return
        rows = dependence_table.dependent_rows(found)
        if len(rows) < len(found):
            st.caption(f"Listed are {len(rows):,} of {len(found):,}, those with most at stake.")
        column_table(
            dependence_table.DEPENDENT,
            rows,
            key="dependents",
            file_name="dependents.csv",
            open_row=lambda row: open_startup(row["startup"], portfolio.name),
            alt=f"{len(rows)} startups that depend on {found.provider}.",
        )


def models(provider: Provider, catalog: Catalog, portfolio: PortfolioSummary) -> None:
    """Show the models with a last day ahead, then all models it develops or hosts."""
    users = cached.users(portfolio.name)
    ahead = model_table.retirement_rows(catalog, provider.name, users, today=cached.today())
    if ahead:
        calendar = deadline_calendar(portfolio.name, A_YEAR)
        with card(
            "Models about to go", note=deadline_words.breaking_in_words(calendar, provider.name)
        ):
            column_table(
                model_table.RETIREMENT,
                ahead,
                key="retirements",
                file_name="retirements.csv",
                alt=f"{len(ahead)} models of {provider.name} have a published last day ahead.",
            )
    known = model_table.models_of(catalog, provider.name)
    with card("Models", note=f"{wording.counted(len(known), 'model')} it develops or hosts"):
        if not known:
            st.markdown("The catalogue lists none.")
            return
        rows = model_table.rows_of(known, catalog, provider.name, users)
        if len(rows) > SEARCHED_FROM:
            words = links.search("Search models", name="model", placeholder="Name, developer")
            rows = with_words(chosen(model_table.COLUMNS, ("model", "developer")), rows, words)
        column_table(
            model_table.COLUMNS,
            rows,
            key="models",
            file_name="models.csv",
            alt=f"{len(rows)} models with prices, context and last day.",
        )


def services_and_names(provider: Provider, catalog: Catalog) -> None:
    """Show the services it has a part in and the spellings found in inventories."""
    services = model_table.service_rows(catalog, provider.name)
    aliases = model_table.alias_rows(catalog.aliases, provider.name)
    with st.expander(f"Services ({len(services)})"):
        if services:
            column_table(model_table.SERVICE, services, key="services", file_name="services.csv")
        else:
            st.markdown("The catalogue lists none.")
    with st.expander(f"How inventories write it ({len(aliases)})"):
        if not aliases:
            st.markdown("No other spelling is known.")
        else:
            column_table(model_table.ALIAS, aliases, key="aliases", file_name="aliases.csv")


portfolio = chosen_summary()
catalog = cached.catalog()
chain = cached.supply_chain()
found = cached.dependents(portfolio.name)
header = st.container()
provider = chosen_provider(catalog, found)
with header:
    page_header(
        provider.name,
        portfolio,
        state={"provider": provider.name},
        rests_on=wording.reference_facts(catalog.catalogue_date),
    )
about = [provider_table.roles_in_words(provider), provider.country, provider.website]
# A caption is too pale for the link in it.
st.markdown(
    wording.escaped(
        " · ".join(one for one in about if one)
        + f" · facts of {wording.day(provider.as_of)} ({provider.source})"
    )
)
figures(provider, found.get(provider.name), chain)
what_if(provider, portfolio)
own_facts_of(provider.name, catalog)
past_of(provider.name)
signals_of(provider.name, portfolio.name)
disruptions(provider)
models(provider, catalog, portfolio)
supply_chain(provider, catalog, chain)
dependents(found.get(provider.name), portfolio)
add_history(provider.name)
services_and_names(provider, catalog)
