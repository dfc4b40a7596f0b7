"""Slices on pages: a filter in the sidebar that makes every figure one of some startups alone.

What is chosen stands in the address and goes along from page to page. Pages on one startup, on what
comes in, and on the program itself are of the whole.
"""

import streamlit as st

from ui import cached, links, wording
from ui.page import chosen_name, chosen_summary
from ui.words.view_words import nothing_in, slice_label

#: Addresses of the pages whose figures are of the slice.
SLICED = frozenset(
    ("", "startups", "funds", "providers", "provider", "stress", "replay", "alternatives", "plan")
) | {"calendar", "reports"}
_KEY = "slice_selector"
#: Values of a field that are offered, those of most startups.
_OFFERED = 200


def choose_slices(path: str) -> None:
    """Show the filter for the page at an address; ui/navigation.py calls it for every page."""
    portfolio = chosen_name()
    if portfolio is None:
        return
    options = [
        f"{field}:{value}"
        for field, values in cached.slice_choices(portfolio).items()
        for value in sorted(values, key=lambda one: (-values[one], one))[:_OFFERED]
    ]
    by_key = {one.casefold(): one for one in options}
    wanted = links.wanted_slices(portfolio)
    unknown = [one for one in wanted if one.casefold() not in by_key]
    chosen = [by_key[one.casefold()] for one in wanted if one.casefold() in by_key]
    applied = path in SLICED
    links.keep_slices(portfolio, chosen, applied=applied)
    if not options or not applied:
        return
    for one in unknown:
        links.say_unknown("slice", one)
    st.session_state[_KEY] = chosen
    with st.sidebar:
        st.multiselect(
            "Only companies with",
            options,
            key=_KEY,
            format_func=lambda one: slice_label(*_pair(one)),
            placeholder="All",
            on_change=_changed,
            args=(portfolio,),
            help="Several values of one field mean any of them, different fields all of them.",
        )
    if chosen and not chosen_summary().startups:
        said = nothing_in([_pair(one) for one in chosen], cached.view().as_of)
        st.warning(wording.escaped(said))
        st.stop()


def _pair(option: str) -> tuple[str, str]:
    """The field and the value of an option."""
    field, _, value = option.partition(":")
    return field, value


def _changed(portfolio: str) -> None:
    links.keep_slices(portfolio, st.session_state[_KEY], applied=True)
