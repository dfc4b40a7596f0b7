"""The first minutes on the demo: four steps, each a link to the place that it speaks of.

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
from ui.page import link
from ui.routes.tour import COOKIE, HIDDEN, SHOWN
from ui.words import headlines

_STATE = "tour"
#: Where on the Portfolio page the first step leads.
WORST_YEARS = "worst-years"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. ``page`` None: a place on the page itself, which ``parameters`` name."""

    title: str
    said: str
    label: str
    page: str | None
    parameters: dict[str, str]


def show_tour(assessment: PortfolioAssessment) -> None:
    """Show the four steps, or the button that brings them back."""
    if _remembered() == HIDDEN:
        st.button("Show the tour", icon=":material/signpost:", type="tertiary", on_click=_show)
        return
    steps = tour_steps(assessment)
    if not steps:
        return
    with st.container(border=True, gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("New here? Four steps", anchor=False, width="content")
            st.button("Hide the tour", icon=":material/close:", type="tertiary", on_click=_hide)
        with st.grid(4, min_column_width=200):
            for place, step in enumerate(steps, start=1):
                _show_step(place, step)


def tour_steps(assessment: PortfolioAssessment) -> tuple[Step, ...]:
    """Return the steps with what this portfolio shows there; none without a loss."""
    parts = headlines.tail_parts(assessment)["startup"]
    if not parts or not assessment.tvar95_usd:
        return ()
    assessed = assessed_of(assessment)
    first = assessed[int(np.nanargmax(assessed.table.tail))]
    of_startup = {"portfolio": assessment.portfolio, "startup": first.startup}
    share = wording.percent(parts[0].tvar95_usd / assessment.tvar95_usd)
    return (
        Step(
            title="Who drives the risk",
            said=f"{first.startup} alone drives {share} of the worst years.",
            label="See who else does",
            page=None,
            parameters={"anchor": WORST_YEARS},
        ),
        Step(
            title="Open a startup",
            said=f"Score {first.score:.0f} of 100, about {wording.money(first.median_usd)} "
            "expected loss a year, and what each comes from.",
            label=f"Open {first.startup}",
            page="startup.py",
            parameters=of_startup,
        ),
        *_stress_step(assessment),
        Step(
            title="Compare the alternatives",
            said=f"What {first.startup} could do instead, what that costs, and what it leaves.",
            label="Compare the options",
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
        label=f"Let {lead} wind down",
        page="stress.py",
        parameters={
            "portfolio": assessment.portfolio,
            "scenario": "own",
            "root": lead,
            "kind": FailureKind.WIND_DOWN.value,
        },
    )
    return (step,)


def use_my_own_file() -> None:
    """Show the button that leads from the demo to the reader's own data."""
    if st.button("Use my own file", icon=":material/upload_file:", type="primary"):
        st.switch_page("pages/imports.py")


def _show_step(place: int, step: Step) -> None:
    with st.container(gap="xxsmall", height="stretch"):
        st.markdown(f"**{place} · {wording.escaped(step.title)}**  \n{wording.escaped(step.said)}")
        if step.page is None:
            place_on_page = step.parameters["anchor"]
            name = wording.escaped(step.label)
            st.markdown(f":material/arrow_downward: [{name}](#{place_on_page})")
        else:
            link(step.page, step.label, **step.parameters)


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
