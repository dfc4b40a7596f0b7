"""Writing a portfolio as the six tables of the DORA register that it holds facts for.

A startup is the financial entity, its use case the function, what it calls the ICT third-party
provider; the developer behind a host is the subcontractor of rank 2. Nothing is invented: a fact
that nobody stated is an empty cell, which :mod:`risk.inventory.formats.dora_lint` reports. Where
a key may not be empty the name stands in for a code that is not known, and the lint says so.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from risk.catalog.records import Answer
from risk.inventory.formats import dora_codes as codes
from risk.inventory.formats.cell_values import number_text
from risk.inventory.records import Dependency, ExitPlan, Portfolio, Startup, UseCase
from risk.inventory.rejects import formula_safe

_CONTRACT = re.compile(r"DORA register, contract (?P<reference>[^;,]+)")
#: Where the rows of one contract differ, the graver value counts; gravest first.
_GRAVER: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("b_07.01", "c0050"): (
        codes.NOT_SUBSTITUTABLE,
        codes.HIGHLY_COMPLEX,
        codes.MEDIUM_COMPLEXITY,
        codes.EASILY_SUBSTITUTABLE,
    ),
    ("b_07.01", "c0080"): (codes.NO, codes.YES),
    ("b_07.01", "c0100"): (codes.HIGH, codes.MEDIUM, codes.LOW),
    ("b_07.01", "c0110"): (codes.NOT_ASSESSED, codes.NO, codes.YES),
}


@dataclass(frozen=True, kw_only=True)
class CodedLine:
    """One row of a table: its cells by column code, and which record it was made of."""

    cells: Mapping[str, str]
    startup: str = ""
    use_case: str = ""
    provider: str = ""


@dataclass(frozen=True, kw_only=True)
class Register:
    """The tables of a register by name (``b_02.02``); ``stand_ins`` are names written as codes."""

    tables: Mapping[str, tuple[CodedLine, ...]]
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """The official code of a firm, and of which sort it is (a key of ``CODE_TYPES``)."""

    code: str
    sort: str


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What the model and the startup's decisions say of a dependency, as codes; empty: unknown."""

    substitutability: str = ""
    reason: str = ""
    impact: str = ""
    alternatives: str = ""
    alternative_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Use:
    """One dependency with where it stands and what it is called in the register."""

    startup: Startup
    use_case: UseCase
    dependency: Dependency
    provider: str
    contract: str
    function: str

    @property
    def service(self) -> str:
        """Called by programs: a platform; used by people: software.

        The regulation has no code for a language model; this reading is ours.
        """
        called = self.dependency.depth is not None or self.dependency.model is not None
        return codes.PLATFORM_SERVICE if called else codes.SOFTWARE_SERVICE

    def line(self, cells: Mapping[str, str]) -> CodedLine:
        return CodedLine(
            cells=cells,
            startup=self.startup.name,
            use_case=self.use_case.name,
            provider=self.provider,
        )


def register_of(
    portfolio: Portfolio,
    *,
    identifiers: Mapping[str, Identifier],
    countries: Mapping[str, str],
    assessed: Mapping[str, Assessed],
) -> Register:
    """The register of every dependency on a language model in a portfolio.

    ``identifiers`` gives official codes by name of startup or provider (any case), ``countries``
    the ISO code of a provider's country by its name, ``assessed`` what is derived, by the
    dependency's key.
    """
    return _Writer(identifiers, countries, assessed).register(portfolio)


@dataclass
class _Writer:
    identifiers: Mapping[str, Identifier]
    countries: Mapping[str, str]
    assessed: Mapping[str, Assessed]
    stand_ins: dict[str, None] = field(default_factory=dict)

    def register(self, portfolio: Portfolio) -> Register:
        uses = list(_uses(portfolio))
        tables = {
            "b_02.01": self._contracts(uses),
            "b_02.02": [use.line(self._arrangement(use)) for use in uses],
            "b_05.01": self._providers(uses),
            "b_05.02": [line for use in uses for line in self._chain(use)],
            "b_06.01": self._functions(uses),
            "b_07.01": [use.line(self._assessment(use)) for use in uses],
        }
        merged = {name: _merged_by_key(name, lines) for name, lines in tables.items()}
        return Register(tables=merged, stand_ins=tuple(self.stand_ins))

    def _code(self, name: str) -> str:
        found = self.identifiers.get(name.casefold())
        if found is None:
            self.stand_ins[name] = None
        return found.code if found else formula_safe(name)

    def _code_type(self, name: str) -> str:
        found = self.identifiers.get(name.casefold())
        return codes.CODE_TYPES[found.sort] if found else ""

    def _contracts(self, uses: Sequence[_Use]) -> list[CodedLine]:
        by_contract: dict[str, list[_Use]] = {}
        for use in uses:
            by_contract.setdefault(use.contract, []).append(use)
        lines = []
        for contract, its in by_contract.items():
            spent = [one.dependency.spend_usd_per_month for one in its]
            known = [amount for amount in spent if amount is not None]
            yearly = number_text(str(round(12 * sum(known), 2))) if len(known) == len(spent) else ""
            cells = {"c0010": formula_safe(contract), "c0040": codes.US_DOLLAR, "c0050": yearly}
            lines.append(its[0].line(cells))
        return lines

    def _arrangement(self, use: _Use) -> dict[str, str]:
        one = use.dependency
        return {
            "c0010": formula_safe(use.contract),
            "c0020": self._code(use.startup.name),
            "c0030": self._code(use.provider),
            "c0040": self._code_type(use.provider),
            "c0050": use.function,
            "c0060": use.service,
            "c0080": one.renewal.isoformat() if one.renewal else "",
            "c0110": "" if one.notice_days is None else number_text(str(one.notice_days)),
            "c0130": codes.NO_COUNTRY,
            "c0150": _country(one.data_residency),
            "c0160": _country(one.region),
        }

    def _providers(self, uses: Sequence[_Use]) -> list[CodedLine]:
        lines = []
        for use in uses:
            for name in filter(None, (use.provider, _behind(use))):
                country = self.countries.get(name.casefold(), "")
                cells = {
                    "c0010": self._code(name),
                    "c0020": self._code_type(name),
                    "c0050": formula_safe(name),
                    "c0060": formula_safe(name) if name.isascii() else "",
                    "c0070": codes.LEGAL_PERSON,
                    "c0080": f"eba_GA:{country}" if country else "",
                }
                lines.append(CodedLine(cells=cells, startup=use.startup.name, provider=name))
        return lines

    def _chain(self, use: _Use) -> Iterator[CodedLine]:
        direct, behind = use.provider, _behind(use)
        for rank, name in enumerate(filter(None, (direct, behind)), start=1):
            yield use.line(
                {
                    "c0010": formula_safe(use.contract),
                    "c0020": use.service,
                    "c0030": self._code(name),
                    "c0040": self._code_type(name),
                    "c0050": str(rank),
                    # At rank 1 the key repeats the provider itself.
                    "c0060": self._code(direct),
                    "c0070": self._code_type(direct),
                }
            )

    def _functions(self, uses: Sequence[_Use]) -> list[CodedLine]:
        lines = []
        for use in uses:
            stated = use.use_case.criticality
            critical, impact = (
                (codes.NOT_ASSESSED, codes.IMPACT_NOT_ASSESSED)
                if stated is None
                else codes.CRITICALITY_CODES[stated]
            )
            cells = {
                "c0010": use.function,
                "c0030": formula_safe(use.use_case.name),
                "c0040": self._code(use.startup.name),
                "c0050": critical,
                "c0070": codes.NEVER if stated is None else "",
                "c0100": impact,
            }
            lines.append(use.line(cells))
        return lines

    def _assessment(self, use: _Use) -> dict[str, str]:
        derived = self.assessed.get(use.dependency.key, Assessed())
        plan = use.dependency.exit_plan
        exit_plan = "" if plan is None else codes.NO if plan is ExitPlan.NONE else codes.YES
        return {
            "c0010": formula_safe(use.contract),
            "c0020": self._code(use.provider),
            "c0030": self._code_type(use.provider),
            "c0040": use.service,
            "c0050": derived.substitutability,
            "c0060": derived.reason,
            "c0080": exit_plan,
            "c0100": derived.impact,
            "c0110": derived.alternatives,
            "c0120": formula_safe("; ".join(derived.alternative_names)),
        }


def _uses(portfolio: Portfolio) -> Iterator[_Use]:
    """Every dependency on a language model; functions are numbered within their startup."""
    for startup in portfolio.startups:
        for number, use_case in enumerate(startup.use_cases, start=1):
            for one in use_case.dependencies:
                if one.answer is not Answer.YES:
                    continue
                provider = one.host or one.developer or one.provider_text
                found = _CONTRACT.search(one.source or "")
                contract = found["reference"].strip() if found else f"{startup.name} / {provider}"
                yield _Use(
                    startup=startup,
                    use_case=use_case,
                    dependency=one,
                    provider=provider,
                    contract=contract,
                    function=f"F{number}",
                )


def _behind(use: _Use) -> str | None:
    """The developer of the model where somebody else serves it."""
    developer = use.dependency.developer
    return developer if developer and developer != use.provider else None


def _country(text: str | None) -> str:
    """The code of a stated ISO country; where none applies or none is stated, the key's filler."""
    stated = (text or "").strip().upper()
    return f"eba_GA:{stated}" if re.fullmatch(r"[A-Z]{2}", stated) else codes.NO_COUNTRY


def _merged_by_key(table: str, lines: Sequence[CodedLine]) -> tuple[CodedLine, ...]:
    """One row for each key; where rows of one differ, the graver value or none."""
    by_key: dict[tuple[str, ...], list[CodedLine]] = {}
    for line in lines:
        by_key.setdefault(tuple(line.cells[c] for c in codes.KEYS[table]), []).append(line)
    return tuple(
        replace(
            its[0],
            cells={
                column: _agreed(table, column, [line.cells.get(column, "") for line in its])
                for column in codes.COLUMNS[table]
            },
        )
        for its in by_key.values()
    )


def _agreed(table: str, column: str, values: Sequence[str]) -> str:
    stated = list(dict.fromkeys(values))
    if len(stated) == 1:
        return stated[0]
    if column == "c0120" and table == "b_07.01":
        return "; ".join(filter(None, stated))
    order = _GRAVER.get((table, column), ())
    return next((value for value in order if value in stated), "")


def as_files(register: Register) -> dict[str, bytes]:
    """The files of the register by name: a CSV per table and the filing indicators.

    UTF-8, comma, CRLF; a table without rows is its header, and is said not to be reported.
    """
    files = {
        f"{name}.csv": _csv([columns, *([row.cells.get(c, "") for c in columns] for row in rows)])
        for name, columns in codes.COLUMNS.items()
        for rows in (register.tables[name],)
    }
    indicators = [
        [name.upper(), str(bool(register.tables[name])).lower()] for name in codes.COLUMNS
    ]
    files["FilingIndicators.csv"] = _csv([["templateID", "reported"], *indicators])
    return files


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return target.getvalue().encode("utf-8")
