"""Decisions: options that were accepted, who does each by when, what it promised, how far it is."""

from collections.abc import Sequence

import streamlit as st

from db.services.decision_results import Decision, PromisedAndDone, promised_and_done
from db.services.decisions import list_decisions
from ui import cached, links, wording
from ui.page import chosen_summary, empty_state, link, metric, open_startup, page_header
from ui.panels.decision_panel import change_buttons, message
from ui.render.page import column_table
from ui.tables import decision
from ui.words import decision_words

#: Decisions that can be changed here at a time; of more the list is narrowed first.
MOST_CHANGED = 200


def figures(found: PromisedAndDone) -> None:
    """Show what was promised, what of it is done, and what is late."""
    with st.grid(3, min_column_width=180):
        metric(
            "Promised",
            wording.money(found.promised_aal_usd),
            "of expected loss a year, at most: options of one use case overlap",
            hint=decision_words.MEANING,
        )
        metric("Done", wording.money(found.done_aal_usd), "of it carried out")
        metric("Overdue", f"{found.overdue:,}", decision_words.note(found))


def wanted(known: Sequence[Decision]) -> list[Decision]:
    """Ask which decisions to show."""
    states = decision_words.STATES
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = links.search("Search", placeholder="Company, option or owner")
        state = links.sections(
            "State", list(states), name="state", default="all", shown=states.__getitem__
        )
    return decision_words.wanted(known, state=state, words=words, today=cached.today())


def change(shown: Sequence[Decision]) -> None:
    """Choose one decision and mark it done or open again, or take it back."""
    standing = {str(one.number): one for one in shown[:MOST_CHANGED] if one.stands}
    if not standing:
        return
    number = links.select(
        "Decision",
        list(standing),
        name="decision",
        default=next(iter(standing)),
        shown=lambda text: decision_words.label(standing[text]),
    )
    chosen = standing[number]
    with st.container(border=True):
        st.markdown(wording.escaped(decision_words.sentence(chosen, cached.today())))
        change_buttons(chosen)
        link("startup.py", chosen.startup, portfolio=portfolio.name, startup=chosen.startup)


portfolio = chosen_summary()
known = decision_words.open_first(cached.asked(list_decisions, portfolio.name))
found = promised_and_done(known, today=cached.today())
page_header(decision_words.headline(found), portfolio)
message()
if not known:
    empty_state(
        "Nothing has been decided yet.",
        "Open a company, or compare its options, and press Decide.",
        page="pages/alternatives.py",
        label="Compare alternatives",
    )
    st.stop()
figures(found)
shown = wanted(known)
if shown:
    column_table(
        decision.PAGE,
        decision.rows_of(shown, cached.today()),
        widths={"startup": "medium", "option": "large"},
        key="decisions",
        file_name=f"{portfolio.name}-decisions.csv",
        open_row=lambda row: open_startup(row["startup"], portfolio.name),
        alt=f"{len(shown)} decisions with owner, due date and what they promised.",
    )
    change(shown)
else:
    st.markdown("No decision is in this state.")
