"""What must hold before the server answers anybody; otherwise it does not start."""

from typing import Any

import streamlit as st

from db.errors import Refused
from ui import sign_in
from ui.sign_in_settings import (
    as_streamlit_secrets,
    is_insecure_open,
    refuse_open_address,
    sign_in_settings,
)

#: Most megabytes that one file may have.
LARGEST_UPLOAD = 200
#: Settings of Streamlit with the one value that is safe, and what would happen otherwise.
MUST_BE: dict[str, tuple[Any, str]] = {
    "client.showErrorDetails": ("none", "visitors would see tracebacks"),
    "client.disableDataExport": (True, "tables would offer files in which text runs as a formula"),
    "browser.gatherUsageStats": (False, "use would be reported to another host"),
    "server.enableStaticServing": (False, "files beside the program would be served"),
    "server.enableXsrfProtection": (True, "another site could upload in a visitor's name"),
    "server.enableCORS": (True, "another site could read what a visitor may"),
    "global.developmentMode": (False, "checks would be relaxed"),
}


def secrets_or_exit() -> dict[str, Any] | None:
    """Return what Streamlit needs for signing in; end the program where serving is not safe."""
    try:
        settings = sign_in_settings()
        refuse_unsafe_settings()
        if not sign_in.is_required():
            refuse_open_address(st.get_option("server.address"))
    except Refused as refused:
        raise SystemExit(str(refused)) from None
    return as_streamlit_secrets(settings)


def refuse_unsafe_settings() -> None:
    """Look at Streamlit's settings as they are in force, wherever they came from.

    Raises:
        Refused: one of them is not safe; the sentence names it and what to do.
    """
    for name, (safe, otherwise) in MUST_BE.items():
        found = st.get_option(name)
        if found != safe:
            raise Refused(
                f"The setting {name} is {found!r}, so {otherwise}. Start Downstream with "
                f"“downstream serve”, and set nothing that overrides its {safe!r}."
            )
    if not 0 < st.get_option("server.maxUploadSize") <= LARGEST_UPLOAD:
        raise Refused(f"The setting server.maxUploadSize must be at most {LARGEST_UPLOAD} (MB).")
    hosts = st.get_option("server.allowedHosts")
    if not hosts or ("*" in hosts and not is_insecure_open()):
        raise Refused("The setting server.allowedHosts must name the hosts that may be asked for.")
