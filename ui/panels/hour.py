"""An hour on a page: three cards, whom to call first, the message, the link, and how sure it is.

Incident and Replay show the same.
"""

import streamlit as st

from db.services.hours import HourAsked
from db.services.portfolios import PortfolioSummary
from risk.hazard.signals import WindDown
from risk.scenarios.calls import Hour, Urgency, next_news
from risk.scenarios.replays import Replay
from ui import cached, links, wording
from ui.charts.drawn import company_address
from ui.page import empty_state, metric, open_startup, palette
from ui.render.cards import Cards
from ui.render.page import column_table
from ui.sharing import share_hour
from ui.tables import call as table
from ui.theme import Palette
from ui.uncertainty import Spread, bar_html
from ui.words import incident_words as words

#: Colours of the advice, by how urgent it is.
_COLOURS = {Urgency.CALL: "red", Urgency.PREPARE: "orange", Urgency.WATCH: "gray"}


def cards(hour: Hour) -> None:
    """Show how likely the end is, what it would cost, and what to do tonight."""
    with st.grid(3, min_column_width=155):
        if hour.hazard is not None:
            _chance(hour, hour.hazard)
        else:
            metric(
                "It has happened",
                words.failed(hour.result.scenario.kind, hour.result.scenario.days),
                "No chance is said of it.",
            )
        _loss(hour)
        _tonight(hour)


def _chance(hour: Hour, hazard: WindDown) -> None:
    label = words.chance_label(hour.provider, hazard.horizon_days)
    said = words.chance(hazard.probability, hour.probability_before)
    reach = words.chance_range(hazard.low, hazard.high)
    spread = Spread(low=hazard.low, median=hazard.probability, high=hazard.high)
    metric(
        label,
        said,
        reach,
        explained="Chance that it ends",
        hint=words.HINT,
        drawn=bar_html(spread, palette=palette(), label=f"{label}: {said}, {reach}"),
    )


def _loss(hour: Hour) -> None:
    result = hour.result
    hit = words.whom_it_hits(len(hour.calls), result.newly_out_of_cash, hour.through_others)
    metric(
        "If it does" if hour.hazard is not None else "What it costs",
        wording.money(result.total_median_usd),
        f"{words.loss_range(result.total_low_usd, result.total_high_usd)}; {hit}",
        spread=Spread(
            low=result.total_low_usd, median=result.total_median_usd, high=result.total_high_usd
        ),
    )


def _tonight(hour: Hour) -> None:
    calls = hour.calls
    metric(
        "Do tonight",
        words.first_tonight(calls.count(Urgency.CALL), calls.count(Urgency.PREPARE)),
        f"{words.watched(calls.count(Urgency.WATCH))}. {words.move_all(calls.move_all_usd)}",
        hint=words.ADVICE,
    )


def call_list(hour: Hour, asked: HourAsked, portfolio: PortfolioSummary, *, news: str) -> None:
    """Show whom to call first, and beside it the message to send and the link to this hour."""
    name, calls = portfolio.name, hour.calls
    listed = calls.head
    contacts = cached.contacts(name, tuple(one.stake.startup for one in listed))
    rows = table.rows_of(hour, listed, contacts)
    with st.container(border=True, gap="small"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.subheader("Whom to call first", anchor=False, width="content")
            with st.container(horizontal=True, width="content"):
                with st.popover("Copy message", icon=":material/content_copy:"):
                    st.code(
                        words.message(
                            hour,
                            rows,
                            news=news,
                            when=words.hour_moment(hour.as_of, _replay(asked)),
                            source=asked.source,
                            link=links.live_link({"portfolio": name, "at": _at(asked)}),
                        ),
                        language=None,
                        wrap_lines=True,
                    )
                share_hour(portfolio, asked)
        if not rows:
            others = hour.result.instead or ()
            st.markdown(
                f"Nobody in this portfolio loses anything{'.' if not others else ' by it.'}"
            )
            return
        if len(rows) < len(calls):
            st.caption(f"The first {len(rows):,} of {len(calls):,}; the command lists them all.")
        column_table(
            table.PAGE,
            rows,
            key="calls",
            file_name=f"{name}-calls.csv",
            files=table.FILE,
            open_row=lambda row: open_startup(row["startup"], name),
            widths={"said": 290, "at_stake": 135, "advice": 185},
            tags={"advice": lambda row: _COLOURS[row["urgency"]]},
            alt=f"{len(calls):,} companies in the order of calling, with what to say, what is at "
            "stake, runway, contact and advice.",
            cards=call_cards(name, palette()),
        )


def call_cards(portfolio: str, palette: Palette) -> Cards:
    """How calls look as cards: the advice beside the name, and what to say."""
    return Cards(
        aside="advice",
        below=("said",),
        address=company_address(portfolio),
        palette=palette,
        is_urgent=lambda row: row["urgency"] == Urgency.CALL,
    )


def _replay(asked: HourAsked) -> Replay | None:
    return None if asked.replay is None else cached.replays()[asked.replay]


def _at(asked: HourAsked) -> str:
    return asked.at.isoformat(timespec="minutes")


def how_sure(hour: Hour, portfolio: str) -> None:
    """Say in one line how far to trust this, and which news would change it most."""
    if hour.hazard is None:
        st.caption(words.how_sure_of_failure())
        return
    numbers = cached.assumptions(portfolio)
    kinds = {one.kind: one for one in cached.signal_kinds(portfolio)}
    coming = next_news(hour.hazard, hour.provider, kinds=kinds, numbers=numbers)
    st.caption(wording.escaped(words.how_sure(coming)))


def nobody(provider: str, instead: tuple[str, ...]) -> None:
    """Say that nobody depends on a provider, and on whom most do."""
    more = f", such as {' or '.join(instead)}" if instead else ""
    empty_state(
        f"Nobody in this portfolio depends on {provider}.",
        f"The chance is as instructive; choose another provider above{more}.",
    )
