"""Running the dashboard from the terminal."""

import os
import socket
import sys
from pathlib import Path

from ui.terminal.failures import refuse_if
from ui.terminal.output import say

APP = Path(__file__).resolve().parents[2] / "app.py"


def serve(*, url: str, address: str, port: int) -> None:
    """Become the server of the dashboard on the store at ``url``; returns only by an exception.

    Raises RefusedCommand where the address cannot be listened on.
    """
    refuse_if(not APP.exists(), f"The dashboard's files are missing: {APP} does not exist.")
    _require_free(address, port)
    shown = f"[{address}]" if ":" in address else address
    say(f"Downstream is on http://{shown}:{port} (stop it with Ctrl+C).")
    sys.stderr.flush()
    os.environ["DOWNSTREAM_DATABASE_URL"] = url
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    options = [f"--server.port={port}", f"--server.address={address}", "--server.headless=true"]
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
