"""Reading single cells of a table of incidents, noting what is wrong instead of stopping."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from risk.hazard.incidents.records import IncidentLevel
from risk.inventory.intake_results import Problem

#: How providers are spelled in published files, without blanks and in lower case.
_PROVIDERS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "claude": "Anthropic",
    "character": "Character.AI",
    "characterai": "Character.AI",
    "character.ai": "Character.AI",
}
_LEVELS = dict(enumerate(IncidentLevel))
_MINUTES_IN_LONGEST_DAY = 25 * 60
#: As long as a name may be.
_LONGEST_NAME = 200


def is_known_spelling(text: str) -> bool:
    """Whether published files spell one of the providers so."""
    return "".join(text.casefold().split()) in _PROVIDERS


def provider_name(text: str) -> str:
    """The name that the catalogue uses, for the spellings of published files; else the text."""
    return _PROVIDERS.get("".join(text.casefold().split()), text.strip())


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
            self._wrong("missing_value", column, None, f"write the {column} of this row.")
        elif len(text) > _LONGEST_NAME:
            sentence = f"write at most {_LONGEST_NAME} characters, not {len(text)}."
            self._wrong("too_long", column, f"{text[:40]}…", sentence)
        return text or ""

    def moment(self, column: str) -> datetime | None:
        """A moment such as ``2024-02-26 17:09:00+00:00``, in UTC; None if the cell is empty."""
        text = self.text(column)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            form = "write a moment as 2024-02-26 17:09:00+00:00"
            self._wrong("bad_moment", column, text, f"{form}, not {text!r}.")
            return None
        if moment.tzinfo is None:
            sentence = f"add the time zone to {text!r}, for instance {text}+00:00 for UTC."
            self._wrong("no_time_zone", column, text, sentence)
            return None
        return moment.astimezone(UTC)

    def day(self, column: str) -> date:
        """A day such as ``2024-06-01``."""
        text = self.required(column)
        try:
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self._wrong("bad_date", column, text, f"write a day as 2024-06-01, not {text!r}.")
            return date.min

    def minutes(self, column: str) -> float:
        """Minutes within a day."""
        text = self.required(column)
        try:
            minutes = float(text)
        except ValueError:
            minutes = -1.0
        if text and not 0 <= minutes <= _MINUTES_IN_LONGEST_DAY:
            sentence = f"write the minutes of outage on that day, from 0 to 1440, not {text!r}."
            self._wrong("bad_minutes", column, text, sentence)
        return minutes

    def flag(self, column: str) -> bool:
        """Whether a cell says 1; an empty one or 0 does not."""
        text = self.text(column) or "0"
        if text not in ("0", "1"):
            self._wrong("bad_flag", column, text, f"write 1 or 0, not {text!r}.")
        return text == "1"

    def level(self, column: str) -> IncidentLevel | None:
        """An impact level: 0 none, 1 minor, 2 major, 3 critical, 4 maintenance, or the word."""
        text = self.text(column)
        if text is None:
            return None
        try:
            return _LEVELS[int(text)] if text.isdecimal() else IncidentLevel(text.lower())
        except (KeyError, ValueError):
            sentence = f"write an impact level from 0 (none) to 4 (maintenance), not {text!r}."
            self._wrong("bad_level", column, text, sentence)
            return None

    def _wrong(self, code: str, column: str, value: str | None, sentence: str) -> None:
        message = f"Line {self.line}, {column}: {sentence}"
        self.problems.append(
            Problem(code=code, line=self.line, column=column, value=value, message=message)
        )


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
    if len(set(names)) < len(names) or max(map(len, names)) > _LONGEST_NAME:
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
        row.problems.append(
            Problem(code="wrong_width", line=line, column=None, value=None, message=sentence)
        )
    return row
