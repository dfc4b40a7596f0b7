"""Shares: links for people outside, who opened them, ending one, and corrections that came back."""

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.share_lists import list_opens, list_shares, may_revoke, revoke_share
from db.services.share_rules import longest_share_days, set_longest_share_days
from db.services.shares import Share, ShareState
from ui import cached, links, wording
from ui.page import card, empty_state, page_header
from ui.panels.corrections import corrections
from ui.render.frames import frame
from ui.render.page import column_table, small_table
from ui.sharing import may_share
from ui.tables import share as columns

_SAID = "what_became_of_the_link"


def the_links(shares: tuple[Share, ...]) -> None:
    """Show every link; a click on what it shows opens its log."""
    st.subheader("Links", anchor=False)
    if not shares:
        empty_state(
            "No link was made yet.",
            "Open Overview, a company or a stress test and press Share.",
            page="pages/portfolio.py",
            label="Overview",
        )
        return
    still = sum(one.state is ShareState.OPEN for one in shares)
    st.caption(
        f"{still} of {len(shares)} still open something. A click on what it shows opens its log."
    )
    column_table(
        columns.COLUMNS,
        columns.rows_of(shares),
        key="shares",
        file_name="share-links.csv",
        opens="portfolio",
        open_row=lambda row: choose(row["id"]),
        alt=f"{len(shares)} share links with state, scope, openings and expiry.",
    )


def choose(share: int) -> None:
    """Show one link; the address says which."""
    if links.read("link") != str(share):
        links.write(link=str(share))
        st.rerun()


def one_link(shares: tuple[Share, ...]) -> None:
    """Show the chosen link with its log and the button that ends it."""
    known = {str(one.share): one for one in shares}
    wanted = links.read_choice("link", list(known), what="share link")
    if wanted is None:
        return
    one = known[wanted]
    row = columns.row_of(one)
    note = f"{columns.KINDS[one.kind]}, {one.state}; left out: {columns.left_out(row)}"
    with card(f"Link {one.share}: {columns.shows(row)}", note=note):
        if one.digest:
            st.caption(f"Content SHA-256 {one.digest}")
        opens = cached.asked(list_opens, one.share)
        if opens:
            small_table(frame(columns.OPENINGS, [columns.opening_of(each) for each in opens[:20]]))
        else:
            st.markdown("Nobody has opened it.")
        if one.state is ShareState.OPEN and may_revoke(cached.actor(), one):
            st.button(
                f"Revoke link {one.share}",
                icon=":material/block:",
                on_click=revoke,
                args=(one.share,),
                help="It opens nothing any more; whoever has it open loses it within seconds.",
            )
        elif one.state is ShareState.OPEN:
            st.caption(f"{wording.escaped(one.made_by)} or an owner can revoke it.")


def revoke(share: int) -> None:
    """End a link and say so."""
    try:
        revoke_share(cached.store(), cached.actor(), share)
        st.session_state[_SAID] = f"Link {share} opens nothing any more."
    except StoreError as problem:
        st.session_state[_SAID] = str(problem)


def longest_life() -> None:
    """Let an owner say how long a link may live."""
    if not cached.may(Action.SET_SHARING):
        return
    with card("Longest life of a link"):
        known = cached.asked(longest_share_days)
        days = st.number_input("Days", 1, 3650, known, key="longest_days")
        if st.button("Save", disabled=days == known):
            set_longest_share_days(cached.store(), cached.actor(), int(days))
            st.rerun()


page_header("Shares", description="Links for people without an account, and what they sent back.")
if not may_share():
    empty_state("Only analysts and owners share.", "Ask an owner for the role of an analyst.")
    st.stop()
if said := st.session_state.pop(_SAID, None):
    st.info(wording.escaped(said))
corrections()
found = cached.asked(list_shares)
the_links(found)
one_link(found)
longest_life()
