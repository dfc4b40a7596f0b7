"""Checks of an installation: what would keep it from working, each with what to do about it."""

import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile

from db.services.channels import PREFIX
from ui.tables.check import State, row
from ui.tables.column import Record
from ui.terminal.commands.options import opened

#: Where the files are that the program reads beside its packages.
ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON = (3, 11)
#: Every setting of ours (docs/deployment.md); secrets may also stand in a file, ``…_FILE``.
SETTINGS = frozenset(
    f"DOWNSTREAM_{name}"
    for name in (
        "DATABASE_URL BASE_URL TRUSTED_PROXIES OIDC_ISSUER OIDC_CLIENT_ID OIDC_CLIENT_SECRET"
        " OIDC_CLIENT_SECRET_FILE OIDC_COOKIE_SECRET OIDC_COOKIE_SECRET_FILE FRAME_ANCESTORS"
        " BACKUP_FOLDER INSECURE_OPEN LOG_FORMAT METRICS_TOKEN WATCH_WEBHOOK OPEN_BROWSER"
        " SCENARIO_FOLDER MCP_WRITES SCHEDULE TOKEN"
    ).split()
)
#: A clock may be ahead of what was written last by so much.
_SLACK = timedelta(days=1)
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+))?", re.M)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What is looked at; a test breaks one thing of it at a time.

    ``found`` answers which version of a package is installed, None: it is missing. ``programs`` is
    where programs are looked for, None: PATH.
    """

    database: str | None = None
    address: str = "127.0.0.1"
    port: int = 8501
    python: tuple[int, ...] = tuple(sys.version_info[:3])
    lock: Path = ROOT / "requirements.lock"
    fixtures: Path = ROOT / "fixtures"
    programs: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: Callable[[str], str | None] = _installed


def examine(patient: Patient) -> list[Record]:
    """Return a row for each check, all of them, whatever an earlier one found."""
    return [one for check in _CHECKS for one in _safely(check, patient)]


def _safely(check: Callable[[Patient], Iterator[Record]], patient: Patient) -> list[Record]:
    """A check that fails itself is something to be done, too."""
    try:
        return list(check(patient))
    except Exception as error:
        name = check.__name__.strip("_").replace("_", " ")
        what = f"could not be looked at: {type(error).__name__}: {error}"
        return [row(name, State.TO_DO, what, "Do first what the lines above say.")]


def _python(patient: Patient) -> Iterator[Record]:
    said = ".".join(map(str, patient.python))
    if patient.python < OLDEST_PYTHON:
        yield row("Python", State.TO_DO, said, "Install Python 3.11 or newer and start with it.")
    else:
        yield row("Python", State.OK, said)


def _packages(patient: Patient) -> Iterator[Record]:
    """The packages of the lock: those that are missing, and those of another version."""
    from packaging.markers import Marker

    pins = [
        (name, pinned)
        for name, pinned, marker in _PIN.findall(patient.lock.read_text("utf-8"))
        if not marker or Marker(marker.strip()).evaluate()
    ]
    have = {name: patient.found(name) for name, _ in pins}
    missing = [f"{name}=={pinned}" for name, pinned in pins if have[name] is None]
    others = [
        f"{name} {have[name]} (tested with {pinned})"
        for name, pinned in pins
        if have[name] not in (None, pinned)
    ]
    if missing:
        command = f"{sys.executable} -m pip install {' '.join(missing)}"
        yield row("Packages", State.TO_DO, f"{len(missing)} are missing", f"Run: {command}")
    if others:
        what = f"{len(others)} of another version than tested"
        yield row("Packages", State.NOTE, what, f"Exchange them if anything fails: {_few(others)}")
    if not missing and not others:
        yield row("Packages", State.OK, f"{len(pins)}, each as tested")


def _few(names: list[str], most: int = 5) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _settings(patient: Patient) -> Iterator[Record]:
    """Names that mean nothing, and values that contradict each other."""
    from db.errors import Refused
    from db.services.share_addresses import stated_base_url
    from ui.server import settings

    ours = sorted(name for name in os.environ if name.startswith("DOWNSTREAM_"))
    unknown = [name for name in ours if name not in SETTINGS and not name.startswith(PREFIX)]
    if unknown:
        what = f"unknown: {_few(unknown)}"
        yield row("Settings", State.TO_DO, what, "Correct the name, or unset it; it does nothing.")
    reads = (
        settings.sign_in_settings,
        settings.trusted_proxies,
        settings.frame_ancestors,
        settings.refuse_foreign_proxies,
        stated_base_url,
        lambda: settings.refuse_open_address(patient.address),
    )
    refused: dict[str, None] = {}
    for read in reads:
        try:
            read()
        except Refused as error:
            refused[str(error)] = None
    refused |= dict.fromkeys(_overrides(settings.MUST_BE))
    for sentence in refused:
        yield row("Settings", State.TO_DO, "cannot be right", sentence)
    if not unknown and not refused:
        yield row("Settings", State.OK, _few(ours) or "none but the usual ones")


def _overrides(must_be: Mapping[str, tuple[object, str]]) -> Iterator[str]:
    """Sentences on settings of Streamlit that the environment gives another value."""
    for name, (_, otherwise) in must_be.items():
        variable = (
            "STREAMLIT_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace(".", "_").upper()
        )
        if variable in os.environ:
            yield f"Unset {variable}, or {otherwise}."


def _store(patient: Patient) -> Iterator[Record]:
    """Whether the store answers, and has the schema of this version."""
    from db.errors import StoreError

    try:
        store = opened(patient.database)
    except StoreError as error:
        yield row("Store", State.TO_DO, "cannot be opened", str(error))
        return
    try:
        with store.read():
            pass
        store.require_sound()
        yield row("Store", State.OK, store.url)
    except StoreError as error:
        yield row("Store", State.TO_DO, store.url, str(error))
    finally:
        store.close()


def _data_folder(patient: Patient) -> Iterator[Record]:
    """Whether the folder of the store can be written to, with its journal beside it."""
    from db.errors import StoreError

    try:
        file = opened(patient.database).file
    except StoreError:
        return  # The store's line says so.
    if file is None:
        return
    try:
        with TemporaryFile(dir=file.parent):
            pass
        yield row("Data folder", State.OK, str(file.parent))
    except OSError as error:
        what = f"{file.parent}: {error.strerror}"
        advice = "Make it writable for whoever runs this, or name another store by --database."
        yield row("Data folder", State.TO_DO, what, advice)


def _reference_facts(patient: Patient) -> Iterator[Record]:
    """Whether the files that came with the program are whole, and the clock agrees with them."""
    from fixtures.demo import demo_portfolio
    from risk.catalog.loading import load_catalog
    from risk.scenarios.files import known_names, load_scenarios

    try:
        catalog = load_catalog(patient.fixtures)
        load_scenarios(patient.fixtures, known_names(catalog, ()))
        demo_portfolio(catalog)
    except (OSError, ValueError, KeyError, LookupError) as error:
        what = f"{patient.fixtures}: {error}"
        yield row(
            "Reference facts", State.TO_DO, what, "Install Downstream again: a file is damaged."
        )
        return
    yield row("Reference facts", State.OK, f"{len(catalog.models):,} models")
    yield _clock(patient, catalog.catalogue_date)


def _clock(patient: Patient, catalogue: date) -> Record:
    """Whether the clock is behind what was written before."""
    from db.errors import StoreError

    latest = datetime(catalogue.year, catalogue.month, catalogue.day, tzinfo=UTC)
    try:
        file = opened(patient.database).file
    except StoreError:
        file = None
    if file is not None and file.exists():
        latest = max(latest, datetime.fromtimestamp(file.stat().st_mtime, UTC))
    said = f"{patient.now:%Y-%m-%d %H:%M} UTC"
    if patient.now < latest - _SLACK:
        what = f"{said}, but something was written on {latest:%Y-%m-%d}"
        return row(
            "Clock", State.TO_DO, what, "Set the machine's clock; days count in every answer."
        )
    return row("Clock", State.OK, said)


def _engine(patient: Patient) -> Iterator[Record]:
    """Whether the loops of the model are compiled."""
    from risk.loss.compiling import how_to_compile, is_compiled

    if is_compiled():
        yield row("Compiled engine", State.OK, "ready")
    else:
        what = "not compiled for these files yet: the first answers take a minute"
        yield row("Compiled engine", State.NOTE, what, f"Run: {how_to_compile()}")


def _pdf(patient: Patient) -> Iterator[Record]:
    from ui.reports.pdf import NO_PRINTER, printer

    program = printer(patient.programs)
    if program is None:
        yield row("PDF", State.NOTE, "nothing here prints one", NO_PRINTER)
    else:
        yield row("PDF", State.OK, program)


def _plugins(patient: Patient) -> Iterator[Record]:
    """Which plug-ins there are, and which of them cannot be used."""
    from db.plugins import FEEDS, READERS, SCENARIOS, found

    groups = [found(one) for one in (READERS, FEEDS, SCENARIOS)]
    for sentence in (one for group in groups for one in group.left_out):
        yield row(
            "Plug-ins", State.TO_DO, "one cannot be used", f"{sentence} Correct or remove it."
        )
    names = [name for group in groups for name in group.plugins]
    yield row("Plug-ins", State.OK, _few(names) or "none")


def _port(patient: Patient) -> Iterator[Record]:
    """Whether the dashboard could listen, or does."""
    where = f"{patient.address}, port {patient.port}"
    if _answers(patient):
        yield row("Port", State.OK, f"Downstream answers on {where}")
        return
    try:
        with socket.socket(
            socket.AF_INET6 if ":" in patient.address else socket.AF_INET, socket.SOCK_STREAM
        ) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((patient.address, patient.port))
        yield row("Port", State.OK, f"{where} is free")
    except OSError as error:
        advice = f"Stop what listens there, or serve elsewhere: --port {patient.port + 1}."
        yield row("Port", State.TO_DO, f"{where}: {error.strerror}", advice)


def _answers(patient: Patient) -> bool:
    import httpx

    host = f"[{patient.address}]" if ":" in patient.address else patient.address
    try:
        answer = httpx.get(f"http://{host}:{patient.port}/healthz", timeout=2.0, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.text == "ok"


_CHECKS: tuple[Callable[[Patient], Iterator[Record]], ...] = (
    *(_python, _packages, _settings, _store, _data_folder),
    *(_reference_facts, _engine, _plugins, _pdf, _port),
)
