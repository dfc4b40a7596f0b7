"""Observed usage on the Startup and Provider pages: what logs and bills show."""

import streamlit as st

from db.services.usage import ObservedFailures, ObservedUsage, observed_failures, observed_usage
from ui import cached, wording
from ui.charts import usage as charts
from ui.page import card, chart, palette
from ui.render.page import column_table, short_table
from ui.tables import usage
from ui.tables.column import chosen
from ui.words import usage_words

#: In points: "unknown" is to be read in every column.
WIDTHS = {
    **{"month": 105, "use_case": 125, "supplier": 200, "tokens": 90, "requests": 90},
    **{"failed_share": 85, "models": 150, "source": 150},
}


def usage_of(portfolio: str, startup: str) -> ObservedUsage | None:
    """Return what was observed of a startup; None where nothing was."""
    found = cached.asked(observed_usage, portfolio, startup)
    return found[0] if found else None


def show_usage(one: ObservedUsage) -> None:
    """Show spend by month and developer, the rows behind it, and the tokens at list prices."""
    months = one.summary.months
    note = f"{usage_words.headline(one)} {usage_words.files_in_words(one)}"
    with card("Observed usage", note=note):
        alt = charts.usage_alt(months)
        chart(charts.usage_figure(months, palette=palette()), alt=alt, key="usage")
        for caveat in usage_words.caveats(one):
            st.caption(wording.escaped(caveat))
        rows = usage.rows_of(one)
        column_table(
            usage.PAGE,
            rows,
            files=usage.VALUES,
            widths=WIDTHS,
            key="observed",
            file_name=f"{one.startup}-observed-usage.csv",
            workbook="Observed usage",
            alt=f"{len(rows)} rows of observed usage by month, use case and supplier.",
        )
    said = usage_words.prices_in_words(one)
    if said is not None:
        with card("What these tokens cost at list prices", note=said):
            column_table(
                usage.COST_PAGE,
                usage.costs_of(one),
                files=chosen(
                    usage.COST_VALUES,
                    [each.key for each in usage.COST_VALUES if each.key != "earlier"],
                ),
                widths={"model": 165, "price_changed": 125, "months": 175},
                key="list_prices",
                file_name=f"{one.startup}-list-prices.csv",
                alt="Tokens of each model at list prices of today and before.",
            )


def failures_of(provider: str) -> None:
    """Show how many requests to a provider failed, where logs tell of any."""
    found: ObservedFailures = cached.asked(observed_failures, provider)
    if found.is_empty:
        return
    with card(
        "Failed requests in logs",
        note="Requests fail for reasons of the caller too, such as its own limits: this is no "
        "rate of outages, and no rate is taken from it.",
    ):
        for said in usage_words.failures_in_words(found):
            st.markdown(wording.escaped(said))
        has = {"month": True, "served": found.as_host, "models": found.as_developer}
        columns = chosen(usage.FAILURES, [name for name, held in has.items() if held])
        short_table(columns, usage.failures_of(found))
