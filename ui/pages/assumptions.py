"""Assumptions: every number of the model, who says so, what it moves, and what the past says."""

from collections.abc import Iterable

import streamlit as st

from db.services.assumptions import AssumptionChange, assumption_history
from risk.assumptions import JUDGEMENT, AssumptionRow, assumption_rows
from risk.portfolio.sensitivity import Sensitivity
from ui import cached, jobs, links, wording
from ui.charts import assumptions as charts
from ui.downloads import XLSX
from ui.jobs import Job
from ui.page import card, chart, chosen_summary, empty_state, page_header, palette
from ui.panels import assumption_changes as changes
from ui.panels.assumption_record import track_record
from ui.panels.history_record import history_record
from ui.panels.model_numbers import churn_section, fixed_numbers, quality_section, rates_section
from ui.render.page import column_table
from ui.reports.making import ValidationDocuments, validation_documents
from ui.server.downloads import file_button
from ui.tables import assumption
from ui.tables.column import Record, matching
from ui.words import method_text

SECTIONS = {
    "numbers": "Numbers",
    "drivers": "What drives the result",
    "fixed": "Fixed numbers",
    "rates": "Rates",
    "churn": "Churn curve",
    "quality": "Worse answers",
    "prices": "Prices and ends",
    "record": "Track record",
    "limits": "Left out and validation",
}
MEASURES = {
    "expected": ("Expected loss a year", charts.expected_loss),
    "median": ("Median of what it may be", charts.median),
}
#: What is moved in the tornado, by its id in the address.
DRIVERS = {
    "main": ("What is judged together", Sensitivity.shared),
    "all": ("Every number alone", Sensitivity.numbers),
    "rates": ("Every rate alone", Sensitivity.rates),
}
_MOVING = "moving_numbers"
WISHES = {
    "changed": "Changed here",
    "judgement": "Judgement",
    "source": "With a source",
}


def in_short(numbers: list[AssumptionRow]) -> str:
    """Say how many numbers there are, how many are judgement, and how many differ here."""
    judgement = sum(row.source == JUDGEMENT for row in numbers)
    differ = sum(row.changed for row in numbers)
    said = f"{judgement:,} of the model’s {len(numbers):,} numbers are judgement"
    return f"{said}; {differ:,} {'is' if differ == 1 else 'are'} changed here" if differ else said


def moving(portfolio: str) -> Job[Sensitivity]:
    """The work that moves every number to both its ends, begun once for what it depends on."""
    key = ("tornado", *cached.state_of(portfolio))
    kept: dict[tuple[object, ...], Job[Sensitivity]] = st.session_state.setdefault(_MOVING, {})
    if key not in kept:
        kept.clear()
        kept[key] = Job("Moving every number to both its ends…", cached.sensitivity_of(portfolio))
        kept[key].start()
    return kept[key]


def what_drives_it(portfolio: str) -> None:
    """Show how far each driver of the chosen sort moves the chosen measure."""
    with st.grid(2, min_column_width=220):
        sort = links.select(
            "Move",
            list(DRIVERS),
            name="drivers",
            default="main",
            shown=lambda one: DRIVERS[one][0],
        )
        measure = links.select(
            "Measured by",
            list(MEASURES),
            name="measure",
            default="expected",
            shown=lambda one: MEASURES[one][0],
        )
    job = moving(portfolio)
    if not job.is_done_within(jobs.PATIENCE_SECONDS):
        st.caption(
            "Every number is moved to both its ends, and the portfolio valued again each time. "
            "You may look at other pages meanwhile; it goes on."
        )
        jobs.show_progress(job)
        return
    found = job.result()
    shown = DRIVERS[sort][1](found)
    with card(
        charts.tornado_alt(shown, MEASURES[measure][1]),
        note="Valued again in the same worlds with one thing at the 10 and at the 90 % point of "
        "its range, everything else as it is. The tail is not taken.",
    ):
        show_tornado(shown, MEASURES[measure][1], portfolio)
        if found.sampled < found.startups:
            st.caption(
                f"From {wording.number(found.sampled)} of {wording.number(found.startups)} "
                "companies, evenly spread, and scaled to all."
            )
        if sort == "all" and found.unread:
            with st.expander(f"Numbers that no loss rests on ({len(found.unread)})"):
                names = [wording.assumption(name).lower() for name in found.unread]
                st.markdown(
                    "Scores, bands, options and drills read these, or nothing any more; the loss "
                    f"does not: {wording.escaped(wording.listed(names))}."
                )


def show_tornado(found: Sensitivity, measure: charts.Measure, portfolio: str) -> None:
    """Show how far each driver moves a measure, drawn and in figures."""
    finding = charts.tornado_alt(found, measure)
    if charts.drawn(found, measure):
        figure = charts.tornado_figure(found, measure, palette=palette())
        chart(figure, alt=finding, key="tornado")
    figures_of = st.expander(
        f"All of these in figures ({len(found.swings)})", key="swings_open", on_change="rerun"
    )
    if figures_of.open:
        with figures_of:
            column_table(
                assumption.SWINGS,
                assumption.swings_of(found.swings),
                key="swings",
                file_name=f"{portfolio}-sensitivity.csv",
                alt=finding,
            )


def every_number(
    numbers: list[AssumptionRow], history: tuple[AssumptionChange, ...], portfolio: str
) -> None:
    """Show all numbers, searched and filtered; a click on a name makes it the one to change."""
    with st.grid(2, min_column_width=220):
        words = links.search("Search", placeholder="Name, meaning, reason")
        only = links.multiselect("Show", list(WISHES), name="show", shown=WISHES.__getitem__)
    kept = [one for one in assumption.rows_of(numbers, history) if _is_wished(one, only)]
    shown = matching(assumption.SEARCHED, kept, words)
    st.caption(f"{len(shown)} of {len(numbers)} shown. A click on a name opens it below.")
    if not shown:
        empty_state("No number matches.", "Change the search or the filter.")
        return
    column_table(
        assumption.PAGE,
        shown,
        widths={"number": 190, "meaning": 330, "reason": 260},
        key="numbers",
        file_name=f"{portfolio}-assumptions.csv",
        hidden=("name",),
        open_row=lambda row: changes.choose(row["name"]),
        alt=f"{len(shown)} numbers with value, unit, range, source and last change.",
    )


def _is_wished(row: Record, only: Iterable[str]) -> bool:
    """Whether a number was ever changed, rests on judgement or on a source, as was asked."""
    tests = {
        "changed": row["changed"] or row["by"] is not None,
        "judgement": row["source"] == JUDGEMENT,
        "source": row["source"] != JUDGEMENT,
    }
    return all(tests[wish] for wish in only)


def change_one(numbers: list[AssumptionRow], portfolio: str) -> None:
    """Ask for a number, its new value and the reason; or reset it to its default."""
    by_name = {row.name: row for row in numbers}
    with card("Change a number", note="For this portfolio. The reason is kept with your name."):
        name = links.select(
            "Number",
            list(by_name),
            name="number",
            default="churn_maximum",
            shown=wording.assumption,
        )
        row = by_name[name]
        st.markdown(wording.escaped(about(row)))
        with st.form(f"change {name} from {row.value}", border=False):
            value = st.number_input(
                f"New value ({wording.escaped(row.unit)})", value=float(row.value), format="%g"
            )
            reason = st.text_input("Why", max_chars=500)
            with st.container(horizontal=True):
                changed = st.form_submit_button("Change", type="primary")
                back = st.form_submit_button("Reset", disabled=not row.changed)
        if changed or back:
            refused = changes.change(portfolio, row, None if back else float(value), reason)
            if refused:
                st.error(wording.escaped(refused))


def about(row: AssumptionRow) -> str:
    """Say what a number means, where it stands, how far it may go and who says so."""
    stands = (
        f"It stands at {wording.figure(row.value)}; the default is {wording.figure(row.default)}."
        if row.changed
        else f"It stands at its default, {wording.figure(row.default)}."
    )
    return (
        f"{wording.sentence_case(row.meaning)} ({row.unit}). {stands} Plausible: "
        f"{wording.span(row.plausible_low, row.plausible_high)}; allowed: "
        f"{wording.span(row.low, row.high)}. Source: {row.source}."
    )


def all_changes(history: tuple[AssumptionChange, ...], portfolio: str) -> None:
    """Show every change ever made for this portfolio, newest first."""
    if history:
        st.subheader("Changes", anchor=False)
        column_table(
            assumption.HISTORY,
            assumption.history_of(history),
            key="changes",
            file_name=f"{portfolio}-assumption-changes.csv",
            alt=f"{len(history)} changes with number, value, name, day and reason.",
        )


def what_is_left_out() -> None:
    """Show what the model does not count at all, whatever its numbers say."""
    sentences = method_text.sentences(method_text.LEFT_OUT)
    if sentences:
        with card("What this version leaves out", note="No number above makes up for these."):
            st.markdown("\n".join(f"- {wording.escaped(one)}" for one in sentences))


def validation(portfolio: str) -> None:
    """Offer the document on the validation of the model, as a page and as a workbook of it."""
    store, actor, today = cached.store(), cached.actor(), cached.today()
    key = ("validation", *cached.state_of(portfolio))

    def made() -> ValidationDocuments:
        return cached.kept(
            key, lambda: validation_documents(store, actor, portfolio, today=today), heavy=True
        )

    note = "Data, fits, checks, limits and two challengers in one document; made in a minute or so"
    with card("Validation of the model", note=note), st.container(horizontal=True):
        file_button(
            "Validation, HTML",
            lambda: made().html,
            file_name=f"{portfolio}-validation.html",
            mime="text/html",
            key="validation_html",
        )
        file_button(
            "Validation, Excel",
            lambda: made().xlsx,
            file_name=f"{portfolio}-validation.xlsx",
            mime=XLSX,
            key="validation_xlsx",
            hint="A sheet for each table; the simple model stands as live formulas.",
        )


def numbers_section(numbers: list[AssumptionRow], portfolio: str) -> None:
    """Show the numbers that can be changed, and every change."""
    history = cached.asked(assumption_history, portfolio)
    said = changes.message()
    if said:
        st.success(wording.escaped(said))
    every_number(numbers, history, portfolio)
    change_one(numbers, portfolio)
    all_changes(history, portfolio)


portfolio = chosen_summary()
numbers = list(assumption_rows(cached.assumptions(portfolio.name)))
page_header(in_short(numbers), portfolio)
section = links.sections(
    "Part of the page",
    list(SECTIONS),
    name="section",
    default="drivers" if links.read("drivers") or links.read("measure") else "numbers",
    shown=SECTIONS.__getitem__,
)
if section == "numbers":
    numbers_section(numbers, portfolio.name)
elif section == "drivers":
    what_drives_it(portfolio.name)
elif section == "fixed":
    fixed_numbers(portfolio.name)
elif section == "rates":
    rates_section()
elif section == "churn":
    churn_section(portfolio.name)
elif section == "quality":
    quality_section(portfolio.name)
elif section == "prices":
    history_record()
elif section == "record":
    track_record()
else:
    what_is_left_out()
    if portfolio.startups:
        validation(portfolio.name)
