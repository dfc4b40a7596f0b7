"""Adding to a provider's history on its page: a file or an address, with what came of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import streamlit as st

from db.engine import Store
from db.errors import StoreError
from db.services import feeds, incidents
from db.services.access import Action, Actor
from db.services.incidents import IncidentImport
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.render.frames import frame
from ui.render.page import small_table
from ui.server.uploads import file_uploader
from ui.tables import incident
from ui.words import provider_words

#: Minutes between two askings; None: by hand alone.
_INTERVALS = (None, 5, 15, 60, 24 * 60)
_RESULT = "feed_result"
_TAKEN = "feed_taken"
_FORMATS = {
    "incident-stages": "a table of incident stages",
    "uptime-days": "a table of uptime days",
    "statuspage-json": "Statuspage's JSON, version 2",
    "statuspage-atom": "Statuspage's Atom or RSS feed",
    "incident-io-atom": "incident.io's Atom feed",
    "incident-io-rss": "incident.io's RSS feed",
    "google-cloud": "Google Cloud's incidents.json",
    "aws": "AWS's data.json",
    "openlog": "openlog's list",
    "downstream": "a table of incidents exported from here",
    "mapped": "a file of another shape, read through a map",
}


def add_history(provider: str) -> None:
    """Ask for a feed or table, import it, and say what came in and what was left out."""
    if not may(Action.IMPORT):
        return
    with card(
        "Add incident history",
        note="Statuspage (JSON, Atom, RSS), incident.io (Atom, RSS), Google Cloud's and AWS's "
        "JSON, openlog's list, or a table of incidents or uptime days. The same again changes "
        "nothing.",
    ):
        with st.grid(2, min_column_width=260):
            with st.container():
                _from_a_file(provider)
            with st.container():
                _from_an_address(provider)
        _known_feeds(provider)
        _what_came_of_it(provider)


def _from_a_file(provider: str) -> None:
    uploaded = file_uploader("A file, up to 50 MB", key=f"history_{provider}")
    if uploaded is None:
        return
    data = uploaded.getvalue()
    digest = sha256(data).hexdigest()
    # The uploader hands the same file over in every run.
    if st.session_state.get(_TAKEN) == (provider, digest):
        return
    store, actor = cached.store(), cached.actor()
    found = _outcome(
        lambda: incidents.import_incidents(
            store, actor, data=data, file_name=uploaded.name, provider=provider
        )
    )
    st.session_state[_RESULT] = (provider, found)
    # Last: where a click ends this run before, the next one takes the file and changes nothing.
    st.session_state[_TAKEN] = (provider, digest)
    st.rerun()


def _from_an_address(provider: str) -> None:
    with st.form("feed_address", border=False):
        address = st.text_input(
            "Or the address of its feed", placeholder="https://status.example.com/history.atom"
        )
        asked = st.form_submit_button("Fetch and import", icon=":material/cloud_download:")
    if asked and address.strip():
        _fetch(provider, address)


def say_if_doubtful(provider: str) -> None:
    """Say what must be known before the provider's feeds are believed; nothing if all is well."""
    now = datetime.now(UTC)
    for feed in cached.asked(feeds.list_feeds, provider=provider):
        for mark in feed.marks(now):
            st.warning(
                wording.escaped(provider_words.mark_in_words(feed, mark, now)),
                icon=":material/rss_feed:",
            )


def _known_feeds(provider: str) -> None:
    for feed in cached.asked(feeds.list_feeds, provider=provider):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                wording.escaped(f"{feed.address}, changed {wording.day(feed.changed_at.date())}"),
                width="stretch",
            )
            _how_often(feed)
            if st.button("Fetch again", key=f"again_{feed.address}", icon=":material/refresh:"):
                _fetch(provider, feed.address)


def _how_often(feed: feeds.Feed) -> None:
    """Let the reader have a feed asked by itself."""
    offered = sorted({*_INTERVALS, feed.every_minutes}, key=lambda one: one or 0)
    chosen = st.selectbox(
        "Asked by itself",
        offered,
        index=offered.index(feed.every_minutes),
        format_func=provider_words.every,
        key=f"every_{feed.address}_{feed.every_minutes}",
        width=220,
    )
    if chosen == feed.every_minutes:
        return
    try:
        cached.asked(feeds.set_feed_interval, feed.address, chosen)
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return
    st.rerun()


def _fetch(provider: str, address: str) -> None:
    with st.spinner("Asking the feed…"):
        store, actor = cached.store(), cached.actor()
        found = _outcome(lambda: once_a_click(_fetched, store, actor, provider, address))
    st.session_state[_RESULT] = (provider, found)
    st.rerun()


def _fetched(store: Store, actor: Actor, provider: str, address: str) -> IncidentImport | str:
    known = {one.address for one in feeds.list_feeds(store, actor)}
    # Who says whose feed it is asks for all of it; a feed that is known is asked for news.
    whose = None if address.strip() in known else provider
    found = feeds.import_feed(store, actor, address, provider=whose)
    if found.result is None:
        return f"Nothing new since {found.unchanged_since:%Y-%m-%d %H:%M} UTC."
    return found.result


def _outcome(work: Callable[[], Any]) -> Any:
    """What came of an import: what it brought, or why the store refused."""
    try:
        return work()
    except StoreError as problem:
        return problem


def _what_came_of_it(provider: str) -> None:
    whose, result = st.session_state.get(_RESULT, (None, None))
    if whose != provider or result is None:
        return
    if isinstance(result, StoreError):
        st.error(wording.escaped(str(result)))
    elif isinstance(result, str):
        st.info(wording.escaped(result))
    elif isinstance(result, IncidentImport):
        _import_in_words(provider, result)


def _import_in_words(provider: str, result: IncidentImport) -> None:
    if not result.accepted:
        st.error("The file was refused; nothing was written.")
        for problem in result.file.problems[:10]:
            st.markdown(f"- {wording.escaped(problem.message)}")
        return
    st.success(wording.escaped(_summary(result)))
    others = sorted({one.provider for one in result.file.incidents} - {provider})
    if others:
        st.info(wording.escaped(f"The file also, or only, tells of {wording.listed(others)}."))
    for remark in _remarks(result):
        st.markdown(f"- {wording.escaped(remark)}")
    with st.expander("All counts"):
        small_table(frame(incident.COUNTS, incident.counts_of(result)), right=("Number",))
        for row in result.file.skipped[:20]:
            st.markdown(f"- {wording.escaped(row.message)}")


def _summary(result: IncidentImport) -> str:
    """Return what came in as one sentence."""
    file = result.file
    days = file.format == "uptime-days"
    changes = result.service_days if days else result.incidents
    what = wording.counted(file.rows, "service-day" if days else "record")
    parts = [
        f"{changes.new:,} new",
        f"{changes.changed:,} changed",
        f"{changes.unchanged:,} as before",
    ]
    left_out = sum(file.skipped_by_reason.values())
    if left_out:
        parts.append(f"{left_out:,} left out")
    named = _FORMATS.get(str(file.format), "a list")
    return f"Read {what} from {named}: {wording.listed(parts)}."


def _remarks(result: IncidentImport) -> list[str]:
    """Return what a reader must know of the kept records: what is unknown, and how it is used."""
    file = result.file
    kept = len(file.incidents)
    said = list(file.notes)
    if file.unknown_duration:
        said.append(
            f"{_of(file.unknown_duration, kept)} of unknown length: counted, but in no duration."
        )
    if file.unknown_severity:
        said.append(
            f"{_of(file.unknown_severity, kept)} of unknown severity: in no rate of outages."
        )
    if file.still_open:
        said.append(f"{_of(file.still_open, kept)} not over when the file was made.")
    if file.maintenance:
        said.append(
            f"{_of(file.maintenance, kept)} planned maintenance: in no rate of disruptions."
        )
    return said


def _of(number: int, total: int) -> str:
    verb = "is" if number == 1 else "are"
    return f"{number:,} of {wording.counted(total, 'incident')} {verb}"
