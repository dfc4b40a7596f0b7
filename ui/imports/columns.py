"""Columns of an imported file: shown beside sample cells, changed by the reader."""

import streamlit as st

from risk.inventory.columns import COLUMNS, REQUIRED
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.mapping import CONSTANT, suggest_mapping
from risk.inventory.rejects import own_columns
from ui import wording
from ui.imports import state as importing
from ui.imports.state import Previewed, Upload

#: Mapping keys for columns that the file lacks and that are the same for every record.
SAME_STARTUP, SAME_PROVIDER = "=startup", "=provider"
SAMPLES_SHOWN = 3
#: What a column means that is not used.
LEFT_OUT = ""


def ask_columns(seen: Previewed, file: Upload) -> None:
    """Show what each column was taken for beside sample cells; all of it can be changed."""
    intake = seen.intake
    if not intake.header:
        return
    headers = [one for one in intake.header[len(own_columns(intake.header)) :] if one]
    in_use = _in_use(seen)
    taken = [name for name in headers if in_use.get(name)]
    missing = [name for name in REQUIRED if name not in in_use.values()]
    with (
        st.expander(
            f"Columns: {len(taken)} used, {len(headers) - len(taken)} left out",
            # One missing column is asked for above.
            expanded=len(missing) > 1,
            icon=":material/view_column:",
        ),
        st.form("import_columns", border=False),
    ):
        chosen = _boxes(headers, seen, file)
        same = {
            key: _same_for_all(key, seen)
            for key in (SAME_STARTUP, SAME_PROVIDER)
            if key.removeprefix(CONSTANT) in missing or key in seen.mapping
        }
        split = st.checkbox(
            "Split cells that name several products, such as “ChatGPT, Claude; Copilot”",
            value=importing.settings().split_products,
        )
        if st.form_submit_button("Read again with these columns", type="primary"):
            constants = {key: name for key, name in same.items() if name}
            importing.change_mapping(intake.header, {**chosen, **constants})
            importing.change_splitting(split)
            st.rerun()


def say_as_last_time(seen: Previewed) -> None:
    """Say so if the columns are read as they were before, and offer to read them afresh."""
    if not seen.remembered:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Columns read as last time** · {wording.escaped(seen.remembered)}", width="stretch"
        )
        st.button("Read them afresh", on_click=importing.forget_mapping)


def _in_use(seen: Previewed) -> dict[str, str | None]:
    """What each header is read as; for a refused file what it would be, with its constants."""
    constants = {k: v for k, v in seen.mapping.items() if k.startswith(CONSTANT)}
    used = dict(seen.intake.mapping)
    if seen.intake.outcome is Outcome.REJECT_FILE:
        used |= seen.mapping
    return used | {name: name.removeprefix(CONSTANT) for name in constants}


def _same_for_all(key: str, seen: Previewed) -> str:
    whom, column = {
        SAME_STARTUP: ("company", "startups"),
        SAME_PROVIDER: ("provider", "providers"),
    }[key]
    return st.text_input(
        f"If every record is about one {whom}: its name",
        value=seen.mapping.get(key) or "",
        help=f"Leave empty if a column above holds the {column}.",
    ).strip()


def _boxes(headers: list[str], seen: Previewed, file: Upload) -> dict[str, str | None]:
    """One box for each header: what it means. A refused file's likely columns are chosen ahead."""
    choices = _choices()
    intake = seen.intake
    suggested = suggest_mapping(headers, intake.samples)
    in_use = _in_use(seen)
    chosen: dict[str, str | None] = {}
    for position, header in enumerate(headers):
        current = in_use.get(header)
        likely = suggested.get(header) if header not in seen.mapping else None
        if current is None and intake.outcome is Outcome.REJECT_FILE:
            current = likely
        left, right = st.columns([3, 2], vertical_alignment="center", gap="small")
        with left, st.container(gap=None):
            _sample(header, intake, likely if current is None else None)
        with right:
            meaning = st.selectbox(
                f"What {header} means",
                choices,
                index=choices.index(current or LEFT_OUT),
                format_func=_label,
                label_visibility="collapsed",
                key=f"import_column_{position}_{current}_{file.digest}",
            )
        chosen[header] = meaning or None
    return chosen


def _sample(header: str, intake: IntakeResult, likely: str | None) -> None:
    cells = [cell for cell in intake.samples.get(header, ()) if cell][:SAMPLES_SHOWN]
    hint = f" · perhaps {_label(likely)}?" if likely else ""
    st.markdown(f"**{wording.escaped(header)}**{wording.escaped(hint)}")
    # Plain text: a web address in a cell must not become a link.
    st.text(" · ".join(cell[:60] for cell in cells) or "no values")


#: What a column says of an amount, by the end of its name.
_OF_AN_AMOUNT = {
    "_usd": "USD if nothing else is said",
    "_stated": "as stated",
    "_currency": "its currency",
    "_rate_day": "day of the rate",
}


def _choices() -> list[str]:
    """Return every meaning that a column of a file can have, "leave out" first."""
    required = list(REQUIRED)
    others = sorted((name for name in COLUMNS if name not in REQUIRED), key=_label)
    return [LEFT_OUT, *required, *others]


def _label(name: str) -> str:
    """Return a canonical column's screen name."""
    if name == LEFT_OUT:
        return "Leave out"
    label = {"as_of": "Date of the facts", "currency": "Currency of the amounts"}
    text = label.get(name) or wording.field(name)
    for end, said in _OF_AN_AMOUNT.items():
        if name.endswith(end):
            text = f"{wording.field(name.removesuffix(end) + '_usd')}, {said}"
    return f"{text} (required)" if name in REQUIRED else text
