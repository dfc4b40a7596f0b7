"""Providers: everybody on whom this portfolio stands, and everybody it could stand on instead."""

import pandas as pd
import streamlit as st

from risk.catalog.records import Role
from risk.portfolio.providers import Dependents
from ui import cached, links, wording
from ui.charts import standing as charts
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
from ui.render.page import matching, table
from ui.rows import providers as rows


def figures(dependents: dict[str, Dependents], known: int) -> None:
    """Show how many providers there are, are named, and stand unseen behind others."""
    named = [one for one in dependents.values() if one.direct]
    hidden = [one for one in dependents.values() if not one.direct]
    heaviest = charts.heaviest(hidden)
    with st.grid(4, min_column_width=155):
        metric("In the catalogue", wording.counted(known, "provider"))
        metric("Named by startups", wording.counted(len(named), "provider"))
        metric("Only behind others", wording.counted(len(hidden), "provider"))
        metric(
            "Heaviest unnamed",
            wording.percent(heaviest[0].margin_share) if heaviest else "None",
            note=f"of margin on {heaviest[0].provider}, which nobody named" if heaviest else None,
        )


def whom_it_stands_on(dependents: dict[str, Dependents], portfolio: str) -> None:
    """Show the share of margin by provider, direct and through others."""
    finding = charts.standing_alt(dependents.values())
    with card("On whom the margin stands", note=finding):
        if charts.heaviest(dependents.values()):
            chart(
                charts.standing_figure(dependents.values(), palette=palette()),
                alt=finding,
                key="standing",
                opens=opening_providers({name: name for name in dependents}, portfolio),
            )
        st.caption("Solid: named by the startup. Faded: behind someone it named.")


def chosen_rows(providers: pd.DataFrame) -> pd.DataFrame:
    """Ask for search and roles, which live in the address, and return what remains."""
    with st.grid(2, min_column_width=220):
        words = links.search("Search", placeholder="Name, country, role")
        roles = links.multiselect(
            "Role",
            [role.value for role in Role],
            name="role",
            shown=lambda role: rows.ROLE_NAMES[Role(role)],
        )
    kept = matching(providers, words, within=("Provider", "Roles", "Country"))
    return rows.with_role(kept, roles)


def all_providers(providers: pd.DataFrame, portfolio_name: str) -> None:
    """Show every provider; a click on a name opens it."""
    st.subheader("Providers", anchor=False)
    shown = chosen_rows(providers)
    st.caption(f"{len(shown)} of {len(providers)} shown. A click on a name opens it.")
    if shown.empty:
        empty_state("No provider matches.", "Remove a role or change the search.")
        return
    table(
        shown,
        key="providers",
        file_name=f"{portfolio_name}-providers.csv",
        columns=rows.provider_columns(),
        hidden=rows.PROVIDER_DOWNLOAD_ONLY,
        workbook="Providers",
        open_row=lambda position: open_provider(shown["Provider"].iloc[position], portfolio_name),
        alt=f"{len(shown)} providers with roles, startups standing on them and falter rates.",
    )


portfolio = chosen_summary()
catalog = cached.catalog()
dependents = cached.dependents(portfolio.name)
page_header(
    "Providers",
    portfolio,
    description=f"Reference facts of {wording.day(catalog.catalogue_date)} or newer.",
    stands_on=rows.stands_on(catalog),
)
figures(dependents, known=len(catalog.providers))
whom_it_stands_on(dependents, portfolio.name)
all_providers(rows.provider_table(catalog, cached.supply_chain(), dependents), portfolio.name)
