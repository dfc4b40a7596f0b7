"""Parts of the page Assumptions that nobody changes there: fixed numbers, rates, churn, quality."""

import streamlit as st

from risk.catalog.failure_kinds import FailureKind
from risk.loss.churn import churn_curve
from ui import cached, links, wording
from ui.charts import churn as churn_charts
from ui.charts import rates as rate_charts
from ui.page import card, chart, empty_state, palette
from ui.render.page import column_table, short_table
from ui.tables import assumption, fixed_number, rate, replacement, signal
from ui.words import replacement_words


def fixed_numbers(portfolio: str) -> None:
    """Show what no portfolio can change, and the kinds of signals under this one's numbers."""
    with card(
        "Numbers that cannot be changed here",
        note="They are part of the model; a new value is a new version of it.",
    ):
        short_table(
            fixed_number.COLUMNS,
            fixed_number.rows(),
            key="fixed",
            file_name="fixed-numbers.csv",
            files=fixed_number.COLUMNS,
        )
    with card(
        "Signals about a provider",
        note="How news moves the odds of a wind-down, as this portfolio reads it. Likelihood "
        "ratios are judgement, some of it made after the crisis of November 2023. "
        "Each can be changed under Numbers.",
    ):
        column_table(
            signal.KINDS,
            signal.kinds_of(cached.signal_kinds(portfolio)),
            widths={"meaning": 200, "source": 340},
            key="signals",
            file_name="signal-kinds.csv",
            hidden=("kind", "likelihood_ratio"),
            height="content",
            alt="Kinds of signals with likelihood ratio, half-life and source.",
        )


def rates_section() -> None:
    """Show every rate: how often, how sure, what it rests on, and how it weighs the market."""
    laws = cached.rate_laws()
    with st.container(width=360):
        kinds = links.multiselect(
            "Disruption",
            list(dict.fromkeys(one.row.kind.value for one in laws)),
            name="kind",
            shown=lambda one: wording.disruption(FailureKind(one)),
        )
    chosen = rate.chosen_rates(laws, kinds)
    if not chosen:
        empty_state("No rate matches.", "Remove the filter.")
        return
    with card("How often, and how sure", note=rate.unsure_share(chosen)):
        st.caption(wording.escaped(rate_charts.rate_alt(chosen)))
        chart(
            rate_charts.rate_figure(chosen, palette=palette()),
            alt=rate_charts.rate_alt(chosen),
            key="rates",
        )
    with card(
        "What each rate rests on",
        note="Scores use the rate as it stands; its law, with that rate as its mean, widens them. "
        + rate.lengths_in_words(chosen),
    ):
        column_table(
            rate.PAGE,
            rate.rows_of(chosen),
            widths={"lasts": 330, "rests_on": 370, "source": "large"},
            key="rate_table",
            file_name="rates.csv",
            height="content",
            alt=f"{len(chosen)} rates with their 80 % range, what they rest on, and source.",
        )


def churn_section(portfolio: str) -> None:
    """Show the churn curve as it is published, under this portfolio's numbers."""
    days, shares = (list(map(float, one)) for one in churn_curve(cached.assumptions(portfolio)))
    alt = churn_charts.churn_alt(days, shares)
    with card("Customers who leave for good", note=alt):
        chart(churn_charts.churn_figure(days, shares, palette=palette()), alt=alt, key="churn")
        st.caption(
            f"{len(days)} knots; between them the curve is straight, beyond the last it is flat. "
            "Its three numbers are judgement and can be changed under Numbers: churn maximum, "
            "churn scale days, churn exponent."
        )
        knots = assumption.churn_of(days, shares)
        column_table(
            assumption.CHURN,
            knots,
            key="churn_table",
            file_name=f"{portfolio}-churn-curve.csv",
            alt=alt,
        )


def quality_section(portfolio: str) -> None:
    """Show what worse answers cost after a move, and how unlike each model's replacements are."""
    numbers, catalog = cached.assumptions(portfolio), cached.catalog()
    with card("Worse answers after a move", note=replacement_words.quality_in_words(numbers)):
        st.caption(wording.escaped(replacement_words.facts_in_words(numbers)))
    found = cached.models_in_use(portfolio)
    with card("Models of this portfolio", note=replacement_words.models_in_words(found)):
        if found.models:
            column_table(
                replacement.IN_USE,
                replacement.in_use_rows(found),
                key="likeness",
                file_name=f"{portfolio}-likeness.csv",
                alt=f"{len(found.models)} models with what leaving each leads to, and how unlike.",
            )
        st.caption(wording.escaped(replacement_words.source_in_words(catalog)))
    with st.expander("The numbers that it rests on"):
        short_table(replacement.NUMBER, replacement.number_rows(numbers))
    with st.expander("What the typical replacement lacks"):
        st.caption(wording.escaped(replacement_words.usual_in_words()))
        short_table(replacement.usual_columns(catalog), replacement.usual_rows(catalog, numbers))
