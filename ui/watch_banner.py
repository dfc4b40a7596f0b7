"""The banner of a portfolio whose limits are exceeded, below the title of its pages."""

import streamlit as st

from db.errors import StoreError
from ui import cached, wording
from ui import watch_words as words


def show_banner(portfolio: str) -> None:
    """Say which limits are exceeded and what changed since the last check; else show nothing."""
    if not cached.limits(portfolio) or not cached.can_be_checked(portfolio):
        return
    try:
        watch = cached.watch(portfolio)
    except StoreError as problem:
        st.caption(wording.escaped(f"The limits could not be checked: {problem}"))
        return
    if not watch.exceeded:
        return
    said = [words.verdict(one) for one in watch.exceeded]
    with st.container(border=True, gap="xxsmall"):
        st.warning(wording.escaped(" ".join(said)), icon=":material/notifications_active:")
        st.page_link(
            "pages/watch.py",
            label="What changed, and the limits",
            icon=":material/arrow_forward:",
            query_params={"portfolio": portfolio},
        )
