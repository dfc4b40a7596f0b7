"""Reports: files for whoever does not use Downstream, each with what its figures rest on."""

import threading
from dataclasses import dataclass

import streamlit as st

from db.errors import StoreError
from db.services import exports
from db.services.exported_tables import OF_A_PORTFOLIO
from db.services.exports import ExportedFile, FileKind
from db.services.portfolios import PortfolioSummary
from db.services.share_contents import Wanted
from risk.portfolio.results import PortfolioAssessment
from ui import cached, links, money, wording
from ui.answering import answer_of, say_if_updating
from ui.cached import deadline_calendar
from ui.calendar_file import calendar_file
from ui.downloads import XLSX, file_buttons
from ui.jobs import PATIENCE_SECONDS, Job, show_progress
from ui.page import card, chosen_name, chosen_summary, link, page_header, stop_if_empty
from ui.panels import stress_settings
from ui.panels.scheduled_reports import sent_by_itself
from ui.reports.bundles import all_tables, rests_on
from ui.reports.making import html_report, workbook_report
from ui.reports.pdf import pdf_of
from ui.server.downloads import file_button
from ui.startup_choice import ask_startup
from ui.words import deadline_words, marks

_HTML, _ZIP = "text/html", "application/zip"
_PRINTING = "report_printing_"
#: A browser takes much memory, so that one prints at a time.
_TURNS = threading.BoundedSemaphore(1)
#: How far ahead the calendar file looks, in days.
A_YEAR = 365


@dataclass(frozen=True, kw_only=True)
class _Printing:
    """A report that is being printed or has been, and the name of its file."""

    wanted: Wanted
    stem: str
    job: Job[bytes]


TABLES = {
    "inventory": "Inventory, which imports back the same",
    "startups": "Companies with their facts",
    "dependencies": "Dependencies as they were read",
    "scores": "Scores and losses",
    "drills": "Drills held",
    "contracts": "Contracts and their provisions, which import back the same",
    "assumptions": "Numbers of the model",
}


def whole_portfolio(answer: PortfolioAssessment, stem: str) -> None:
    """Offer the portfolio as a page, as a PDF and as a workbook."""
    store, actor, today, name = cached.store(), cached.actor(), cached.today(), answer.portfolio
    note = "The figures, what to do first, who drives the worst years, and every company"
    with card("The portfolio", note=note):
        with st.container(horizontal=True):
            page_buttons(Wanted(portfolio=name, today=today), f"{stem}-report", key="report")
            file_button(
                "Excel",
                lambda: workbook_report(store, actor, name, today=today),
                file_name=f"{stem}-workbook.xlsx",
                mime=XLSX,
                key="report_xlsx",
                hint="Seven sheets whose sums are formulas: figures, parts, worst years, sources.",
            )
        printed("report")


def one_startup(answer: PortfolioAssessment, stem: str) -> None:
    """Offer the report of one startup."""
    today, name = cached.today(), answer.portfolio
    with card("One company", note="For its founders: the answer, the options, the facts to check"):
        wanted = Wanted(portfolio=name, startup=ask_startup(answer), today=today)
        with st.container(horizontal=True):
            page_buttons(wanted, f"{stem}-startup-report", key="startup")
        printed("startup")


def one_scenario(portfolio: PortfolioSummary, stem: str) -> None:
    """Offer the report of one stress test, named or put together."""
    note = "What is tested, the loss as it grows, who is hit through whom, the rush, the sources"
    with card("One stress test", note=note):
        asked = stress_settings.Asked(
            choices=cached.stress_choices(portfolio.name), catalog=cached.catalog()
        )
        scenario = stress_settings.ask_scenario(cached.scenarios(), asked)
        wanted = Wanted(portfolio=portfolio.name, scenario=scenario, today=cached.today())
        with st.container(horizontal=True):
            page_buttons(wanted, f"{stem}-stress-report", key="scenario")
        printed("scenario")


def page_buttons(wanted: Wanted, stem: str, *, key: str) -> None:
    """Offer a page as a file of HTML, and to print it as a PDF."""
    store, actor = cached.store(), cached.actor()
    file_button(
        "HTML",
        lambda: html_report(store, actor, wanted),
        file_name=f"{stem}.html",
        mime=_HTML,
        key=f"{key}_html",
        hint="One file without scripts or addresses of others; it prints well.",
    )
    st.button(
        "Print as PDF",
        key=f"{key}_print",
        on_click=print_it,
        args=(key, wanted, stem),
        help="Made by a browser of the machine that runs the dashboard, in a few seconds.",
    )


def print_it(key: str, wanted: Wanted, stem: str) -> None:
    """Begin to print, unless the same is being printed; you may look elsewhere meanwhile."""
    known: _Printing | None = st.session_state.get(f"{_PRINTING}{key}")
    if known is not None and known.wanted == wanted and not known.job.is_done:
        return
    store, actor, shown = cached.store(), cached.actor(), money.shown()

    def make() -> bytes:
        with money.shown_in(shown):
            return html_report(store, actor, wanted)

    job = Job("Printing the report…", lambda told: pdf_of(make, progress=told), turns=_TURNS)
    st.session_state[f"{_PRINTING}{key}"] = _Printing(wanted=wanted, stem=stem, job=job)
    job.start()


def printed(key: str) -> None:
    """Show how far printing is, then the file, or why there is none."""
    known: _Printing | None = st.session_state.get(f"{_PRINTING}{key}")
    if known is None or known.wanted.portfolio != chosen_name():
        return
    if not known.job.is_done_within(PATIENCE_SECONDS):
        show_progress(known.job)
        return
    try:
        made = known.job.result()
    except StoreError as refused:
        st.warning(wording.escaped(refused))
        return
    file_button(
        "Download the PDF",
        lambda: made,
        file_name=f"{known.stem}.pdf",
        mime="application/pdf",
        key=f"{key}_pdf",
        hint=f"{len(made) / 1e6:.1f} MB, as the report was when you clicked.",
    )


def calendar(answer: PortfolioAssessment, stem: str) -> None:
    """Offer retirements and renewals of the coming year as a calendar."""
    found = deadline_calendar(answer.portfolio, A_YEAR)
    with card("Calendar of retirements and renewals", note=deadline_words.finding(found)):
        if not found.deadlines:
            st.markdown("Name models and renewal days in the inventory to have them here.")
            return
        said = rests_on(answer)
        file_button(
            f"Calendar file, {wording.counted(len(found.deadlines), 'entry', 'entries')}, ICS",
            lambda: calendar_file(found, portfolio=answer.portfolio, rests_on=said),
            file_name=f"{stem}-deadlines.ics",
            mime="text/calendar",
            key="report_ics",
            hint="Whole days with a reminder, for mail and phones; read again it moves entries.",
        )


def tables(answer: PortfolioAssessment, stem: str) -> None:
    """Offer every table of the portfolio, one by one or all at once."""
    store, actor, today, name = cached.store(), cached.actor(), cached.today(), answer.portfolio
    with card("Tables", note="In columns that spreadsheets and programs read"):
        chosen = links.select(
            "Table",
            list(OF_A_PORTFOLIO),
            name="table",
            default="scores",
            shown=TABLES.__getitem__,
        )

        def make(kind: FileKind) -> ExportedFile:
            return exports.export_table(
                store, actor, chosen, kind=kind, portfolio=name, today=today
            )

        with st.container(horizontal=True):
            file_buttons(make, name=f"{stem}-{chosen}", key="one_table", label="This table")
            file_button(
                "All tables, ZIP of CSV files",
                lambda: all_tables(store, actor, name, assessment=answer, today=today),
                file_name=f"{stem}-tables.zip",
                mime=_ZIP,
                key="all_tables",
                type="tertiary",
                hint="With a text file that says what the figures rest on.",
            )


portfolio = chosen_summary()
stop_if_empty(portfolio, "Reports")
shown = answer_of(portfolio, title="Reports")
answer = shown.answer
page_header("Reports", portfolio, marks=marks.explained(answer), as_of=answer.as_of)
say_if_updating(shown)
st.caption(
    "Every file carries the data digest, the model version and the date of the catalogue. "
    + wording.escaped(marks.provenance(answer))
    + "."
)
stem = f"{portfolio.name}-{answer.data_digest[:8]}"
with st.grid(2, min_column_width=320):
    whole_portfolio(answer, stem)
    one_startup(answer, stem)
    one_scenario(portfolio, stem)
    calendar(answer, stem)
tables(answer, stem)
sent_by_itself(answer.portfolio)
with card(
    "DORA register of information",
    note="Import one or draw one up, fill it in beside its rules, and pack it to be filed.",
    height="content",
):
    link("register.py", "Open the register of information", portfolio=portfolio.name)
