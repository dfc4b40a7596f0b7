"""The menu in the sidebar: pages in groups, and the company and the provider opened last.

Streamlit's own sections break WCAG, and links of ours would leave the menu open on a phone: the
list is Streamlit's, flat, and a style sheet draws the groups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import links

#: Pages about one thing: the parameter that names it.
ABOUT = {"startup": "startup", "provider": "provider"}
#: Pages whose address names what was opened last.
_TELL = {**ABOUT, "alternatives": "startup"}
_OPENED = "opened_last"
_ITEM = '[data-testid="stSidebarNavItems"] li:has(> div > a[href$="/{address}"])'
_LOOK = """
[data-testid="stSidebarContent"] { position: relative }
[data-testid="stSidebarNav"] { padding-top: 3rem }
.st-key-search_everywhere { position: absolute; top: 3.6rem; left: 1.25rem; right: 1.25rem;
  width: auto }
[data-testid="stSidebarNavItems"] li::before { display: block; font-size: 0.7rem; font-weight: 600;
  letter-spacing: 0.05em; margin: 9px 8px 2px; text-transform: uppercase; color: MUTED }
[role="dialog"]:has(.st-key-looked_for) button[aria-label="Close"] { display: none }
.st-key-carriers [data-testid="stPageLink-NavLink"] p { white-space: normal; line-height: 1.2 }
@media (max-width: 640px) {
  [data-testid="stMarkdownContainer"] table { font-size: 0.78rem }
  [data-testid="stMarkdownContainer"] :is(th, td) { padding: 3px 4px }
  .st-key-week [data-testid="stColumn"] { min-width: 0 !important; flex: 1 1 30% !important }
  .st-key-week [data-testid="stColumn"]:nth-child(2) { flex-basis: 100% !important; order: -1 }
  .st-key-week [data-testid="stColumn"]:first-child { flex: none !important;
    width: auto !important }
  .stGrid:has([data-testid="stMetric"]) > .stGridCell:last-child:nth-child(odd) {
    grid-column: 1 / -1 }
  [data-testid="stMetricLabel"] :is(div, p) { white-space: normal; text-overflow: clip }
  .bars { display: block !important }
  .bars > div { display: grid !important; grid-template-columns: 1fr auto; gap: 0 12px;
    align-items: baseline; margin-bottom: 7px }
  .bars > div > :nth-child(2) { grid-row: 2; grid-column: 1 / -1 }
}
@media (min-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 2.5rem; padding-right: 2.5rem }
  .st-key-title_row { flex-wrap: nowrap }
  .st-key-title_row > :first-child { flex: 0 1 auto; min-width: 0 }
  .st-key-title_row > :last-child { flex: none }
}
button[data-selected="true"] p, [data-testid="stSliderThumbValue"] p { color: CHOSEN }
"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page: its file, what it is called, its address, and the group in which it stands."""

    file: str
    title: str
    address: str
    group: str


def set_look(listed: Sequence[Entry], *, here: str, dark: bool) -> None:
    """Draw the groups, and set a readable colour of what is chosen.

    A page about one thing stands in the menu while one was opened, or is shown at ``here``.
    """
    muted, chosen = ("#a3b1c6", "#93c5fd") if dark else ("#5b6b82", "#1d4ed8")
    rules = [_LOOK.replace("MUTED", muted).replace("CHOSEN", chosen)]
    group = ""
    for one in listed:
        item = _ITEM.format(address=one.address)
        if one.group != group:
            group = one.group
            rules.append(f'{item}::before {{ content: "{group}" }}')
        if one.address in ABOUT:
            is_seen = one.address == here or opened(ABOUT[one.address]) is not None
            rules.append(f"{item} {{ {'padding-left: 14px' if is_seen else 'display: none'} }}")
    st.html(f"<style>{' '.join(rules)}</style>")


def count_beside(counts: Mapping[str, int]) -> None:
    """Write how much waits on a page beside its name, by address; nothing where nothing does."""
    gap = "\N{NO-BREAK SPACE}"
    rules = [
        f'{_ITEM.format(address=address)} a span p::after {{ content: "{gap}·{gap}{count:,}" }}'
        for address, count in counts.items()
        if count
    ]
    if rules:
        st.html(f"<style>{' '.join(rules)}</style>")


def keep_opened(portfolio: str | None) -> None:
    """Remember what the address of the page that runs is about."""
    kept: dict[str, Any] = st.session_state.get(_OPENED, {})
    if kept.get("portfolio") != portfolio:
        kept = {"portfolio": portfolio}
    name = _TELL.get(links.page_path())
    if name is not None and (value := links.read(name)):
        kept = {**kept, name: value}
    st.session_state[_OPENED] = kept


def opened(name: str) -> str | None:
    """The ``startup`` or the ``provider`` opened last in this portfolio; None: none yet."""
    found: str | None = st.session_state.get(_OPENED, {}).get(name)
    return found
