"""The browser's door: ``streamlit run app.py`` serves the pages of ui/ beside routes of our own."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from db.errors import StoreError
from db.services.share_addresses import note_served
from ui import cached
from ui.api import assistants
from ui.api import routes as programs
from ui.keeping import keeping
from ui.logs import configure_logs, note_failure
from ui.memory import few_regions, give_back_now_and_then
from ui.precomputing import precomputing
from ui.routes import health, metrics, shares, tour
from ui.scheduling import schedule
from ui.server import downloads
from ui.server.cookies import PageCookies
from ui.server.door import Door, look_after_connections, own_pages
from ui.server.headers import SecurityHeaders, security_headers
from ui.server.settings import frame_ancestors, open_browser_if_asked, secrets_or_exit
from ui.server.uploads import UploadGate
from ui.sign_in import announce_owner_code
from ui.wording import escaped

log = logging.getLogger("downstream")
SERVED = (health, metrics, downloads, shares, tour, programs, assistants)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Load what every page needs, open the store, then keep the collector away from all of it."""
    few_regions()
    for one in ("pandas", "plotly.graph_objects", "pyarrow"):
        import_module(one)  # So that the first visitor does not wait for it.
    configure_logs()
    try:
        address = st.get_option("server.address") or "0.0.0.0"  # noqa: S104 - what none means
        port = st.get_option("server.port")
        note_served(cached.store(), address=address, port=port)
        own_pages.announce(address=address, port=port)
        announce_owner_code(cached.store())
    except StoreError as error:
        log.critical("%s", error)  # Every page says so too, and /readyz is not ready.
    gc.collect()
    gc.freeze()
    keeping.begin(after=precomputing.begin())
    open_browser_if_asked(port)
    schedule.begin()
    giving_back = asyncio.create_task(give_back_now_and_then())
    try:
        async with assistants.endpoint.serving():
            yield
    finally:
        giving_back.cancel()
        programs.desk.write_down()
        schedule.end()


def say_what_happened(error: Exception) -> bool:
    """Show what the store refuses, or the id of the error in the log; never a traceback."""
    if isinstance(error, StoreError):
        log.warning("%s: %s", type(error).__name__, error)
        st.error(escaped(error))
        return True
    error_id = note_failure(error)
    st.error(
        f"This page could not be shown. Nothing was changed. Reload it; if it happens again, "
        f"tell whoever runs this Downstream the error id **{error_id}**, which is in the log."
    )
    return True


# The folder ui/pages lies beside the script: without this, a link to a page that is the first
# thing opened after a start would show Streamlit's old automatic list of pages instead of ours.
PagesManager.uses_pages_directory = False

look_after_connections()
secrets = secrets_or_exit()
app = st.App(
    "ui/navigation.py",
    routes=[one for part in SERVED for one in part.ROUTES],
    middleware=[
        Middleware(SecurityHeaders, headers=security_headers(frame_ancestors=frame_ancestors())),
        Middleware(Door),
        Middleware(PageCookies),
        Middleware(UploadGate),
    ],
    secrets=secrets,
    lifespan=lifespan,
    on_script_error=say_what_happened,
)
