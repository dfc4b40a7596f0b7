"""Where the table is in the text: its delimiter, the rows above it, and its header."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from risk.inventory.columns import REQUIRED, header_key, header_text
from risk.inventory.header_rows import names_of_two_rows
from risk.inventory.intake_results import Question
from risk.inventory.mapping import CONSTANT, map_columns, turned_to
from risk.inventory.refusals import FileRefused, Questions
from risk.inventory.splitting import DELIMITERS, Record, sample_records

_HEADER_WITHIN = 30
_MARKUP = ("<!doctype", "<html", "<?xml", "<head", "<body", "<rss", "<feed")
#: A line of a piece of a web page; a cell may hold markup, but not the most of a table's lines.
_TAG = re.compile(r"</?[a-z][a-z0-9:-]*(?:\s[^<>]*)?/?>|<!--", re.I)
#: What only feeds and documents of status pages hold: Atom and RSS, Statuspage, Google, AWS.
_INCIDENTS = re.compile(
    r"<(?:feed|rss)\b|\"(?:incident_updates|external_desc|most_recent_update|incident_id)\""
    r"|\"archive\"\s*:\s*\[\s*\{|\"incidents\"\s*:\s*\["
)


@dataclass(frozen=True)
class Header:
    """The header record's cells as shown, and the line after which records begin.

    ``blank_above``: how many lines stand above it, if they are all blank.
    """

    line: int
    cells: tuple[str, ...]
    record: Record
    blank_above: int = 0

    @property
    def width(self) -> int:
        """The right number of fields of a record."""
        return len(self.cells)


def refuse_markup(text: str) -> None:
    """Raise :class:`FileRefused` for a web page, a feed or JSON, saying what it is."""
    start = text.lstrip()[:400].casefold()
    page = start.startswith(_MARKUP) or _is_tagged(text)
    markup = page or start.startswith(("{", "["))
    if markup and _INCIDENTS.search(text[:20_000].casefold()):
        raise FileRefused(
            "not_csv",
            "This looks like the incidents of a status page, not like an inventory of who depends"
            " on whom. Import it into the incident history instead.",
        )
    if page:
        login = "password" in text[:200_000].casefold() or "sign in" in text[:200_000].casefold()
        what = "a web page with a sign-in form" if login else "a web page or XML document"
        raise FileRefused(
            "not_csv",
            f"This is {what}, not a table. Sign in where the inventory is kept, export it as CSV"
            " and upload that.",
        )
    if not start.startswith(("{", "[")) or ":" not in start:
        return
    if "cyclonedx" in text[:20_000].casefold():
        raise FileRefused(
            "unsupported_type",
            "This is a CycloneDX JSON document. Export its services as a table, one line for each"
            " service, and upload that as CSV.",
        )
    raise FileRefused(
        "not_csv", "This is JSON, not a table. Export the inventory as CSV and upload that."
    )


def _is_tagged(text: str) -> bool:
    """Whether most of the first lines begin with a tag, the first among them."""
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()][:20]
    tagged = [_TAG.match(line) is not None for line in lines]
    return bool(lines) and tagged[0] and 2 * sum(tagged) > len(lines)


def find_delimiter(text: str, chosen: Mapping[str, str | None] | None) -> str:
    """The delimiter whose sample has the required columns, and the most even records."""

    def fit(delimiter: str) -> tuple[int, float, int]:
        records = [r for r in sample_records(text, delimiter) if not r.is_blank]
        widths = [len(record.cells) for record in records]
        if not widths:
            return (0, 0.0, 0)
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        best = max(_required_found(record, chosen) for record in records[:_HEADER_WITHIN])
        return (best, widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    return max(DELIMITERS, key=fit)


def required_columns_in(records: Sequence[Record], chosen: Mapping[str, str | None] | None) -> int:
    """How many required columns the best header among the first ``records`` has."""
    return max((_required_found(record, chosen) for record in records[:_HEADER_WITHIN]), default=0)


def _required_found(record: Record, chosen: Mapping[str, str | None] | None) -> int:
    """How many required columns the record has if it is the header; constants do not count."""
    if record.fault:
        return 0
    chosen = turned_to(record.cells, chosen)
    constants = {key: value for key, value in chosen.items() if key.startswith(CONSTANT)}
    keys = {header_key(cell) for cell in record.cells}
    named = {
        key: value
        for key, value in chosen.items()
        if not key.startswith(CONSTANT) and header_key(key) in keys
    }
    try:
        columns = map_columns([header_text(cell) for cell in record.cells], named | constants)
    except FileRefused:
        return 0
    return sum(column in columns.positions for column in REQUIRED)


def find_header(
    records: Sequence[Record], *, questions: Questions, chosen: Mapping[str, str | None] | None
) -> Header:
    """The header among the first ``records`` (blank ones left out).

    It is the first record unless that lacks a required column and a later one has more of them;
    then the reader is asked whether the rows above are to be skipped. Two rows may be one header
    (:mod:`risk.inventory.header_rows`), which is asked as well. Raises
    :class:`FileRefused` (``not_csv``) if there is no table at all.
    """
    first = records[0]
    two_rows = _two_row_header(records, questions, chosen)
    if two_rows is not None:
        return two_rows
    found = [_required_found(record, chosen) for record in records[:_HEADER_WITHIN]]
    best = found.index(max(found))
    if found[best] > found[0]:
        header = records[best]
        if _skip_rows_above(records[:best], header, questions):
            return _header(header)
    elif found[0] == 0 and len(first.cells) == 1 and not _has_wide_record(records):
        raise FileRefused(
            "not_csv",
            "The file has a single column whose header we do not know, so it is no table of"
            " startups and providers. Give it a header line such as startup,provider.",
            line=first.line,
            value=first.text,
        )
    return _header(first)


def _two_row_header(
    records: Sequence[Record], questions: Questions, chosen: Mapping[str, str | None] | None
) -> Header | None:
    """The header that the first two rows make together, if the reader agrees."""
    if len(records) < 2 or any(record.fault for record in records[:2]):
        return None
    above, below = records[:2]
    names = names_of_two_rows(above.cells, below.cells, chosen)
    if names is None:
        return None
    answer = questions.ask(
        Question(
            code="header_rows",
            question=f"The header seems to take 2 rows, lines {above.line} and {below.line}, read"
            f" together as: {', '.join(names)[:200]}. Is that right?",
            choices=("2", "1"),
            examples=tuple(" ".join(record.text.split())[:120] for record in (above, below)),
        )
    )
    if answer == "1":
        return None
    return Header(below.line, names, replace(below, cells=names))


def _has_wide_record(records: Sequence[Record]) -> bool:
    return any(len(record.cells) > 1 for record in records)


def _skip_rows_above(above: Sequence[Record], header: Record, questions: Questions) -> bool:
    """Ask about the rows above the header: a banner of merged cells, or a preamble.

    A banner stands right above it. Several rows, or one with an empty line below it, are a
    preamble, whose lines a spreadsheet fills up with empty cells as it does a banner's.
    """
    last = above[-1]
    banner = (
        len(above) == 1
        and len(last.cells) == len(header.cells)
        and any(not cell.strip() for cell in last.cells)
        and last.line + len(last.text.splitlines()) >= header.line
    )
    shown = tuple(" ".join(record.text.split())[:120] for record in above[:3])
    if banner:
        answer = questions.ask(
            Question(
                code="header_rows",
                question="The header seems to take 2 rows; the names of the columns stand on"
                f" line {header.line}. Is that right?",
                choices=("2", "1"),
                examples=shown,
            )
        )
        return answer != "1"
    answer = questions.ask(
        Question(
            code="preamble_skipped",
            question=f"The table seems to begin on line {header.line}. Skip what is above it?",
            choices=("skip", "keep"),
            examples=shown,
        )
    )
    return answer == "skip"


def _header(record: Record) -> Header:
    return Header(record.line, tuple(header_text(cell) for cell in record.cells), record)
