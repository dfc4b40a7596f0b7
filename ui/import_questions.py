"""What the import page asks: into which portfolio, which column is what, and what is unclear."""

from collections.abc import Iterable
from pathlib import PurePath

import streamlit as st

from risk.catalog.records import UNSPECIFIED, Alias, Answer, Catalog
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.mapping import suggest_mapping
from risk.inventory.records import Resolution
from ui import cached, importing, wording
from ui.page import card, portfolio_label
from ui.rows import imports as rows

_NEW = "\x00new"
#: A mapping key for a column that the file lacks and that is the same for every record.
SAME_STARTUP = "=startup"
SAMPLES_SHOWN = 3
MOST_NAME_LETTERS = 200


def ask_portfolio(file: importing.Upload) -> str | None:
    """Show the choice of portfolio; None until a new one has a name."""
    known = sorted(cached.portfolios(), key=lambda one: (one.invented, one.name.casefold()))
    options = [one.name for one in known if not one.invented]
    options += [_NEW, *(one.name for one in known if one.invented)]
    invented = {one.name for one in known if one.invented}
    with card("2 · The portfolio"), st.grid(2, min_column_width=240):
        chosen = st.selectbox(
            "Import into",
            options,
            format_func=lambda name: "A new portfolio" if name == _NEW else portfolio_label(name),
            key="import_target",
        )
        if chosen != _NEW:
            if chosen in invented:
                st.warning(
                    "This portfolio is invented, for demonstration. Facts imported into it stand "
                    "among made-up ones. For real data choose a new portfolio."
                )
            return chosen
        name = st.text_input(
            "Its name",
            value=_name_from(file.file_name),
            max_chars=MOST_NAME_LETTERS,
            key=f"import_name_{file.digest}",
        ).strip()
        if not name:
            st.caption("Give the portfolio a name to go on.")
            return None
        if any(name.casefold() == one.name.casefold() for one in known):
            st.caption(f"“{wording.escaped(name)}” exists; the records will be added to it.")
        return name


def _name_from(file_name: str) -> str:
    stem = PurePath(file_name).stem.replace("_", " ").replace("-", " ")
    return " ".join(stem.split())[:60] or "My portfolio"


def ask_columns(intake: IntakeResult, file: importing.Upload) -> None:
    """Show what each column was taken for beside sample cells; all of it can be changed."""
    if not intake.header:
        return
    taken = [name for name in intake.mapping.values() if name is not None]
    missing = [name for name in rows.REQUIRED if name not in taken and not _constant(name)]
    used = wording.counted(len(taken), "column")
    with (
        st.expander(
            f"Columns: {used} used, {len(intake.header) - len(taken)} left out",
            expanded=bool(missing) or intake.outcome is Outcome.REJECT_FILE,
        ),
        st.form("import_columns", border=False),
    ):
        chosen = _column_boxes(intake, file)
        same = ""
        if "startup" in missing or _constant("startup"):
            same = st.text_input(
                "If every record is about one company: its name",
                value=_constant("startup") or "",
                help="Leave empty if a column above holds the startups.",
            ).strip()
        split = st.checkbox(
            "Split cells that name several products, such as “ChatGPT, Claude; Copilot”",
            value=importing.settings().split_products,
        )
        if st.form_submit_button("Read again with these columns"):
            importing.change_mapping({**chosen, **({SAME_STARTUP: same} if same else {})})
            importing.change_splitting(split)
            st.rerun()


def _constant(name: str) -> str | None:
    return importing.settings().mapping.get(f"={name}")


def _column_boxes(intake: IntakeResult, file: importing.Upload) -> dict[str, str | None]:
    choices = rows.column_choices()
    suggested = suggest_mapping([name for name in intake.header if name], intake.samples)
    chosen: dict[str, str | None] = {}
    settled = importing.settings().mapping
    for position, header in enumerate(intake.header):
        if not header:
            continue
        current = intake.mapping.get(header)
        if current is None and header not in settled:
            current = suggested.get(header)
        cells = [cell for cell in intake.samples.get(header, ()) if cell][:SAMPLES_SHOWN]
        left, right = st.columns([3, 2], vertical_alignment="center")
        with left:
            st.markdown(f"**{wording.escaped(header)}**")
            # Plain text: a web address in a cell must not become a link.
            st.text(" · ".join(cell[:60] for cell in cells) or "no values")
        with right:
            meaning = st.selectbox(
                f"What {header} means",
                choices,
                index=choices.index(current or rows.LEFT_OUT),
                format_func=rows.column_label,
                label_visibility="collapsed",
                key=f"import_column_{position}_{file.digest}",
            )
        chosen[header] = meaning or None
    return chosen


def why_refused(intake: IntakeResult) -> str:
    """Return the sentence that says why no record of the file can be imported."""
    first = next((one for one in intake.problems if one.line == 0), None)
    if first is None and intake.problems:
        first = intake.problems[0]
    return first.message if first else "The file holds no record that can be imported."


def ask_questions(intake: IntakeResult) -> None:
    """Show what must be decided before the file can be imported; the first choice is suggested."""
    answers: dict[str, str] = {}
    note = "The first choice is the likeliest reading"
    with card("Please decide", note=note), st.form("import_answers", border=False):
        for question in intake.confirm:
            answers[question.code] = st.radio(
                wording.escaped(question.question),
                list(question.choices),
                format_func=wording.escaped,
                key=f"import_answer_{question.code}",
            )
            if question.examples:
                st.caption(wording.escaped("For instance: " + " · ".join(question.examples)))
        if st.form_submit_button("Read it this way", type="primary"):
            importing.change_answers(answers)
            st.rerun()


def ask_about_names(found: Iterable[tuple[Resolution, int]], catalog: Catalog) -> None:
    """Let the reader decide what a spelling stands for; the decision is kept for all files."""
    texts = [one.text for one, _ in found]
    if not texts:
        return
    with st.expander("Decide what a name stands for"), st.form("import_alias", border=False):
        text = st.selectbox("In the file", texts)
        with st.grid(3, min_column_width=180):
            answer = st.selectbox(
                "Does it stand on a language model?",
                [Answer.YES, Answer.NO],
                format_func=rows.ANSWER_NAMES.__getitem__,
            )
            developer = st.selectbox(
                "Models of", _providers(catalog, "developer"), format_func=wording.provider
            )
            host = st.selectbox(
                "Hosted by", _providers(catalog, "host"), format_func=wording.provider
            )
        if st.form_submit_button("Remember this"):
            importing.remember_alias(_alias(str(text), answer, developer, host))
            st.rerun()


def _providers(catalog: Catalog, role: str) -> list[str]:
    names = [one.name for one in catalog.providers.values() if role in one.roles]
    return [UNSPECIFIED, *sorted(names, key=str.casefold)]


def _alias(text: str, answer: Answer, developer: str, host: str) -> Alias:
    is_model = answer is Answer.YES
    return Alias(
        text=text,
        answer=answer,
        developer=developer if is_model else None,
        host=host if is_model else None,
        product=None,
        source="decided on the import page",
    )
