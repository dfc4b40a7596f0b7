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
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from risk.catalog.records import Answer
from risk.inventory.formats import dora_codes as codes
from risk.inventory.formats.cell_values import number_text
from risk.inventory.records import Dependency, ExitPlan, Portfolio, Startup, UseCase
from risk.inventory.rejects import formula_safe
from risk.money.stated import Period, stated_of

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

    @property
    def chain(self) -> tuple[str, ...]:
        """The provider, and the developer of the model where somebody else serves it."""
        developer = self.dependency.developer
        behind = (developer,) if developer and developer != self.provider else ()
        return (self.provider, *behind)


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
    uses = list(_uses(portfolio))
    named = [name for use in uses for name in (use.startup.name, use.provider)]
    named += [name for use in uses for name in use.chain]
    known = {name: identifiers.get(name.casefold()) for name in named}
    writer = _Writer(known, countries, _yearly(uses))
    lines: dict[str, list[CodedLine]] = {table: [] for table in codes.COLUMNS}
    for use in uses:
        derived = assessed.get(use.dependency.key, Assessed())
        for table, cells in writer.rows(use, derived):
            line = CodedLine(
                cells=cells,
                startup=use.startup.name,
                use_case=use.use_case.name,
                provider=use.provider,
            )
            lines[table].append(line)
        for name in use.chain:
            cells = writer.provider(name)
            line = CodedLine(cells=cells, startup=use.startup.name, provider=name)
            lines["b_05.01"].append(line)
    return Register(
        tables={table: _merged_by_key(table, of_table) for table, of_table in lines.items()},
        stand_ins=tuple(name for name, found in known.items() if found is None),
    )


def _uses(portfolio: Portfolio) -> Iterator[_Use]:
    """Every dependency on a language model; functions are numbered within their startup."""
    for startup in portfolio.startups:
        for number, use_case in enumerate(startup.use_cases, start=1):
            for one in use_case.dependencies:
                if one.answer is not Answer.YES:
                    continue
                provider = one.host or one.developer or one.provider_text
                yield _Use(
                    startup=startup,
                    use_case=use_case,
                    dependency=one,
                    provider=provider,
                    contract=one.contract or f"{startup.name} / {provider}",
                    function=f"F{number}",
                )


def _yearly(uses: Sequence[_Use]) -> dict[str, tuple[str, str]]:
    """The currency and the expense a year of each contract; empty where that of a use is unknown.

    In the currency in which all of its uses were stated; in USD where these differ.
    """
    spent: dict[str, list[Dependency]] = {}
    for use in uses:
        spent.setdefault(use.contract, []).append(use.dependency)
    return {contract: _expense(its) for contract, its in spent.items()}


def _expense(uses: Sequence[Dependency]) -> tuple[str, str]:
    said = [stated_of(one.spend_stated) for one in uses if one.spend_stated is not None]
    currencies = {one.currency for one in said}
    if len(said) == len(uses) and len(currencies) == 1:
        yearly = [one.amount * (1 if one.per is Period.YEAR else 12) for one in said]
        return codes.CURRENCY + currencies.pop(), number_text(format(sum(yearly, Decimal(0)), "f"))
    known = [one.spend_usd_per_month for one in uses if one.spend_usd_per_month is not None]
    amount = number_text(str(round(12 * sum(known), 2))) if len(known) == len(uses) else ""
    return codes.US_DOLLAR, amount


@dataclass(frozen=True)
class _Writer:
    """The rows of one use, with the codes that are ``known`` of the names in the register."""

    known: Mapping[str, Identifier | None]
    countries: Mapping[str, str]
    yearly: Mapping[str, tuple[str, str]]

    def code(self, name: str) -> str:
        found = self.known[name]
        return found.code if found else formula_safe(name)

    def sort(self, name: str) -> str:
        found = self.known[name]
        return codes.CODE_TYPES[found.sort] if found else ""

    def provider(self, name: str) -> dict[str, str]:
        country = self.countries.get(name.casefold(), "")
        return {
            "c0010": self.code(name),
            "c0020": self.sort(name),
            "c0050": formula_safe(name),
            "c0060": formula_safe(name) if name.isascii() else "",
            "c0070": codes.LEGAL_PERSON,
            "c0080": f"eba_GA:{country}" if country else "",
        }

    def rows(self, use: _Use, derived: Assessed) -> Iterator[tuple[str, dict[str, str]]]:
        """The table and the cells of each row other than the providers'."""
        one, contract, provider = use.dependency, formula_safe(use.contract), use.provider
        currency, expense = self.yearly[use.contract]
        yield "b_02.01", {"c0010": contract, "c0040": currency, "c0050": expense}
        yield (
            "b_02.02",
            {
                "c0010": contract,
                "c0020": self.code(use.startup.name),
                "c0030": self.code(provider),
                "c0040": self.sort(provider),
                "c0050": use.function,
                "c0060": use.service,
                "c0070": _day(one.contract_start),
                "c0080": _day(one.contract_end or one.renewal),
                "c0100": _number(one.notice_days),
                "c0110": _number(one.provider_notice_days),
                "c0120": law if (law := _country(one.governing_law)) != codes.NO_COUNTRY else "",
                "c0130": codes.NO_COUNTRY,
                "c0150": _country(one.data_residency),
                "c0160": _country(one.region),
            },
        )
        for rank, name in enumerate(use.chain, start=1):
            # At rank 1 the key repeats the provider itself.
            served = {"c0060": self.code(provider), "c0070": self.sort(provider)}
            yield (
                "b_05.02",
                {
                    "c0010": contract,
                    "c0020": use.service,
                    "c0030": self.code(name),
                    "c0040": self.sort(name),
                    "c0050": str(rank),
                    **served,
                },
            )
        stated = use.use_case.criticality
        critical, impact = codes.NOT_ASSESSED, codes.IMPACT_NOT_ASSESSED
        if stated is not None:
            critical, impact = codes.CRITICALITY_CODES[stated]
        yield (
            "b_06.01",
            {
                "c0010": use.function,
                "c0030": formula_safe(use.use_case.name),
                "c0040": self.code(use.startup.name),
                "c0050": critical,
                "c0070": codes.NEVER if stated is None else "",
                "c0100": impact,
            },
        )
        plan = one.exit_plan
        yield (
            "b_07.01",
            {
                "c0010": contract,
                "c0020": self.code(provider),
                "c0030": self.sort(provider),
                "c0040": use.service,
                "c0050": derived.substitutability,
                "c0060": derived.reason,
                "c0080": "" if plan is None else codes.NO if plan is ExitPlan.NONE else codes.YES,
                "c0100": derived.impact,
                "c0110": derived.alternatives,
                "c0120": formula_safe("; ".join(derived.alternative_names)),
            },
        )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _number(days: float | None) -> str:
    return "" if days is None else number_text(str(days))


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
