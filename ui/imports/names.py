"""Names that somebody decided on the Import page or in the terminal, and taking one back."""

from collections.abc import Iterable, Sequence

import streamlit as st

from db.errors import StoreError
from db.services import reference
from db.services.reference import DecidedAlias
from risk.catalog.records import Alias
from ui import cached, wording
from ui.clicks import once_a_click
from ui.imports import state as importing
from ui.tables.alias import meaning

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
            shown = found(decisions, words)
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
                f"{wording.escaped(meaning(one.alias))}"
            )
            st.caption(wording.escaped(decided_by(one)))
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
    importing.say(after_removal(text, earlier))


def decided_by(one: DecidedAlias) -> str:
    """Return who decided and when."""
    return f"{one.by}, {wording.day(one.at)}, {one.at:%H:%M} UTC"


def found(decisions: Iterable[DecidedAlias], words: str) -> list[DecidedAlias]:
    """Return the decisions in whose spelling or meaning every word occurs, whatever its case."""
    wanted = words.casefold().split()
    return [one for one in decisions if all(word in _searched(one) for word in wanted)]


def _searched(one: DecidedAlias) -> str:
    return f"{one.alias.text} {meaning(one.alias)} {one.by}".casefold()


def after_removal(text: str, earlier: Alias | None) -> str:
    """Return what holds after a decision was taken back, and for which dependencies."""
    now = f"stands for {meaning(earlier)} again, as decided before" if earlier else None
    return (
        f"“{text}” {now or 'is read by the rules that come with Downstream again'}. Stored "
        "dependencies keep their reading until their file is imported again."
    )
