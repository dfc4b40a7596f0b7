"""A content as one page of HTML, the policy under which alone it may run, and its files."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from db.services.exports import FileKind, rows_file
from risk.inventory.formats.export_tables import Cell
from ui import money, wording
from ui.share_page.hour_view import hour_view, provider_of
from ui.share_page.portfolio_view import portfolio_title, portfolio_view
from ui.share_page.scenario_view import scenario_of, scenario_title, scenario_view
from ui.share_page.startup_view import startup_view
from ui.share_page.words import CONFIDENCE, Content, marks_of, moment
from ui.tables import call, startup, stressed
from ui.tables.share import left_out_words as left_out

_TEMPLATES = Path(__file__).parent / "templates"
REPORT = "Report"
NOT_AVAILABLE = "This link is not available"
INCOMPLETE = (
    "The address is incomplete: its part after “#” is missing. Open the link as it was sent to you."
)
CONTENT = "content.json"
_MEDIA_TYPES = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What a file calls a fact of a dependency otherwise than a content.
_COLUMN_NAMES = {"answer": "is_language_model"}


@dataclass(frozen=True, kw_only=True)
class SharePage:
    """What the page of a link is about. ``text`` is the content as it was hashed.

    ``content`` is the same by the names of the newest format.

    ``digest`` None: a live link. ``correctable``: it has the form for corrections.
    """

    share: int
    content: Content
    text: str
    digest: str | None
    made_at: datetime
    expires_at: datetime
    correctable: bool


@dataclass(frozen=True, kw_only=True)
class ShareFile:
    """A file for a reader; its name says which link it is from and tells nothing else."""

    file_name: str
    media_type: str
    data: bytes


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


@lru_cache(maxsize=8)
def _source(name: str) -> Markup:
    """A style or script of ours, which goes into the page as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def render(
    template: str, *, script: str | None = None, scripts: Sequence[str] = (), **values: Any
) -> str:
    """Fill a template; every value is escaped."""
    source = _source(script) if script else None
    more = [_source(name) for name in scripts]
    return (
        _environment()
        .get_template(template)
        .render(css=_source("page.css"), script=source, scripts=more, **values)
    )


def policy(*, frame_ancestors: str) -> str:
    """Return the content security policy of every page: our own files and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes('watch.js', 'open.js', 'questions.js')}",
            f"style-src {_hashes('page.css')}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


def _hashes(*names: str) -> str:
    """What our own files are known by to a browser."""
    digests = (sha256(_source(name).encode()).digest() for name in names)
    return " ".join(f"'sha256-{b64encode(one).decode()}'" for one in digests)


def opening_page() -> str:
    """Return the page behind every link, the same for all: it only sends what follows the “#”."""
    return render("open.html", script="open.js", incomplete=INCOMPLETE)


def sentence_page(heading: str, sentence: str, *, back: str | None = None) -> str:
    """Return a page that says one thing."""
    return render("sentence.html", heading=heading, sentence=sentence, back=back)


def link_page(page: SharePage) -> str:
    """Return the page that a link shows."""
    return _answer_page(
        page.content,
        script="watch.js",
        kind="Snapshot" if page.digest else "Live view",
        digest=page.digest,
        when=_when(page),
        expires=moment(page.expires_at.isoformat()),
        status=f"/s/status/{page.share}",
        files=file_addresses(page.share),
        correct=f"/s/correct/{page.share}" if page.correctable else None,
    )


def report_page(content: Content, *, digest: str, kind: str = REPORT) -> str:
    """Return a page as a file by itself, without a script, with the SHA-256 of what it shows."""
    frozen = moment(content["frozen_at"])
    return _answer_page(content, kind=kind, digest=digest, when=f"made on {frozen}")


def _answer_page(content: Content, *, script: str | None = None, **values: Any) -> str:
    with money.shown_in(money.shown_of(content.get("money"))):
        return _answered(content, script=script, **values)


def _answered(content: Content, *, script: str | None, **values: Any) -> str:
    scope = content["scope"]
    return render(
        f"{scope}.html",
        script=script,
        content=content,
        view=_view(content, is_report=values.get("kind") == REPORT),
        title=_title(content),
        lead=lead(content),
        marks=_marks(content),
        redacted=left_out(content["redacted"]),
        catalogue=wording.day(content["catalogue_date"]),
        data=_data(content),
        parameters=_parameters(content),
        **values,
    )


def _view(content: Content, *, is_report: bool) -> dict[str, Any]:
    """What fills the template; a link to one company speaks to it, a report speaks of it."""
    if content["scope"] == "startup":
        return startup_view(content, who="it" if is_report else "you")
    return _VIEWS[content["scope"]](content)


#: What fills the template of each scope, which is called as the scope is.
_VIEWS: dict[str, Callable[[Content], dict[str, Any]]] = {
    "portfolio": portfolio_view,
    "scenario": scenario_view,
    "hour": hour_view,
}
#: The columns of the startups in a content's files, by its scope.
_VALUES = {
    "portfolio": startup.VALUES,
    "startup": startup.VALUES,
    "scenario": stressed.VALUES,
    "hour": (*call.VALUES, *stressed.VALUES),
}


def _title(content: Content) -> str:
    """The answer in a sentence."""
    if content["scope"] == "portfolio":
        return portfolio_title(content)
    if content["scope"] == "scenario":
        return scenario_title(content)
    if content["scope"] == "hour":
        return f"Incident: {provider_of(content)}"
    return str(content["startup"])


def file_addresses(share: int) -> dict[str, str]:
    """Return where a reader gets the files of a link."""
    stem = f"/s/export/{share}"
    return {
        "csv": f"{stem}/table.csv",
        "xlsx": f"{stem}/table.xlsx",
        "content": f"{stem}/{CONTENT}",
    }


def portfolio_name(content: Content) -> str:
    """Return what the portfolio is called on screen."""
    return "Demo portfolio" if content["portfolio"] == "demo" else str(content["portfolio"])


def lead(content: Content) -> str:
    """Return what a content is about: whose portfolio, how large, of which day, in which money."""
    known = [f"assessed {wording.day(content['as_of'])}"]
    if "money" in content:
        known.append(money.shown().said)
    if content["scope"] == "startup":
        facts = content.get("facts", {})
        about = [facts[name] for name in ("sector", "country") if facts.get(name)]
        return " · ".join([*about, "what its language-model providers could cost it", *known])
    about = [portfolio_name(content)]
    if content["scope"] == "scenario":
        about.insert(0, f"Stress test: {scenario_of(content).title}")
    counted = wording.counted(content["startups_in_portfolio"], "company", "companies")
    return " · ".join([*about, counted, *known])


def _marks(content: Content) -> list[str]:
    return marks_of(content["answer"] if content["scope"] == "startup" else content["figures"])


def _when(page: SharePage) -> str:
    if page.digest:
        return f"frozen on {moment(page.content['frozen_at'])}; it does not change"
    return f"calculated from the data of {wording.day(page.content['as_of'])}"


def _data(content: Content) -> str:
    if "data_digest" not in content:
        return ""
    digest = f"digest {content['data_digest']}"
    if "data_batch" not in content:
        return digest
    batch = content["data_batch"]
    last = f"last import: batch {batch}" if batch is not None else "no import yet"
    return f"{digest}; {last}"


def _parameters(content: Content) -> str:
    changed = content["parameters"]
    if not changed:
        return "every number of the model at its default"
    listed = ", ".join(
        f"{wording.assumption(name)} {wording.figure(value)}" for name, value in changed.items()
    )
    return f"changed from their defaults: {listed}"


def file_of(page: SharePage, name: str) -> ShareFile | None:
    """Return the file of that name: the table as CSV or Excel, or the content itself; or None.

    It is made from what the page shows and from nothing else.
    """
    stem = f"downstream-share-{page.share}"
    if name == CONTENT:
        return ShareFile(
            file_name=f"{stem}-content.json",
            media_type="application/json",
            data=page.text.encode(),
        )
    kind = next((one for one in FileKind if name == f"table.{one}"), None)
    if kind is None:
        return None
    names, rows = _table(page.content)
    made = rows_file("Companies", names, rows, kind=kind)
    return ShareFile(
        file_name=f"{stem}-table.{kind}", media_type=_MEDIA_TYPES[kind], data=made.data
    )


def _table(content: Content) -> tuple[list[str], list[list[Cell]]]:
    """Return the columns that are told, in the order of their table, and the rows of a file."""
    columns = [one.key for one in (*_VALUES[content["scope"]], CONFIDENCE)]
    rows: Sequence[Content] = content.get("startups", [])
    if content["scope"] == "startup":
        facts = content.get("facts", {})
        about = {"startup": content["startup"], **facts, **content["answer"]}
        rows = [
            {**about, **{_COLUMN_NAMES.get(name, name): value for name, value in one.items()}}
            for one in content.get("dependencies") or [{}]
        ]
        columns = ["startup", *facts, *columns, *rows[0]]
    told = rows[0] if rows else ("startup",)
    shown = [name for name in dict.fromkeys(columns) if name in told]
    return shown, [[_cell(row[name]) for name in shown] for row in rows]


def _cell(value: Any) -> Cell:
    found: Cell = "; ".join(map(str, value)) or None if isinstance(value, list) else value
    return found
