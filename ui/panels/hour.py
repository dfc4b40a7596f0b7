"""An hour on a page: three cards, whom to call first, the message, the link, and how sure it is.

Incident and Replay show the same.
"""

from collections.abc import Sequence
from html import escape

import streamlit as st

from db.services.hours import HourAsked
from db.services.portfolios import PortfolioSummary
from risk.hazard.signals import WindDown
from risk.scenarios.calls import Hour, Urgency, next_news
from risk.scenarios.replays import Replay
from ui import cached, links, wording
from ui.charts import drawn
from ui.page import empty_state, metric, open_startup, palette
from ui.render.page import column_table
from ui.sharing import share_hour
from ui.tables import call as table
from ui.tables.column import Record
from ui.theme import Palette
from ui.uncertainty import Spread, bar_html
from ui.words import incident_words as words

#: Colours of the advice, by how urgent it is.
_COLOURS = {Urgency.CALL: "red", Urgency.PREPARE: "orange", Urgency.WATCH: "gray"}
#: On a phone each call is a card, in place of a row that runs off the screen: so many at first
#: sight, and so many in all.
FIRST_CARDS, MOST_CARDS = 5, 50
_ON_A_PHONE = """<style>
.st-key-call_cards { display: none }
@media (max-width: 640px) { .st-key-calls { display: none } .st-key-call_cards { display: flex } }
</style>"""


def cards(hour: Hour) -> None:
    """Show how likely the end is, what it would cost, and what to do tonight."""
    with st.grid(3, min_column_width=230):
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
        with st.container(key="call_cards"):
            st.html(cards_html(rows, portfolio=name, palette=palette()))
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
        )


def cards_html(rows: Sequence[Record], *, portfolio: str, palette: Palette) -> str:
    """The first calls as cards below each other, in the columns of the table; for phones alone."""
    said = [_card(row, portfolio, palette) for row in rows[:MOST_CARDS]]
    first, more = "".join(said[:FIRST_CARDS]), "".join(said[FIRST_CARDS:])
    if more:
        label = f"The next {len(said) - FIRST_CARDS:,}"
        if len(rows) > len(said):
            label += f" of {len(rows) - FIRST_CARDS:,}; the files below list all"
        more = f'<details><summary style="cursor:pointer;padding:10px 0">{label}</summary>{more}'
        more += "</details>"
    return (
        f'{_ON_A_PHONE}<div style="font-size:15px;line-height:1.4;color:{palette.text}">'
        f"{first}{more}</div>"
    )


def _card(row: Record, portfolio: str, palette: Palette) -> str:
    text = {one.key: (one.label, one.text(row)) for one in table.PAGE}
    company, said, advice = (escape(text.pop(key)[1]) for key in ("startup", "said", "advice"))
    href = escape(drawn.address("startup", portfolio=portfolio, startup=row["startup"]))
    colour = palette.loss if row["urgency"] == Urgency.CALL else palette.text
    rest = " · ".join(f"{escape(label)}: {escape(cell)}" for label, cell in text.values())
    return (
        f'<div style="border-top:1px solid {palette.grid};padding:10px 0">'
        f'<div style="display:flex;flex-wrap:wrap;gap:0 10px;justify-content:space-between">'
        f'<a href="{href}" style="font-weight:600;color:{palette.text}">{company}</a>'
        f'<span style="font-weight:600;color:{colour}">{advice}</span></div>'
        f'<div>{said}</div><div style="font-size:13px;color:{palette.muted}">{rest}</div></div>'
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
