"""PDF files of our pages, printed by a browser or by WeasyPrint, whichever this machine has.

The page is a file without scripts and addresses. Whoever prints it runs by itself, for a limited
time, with a profile that is thrown away and without a way to the network.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from db.errors import StoreError
from risk.inventory.progress import Progress, unheard

#: Programs that print a page, by the names under which they are installed.
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
#: Seconds that printing may take; a long portfolio takes a few.
LONGEST_SECONDS = 120.0
#: How long printing usually takes, for a bar that moves.
_USUAL_SECONDS = 6.0
_LOOK_EVERY_SECONDS = 0.2
#: The part of the work that is done when there is a page to print.
_PAGE_MADE = 0.4
NO_PRINTER = (
    "A PDF needs a browser to print it, and this machine has none: install Chromium, Chrome or "
    "Edge so that its command is found, or WeasyPrint for Python. Or take the HTML: any browser "
    "prints it as a PDF."
)
_FAILED = "The PDF could not be printed{}. Take the HTML: any browser prints it as a PDF."

#: No network (every host is unknown, and so is any way around that) and nothing kept. The page
#: itself forbids scripts; a browser that runs none at all does not print either.
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--no-pdf-header-footer",
)


class NoPdf(StoreError):
    """There is no PDF; the message says why and what to take instead."""


def printer(path: str | None = None) -> str | None:
    """What prints here: the browser's program, or ``weasyprint``; None: nothing does.

    ``path``: where programs are looked for, in place of PATH.
    """
    found = next(filter(None, (shutil.which(one, path=path) for one in BROWSERS)), None)
    return found or ("weasyprint" if find_spec("weasyprint") else None)


def pdf_of(
    make: Callable[[], bytes],
    *,
    progress: Progress | None = None,
    path: str | None = None,
    seconds: float = LONGEST_SECONDS,
) -> bytes:
    """Return the page that ``make`` makes as a PDF.

    ``progress`` hears the part that is done, and may end the work by raising.

    Raises:
        NoPdf: nothing here prints, or it failed or took longer than ``seconds``.
    """
    heard = progress or unheard
    program = printer(path)
    if program is None:
        raise NoPdf(NO_PRINTER)
    page = make()
    heard(_PAGE_MADE)
    with tempfile.TemporaryDirectory(prefix="downstream-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_bytes(page)
        command = _command(program, source, target, profile=folder / "profile")
        _run(command, folder, heard, seconds)
        printed = target.read_bytes() if target.is_file() else b""
    if not printed.startswith(b"%PDF-"):
        raise NoPdf(_FAILED.format(""))
    return printed


def _command(program: str, source: Path, target: Path, *, profile: Path) -> list[str]:
    if program == "weasyprint":
        return [sys.executable, "-m", "weasyprint", str(source), str(target)]
    # A browser refuses to build its sandbox for root, who in a container is usual.
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    named = [f"--user-data-dir={profile}", f"--print-to-pdf={target}", source.as_uri()]
    return [program, *_FLAGS, *as_root, *named]


def _run(command: Sequence[str], folder: Path, heard: Progress, seconds: float) -> None:
    """Run it as a group of its own, which ends with it whatever happens."""
    began = monotonic()
    try:
        child = subprocess.Popen(  # noqa: S603 - a browser found on PATH, with a file of ours
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise NoPdf(_FAILED.format(f": {error.strerror}")) from None
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                child.wait(_LOOK_EVERY_SECONDS)
                return
            gone = monotonic() - began
            if gone > seconds:
                raise NoPdf(_FAILED.format(f" within {seconds:.0f} seconds"))
            heard(_PAGE_MADE + (1 - _PAGE_MADE) * gone / (gone + _USUAL_SECONDS))
    finally:
        _end(child)


def _environment(folder: Path) -> dict[str, str]:
    """What a program needs to start; nothing of ours, such as the address of the store."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "FONTCONFIG_FILE", "LD_LIBRARY_PATH")
    known = {name: os.environ[name] for name in kept if name in os.environ}
    home = str(folder)
    return known | {"HOME": home, "TMPDIR": home, "TEMP": home, "XDG_RUNTIME_DIR": home}


def _end(child: "subprocess.Popen[bytes]") -> None:
    """End whatever is left of the group, which bears the number of its first process."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    with suppress(subprocess.TimeoutExpired):
        child.wait(5)
