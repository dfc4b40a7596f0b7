"""Reading a DORA Register of Information as an inventory.

The financial entity is the startup, its function the use case, the ICT third-party provider the
provider. A subcontractor (rank 2 and beyond) is one more dependency of the same function, through
whoever it serves: a language model behind a software vendor is in the register only there.

Rows of one contract that differ only in countries are one dependency. What they contradict each
other in stays unknown; ``source`` says so. An expense keeps its currency.

Regulation (EU) 2022/2554; implementing standard (EU) 2024/2956 with corrigendum OJ L 2025/90725.
The tables of meanings below are the place for a compliance officer to correct.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from risk.inventory.formats.packages import KeyedRow, Sheet, keyed
from risk.inventory.refusals import Context, FileRefused
from risk.inventory.tables import DerivedRow, Table, derived_table
from risk.money.stated import Period, Unit, unit_of

#: B_06.01.0050 and .0100: how much depends on the function, on our scale from 1 to 5. A function
#: that was not assessed is unknown.
_CRITICALITY = {
    "x28": {"x793": "5", "x792": "4", "x791": "3", "": "4", "x799": "4"},
    "x29": {"x793": "3", "x792": "2", "x791": "1", "": "2", "x799": "2"},
}
#: B_07.01.0080: an exit plan exists. Whether it was tried is not in the register.
_EXIT_PLAN = {"x28": "written", "x29": "none"}
#: B_07.01.0110: alternatives are identified. That is a fallback on paper, if any.
_FALLBACK = {"x28": "documented", "x29": "none"}
_SERVICES = (
    "project management, development, help desk, security management, provision of data,"
    " data analysis, hosting, computation, data storage, telecommunication,"
    " network infrastructure, hardware, software licences, operation management, consulting,"
    " risk management, cloud infrastructure (IaaS), cloud platform (PaaS), cloud software (SaaS)"
).split(", ")
#: B_02.02.0060: what kind of service it is, S01 to S19.
_SERVICE_TYPES = {f"s{number:02}": name for number, name in enumerate(_SERVICES, start=1)}
_YES_OR_NO = {"yes": "x28", "no": "x29", "true": "x28", "false": "x29"}
_OPEN_END = "9999-12-31"
#: B_02.02: what is agreed with the provider, and what it is called where its rows differ.
_OF_A_CONTRACT = (
    ("contract_start", "c0070", "start"),
    ("contract_end", "c0080", "end"),
    ("notice_days", "c0100", "entity's notice"),
    ("provider_notice_days", "c0110", "provider's notice"),
    ("governing_law", "c0120", "governing law"),
)
_NOT_APPLICABLE = frozenset({"qx2007", "not applicable", "n/a", "x0"})
_NEEDED = {"b_02.02": "the contractual arrangements", "b_05.01": "the ICT third-party providers"}
_NO_CONTRACTS = "The register's table b_02.02.csv, the contractual arrangements, has no rows."


def _rows(sheet: Sheet) -> tuple[KeyedRow, ...]:
    """The rows of one table under codes such as ``c0010``; none for an empty table.

    Raises :class:`FileRefused` (``missing_columns``) for a table without such a header.
    """
    if not sheet.rows:
        return ()
    codes = [cell.strip().casefold() for cell in sheet.rows[0].cells]
    header = [f"c{code}" if code.isdecimal() and len(code) == 4 else code for code in codes]
    if "c0010" not in header:
        raise FileRefused(
            "missing_columns",
            f"{sheet.name}.csv has no column c0010. Export the register as plain CSV, with the"
            " codes c0010, c0020 and so on in the first line of every table.",
            line=sheet.rows[0].line,
            value=", ".join(sheet.rows[0].cells)[:200],
        )
    if sheet.name == "b_06.01" and "c0110" in header and "c0050" not in header:
        # As the corrigendum has it: the codes began ten lower in the first publication.
        moved = {f"c{code:04}": f"c{code - 10:04}" for code in range(60, 120, 10)}
        header = [moved.get(code, code) for code in header]
    return tuple(
        KeyedRow(row, {}, spoilt=True)
        if row.fault is not None or len(row.cells) != len(header)
        else keyed(row, header)
        for row in sheet.rows[1:]
    )


def _member(text: str) -> str:
    """A value without the name of its list, in small letters: ``eba_BT:x28`` is ``x28``."""
    code = text.rpartition(":")[2].strip().casefold()
    return _YES_OR_NO.get(code, code)


def _country(text: str) -> str:
    """The country of ``eba_GA:FR``; nothing where a country does not apply."""
    return "" if _member(text) in _NOT_APPLICABLE else text.rpartition(":")[2].strip()


def _named(text: str) -> str:
    """A name or reference; nothing for the words that stand where none applies."""
    return "" if _member(text) in _NOT_APPLICABLE else text


def register_table(sheets: Sequence[Sheet], context: Context) -> Table:
    """The dependencies in the tables of a register.

    Raises :class:`FileRefused` if a table that is needed is missing or cannot be read.
    """
    tables = {sheet.name: _rows(sheet) for sheet in sheets}
    for name, what in _NEEDED.items():
        if name not in tables:
            raise FileRefused(
                "missing_columns",
                f"The register lacks {name}.csv, {what}. Add it to the archive and upload it"
                " again.",
            )
    _refuse_spoilt_side_tables(tables)
    rows = list(_Register(tables).rows())
    return derived_table(rows, _NO_CONTRACTS, context)


def _refuse_spoilt_side_tables(tables: Mapping[str, Sequence[KeyedRow]]) -> None:
    """A row of the contracts is refused by itself; of another table it could change any record."""
    for name, rows in tables.items():
        for row in rows:
            if row.spoilt and name != "b_02.02":
                raise FileRefused(
                    "corrupt_archive",
                    f"{name}.csv, line {row.row.line}: the row does not have the cells that the"
                    " header has. Correct or remove it.",
                    line=row.row.line,
                    value=", ".join(row.row.cells)[:200],
                )


@dataclass(frozen=True)
class _Arrangement:
    """The rows of one entity's use of one service of one provider for one function."""

    rows: tuple[KeyedRow, ...]

    def __getitem__(self, code: str) -> str:
        return self.rows[0][code]

    def agreed(self, code: str) -> str | None:
        """The value that all rows give; None if they differ."""
        values = {row[code] for row in self.rows} - {""}
        return None if len(values) > 1 else next(iter(values), "")

    def countries(self, code: str) -> str:
        return "; ".join(dict.fromkeys(filter(None, (_country(r[code]) for r in self.rows))))


class _Register:
    """The tables of a register, joined."""

    def __init__(self, tables: Mapping[str, Sequence[KeyedRow]]) -> None:
        self._contracts_rows = tables["b_02.02"]
        self._providers = {row["c0010"]: row for row in tables["b_05.01"]}
        entities = (*tables.get("b_01.02", ()), *tables.get("b_01.01", ()))
        self._entities = {row["c0010"]: row for row in entities}
        self._functions = {
            (row["c0010"], row["c0040"]): row for row in tables.get("b_06.01", ())
        } | {(row["c0010"], ""): row for row in tables.get("b_06.01", ())}
        self._assessments = {
            (row["c0010"], row["c0020"], row["c0040"]): row for row in tables.get("b_07.01", ())
        }
        self._expenses = {row["c0010"]: row for row in tables.get("b_02.01", ())}
        self._chains: dict[tuple[str, str], list[KeyedRow]] = {}
        for row in tables.get("b_05.02", ()):
            self._chains.setdefault((row["c0010"], row["c0020"]), []).append(row)

    def rows(self) -> Iterator[DerivedRow]:
        """Every dependency, and every contract row that cannot be read."""
        groups: dict[tuple[str, ...], list[KeyedRow]] = {}
        for row in self._contracts_rows:
            if row.spoilt:
                line = row.row
                yield DerivedRow(line=line.line, spoilt=line.cells, fault=line.fault)
                continue
            key = tuple(row[code] for code in ("c0020", "c0050", "c0030", "c0010", "c0060"))
            groups.setdefault(key, []).append(row)
        arrangements = [_Arrangement(tuple(rows)) for rows in groups.values()]
        names = Counter(self._short_name(one) for one in arrangements)
        uses = Counter(one["c0010"] for one in arrangements)
        for one in arrangements:
            use_case = self._function_name(one)
            if names[self._short_name(one)] > 1:
                use_case += f" ({one['c0050']}; {self._service(one)}; {one['c0010']})"
            common = self._common(one, use_case)
            yield DerivedRow(
                line=one.rows[0].row.line, values=self._direct(one, common, uses[one["c0010"]])
            )
            yield from self._subcontractors(one, common)

    def _short_name(self, one: _Arrangement) -> tuple[str, ...]:
        names = (one["c0020"], self._function_name(one), self._provider(one["c0030"]))
        return tuple(name.casefold() for name in names)

    def _function(self, one: _Arrangement) -> KeyedRow | None:
        identifier = one["c0050"]
        own = self._functions.get((identifier, one["c0020"]))
        return own or self._functions.get((identifier, ""))

    def _function_name(self, one: _Arrangement) -> str:
        function = self._function(one)
        return (function["c0030"] if function else "") or self._service(one)

    def _service(self, one: _Arrangement) -> str:
        code = _member(one["c0060"])
        return _SERVICE_TYPES.get(code, one["c0060"])

    def _provider(self, identifier: str) -> str:
        found = self._providers.get(identifier)
        return (found["c0050"] or found["c0060"] if found else "") or identifier

    def _common(self, one: _Arrangement, use_case: str) -> dict[str, str]:
        entity, function = self._entities.get(one["c0020"]), self._function(one)
        critical = _member(function["c0050"]) if function else ""
        impact = _member(function["c0100"]) if function else ""
        return {
            "startup": (entity["c0020"] if entity else "") or one["c0020"],
            "country": _country(entity["c0030"]) if entity else "",
            "use_case": use_case,
            "criticality": _CRITICALITY.get(critical, {}).get(impact, ""),
            "contract": one["c0010"],
            "source": f"DORA register, contract {one['c0010']}",
        }

    def _direct(self, one: _Arrangement, common: Mapping[str, str], uses: int) -> dict[str, str]:
        values = {**common, "provider": self._provider(one["c0030"])}
        values["data_residency"] = one.countries("c0150")
        notes: list[str] = []
        for column, code, what in _OF_A_CONTRACT:
            agreed = one.agreed(code)
            if agreed is None:
                notes.append(f"its rows differ in the {what}, which is left unknown")
            open_end = column == "contract_end" and (agreed or "").startswith(_OPEN_END)
            values[column] = "" if open_end else agreed or ""
        values["governing_law"] = _country(values["governing_law"])
        assessed = self._assessments.get((one["c0010"], one["c0030"], one["c0060"]))
        if assessed is not None:
            values["exit_plan"] = _EXIT_PLAN.get(_member(assessed["c0080"]), "")
            values["fallback"] = _FALLBACK.get(_member(assessed["c0110"]), "")
            values["fallback_provider"] = _named(assessed["c0120"])
        spend, note = self._spend(one["c0010"], uses)
        values |= spend
        values["source"] = "; ".join(filter(None, (common["source"], *notes, note)))
        return values

    def _spend(self, contract: str, uses: int) -> tuple[dict[str, str], str]:
        """The cells that state the expense a year, and why it is not known."""
        row = self._expenses.get(contract)
        if row is None or not row["c0050"]:
            return {}, ""
        if uses > 1:
            unit = row["c0040"].rpartition(":")[2].strip().upper()
            return {}, f"its expense of {row['c0050']} {unit} a year is for {uses} uses together"
        return yearly(row["c0050"], row["c0040"], "its expense")

    def _subcontractors(self, one: _Arrangement, common: Mapping[str, str]) -> Iterator[DerivedRow]:
        for link in self._chains.get((one["c0010"], one["c0060"]), ()):
            if link["c0050"].strip() in ("", "1") or link["c0030"] == one["c0030"]:
                continue
            through = self._provider(link["c0060"] or one["c0030"])
            yield DerivedRow(
                line=one.rows[0].row.line,
                values={
                    **common,
                    "provider": self._provider(link["c0030"]),
                    "use_case": f"{common['use_case']}, through {through}",
                    "source": f"{common['source']}, subcontractor of rank {link['c0050']}",
                },
            )


def yearly(amount: str, currency: str, what: str) -> tuple[dict[str, str], str]:
    """The cells of an inventory that state an expense a year, and why it is not known."""
    unit = unit_of(currency) if currency.strip() else None
    if unit is None:
        named = currency.rpartition(":")[2].strip().upper() or "an unnamed currency"
        return {}, f"{what} of {amount} a year is in {named} and is left unknown"
    said = Unit(unit.currency, Period.YEAR).said
    return {"spend_stated": amount, "spend_currency": said}, ""
