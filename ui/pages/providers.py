"""Providers: everybody on whom this portfolio depends, and everybody it could use instead."""

from collections.abc import Sequence

import streamlit as st

from risk.catalog.records import Catalog, Role
from risk.portfolio.providers import Dependence
from ui import cached, links, wording
from ui.charts import dependents as charts
from ui.page import (
    card,
    chosen_summary,
    empty_state,
    link,
    metric,
    open_provider,
    page_header,
    palette,
)
from ui.panels.own_facts import own_providers
from ui.render.page import column_table, with_words
from ui.tables import provider as provider_table
from ui.tables.column import Record, chosen
from ui.words import dependence_words


def figures(dependents: Dependence, catalog: Catalog) -> None:
    """Show how many providers are named, stand unseen behind others, and may be depended on."""
    added = sum(name in catalog.own.names for name in catalog.providers)
    named = [one for one in dependents.values() if one.direct]
    hidden = [one for one in dependents.values() if len(one) and not one.direct]
    heaviest = charts.heaviest(hidden)
    of = wording.counted(len(catalog.providers), "provider")
    own = f", {added} of them added here" if added else ""
    with st.grid(3, min_column_width=155):
        metric("Named by companies", f"{len(named):,}", note=f"of {of} in the catalogue{own}")
        metric(
            "Only behind others",
            f"{len(hidden):,}",
            note=f"the heaviest is {heaviest[0].provider}, behind "
            f"{wording.percent(heaviest[0].margin_share)} of the margin"
            if heaviest
            else "nobody",
        )
        metric(
            "Companies to ask",
            f"{dependents.to_ask:,}",
            note="a text, or a model of nobody known, may be a provider",
        )


def whom_it_depends_on(dependents: Dependence, portfolio: str) -> None:
    """Show the share of margin by provider, direct and through others."""
    finding = charts.dependents_alt(dependents.values())
    ranges = cached.margin_ranges(portfolio)
    with card("Whom the margin depends on", note=finding):
        if charts.heaviest(dependents.values()):
            st.html(
                charts.dependents_html(
                    dependents.values(),
                    portfolio=portfolio,
                    palette=palette(),
                    ranges=ranges.providers if ranges else {},
                )
            )
        st.caption(
            "Solid: named by the company. Faded: behind someone it named. Unknown facts count at "
            "their mean; a range holds in 8 of 10 worlds."
        )


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
    with st.container(horizontal=True, vertical_alignment="center"):
        counted = f"{len(shown)} of {len(providers)} shown. A click on a name opens it."
        st.caption(counted, width="content")
        link("matrix.py", "Who depends on whom", portfolio=portfolio_name)
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
        alt=f"{len(shown)} providers with roles, companies that depend on them and failure rates.",
    )


portfolio = chosen_summary()
catalog = cached.catalog()
dependents = cached.dependents(portfolio.name)
page_header(
    dependence_words.title(dependents, portfolio.startups, None),
    portfolio,
    rests_on=wording.reference_facts(catalog.catalogue_date),
)
figures(dependents, catalog)
all_providers(provider_table.rows_of(catalog, cached.supply_chain(), dependents), portfolio.name)
whom_it_depends_on(dependents, portfolio.name)
own_providers(catalog, portfolio.name)
