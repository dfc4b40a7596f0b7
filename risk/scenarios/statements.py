"""Statements of a TOML text, each with its line: read by tomllib, one statement at a time.

A reader of whole files names one mistake and no lines of values. Reading statement by statement
names all mistakes, each where it stands. Nested tables are not told apart here: what is more than
``key = value`` below ``[name]`` or ``[[name]]`` comes out as a value that no field has.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: A file longer than this is no scenario and no crisis.
MOST_CHARACTERS = 200_000
#: A value may go on for so many lines.
MOST_LINES = 60
_LIST_ENDS = {"[": "]", "{": "}"}
_LONG_TEXT = ('"""', "'''")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line \d+, column \d+|end of document)\)")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong on a line and what to write instead; ``key`` is what the line states."""

    line: int
    key: str = ""
    says: str

    def __str__(self) -> str:
        """Return the sentence with its place, as in “Line 7, severity: write a number”."""
        return f"Line {self.line}{f', {self.key}' if self.key else ''}: {self.says}"


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A value and the line on which its statement begins."""

    line: int
    value: Any


@dataclass(frozen=True, kw_only=True)
class Table:
    """What stands below a header, which is on ``line``; what stands above all has no name.

    ``name`` None: a header that could not be read. ``broken`` are keys whose lines cannot be read;
    with ``is_cut`` nothing after some line could be.
    """

    name: str | None
    line: int
    values: dict[str, Stated] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    is_cut: bool = False

    def lacks(self, key: str) -> bool:
        """Whether it states nothing of a key, not even what cannot be read."""
        return key not in self.values and key not in self.broken and not self.is_cut


def tables_of(
    text: str, examples: Mapping[str, str] | None = None
) -> tuple[tuple[Table, ...], tuple[Problem, ...]]:
    """Return the tables of a text, the one above all headers first, and what cannot be read.

    ``examples`` are values as they are written, by key, for what is said of a broken one.
    """
    if len(text) > MOST_CHARACTERS:
        says = f"a file may have {MOST_CHARACTERS:,} characters. Shorten it."
        return (Table(name="", line=1, is_cut=True),), (Problem(line=1, says=says),)
    tables, problems = [Table(name="", line=1)], []
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in line):
            problems.append(Problem(line=number, says="a character is broken; save as UTF-8."))
    for number, statement, error in _statements(lines):
        is_header = statement.lstrip().startswith("[")
        if error is not None:
            if is_header:
                says = "write a header as [[moment]], with two brackets on either side."
                problems.append(Problem(line=number, says=says))
                name = "moment" if "moment" in statement else None
                tables.append(Table(name=name, line=number))
            else:
                problems.append(_explained(number, statement, error, examples or {}))
                tables[-1].broken.add(problems[-1].key)
                is_cut = isinstance(error, _Endless)
                tables[-1] = replace(tables[-1], is_cut=is_cut or tables[-1].is_cut)
            continue
        for key, value in tomllib.loads(statement).items():
            if is_header:
                tables.append(Table(name=_name_of(key, value), line=number))
                if value == {} and key == "moment":
                    says = "write [[moment]], with two brackets: there may be several."
                    problems.append(Problem(line=number, says=says))
            elif key in tables[-1].values:
                first = tables[-1].values[key].line
                says = f"line {first} states it already. Keep one of the two."
                problems.append(Problem(line=number, key=key, says=says))
            else:
                tables[-1].values[key] = Stated(line=number, value=value)
    return tuple(tables), tuple(problems)


def _name_of(key: str, value: object) -> str:
    """The name of a table; one inside another is named with a point, which no table here has."""
    return key if value in ({}, [{}]) else f"{key}."


def _statements(lines: list[str]) -> Iterator[tuple[int, str, Exception | None]]:
    """Each statement with the number of its first line and, if it cannot be read, the reason."""
    place = 0
    while place < len(lines):
        size, error = _extent(lines, place)
        statement = "\n".join(lines[place : place + size])
        if error is not None or statement.strip():
            yield place + 1, statement, error
        if isinstance(error, _Endless):
            return
        place += size


class _Endless(ValueError):
    """A long text has no end, so that nothing after it can be told from it."""


def _extent(lines: list[str], place: int) -> tuple[int, Exception | None]:
    """How many lines the statement at a place has, and why it cannot be read."""
    first = lines[place]
    error = _refusal(first)
    if error is None:
        return 1, None
    value = first.partition("=")[2].lstrip()
    mark = value[:3] if value.startswith(_LONG_TEXT) else value[:1]
    end = mark if mark in _LONG_TEXT else _LIST_ENDS.get(mark)
    if end is None or (mark in _LONG_TEXT and mark in value[3:]):
        return 1, error
    for more in range(2, min(MOST_LINES, len(lines) - place) + 1):
        if end in lines[place + more - 1] and not _refusal("\n".join(lines[place : place + more])):
            return more, None
    return 1, _Endless(str(error)) if mark in _LONG_TEXT else error


def _refusal(statement: str) -> Exception | None:
    try:
        tomllib.loads(statement)
    except (ValueError, RecursionError) as error:
        return error
    return None


def _explained(
    number: int, statement: str, error: Exception, examples: Mapping[str, str]
) -> Problem:
    """Say in words what to write instead."""
    left, sign, right = statement.split("\n", 1)[0].partition("=")
    key, value = left.strip(), right.strip()
    named = key if _PLAIN_KEY.fullmatch(key) else ""
    if not sign:
        says = 'write key = value, such as title = "OpenAI ends"; a remark begins with #.'
    elif not named:
        says = "a key is one word of letters, such as title, on the left of the sign =."
    elif not value or value.startswith("#"):
        says = "write a value behind the sign =, or leave the line out."
    elif isinstance(error, _Endless):
        says = f"the text that begins here with {value[:3]} has no end. Close it the same way."
    elif _TIME.match(value):
        says = "write the time with seconds and zone: 2026-11-17T12:28:00-08:00, or Z for UTC."
    elif value[0] in "\u201c\u201d\u201e\u2018\u2019\u00ab":
        says = f'use straight quotation marks: {named} = "…".'
    elif value[0] in "\"'":
        says = f'text stands between two equal marks, and a mark inside it is \\": {named} = "…".'
    elif value[0] in _LIST_ENDS:
        says = f'a list stands between brackets, with commas: {named} = ["one", "two"].'
    elif value.casefold().rstrip(".") in ("true", "yes", "false", "no"):
        says = "write true or false, in small letters."
    elif value[0].isalpha() and not examples.get(named, '"').startswith(('"', "[")):
        says = f"write {named} = {examples[named]}, or another value written like that."
    elif value[0].isalpha():
        says = f'put text between quotation marks: {named} = "{_short(value)}".'
    elif value[0].isdigit() or value[0] in "+-.":
        says = f"write a number such as 0.5 or 14, not {_short(value)}."
    else:
        says = f"this cannot be read: {_PLACE.sub('', str(error))}."
    return Problem(line=number, key=named, says=says)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
