"""Reports sent by themselves, on the page Reports: listed, made, seen beforehand, tried, ended."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.channels import Channel, channels
from db.services.scheduled_reports import (
    Every,
    Form,
    ScheduledReport,
    end_report,
    list_reports,
    schedule_report,
)
from db.sharing.presets import Preset
from ui import cached, links, packs, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.server.downloads import file_button
from ui.share_page.words import PRESETS
from ui.words import pack_words as words
from ui.words import watch_words
from ui.words.view_words import slices_in_words

_SAID, _SEEN = "report_said", "pack_seen_"
_TYPES = {
    Form.PDF: "application/pdf",
    Form.HTML: "text/html",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sent_by_itself(portfolio: str) -> None:
    """Show what goes out by itself, and let the reader have a report sent."""
    if not may(Action.SUBSCRIBE):
        return
    with card(
        "Sent by itself",
        note="To a list of people on Mondays or the first of a month, as you see the portfolio "
        "then: the answer, what changed, what to do, and the files.",
        height="content",
    ):
        if said := st.session_state.pop(_SAID, None):
            st.success(wording.escaped(said))
        for one in cached.asked(list_reports):
            _sent(one)
        known = channels()
        if known:
            with st.expander("Have a report sent", icon=":material/add:"):
                _ask(portfolio, known)
        else:
            st.markdown(watch_words.NO_CHANNEL)


def _sent(one: ScheduledReport) -> None:
    title = wording.escaped(words.told_in_words(one))
    with st.expander(title, key=f"report_{one.number}", on_change="rerun") as shown:
        coming = packs.next_day(one, cached.store().now())
        said = f"Next on {wording.day(coming)}. {words.state(one)}"
        (st.error if one.problem else st.caption)(wording.escaped(said))
        if not shown.open:
            return
        if one.recipients:
            st.caption(wording.escaped(f"To {wording.listed(one.recipients)}."))
        _beforehand(one)
        if st.button("Send no longer", key=f"end_report_{one.number}", icon=":material/close:"):
            _done(f"Report {one.number} is ended.", end_report, one.number)


def _beforehand(one: ScheduledReport) -> None:
    """Show message and files as they would go out now, once they are asked for."""
    key = f"{_SEEN}{one.number}"
    if st.button("See it beforehand", key=f"see_{one.number}", icon=":material/visibility:"):
        try:
            with st.spinner("Making the pack…"):
                st.session_state[key] = packs.preview(
                    cached.whole_store(), cached.actor(), one.number
                )
        except StoreError as problem:
            st.session_state.pop(key, None)
            st.error(wording.escaped(str(problem)))
    pack: packs.Pack | None = st.session_state.get(key)
    if pack is None:
        return
    st.markdown(f"**{wording.escaped(pack.title)}**")
    st.code(pack.body, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        for file in pack.files:
            form = Form(file.name.rpartition(".")[2])
            file_button(
                f"{words.FORMS[form]}, {words.size(len(file.data))}",
                partial(bytes, file.data),
                file_name=file.name,
                mime=_TYPES[form],
                key=f"pack_{one.number}_{form}",
            )
    with st.form(f"test_report_{one.number}", border=False):
        whom = st.text_input("Test to", value=one.recipients[0]) if one.recipients else ""
        if st.form_submit_button("Send a test", icon=":material/send:"):
            with st.spinner("Sending…"):
                _done("The test was sent.", packs.send_preview, one.number, pack, to=whom)


def _ask(portfolio: str, known: tuple[Channel, ...]) -> None:
    named = {one.name: one for one in known}
    chosen = named[
        st.selectbox(
            "Channel",
            list(named),
            format_func=lambda name: f"{name} ({named[name].kind})",
            key="report_channel",
        )
    ]
    slices = links.chosen_slices()
    with st.form("schedule_report", border=False):
        whom = st.text_area("E-mail addresses, one a line") if chosen.to_people else ""
        forms = st.pills(
            "As",
            list(Form),
            selection_mode="multi",
            default=[Form.PDF],
            format_func=words.FORMS.__getitem__,
        )
        every = st.radio(
            "On", [Every.MONTH, Every.WEEK], format_func=words.EVERY.__getitem__, horizontal=True
        )
        preset = st.selectbox(
            "Show", list(Preset), format_func=lambda one: PRESETS[one][0], key="report_preset"
        )
        if slices:
            st.caption(f"Only companies with {wording.escaped(slices_in_words(slices))}.")
        if st.form_submit_button("Send from now on", type="primary"):
            _done(
                "It goes out by itself from now on.",
                schedule_report,
                chosen.name,
                portfolio=portfolio,
                forms=tuple(forms),
                recipients=tuple(line.strip() for line in whom.splitlines() if line.strip()),
                every=every,
                slices=tuple(f"{field}={value}" for field, value in slices),
                preset=preset,
            )


def _done(said: str, ask: Callable[..., Any], *what: object, **named: object) -> None:
    """Do what the reader asked and start the page again, or say why not."""
    try:
        once_a_click(ask, cached.whole_store(), cached.actor(), *what, **named)
    except StoreError as problem:
        st.error(wording.escaped(str(problem)))
        return
    st.session_state[_SAID] = said
    st.rerun()
