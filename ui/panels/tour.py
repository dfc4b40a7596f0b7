"""Tour of the demo for its first minutes: three steps, each a link to the place it speaks of.

Whoever hides the tour never sees it again in this browser: a tiny picture fetched from the server
sets a cookie, for pages run no script of ours.
"""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import wording
from ui.routes.tour import COOKIE, HIDDEN, SHOWN

_STATE = "tour"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what it is called and says, and the page with the state that it leads to."""

    title: str
    said: str
    page: str
    parameters: dict[str, str]


def show_tour(assessment: PortfolioAssessment) -> None:
    """Show the three steps in one line, unless they were hidden."""
    if _remembered() == HIDDEN:
        return
    steps = tour_steps(assessment)
    if not steps:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="tour", border=True
    ):
        st.markdown("**New here?**", width="content")
        for place, step in enumerate(steps, start=1):
            st.page_link(
                f"pages/{step.page}",
                label=wording.escaped(f"{place} · {step.title}"),
                help=wording.escaped(step.said),
                query_params=step.parameters,
                width="content",
            )
        st.page_link("pages/imports.py", label="Use my own file", icon=":material/upload_file:")
        st.button("Hide", icon=":material/close:", type="tertiary", on_click=_hide)


def bring_back() -> None:
    """Show the button that shows the hidden tour again."""
    if _remembered() == HIDDEN:
        st.button("Show the tour", icon=":material/signpost:", type="tertiary", on_click=_show)


def tour_steps(assessment: PortfolioAssessment) -> tuple[Step, ...]:
    """Return the steps with what this portfolio shows there; none without a loss."""
    assessed = assessed_of(assessment)
    if not (assessment.tvar95_usd and np.nansum(assessed.table.tail) > 0):
        return ()
    first = assessed[int(np.nanargmax(assessed.table.tail))]
    of_startup = {"portfolio": assessment.portfolio, "startup": first.startup}
    return (
        Step(
            title="Open a company",
            said=f"{first.startup} drives most of the worst years: what its expected loss of about "
            f"{wording.money(first.median_usd)} a year comes from.",
            page="startup.py",
            parameters=of_startup,
        ),
        *_stress_step(assessment),
        Step(
            title="Compare the alternatives",
            said=f"What {first.startup} could do instead, what that costs, and what it leaves.",
            page="alternatives.py",
            parameters=of_startup,
        ),
    )


def _stress_step(assessment: PortfolioAssessment) -> tuple[Step, ...]:
    shares = assessment.concentration["developer"].shares
    if not shares:
        return ()
    lead = max(shares, key=lambda name: shares[name])
    step = Step(
        title="Run a stress test",
        said=f"What if {lead} winds down: who is hit, through whom, and who gets capacity.",
        page="stress.py",
        parameters={
            "portfolio": assessment.portfolio,
            "scenario": "own",
            "root": lead,
            "kind": FailureKind.WIND_DOWN.value,
        },
    )
    return (step,)


def _remembered() -> str:
    """Return whether the tour is hidden, as clicked now or as the browser remembers it."""
    clicked = st.session_state.get(_STATE)
    if clicked is None:
        return HIDDEN if st.context.cookies.get(COOKIE) == HIDDEN else SHOWN
    # Fetching it sets the cookie.
    st.html(f'<img src="/tour/{clicked}.svg" width="1" height="1" alt="">')
    return str(clicked)


def _hide() -> None:
    st.session_state[_STATE] = HIDDEN


def _show() -> None:
    st.session_state[_STATE] = SHOWN
