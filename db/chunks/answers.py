"""The answer about a portfolio as a document and columns, and back again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter

from risk.hazard.supply_chain import Endpoint
from risk.loss.answer import StartupAnswers, Sums
from risk.loss.changes import Before, coding_of
from risk.loss.columns import CaseColumns, DependencyColumns, StartupColumns
from risk.loss.columns import Columns as Register
from risk.loss.exposures import Exposures
from risk.loss.valuation import Members, Valuation
from risk.loss.valuing import Kept
from risk.loss.worlds import LARGE
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import Assessed, StartupTable, assessed_of
from risk.portfolio.structure import Dependences

_ANSWER = TypeAdapter(PortfolioAssessment)
_ENDPOINTS = TypeAdapter(tuple[Endpoint, ...])
#: Where a column comes from, in its name.
_TABLE, _ANSWERS, _DEPENDENCE = "table.", "answers.", "dependence."
#: What no reader of an answer needs; a later answer builds on it.
STATE = "state."
#: Which of it, and of the answer, is the register as it was read.
REGISTER = (
    *(f"{_TABLE}{name}" for name in ("names", "sectors", "questions")),
    *(f"{STATE}{name}" for name in ("marks", "empty", "countries", "endpoints")),
    *(f"{STATE}firms.{one.name}" for one in fields(StartupColumns)),
    *(f"{STATE}cases.{one.name}" for one in fields(CaseColumns)),
    *(f"{STATE}links.{one.name}" for one in fields(DependencyColumns)),
)
_SHAPE = b"shape"
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")

Columns = Mapping[str, bytes]


def document_of(whole: PortfolioAssessment) -> str:
    """The answer as JSON, without what is in columns."""
    content = _ANSWER.dump_python(replace(whole, startups=(), dependence=()), mode="json")
    return json.dumps(content)


def columns_of_answer(whole: PortfolioAssessment) -> dict[str, bytes]:
    """The answer's columns as compressed Arrow files, by name.

    Of more than LARGE startups, figures are kept in single precision: a relative error of 1e-7.

    Raises:
        TypeError: the startups or the dependence of the answer are not columns.
    """
    if not isinstance(whole.startups, Assessed) or not isinstance(whole.dependence, Dependences):
        raise TypeError("Only an answer that was worked out in columns can be kept.")
    table, dependence = whole.startups.table, whole.dependence
    single = len(table) > LARGE
    found = {
        **_named(_TABLE, table),
        **_named(_ANSWERS, table.answers),
        **_named(_DEPENDENCE, dependence),
        f"{_DEPENDENCE}pairs": [text for pair in dependence.pairs for text in pair],
    }
    for name in (f"{_TABLE}answers", f"{_DEPENDENCE}names"):
        del found[name]
    return {name: _file(one, single) for name, one in found.items() if one is not None}


def state_columns(found: Valuation) -> dict[str, bytes]:
    """What a later answer builds on, as compressed Arrow files by name; of a large portfolio only.

    A smaller one is valued anew as fast.
    """
    if len(found.members) <= LARGE:
        return {}
    sums = found.answer.sums
    state = {
        f"{STATE}coding": [coding_of(found.book)],
        **_named(f"{STATE}exposures.", found.book.exposures),
        **_named(f"{STATE}firms.", found.columns.startups),
        **_named(f"{STATE}cases.", found.columns.cases),
        **_named(f"{STATE}links.", found.columns.dependencies),
        f"{STATE}countries": list(found.columns.countries),
        f"{STATE}endpoints": [_ENDPOINTS.dump_json(found.columns.endpoints).decode()],
        f"{STATE}empty": found.members.empty,
        f"{STATE}marks": found.members.marks,
        **_named(f"{STATE}sums.", sums),
        **_named(f"{STATE}kept.", sums.kept),
    }
    del state[f"{STATE}sums.kept"]
    return {name: _file(one, single=False) for name, one in state.items() if one is not None}


def register_from(columns: Columns) -> tuple[Members, Register] | None:
    """The startups and their columns as they were read for an answer; None: they have no marks."""
    if f"{STATE}marks" not in columns:
        return None

    def part(kind: type, prefix: str) -> Any:
        return kind(**{one.name: _read(columns[f"{prefix}{one.name}"]) for one in fields(kind)})

    members = Members(
        names=_read(columns[f"{_TABLE}names"]),
        sectors=_read(columns[f"{_TABLE}sectors"]),
        questions=_read(columns[f"{_TABLE}questions"]),
        empty=_read(columns[f"{STATE}empty"]),
        marks=_read(columns[f"{STATE}marks"]),
    )
    return members, Register(
        countries=tuple(_read(columns[f"{STATE}countries"])),
        endpoints=_ENDPOINTS.validate_json(_read(columns[f"{STATE}endpoints"])[0]),
        startups=part(StartupColumns, f"{STATE}firms."),
        cases=part(CaseColumns, f"{STATE}cases."),
        dependencies=part(DependencyColumns, f"{STATE}links."),
    )


def before_from(columns: Columns) -> Before | None:
    """What :func:`state_columns` kept, with the answers about startups beside it; None: nothing."""
    if not {f"{STATE}coding", f"{STATE}marks"} <= set(columns):
        return None

    def part(kind: type, prefix: str) -> dict[str, Any]:
        names = [f"{prefix}{one.name}" for one in fields(kind)]
        return {
            name.removeprefix(prefix): _read(columns[name]) for name in names if name in columns
        }

    kept = Kept(**part(Kept, f"{STATE}kept."))
    return Before(
        coding=_read(columns[f"{STATE}coding"])[0],
        marks=_read(columns[f"{STATE}marks"]),
        exposures=Exposures(**part(Exposures, f"{STATE}exposures.")),
        startups=StartupAnswers(**part(StartupAnswers, _ANSWERS)),
        sums=Sums(**part(Sums, f"{STATE}sums."), kept=kept),
    )


def answer_from_columns(document: str, columns: Columns) -> PortfolioAssessment:
    """The answer that a document and columns were made of."""
    read = {name: _read(content) for name, content in columns.items()}

    def part(kind: type, prefix: str) -> dict[str, Any]:
        names = [one.name for one in fields(kind)]
        return {name: read.get(prefix + name) for name in names}

    answers = StartupAnswers(**part(StartupAnswers, _ANSWERS))
    table = StartupTable(**part(StartupTable, _TABLE) | {"answers": answers})
    pairs = read[f"{_DEPENDENCE}pairs"]
    dependence = Dependences(
        **part(Dependences, _DEPENDENCE)
        | {"pairs": tuple(zip(pairs[::2], pairs[1::2], strict=True)), "names": table.names}
    )
    whole = _ANSWER.validate_json(document)
    return replace(whole, startups=Assessed(table), dependence=dependence)


def columns_of_startups(whole: PortfolioAssessment) -> dict[str, bytes]:
    """Names, expected losses and parts of the tail of an answer's startups, as Arrow files by name.

    Raises:
        TypeError: the startups of the answer are not columns.
    """
    table = assessed_of(whole).table
    found = {"names": table.names, "aal_usd": table.answers.mean, "tvar95_usd": table.tail}
    return {name: _file(one, single=len(table) > LARGE) for name, one in found.items()}


def startups_from(columns: Columns) -> dict[str, Any]:
    """What :func:`columns_of_startups` kept, by name."""
    return {name: _read(content) for name, content in columns.items()}


def _named(prefix: str, columns: Any) -> dict[str, Any]:
    return {f"{prefix}{one.name}": getattr(columns, one.name) for one in fields(columns)}


def _file(values: Any, single: bool) -> bytes:
    """One column as an Arrow file."""
    shape = None
    if isinstance(values, np.ndarray):
        shape = values.shape
        flat = values.ravel()
        if single and flat.dtype == np.float64:
            flat = flat.astype(np.float32)
        array = pa.array(flat)
    else:
        array = values.values if isinstance(values, Texts) else pa.array(values)
    field = pa.field("values", array.type)
    marks = {} if shape is None else {_SHAPE: json.dumps(shape).encode()}
    schema = pa.schema([field], metadata=marks)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema, options=_COMPRESSED) as writer:
        writer.write_batch(pa.record_batch([array], schema=schema))
    return bytes(sink.getvalue().to_pybytes())


def _read(content: bytes) -> Any:
    table = pa.ipc.open_file(pa.py_buffer(content)).read_all()
    values = table.column(0)
    marks = table.schema.metadata or {}
    if _SHAPE in marks:
        # Loops are compiled for arrays that may be written on; those of Arrow may not.
        array: NDArray[Any] = np.require(values.to_numpy(), requirements="W")
        return array.reshape(json.loads(marks[_SHAPE]))
    return Texts(values.combine_chunks())


class Texts(Sequence[Any]):
    """Texts, or tuples of texts, in the room that they take in a file; made when they are read."""

    def __init__(self, values: pa.Array) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(_plain(one) for one in self.values[place].to_pylist())
        return _plain(self.values[int(place)].as_py())

    def __iter__(self) -> Any:
        return (_plain(one) for one in self.values.to_pylist())


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
