"""Deadlines: which models end, which contracts renew and which backups must be tried again."""

from collections.abc import Mapping

import streamlit as st

from db.services.drills import list_drills
from risk.alternatives.backups import BackupEvidence
from risk.alternatives.planning.tasks import Contact
from risk.alternatives.readiness import Tried
from risk.portfolio.deadlines import HORIZONS, DeadlineCalendar
from ui import cached, links, wording
from ui.cached import deadline_calendar
from ui.calendar_file import calendar_file, rests_on
from ui.charts import deadlines as charts
from ui.charts.drawn import company_address
from ui.downloads import export_buttons
from ui.page import (
    card,
    chosen_summary,
    empty_state,
    metric,
    open_startup,
    page_header,
    palette,
)
from ui.panels import drill_import
from ui.render.cards import Cards
from ui.render.page import column_table, with_words
from ui.server.downloads import file_button
from ui.tables import deadline, readiness
from ui.tables.column import chosen
from ui.uncertainty import shares_html
from ui.words import backup_words, deadline_words

SECTIONS = {"ends": "What ends", "backups": "Backups to try"}
#: Backups as the figures count them, by how far they were tried.
BY_PROOF = {
    "Never tried": (Tried.NEVER,),
    "Tried and failed": (Tried.FAILED,),
    "Worn out": (Tried.WORN, Tried.UNDATED),
    "Still proven": (Tried.FRESH, Tried.WEARING),
}
AHEAD = {"30": "30 days", "60": "60 days", "90": "90 days", "180": "180 days", "365": "A year"}


def figures(calendar: DeadlineCalendar) -> None:
    """Show what cannot be met any more, and how much ends within 30, 60 and 90 days."""
    late, colours = calendar.late, palette()
    with st.grid(4, min_column_width=155):
        said = f"{late:,} of {len(calendar):,} are late"
        metric(
            "Cannot be met",
            wording.counted(late, "deadline"),
            note="who begins today is not done in time" if late else "each still can",
            drawn=shares_html([(late / len(calendar), colours.loss)], palette=colours, label=said)
            if late
            else None,
        )
        for days in HORIZONS:
            if days <= calendar.days:
                metric(
                    f"Within {days} days",
                    wording.counted(calendar.within(days), "deadline"),
                    note="at "
                    + wording.counted(calendar.startups_within(days), "company", "companies"),
                    explained="Within days",
                )


def timeline(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Draw the most urgent ends."""
    with card(
        charts.first_in_words(calendar.most_urgent),
        note="A bar is as long as the switch takes and ends on the day; red can no longer be met.",
    ):
        st.html(
            charts.deadlines_html(
                calendar.most_urgent,
                today=calendar.as_of,
                portfolio=portfolio,
                palette=palette(),
            )
        )


def all_deadlines(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Show every deadline; a click on its name opens its company."""
    if len(calendar) > len(calendar.deadlines):
        st.caption(
            f"Listed here and in the calendar file are the first {len(calendar.deadlines):,} of "
            f"{len(calendar):,} by day."
        )
    said = rests_on(calendar, portfolio)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = links.search("Search", placeholder="Company, model, provider")
        file_button(
            "Calendar file (.ics)",
            lambda: calendar_file(calendar, portfolio=portfolio, rests_on=said),
            file_name=f"{portfolio}-deadlines.ics",
            mime="text/calendar",
            key="calendar_file",
        )
    searched = chosen(deadline.COLUMNS, ("startup", "of", "kind", "use_case"))
    shown = with_words(
        searched, deadline.rows_of(calendar.deadlines, owners_of(calendar, portfolio)), words
    )
    column_table(
        deadline.PAGE,
        shown,
        key="deadlines",
        file_name=f"{portfolio}-deadlines.csv",
        files=deadline.VALUES,
        workbook="Deadlines",
        opens="startup",
        open_row=lambda row: open_startup(row["startup"], portfolio),
        alt=f"{len(shown)} deadlines with days to switch and slack.",
        cards=Cards(
            aside="day",
            below=("kind", "of"),
            address=company_address(portfolio),
            palette=palette(),
            is_urgent=lambda row: row["late"],
        ),
    )


def owners_of(calendar: DeadlineCalendar, portfolio: str) -> Mapping[str, Contact]:
    """Who sees to the companies that have deadlines, by name."""
    names = dict.fromkeys(one.startup for one in calendar.deadlines)
    return cached.contacts(portfolio, tuple(names))


def ends(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Show what ends and renews."""
    if len(calendar):
        figures(calendar)
        timeline(calendar, portfolio)
        all_deadlines(calendar, portfolio)
    else:
        empty_state(
            deadline_words.finding(calendar),
            "Name models and renewal days in the inventory, or look further ahead.",
            page="pages/imports.py",
            label="Import a file",
        )
    unknown = st.expander(
        "What these deadlines cannot know",
        expanded=not len(calendar),
        key="unknown",
        on_change="rerun",
    )
    if unknown.open:
        with unknown:
            what_is_unknown(calendar, portfolio)


def what_is_unknown(calendar: DeadlineCalendar, portfolio: str) -> None:
    """Say what no deadline can be known of, and what the days rest on."""
    for sentence in deadline_words.unknown_in_words(calendar):
        st.markdown(f"- {wording.escaped(sentence)}")
    if waiting := len(cached.contracts_overview(portfolio).not_taken):
        counted = wording.counted(waiting, "contract")
        st.markdown(
            f"- Of {counted} not all is accepted by the dependencies; only what is counts here: "
            "the page Contracts lists them."
        )
    st.markdown(
        "- Last days are those that providers published, as the catalogue has read them "
        f"({wording.day(cached.catalog().catalogue_date)} or newer); days to switch are the "
        "model's estimate."
    )


def backups(found: BackupEvidence, portfolio: str) -> None:
    """Show what proves the backups: who never tried, whose try wore out, what to try first."""
    drill_import.say_done()
    if found.backups:
        with st.grid(4, min_column_width=155):
            for label, states in BY_PROOF.items():
                count = sum(found.counts[one] for one in states)
                metric(
                    label, wording.counted(count, "backup"), note=backup_words.whose(found, states)
                )
        if said := backup_words.rests_on_nothing(found):
            st.caption(wording.escaped(said))
        words = links.search("Search", placeholder="Company, provider, never tried")
        searched = chosen(readiness.BACKUPS, ("startup", "use_case", "provider", "backup", "tried"))
        shown = with_words(searched, readiness.backups_of(found.told), words)
        column_table(
            readiness.PAGE_BACKUPS,
            shown,
            key="backups",
            file_name=f"{portfolio}-backups.csv",
            files=readiness.BACKUP_VALUES,
            bars=("worth",),
            workbook="Backups",
            opens="startup",
            open_row=lambda row: open_startup(row["startup"], portfolio),
            alt=f"{len(shown)} backups with when each was last tried and what hangs on it.",
        )
    for sentence in backup_words.not_in_the_list(found):
        st.caption(wording.escaped(sentence))
    if cached.asked(list_drills, portfolio):
        export_buttons("drills", portfolio, label="All drills")
    drill_import.import_card(portfolio)


portfolio = chosen_summary()
header = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    section = links.sections(
        "Show", list(SECTIONS), name="section", default="ends", shown=SECTIONS.__getitem__
    )
    ahead = str(cached.USUALLY_AHEAD)
    if section == "ends":
        with st.container(width=160):
            ahead = links.select(
                "Look ahead", list(AHEAD), name="days", default=ahead, shown=AHEAD.__getitem__
            )
rests = (
    "From the catalogue's last days, the register's renewal days and the model's days to switch; "
    "backups from the register and from drills."
)
if section == "backups":
    evidence = cached.backup_evidence(portfolio.name)
    with header:
        page_header(backup_words.finding(evidence).rstrip("."), portfolio, rests_on=rests)
    backups(evidence, portfolio.name)
else:
    calendar = deadline_calendar(portfolio.name, int(ahead))
    with header:
        page_header(deadline_words.finding(calendar).rstrip("."), portfolio, rests_on=rests)
    ends(calendar, portfolio.name)
