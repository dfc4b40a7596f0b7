"""Names that somebody decided on the Import page or in the terminal, and taking one back."""

from collections.abc import Sequence

import streamlit as st

from db.errors import StoreError
from db.services import reference
from db.services.reference import DecidedAlias
from ui import cached, importing, wording
from ui.clicks import once_a_click
from ui.rows import decided_names as rows

#: Shown at once, the newest first; a search finds the others.
MOST_SHOWN = 20


def names_you_decided(decisions: Sequence[DecidedAlias]) -> None:
    """Show what somebody decided a spelling stands for, each with a way to take it back."""
    if not decisions:
        return
    with st.expander(f"Names you decided ({len(decisions):,})"):
        st.caption(
            "They count for every file and portfolio. After a removal, stored dependencies keep "
            "their reading until their file is imported again."
        )
        shown: Sequence[DecidedAlias] = decisions
        if len(decisions) > MOST_SHOWN:
            words = st.text_input("Search", key="decided_search", placeholder="Name, provider, who")
            shown = rows.found(decisions, words)
            counted = f"{min(len(shown), MOST_SHOWN):,} of {len(shown):,} found, newest first."
            st.caption(counted)
        for one in shown[:MOST_SHOWN]:
            _decision(one)


def _decision(one: DecidedAlias) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(
                f"**{wording.escaped(one.alias.text)}** stands for "
                f"{wording.escaped(rows.meaning(one.alias))}"
            )
            st.caption(wording.escaped(rows.decided_by(one)))
        st.button(
            "Remove",
            key=f"remove_name_{one.alias.text}",
            icon=":material/undo:",
            help=f"Take back what {wording.escaped(one.alias.text)} stands for",
            on_click=_remove,
            args=(one.alias.text,),
        )


def _remove(text: str) -> None:
    """Take a decision back and read the file in hand without it."""
    try:
        earlier = once_a_click(reference.remove_alias, cached.store(), cached.actor(), text)
    except StoreError as problem:
        importing.say(str(problem))
        return
    importing.read_again()
    importing.say(rows.after_removal(text, earlier))
