"""Which portfolios are too large to be read whole while somebody waits, and what is said then."""

import streamlit as st

from db.services.portfolios import LARGE, PortfolioSummary
from ui import cached, wording


def large_portfolio(name: str | None) -> PortfolioSummary | None:
    """Return what is known of a portfolio that is too large to be read whole, else None."""
    return next(
        (one for one in cached.portfolios() if one.name == name and one.startups > LARGE), None
    )


def say_too_large(found: PortfolioSummary) -> None:
    """Say why a page is empty, and where the portfolio's answer is."""
    st.title("Too many startups for this page", anchor=False)
    st.markdown(
        wording.escaped(
            f"This page calculates every startup while you wait, up to {LARGE:,} of them; "
            f"{found.name} has {found.startups:,}."
        )
    )
    st.markdown(
        "What its kept scores say of the whole stands on the page Portfolio, every startup on the "
        "page Startups. Commands in the terminal do the rest; they read the whole portfolio, which "
        "takes time and memory: “downstream --help”."
    )
    for page, label in (("portfolio.py", "Portfolio"), ("startups.py", "Startups")):
        st.page_link(
            f"pages/{page}",
            label=label,
            icon=":material/arrow_forward:",
            query_params={"portfolio": found.name},
        )
