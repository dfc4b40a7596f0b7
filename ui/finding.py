"""Search for companies, providers and pages, from every page: a button, or Ctrl+K (⌘K)."""

from collections.abc import Sequence

import streamlit as st

from db.services.startup_pages import StartupFilter, StartupOrder
from ui import cached, wording
from ui.menu import Entry
from ui.page import chosen_name

#: Of each kind shown; who looks for more writes more of the name.
MOST = 8
#: The dialog's own cross is not shown (ui/menu.py), so that the first Tab leads into the field.
_WORDS = "looked_for"
#: What was found: the file of a page, what kind of thing it is of, its name, parameters.
_Found = list[tuple[str, str, str, dict[str, str]]]


def search_button(listed: Sequence[Entry]) -> None:
    """Show the button that opens the search."""
    if st.button(
        "Search",
        icon=":material/search:",
        key="search_everywhere",
        shortcut="Mod+K",
        width="stretch",
        help="Companies, providers and pages",
    ):
        st.session_state.pop(_WORDS, None)
        st.dialog("Search")(_search)(listed)


def _search(listed: Sequence[Entry]) -> None:
    """Ask for words, and show what they find while they are typed; Tab and Enter open."""
    words = st.text_input(
        "Companies, providers, pages",
        key=_WORDS,
        placeholder="A part of the name",
        live=True,
    ).strip()
    if words:
        _show_found(listed, words)
    if st.button("Close", type="tertiary"):
        st.rerun()


def _show_found(listed: Sequence[Entry], words: str) -> None:
    found = [*_pages(listed, words), *_providers(words), *_companies(words)]
    if not found:
        st.markdown(
            f"Nothing is called “{wording.escaped(words[:60])}”. Try a shorter part of the name."
        )
    with st.container(gap=None):
        for page, kind, label, parameters in found:
            st.page_link(
                f"pages/{page}",
                label=f"{wording.escaped(label)} · {kind}",
                query_params=parameters or None,
            )


def _pages(listed: Sequence[Entry], words: str) -> _Found:
    """Pages whose title has the words: file, kind, label, parameters."""
    sought = words.casefold()
    return [(one.file, "page", one.title, {}) for one in listed if sought in one.title.casefold()]


def _providers(words: str) -> _Found:
    """Providers whose name has the words, those that begin with them first."""
    known = [name for name in cached.catalog().providers if words.casefold() in name.casefold()]
    known.sort(key=lambda one: (not one.casefold().startswith(words.casefold()), one.casefold()))
    return [("provider.py", "provider", one, {"provider": one}) for one in known[:MOST]]


def _companies(words: str) -> _Found:
    """Companies of the page's portfolio whose name, notes or providers have the words."""
    portfolio = chosen_name()
    if portfolio is None:
        return []
    page = cached.register_page(
        portfolio, StartupFilter(words=words), order=StartupOrder.NAME, number=1
    )
    names = sorted(
        (one.name for one in page.startups),
        key=lambda one: (words.casefold() not in one.casefold(), one.casefold()),
    )
    return [
        ("startup.py", "company", one, {"portfolio": portfolio, "startup": one})
        for one in names[:MOST]
    ]
