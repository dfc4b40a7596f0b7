"""Long tables a page at a time, in an order that the reader chooses over all rows."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

#: As many rows as a browser draws, searches and sorts without a wait.
PAGE_ROWS = 500
#: Where each row has a picture.
PLACES_ROWS = 100

Places = NDArray[np.int64]


def page_of_rows(rows: pd.DataFrame, *, key: str) -> tuple[pd.DataFrame, Sequence[int]]:
    """Return the rows of the page that the reader is on, and their positions among all."""
    everything = range(len(rows))
    if len(rows) <= PAGE_ROWS:
        return rows, everything
    as_it_is = "As it is"
    order, first = _ask([as_it_is, *map(str, rows.columns)], len(rows), key)
    positions = list(everything)
    if order != as_it_is:
        ranked = rows.reset_index(drop=True).sort_values(order, kind="stable")
        positions = [int(one) for one in ranked.index]
    positions = positions[first : first + PAGE_ROWS]
    return rows.iloc[positions], positions


def page_of_places(
    places: Places,
    *,
    key: str,
    orders: Sequence[str],
    ordered: Callable[[Places, str], Places],
    rows: int = PLACES_ROWS,
) -> Places:
    """Return those of the page that the reader is on, of as many places as there are.

    They come in the first of ``orders``; ``ordered`` puts them in another.
    """
    if len(places) <= rows:
        return places
    order, first = _ask(orders, len(places), key, rows)
    if order != orders[0]:
        places = ordered(places, order)
    return places[first : first + rows]


def _ask(orders: Sequence[str], count: int, key: str, rows: int = PAGE_ROWS) -> tuple[str, int]:
    """Ask for the order and the page; return the order and the position of the first row."""
    pages = -(-count // rows)
    place = f"{key}_page"
    # A filter may have left fewer pages than the reader has turned.
    st.session_state[place] = min(int(st.session_state.get(place, 1)), pages)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox("Sort all rows by", orders, key=f"{key}_order", width=260)
        page = st.number_input(f"Page, 1 to {pages:,}", 1, pages, key=place, width=150)
        first = (int(page) - 1) * rows
        st.caption(
            f"Rows {first + 1:,} to {min(first + rows, count):,} of {count:,}. Search and "
            "the columns' own order are of this page; files have every row.",
            width="stretch",
        )
    return str(order), first
