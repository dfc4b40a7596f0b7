"""Packages of a register: the zip that came, its parts, and the zip that is filed.

A package is one folder with ``META-INF/reportPackage.json`` and ``reports/``: fifteen tables as
CSV, ``report.json``, ``parameters.csv``, ``FilingIndicators.csv``. Plain CSV is the tables alone.
Structure as in the EBA's sample package and filing rules, read through public tools.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from risk.dora.schema import TABLES, file_of
from risk.dora.tables import (
    Change,
    Table,
    changed,
    empty_table,
    has_old_numbers,
    in_current_numbers,
    read_table,
    with_header,
    written,
)
from risk.inventory.formats.archives import open_archive
from risk.inventory.limits import LIMITS, Limits
from risk.inventory.refusals import FileRefused

#: The package's module, and the entry point that its report extends where no other is stated.
MODULE, FRAMEWORK = "DORA010100", "DORA"
ENTRY_POINT = "http://www.eba.europa.eu/eu/fr/xbrl/crr/fws/dora/4.0/mod/dora.json"
REPORT_PACKAGE = "META-INF/reportPackage.json"
REPORT, PARAMETERS = "reports/report.json", "reports/parameters.csv"
INDICATORS, FOOT_NOTES = "reports/FilingIndicators.csv", "reports/FootNotes.csv"
_PACKAGE_TYPE = "https://xbrl.org/report-package/2023"
_REPORT_TYPE = "https://xbrl.org/2021/xbrl-csv"
_TABLE = re.compile(r"(?:(?P<folder>.*)/)?(?P<name>b_\d\d\.\d\d)\.csv", re.IGNORECASE)
_NAME = re.compile(
    r"(?P<lei>[A-Z0-9]{20})\.(?P<scope>CON|IND)_(?P<country>[A-Z]{2})_(?P<module>[A-Z0-9]+)"
    r"_DORA_(?P<day>\d{4}-\d\d-\d\d)_(?P<made>\d{17})"
)
#: Every file of a package of the same content has the same bytes.
_ZIP_DAY = (2020, 1, 1, 0, 0, 0)
SCOPES = ("CON", "IND")
#: Rows of a register are so alike that they pack far smaller than an inventory does.
REGISTER_LIMITS = replace(LIMITS, unpacked_bytes=256 * 1024 * 1024, unpacked_ratio=5_000)


@dataclass(frozen=True, kw_only=True)
class FilingFacts:
    """Who files what for which day. ``scope``: consolidated (CON) or one entity alone (IND).

    ``day`` is the reference date. Monetary cells are in ``currency``, as precise as ``decimals``
    says (-3: thousands). Empty or None: not stated yet.
    """

    lei: str = ""
    scope: str = ""
    country: str = ""
    day: date | None = None
    currency: str = "EUR"
    decimals: int = -3
    entry_point: str = ENTRY_POINT

    @property
    def missing(self) -> tuple[str, ...]:
        """What must be stated before a package can be named."""
        asked = {
            "LEI of the filer": self.lei,
            "consolidated or individual": self.scope,
            "country of the authority": self.country,
            "reference date": self.day,
        }
        return tuple(name for name, value in asked.items() if not value)


@dataclass(frozen=True)
class Register:
    """A register: its tables by name, and the other files of its package by path in its folder.

    ``folder`` is the folder in the zip, ``file_name`` the zip's own name. ``twice`` are tables of
    which the zip holds a second file (it is in ``parts``), ``stray`` files that stand outside of
    the folder. ``paths`` says where in the zip a table stood.
    """

    tables: Mapping[str, Table]
    parts: Mapping[str, bytes] = field(default_factory=dict)
    folder: str = ""
    file_name: str = ""
    twice: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """A table by its name; an empty one where it is absent."""
        return self.tables.get(name) or empty_table(name)

    @cached_property
    def is_package(self) -> bool:
        """Did it come with the files that make a package, not as plain tables?"""
        return REPORT_PACKAGE in self.parts or REPORT in self.parts

    @cached_property
    def facts(self) -> FilingFacts:
        """What the package says of itself: its parameters and name, and else its tables."""
        return _facts_of(self)


def read_register(data: bytes, *, file_name: str, limits: Limits = REGISTER_LIMITS) -> Register:
    """The register in a zip, as it is: what is wrong with it is for the lint to say.

    Raises:
        FileRefused: the zip is unsafe, too large or damaged, holds no table of a register, or holds
            facts as a list of data points instead of tables.
    """
    archive = open_archive(data, limits)
    read = {name: archive.read(name) for name in archive.names}
    return register_of_files(read, file_name=file_name)


def register_of_files(files: Mapping[str, bytes], *, file_name: str) -> Register:
    """The register in files by path. Raises :class:`FileRefused` as :func:`read_register`."""
    found = {name: match for name in files if (match := _TABLE.fullmatch(name))}
    tables: dict[str, Table] = {}
    paths: dict[str, str] = {}
    twice: list[str] = []
    folders: dict[str, int] = {}
    # Of two files of a table the one under the right name is read.
    for path, match in sorted(found.items(), key=lambda one: (one[1]["name"].isupper(), one[0])):
        name = match["name"].upper()
        if name not in TABLES:
            continue
        parent = match["folder"] or ""
        folders[parent] = folders.get(parent, 0) + 1
        if name in tables:
            twice.append(name)
            continue
        table = read_table(name, files[path])
        if "datapoint" in {code.casefold() for code in table.header}:
            raise FileRefused(
                "missing_columns",
                f"{path} lists data points (datapoint, factValue) instead of a table. Export the"
                " register as tables with the codes c0010, c0020 and so on in the first line.",
            )
        tables[name], paths[name] = table, path
    if not tables:
        raise FileRefused(
            "unsupported_type",
            "The archive holds no table of a register of information: files such as b_02.02.csv.",
        )
    parent = max(folders, key=lambda one: folders[one])
    folder = parent.removesuffix("reports").rstrip("/")
    prefix = f"{folder}/" if folder else ""
    kept = set(paths.values())
    parts: dict[str, bytes] = {}
    stray: list[str] = []
    for path, data in files.items():
        if path in kept:
            continue
        inside = path.startswith(prefix)
        parts[path.removeprefix(prefix) if inside else f"../{path}"] = data
        if not inside:
            stray.append(path)
    return Register(tables, parts, folder, file_name, tuple(twice), tuple(stray), paths)


def with_changes(register: Register, changes: Sequence[Change]) -> Register:
    """The register after changes: the tables that they name are rewritten, all others as before.

    Changes name columns by today's numbers, so a B_06.01 with old ones gets today's.
    """
    by_table: dict[str, list[Change]] = {}
    for one in changes:
        by_table.setdefault(one.table, []).append(one)
    tables = {name: in_current_numbers(table) for name, table in register.tables.items()}
    for name, its in by_table.items():
        tables[name] = changed(tables.get(name) or empty_table(name), its)
    return replace(register, tables=tables)


def named_facts(name: str) -> FilingFacts | None:
    """What the name of a package says; None for another name."""
    match = _NAME.fullmatch(name.removesuffix(".zip"))
    if match is None or (day := _day(match["day"])) is None:
        return None
    return FilingFacts(lei=match["lei"], scope=match["scope"], country=match["country"], day=day)


def package_name(facts: FilingFacts, made_at: datetime) -> str:
    """The name of a package, without ``.zip``; ``made_at`` is to the millisecond."""
    made = made_at.strftime("%Y%m%d%H%M%S") + f"{made_at.microsecond // 1000:03}"
    day = facts.day.isoformat() if facts.day else ""
    return f"{facts.lei}.{facts.scope}_{facts.country}_{MODULE}_{FRAMEWORK}_{day}_{made}"


def parameters_of(register: Register) -> dict[str, str]:
    """Name → value of the package's parameters; empty where there are none or none can be read."""
    return {row[0]: row[1] for row in part_rows(register, PARAMETERS)[1:] if len(row) == 2}


def part_rows(register: Register, path: str) -> list[list[str]]:
    """The rows of a part that is CSV, its header too; none where it is absent or no CSV."""
    return _csv_rows(register.parts.get(path, b""))


def entry_point_of(register: Register) -> str:
    """The entry point that the package's report extends; empty where none can be read."""
    return _entry_point(register.parts.get(REPORT, b""))


def is_report_package(data: bytes) -> bool:
    """Does this file say that it stands in a report package?"""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return False
    info = said.get("documentInfo") if isinstance(said, dict) else None
    return isinstance(info, dict) and info.get("documentType") == _PACKAGE_TYPE


def _csv_rows(data: bytes) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if row]
    except (UnicodeDecodeError, csv.Error):
        return []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _facts_of(register: Register) -> FilingFacts:
    named = named_facts(register.folder.rpartition("/")[2]) or named_facts(register.file_name)
    facts = named or FilingFacts()
    given = parameters_of(register)
    entity, _, scope = given.get("entityID", "").removeprefix("rs:").partition(".")
    maintainer = register.table("B_01.01")
    first = maintainer.rows[0] if maintainer.rows else None

    def of_maintainer(column: str) -> str:
        return maintainer.cell(first, column) if first else ""

    currency = given.get("baseCurrency", "").rpartition(":")[2]
    decimals = given.get("decimalsMonetary", "")
    return FilingFacts(
        lei=facts.lei or entity or of_maintainer("c0010"),
        scope=facts.scope or (scope if scope in SCOPES else ""),
        country=facts.country or of_maintainer("c0030").rpartition(":")[2],
        day=_day(given.get("refPeriod", "")) or facts.day or _day(of_maintainer("c0060")),
        currency=currency or "EUR",
        decimals=int(decimals) if re.fullmatch(r"-?\d", decimals) else -3,
        entry_point=_entry_point(register.parts.get(REPORT, b"")) or ENTRY_POINT,
    )


def _entry_point(report: bytes) -> str:
    try:
        extends = json.loads(report)["documentInfo"]["extends"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return str(extends[0]) if isinstance(extends, list) and extends else ""


def report_package_json() -> bytes:
    """The file that says that this is a report package."""
    return _json({"documentInfo": {"documentType": _PACKAGE_TYPE}})


def report_json(facts: FilingFacts) -> bytes:
    """The file that says of which taxonomy the tables are."""
    said = {"documentType": _REPORT_TYPE, "extends": [facts.entry_point]}
    return _json({"documentInfo": said})


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()


def parameters_csv(facts: FilingFacts) -> bytes:
    """Who files for which day, in which currency and how precisely."""
    rows = {
        "name": "value",
        "entityID": f"rs:{facts.lei}.{facts.scope}",
        "refPeriod": facts.day.isoformat() if facts.day else "",
        "baseCurrency": f"iso4217:{facts.currency}",
        "decimalsInteger": "0",
        "decimalsMonetary": str(facts.decimals),
    }
    return "".join(f"{name},{value}\r\n" for name, value in rows.items()).encode()


def indicators_csv() -> bytes:
    """Every table is reported, one without rows too."""
    rows = ["templateID,reported", *(f"{table},true" for table in TABLES)]
    return "".join(f"{row}\r\n" for row in rows).encode()


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A package that can be filed: its name and its files by path, and what was left out of it."""

    name: str
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]

    def zipped(self) -> bytes:
        """The zip, with everything in one folder of its name."""
        return zip_of({f"{self.name}/{path}": data for path, data in self.files.items()})


def filed(register: Register, facts: FilingFacts, *, made_at: datetime) -> Filed:
    """The package to file: the tables as they stand, with the files around them put right.

    A file that already says what it must keeps its bytes. What a filing may not hold is left out,
    each with a sentence: unknown columns, files that do not belong.
    """
    left_out: list[str] = []
    files = {
        REPORT_PACKAGE: _kept(register, REPORT_PACKAGE, report_package_json()),
        REPORT: _kept(register, REPORT, report_json(facts)),
        PARAMETERS: _kept_rows(register, PARAMETERS, parameters_csv(facts)),
        INDICATORS: _kept_rows(register, INDICATORS, indicators_csv()),
    }
    for name in TABLES:
        table = register.table(name)
        if not table.header:
            table = empty_table(name)
        if has_old_numbers(table):
            left_out.append(
                f"{name} came with the numbers of December 2024, which the corrigendum moved: they"
                " are left out, and its columns are filed under today's."
            )
            table = in_current_numbers(table)
        if table.unknown:
            left_out.append(
                f"{name} has {_columns(table.unknown)} that the taxonomy does not have: left out of"
                " the filing, kept in the register."
            )
            table = _known_columns_only(table)
        if table.header and table.header_as_written != table.header:
            table = with_header(table, table.header)
        files[f"reports/{file_of(name)}"] = (
            table.source.removeprefix(b"\xef\xbb\xbf") if table.is_utf8 else _in_utf8(table)
        )
    if FOOT_NOTES in register.parts:
        files[FOOT_NOTES] = register.parts[FOOT_NOTES]
    left_out += [
        f"{path} is no part of a filing: left out of it, kept in the register."
        for path in register.parts
        if path not in files
    ]
    return Filed(name=package_name(facts, made_at), files=files, left_out=tuple(left_out))


def _columns(codes: Sequence[str]) -> str:
    shown = ", ".join(code[:40] or "(without a name)" for code in codes[:6])
    return f"the column{'s' if len(codes) > 1 else ''} {shown}"


def _known_columns_only(table: Table) -> Table:
    header = sorted(table.places, key=lambda code: table.places[code])
    lines = [",".join(header)]
    lines += [",".join(written(table.cell(row, code)) for code in header) for row in table.rows]
    end = table.end_of_line
    return read_table(table.name, "".join(f"{line}{end}" for line in lines).encode())


def _in_utf8(table: Table) -> bytes:
    return table.source.decode("cp1252", "replace").encode()


def _kept(register: Register, path: str, ours: bytes) -> bytes:
    """The JSON file that came where it says the same as ours."""
    theirs = register.parts.get(path)
    if theirs is None:
        return ours
    try:
        return theirs if json.loads(theirs) == json.loads(ours) else ours
    except (ValueError, RecursionError):
        return ours


def _kept_rows(register: Register, path: str, ours: bytes) -> bytes:
    """The CSV file that came where it has the same rows as ours, in whatever order."""
    theirs = register.parts.get(path)
    if theirs is None or theirs.startswith(b"\xef\xbb\xbf"):
        return ours
    given, wanted = _csv_rows(theirs), _csv_rows(ours)
    alike = given[:1] == wanted[:1] and sorted(given[1:]) == sorted(wanted[1:])
    return theirs if alike else ours


def as_it_came(register: Register) -> dict[str, bytes]:
    """Every file of the register by path: tables as they stand, all others as they came."""
    prefix = f"{register.folder}/" if register.folder else ""
    tables = "reports/" if register.is_package else ""
    files = {
        register.paths.get(name, f"{prefix}{tables}{file_of(name)}"): table.source
        for name, table in register.tables.items()
    }
    for path, data in register.parts.items():
        files[path.removeprefix("../") if path.startswith("../") else f"{prefix}{path}"] = data
    return files


def plain_tables(register: Register) -> dict[str, bytes]:
    """The fifteen tables as plain CSV by file name; one without rows is its header."""
    return {file_of(name): register.table(name).source for name in TABLES}


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """A zip of files; the same files always make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, _ZIP_DAY), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
