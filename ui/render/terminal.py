"""Output of a command: one JSON document for programs, tables of columns for people.

Answers go to standard output, everything said about them (progress, hints, errors) to standard
error, so that an answer can be piped.
"""

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from itertools import chain, islice
from operator import length_hint
from typing import TYPE_CHECKING, Any, Protocol

from ui.tables.column import Column, Record

if TYPE_CHECKING:
    from rich.console import RenderableType

Document = dict[str, Any]


class Report(Protocol):
    """Writes a share of work done, 0 to 1, to the reader."""

    def __call__(self, share: float, /) -> None:
        """Show that ``share`` of the work is done."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Which items of lists are wanted, from ``start`` on.

    ``most`` of a document that is a list; of one that holds lists ``inside`` of each that is
    longer than that, while shorter ones stay whole.
    """

    start: int = 0
    most: int
    inside: int


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How much of a list inside a document is shown; ``of`` None: nobody counted the whole."""

    shown: int
    of: int | None
    more: bool


@dataclass(kw_only=True)
class Heard:
    """What a command says to a program that runs it, instead of to a terminal.

    ``documents`` are plain; of one that is a list only the ``part`` that is wanted, and ``more``
    says whether items follow it. ``cuts`` are the lists inside a document of which there is a part
    alone, by their place (``portfolio.pairs``); lists inside items are whole. ``notes`` are the
    sentences beside it; ``report`` hears how far long work is.
    """

    part: Part | None = None
    report: Report | None = None
    documents: list[Any] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    cuts: dict[str, Cut] = field(default_factory=dict)

    def take(self, document: Any) -> None:
        """Keep a document, or the wanted part of a list or of the lists in it."""
        if self.part is None:
            self.documents.append(plain(document))
        elif _is_list(document):
            wanted = islice(document, self.part.start, self.part.start + self.part.most + 1)
            found = plain(list(wanted))
            self.more = len(found) > self.part.most
            self.documents.append(found[: self.part.most])
        else:
            self.documents.append(self._within(document, "", self.part))
            self.more = any(one.more for one in self.cuts.values())

    def _within(self, value: Any, place: str, part: Part) -> Any:
        """A plain document with the wanted part of every list in it that is a long one."""
        if is_dataclass(value):
            value = {one.name: getattr(value, one.name) for one in fields(value)}
        if isinstance(value, Mapping):
            names = {key: str(key) if _NAME.fullmatch(str(key)) else "*" for key in value}
            return {
                str(key): self._within(one, f"{place}.{names[key]}".lstrip("."), part)
                for key, one in value.items()
            }
        return self._part_of(value, place, part) if _is_list(value) else plain(value)

    def _part_of(self, value: Iterable[Any], place: str, part: Part) -> list[Any]:
        whole, items = length_hint(value, -1), iter(value)
        found = list(islice(items, part.inside + 1))
        if len(found) > part.inside:
            wanted = islice(chain(found, items), part.start, part.start + part.inside + 1)
            found = list(wanted)
            more = len(found) > part.inside
            found = found[: part.inside]
            self.cuts[place] = Cut(shown=len(found), of=None if whole < 0 else whole, more=more)
        kept: list[Any] = plain(found)
        return kept


#: A field of a document; other keys are names out of the data, which no sentence repeats.
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def _is_list(value: Any) -> bool:
    """Whether a value becomes a list in JSON."""
    is_one = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return is_one and not is_dataclass(value)


_HEARD: ContextVar[Heard | None] = ContextVar("heard_output", default=None)


@contextmanager
def heard_by(listener: Heard) -> Iterator[None]:
    """Let a program hear what commands print and say for a while, in this thread of work alone."""
    before = _HEARD.set(listener)
    try:
        yield
    finally:
        _HEARD.reset(before)


def plain(value: Any) -> Any:
    """Turn a result into what JSON knows: unknown and endless become None, dates ISO text.

    Dataclasses become objects by field name; mappings keep their keys as text.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return plain(value.item())  # a NumPy number


def print_json(document: Any) -> None:
    """Print exactly one JSON document on standard output.

    An iterator that is the document, or a value of it, is written item by item, so that a list of
    any length takes no room.
    """
    if (listener := _HEARD.get()) is not None:
        listener.take(document)
        return
    for piece in _pieces(document):
        sys.stdout.write(piece)
    sys.stdout.write("\n")


def _pieces(document: Any) -> Iterator[str]:
    """A document as text, piece by piece: the same text as of all of it at once."""
    if isinstance(document, Iterator):
        yield from _items(document, "")
        return
    if not (isinstance(document, dict) and document):
        yield _as_text(document)
        return
    before = "{\n  "
    for name, value in document.items():
        yield f"{before}{json.dumps(str(name), ensure_ascii=False)}: "
        before = ",\n  "
        if isinstance(value, Iterator):
            yield from _items(value, "  ")
        else:
            yield _as_text(value).replace("\n", "\n  ")
    yield "\n}"


def _items(values: Iterator[Any], indent: str) -> Iterator[str]:
    within = f"\n{indent}  "
    before = f"[{within}"
    for value in values:
        yield before + _as_text(value).replace("\n", within)
        before = f",{within}"
    yield "[]" if before.startswith("[") else f"\n{indent}]"


def _as_text(value: Any) -> str:
    # Line ends inside texts are escaped, so that those in the result are its own.
    return json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def print_tables(renderables: Iterable["RenderableType"]) -> None:
    """Print tables and sentences on standard output, as wide as the terminal or 160 in a pipe."""
    if _HEARD.get() is not None:
        return  # A program reads the document.
    from rich.console import Console

    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=160)
    for renderable in renderables:
        console.print(renderable)


def print_text(words: str) -> None:
    """Print a text that is the answer, such as a link, on standard output."""
    if (listener := _HEARD.get()) is not None:
        listener.take(words)
        return
    sys.stdout.write(words + "\n")


def say(sentence: str) -> None:
    """Print a sentence about the answer on standard error."""
    if (listener := _HEARD.get()) is not None:
        listener.notes.append(sentence)
        return
    sys.stderr.write(sentence + "\n")


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> "RenderableType":
    """Return a table whose cells are plain text; the columns named in ``right`` hold numbers."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    built = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        built.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        built.add_row(*(Text(cell) for cell in row))
    return built


def text(sentence: str) -> "RenderableType":
    """Return a sentence that is printed exactly as it is."""
    from rich.text import Text

    return Text(sentence)


@contextmanager
def progress(label: str, *, hidden: bool) -> Iterator[Report | None]:
    """Show a bar on standard error while something long runs; nothing when piped or ``hidden``."""
    if (listener := _HEARD.get()) is not None:
        yield listener.report
        return
    if hidden or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def printed(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    is_whole: Callable[[Record], bool] = lambda row: True,
) -> "RenderableType":
    """Return rows as a table for people; numbers stand on the right.

    Of a row that is not whole only what it has is shown, as it is.
    """
    return table(
        title,
        [one.label for one in columns],
        [
            [one.text(row) if is_whole(row) else row.get(one.key) or "" for one in columns]
            for row in rows
        ],
        right=[one.label for one in columns if one.unit.is_number],
    )


def print_table(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    as_json: bool,
    nothing: str = "",
) -> None:
    """Print rows as they are for a program, or as a table for people, who read why it is empty."""
    if as_json:
        print_json(rows)
        return
    found = list(rows)
    print_tables([printed(title, columns, found) if found or not nothing else text(nothing)])
