"""Activity: everything that was written, by whom and when, and whether the record is whole."""

import streamlit as st

from db.services.audit import AuditFilter, actors_and_actions, count_audit, list_audit, verify_audit
from ui import cached, links, wording
from ui.page import card, empty_state, page_header
from ui.render.page import column_table
from ui.tables import audit

#: Rows shown at once; the table below the filters says how many more there are.
MOST_SHOWN = 1000


def ask_filters() -> AuditFilter:
    """Show search and filters, which live in the address; return what they ask for."""
    who, what = cached.asked(actors_and_actions)
    with st.grid(3, min_column_width=155):
        words = links.search("Search", placeholder="Portfolio, batch, reason")
        actors = links.multiselect("Who", list(who), name="who", placeholder="Everybody")
        actions = links.multiselect("What", list(what), name="what", placeholder="Everything")
    with st.grid(3, min_column_width=155):
        since = links.day("From (UTC)", name="since")
        until = links.day("To (UTC)", name="until")
    return AuditFilter(actors=actors, actions=actions, words=words, since=since, until=until)


def the_trail(wanted: AuditFilter) -> None:
    """Show the rows that pass, newest first."""
    length = cached.asked(count_audit, wanted)
    if not length:
        empty_state("Nothing matches.", "Remove a filter or change the search.")
        return
    entries = cached.asked(list_audit, wanted, limit=MOST_SHOWN)
    shown = f"{len(entries):,} of {length:,} shown, newest first."
    more = " Narrow the dates to see older ones." if length > len(entries) else ""
    st.caption(shown + more)
    column_table(
        audit.COLUMNS,
        audit.rows_of(entries),
        widths={"object": 220, "after": 330},
        key="activity",
        file_name="activity.csv",
        workbook="Activity",
        alt=f"{len(entries)} entries of the audit trail, newest first.",
    )


def is_it_whole() -> None:
    """Check the chain of hashes when asked."""
    with card(
        "Is the record whole?",
        note="Each row carries a hash of itself and of the row before it. The store refuses to "
        "change or delete a row; somebody with the database's own tools could, and it shows here.",
    ):
        if not st.button("Verify", icon=":material/verified:"):
            return
        check = cached.asked(verify_audit)
        say = st.success if check.is_whole else st.error
        say(wording.escaped(audit.verdict(check)))


page_header("Activity")
if not cached.asked(count_audit, AuditFilter()):
    empty_state(
        "Nothing was written yet.",
        "Imports, decisions, changed assumptions and shares appear here, with who and when.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
the_trail(ask_filters())
is_it_whole()
