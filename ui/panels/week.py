"""This week on the page Overview: a line for each thing to look at, with one button each."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline
from risk.portfolio.results import Action
from risk.portfolio.week import Changed, Item, News, Sort
from ui import wording
from ui.page import card
from ui.words import week_words as words

#: The button of each sort.
BUTTONS = {
    Sort.DEADLINE: "Decide",
    Sort.ACT: "Decide",
    Sort.QUESTION: "Ask",
    Sort.NEWS: "See",
    Sort.CHANGED: "Why",
}
_Colour = Literal["red", "orange", "blue", "gray"]
_COLOURS: dict[Sort, _Colour] = {Sort.DEADLINE: "orange", Sort.QUESTION: "blue"}


def this_week(items: Sequence[Item] | None, portfolio: str) -> None:
    """Show the things of the week; None: they wait for an answer that is being made."""
    with card("This week"), st.container(key="week"):
        if items is None:
            st.markdown("Chosen anew as soon as the new answer is there.")
        elif not items:
            st.markdown(words.EMPTY)
        for place, item in enumerate(items or ()):
            _line(place, item, portfolio)


def _line(place: int, item: Item, portfolio: str) -> None:
    """Show one thing: what it is, whom it is about and what it says, its amount, its button."""
    tag, what, figure, button = st.columns(
        [1.05, 3.5, 1.35, 1.1], vertical_alignment="center", gap="xsmall"
    )
    colour: _Colour = "red" if item.late else _COLOURS.get(item.sort, "gray")
    tag.badge(words.TAGS[item.sort], color=colour)
    what.markdown(_said(item))
    figure.markdown(_amount(item))
    page, state = where(item)
    if button.button(BUTTONS[item.sort], key=f"week_open_{place}", width="stretch"):
        st.switch_page(f"pages/{page}", query_params={"portfolio": portfolio, **state})


def _said(item: Item) -> str:
    who, said = words.who(item), wording.escaped(words.said(item))
    return wording.sentence_case(said) if who is None else f"**{wording.escaped(who)}**: {said}"


def _amount(item: Item) -> str:
    figure, below = (wording.escaped(one) for one in words.amount_said(item))
    shown = f"**{figure}**" if figure else ""
    return f"{shown}  \n:small[:gray[{below}]]" if below else shown


def where(item: Item) -> tuple[str, dict[str, str]]:
    """Return the page where a thing is decided, asked or explained, and the state to open it in."""
    about = item.about
    if isinstance(about, (Deadline, Action)):
        return "alternatives.py", {
            "startup": about.startup,
            "use_case": about.use_case,
            "dependency": about.dependency_key,
        }
    if isinstance(about, OpenFact):
        return "questions.py", {"startup": about.startup}
    if isinstance(about, News) and about.provider is not None:
        return "provider.py", {"provider": about.provider}
    assert isinstance(about, (News, Changed))  # noqa: S101 - nothing else is left
    return "portfolio.py", {"section": "changes"}
