"""Frame of every page: the portfolio it is about, its header, its empty states, its charts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from db.errors import StoreError
from db.services.hours import HourAsked
from db.services.portfolios import PortfolioSummary
from risk.scenarios.results import Scenario
from ui import cached, links, money, wording
from ui.sharing import share_button
from ui.theme import Palette, palette_for
from ui.uncertainty import Spread, bar_html
from ui.words import figure_words, watch_words
from ui.words.view_words import view_in_words

_CHOSEN = "chosen_portfolio"
_RESTS_ON = "figures_stand_on"
#: Limits that the banner names; the others are counted.
_LIMITS_NAMED = 3


def choose_portfolio() -> None:
    """Show the portfolio selector in the sidebar; ui/navigation.py calls it for every page."""
    names = [one.name for one in cached.portfolios()]
    if not names:
        return
    wanted = links.read_choice("portfolio", names, what="portfolio")
    current = wanted or st.session_state.get(_CHOSEN)
    if current not in names:
        current = default_portfolio()
    st.session_state[_CHOSEN] = current
    st.session_state["portfolio_selector"] = current
    with st.sidebar:
        st.selectbox(
            "Portfolio",
            names,
            key="portfolio_selector",
            format_func=portfolio_label,
            on_change=_portfolio_changed,
        )


def _portfolio_changed() -> None:
    chosen = st.session_state["portfolio_selector"]
    st.session_state[_CHOSEN] = chosen
    st.query_params.clear()
    links.write(portfolio=chosen)


def default_portfolio() -> str | None:
    """Return the portfolio that a reader who asks for none sees."""
    return opens_first(cached.portfolios())


def opens_first(portfolios: Sequence[PortfolioSummary]) -> str | None:
    """Of several portfolios the reader's own with the newest data, or the demo."""
    known = sorted(
        portfolios,
        key=lambda one: (not one.invented, str(one.updated or ""), one.name),
        reverse=True,
    )
    return known[0].name if known else None


def portfolio_label(name: str) -> str:
    """How a portfolio is called on screen."""
    return "Demo portfolio" if name == "demo" else name


def show_its_currency() -> None:
    """Write amounts in the currency of the page's portfolio.

    The script of a page does so at its start, and every part of a page that runs by itself.
    """
    name = chosen_name()
    found = next((one for one in cached.portfolios() if one.name == name), None)
    if found is None:
        money.show_in(money.IN_USD)
    else:
        money.show_in(money.shown_as(found.currency, cached.today()))


def chosen_name() -> str | None:
    """Return the name of the page's portfolio, None: there is none."""
    name = st.session_state.get(_CHOSEN)
    return None if name is None else str(name)


def chosen_summary() -> PortfolioSummary:
    """Return what is known of the page's portfolio without reading its startups.

    From here on money is written in its currency. Without one, end the page with what to do next.
    """
    name = chosen_name()
    found = next((one for one in cached.portfolios() if one.name == name), None)
    if found is not None:
        show_its_currency()
        return found
    st.title("Nothing to show yet")
    empty_state(
        "There is no portfolio yet.",
        "Import an inventory: a table with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()


def page_header(
    title: str,
    portfolio: PortfolioSummary | None = None,
    *,
    marks: Sequence[tuple[str, str]] = (),
    as_of: str | None = None,
    about: Sequence[str] = (),
    description: str | None = None,
    state: Mapping[str, str] | None = None,
    banner: bool = True,
    rests_on: str | None = None,
    first_button: Callable[[], None] | None = None,
    tested: Sequence[Scenario | HourAsked] = (),
) -> None:
    """Title, "Share", and the line that says what the page is about.

    ``marks`` say how sure the answer is, each with its meaning (:func:`ui.words.marks.explained`).
    ``as_of`` is the day of the assessment (ISO text; today); the register's own date is added.
    ``about`` is what the page is about in a few words, in place of the number of startups.
    ``state`` holds what the page shows without its address saying so, for the copied link.
    ``banner``: say here if a limit of the portfolio is exceeded. ``rests_on`` says what the
    figures of the page rest on, for :func:`metric`. ``first_button`` shows one more button, before
    the others. ``tested`` are the stress tests or the hour on the page, which can be shared.
    """
    st.session_state[_RESTS_ON] = rests_on
    _title_row(title, portfolio, state or {}, first_button, tested)
    if portfolio is not None:
        _about(portfolio, about, marks=marks, as_of=as_of)
    if description:
        st.markdown(wording.escaped(description))
    if portfolio is not None and banner:
        _show_exceeded_limits(portfolio.name)


def _title_row(
    title: str,
    portfolio: PortfolioSummary | None,
    state: Mapping[str, str],
    first_button: Callable[[], None] | None,
    tested: Sequence[Scenario | HourAsked],
) -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="title_row",
    ):
        st.title(wording.escaped(title), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            if first_button is not None:
                first_button()
            share_button(portfolio, state, tested)


def _say_invented() -> None:
    st.badge(
        "INVENTED DATA",
        color="orange",
        help="Companies and figures are made up, to show what every page does.",
    )


def _about(
    portfolio: PortfolioSummary,
    about: Sequence[str],
    *,
    marks: Sequence[tuple[str, str]],
    as_of: str | None,
) -> None:
    counted = wording.counted(portfolio.startups, "company", "companies")
    facts = [portfolio_label(portfolio.name), *(about or (counted,))]
    if portfolio.updated is not None:
        facts.append(f"data of {wording.day(str(portfolio.updated))}")
    facts.append(f"assessed {wording.day(as_of or cached.today().isoformat())}")
    if money.shown().rate is not None:
        facts.append(money.shown().said)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if portfolio.invented:
            _say_invented()
        if not (view := cached.view()).is_whole:
            said = wording.sentence_case(view_in_words(view))
            st.badge(wording.escaped(said), color="blue", icon=":material/filter_alt:")
        for said, meaning in marks:
            st.badge(wording.escaped(said), color="gray", help=wording.escaped(meaning))
        st.caption(wording.escaped(" · ".join(facts)), width="content")


def empty_state(
    what: str, next_step: str, *, page: str | None = None, label: str | None = None
) -> None:
    """Show a page or section without content: what is missing, and the next step as a link."""
    with st.container(border=True):
        st.markdown(f"**{wording.escaped(what)}**  \n{wording.escaped(next_step)}")
        if page is not None:
            st.page_link(page, label=label, icon=":material/arrow_forward:")


def stop_if_empty(portfolio: PortfolioSummary, title: str) -> None:
    """Say of a portfolio without companies what to do next, and end the page there."""
    if portfolio.startups:
        return
    page_header(title, portfolio)
    empty_state(
        "This portfolio has no companies yet.",
        "Import a file with one line per company and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()


def palette() -> Palette:
    """Return the colours for the theme that the reader sees."""
    return palette_for(cached.catalog(), dark=st.context.theme.type == "dark")


def chart(
    figure: go.Figure,
    *,
    alt: str,
    key: str,
    opens: Mapping[str, Callable[[], None]] | None = None,
) -> None:
    """Show a figure in the theme. ``alt`` says the finding, for readers who cannot see it.

    A click on a mark whose place on the vertical axis is in ``opens`` does what stands there.
    """
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if opens else {}
    event: Any = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        config={"displayModeBar": False, "displaylogo": False, "scrollZoom": False},
        **options,
    )
    if opens:
        for point in event.selection.points:
            go_there = opens.get(str(point.get("y")))
            if go_there is not None:
                go_there()
                return


@contextmanager
def card(
    title: str, *, note: str | None = None, height: Any = "stretch", anchor: str | None = None
) -> Iterator[None]:
    """Show a bordered box with a heading; ``note`` is one sentence below it.

    A link to ``#anchor`` leads there.
    """
    with st.container(border=True, height=height, gap="xsmall"):
        st.subheader(wording.escaped(title), anchor=anchor or False)
        if note:
            st.caption(wording.escaped(note))
        yield


def metric(
    label: str,
    value: str,
    note: str | None = None,
    *,
    explained: str | None = None,
    hint: str | None = None,
    spread: Spread | None = None,
    drawn: str | None = None,
) -> None:
    """Show one bordered figure with a line below it; use inside ``st.grid``.

    Hovering over it says what such a figure is with an example (:mod:`ui.words.figure_words`; of
    ``explained`` where the label names somebody), then ``hint``, what is special here, and what it
    rests on where the page has said so. ``spread`` draws its range between figure and line;
    ``drawn`` is other HTML of ours in that place.
    """
    rests_on = st.session_state.get(_RESTS_ON)
    words = figure_words.hint_of(explained or label)
    above = " ".join(filter(None, (words, hint, spread.meaning if spread else None, rests_on)))
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.metric(wording.escaped(label), value, help=wording.escaped(above) or None)
        if spread is not None:
            drawn = bar_html(spread, palette=palette(), label=f"{label}: {value}; {note}")
        if drawn is not None:
            st.html(drawn)
        if note:
            st.caption(wording.escaped(note))


def link(page: str, label: str, /, **parameters: str) -> None:
    """Show a link to a page such as ``stress.py`` with the state it should open in."""
    st.page_link(
        f"pages/{page}",
        label=wording.escaped(label),
        icon=":material/arrow_forward:",
        query_params=parameters,
    )


def open_startup(startup: str, portfolio: str) -> None:
    """Go to the Startup page of one startup."""
    st.switch_page("pages/startup.py", query_params={"portfolio": portfolio, "startup": startup})


def open_provider(provider: str, portfolio: str) -> None:
    """Go to the Provider page of one provider."""
    st.switch_page("pages/provider.py", query_params={"portfolio": portfolio, "provider": provider})


def _show_exceeded_limits(portfolio: str) -> None:
    """Say which limits are exceeded and what changed since the last check; else show nothing."""
    # Limits are looked at as the portfolio is now, whatever of it the page shows.
    if not cached.view().is_whole or not cached.limits(portfolio):
        return
    if not cached.can_be_checked(portfolio):
        link("watch.py", "Limits are not checked yet: check them", portfolio=portfolio)
        return
    try:
        watch = cached.watch(portfolio)
    except StoreError as problem:
        st.caption(wording.escaped(f"The limits could not be checked: {problem}"))
        return
    if not watch.exceeded:
        return
    said = [watch_words.verdict(one) for one in watch.exceeded[:_LIMITS_NAMED]]
    if (more := len(watch.exceeded) - _LIMITS_NAMED) > 0:
        said.append(f"And {wording.counted(more, 'more limit')}.")
    with st.container(border=True, gap="xxsmall"):
        st.warning(wording.escaped(" ".join(said)), icon=":material/notifications_active:")
        st.page_link(
            "pages/watch.py",
            label="What changed, and the limits",
            icon=":material/arrow_forward:",
            query_params={"portfolio": portfolio},
        )
