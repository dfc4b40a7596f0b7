"""Incident: something happened at a provider just now; how likely its end is and whom to call."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.hours import FAILED_KINDS, MOST_DAYS, USUAL_DAYS, HourAsked
from db.services.portfolios import PortfolioSummary
from db.services.scenario_files import keep_file
from db.services.signals import add_signal
from risk.catalog.failure_kinds import SERVICE_KINDS
from risk.catalog.records import Role
from risk.hazard.signals import SignalKind
from risk.scenarios.calls import Hour
from risk.scenarios.drafts import crisis_of_news
from risk.scenarios.event import DEFAULT_SEVERITY
from ui import cached, links, wording
from ui.clicks import once_a_click
from ui.page import chosen_summary, empty_state, link, page_header, stop_if_empty
from ui.panels import hour as panel
from ui.words import incident_words as words

NOTHING = "nothing"
#: The moment at which the reader chose this news: "now" until another is chosen.
_NOW = "incident_now"
_SAID = "incident_said"
_KINDS_WITH_LENGTH = tuple(one.value for one in SERVICE_KINDS)


def ask(portfolio: PortfolioSummary, kinds: dict[str, SignalKind]) -> HourAsked:
    """Ask in one row for the provider, what happened, where it was read, and when."""
    failures = [one.value for one in FAILED_KINDS]
    lasts = links.read("news") in _KINDS_WITH_LENGTH
    columns = st.columns([1.1, 1.8, 1.3, 1.1, *([0.8] if lasts else [])])
    with columns[0]:
        provider = _ask_provider(portfolio)
    with columns[1]:
        news = links.select(
            "What happened",
            [NOTHING, *sorted(kinds, key=lambda one: kinds[one].meaning), *failures],
            name="news",
            default=NOTHING,
            shown=lambda one: (
                "Choose what happened" if one == NOTHING else words.what_happened(one, kinds)
            ),
            what="kind of news",
        )
    with columns[2]:
        source = links.search("Source", name="source", placeholder="Address or publication")
    with columns[3]:
        at = _ask_when((portfolio.name, provider, news))
    days = None
    if lasts:
        with columns[4]:
            hours = links.number(
                "Hours",
                name="hours",
                low=1.0,
                high=MOST_DAYS * 24,
                default=USUAL_DAYS * 24,
                step=1.0,
                shown_as="%g",
                hint="How long it lasts, or has lasted.",
            )
        days = hours / 24
    return HourAsked(
        provider=provider,
        at=at,
        news=None if news == NOTHING else news,
        source=source[:500],
        days=days,
    )


def _ask_provider(portfolio: PortfolioSummary) -> str:
    providers = cached.catalog().providers
    names = sorted(
        (one.name for one in providers.values() if {Role.DEVELOPER, Role.HOST} & set(one.roles)),
        key=str.casefold,
    )
    if not names:
        empty_state("There are no providers yet.", "Load the reference facts: downstream init.")
        st.stop()
    found = cached.dependents(portfolio.name)
    busiest = max(names, key=lambda name: found[name].direct if name in found else 0)
    return links.select("Provider", names, name="provider", default=busiest)


def _ask_when(asked: tuple[str, str, str]) -> datetime:
    """Ask for the moment (UTC); without one it is when the news was chosen."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    known = st.session_state.get(_NOW)
    if known is None or known[0] != asked:
        st.session_state[_NOW] = known = asked, now
    text = links.search("When (UTC)", name="at", placeholder=f"{known[1]:%Y-%m-%d %H:%M}")
    if not text:
        at: datetime = known[1]
        return at
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        st.warning(
            f"“{wording.escaped(text[:40])}” is no time: write one such as {now:%Y-%m-%d %H:%M}. "
            "Shown is now."
        )
        return now
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if found > now + timedelta(minutes=1):
        st.warning(f"{found:%Y-%m-%d %H:%M} UTC is still to come. Shown is now.")
        return now
    return found


def keep(asked: HourAsked) -> None:
    """Offer to keep the news as a signal: until then it counts on this page alone."""
    signal = asked.heard
    said = st.session_state.pop(_SAID, None)
    if said:
        st.success(wording.escaped(said))
    if signal is None or said:
        return
    if not cached.may(Action.ADD_SIGNAL):
        st.caption("A what-if: it counts on this page alone. An analyst or owner can keep it.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Keep this news", icon=":material/add:"):
            try:
                number = once_a_click(add_signal, cached.store(), cached.actor(), signal)
            except StoreError as problem:
                st.error(wording.escaped(problem))
                return
            st.session_state[_SAID] = f"Kept as signal {number}: it counts for everybody from now."
            st.rerun()
        st.caption(
            "A what-if until you keep it: then it is a signal of every portfolio, in the audit "
            "trail.",
            width="content",
        )


def begin_a_crisis(asked: HourAsked, news: str, portfolio: str) -> None:
    """Offer to follow it: a crisis that goes on, to which news is added on the page Replay."""
    if not news or not cached.may(Action.STATE_OWN_FACT):
        return
    if not st.button("Follow it as a crisis", icon=":material/timeline:"):
        return
    text = crisis_of_news(
        title=f"{asked.provider}, {asked.at:%d %B %Y}: {news}",
        provider=asked.provider,
        at=asked.at,
        moment={
            "headline": wording.sentence_case(news),
            "signal": None if asked.heard is None else asked.heard.kind,
            "outage_severity": DEFAULT_SEVERITY.get(asked.failed, 1.0)
            if asked.failed in SERVICE_KINDS
            else None,
            "source": asked.source or "not stated",
        },
    )
    try:
        kept = once_a_click(keep_file, cached.store(), cached.actor(), text)
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.switch_page("pages/replay.py", query_params={"portfolio": portfolio, "replay": kept.id})


portfolio = chosen_summary()
stop_if_empty(portfolio, "Incident")
kinds = {one.kind: one for one in cached.signal_kinds(portfolio.name)}
header = st.container()
asked = ask(portfolio, kinds)
news = "" if asked.news is None else words.what_happened(asked.news, kinds)
found: Hour | None
try:
    found = cached.hour(portfolio.name, asked)
except StoreError as problem:
    found = None
    empty_state("There is no answer to this.", str(problem))
with header:
    page_header(
        f"Incident: {asked.provider}" if news else f"What happened at {asked.provider}?",
        portfolio,
        about=[
            words.moment(asked.at),
            *([news] if news else ["no news chosen"]),
            *([f"source {asked.source}"] if asked.source else []),
        ],
        state={
            "provider": asked.provider,
            "at": asked.at.strftime("%Y-%m-%d %H:%M"),
        },
        rests_on="Today's register, the news above, and the signals that were kept.",
        tested=(asked,) if found is not None else (),
    )
if found is not None:
    panel.cards(found)
    if found.result.instead or not len(found.calls):
        panel.nobody(asked.provider, ())
    else:
        panel.call_list(found, asked, portfolio, news=news)
    panel.how_sure(found, portfolio.name)
    keep(asked)
    begin_a_crisis(asked, news, portfolio.name)
    link("replay.py", "Crises, hour by hour", portfolio=portfolio.name)
