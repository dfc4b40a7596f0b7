"""Scenarios and crises of one's own on a page: written, checked by line, kept, changed, removed.

And news for a crisis that goes on.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.scenario_files import (
    News,
    OwnFile,
    Sort,
    check_file,
    draft_file,
    keep_file,
    note_news,
    remove_file,
)
from risk.scenarios.files import SUFFIX
from ui import cached, links, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.render.page import column_table
from ui.server.uploads import file_uploader
from ui.tables import scenario_file as table

_MESSAGE = "own_file_message"
#: How often something was kept since the page was opened: fields are empty once it is.
_KEPT = "own_files_kept"
_TEXT = "own_file_text"
#: The id of the file whose text is being changed.
_CHANGED = "own_file_changed"
_NO_SIGNAL = "no weight"
_NOUNS = {Sort.CRISIS: "crises", Sort.SCENARIO: "scenarios"}
_TITLES = {Sort.CRISIS: "Your own crises", Sort.SCENARIO: "Your own scenarios"}
_EXAMPLES = {Sort.CRISIS: "OpenAI, board", Sort.SCENARIO: "OpenAI, two days without it"}
#: What leads to one of them, and what of the address belongs to another.
_ADDRESS: Mapping[Sort, tuple[str, tuple[str, ...]]] = {
    Sort.CRISIS: ("replay", ("at", "against", "on")),
    Sort.SCENARIO: (
        "scenario",
        ("root", "kind", "days", "severity", "price", "notice", "customer"),
    ),
}


def own_files(sort: Sort) -> None:
    """Show the section of one's own files, closed until somebody opens it."""
    _say_done()
    box = st.expander(
        _TITLES[sort], icon=":material/edit_note:", key="own_files", on_change="rerun"
    )
    if box.open:
        with box:
            st.fragment(_section)(sort)


def _section(sort: Sort) -> None:
    files = [one for one in cached.own_files() if one.sort in (sort, None)]
    _listed(files, sort)
    if not may(Action.STATE_OWN_FACT):
        st.caption("You may read these and not add any. Ask an analyst or owner.")
        return
    who = "Everybody here" if cached.actor().team is None else "Your team and the owners"
    st.caption(
        "A file of some fifteen lines, the same as those that ship. Write it here, paste it, or "
        f"upload one. {who} will see it."
    )
    _begin(sort)
    kept = [one for one in files if one.by is not None]
    if kept:
        _change_or_remove(kept)
    upload, text = _written()
    if upload is None and not text.strip():
        return
    changed = st.session_state.get(_CHANGED)
    name = changed if upload is None and changed else upload.name if upload is not None else ""
    data = text if upload is None else upload.getvalue()
    found = cached.asked(check_file, data, name=name)
    if found.problems:
        wrong = wording.counted(len(found.problems), "line")
        lines = "\n".join(f"- {wording.escaped(one)}" for one in found.problems)
        st.error(f"{wrong} to correct; nothing is kept until then.\n\n{lines}")
        return
    states = table.COLUMNS[2].text(table.file_row(found))
    st.success(wording.escaped(f"{found.title}: {states[0].lower()}{states[1:]}."))
    is_there = any(one.id == found.id for one in cached.own_files() if one.by is not None)
    label = f"Put it in the place of “{found.id}”" if is_there else "Add it"
    if st.button(wording.escaped(label), type="primary", icon=":material/check:"):
        _done(
            lambda: once_a_click(
                keep_file, cached.store(), cached.actor(), data, name=name, change=is_there
            ),
            f"{found.title} is kept. Share and reports take it like one that ships.",
            lambda one: _lead_to(one.id, one.sort),
        )


def _listed(files: list[OwnFile], sort: Sort) -> None:
    if not files:
        st.caption(f"There are no {_NOUNS[sort]} of your own yet.")
        return
    column_table(
        table.LISTED,
        [table.file_row(one) for one in files],
        key="own_files_table",
        file_name=f"own-{_NOUNS[sort]}.csv",
        alt=f"{len(files)} files with what each states, by whom and when.",
    )
    for one in files:
        for problem in one.problems:
            st.caption(f":orange[{wording.escaped(one.title)}: {wording.escaped(problem)}]")


def _begin(sort: Sort) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Whom and what it is about", placeholder=_EXAMPLES[sort], key=_key("words"), width=420
        )
        st.button(
            "Begin with fifteen lines",
            icon=":material/edit_document:",
            on_click=_take_draft,
            args=(sort,),
        )


def _take_draft(sort: Sort) -> None:
    # What was typed may only arrive together with the click.
    words = st.session_state[_key("words")].strip() or _EXAMPLES[sort]
    st.session_state[_key(_TEXT)] = cached.asked(draft_file, words, sort)
    st.session_state.pop(_CHANGED, None)


def _written() -> tuple[Any, str]:
    """Ask for a file, or for its text."""
    upload = file_uploader(f"A file ({SUFFIX})", type=["toml"], key=_key("upload"))
    if upload is not None:
        return upload, ""
    return None, st.text_area("The text of the file", key=_key(_TEXT), height=390)


def _change_or_remove(kept: list[OwnFile]) -> None:
    by_id = {one.id: one for one in kept}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "One that is there",
            list(by_id),
            index=None,
            placeholder="Choose one to change or remove",
            format_func=lambda one: by_id[one].title,
            key=_key("chosen"),
            width=420,
        )
        if chosen is None:
            return
        st.button(
            "Change its text",
            icon=":material/edit:",
            on_click=_take_text,
            args=(by_id[chosen],),
        )
        with st.popover("Remove", icon=":material/delete:"), st.form(_key("removal"), border=False):
            reason = st.text_input("Why")
            if st.form_submit_button("Remove it"):
                _done(
                    lambda: once_a_click(
                        remove_file, cached.store(), cached.actor(), chosen, reason
                    ),
                    f"Removed: {by_id[chosen].title}. The audit trail keeps its text.",
                )


def _take_text(one: OwnFile) -> None:
    st.session_state[_key(_TEXT)] = one.text
    st.session_state[_CHANGED] = one.id


def add_news(crisis: str, portfolio: str) -> None:
    """Show the form that adds news to an own crisis of the store; nothing for any other."""
    known = {one.id for one in cached.own_files() if one.by is not None and one.is_open}
    if crisis not in known or not may(Action.STATE_OWN_FACT):
        return
    kinds = {one.kind: one for one in cached.signal_kinds(portfolio)}
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with st.popover("Add news", icon=":material/add:"), st.form(_key("news"), border=False):
        headline = st.text_input("Headline")
        kind = st.selectbox(
            "What sort of news",
            [_NO_SIGNAL, *sorted(kinds, key=lambda one: kinds[one].meaning)],
            format_func=lambda one: wording.sentence_case(
                _NO_SIGNAL if one == _NO_SIGNAL else kinds[one].meaning
            ),
        )
        source = st.text_input("Where it was read", placeholder="Publication and date")
        when = st.text_input("When (UTC)", placeholder=f"{now:%Y-%m-%d %H:%M}, now")
        if not st.form_submit_button("Add it", type="primary"):
            return
        at = _moment(when, now)
        if at is None:
            st.error(f"“{wording.escaped(when[:40])}” is no time: write {now:%Y-%m-%d %H:%M}.")
            return
        news = News(
            at=at,
            headline=headline,
            source=source,
            signal=None if kind == _NO_SIGNAL else kind,
        )
        _done(
            lambda: once_a_click(note_news, cached.store(), cached.actor(), crisis, news),
            f"Added: {headline}",
            lambda _: links.write(at=None),
        )


def _moment(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return now
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _lead_to(name: str, sort: Sort | None) -> None:
    if sort is not None:
        parameter, others = _ADDRESS[sort]
        links.write(**{parameter: name}, **dict.fromkeys(others))


def _key(what: str) -> str:
    return f"{what}_{st.session_state.get(_KEPT, 0)}"


def _done(
    work: Callable[[], Any], says: str, then: Callable[[Any], None] = lambda found: None
) -> None:
    try:
        found = work()
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_KEPT] = st.session_state.get(_KEPT, 0) + 1
    st.session_state[_MESSAGE] = says
    st.session_state.pop(_CHANGED, None)
    then(found)
    st.rerun()


def _say_done() -> None:
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))
