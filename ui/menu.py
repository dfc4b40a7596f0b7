"""The menu in the sidebar: pages in groups, and the company and the provider opened last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from ui import links, wording

#: Pages of one thing: the parameter that names it.
ABOUT = {"startup": "startup", "provider": "provider"}
#: Pages that go on with what was opened last: the parameters that they take along.
GOES_ON = {"startup": ("startup",), "provider": ("provider",), "alternatives": ("startup",)}
_OPENED = "opened_last"
_LONGEST = 26

_LOOK = """<style>
[data-testid="stSidebarUserContent"] [data-testid="stPageLink"] a { padding: 2px 10px }
[data-testid="stSidebarUserContent"] [data-testid="stPageLink"] p { font-size: 0.9rem }
.st-key-menu h2 { font-size: 0.7rem; font-weight: 600; letter-spacing: 0.05em; padding: 0;
  margin: 9px 10px 1px; text-transform: uppercase; color: MUTED }
.st-key-menu [class*="st-key-menu_about"] { padding-left: 14px }
[role="dialog"]:has(.st-key-looked_for) button[aria-label="Close"] { display: none }
button[data-selected="true"] p, [data-testid="stSliderThumbValue"] p { color: CHOSEN }
</style>"""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page: its file, what it is called, its address, and the group in which it stands."""

    file: str
    title: str
    address: str
    group: str


def set_look(*, dark: bool) -> None:
    """Set what Streamlit's theme cannot: the menu, and a readable colour of what is chosen."""
    muted, chosen = ("#a3b1c6", "#93c5fd") if dark else ("#5b6b82", "#1d4ed8")
    st.html(_LOOK.replace("MUTED", muted).replace("CHOSEN", chosen))


def show(
    listed: Sequence[Entry], pages: Mapping[str, Any], *, here: str, portfolio: str | None
) -> None:
    """Draw the menu; the page at the address ``here`` is shown."""
    opened = _opened(portfolio)
    with st.sidebar, st.container(key="menu", gap=None):
        for group, entries in groupby(listed, key=lambda one: one.group):
            if group:
                st.html(f"<h2>{escape(group)}</h2>")
            for one in entries:
                if one.address not in ABOUT:
                    _link(one, pages, opened)
                elif (name := opened.get(ABOUT[one.address])) or one.address == here:
                    with st.container(key=f"menu_about_{one.address}", gap=None):
                        _link(one, pages, opened, label=wording.brief(name or one.title, _LONGEST))


def _link(
    one: Entry, pages: Mapping[str, Any], opened: Mapping[str, str], label: str | None = None
) -> None:
    takes = {name: opened[name] for name in GOES_ON.get(one.address, ()) if name in opened}
    st.page_link(pages[one.file], label=wording.escaped(label or one.title), query_params=takes)


def _opened(portfolio: str | None) -> dict[str, str]:
    """The company and the provider opened last in this portfolio, from this address or before."""
    kept: dict[str, Any] = st.session_state.get(_OPENED, {})
    if kept.get("portfolio") != portfolio:
        kept = {"portfolio": portfolio}
    for name in ABOUT.values():
        if links.page_path() in {*ABOUT, *GOES_ON} and (value := links.read(name)):
            kept = {**kept, name: value}
    st.session_state[_OPENED] = kept
    return {name: kept[name] for name in ABOUT.values() if name in kept}
