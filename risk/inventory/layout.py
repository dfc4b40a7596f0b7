"""Layout of a table in text: its delimiter, the rows above it, and its header.

A header may take two rows: ``Company,,Vendor,`` over ``Name,Country,Name,Purpose`` names four
columns: Company Name, Country, Vendor Name and Purpose. Merged cells leave all but their first cell
empty.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from risk.inventory.columns import REQUIRED, header_key, header_text
from risk.inventory.mapping import (
    CONSTANT,
    ColumnMap,
    Columns,
    known_headers,
    map_columns,
    turned_to,
)
from risk.inventory.refusals import Context, FileRefused, Questions
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


#: "Vendor information" over "Name" is the vendor's name.
_ABOUT = re.compile(r"\s*\b(?:information|info|details?|data|section|angaben|informations)\b", re.I)


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
    start, sample = text.lstrip()[:400].casefold(), text[:20_000].casefold()
    page = start.startswith(_MARKUP) or _is_tagged(text)
    json = start.startswith(("{", "["))
    if (page or json) and _INCIDENTS.search(sample):
        raise FileRefused(
            "not_csv",
            "This looks like the incidents of a status page, not like an inventory of who depends"
            " on whom. Import it into the incident history instead.",
        )
    if page:
        beginning = text[:200_000].casefold()
        login = "password" in beginning or "sign in" in beginning
        what = "a web page with a sign-in form" if login else "a web page or XML document"
        raise FileRefused(
            "not_csv",
            f"This is {what}, not a table. Sign in where the inventory is kept, export it as CSV"
            " and upload that.",
        )
    if json and ":" in start:
        if "cyclonedx" in sample:
            raise FileRefused(
                "unsupported_type",
                "This is a CycloneDX JSON document. Export its services as a table, one line for"
                " each service, and upload that as CSV.",
            )
        raise FileRefused(
            "not_csv", "This is JSON, not a table. Export the inventory as CSV and upload that."
        )


def _is_tagged(text: str) -> bool:
    """Whether most of the first lines begin with a tag, the first among them."""
    lines = [line.strip() for line in text[:20_000].splitlines() if line.strip()][:20]
    tagged = [_TAG.match(line) is not None for line in lines]
    return bool(lines) and tagged[0] and 2 * sum(tagged) > len(lines)


def find_delimiter(text: str, chosen: Columns | None) -> str:
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


def required_columns_in(records: Sequence[Record], chosen: Columns | None) -> int:
    """How many required columns the best header among the first ``records`` has."""
    return max((_required_found(record, chosen) for record in records[:_HEADER_WITHIN]), default=0)


def _required_found(record: Record, chosen: Columns | None) -> int:
    """How many required columns the record has if it is the header; constants do not count."""
    if record.fault:
        return 0
    columns = _columns_of([header_text(cell) for cell in record.cells], chosen)
    return sum(column in columns.positions for column in REQUIRED) if columns else 0


def _columns_of(header: Sequence[str], chosen: Columns | None) -> ColumnMap | None:
    """The columns of what may be a header, by what fits of the choice; None if none can be."""
    keys = set(map(header_key, header))
    fitting = {
        key: value
        for key, value in turned_to(header, chosen).items()
        if key.startswith(CONSTANT) or header_key(key) in keys
    }
    try:
        return map_columns(header, fitting)
    except FileRefused:
        return None


def find_header(records: Sequence[Record], context: Context) -> Header:
    """The header among the first ``records`` (blank ones left out).

    It is the first record unless that lacks a required column and a later one has more of them;
    then the reader is asked whether the rows above are to be skipped. Two rows may be one header,
    which is asked as well. Raises :class:`FileRefused` (``not_csv``) if there is no table at all.
    """
    first, chosen, questions = records[0], context.chosen, context.questions
    two_rows = _two_row_header(records[:2], questions, chosen)
    if two_rows is not None:
        return two_rows
    found = [_required_found(record, chosen) for record in records[:_HEADER_WITHIN]]
    best = found.index(max(found))
    if found[best] > found[0]:
        if _skip_rows_above(records[:best], records[best], questions):
            return _header(records[best])
    elif _is_title(records[:2]):
        if _skip_rows_above(records[:1], records[1], questions):
            return _header(records[1])
    elif found[0] == 0 and all(len(record.cells) < 2 for record in records):
        raise FileRefused(
            "not_csv",
            "The file has a single column whose header we do not know, so it is no table of"
            " startups and providers. Give it a header line such as startup,provider.",
            line=first.line,
            value=first.text,
        )
    return _header(first)


def _is_title(records: Sequence[Record]) -> bool:
    """Whether the first of two rows is one cell, merged or not, over a row of names."""
    if len(records) < 2 or any(record.fault for record in records):
        return False
    over, names = (
        [header_key(cell) for cell in record.cells if header_text(cell)] for record in records
    )
    merged = len(over) == 1 or (len(over) > 2 and len(set(over)) == 1)
    wordy = all(any(map(str.isalpha, name)) for name in names)
    return merged and len(names) > 2 and len(set(names)) == len(names) and wordy


def _header(record: Record) -> Header:
    return Header(record.line, tuple(header_text(cell) for cell in record.cells), record)


def _two_row_header(
    records: Sequence[Record], questions: Questions, chosen: Columns | None
) -> Header | None:
    """The header that the first two rows make together, if the reader agrees."""
    if len(records) < 2 or any(record.fault for record in records):
        return None
    above, below = records
    names = _names_of_two_rows(above.cells, below.cells, chosen)
    if names is None:
        return None
    answer = questions.ask(
        "header_rows",
        f"The header seems to take 2 rows, lines {above.line} and {below.line}, read together as:"
        f" {', '.join(names)[:200]}. Is that right?",
        ("2", "1"),
        map(_shown, records),
    )
    return None if answer == "1" else Header(below.line, names, replace(below, cells=names))


def _shown(record: Record) -> str:
    return " ".join(record.text.split())[:120]


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
    if banner:
        answer = questions.ask(
            "header_rows",
            "The header seems to take 2 rows; the names of the columns stand on line"
            f" {header.line}. Is that right?",
            ("2", "1"),
            map(_shown, above),
        )
        return answer != "1"
    answer = questions.ask(
        "preamble_skipped",
        f"The table seems to begin on line {header.line}. Skip what is above it?",
        ("skip", "keep"),
        map(_shown, above[:3]),
    )
    return answer == "skip"


def _names_of_two_rows(
    above: Sequence[str], below: Sequence[str], chosen: Columns | None
) -> tuple[str, ...] | None:
    """The columns' names if the two rows are one header, else None.

    They are if the upper row has empty cells, the lower row has none but under a name of its own
    (a cell merged downwards), neither is a header by itself, and together they name the required
    columns and half of all columns or more.
    """
    own = [header_text(cell) for cell in above]
    subs = [header_text(cell) for cell in below]
    if len(own) != len(subs) or all(own) or sum(map(bool, subs)) < 2:
        return None
    if not all(sub or name for sub, name in zip(subs, own, strict=True)):
        return None
    # An empty cell was merged with what stands before it.
    groups: Iterator[str] = accumulate(own, lambda before, cell: cell or before)
    names = tuple(_name(group, sub, subs) for group, sub in zip(groups, subs, strict=True))
    if len(set(map(header_key, names))) < len(names) or _all_required(subs, chosen):
        return None
    known = sum(header_key(name) in known_headers() for name in names)
    return names if 2 * known >= len(names) and _all_required(names, chosen) else None


def _name(group: str, sub: str, subs: Sequence[str]) -> str:
    if not sub:
        return group
    together = f"{_ABOUT.sub('', group)} {sub}".strip()
    if header_key(together) in known_headers() or subs.count(sub) > 1:
        return together
    return sub


def _all_required(names: Sequence[str], chosen: Columns | None) -> bool:
    """Whether the required columns are among ``names``, or given by the reader."""
    columns = _columns_of(names, chosen)
    return columns is not None and not columns.missing
