"""Changes of a startup by hand: the menu, the dialog that says what will happen, what has ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import endings, imports
from db.services.access import Action
from db.services.endings import ChangeResult, Exit
from risk.inventory.records import Dependency, Startup, UseCase
from ui import cached, links, wording
from ui.clicks import once_a_click
from ui.render.frames import frame
from ui.render.page import column_table, small_table
from ui.tables import change

_SAID = "what_became_of_the_change"
#: What can be done, each with the words of its button in the dialog.
_KINDS = {
    "end": ("End something", "End it"),
    "exit": ("It left the portfolio", "Confirm that it left"),
    "rename": ("Rename", "Rename"),
    "merge": ("Merge", "Merge"),
}
_HOW = {Exit.SOLD: "It was sold", Exit.CLOSED: "It closed", Exit.OTHER: "It left otherwise"}
_ALL = "All that it depends on"
_THE_STARTUP = "The company"


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """A change as it was chosen: the service, what it is asked, and the startup's new name."""

    service: Callable[..., ChangeResult]
    options: dict[str, Any] = field(default_factory=dict)
    new_name: str | None = None


def change_menu(portfolio: str, startup: Startup) -> None:
    """Show the menu of changes to those who may make them, as the register is today."""
    if not cached.may(Action.CHANGE_REGISTER) or cached.view().as_of is not None:
        return
    if st.button("Change", icon=":material/edit:", key="change"):
        title = wording.escaped(f"Change {startup.name}")
        st.dialog(title, width="large")(_dialog)(portfolio, startup)


def _dialog(portfolio: str, startup: Startup) -> None:
    """Ask what is to be changed, say what will happen, and do it."""
    if _SAID in st.session_state:
        # It is done: the page tells what became of it.
        st.rerun()
    kind = st.radio(
        "What happens",
        list(_KINDS),
        format_func=lambda one: _KINDS[one][0],
        horizontal=True,
        key="change_kind",
    )
    asking = {"end": _what_ends, "exit": _how_it_left, "rename": _new_name, "merge": _what_merges}
    wish = asking[kind](startup)
    day = st.date_input(
        "Ended on" if kind in ("end", "exit") else "As of",
        value=cached.today(),
        max_value=cached.today(),
        key=f"change_day_{kind}",
        format="YYYY-MM-DD",
    )
    reason = st.text_input("Why (kept with the change)", key=f"change_reason_{kind}")
    if wish is None:
        return
    names = {"portfolio": portfolio, "startup": startup.name}
    asked = partial(wish.service, **names, **wish.options, day=day, reason=reason)
    try:
        seen = cached.asked(asked, dry_run=True)
    except StoreError as refused:
        st.info(wording.escaped(str(refused)))
        return
    st.markdown(f"**{wording.escaped(seen.said)}**")
    rows = change.hand_rows(seen.rows)
    said = [one for one in change.HAND[1:] if any(row[one.key] is not None for row in rows)]
    small_table(frame(said, rows))
    st.caption("It is kept as a batch, which can be taken back here or on the page Import.")
    st.button(
        _KINDS[kind][1],
        type="primary",
        key=f"change_do_{kind}",
        on_click=_carry_out,
        args=(asked, wish.new_name),
    )


def _carry_out(asked: Callable[..., ChangeResult], new_name: str | None) -> None:
    try:
        done = once_a_click(asked, cached.store(), cached.actor())
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused), None)
        return
    if new_name is not None:
        links.write(startup=new_name)
    st.session_state[_SAID] = (True, f"{done.said}. This is batch {done.batch}.", done.batch)


def what_became_of_it() -> None:
    """Say what the last change did, or why it did not, with a way to take it back."""
    worked, sentence, batch = st.session_state.pop(_SAID, (True, "", None))
    if not sentence:
        return
    (st.success if worked else st.error)(wording.escaped(sentence))
    if batch is None:
        return
    st.button(
        f"Undo batch {batch}",
        icon=":material/undo:",
        on_click=_undo,
        args=(batch,),
        key="undo_change",
    )


def _undo(batch: int) -> None:
    try:
        undone = once_a_click(imports.undo_batch, cached.store(), cached.actor(), batch)
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused), None)
        return
    stay = f" {undone.kept:,} rows were touched since and stay." if undone.kept else ""
    st.session_state[_SAID] = (True, f"Batch {batch} was undone.{stay}", None)


def _use_case(startup: Startup, kind: str) -> UseCase | None:
    if not startup.use_cases:
        st.info("It has no use case.")
        return None
    names = [one.name for one in startup.use_cases]
    chosen = st.selectbox("Use case", names, key=f"change_case_{kind}")
    return startup.use_cases[names.index(chosen)]


def _dependency(
    label: str, of: Sequence[Dependency], kind: str, *, first: str | None = None
) -> str | None:
    """Ask for a dependency and return its key; None: the ``first`` choice, or there is none."""
    words = {"": first} if first else {}
    words |= {one.key: _called(one) for one in of}
    if not words:
        return None
    chosen = st.selectbox(
        label, list(words), format_func=words.__getitem__, key=f"change_dependency_{kind}"
    )
    return chosen or None


def _called(one: Dependency) -> str:
    return f"{one.provider_text}, {one.model}" if one.model else one.provider_text


def _what_ends(startup: Startup) -> _Wish | None:
    case = _use_case(startup, "end")
    if case is None:
        return None
    key = _dependency("What ends", case.dependencies, "end", first=_ALL)
    return _Wish(service=endings.end, options={"use_case": case.name, "provider": key})


def _how_it_left(startup: Startup) -> _Wish:
    how = st.radio("How", list(Exit), format_func=_HOW.__getitem__, key="change_how")
    return _Wish(service=endings.exit_startup, options={"how": how})


def _new_name(startup: Startup) -> _Wish | None:
    what = st.selectbox(
        "What", [_THE_STARTUP, *(one.name for one in startup.use_cases)], key="change_what"
    )
    name = st.text_input("New name", max_chars=200, key="change_name").strip()
    if not name:
        st.caption("Give the new name to go on. Files with the old name still find it.")
        return None
    if what == _THE_STARTUP:
        return _Wish(service=endings.rename, options={"to": name}, new_name=name)
    return _Wish(service=endings.rename, options={"to": name, "use_case": what})


def _what_merges(startup: Startup) -> _Wish | None:
    several = [one for one in startup.use_cases if len(one.dependencies) > 1]
    what = st.selectbox("What", [_THE_STARTUP, *(one.name for one in several)], key="change_both")
    if what == _THE_STARTUP:
        other = st.text_input(
            f"Name of the company that is merged into {startup.name}", key="change_other"
        ).strip()
        if not other:
            st.caption("What this company says counts; what it does not say is taken over.")
            return None
        return _Wish(service=endings.merge, options={"other": other})
    case = next(one for one in several if one.name == what)
    kept = _dependency("What stays", case.dependencies, "kept")
    rest = [one for one in case.dependencies if one.key != kept]
    other_key = _dependency("What is merged into it", rest, "other")
    if kept is None or other_key is None:
        return None
    return _Wish(
        service=endings.merge,
        options={"other": other_key, "use_case": case.name, "provider": kept},
    )


def no_longer_counts(portfolio: str, startup: str) -> None:
    """List what has ended, with its days, and what ended it."""
    if cached.view().as_of is not None:
        return
    ended = cached.asked(endings.ended_of, portfolio, startup)
    if not ended:
        return
    st.subheader("No longer counts", anchor=False)
    column_table(
        change.ENDED,
        change.ended_rows(ended),
        key="ended",
        file_name=f"{startup}-ended.csv",
        alt=f"{wording.counted(len(ended), 'record')} that no longer count, and why.",
    )
