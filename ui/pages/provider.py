"""Provider: who depends on one provider, how it may fail, its past, its models and its chain."""

import streamlit as st

from db.services.portfolios import PortfolioSummary
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog, Provider, Role
from risk.hazard.neighbours import dependents_of, upstream_of
from risk.hazard.rate_laws import RateLaw
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.providers import Dependence, Dependents
from risk.portfolio.results import Interval
from ui import cached, links, wording
from ui.cached import deadline_calendar
from ui.charts import rates as rate_charts
from ui.charts import supply as charts
from ui.charts.drawn import company_address
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    link,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.panels.own_facts import own_facts_of
from ui.panels.provider_feeds import add_history, say_if_doubtful
from ui.panels.provider_past import past_of, signals_of
from ui.panels.something_happened import something_happened
from ui.render.cards import Cards
from ui.render.page import column_table, with_words
from ui.tables import dependence as dependence_table
from ui.tables import model as model_table
from ui.tables import provider as provider_table
from ui.tables.column import chosen
from ui.words import deadline_words, provider_words

#: How far ahead retirements are crossed with the register, in days.
A_YEAR = 365
#: Longer lists of models get a search box.
SEARCHED_FROM = 12
#: What stands below the figures, one at a time.
SECTIONS = {
    "who": "Who depends on it",
    "how": "How it fails",
    "news": "News and signals",
    "past": "Past",
    "models": "Models and last days",
    "chain": "Supply chain",
    "own": "Added here",
}


def chosen_provider(catalog: Catalog, found: Dependence) -> Provider:
    """Ask which provider; without a choice it is the one that most companies depend on."""
    names = sorted(catalog.providers, key=str.casefold)
    if not names:
        empty_state("There are no providers yet.", "Load the reference facts: downstream init.")
        st.stop()
    busiest = max(names, key=lambda name: found[name].direct if name in found else 0)
    with st.container(width=300):
        name = links.select("Provider", names, name="provider", default=busiest)
    return catalog.providers[name]


def figures(
    found: Dependents | None, reach: Interval | None, laws: tuple[RateLaw, ...], *, startups: int
) -> None:
    """Show how much of the margin depends on it and how often it fails, with ranges."""
    with st.grid(3, min_column_width=155):
        if startups:
            value, note = provider_words.margin_in_words(found, reach)
            bar = provider_words.margin_spread(found, reach)
            metric("Margin that depends on it", value, note=note, spread=bar)
        else:
            value = wording.sentence_case(wording.UNKNOWN)
            metric("Margin that depends on it", value, note="no company is listed yet")
        for label, kind in (("Outages", FailureKind.OUTAGE), ("Its end", FailureKind.WIND_DOWN)):
            value, note = provider_words.how_often(laws, kind)
            metric(label, value, note=note, spread=provider_words.rate_spread(laws, kind))


def what_if(provider: Provider, portfolio: PortfolioSummary) -> None:
    """Offer the stress test of this provider's characteristic failure."""
    ends = Role.DEVELOPER in provider.roles
    kind = FailureKind.WIND_DOWN if ends else FailureKind.OUTAGE
    label = "What if it ends?" if ends else "What if it fails?"
    if st.button(label, icon=":material/bolt:"):
        settings = {"portfolio": portfolio.name, "root": provider.name, "kind": kind.value}
        st.switch_page("pages/stress.py", query_params=settings)


def supply_chain(provider: Provider, catalog: Catalog, chain: SupplyChain) -> None:
    """Draw and list whom the provider depends on and who depends on it."""
    upstream = upstream_of(catalog, chain, provider.name)
    dependents = dependents_of(catalog, chain, provider.name)
    if not upstream and not dependents:
        st.markdown("Nobody is recorded on either side.")
        return
    with card(
        provider_words.chain_in_short(provider.name, upstream, dependents),
        note="Left: it fails when they do. Right: they fail when it does. Dotted lines lead "
        "through somebody else.",
    ):
        most = charts.MOST_SHOWN
        if max(len(upstream), len(dependents)) > most:
            st.caption(f"Drawn are the nearest {most} on each side; the table has all.")
        alt = charts.supply_alt(provider.name, upstream, dependents)
        chart(
            charts.supply_figure(provider.name, upstream, dependents, palette=palette()),
            alt=alt,
            key="supply",
        )
        table = st.expander(
            "As a table, with what passes and the sources", key="as_table", on_change="rerun"
        )
        if table.open:
            with table:
                column_table(
                    provider_table.NEIGHBOUR,
                    provider_table.neighbour_rows(upstream, dependents, provider.name),
                    key="neighbours",
                    file_name="neighbours.csv",
                    alt=alt,
                )


def disruptions(provider: Provider, laws: tuple[RateLaw, ...]) -> None:
    """Draw how often it fails and how sure that is; the table adds how long, and the sources."""
    if not laws:
        st.markdown("No disruption begins here; it only passes on what stands behind it.")
        return
    ordered = sorted(laws, key=lambda one: -one.row.rate_per_year)
    alt = rate_charts.rate_alt(ordered)
    with card(
        provider_words.failing_in_short(laws),
        note="Point: how often. Line: 80 % range. Incidents count as published, so whoever "
        "reports more openly counts more.",
    ):
        chart(
            rate_charts.rate_figure(ordered, palette=palette(), named=False), alt=alt, key="rates"
        )
    column_table(
        provider_table.DISRUPTION,
        provider_table.disruption_rows(laws, provider.name),
        key="falters",
        file_name="falters.csv",
        alt=f"How often and how long {provider.name} fails, by kind, with sources.",
    )


def dependents(found: Dependents | None, portfolio: PortfolioSummary) -> None:
    """Show the companies that depend on it; a click on a name opens one."""
    if found is None:
        st.markdown(
            "No company of this portfolio does, neither directly nor through someone else. "
            "Choose another provider above, or answer the open questions about names."
        )
        return
    on = {"portfolio": portfolio.name, "on": found.provider}
    link("matrix.py", "In the matrix, with path and evidence", **on)
    rows = dependence_table.dependent_rows(found)
    if len(rows) < len(found):
        st.caption(f"Listed are {len(rows):,} of {len(found):,}, those with most at stake.")
    column_table(
        dependence_table.DEPENDENT,
        rows,
        key="dependents",
        file_name="dependents.csv",
        open_row=lambda row: open_startup(row["startup"], portfolio.name),
        alt=f"{len(rows)} companies that depend on {found.provider}.",
        cards=Cards(
            aside="how",
            below=("use_cases",),
            address=company_address(portfolio.name),
            palette=palette(),
        ),
    )


def models(provider: Provider, catalog: Catalog, portfolio: PortfolioSummary) -> None:
    """Show the models with a last day ahead; all models, services and spellings when opened."""
    users = cached.users(portfolio.name)
    ahead = model_table.retirement_rows(catalog, provider.name, users, today=cached.today())
    if ahead:
        calendar = deadline_calendar(portfolio.name, A_YEAR)
        with card(
            f"{wording.counted(len(ahead), 'last day')} ahead",
            note=deadline_words.breaking_in_words(calendar, provider.name),
        ):
            column_table(
                model_table.RETIREMENT,
                ahead,
                key="retirements",
                file_name="retirements.csv",
                alt=f"{len(ahead)} models of {provider.name} have a published last day ahead.",
            )
    known = model_table.models_of(catalog, provider.name)
    every = st.expander(
        f"All models ({len(known)})",
        key="all_models",
        on_change="rerun",
        expanded=bool(links.read("model")) or not ahead,
    )
    if every.open:
        with every:
            all_models(provider, catalog, portfolio)
    services_and_names(provider, catalog)


def all_models(provider: Provider, catalog: Catalog, portfolio: PortfolioSummary) -> None:
    """Show every model that it develops or hosts."""
    known = model_table.models_of(catalog, provider.name)
    if not known:
        st.markdown("The catalogue lists none.")
        return
    users = cached.users(portfolio.name)
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
    """Show the services it has a part in and the spellings found in inventories, when opened."""
    services = model_table.service_rows(catalog, provider.name)
    aliases = model_table.alias_rows(catalog.aliases, provider.name)
    listed = st.expander(f"Services ({len(services)})", key="services_open", on_change="rerun")
    if listed.open:
        with listed:
            if services:
                column_table(
                    model_table.SERVICE, services, key="services", file_name="services.csv"
                )
            else:
                st.markdown("The catalogue lists none.")
    written = st.expander(
        f"How inventories write it ({len(aliases)})", key="aliases_open", on_change="rerun"
    )
    if written.open:
        with written:
            if not aliases:
                st.markdown("No other spelling is known.")
            else:
                column_table(model_table.ALIAS, aliases, key="aliases", file_name="aliases.csv")


def the_rest(
    provider: Provider,
    found: Dependents | None,
    laws: tuple[RateLaw, ...],
    portfolio: PortfolioSummary,
) -> None:
    """Show one section at a time; what is not chosen is not computed."""
    catalog = cached.catalog()
    asked = {"heard": "news", "model": "models"}
    section = links.sections(
        "More",
        [name for name in SECTIONS if name != "own" or provider.name in catalog.own.names],
        name="section",
        default=next((there for name, there in asked.items() if links.read(name)), "who"),
        shown=SECTIONS.__getitem__,
    )
    if section == "who":
        dependents(found, portfolio)
    elif section == "how":
        disruptions(provider, laws)
    elif section == "news":
        signals_of(provider.name, portfolio.name)
    elif section == "past":
        past_of(provider.name)
        add_history(provider.name)
    elif section == "models":
        models(provider, catalog, portfolio)
    elif section == "chain":
        supply_chain(provider, catalog, cached.supply_chain())
    else:
        own_facts_of(provider.name, catalog)


portfolio = chosen_summary()
catalog = cached.catalog()
found = cached.dependents(portfolio.name)
header = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    provider = chosen_provider(catalog, found)
    what_if(provider, portfolio)
with header:
    page_header(
        provider_words.who_depends(provider.name, found.get(provider.name), portfolio.startups),
        portfolio,
        state={"provider": provider.name},
        rests_on=wording.reference_facts(catalog.catalogue_date),
        first_button=lambda: something_happened(portfolio.name, provider.name),
    )
say_if_doubtful(provider.name)
laws = cached.provider_laws(provider.name)
ranges = cached.margin_ranges(portfolio.name)
figures(
    found.get(provider.name),
    ranges.providers.get(provider.name) if ranges else None,
    laws,
    startups=portfolio.startups,
)
the_rest(provider, found.get(provider.name), laws, portfolio)
# A caption is too pale for the link in it.
st.markdown(wording.escaped(provider_words.about(provider)))
