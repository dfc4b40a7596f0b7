"""A disruption on the Startup page: what the startup goes through, with the money ticking."""

import streamlit as st

from db.errors import StoreError
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.portfolio.results import StartupAssessment
from risk.scenarios.course import StartupCourse, state_on, worst_stages
from risk.scenarios.event import DEFAULT_DAYS, UnknownRoot
from risk.scenarios.results import Scenario
from ui import cached, links, wording
from ui.charts import course as charts
from ui.page import card, chart, metric, palette, show_its_currency

#: Between root and kind in the address.
SEPARATOR = "~"


@st.fragment
def show_disruption(portfolio: str, one: StartupAssessment) -> None:
    """Ask for a disruption that can hit the startup and show its course."""
    show_its_currency()
    choices = disruptions_of(one)
    with card("What a disruption would do, day by day"):
        with st.grid(2, min_column_width=220):
            chosen = links.select(
                "Disruption",
                list(choices),
                name="falter",
                default=next(iter(choices)),
                shown=lambda text: wording.disruption_of(*choices[text]),
            )
            root, kind = choices[chosen]
            days = _ask_days(kind)
        scenario = Scenario(id="course", title="", root=root, kind=kind, days=days)
        try:
            found = cached.course(portfolio, one.startup, scenario)
        except (UnknownRoot, StoreError) as problem:
            st.markdown(wording.escaped(problem))
            return
        if not found.courses:
            st.markdown("This disruption does not reach the company.")
            return
        _show(found)


def disruptions_of(one: StartupAssessment) -> dict[str, tuple[str, FailureKind]]:
    """Return the disruptions that cost the startup anything by their text in the address.

    The worst is first, then those with the largest expected loss a year. A model that one host
    retires is no root of a stress test, and a crisis charges nothing itself.
    """
    ranked = [(part.root, part.kind) for part in one.kinds]
    if one.worst is not None:
        ranked = [(one.worst.root, one.worst.kind), *ranked]
    return {f"{root}{SEPARATOR}{kind.value}": (root, kind) for root, kind in ranked}


def _ask_days(kind: FailureKind) -> float | None:
    if kind in PERMANENT_KINDS:
        return None
    return links.number(
        "Days it lasts",
        name="falter_days",
        low=0.05,
        high=365.0,
        default=DEFAULT_DAYS.get(kind, 1.0),
        step=0.5,
        shown_as="%g",
    )


def _beyond(text: str | None, end: float) -> bool:
    try:
        return text is not None and float(text) > end
    except ValueError:
        return False


def _show(found: StartupCourse) -> None:
    courses = charts.of_dependencies(found)
    _, last = charts.span(courses)
    end = round(last, 2)
    if _beyond(links.read("falter_day"), end):
        links.write(falter_day=None)  # A day of the disruption chosen before.
    day = links.slider(
        "Day since it takes effect",
        name="falter_day",
        low=0.0,
        high=end,
        default=end,
        step=round(max(end / 60, 0.01), 2),
        shown_as="%.2f" if end < 3 else "%.0f",
    )
    worst = worst_stages(stages for _, stages in courses)
    state = state_on(worst, day)
    total = found.by_day[-1][1]
    with st.grid(3, min_column_width=150):
        metric("State", charts.SHORT_NAMES[state] if state else "Served", "the worst use case")
        lost = charts.lost_by(found, day)
        metric(
            "Lost by then",
            wording.money(lost),
            f"of {wording.money(total)} in the end; {wording.money(found.low_usd)} to "
            f"{wording.money(found.high_usd)}",
        )
        metric("Chance of being hit", wording.percent(found.hit_probability), "if it happens")
    chart(
        charts.money_figure(found, day=day, palette=palette()),
        alt=f"{wording.money(lost)} are lost by then. {charts.states_alt(courses)}",
        key="falter_course",
    )
    st.caption("If it is hit, in the middle of what is unknown; the queue for capacity counts.")
