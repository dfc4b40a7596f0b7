"""Replay: a crisis on today's register, hour by hour, knowing only what was known by then."""

from datetime import datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.services.hours import HourAsked
from db.services.portfolios import PortfolioSummary
from db.services.scenario_files import Sort
from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay
from ui import cached, links, wording
from ui.charts import replay as charts
from ui.page import (
    card,
    chart,
    chosen_summary,
    link,
    page_header,
    palette,
    show_its_currency,
    stop_if_empty,
)
from ui.panels import hour as panel
from ui.panels import own_files, replay_clock
from ui.words import replay_words

NOTHING = "nothing"
#: As much news as stands beside the chart.
NEWEST = 4
SECTIONS = {
    "says": "What the hour says",
    "why": "Why",
    "news": "News and sources",
    "later": "What came later",
    "trust": "How far to trust this",
}


def newest_first() -> list[Replay]:
    """Return the crises that go on, the one that began last first."""
    going_on = [one for one in cached.replays().values() if one.is_open]
    return sorted(going_on, key=lambda one: one.starts, reverse=True)


def which_crisis(left: DeltaGenerator, right: DeltaGenerator) -> tuple[Replay, str]:
    """Ask for the crisis and for the developer on whom its news falls.

    It opens at what goes on. An hour of which no crisis is named is one of the first that ships.
    """
    known = cached.replays()
    going_on = [one.id for one in newest_first()]
    options = [*going_on, *(one for one in known if one not in going_on)]
    with left:
        chosen = links.select(
            "Crisis",
            options,
            name="replay",
            default=next(iter(known)) if links.read("at") else options[0],
            shown=lambda one: replay_words.called(known[one]),
            what="replay",
            is_named=True,
        )
    replay_clock.forget_hours_of_another(chosen)
    with right:
        developers = sorted(
            {
                *(one.name for one in cached.catalog().providers.values() if one.tier),
                known[chosen].provider,
            },
            key=str.casefold,
        )
        provider = links.select(
            "The news falls on",
            developers,
            name="on",
            default=known[chosen].provider,
            what="developer",
            hint="The same news on another developer: its own rate before the news, its companies.",
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
        return "Before any news"
    headline = next((one.headline for one in replay.moments if one.at == at), "")
    return f"{replay_words.time_of(at, replay)} · {headline}".removesuffix(" · ")


def how_likely(frames: tuple[ReplayFrame, ...], replay: Replay, against: datetime | None) -> None:
    """Show the chance up to this hour beside the newest news."""
    left, right = st.columns([1.55, 1])
    with left, card(charts.chance_title(frames), note=charts.chance_alt(frames, replay)):
        st.html(charts.chance_html(frames, replay, against=against, palette=palette()))
    with right, card("What was known", note="Newest first; the figure is its weight."):
        known = sorted(frames[-1].known, key=lambda one: one.at, reverse=True)[:NEWEST]
        said = replay_words.news_markdown(known, replay, frames[-1], brief=True)
        st.markdown(said or "No news yet.")


def what_was_known(frame: ReplayFrame, replay: Replay) -> None:
    """Show all news up to the hour with what it weighs, its sources and its doubt."""
    if not frame.known:
        st.markdown("No news yet.")
        return
    st.markdown(replay_words.news_markdown(frame.known, replay, frame))


def what_it_says(frame: ReplayFrame) -> None:
    """Show what the hour says to do, in sentences."""
    for sentence in advice(frame):
        st.markdown(f"- {replay_words.with_lead(sentence)}")


def why(frame: ReplayFrame) -> None:
    """Show the weight of each signal."""
    st.caption(wording.escaped(charts.signals_alt(frame.hazard)))
    if frame.signals:
        chart(
            charts.signals_figure(frame.hazard, palette=palette()),
            alt=charts.signals_alt(frame.hazard),
            key="signals",
        )


def hindsight(replay: Replay, now: datetime) -> None:
    """Show what nobody could know yet, for those who ask."""
    later = replay_words.not_yet_known(replay, now)
    if not later:
        lead, _, rest = replay_words.how_it_ended(replay).partition(": ")
        st.markdown(f"**{lead}:** {wording.escaped(rest)}")
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
        own = {one.id for one in cached.own_files()}
        for one in cached.replays().values():
            if one.id in own:
                continue
            st.markdown(replay_words.how_it_went(one, *cached.chances(portfolio, one)))


def what_goes_on(shown: Replay, portfolio: str) -> None:
    """Lead to the crisis that began last of those that go on, unless one of them is shown."""
    if not shown.is_open and (going_on := newest_first()):
        newest = going_on[0]
        label = f"Goes on now: {newest.title}"
        link("replay.py", label, portfolio=portfolio, replay=newest.id)


def it_goes_on(replay: Replay, newest: datetime, now: datetime, portfolio: str) -> None:
    """Say until when a crisis is known that has no end yet, lead there, and take news."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"It goes on; newest hour {replay_words.time_of(newest, replay)}.", width="content"
        )
        if now < newest:
            st.button("Newest hour", icon=":material/last_page:", on_click=_to_the_newest)
        own_files.add_news(replay.id, portfolio)


def _to_the_newest() -> None:
    links.write(at=None)


def the_rest(frame: ReplayFrame, replay: Replay, portfolio: str) -> None:
    """Show one part at a time of what the first screen leaves out."""
    section = links.sections(
        "More", list(SECTIONS), name="section", default="says", shown=SECTIONS.__getitem__
    )
    if section == "says":
        what_it_says(frame)
    elif section == "news":
        what_was_known(frame, replay)
    elif section == "why":
        why(frame)
    elif section == "later":
        hindsight(replay, frame.as_of)
        if replay.not_modelled:
            st.caption(f"Not modelled: {wording.escaped(replay.not_modelled)}")
    elif not replay_clock.is_playing():
        how_far_to_trust(portfolio)


def one_hour(portfolio: PortfolioSummary) -> None:
    """Show the hour; runs by itself again and again while the replay plays."""
    show_its_currency()
    header = st.container()
    first, second, third = st.columns(3)
    replay, provider = which_crisis(first, second)
    every = cached.frames(portfolio.name, replay, provider)
    times = [one.as_of for one in every]
    worst = max(every, key=lambda one: one.hazard.probability)
    telling = times[-1] if replay.is_open else worst.as_of
    now = replay_clock.shown_hour(replay, times, telling=telling)
    frame = next((one for one in every if one.as_of == now), None) or cached.frame(
        portfolio.name, replay, provider, now
    )
    with third:
        against = compared_with(replay, now)
    before = against and cached.frame(portfolio.name, replay, provider, against)
    asked = HourAsked(provider=provider, at=frame.as_of, replay=replay.id)
    hour = cached.hour_of_frame(
        portfolio.name, frame, provider, before.hazard.probability if before else None
    )
    with header:
        page_header(
            replay_words.title(frame, provider, replay),
            portfolio,
            about=(replay_words.about(replay, provider),),
            state={"replay": replay.id, "at": frame.as_of.isoformat(timespec="minutes")},
            rests_on="Today's register, and what was known by the hour shown.",
            tested=(asked,),
        )
    with st.container(border=True):
        replay_clock.ask_hour(replay, times, now)
        if replay.is_open and not replay_clock.is_playing():
            it_goes_on(replay, times[-1], now, portfolio.name)
    what_goes_on(replay, portfolio.name)
    panel.cards(hour)
    how_likely((*(one for one in every if one.as_of < now), frame), replay, against)
    if len(hour.calls):
        newest = max(frame.known, key=lambda one: one.at, default=None)
        panel.call_list(hour, asked, portfolio, news=newest.headline if newest else "")
    else:
        panel.nobody(provider, frame.startups.stake.instead)
    panel.how_sure(hour, portfolio.name)
    the_rest(frame, replay, portfolio.name)
    if replay_clock.is_playing() and now >= times[-1]:
        replay_clock.stop_at(now, replay)
        st.rerun()


portfolio = chosen_summary()
stop_if_empty(portfolio, "Replay")
playing = replay_clock.is_playing()
st.fragment(one_hour, run_every=replay_clock.STEP_SECONDS if playing else None)(portfolio)
if not playing:
    own_files.own_files(Sort.CRISIS)
    link("stress.py", "Test a wind-down of your own", portfolio=portfolio.name, scenario="own")
