"""The rush after a falter: where everybody would go, who finds room, who waits how long."""

import streamlit as st

from risk.scenarios.results import StressResult
from ui import wording
from ui.charts import herd as charts
from ui.page import card, chart, palette
from ui.render.page import table
from ui.rows import herd as rows


def show_herd(result: StressResult, portfolio: str, *, key: str = "herd", name: str = "") -> None:
    """Show displaced spend against spare capacity, and each startup's place in the queue.

    ``key`` tells two panels on one page apart, ``name`` says whose rush it is.
    """
    herd = result.crowd
    with card(f"Where everybody would go{name and f': {name}'}"):
        if herd is None or not herd.alternatives:
            st.markdown(
                "This disruption sets nobody in motion, so nobody queues: customers leave at once "
                "after a wind-down, an acquisition, an access cut, or an outage longer than a day."
            )
            return
        st.markdown(wording.escaped(rows.finding(result, herd)))
        st.caption(wording.escaped(charts.flow_alt(herd)))
        chart(
            charts.flow_figure(herd, result.scenario.root, palette=palette()),
            alt=charts.flow_alt(herd),
            key=f"{key}_flow",
        )
        st.markdown("**Room at each alternative**")
        chart(
            charts.herd_figure(herd, palette=palette()),
            alt=charts.herd_alt(herd),
            key=f"{key}_chart",
        )
        st.caption(
            "Who finds no room asks the next choice, so what is turned away at one alternative "
            "shows again at another. Room is each provider's spare capacity, scaled by this "
            "portfolio's part of the crowd; sizes of providers and spare capacity are judgement."
        )
        members = rows.waiting(herd)
        with st.expander(f"The largest and their place in the queue ({len(members)})"):
            table(
                rows.member_table(members, result),
                key=f"{key}_members",
                file_name=f"{portfolio}-{key}-queue.csv",
                columns=rows.member_columns(),
                download=rows.member_download(members),
                alt=f"{len(members)} displaced dependencies with choices, room found and queue.",
            )
