"""Running the dashboard from the terminal."""

import os
import socket
import sys
from pathlib import Path

from ui.render.terminal import say
from ui.server.settings import (
    FORWARDED_ALLOW_IPS,
    INSECURE_OPEN,
    OPEN_BROWSER,
    allowed_hosts,
    refuse_foreign_proxies,
    refuse_open_address,
    sign_in_settings,
    trusted_proxies,
)
from ui.terminal.failures import refuse_if

APP = Path(__file__).resolve().parents[2] / "app.py"


def may_open_a_browser() -> bool:
    """Whether somebody sits before this machine who could see a browser open."""
    if os.environ.get("CI"):
        return False
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def serve(*, url: str, address: str, port: int, insecure_open: bool, browser: bool = False) -> None:
    """Become the server of the dashboard on the store at ``url``; returns only by an exception.

    ``browser``: it opens its page in the browser once it answers.

    Raises RefusedCommand where the address cannot be listened on, and Refused where signing in is
    half set up, or the address is open to others while nobody has to sign in.
    """
    refuse_if(not APP.exists(), f"The dashboard's files are missing: {APP} does not exist.")
    _require_free(address, port)
    if insecure_open:
        os.environ[INSECURE_OPEN] = "1"
    if browser:
        os.environ[OPEN_BROWSER] = "1"
    sign_in = sign_in_settings()
    refuse_open_address(address)
    if FORWARDED_ALLOW_IPS in os.environ:
        refuse_foreign_proxies()
    os.environ[FORWARDED_ALLOW_IPS] = trusted_proxies()
    shown = f"[{address}]" if ":" in address else address
    known = (sign_in.base_url if sign_in else None) or f"http://{shown}:{port}"
    say(f"Downstream is on {known} (stop it with Ctrl+C).")
    if insecure_open:
        say("Nobody signs in: everybody who reaches this address is the owner.")
    sys.stderr.flush()
    os.environ["DOWNSTREAM_DATABASE_URL"] = url
    # Readers are threads already; those of the matrix library would spin while they wait for them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # -P: folders of whoever calls hold nothing that the server shall import.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(APP)]
    options = [f"--server.port={port}", f"--server.address={address}", "--server.headless=true"]
    # Under another name nobody may ask for the pages: a foreign site could otherwise pose as them.
    hosts = ["*"] if insecure_open else allowed_hosts()
    options += [f"--server.allowedHosts={host}" for host in hosts]
    # The server takes this process over, so that signals reach it and nothing is left behind.
    os.execv(sys.executable, command + options)  # noqa: S606 - fixed program, no shell


def _require_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            refuse_if(
                True,
                f"The dashboard cannot listen on {address}, port {port}: {error.strerror}. "
                f"Name another one, for instance --port {port + 1}.",
            )
