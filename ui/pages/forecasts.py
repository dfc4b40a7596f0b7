"""Forecasts: what was said beforehand beside what came, the most surprising first, and losses."""

import streamlit as st

from db.services.access import Action
from db.services.forecasts import list_forecasts
from db.services.portfolios import PortfolioSummary
from db.services.realised_losses import list_losses
from risk.hazard.forecast_scores import ChanceScore, Scored, scored
from risk.hazard.forecasts import Kept, State
from risk.scenarios.realised import ComparedLoss, misses_first, score_losses
from ui import cached, links, wording
from ui.cached import may
from ui.charts import forecasts as charts
from ui.page import card, chart, chosen_summary, empty_state, metric, page_header, palette
from ui.panels.forecast_forms import (
    answer_form,
    keep_button,
    keep_one,
    loss_form,
    say_done,
    take_back_form,
)
from ui.render.page import column_table
from ui.tables import forecast, realised_loss
from ui.words import forecast_words as words

#: Questions that can be answered here at a time: those that are over come first.
MOST_ANSWERED = 200
SECTIONS = {
    "settled": "What came",
    "open": "Open questions",
    "scores": "Scores",
    "losses": "Realised losses",
}


def four_figures(found: Scored) -> None:
    """Show how many are settled, how many came true, and how good chances and ranges were."""
    together, amounts, states = found.together, found.amounts, found.states
    with st.grid(4, min_column_width=160):
        metric(
            "Settled",
            f"{states[State.SETTLED]:,}",
            f"of {sum(states.values()):,} kept; {states[State.UNANSWERED]:,} over and unanswered",
        )
        if together is None:
            metric("Came true", wording.UNKNOWN, "no question by yes or no is settled")
            metric("Brier score", wording.UNKNOWN, "nothing to score yet")
        else:
            metric(
                "Came true",
                f"{together.happened:,}",
                f"of {together.questions:,}; {words.figure(together.expected)} were said to",
            )
            metric(
                "Brier score",
                words.figure(together.brier),
                "always 50 %: 0.25; the share that came true: "
                f"{words.figure(together.base_rate.brier)}",
            )
        if amounts is None:
            metric("Hours in their range", wording.UNKNOWN, "no amount is settled")
        else:
            metric(
                "Hours in their range",
                f"{amounts.held:,}",
                f"of {amounts.questions:,}; 8 of 10 were said to",
            )


def calibration(score: ChanceScore) -> None:
    """Show chances beside what came of them; the title is the finding."""
    note = f"Bars are 95 % intervals of the share. {words.NOT_INDEPENDENT}"
    with card(words.calibration_finding(score), note=note):
        chart(
            charts.calibration_figure(score, palette=palette()),
            alt=charts.calibration_alt(score),
            key="calibration",
        )


def what_came(chosen: PortfolioSummary, found: Scored) -> None:
    """List what is settled, the most surprising first, and the chart of chances."""
    if not found.settled:
        empty_state(
            "Nothing is settled yet.",
            words.NOTHING_SETTLED,
        )
        return
    misses = words.misses(found)
    with card(misses, note="The most surprising first."):
        column_table(
            forecast.SETTLED,
            forecast.rows_of(found.settled, cached.today()),
            files=forecast.VALUES,
            widths={"asks": 280},
            key="settled",
            file_name=f"{chosen.name}-forecasts.csv",
            workbook="Forecasts",
            alt=f"{len(found.settled)} settled forecasts: {misses}.",
        )
    if found.together is not None:
        calibration(found.together)


def open_questions(chosen: PortfolioSummary, kept: list[Kept]) -> None:
    """List what is not settled, what is over first, and let somebody answer or keep more."""
    today = cached.today()
    if kept:
        column_table(
            forecast.OPEN,
            forecast.rows_of(kept, today),
            files=forecast.VALUES,
            widths={"asks": 280},
            key="open",
            file_name=f"{chosen.name}-open-forecasts.csv",
            workbook="Open forecasts",
            alt=f"{len(kept)} forecasts that are not settled.",
        )
    else:
        st.caption("No question is open.")
    with st.grid(2, min_column_width=300):
        if may(Action.SETTLE_FORECAST) and kept:
            answer_form(kept[:MOST_ANSWERED])
        if may(Action.KEEP_FORECAST):
            keep_one(chosen.name, sorted(cached.catalog().providers))


def scores(chosen: PortfolioSummary, found: Scored) -> None:
    """Show the scores by sort of question beside their references, and those of amounts."""
    rows = forecast.scores_of(found)
    if not rows and found.amounts is None:
        st.caption("There is nothing to score yet.")
        return
    if rows:
        column_table(
            forecast.SHOWN_SCORES,
            rows,
            files=forecast.SCORES,
            key="scores",
            file_name=f"{chosen.name}-forecast-scores.csv",
            alt=f"Scores of {len(rows)} sorts of questions beside two references.",
        )
        st.caption(f"{words.BRIER} Its parts are in the file.")
    st.markdown(wording.escaped(words.amounts_words(found)))


def losses(chosen: PortfolioSummary, noted: tuple[ComparedLoss, ...]) -> None:
    """Show losses that were noted beside what was predicted, misses first."""
    st.markdown(wording.escaped(words.losses_words(score_losses(noted))))
    if noted:
        column_table(
            realised_loss.SHOWN,
            realised_loss.rows_of(misses_first(noted)),
            files=realised_loss.VALUES,
            key="losses",
            file_name=f"{chosen.name}-realised-losses.csv",
            workbook="Realised losses",
            alt=f"{len(noted)} losses beside what was predicted.",
        )
    st.caption(
        f"{words.PREDICTION} To have one next time, freeze a stress test now: Share, then Snapshot."
    )
    if may(Action.NOTE_LOSS):
        with st.grid(2, min_column_width=300):
            loss_form(chosen.name, sorted(cached.catalog().providers))
            if noted:
                take_back_form(noted)


chosen = chosen_summary()
today = cached.today()
every = cached.asked(list_forecasts, chosen.name)
found = scored(every, today=today)


def _keep() -> None:
    if may(Action.KEEP_FORECAST):
        keep_button(chosen.name)


page_header(words.headline(found), chosen, first_button=_keep)
say_done()
if every:
    four_figures(found)
else:
    empty_state(
        "No forecast was kept yet.",
        "Keep what the model says today of each provider: a wind-down in 90 days, a long outage "
        "next month, its hours next quarter, a price rise within a year. It cannot be changed "
        "later, and is scored once its time is over.",
    )
section = links.sections(
    "More",
    list(SECTIONS),
    name="section",
    default="settled" if found.settled or not every else "open",
    shown=SECTIONS.__getitem__,
)
if section == "open":
    order = [State.UNANSWERED, State.AHEAD]
    waiting = [one for state in order for one in every if one.state(today) is state]
    open_questions(chosen, waiting)
elif section == "scores":
    scores(chosen, found)
elif section == "losses":
    losses(chosen, cached.asked(list_losses, chosen.name))
elif every:
    what_came(chosen, found)
