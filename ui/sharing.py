"""The button "Share" in a page's header: its address, and links for people without an account."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from db.engine import Store
from db.errors import StoreError
from db.services.access import Action, Actor
from db.services.hours import HourAsked
from db.services.portfolios import PortfolioSummary
from db.services.share_contents import Wanted
from db.services.share_rules import longest_share_days
from db.services.shares import USUAL_DAYS, NewShare, ShareKind, create_share
from db.sharing.presets import Preset
from db.sharing.secrets_of_links import new_passcode
from risk.alternatives.options import StartupNotFound
from risk.scenarios.event import UnknownRoot
from risk.scenarios.results import Scenario
from ui import cached, links, wording
from ui.clicks import once_a_click
from ui.reports.making import snapshot_html
from ui.server.downloads import file_button
from ui.share_page.words import PRESETS, opens_only_here
from ui.share_views import narrow_of, who_depends

_MADE = "share_link_just_made"
_KINDS = {
    ShareKind.SNAPSHOT: "Snapshot: as it is now, unchanged for good",
    ShareKind.LIVE: "Live view: today's data whenever it is opened",
}
_WHOLE = "The whole portfolio"


def may_share() -> bool:
    """May whoever is looking make links?"""
    return cached.may(Action.MAKE_SHARE)


def share_button(
    portfolio: PortfolioSummary | None,
    state: Mapping[str, str],
    tested: Sequence[Scenario | HourAsked] = (),
) -> None:
    """Show the button, and behind it the page's own address and what a link for others shows.

    ``state`` is what the page shows without its address saying so, such as its startup, and
    ``tested`` the stress tests, or the hour of an incident, on it.
    """
    known = {"portfolio": portfolio.name} if portfolio is not None else {}
    with st.popover("Share", icon=":material/ios_share:"):
        st.markdown("**For colleagues**")
        st.caption("This page as you see it now, on the data of the day it is opened.")
        st.code(links.live_link({**known, **state}), language=None, wrap_lines=True)
        if portfolio is None or not portfolio.startups or not may_share():
            return
        scopes = _scopes(portfolio, state.get("startup"), tested)
        st.markdown("**For people without an account**")
        st.caption("One page on any device. You can end the link at any time on the page Shares.")
        _form(scopes)
        _just_made(portfolio)


def _scopes(
    portfolio: PortfolioSummary, startup: str | None, tested: Sequence[Scenario | HourAsked]
) -> dict[str, Wanted]:
    """Return what a link can show, by what it is called; what the page is about comes first."""
    whole = Wanted(portfolio=portfolio.name, today=cached.today())
    scopes = {startup: replace(whole, startup=startup)} if startup is not None else {}
    for place, scenario in enumerate(tested):
        if isinstance(scenario, HourAsked):
            scopes["This hour"] = replace(whole, hour=scenario)
            continue
        which = "This stress test" if len(tested) == 1 else f"Stress test {place + 1}"
        scopes[f"{which}: {scenario.title}"] = replace(whole, scenario=scenario)
    return {**scopes, _WHOLE: whole}


def share_hour(portfolio: PortfolioSummary, asked: HourAsked) -> None:
    """Show the button that makes a snapshot of one hour, and nothing else of the portfolio."""
    if not portfolio.startups or not may_share():
        return
    with st.popover("Share this hour", icon=":material/ios_share:", type="primary"):
        st.caption(
            "A page for people without an account: this provider, this news, this list, frozen as "
            "they are now. Contacts are not in it."
        )
        with st.form("share_hour_form", border=False):
            preset = st.radio(
                "What the reader sees",
                list(PRESETS),
                format_func=_called,
                captions=[said for _, said in PRESETS.values()],
                key="share_hour_preset",
            )
            if st.form_submit_button("Create the link", type="primary"):
                days = min(USUAL_DAYS, cached.asked(longest_share_days))
                wanted = Wanted(
                    portfolio=portfolio.name, hour=asked, preset=preset, today=cached.today()
                )
                _make(wanted, ShareKind.SNAPSHOT, days, with_passcode=False)
        _just_made(portfolio)


def _form(scopes: Mapping[str, Wanted]) -> None:
    with st.form("share_form", border=False):
        scope = (
            st.radio("What it shows", list(scopes), format_func=wording.escaped, key="share_scope")
            if len(scopes) > 1
            else next(iter(scopes))
        )
        kind = st.radio("Kind", list(_KINDS), format_func=_KINDS.__getitem__, key="share_kind")
        created = st.form_submit_button("Create the link", type="primary")
        longest = cached.asked(longest_share_days)
        usual = min(USUAL_DAYS, longest)
        with st.expander(f"Opens for {usual} days, shows everything, no passcode: change"):
            days = st.number_input("Days until it expires", 1, longest, usual, key="share_days")
            preset = st.radio(
                "What the reader sees",
                list(PRESETS),
                format_func=_called,
                captions=[said for _, said in PRESETS.values()],
                key="share_preset",
                help="What is left out is not in the link at all: neither page, chart nor file "
                "has it.",
            )
            with_passcode = st.checkbox("Ask for a passcode of six words", key="share_passcode")
        if created:
            wanted = replace(scopes[scope], preset=preset)
            _make(wanted, kind, int(days), with_passcode)


def _called(preset: Preset) -> str:
    return PRESETS[preset][0]


def _make(wanted: Wanted, kind: ShareKind, days: int, with_passcode: bool) -> None:
    view = {"page": links.page_path(), "parameters": dict(st.query_params)}
    try:
        with st.spinner("Making the link…"):
            made, passcode = once_a_click(
                _created, cached.store(), cached.actor(), wanted, kind, days, with_passcode, view
            )
    except (StoreError, StartupNotFound, UnknownRoot) as problem:
        st.session_state.pop(_MADE, None)
        st.error(wording.escaped(problem))
        return
    where = (wanted.portfolio, links.page_path())
    st.session_state[_MADE] = {
        "where": where,
        "made": made,
        "passcode": passcode,
        "wanted": wanted,
        "view": view,
    }


def _created(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    kind: ShareKind,
    days: int,
    with_passcode: bool,
    view: Mapping[str, Any],
) -> tuple[NewShare, str | None]:
    """The link, and its passcode if it asks for one."""
    passcode = new_passcode() if with_passcode else None
    depends = who_depends(store, actor, wanted.portfolio, today=wanted.today)
    narrow = narrow_of(view, depends)
    made = create_share(
        store, actor, wanted, kind=kind, days=days, passcode=passcode, view=view, narrow=narrow
    )
    return made, passcode


def _just_made(portfolio: PortfolioSummary) -> None:
    """Show the link that was made last, until another page or portfolio is opened."""
    known: dict[str, Any] | None = st.session_state.get(_MADE)
    if known is None:
        return
    if known["where"] != (portfolio.name, links.page_path()):
        del st.session_state[_MADE]
        return
    made: NewShare = known["made"]
    st.success(f"Link {made.share} is made. It is shown only now: copy it.")
    st.code(made.link, language=None, wrap_lines=True)
    if said := opens_only_here(made.link):
        st.warning(wording.escaped(said))
        _file_instead(known["wanted"], known["view"], f"downstream-snapshot-{made.share}.html")
    if known["passcode"]:
        st.caption("Its passcode, to be told on another way than the link:")
        st.code(known["passcode"], language=None, wrap_lines=True)
    st.caption(f"Opens until {wording.day(made.expires_at.date())}.")


def _file_instead(wanted: Wanted, view: Mapping[str, Any], file_name: str) -> None:
    """Offer the page of a link as a file, made when it is fetched."""
    store, actor, narrow = cached.store(), cached.actor(), narrow_of(view)
    file_button(
        "The page as an HTML file",
        lambda: snapshot_html(store, actor, wanted, narrow=narrow),
        file_name=file_name,
        mime="text/html",
        key="share_file",
        hint="One file without scripts or addresses of others. It cannot be ended as a link can.",
    )
