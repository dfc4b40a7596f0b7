"""The script that Streamlit runs for every page: the look, the list of pages, the portfolio."""

from pathlib import Path

import streamlit as st

from db.services.access import ActorRole
from ui import cached, links, menu
from ui.entry import require_entry, show_who
from ui.finding import search_button
from ui.page import choose_portfolio, chosen_name, show_its_currency
from ui.past import choose_day
from ui.slicing import choose_slices

HERE = Path(__file__).parent
ASSETS = HERE / "assets"

#: (file, title, address, group). The first has no group, those of one company and one provider
#: open from a table, a chart or the search, and stand in the menu once one was opened.
PAGES = (
    ("portfolio.py", "Overview", "", ""),
    ("startups.py", "All companies", "startups", "Companies"),
    ("matrix.py", "Matrix", "matrix", "Companies"),
    ("startup.py", "Company", "startup", "Companies"),
    ("questions.py", "Questions", "questions", "Companies"),
    ("providers.py", "All providers", "providers", "Providers"),
    ("provider.py", "Provider", "provider", "Providers"),
    ("stress.py", "Stress test", "stress", "Scenarios"),
    ("replay.py", "Replay", "replay", "Scenarios"),
    ("incident.py", "Incident", "incident", "Scenarios"),
    ("alternatives.py", "Alternatives", "alternatives", "Act"),
    ("plan.py", "Plan", "plan", "Act"),
    ("calendar.py", "Deadlines", "calendar", "Act"),
    ("decisions.py", "Decisions", "decisions", "Act"),
    ("imports.py", "Import", "import", "Data"),
    ("contracts.py", "Contracts", "contracts", "Data"),
    ("funds.py", "Funds", "funds", "Data"),
    ("register.py", "Register of information", "register", "Data"),
    ("oversight.py", "Oversight", "oversight", "Data"),
    ("reports.py", "Reports", "reports", "Data"),
    ("shares.py", "Shares", "shares", "Data"),
    ("watch.py", "Watch", "watch", "Data"),
    ("forecasts.py", "Forecasts", "forecasts", "Data"),
    ("assumptions.py", "Assumptions", "assumptions", "Data"),
    ("glossary.py", "Glossary", "glossary", "Data"),
    ("people.py", "People", "people", "Admin"),
    ("activity.py", "Activity", "activity", "Admin"),
)
#: Shown to owners alone; the services behind them refuse everybody else.
FOR_OWNERS = ("people.py", "activity.py")

dark = st.context.theme.type == "dark"
st.set_page_config(page_icon=str(ASSETS / "favicon.svg"), layout="wide", initial_sidebar_state=240)
st.logo(
    str(ASSETS / ("logo-dark.svg" if dark else "logo-light.svg")),
    icon_image=str(ASSETS / "favicon.svg"),
    size="large",
)

actor = require_entry()
listed = [
    menu.Entry(file=file, title=title, address=address, group=group)
    for file, title, address, group in PAGES
    if actor.role is ActorRole.OWNER or file not in FOR_OWNERS
]
page = st.navigation(
    [
        st.Page(
            HERE / "pages" / one.file,
            title=menu.opened(menu.ABOUT.get(one.address, "")) or one.title,
            url_path=one.address or None,
            default=not one.address,
        )
        for one in listed
    ],
    expanded=True,
)
links.set_page_path(page.url_path)
choose_portfolio()
menu.keep_opened(chosen_name())
menu.set_look(listed, here=page.url_path, dark=dark)
menu.count_beside(cached.counted_beside(name) if (name := chosen_name()) else {})
with st.sidebar:
    search_button(listed)
choose_day(page.url_path)
choose_slices(page.url_path)
show_its_currency()
show_who(actor)
page.run()
