"""Glossary: what the words on the pages mean, each with an example; searched, or by subject."""

import streamlit as st

from ui import links, wording
from ui.page import card, empty_state, page_header
from ui.words.glossary import SECTIONS, Term, found, like

DEFAULT = next(iter(SECTIONS))


def explain(term: Term) -> None:
    """Show one term; an address with ``#`` and its name leads there."""
    with card(term.word, anchor=term.anchor):
        st.markdown(wording.escaped(term.means))
        if term.also:
            st.caption(wording.escaped(f"Also called: {', '.join(term.also)}"))


page_header(
    "What the words mean",
    description="Every figure on the pages is one of these. Figures below are invented examples.",
)
words = links.search("Search", placeholder="A word, such as runway")
if words:
    terms = found(words)
else:
    section = links.sections("Subject", tuple(SECTIONS), name="subject", default=DEFAULT)
    terms = SECTIONS[section]
if not terms:
    near = like(words)
    empty_state(
        f"No word like “{words}” is explained.",
        f"Did you mean “{near}”?" if near else "Clear the search to see all words.",
    )
with st.grid(3, min_column_width=300):
    for one in terms:
        explain(one)
