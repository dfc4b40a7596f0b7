"""Replay: a past crisis on today's register, hour by hour, knowing only what was known by then."""

from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.services.portfolios import PortfolioSummary
from risk.scenarios.replay import Decision, ReplayFrame
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay
from ui import cached, links, wording
from ui.charts import replay as charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    empty_state,
    link,
    metric,
    open_startup,
    page_header,
    palette,
    show_its_currency,
)
from ui.panels import replay_clock
from ui.render.page import column_table
from ui.tables import replay as replay_table
from ui.words import replay_words

NOTHING = "nothing"
#: As much news as stands beside the chart.
NEWEST = 3


def which_crisis(left: DeltaGenerator, right: DeltaGenerator) -> tuple[Replay, str]:
    """Ask for the crisis and for the developer on whom its news falls."""
    known = cached.replays()
    with left:
        chosen = links.select(
            "Crisis",
            list(known),
            name="replay",
            default=next(iter(known)),
            shown=lambda one: known[one].title,
            what="replay",
        )
    replay_clock.forget_hours_of_another(chosen)
    with right:
        developers = sorted(
            (one.name for one in cached.catalog().providers.values() if one.tier),
            key=str.casefold,
        )
        provider = links.select(
            "The news falls on",
            developers,
            name="on",
            default=known[chosen].provider,
            what="developer",
            hint="The same news on another developer: its own rate before the news, its startups.",
        )
    return known[chosen], provider


def compared_with(replay: Replay, now: datetime) -> datetime | None:
    """Ask for an earlier hour to compare with."""
    earlier = {
        replay_words.on_the_clock(one.at, replay): one for one in replay.moments if one.at < now
    }
    wanted = replay_clock.asked(replay, "against")
    texts = {one.isoformat(timespec="minutes"): one for one in earlier}
    if wanted is not None:
        texts.setdefault(wanted.isoformat(timespec="minutes"), wanted)
    chosen = links.select(
        "Compare with",
        [NOTHING, *texts],
        name="against",
        default=NOTHING,
        shown=lambda one: _hour_label(texts.get(one), replay),
        what="hour",
    )
    return texts.get(chosen)


def _hour_label(at: datetime | None, replay: Replay) -> str:
    if at is None:
        return "Nothing"
    headline = next((one.headline for one in replay.moments if one.at == at), "")
    return f"{replay_words.time_of(at, replay)} · {headline}".removesuffix(" · ")


def figures(frame: ReplayFrame, before: ReplayFrame | None, replay: Replay) -> None:
    """Show the hour in five figures, each beside what it was at the hour compared with."""
    hazard = frame.hazard
    moving = len(frame.startups.deciding(Decision.MOVE))
    preparing = len(frame.startups.deciding(Decision.PREPARE))
    when = replay_words.time_of(before.as_of, replay) if before else ""

    def note(usual: str, then: str) -> str:
        return f"{when}: {then}" if before else usual

    was = before or frame
    with st.grid(5, min_column_width=155):
        metric(
            "Wind-down in 90 days",
            wording.percent(hazard.probability),
            note(
                f"80 % range {wording.percent(hazard.low)} to {wording.percent(hazard.high)}",
                wording.percent(was.hazard.probability),
            ),
        )
        metric(
            "Loss if it happens",
            wording.money(frame.loss_if_wind_down_usd),
            note(
                f"10–90 %: {wording.money(frame.loss_if_wind_down_low_usd)} to "
                f"{wording.money(frame.loss_if_wind_down_high_usd)}",
                wording.money(was.loss_if_wind_down_usd),
            ),
        )
        metric(
            "Expected loss",
            wording.money(frame.expected_loss_usd),
            note("probability × loss", wording.money(was.expected_loss_usd)),
        )
        metric(
            "Lost to outages so far",
            wording.money(frame.service_loss_usd),
            note("the service itself", wording.money(was.service_loss_usd)),
        )
        then = len(was.startups.deciding(Decision.MOVE))
        metric(
            "Should move now",
            f"{moving:,} of {len(frame.startups):,}",
            note(f"{preparing} more should prepare", str(then)),
        )


def how_likely(frames: tuple[ReplayFrame, ...], replay: Replay, against: datetime | None) -> None:
    """Show the chance up to this hour beside what was known."""
    left, right = st.columns([1.55, 1])
    with left, card("How likely the end was", note=charts.chance_alt(frames, replay)):
        chart(
            charts.chance_figure(frames, replay, against=against, palette=palette()),
            alt=charts.chance_alt(frames, replay),
            key="chance",
        )
    with (
        right,
        card("What was known", note="Newest first; the figure is what it adds, in ln units."),
    ):
        what_was_known(frames[-1], replay)


def what_was_known(frame: ReplayFrame, replay: Replay) -> None:
    """Show the newest news, and what came before at a click."""
    if not frame.known:
        st.markdown("No news yet.")
        return
    known = sorted(frame.known, key=lambda one: one.at, reverse=True)
    st.markdown(replay_words.news_markdown(known[:NEWEST], replay, frame))
    if earlier := known[NEWEST:]:
        with st.expander(f"Earlier ({len(earlier)})"):
            st.markdown(replay_words.news_markdown(earlier, replay, frame))


def what_to_do(frame: ReplayFrame) -> None:
    """Show the advice of the hour beside the weight of each signal."""
    left, right = st.columns([1.25, 1])
    with left, card("What to do at this hour"):
        for sentence in advice(frame):
            st.markdown(f"- {replay_words.with_lead(sentence)}")
        st.caption(
            "Moving costs for certain what waiting costs with some probability: it pays from the "
            "probability on at which both are equal. Prepare means that the upper end of the "
            "range has reached it."
        )
    with right, card("Why", note=charts.signals_alt(frame.hazard)):
        if frame.signals:
            chart(
                charts.signals_figure(frame.hazard, palette=palette()),
                alt=charts.signals_alt(frame.hazard),
                key="signals",
            )


def who_stands_there(frame: ReplayFrame, portfolio: str, provider: str) -> None:
    """Show every startup with its stake and what the hour says to it."""
    st.subheader("Whom it would hit", anchor=False)
    if not frame.startups:
        empty_state(
            f"Nobody in this portfolio depends on {provider}.",
            "The chance is as instructive; let the news fall on another developer above to see "
            f"what would be at stake{_such_as(frame)}.",
        )
        return
    column_table(
        replay_table.PAGE,
        replay_table.rows_of(frame, frame.startups[: replay_table.SHOWN]),
        key="replay_startups",
        file_name=f"{portfolio}-replay.csv",
        files=replay_table.FILE,
        bars=("loss_if_wind_down_usd",),
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(frame.startups):,} startups with loss, cost of moving and what to do.",
    )


def _such_as(frame: ReplayFrame) -> str:
    others = frame.startups.stake.instead
    return f", such as {' or '.join(others)}" if others else ""


def hindsight(replay: Replay, now: datetime) -> None:
    """Show what nobody could know yet, for those who ask."""
    later = replay_words.not_yet_known(replay, now)
    if not later:
        st.markdown(f"**How it ended:** {wording.escaped(replay.outcome)}")
        return
    with st.expander(f"What nobody could know yet ({len(later)})"):
        st.caption("Hindsight: nothing above uses it.")
        for one in later:
            when = replay_words.time_of(one.at, replay)
            st.markdown(f"- {wording.escaped(when)}: {wording.escaped(one.headline)}")


def how_far_to_trust(portfolio: str) -> None:
    """Say that the ratios are judgement, and show the crises that did not shape them."""
    with card("How far to trust this"):
        st.markdown(
            "The likelihood ratios behind the probability are **judgement**, and so is the rate "
            "before any news. The ratios were set knowing how November 2023 went, so that crisis "
            "cannot judge them; the two others were not used. Three crises validate nothing: at "
            "Inflection AI public news gave no warning before the day itself, at Stability AI the "
            "alarm was false. The register is today's, not that of the time."
        )
        for one in cached.replays().values():
            st.markdown(replay_words.how_it_went(one, *cached.chances(portfolio, one)))


def one_hour(portfolio: PortfolioSummary) -> None:
    """Show the hour; runs by itself again and again while the replay plays."""
    show_its_currency()
    header = st.container()
    first, second, third = st.columns(3)
    replay, provider = which_crisis(first, second)
    every = cached.frames(portfolio.name, replay, provider)
    times = [one.as_of for one in every]
    worst = max(every, key=lambda one: one.hazard.probability)
    now = replay_clock.shown_hour(replay, times, telling=worst.as_of)
    frame = next((one for one in every if one.as_of == now), None) or cached.frame(
        portfolio.name, replay, provider, now
    )
    with header:
        page_header(
            "Replay",
            portfolio,
            about=(replay_words.about(replay, provider),),
            state={"replay": replay.id, "at": frame.as_of.isoformat(timespec="minutes")},
            rests_on="Today's register, and what was known by the hour shown.",
            description=replay.summary,
        )
    with third:
        against = compared_with(replay, now)
    with st.container(border=True):
        replay_clock.ask_hour(replay, times, now)
    before = against and cached.frame(portfolio.name, replay, provider, against)
    figures(frame, before or None, replay)
    how_likely((*(one for one in every if one.as_of < now), frame), replay, against)
    what_to_do(frame)
    who_stands_there(frame, portfolio.name, provider)
    hindsight(replay, now)
    st.caption(f"Not modelled: {wording.escaped(replay.not_modelled)}")
    if replay_clock.is_playing() and now >= times[-1]:
        replay_clock.stop_at(now, replay)
        st.rerun()


portfolio = chosen_summary()
playing = replay_clock.is_playing()
st.fragment(one_hour, run_every=replay_clock.STEP_SECONDS if playing else None)(portfolio)
if not playing:
    how_far_to_trust(portfolio.name)
    link("stress.py", "Test a wind-down of your own", portfolio=portfolio.name, scenario="own")
