"""Reports: files for whoever does not use Downstream, each with what its figures rest on."""

import streamlit as st

from db.services import exports
from db.services.exported_tables import OF_A_PORTFOLIO
from db.services.exports import ExportedFile, FileKind
from db.services.portfolios import PortfolioSummary
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios.event import UnknownRoot
from ui import cached, links, wording
from ui.answering import answer_of, say_if_updating
from ui.cached import deadline_calendar
from ui.calendar_file import calendar_file
from ui.downloads import XLSX, file_buttons
from ui.page import card, chosen_summary, empty_state, link, page_header
from ui.panels import stress_settings
from ui.reports.bundles import all_tables, rests_on
from ui.reports.making import html_report, scenario_report, workbook_report
from ui.server.downloads import file_button
from ui.startup_choice import ask_startup
from ui.words import deadline_words, marks

_HTML, _ZIP = "text/html", "application/zip"
#: How far ahead the calendar file looks, in days.
A_YEAR = 365
TABLES = {
    "inventory": "Inventory, which imports back the same",
    "startups": "Startups with their facts",
    "dependencies": "Dependencies as they were read",
    "scores": "Scores and losses",
    "drills": "Drills held",
    "contracts": "Contracts and their provisions, which import back the same",
    "assumptions": "Numbers of the model",
}


def whole_portfolio(answer: PortfolioAssessment, stem: str) -> None:
    """Offer the portfolio as a page that prints well and as a workbook."""
    store, actor, today, name = cached.store(), cached.actor(), cached.today(), answer.portfolio
    note = "The figures, what to do first, who drives the worst years, and every startup"
    with card("The portfolio", note=note), st.container(horizontal=True):
        file_button(
            "Report of the portfolio, HTML",
            lambda: html_report(store, actor, name, today=today),
            file_name=f"{stem}-report.html",
            mime=_HTML,
            key="report_html",
            hint="One file without scripts or addresses of others; it prints well.",
        )
        file_button(
            "Workbook, Excel",
            lambda: workbook_report(store, actor, name, today=today),
            file_name=f"{stem}-workbook.xlsx",
            mime=XLSX,
            key="report_xlsx",
            hint="Seven sheets whose sums are formulas: figures, parts, worst years, provenance.",
        )


def one_startup(answer: PortfolioAssessment, stem: str) -> None:
    """Offer the report of one startup."""
    store, actor, today, name = cached.store(), cached.actor(), cached.today(), answer.portfolio
    with card("One startup", note="For its founders: the answer, the options, the facts to check"):
        chosen = ask_startup(answer)
        file_button(
            "Report of the startup, HTML",
            lambda: html_report(store, actor, name, startup=chosen, today=today),
            file_name=f"{stem}-startup-report.html",
            mime=_HTML,
            key="startup_html",
        )


def one_scenario(portfolio: PortfolioSummary, answer: PortfolioAssessment, stem: str) -> None:
    """Offer the report of one stress test, named or put together."""
    store, actor, today = cached.store(), cached.actor(), cached.today()
    note = "What is tested, the loss as it grows, who is hit through whom, the rush, the sources"
    with card("One stress test", note=note):
        asked = stress_settings.Asked(
            choices=cached.stress_choices(portfolio.name), catalog=cached.catalog()
        )
        scenario = stress_settings.ask_scenario(cached.scenarios(), asked)
        try:
            cached.stress_result(portfolio.name, scenario)
        except UnknownRoot as problem:
            st.warning(wording.escaped(problem))
            return
        file_button(
            "Report of the stress test, HTML",
            lambda: scenario_report(store, actor, portfolio.name, scenario, today=today),
            file_name=f"{stem}-stress-report.html",
            mime=_HTML,
            key="scenario_html",
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
if not portfolio.startups:
    page_header("Reports", portfolio)
    empty_state(
        "This portfolio has no startups yet.",
        "Import a table with one line per startup and provider.",
        page="pages/imports.py",
        label="Import a file",
    )
    st.stop()
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
    one_scenario(portfolio, answer, stem)
    calendar(answer, stem)
tables(answer, stem)
with card(
    "DORA register of information",
    note="Import one or draw one up, fill it in beside its rules, and pack it to be filed.",
    height="content",
):
    link("register.py", "Open the register of information", portfolio=portfolio.name)
