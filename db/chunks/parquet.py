"""A portfolio as a folder of Parquet files, one a part: what a cluster reads without a store.

A file has a row for each startup, with its use cases and their dependencies nested in it; money is
in USD, as the model reads it, drills and agreements included.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq

from db.chunks.sources import Inputs, Parted
from db.errors import StoreError
from db.register.loss_columns import Read
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.loss.valuation import valuation_of

#: Says what the folder holds; its presence says that all parts were written.
MARKS = "portfolio.json"
FORMAT = 1


class NoParts(StoreError):
    """The folder does not hold a whole portfolio in parts."""


@dataclass(frozen=True)
class ParquetPart:
    """The startups in one file."""

    path: str

    def records(self) -> tuple[Startup, ...]:
        """Read them as records.

        Raises:
            NoParts: the file is missing or is not one of ours.
        """
        try:
            rows = pq.read_table(self.path).to_pylist()
            return tuple(_startup(row) for row in rows)
        except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
            raise _unreadable(self.path, error) from None

    def read(self, inputs: Inputs) -> Read:
        """Read them as columns, in the order of their names.

        Raises:
            NoParts: the file is missing or is not one of ours.
        """
        found = valuation_of(
            Portfolio(name=self.path, startups=self.records()),
            catalog=inputs.catalog,
            assumptions=inputs.assumptions,
            today=inputs.today,
        )
        return Read(members=found.members, columns=found.columns, asked=found.asked)


def write_parts(parts: Iterable[tuple[Startup, ...]], portfolio: Portfolio, folder: Path) -> int:
    """Write parts one after the other into a new folder; return how many startups they hold.

    Of ``portfolio`` only name and marks are kept.

    Raises:
        NoParts: the folder holds something already, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NoParts(f"{folder} is not empty. Name a new folder.")
        startups = 0
        for number, part in enumerate(parts):
            table = pa.Table.from_pylist([_row(one) for one in part], schema=_SCHEMA)
            pq.write_table(table, folder / f"part-{number:05}.parquet")
            startups += len(part)
        marks = {
            "format": FORMAT,
            "portfolio": portfolio.name,
            "invented": portfolio.invented,
            "startups": startups,
        }
        (folder / MARKS).write_text(json.dumps(marks, ensure_ascii=False), encoding="utf-8")
    except OSError as error:
        raise NoParts(f"{folder} cannot be written: {error.strerror}.") from None
    return startups


def parquet_parts(folder: Path) -> Parted:
    """The parts in a folder, which workers must see under the same path.

    Raises:
        NoParts: they are not all there, are not ours, or of another version.
    """
    try:
        marks = json.loads((folder / MARKS).read_text(encoding="utf-8"))
        known = marks["format"] == FORMAT
        portfolio = Portfolio(name=marks["portfolio"], startups=(), invented=marks["invented"])
    except (OSError, ValueError, KeyError, TypeError):
        raise NoParts(
            f"{folder} holds no whole portfolio in parts: {MARKS} is missing or damaged. Write "
            "the parts again with “downstream parts”."
        ) from None
    if not known:
        raise NoParts(f"{folder} was written by another version of Downstream. Write it again.")
    paths = sorted(folder.glob("part-*.parquet"))
    parts = tuple(ParquetPart(str(path.resolve())) for path in paths)
    return Parted(
        portfolio=portfolio, parts=parts, startups=sum(_rows_in(part.path) for part in parts)
    )


def _rows_in(path: str) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> NoParts:
    return NoParts(
        f"{path} cannot be read as a part of a portfolio ({type(error).__name__}). "
        "Write the parts again with “downstream parts”."
    )


def _arrow_type(hint: Any) -> pa.DataType:
    """The column type of a field; every field may be unknown."""
    if isinstance(hint, UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return pa.string()
    if get_origin(hint) is Mapping:
        return pa.map_(*map(_arrow_type, get_args(hint)))
    simple = {"str": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
    return {**simple, "date": pa.date32()}[hint.__name__]


def _columns(record: type, *, nested: Mapping[str, pa.DataType]) -> list[pa.Field]:
    hints = get_type_hints(record)
    return [
        pa.field(one.name, nested.get(one.name) or _arrow_type(hints[one.name]))
        for one in fields(record)
    ]


_DEPENDENCY = pa.struct(_columns(Dependency, nested={}))
_USE_CASE = pa.struct(_columns(UseCase, nested={"dependencies": pa.list_(_DEPENDENCY)}))
_SCHEMA = pa.schema(_columns(Startup, nested={"use_cases": pa.list_(_USE_CASE)}))


def _row(startup: Startup) -> dict[str, Any]:
    row = asdict(startup)
    return row | {name: list(row[name].items()) for name in _MAPS}


def _startup(row: dict[str, Any]) -> Startup:
    cases = tuple(
        UseCase(
            **_known(UseCase, case),
            dependencies=tuple(
                Dependency(**_known(Dependency, one)) for one in case["dependencies"]
            ),
        )
        for case in row["use_cases"]
    )
    facts: dict[str, Any] = {name: dict(row[name]) for name in _MAPS}
    return Startup(**_known(Startup, row), use_cases=cases, **facts)


def _known(record: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record that are no records themselves, with words of closed lists as such."""
    lists = _CLOSED[record]
    return {
        name: lists[name](value) if name in lists and value is not None else value
        for name, value in row.items()
        if name not in ("use_cases", "dependencies", *_MAPS)
    }


def _closed_lists(record: type) -> dict[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for name, hint in get_type_hints(record).items():
        for one in (hint, *get_args(hint)):
            if isinstance(one, type) and issubclass(one, StrEnum):
                found[name] = one
    return found


_CLOSED: dict[type, dict[str, type[StrEnum]]] = {
    one: _closed_lists(one) for one in (Startup, UseCase, Dependency)
}
#: Fields of a startup that hold something for each of its facts.
_MAPS = tuple(name for name, hint in get_type_hints(Startup).items() if get_origin(hint) is Mapping)
