"""Providers: everybody on whom this portfolio depends, and everybody it could use instead."""

from collections.abc import Sequence

import streamlit as st

from risk.catalog.records import Catalog, Role
from risk.portfolio.providers import Dependence
from ui import cached, links, wording
from ui.charts import dependents as charts
from ui.opening import opening_providers
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    metric,
    open_provider,
    page_header,
    palette,
)
from ui.panels.own_facts import own_providers
from ui.render.page import column_table, with_words
from ui.tables import provider as provider_table
from ui.tables.column import Record, chosen


def figures(dependents: Dependence, catalog: Catalog) -> None:
    """Show how many providers there are, are named, and stand unseen behind others."""
    added = sum(name in catalog.own.names for name in catalog.providers)
    named = [one for one in dependents.values() if one.direct]
    hidden = [one for one in dependents.values() if not one.direct]
    heaviest = charts.heaviest(hidden)
    with st.grid(4, min_column_width=155):
        metric(
            "In the catalogue",
            wording.counted(len(catalog.providers), "provider"),
            note=f"{added} of them added here" if added else None,
        )
        metric("Named by startups", wording.counted(len(named), "provider"))
        metric("Only behind others", wording.counted(len(hidden), "provider"))
        metric(
            "Heaviest unnamed",
            wording.percent(heaviest[0].margin_share) if heaviest else "None",
            note=f"of margin on {heaviest[0].provider}, which nobody named" if heaviest else None,
        )


def whom_it_depends_on(dependents: Dependence, portfolio: str) -> None:
    """Show the share of margin by provider, direct and through others."""
    finding = charts.dependents_alt(dependents.values())
    with card("Whom the margin depends on", note=finding):
        if charts.heaviest(dependents.values()):
            chart(
                charts.dependents_figure(dependents.values(), palette=palette()),
                alt=finding,
                key="standing",
                opens=opening_providers({name: name for name in dependents}, portfolio),
            )
        st.caption("Solid: named by the startup. Faded: behind someone it named.")


def chosen_providers(providers: Sequence[Record]) -> list[Record]:
    """Ask for search and roles, which live in the address, and return what remains."""
    with st.grid(2, min_column_width=220):
        words = links.search("Search", placeholder="Name, country, role")
        roles = links.multiselect(
            "Role",
            [role.value for role in Role],
            name="role",
            shown=lambda role: provider_table.ROLE_NAMES[Role(role)],
        )
    searched = chosen(provider_table.COLUMNS, ("provider", "roles", "country"))
    return provider_table.with_role(with_words(searched, providers, words), roles)


def all_providers(providers: Sequence[Record], portfolio_name: str) -> None:
    """Show every provider; a click on a name opens it."""
    st.subheader("Providers", anchor=False)
    shown = chosen_providers(providers)
    st.caption(f"{len(shown)} of {len(providers)} shown. A click on a name opens it.")
    if not shown:
        empty_state("No provider matches.", "Remove a role or change the search.")
        return
    column_table(
        provider_table.WITH_OWN if any(row["own"] for row in providers) else provider_table.PAGE,
        shown,
        key="providers",
        file_name=f"{portfolio_name}-providers.csv",
        files=provider_table.COLUMNS,
        bars=("margin_share",),
        workbook="Providers",
        open_row=lambda row: open_provider(row["provider"], portfolio_name),
        alt=f"{len(shown)} providers with roles, startups depending on them and disruption rates.",
    )


portfolio = chosen_summary()
catalog = cached.catalog()
dependents = cached.dependents(portfolio.name)
page_header(
    "Providers",
    portfolio,
    description=f"Reference facts of {wording.day(catalog.catalogue_date)} or newer.",
    rests_on=wording.reference_facts(catalog.catalogue_date),
)
figures(dependents, catalog)
whom_it_depends_on(dependents, portfolio.name)
all_providers(provider_table.rows_of(catalog, cached.supply_chain(), dependents), portfolio.name)
own_providers(catalog, portfolio.name)
