"""Tables of a provider's past: three that are recognised by their headers, cell by cell.

Two are those in which Chu, Talluri, Lu and Iosup (ICPE 2025) published three providers' pages:

* **incident stages**: an id, an impact level, one 0/1 column for each service, and the moments at
  which an incident was said to be investigated, identified, monitored and resolved;
* **uptime days**: a day, a service, and its minutes of partial and of major outage.

The third is the one that the program **exports**, read back as the incidents that it was made of:
it names every incident's provider and source, so nothing is added to it. Where one line is wrong
the whole file is refused, with every problem by line.
"""

import csv
import io
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeVar

from risk.hazard.incidents.gathering import LONGEST_NAME, LeftOut, in_order, provider_name
from risk.hazard.incidents.records import (
    FileFormat,
    HistoryFile,
    Incident,
    IncidentLevel,
    ServiceDay,
    SkippedRow,
    SkipReason,
    problem,
)
from risk.inventory.formats.marked_text import COLUMN as MARKED
from risk.inventory.formats.marked_text import MARK
from risk.inventory.intake_results import Problem

Value = TypeVar("Value")
#: Of the exported table.
COLUMNS = "provider services reference level title started_at resolved_at source".split()
_LEVELS = dict(enumerate(IncidentLevel))
#: In place of a moment that is missing, in a row that is refused.
_FLAGS = {"0": False, "0.0": False, "1": True, "1.0": True}
_NEVER = datetime.min.replace(tzinfo=UTC)
_MINUTES_IN_LONGEST_DAY = 25 * 60
_STAGES = ("investigating", "identified", "monitoring", "resolved")
#: What tells each published table from every other one.
_SIGNATURES: dict[FileFormat, frozenset[str]] = {
    FileFormat.INCIDENT_STAGES: frozenset(
        {"incident_id", *(f"{stage}_timestamp" for stage in _STAGES)}
    ),
    FileFormat.UPTIME_DAYS: frozenset(
        {"Date", "Service", "partial_outage_minutes", "major_outage_minutes"}
    ),
}
#: Columns of the table of incidents that are no service.
_NOT_A_SERVICE = frozenset(
    "incident_id incident_title incident_impact_level incident_color provider start_timestamp"
    " close_timestamp time_span over_one_day".split()
) | {
    f"{stage}_{part}"
    for stage in (*_STAGES, "postmortem")
    for part in ("flag", "timestamp", "description")
}


@dataclass
class Row:
    """One record of the table: its line, its cells by header, and what is wrong with them."""

    line: int
    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """The cell, or None if it is empty or the table has no such column."""
        return self.cells.get(column, "").strip() or None

    def required(self, column: str, *, otherwise: str | None = None) -> str:
        """The cell, or ``otherwise``; a problem if there is neither, or it is no name."""
        text = self.text(column) or otherwise
        if text is None:
            self.wrong("missing_value", column, None, f"write the {column} of this row.")
        elif len(text) > LONGEST_NAME:
            sentence = f"write at most {LONGEST_NAME} characters, not {len(text)}."
            self.wrong("too_long", column, f"{text[:40]}…", sentence)
        return text or ""

    def moment(self, column: str) -> datetime | None:
        """A moment such as ``2024-02-26 17:09:00+00:00``, in UTC; None if the cell is empty."""
        form = "a moment as 2024-02-26 17:09:00+00:00"
        moment = self._read(column, datetime.fromisoformat, "bad_moment", form, None)
        if moment is None or moment.tzinfo is not None:
            return moment and moment.astimezone(UTC)
        text = self.text(column)
        sentence = f"add the time zone to {text!r}, for instance {text}+00:00 for UTC."
        self.wrong("no_time_zone", column, text, sentence)
        return None

    def day(self, column: str) -> date:
        """A day such as ``2024-06-01``."""
        self.required(column)
        return self._read(column, date.fromisoformat, "bad_date", "a day as 2024-06-01", date.min)

    def minutes(self, column: str) -> float:
        """Minutes within a day."""
        self.required(column)
        form = "the minutes of outage on that day, from 0 to 1440"
        return self._read(column, _minutes, "bad_minutes", form, -1.0)

    def flag(self, column: str) -> bool:
        """Whether a cell says 1, or 1.0 as tools write it; an empty one or 0 does not."""
        return self._read(column, _FLAGS.__getitem__, "bad_flag", "1 or 0", False)

    def level(self, column: str) -> IncidentLevel | None:
        """An impact level: 0 none, 1 minor, 2 major, 3 critical, 4 maintenance, or the word."""
        form = "an impact level from 0 (none) to 4 (maintenance)"
        return self._read(column, _level, "bad_level", form, None)

    def _read(
        self, column: str, parse: Callable[[str], Value], code: str, form: str, otherwise: Value
    ) -> Value:
        """The cell as ``parse`` reads it; ``otherwise`` if it is empty or has another form."""
        text = self.text(column)
        if text is None:
            return otherwise
        try:
            return parse(text)
        except (KeyError, ValueError):
            self.wrong(code, column, text, f"write {form}, not {text!r}.")
            return otherwise

    def wrong(self, code: str, column: str, value: str | None, sentence: str) -> None:
        """Note what is wrong with a cell, and what to write instead."""
        message = f"Line {self.line}, {column}: {sentence}"
        self.problems.append(problem(code, message, line=self.line, column=column, value=value))

    def unmarked(self) -> "Row":
        """The row without the apostrophes that keep a spreadsheet from running its texts."""
        marked = (self.text(MARKED) or "").split()
        cells = {
            name: cell.removeprefix(MARK) if name in marked else cell
            for name, cell in self.cells.items()
        }
        return Row(self.line, cells, self.problems)


def _minutes(text: str) -> float:
    minutes = float(text)
    if not 0 <= minutes <= _MINUTES_IN_LONGEST_DAY:
        raise ValueError(text)
    return minutes


def _level(text: str) -> IncidentLevel:
    number = text.removesuffix(".0")
    return _LEVELS[int(number)] if number.isdecimal() else IncidentLevel(text.lower())


class NotATable(Exception):
    """The bytes are no table of text; the message says what to do."""


def rows_of(data: bytes) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The header of a comma-separated table, and its records one by one.

    Raises:
        NotATable: the bytes are not UTF-8, empty, or no CSV (the last also while iterating).
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable("The file is not UTF-8 text. Save it as CSV in UTF-8.") from None
    if "\x00" in text:
        raise NotATable("The file holds zero bytes, so it is no plain text. Save it as CSV.")
    rows = _records(text)
    header = next(rows, (1, []))[1]
    names = tuple(cell.strip() for cell in header)
    if not any(names):
        raise NotATable("The file is empty.")
    if len(set(names)) < len(names) or max(map(len, names)) > LONGEST_NAME:
        raise NotATable("The header names a column twice, or one is longer than 200 characters.")
    return names, (_row(line, cells, names) for line, cells in rows if any(map(str.strip, cells)))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise NotATable(f"The file is no CSV: {error}, on line {line}.") from None


def _row(line: int, cells: Sequence[str], header: Sequence[str]) -> Row:
    row = Row(line, dict(zip(header, cells, strict=False)))
    if len(cells) != len(header):
        sentence = f"Line {line} has {len(cells)} cells where the header has {len(header)}."
        row.problems.append(problem("wrong_width", sentence, line=line))
    return row


class _Read(NamedTuple):
    """What a row says, what makes it the same as another one, and how to name it."""

    what: Incident | ServiceDay
    key: Hashable
    column: str
    name: str


def read_table(
    data: bytes, *, provider: str | None = None, file_format: FileFormat | None = None
) -> HistoryFile:
    """Read one of the three tables; ``file_format`` None: the one whose columns it has.

    Raises:
        NotATable: the bytes are no table, or its columns are those of none.
    """
    header, rows = rows_of(data)
    if set(COLUMNS) <= set(header):
        return _result(FileFormat.DOWNSTREAM, list(rows), _exported)
    recognised = _recognise(header, file_format if file_format in _SIGNATURES else None)
    services = [name for name in header if name and name.casefold() not in _NOT_A_SERVICE]

    def read(row: Row) -> _Read:
        if recognised is FileFormat.UPTIME_DAYS:
            return _uptime_day(row, provider)
        return _staged(row, services, provider)

    return _result(recognised, list(rows), read)


def _recognise(header: Sequence[str], wanted: FileFormat | None) -> FileFormat:
    """The table whose columns the header has. Raises NotATable with what is missing."""
    for file_format, columns in _SIGNATURES.items():
        if wanted in (None, file_format) and columns <= set(header):
            return file_format
    if wanted is not None:
        missing = ", ".join(sorted(_SIGNATURES[wanted] - set(header)))
        raise NotATable(f"The file is no table of {wanted.value}: it lacks {missing}.")
    raise NotATable(
        "The file is neither a table of incident stages (incident_id, investigating_timestamp, "
        "identified_timestamp, monitoring_timestamp, resolved_timestamp) nor one of uptime days "
        "(Date, Service, partial_outage_minutes, major_outage_minutes)."
    )


def _result(
    file_format: FileFormat, rows: Sequence[Row], read: Callable[[Row], _Read]
) -> HistoryFile:
    """What the rows say, or every problem; of rows that say the same the first one is kept."""
    kept: dict[Hashable, Incident | ServiceDay] = {}
    skipped: list[SkippedRow] = []
    for row in rows:
        found = read(row)
        if row.problems:
            continue
        incident = found.what if isinstance(found.what, Incident) else None
        try:
            if incident and file_format is FileFormat.INCIDENT_STAGES:
                in_order(_stamps(row))
            earlier = kept.setdefault(found.key, found.what)
            if earlier is found.what:
                continue
            if earlier != found.what:
                sentence = f"{found.name} stands twice and says two things. Keep one."
                row.wrong("contradiction", found.column, found.name, sentence)
                continue
            raise LeftOut("repeats an earlier row", SkipReason.REPEATED)
        except LeftOut as error:
            reference = incident.reference if incident else ""
            skipped.append(
                SkippedRow(
                    line=row.line,
                    reference=reference,
                    reason=error.reason,
                    message=f"Line {row.line}: {reference or 'the row'} {error}.",
                    incident=incident,
                )
            )
    problems = tuple(one for row in rows for one in row.problems)
    if not rows:
        sentence = "The file has a header and nothing below it."
        problems = (problem("no_records", sentence, line=1),)
    if problems:
        return HistoryFile(format=file_format, rows=len(rows), problems=problems)
    return HistoryFile(
        format=file_format,
        rows=len(rows),
        incidents=tuple(one for one in kept.values() if isinstance(one, Incident)),
        service_days=tuple(one for one in kept.values() if isinstance(one, ServiceDay)),
        skipped=tuple(skipped),
    )


def _stamps(row: Row) -> list[tuple[str, datetime]]:
    """The stages that the row has moments of."""
    stamps = ((stage, row.moment(f"{stage}_timestamp")) for stage in _STAGES)
    return [(stage, stamp) for stage, stamp in stamps if stamp is not None]


def _staged(row: Row, services: Sequence[str], provider: str | None) -> _Read:
    told = dict(_stamps(row))
    resolved = told.get("resolved")
    first_word = [stamp for stage, stamp in told.items() if stage != "resolved"]
    if not told and not row.problems:
        row.required("resolved_timestamp")
    incident = Incident(
        provider=provider_name(row.required("provider", otherwise=provider)),
        services=tuple(name for name in services if row.flag(name)),
        reference=row.required("incident_id"),
        level=row.level("incident_impact_level"),
        title=row.text("Incident_Title"),
        started_at=min(first_word, default=resolved or _NEVER),
        # Only the word that it is over was published, afterwards: its length is unknown.
        resolved_at=resolved if first_word else None,
        source=FileFormat.INCIDENT_STAGES.value,
    )
    return _Read(incident, incident.reference, "incident_id", incident.reference)


def _uptime_day(row: Row, provider: str | None) -> _Read:
    day = ServiceDay(
        provider=provider_name(row.required("provider", otherwise=provider)),
        service=row.required("Service"),
        day=row.day("Date"),
        partial_minutes=row.minutes("partial_outage_minutes"),
        major_minutes=row.minutes("major_outage_minutes"),
        source=FileFormat.UPTIME_DAYS.value,
    )
    key = (day.provider, day.service.casefold(), day.day)
    return _Read(day, key, "Date", f"{day.service} {day.day}")


def _exported(marked: Row) -> _Read:
    row = marked.unmarked()
    started = row.moment("started_at")
    if started is None and not row.problems:
        row.required("started_at")
    incident = Incident(
        provider=row.required("provider"),
        services=tuple(name for name in (row.text("services") or "").split("; ") if name),
        reference=row.required("reference"),
        level=row.level("level"),
        title=row.text("title"),
        started_at=started or _NEVER,
        resolved_at=row.moment("resolved_at"),
        source=row.required("source"),
    )
    # Whatever the table holds was exported from a store, which keeps every incident once.
    return _Read(incident, row.line, "reference", incident.reference)
