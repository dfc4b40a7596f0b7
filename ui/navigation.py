"""The script that Streamlit runs for every page: the look, the list of pages, the portfolio."""

from pathlib import Path

import streamlit as st

from db.services.access import ActorRole
from ui import links
from ui.entry import require_entry, show_who
from ui.page import choose_portfolio, show_its_currency
from ui.past import choose_day
from ui.slicing import choose_slices

HERE = Path(__file__).parent
ASSETS = HERE / "assets"

#: (file, title, address), by use: the book and its parts, what may happen, what to do, what leaves,
#: what comes in, what it rests on. Flat: Streamlit's sections fail WCAG. Files that open from a
#: table or a chart are pages too, so that their links work.
PAGES = (
    ("portfolio.py", "Portfolio", ""),
    ("startups.py", "Startups", "startups"),
    ("startup.py", "Startup", "startup"),
    ("questions.py", "Questions", "questions"),
    ("funds.py", "Funds", "funds"),
    ("providers.py", "Providers", "providers"),
    ("provider.py", "Provider", "provider"),
    ("stress.py", "Stress test", "stress"),
    ("replay.py", "Replay", "replay"),
    ("alternatives.py", "Alternatives", "alternatives"),
    ("plan.py", "Plan", "plan"),
    ("calendar.py", "Calendar", "calendar"),
    ("contracts.py", "Contracts", "contracts"),
    ("watch.py", "Watch", "watch"),
    ("register.py", "Register of information", "register"),
    ("reports.py", "Reports", "reports"),
    ("oversight.py", "Oversight", "oversight"),
    ("shares.py", "Shares", "shares"),
    ("imports.py", "Import", "import"),
    ("assumptions.py", "Assumptions", "assumptions"),
    ("people.py", "People", "people"),
    ("activity.py", "Activity", "activity"),
)
#: Shown to owners alone; the services behind them refuse everybody else.
FOR_OWNERS = ("people.py", "activity.py")

dark = st.context.theme.type == "dark"
st.set_page_config(
    page_icon=str(ASSETS / "favicon.svg"), layout="wide", initial_sidebar_state="auto"
)
st.logo(
    str(ASSETS / ("logo-dark.svg" if dark else "logo-light.svg")),
    icon_image=str(ASSETS / "favicon.svg"),
    size="large",
)

# Streamlit writes what is chosen in the accent colour, which is too pale for text.
chosen_text = "#93c5fd" if dark else "#1d4ed8"
chosen = "button[data-selected='true'] p, [data-testid='stSliderThumbValue'] p"
st.html(f"<style>{chosen} {{ color: {chosen_text} }}</style>")

actor = require_entry()
pages = [
    st.Page(HERE / "pages" / file, title=title, url_path=path or None, default=not path)
    for file, title, path in PAGES
    if actor.role is ActorRole.OWNER or file not in FOR_OWNERS
]
page = st.navigation(pages, expanded=True)
links.set_page_path(page.url_path)
choose_portfolio()
choose_day(page.url_path)
choose_slices(page.url_path)
show_its_currency()
show_who(actor)
page.run()
