"""Rows and words of a replay: times, what was known, who stands where, what came later."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import pandas as pd
import streamlit as st

from risk.scenarios.replay import Decision, ReplayFrame
from risk.scenarios.replays import Moment, Replay
from risk.scenarios.results import StressedStartup
from ui import wording

#: As many startups as a page lists.
SHOWN = 1_000
DECISIONS = {
    Decision.MOVE: "Move now",
    Decision.PREPARE: "Prepare",
    Decision.WATCH: "Watch",
}


def on_the_clock(at: datetime, replay: Replay) -> datetime:
    """Return a moment on the replay's own clock."""
    return at.astimezone(replay.starts.tzinfo)


def time_of(at: datetime, replay: Replay) -> str:
    """``Sun 19 Nov, 23:53`` on the replay's clock."""
    shown = on_the_clock(at, replay)
    return f"{shown:%a} {shown.day} {shown:%b, %H:%M}"


def long_time(at: datetime, replay: Replay) -> str:
    """``Sunday 19 November 2023, 23:53`` on the replay's clock."""
    shown = on_the_clock(at, replay)
    return f"{shown:%A} {shown.day} {shown:%B %Y, %H:%M}"


def news_markdown(moments: Iterable[Moment], replay: Replay, frame: ReplayFrame) -> str:
    """Return what was known, newest first, with what it weighs, its sources and its doubt."""
    weights = {
        one.signal.kind: one.ln_units
        for one in frame.hazard.evidence.contributions
        if one.signal is not None
    }
    counted = {(one.kind, one.at) for one in frame.signals}
    items = []
    for one in sorted(moments, key=lambda each: each.at, reverse=True):
        items.append(
            f"**{wording.escaped(time_of(one.at, replay))} · {wording.escaped(one.headline)}**"
            f"{_weight(one, weights, counted)}  \n{wording.escaped(one.what)}  \n"
            f":gray[:small[{wording.with_links('; '.join(one.sources))}. "
            f"{wording.escaped(one.doubt)}]]"
        )
    return "\n\n".join(items)


def _weight(one: Moment, weights: Mapping[str, float], counted: set[tuple[str, datetime]]) -> str:
    if one.outage is not None:
        return f" :orange-badge[{wording.percent(one.outage.severity)} of the service lost]"
    if one.signal is None:
        return " :gray-badge[no number]"
    if (one.signal.kind, one.at) not in counted:
        return " :gray-badge[replaced by newer]"
    units = weights[one.signal.kind]
    colour = "red" if units > 0 else "green"
    return f" :{colour}-badge[{units:+.1f}]".replace("-badge[-", "-badge[−")


def startup_table(frame: ReplayFrame) -> pd.DataFrame:
    """Return a row per startup that depends on the provider, the largest loss first."""
    found = frame.startups[:SHOWN]
    return pd.DataFrame(
        {
            "Startup": [one.stake.startup for one in found],
            "At this hour": [DECISIONS[one.decision] for one in found],
            "Loss if it happens": [one.stake.loss_usd for one in found],
            "10–90 % range": [_range(one.stake) for one in found],
            "Expected loss": [one.expected_loss_usd for one in found],
            "Moving now costs": [one.stake.move_usd for one in found],
            "Pays from": [_pays(one.stake.break_even) for one in found],
            "Hit through": ["; ".join(one.stake.hit_through) for one in found],
            "Runway": [wording.before_after_months(one.stake.runway_months) for one in found],
        }
    )


def _range(stake: StressedStartup) -> str:
    low, high = wording.money(stake.loss_low_usd), wording.money(stake.loss_high_usd)
    return low if low == high else f"{low} to {high}"


def _pays(break_even: float | None) -> str:
    return "never" if break_even is None else wording.percent(break_even)


def startup_download(frame: ReplayFrame) -> pd.DataFrame:
    """Return the same rows with plain figures; unknown is empty."""
    return pd.DataFrame(
        [
            {
                "as_of": frame.as_of.isoformat(),
                "startup": one.stake.startup,
                "decision": one.decision.value,
                "loss_if_wind_down_usd": one.stake.loss_usd,
                "loss_if_wind_down_low_usd": one.stake.loss_low_usd,
                "loss_if_wind_down_high_usd": one.stake.loss_high_usd,
                "expected_loss_usd": one.expected_loss_usd,
                "move_now_usd": one.stake.move_usd,
                "break_even_probability": one.stake.break_even,
                "hit_through": "; ".join(one.stake.hit_through),
                "runway_months_before": one.stake.runway_months.before,
                "runway_months_after": one.stake.runway_months.after,
                "cash_out_probability_before": one.stake.cash_out_probability.before,
                "cash_out_probability_after": one.stake.cash_out_probability.after,
            }
            for one in frame.startups[:SHOWN]
        ]
    )


def startup_columns(frame: ReplayFrame) -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`startup_table`."""
    column = st.column_config
    worst = max((one.stake.loss_usd for one in frame.startups[:1]), default=1.0)
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "At this hour": column.TextColumn(width=110),
        "Loss if it happens": column.ProgressColumn(
            format="$%,d", min_value=0, max_value=max(worst, 1.0), width=150
        ),
        "10–90 % range": column.TextColumn(
            width=150, help="Where the loss lies in eight of ten worlds of what is unknown."
        ),
        "Expected loss": column.NumberColumn(
            format="$%,d",
            width=130,
            help="The probability within 90 days times the loss if it happens.",
        ),
        "Moving now costs": column.NumberColumn(
            format="$%,d",
            width=130,
            help="The switch, and being worse off for a while: paid whatever happens.",
        ),
        "Pays from": column.TextColumn(
            width=90, help="The probability from which on moving costs less than waiting."
        ),
        "Hit through": column.TextColumn(width=300),
        "Runway": column.TextColumn(width=130, help="Before → after, without new money."),
    }


#: How the sentences of the advice begin; what is to be done stands out.
LEADS = ("Start moving", "Prepare", "Move nobody", "Call", "Speak about bridge money", "No news")


def with_lead(sentence: str) -> str:
    """Return an advice as Markdown, what is to be done in bold."""
    lead = next((one for one in LEADS if sentence.startswith(one)), "")
    rest = wording.escaped(sentence.removeprefix(lead))
    return f"**{lead}**{rest}" if lead else rest


def not_yet_known(replay: Replay, as_of: datetime) -> tuple[Moment, ...]:
    """Return what became known later. Nothing that is calculated sees it."""
    return tuple(one for one in replay.moments if one.at > as_of)


def about(replay: Replay, provider: str) -> str:
    """What the page is about: the crisis, and on whom it falls if not where it happened."""
    return replay.title if provider == replay.provider else f"{replay.title}, as if at {provider}"


def how_it_went(replay: Replay, before: float, highest: float) -> str:
    """Return a crisis as Markdown: P before any news, its highest P, and how it ended."""
    set_when = "The ratios were set knowing it." if replay.chosen_on else "Not used for the ratios."
    said = (
        f": {wording.percent(before)} before any news, {wording.percent(highest)} at the highest. "
        f"{replay.outcome} {set_when}"
    )
    return f"- **{wording.escaped(replay.title)}**{wording.escaped(said)}"
