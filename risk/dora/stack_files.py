"""Files of many registers, read as one table of columns for each of eight tables.

A register comes as a package (zip, zip of zips, unpacked folder), as plain CSV tables, or as a part
of stacked tables: CSV or Parquet with one column more that says which register a row is from. All
of them end in the same columns. A register that cannot be read is left out with a sentence.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from risk.dora.packages import INDICATORS, PARAMETERS, Register, named_facts
from risk.dora.schema import COLUMNS
from risk.inventory.formats.archives import open_archive
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.refusals import FileRefused

#: The columns that the oversight reads, by table; every other table and column is left alone.
READ: Mapping[str, tuple[str, ...]] = {
    "B_01.01": ("c0010", "c0060"),
    "B_01.02": ("c0010", "c0020", "c0040", "c0090", "c0110"),
    "B_02.01": ("c0010", "c0050"),
    "B_02.02": (
        *("c0010", "c0020", "c0030", "c0040", "c0050", "c0060"),
        *("c0080", "c0140", "c0170", "c0180"),
    ),
    "B_05.01": (
        *("c0010", "c0020", "c0030", "c0040", "c0050", "c0060"),
        *("c0080", "c0110", "c0120"),
    ),
    "B_05.02": ("c0010", "c0020", "c0030", "c0040", "c0050"),
    "B_06.01": ("c0010", "c0040", "c0050", "c0100"),
    "B_07.01": (
        *("c0010", "c0020", "c0030", "c0040", "c0050", "c0060"),
        *("c0080", "c0090", "c0100", "c0110"),
    ),
}
#: Registers of a whole supervisor are larger than an inventory.
STACK_LIMITS = replace(
    LIMITS,
    file_bytes=1024**3,
    records=5_000_000,
    unpacked_bytes=2 * 1024**3,
    archive_members=100_000,
)
#: How a stack may call the column that names the register, if several columns are no codes.
REGISTER_COLUMNS = ("register", "package", "filer", "entity", "lei", "entity_id")
_TABLE = re.compile(r"(?:(?P<folder>.*)/)?(?P<name>b_\d\d\.\d\d)\.(?P<kind>csv|parquet)", re.I)
_PARAMETERS = re.compile(r"(?:(?P<folder>.*)/)?parameters\.(?P<kind>csv|parquet)", re.I)
_CODE = re.compile(r"c?(\d{4})", re.I)
_MARK = b"\xef\xbb\xbf"
_ZIP = b"PK"
_REGISTER = "register"
#: How deep packages may lie in archives: a zip of zips.
_DEPTH = 2


@dataclass(frozen=True, kw_only=True)
class RegisterSource:
    """One register as it was named: who filed it, for which day, in which currency.

    ``filer`` is empty and ``day`` None where nothing says. ``scope`` is CON, IND or empty.
    ``digest`` is that of its tables; a stack's parts have none.
    """

    name: str
    filer: str = ""
    scope: str = ""
    day: date | None = None
    currency: str = "EUR"
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A register or file that was not counted, and why, in a sentence."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class StackedFiles:
    """Eight tables of many registers, with the number of its register beside every row.

    ``tables`` have the columns of :data:`READ` as text and ``register`` as a whole number, the
    place in ``registers``. ``repeated`` counts packages that came twice to the byte.
    """

    registers: tuple[RegisterSource, ...]
    tables: Mapping[str, pa.Table]
    left_out: tuple[LeftOut, ...]
    repeated: int
    nameless_rows: int


def read_files(
    files: Iterable[tuple[str, bytes] | Register], *, limits: Limits = STACK_LIMITS
) -> StackedFiles:
    """The registers in files by path, or already read, whatever their form and number.

    Raises:
        FileRefused: no register could be read; the sentence says why.
    """
    reader = _Reader(limits)
    loose: dict[str, bytes] = {}
    for one in files:
        if isinstance(one, Register):
            reader.register(one)
            continue
        path, data = one
        if data[:2] == _ZIP:
            reader.archive(path, data)
        else:
            loose[path] = data
    reader.group("", loose)
    found = reader.result()
    if not found.registers:
        first = next(iter(found.left_out), None)
        raise FileRefused(
            "unsupported_type",
            f"{first.name}: {first.why}"
            if first
            else "No register of information was found: name packages, or tables such as"
            " b_02.02.csv.",
        )
    return found


@dataclass
class _Reader:
    """Registers as they are found, one after the other."""

    limits: Limits
    sources: list[RegisterSource] = field(default_factory=list)
    #: Stacks name a register in every table; a package has none to share with others.
    stacked: dict[str, int] = field(default_factory=dict)
    stack_facts: dict[int, dict[str, str]] = field(default_factory=dict)
    parts: dict[str, list[tuple[pa.Table, np.ndarray]]] = field(
        default_factory=lambda: {table: [] for table in READ}
    )
    left_out: list[LeftOut] = field(default_factory=list)
    #: Registers of stacks with a row that cannot be read, and why.
    spoilt: dict[str, str] = field(default_factory=dict)
    digests: set[str] = field(default_factory=set)
    repeated: int = 0
    nameless: int = 0
    #: Bytes that came out of archives so far: many small ones can hold as much as one large one.
    unpacked: int = 0

    def archive(self, path: str, data: bytes, depth: int = 0) -> None:
        """A package, several in folders, stacked tables, or a zip of any of these."""
        try:
            archive = open_archive(data, self.limits)
            files = {}
            for name in archive.names:
                if name.lower().endswith(".zip"):
                    if depth < _DEPTH:
                        self.archive(name, self.within(archive.read(name)), depth + 1)
                    else:
                        self.leave_out(name, "It lies too deep in archives: unpack it first.")
                elif _TABLE.fullmatch(name) or _PARAMETERS.fullmatch(name):
                    files[name] = self.within(archive.read(name))
        except FileRefused as refused:
            self.leave_out(path, str(refused))
            return
        if not self.group(path, files) and not any(
            name.lower().endswith(".zip") for name in archive.names
        ):
            self.leave_out(path, "It holds no table of a register, such as b_02.02.csv.")

    def within(self, data: bytes) -> bytes:
        """What came out of an archive, unless all of them together hold too much."""
        self.unpacked += len(data)
        if self.unpacked > self.limits.unpacked_bytes:
            raise FileRefused(
                "archive_too_large",
                f"Together the files unpack to more than {self.limits.unpacked_bytes // 1024**2}"
                " MB. Send fewer registers at once.",
            )
        return data

    def register(self, register: Register) -> None:
        """A register that was read before."""
        files = {f"{table.lower()}.csv": one.source for table, one in register.tables.items()}
        if PARAMETERS in register.parts:
            files["parameters.csv"] = register.parts[PARAMETERS]
        name = register.folder.rpartition("/")[2] or register.file_name or "register"
        self.package(name, files)

    def group(self, path: str, files: Mapping[str, bytes]) -> bool:
        """Tables by path: those of one folder are a register, unless a column names registers."""
        folders: dict[str, dict[str, bytes]] = {}
        for name, data in files.items():
            found = _TABLE.fullmatch(name) or _PARAMETERS.fullmatch(name)
            if found is None:
                if not name.rpartition("/")[2].casefold().startswith(_BESIDE):
                    self.leave_out(name, _NO_TABLE)
                continue
            folder = (found["folder"] or "").removesuffix("reports").rstrip("/")
            folders.setdefault(folder, {})[name] = data
        for folder, members in folders.items():
            if not any(_TABLE.fullmatch(name) for name in members):
                continue
            try:
                is_stack = any(
                    _register_column(_header(name, data)) is not None
                    for name, data in members.items()
                    if _TABLE.fullmatch(name)
                )
            except FileRefused as refused:
                self.leave_out(folder or path or "The tables", str(refused))
                continue
            if is_stack:
                self.stack(members)
            else:
                inside = folder.rpartition("/")[2]
                named = inside if named_facts(inside) or not path else path.rpartition("/")[2]
                self.package(named or inside or "register", members)
        return bool(folders)

    def package(self, name: str, files: Mapping[str, bytes]) -> None:
        """One register of its own."""
        tables: dict[str, tuple[str, bytes]] = {}
        parameters: dict[str, str] = {}
        for path, data in sorted(files.items()):
            found = _TABLE.fullmatch(path)
            if found is None:
                parameters = _parameters(data)
            elif (table := found["name"].upper()) in READ:
                tables.setdefault(table, (path, data))
        digest = sha256()
        for table, (_, data) in sorted(tables.items()):
            digest.update(f"{table} {len(data)} ".encode() + data)
        digest.update(json.dumps(sorted(parameters.items())).encode())
        if digest.hexdigest() in self.digests:
            self.repeated += 1
            return
        try:
            if "B_02.02" not in tables and "B_01.02" not in tables:
                raise FileRefused("missing_columns", _NO_USE)
            read = {
                table: _table(table, path, data, self.limits)
                for table, (path, data) in tables.items()
            }
        except FileRefused as refused:
            self.leave_out(name, str(refused))
            return
        self.digests.add(digest.hexdigest())
        number = len(self.sources)
        source = _source(name.removesuffix(".zip"), parameters, read.get("B_01.01"))
        self.sources.append(replace(source, digest=digest.hexdigest()))
        for table, rows in read.items():
            self.add(table, rows, np.full(rows.num_rows, number, dtype=np.int32))

    def stack(self, files: Mapping[str, bytes]) -> None:
        """Tables of many registers; one that cannot be read is left out as a whole."""
        for path, data in sorted(files.items()):
            found = _TABLE.fullmatch(path)
            if found is None:
                self.stacked_parameters(path, data)
                continue
            table = found["name"].upper()
            if table not in READ:
                continue
            try:
                header = _header(path, data)
                column = _register_column(header)
                if column is None:
                    raise FileRefused("missing_columns", _NO_REGISTER_COLUMN)
                spoilt: list[str] = []
                rows = _table(table, path, data, self.limits, column, spoilt)
            except FileRefused as refused:
                self.leave_out(path.rpartition("/")[2], str(refused))
                continue
            self.spoil(path, header, column, spoilt)
            numbers = self.numbers(rows[_REGISTER])
            known = numbers >= 0
            self.nameless += int((~known).sum())
            rows = rows.drop_columns([_REGISTER])
            if not known.all():
                rows, numbers = rows.filter(pa.array(known)), numbers[known]
            self.add(table, rows, numbers)
            if table == "B_01.01":
                self.maintainers(rows, numbers)

    def spoil(self, path: str, header: list[str], column: str, rows: list[str]) -> None:
        """Leave out the registers of rows that cannot be read."""
        place = header.index(column)
        for text in rows:
            cells = next(csv.reader([text]), [])
            name = cells[place].strip() if place < len(cells) else ""
            if name:
                self.spoilt.setdefault(name, str(_unreadable(path)))
            else:
                self.nameless += 1

    def stacked_parameters(self, path: str, data: bytes) -> None:
        """Base currencies and days of stacked registers: register, name, value."""
        try:
            rows = _cells(path, data)
        except FileRefused as refused:
            self.leave_out(path.rpartition("/")[2], str(refused))
            return
        for row in rows[1:]:
            if len(row) == 3 and row[0].strip():
                self.stack_facts.setdefault(self.numbered(row[0].strip()), {})[row[1]] = row[2]

    def numbers(self, names: pa.ChunkedArray) -> np.ndarray:
        """The number of the register of each row; -1 where none is named."""
        coded = pc.dictionary_encode(pc.fill_null(names, "")).combine_chunks()
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.chunk(0) if coded.num_chunks else pa.DictionaryArray.from_arrays([], [])
        known = [str(name).strip() for name in coded.dictionary.to_pylist()]
        place = np.array([self.numbered(name) if name else -1 for name in known], dtype=np.int32)
        return place[coded.indices.to_numpy(zero_copy_only=False)] if len(place) else place

    def numbered(self, name: str) -> int:
        """The number of a stacked register, a new one at its first row."""
        if name not in self.stacked:
            self.stacked[name] = len(self.sources)
            named = named_facts(name)
            is_lei = re.fullmatch(r"[A-Z0-9]{18}\d\d", name.upper())
            self.sources.append(
                RegisterSource(
                    name=name,
                    filer=named.lei if named else name.upper() if is_lei else "",
                    scope=named.scope if named else "",
                    day=named.day if named else None,
                )
            )
        return self.stacked[name]

    def maintainers(self, rows: pa.Table, numbers: np.ndarray) -> None:
        """Who filed each stacked register, for which day."""
        filers, days = rows["c0010"].to_pylist(), rows["c0060"].to_pylist()
        for number, filer, day in zip(numbers.tolist(), filers, days, strict=True):
            one = self.sources[number]
            self.sources[number] = replace(
                one,
                filer=one.filer or (filer or "").strip().upper(),
                day=one.day or day_of(day or ""),
            )

    def add(self, table: str, rows: pa.Table, numbers: np.ndarray) -> None:
        """Keep the rows of a table."""
        self.parts[table].append((rows, numbers))

    def leave_out(self, name: str, why: str) -> None:
        """Note what is not counted."""
        self.left_out.append(LeftOut(name=name.rpartition("/")[2] or name, why=why))

    def result(self) -> StackedFiles:
        """All of it, registers in the order of their names, whatever the order they came in."""
        sources = list(self.sources)
        for number, given in self.stack_facts.items():
            sources[number] = _stated(sources[number], given)
        for name, why in self.spoilt.items():
            self.leave_out(name, why)
        out = {self.stacked[name] for name in self.spoilt if name in self.stacked}
        kept = [at for at in range(len(sources)) if at not in out]
        order = sorted(kept, key=lambda at: (sources[at].name, sources[at].digest))
        place = np.full(len(sources), -1, dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        tables = {}
        for table, parts in self.parts.items():
            rows = [part for part, _ in parts] or [_empty(table)]
            numbers = [one for _, one in parts] or [np.zeros(0, dtype=np.int32)]
            merged, of = pa.concat_tables(rows), np.concatenate(numbers)
            of = place[of] if len(of) else of
            merged = merged.append_column(_REGISTER, pa.array(of, type=pa.int32()))
            tables[table] = merged.filter(pa.array(of >= 0)) if out else merged
        return StackedFiles(
            registers=tuple(sources[at] for at in order),
            tables=tables,
            left_out=tuple(sorted(self.left_out, key=lambda one: (one.name, one.why))),
            repeated=self.repeated,
            nameless_rows=self.nameless,
        )


#: Files of a package that hold no table.
_BESIDE = ("report", "filingindicators", "footnotes", "parameters", ".")
_NO_TABLE = "It is no table of a register: tables are called b_02.02.csv or b_02.02.parquet."
_NO_USE = "It has neither entities (B_01.02) nor contracts by function (B_02.02)."
_NO_REGISTER_COLUMN = (
    "It lacks the column that says which register a row is from: add one called register."
)


def day_of(text: str) -> date | None:
    """A day as yyyy-mm-dd; None for anything else."""
    text = text.strip()
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _source(
    name: str, parameters: Mapping[str, str], maintainer: pa.Table | None
) -> RegisterSource:
    named = named_facts(name)
    first = {}
    if maintainer is not None and maintainer.num_rows:
        first = {code: (maintainer[code][0].as_py() or "").strip() for code in ("c0010", "c0060")}
    source = _stated(RegisterSource(name=name), parameters)
    return replace(
        source,
        filer=(named.lei if named else "") or source.filer or first.get("c0010", "").upper(),
        scope=(named.scope if named else "") or source.scope,
        day=source.day or (named.day if named else None) or day_of(first.get("c0060", "")),
    )


def _stated(source: RegisterSource, parameters: Mapping[str, str]) -> RegisterSource:
    """What a package's parameters say of it."""
    lei, _, scope = parameters.get("entityID", "").removeprefix("rs:").partition(".")
    currency = parameters.get("baseCurrency", "").rpartition(":")[2].strip().upper()
    return replace(
        source,
        filer=lei.strip().upper() or source.filer,
        scope=scope if scope in ("CON", "IND") else source.scope,
        day=day_of(parameters.get("refPeriod", "")) or source.day,
        currency=currency or source.currency,
    )


def _parameters(data: bytes) -> dict[str, str]:
    try:
        rows = _cells(INDICATORS, data)
    except FileRefused:
        return {}
    return {row[0].strip(): row[1].strip() for row in rows[1:] if len(row) == 2}


def _cells(path: str, data: bytes) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(_text(data).decode())) if row]
    except csv.Error:
        raise _unreadable(path) from None


def _text(data: bytes) -> bytes:
    """UTF-8 without a mark; what is no UTF-8 is read as Windows-1252, as for one register."""
    data = data.removeprefix(_MARK)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").encode()
    return data


def _unreadable(path: str) -> FileRefused:
    return FileRefused(
        "missing_columns",
        f"{path.rpartition('/')[2]} cannot be read as a table: a row has more or fewer cells than"
        " the header, or a quote never ends. Export the register again.",
    )


def _header(path: str, data: bytes) -> list[str]:
    """The names of a table's columns; codes as c0010."""
    if path.lower().endswith(".parquet"):
        names = _parquet(path, data).schema_arrow.names
    else:
        names = _first_line(data)[0]
    return [f"c{found[1]}" if (found := _CODE.fullmatch(one.strip())) else one for one in names]


def _first_line(data: bytes) -> tuple[list[str], str, int]:
    """The first line's cells, what parts them, and where the next line begins."""
    start = len(_MARK) if data.startswith(_MARK) else 0
    end = next((at for at in (data.find(b"\n", start), data.find(b"\r", start)) if at >= 0), -1)
    line = data[start : end if end >= 0 else len(data)].decode("utf-8", "replace").strip("\r\n")
    parted = ";" if ";" in line and "," not in line else ","
    cells = next(csv.reader([line], delimiter=parted), [])
    return cells, parted, end + 1 if end >= 0 else len(data)


def _register_column(header: list[str]) -> str | None:
    """The column that names the register; None in a table of one register."""
    others = [one for one in header if not _CODE.fullmatch(one.strip())]
    if len(others) == len(header):
        return None
    for wanted in REGISTER_COLUMNS:
        for one in others:
            if one.strip().casefold() == wanted:
                return one
    return others[0] if len(others) == 1 and others[0].strip() and len(header) > 1 else None


def _parquet(path: str, data: bytes) -> pq.FileMetaData:
    try:
        return pq.ParquetFile(pa.BufferReader(data))
    except (pa.ArrowException, OSError):
        raise FileRefused(
            "corrupt_archive", f"{path.rpartition('/')[2]} is no Parquet file: write it once more."
        ) from None


def _table(
    table: str,
    path: str,
    data: bytes,
    limits: Limits,
    register: str | None = None,
    spoilt: list[str] | None = None,
) -> pa.Table:
    """The wanted columns of a table as text, with the column that names its register.

    Rows with more or fewer cells than the header go to ``spoilt``; without it they refuse the file.
    """
    header = _header(path, data)
    if any(one.strip().casefold() == "datapoint" for one in header):
        raise FileRefused(
            "missing_columns",
            f"{path.rpartition('/')[2]} lists data points instead of a table. Export the register"
            " as tables with the codes c0010, c0020 and so on in the first line.",
        )
    if not any(one in COLUMNS[table] for one in header):
        raise FileRefused(
            "missing_columns",
            f"{path.rpartition('/')[2]} has no column of {table}: its first line must hold codes"
            " such as c0010.",
        )
    names = _once(_as_corrected(table, header))
    wanted = [*READ[table], *([register] if register else [])]
    if path.lower().endswith(".parquet"):
        rows = _read_parquet(path, data, names, wanted, limits)
    else:
        rows = _read_csv(path, data, names, wanted, spoilt)
    if rows.num_rows > limits.records:
        raise FileRefused(
            "archive_too_large",
            f"{path.rpartition('/')[2]} has more than {limits.records:,} rows. Send fewer"
            " registers at once.",
        )
    columns = {code: rows[code] if code in rows.column_names else None for code in READ[table]}
    if register:
        columns[_REGISTER] = rows[register]
    return pa.table(
        {
            name: pa.nulls(rows.num_rows, pa.string()) if column is None else column
            for name, column in columns.items()
        }
    )


def _as_corrected(table: str, header: list[str]) -> list[str]:
    """B_06.01 as the corrigendum has it: its codes began ten lower in the first publication."""
    if table != "B_06.01" or "c0110" not in header or "c0050" in header:
        return header
    moved = {f"c{code:04}": f"c{code - 10:04}" for code in range(60, 120, 10)}
    return [moved.get(code, code) for code in header]


def _once(header: list[str]) -> list[str]:
    """Every name once: the first of two alike counts."""
    seen: set[str] = set()
    names = []
    for at, one in enumerate(header):
        names.append(f"{one} {at}" if one in seen else one)
        seen.add(one)
    return names


def _read_csv(
    path: str, data: bytes, names: list[str], wanted: list[str], spoilt: list[str] | None
) -> pa.Table:
    def leave(row: pa_csv.InvalidRow) -> str:
        if spoilt is None:
            return "error"
        spoilt.append(row.text)
        return "skip"

    _, parted, start = _first_line(data)
    body = _text(data[start:])
    present = [one for one in wanted if one in names]
    if not body.strip():
        return pa.table({one: pa.array([], pa.string()) for one in present})
    try:
        return pa_csv.read_csv(
            pa.BufferReader(body),
            read_options=pa_csv.ReadOptions(
                column_names=names, use_threads=len(body) > 1 << 22, block_size=1 << 22
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=parted, newlines_in_values=True, invalid_row_handler=leave
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=present,
                column_types=dict.fromkeys(present, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowException:
        raise _unreadable(path) from None


def _read_parquet(
    path: str, data: bytes, names: list[str], wanted: list[str], limits: Limits
) -> pa.Table:
    file = _parquet(path, data)
    groups = [file.metadata.row_group(at) for at in range(file.metadata.num_row_groups)]
    if sum(one.total_byte_size for one in groups) > limits.unpacked_bytes:
        raise FileRefused(
            "archive_too_large",
            f"{path.rpartition('/')[2]} unpacks to more than"
            f" {limits.unpacked_bytes // 1024**2} MB. Send fewer registers at once.",
        )
    written = dict(zip(names, file.schema_arrow.names, strict=True))
    present = [one for one in wanted if one in written]
    try:
        rows = file.read(columns=[written[one] for one in present])
        texts = {one: pc.cast(rows[written[one]], pa.string()) for one in present}
    except (pa.ArrowException, OSError):
        raise _unreadable(path) from None
    return pa.table(texts)


def _empty(table: str) -> pa.Table:
    return pa.table({code: pa.array([], pa.string()) for code in READ[table]})
