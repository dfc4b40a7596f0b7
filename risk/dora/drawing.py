"""Drawing up a register from a portfolio: what was stated goes in, everything else stays open.

A startup is the financial entity, its use case the function, whoever it calls the provider. A key
that nobody stated, such as an LEI or the reference of a contract, is a cell that says what it waits
for: ``‹LEI of Acme›``. Whoever fills in one such cell fills in all that wait for the same. In a
filing they are empty; nothing is made up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from risk.catalog.records import SELF_HOSTED, Answer
from risk.dora.contracts import KINDS
from risk.dora.packages import FilingFacts, Register
from risk.dora.schema import KEYS, LISTS, TABLES
from risk.dora.tables import Table, table_of
from risk.inventory.contracts import Contract
from risk.inventory.formats.cell_values import number_text
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.money.stated import Period, stated_of

CODE_TYPES: Mapping[str, str] = {
    "LEI": "eba_qCO:qx2000",
    "NIN": "eba_qCO:qx2001",
    "EUID": "eba_qCO:qx2002",
    "CRN": "eba_qCO:qx2003",
    "VAT": "eba_qCO:qx2004",
    "PNR": "eba_qCO:qx2005",
}
COUNTRY, CURRENCY = "eba_GA:", "eba_CU:"
_KINDS = {kind: code for code, kind in KINDS.items()}
#: A platform is called by programs, software is used by people.
PLATFORM, SOFTWARE = "eba_TA:S18", "eba_TA:S19"
_OPEN, _CLOSE = "‹", "›"


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """The official code of a firm, and of which sort it is (a key of :data:`CODE_TYPES`)."""

    code: str
    sort: str


def awaited(what: str) -> str:
    """A cell that waits for something, named in words."""
    return f"{_OPEN}{what}{_CLOSE}"


def is_awaited(value: str) -> bool:
    """Does a cell wait for something?"""
    return value.startswith(_OPEN) and value.endswith(_CLOSE)


@dataclass(frozen=True, kw_only=True)
class Use:
    """One dependency on a language model, and what its parts are called in the register."""

    startup: Startup
    use_case: UseCase
    dependency: Dependency
    provider: str
    contract: str
    function: str
    number: int

    @property
    def is_called(self) -> bool:
        """Is it called by programs rather than used by people?"""
        return self.dependency.depth is not None or self.dependency.model is not None

    @property
    def service(self) -> str:
        """The cell for the type of service, which waits for somebody to decide it."""
        how = "called by programs" if self.is_called else "used by people"
        return awaited(f"service of {self.provider} to {self.startup.name}, {how}")

    @cached_property
    def behind(self) -> str | None:
        """Who makes the model, where somebody else serves it."""
        developer = self.dependency.developer
        return developer if developer and developer != self.provider else None


def uses_of(portfolio: Portfolio) -> Iterator[Use]:
    """Every dependency on a language model; functions are counted within their startup."""
    for startup in portfolio.startups:
        for number, use_case in enumerate(startup.use_cases, start=1):
            for one in use_case.dependencies:
                # What runs on own machines is no service of a third party.
                if one.answer is not Answer.YES or one.host == SELF_HOSTED:
                    continue
                provider = one.host or one.developer or one.provider_text
                contract = one.contract or awaited(
                    f"reference of the contract of {startup.name} with {provider}"
                )
                yield Use(
                    startup=startup,
                    use_case=use_case,
                    dependency=one,
                    provider=provider,
                    contract=contract,
                    function=awaited(f"identifier of “{use_case.name}” of {startup.name}"),
                    number=number,
                )


def country_code(text: str | None) -> str:
    """The code of an ISO country; nothing for what is none."""
    code = f"{COUNTRY}{(text or '').strip().upper()}"
    return code if code in LISTS["COUNTRY"] else ""


def drawn_register(
    portfolio: Portfolio,
    *,
    identifiers: Mapping[str, Identifier],
    contracts: Mapping[str, Contract],
    facts: FilingFacts,
) -> Register:
    """The fifteen tables with what is stated of every dependency on a language model.

    ``identifiers`` gives official codes by name of startup or provider in small letters,
    ``contracts`` the records of contracts by their reference: what a dependency does not say its
    contract may. Amounts are in ``facts.currency`` or left open.
    """
    uses = list(uses_of(portfolio))
    names = _Names(identifiers)
    rows: dict[str, list[dict[str, str]]] = {table: [] for table in TABLES}
    for startup in portfolio.startups:
        rows["B_01.02"].append(
            {
                "c0010": names.entity(startup.name),
                "c0020": startup.name,
                "c0030": country_code(startup.country),
            }
        )
    for reference, its in _by_contract(uses).items():
        stated = contracts.get(reference, Contract(reference=reference))
        amount = _stated_expense(stated, facts.currency) or yearly_expense(
            [use.dependency for use in its], facts.currency
        )
        rows["B_02.01"].append(
            {
                "c0010": reference,
                "c0020": _KINDS[stated.kind] if stated.kind else "",
                "c0030": stated.overarching or "",
                "c0040": f"{CURRENCY}{facts.currency}" if amount else "",
                "c0050": amount,
            }
        )
    for use in uses:
        stated = contracts.get(use.contract, Contract(reference=use.contract))
        for table, cells in _rows_of(use, names, stated):
            rows[table].append(cells)
    return Register(
        {table: _once(table, its) for table, its in rows.items()},
        file_name=f"{portfolio.name}.zip",
    )


@dataclass(frozen=True)
class _Names:
    """The codes that are known of names."""

    identifiers: Mapping[str, Identifier]

    def _known(self, name: str) -> Identifier | None:
        return self.identifiers.get(name.casefold())

    def entity(self, name: str) -> str:
        known = self._known(name)
        return known.code if known and known.sort == "LEI" else awaited(f"LEI of {name}")

    def provider(self, name: str) -> str:
        known = self._known(name)
        return known.code if known else awaited(f"code of {name}")

    def sort(self, name: str) -> str:
        known = self._known(name)
        return CODE_TYPES[known.sort] if known else ""


def _stated_expense(contract: Contract, currency: str) -> str:
    """What a contract's record says that it costs a year, where that is in a currency."""
    if contract.annual_expense is None or contract.expense_currency != currency:
        return ""
    return number_text(format(contract.annual_expense, "f"))


def _by_contract(uses: Iterable[Use]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.contract, []).append(use)
    return found


def yearly_expense(uses: Sequence[Dependency], currency: str) -> str:
    """What a contract costs a year, where all of it was stated in a currency; else nothing."""
    said = [stated_of(one.spend_stated) for one in uses if one.spend_stated is not None]
    if len(said) == len(uses) and {one.currency for one in said} == {currency}:
        yearly = [one.amount * (1 if one.per is Period.YEAR else 12) for one in said]
        return number_text(format(sum(yearly, Decimal(0)), "f"))
    known = [one.spend_usd_per_month for one in uses if one.spend_usd_per_month is not None]
    if currency == "USD" and not said and known and len(known) == len(uses):
        return number_text(str(round(12 * sum(known), 2)))
    return ""


def _rows_of(use: Use, names: _Names, stated: Contract) -> Iterator[tuple[str, dict[str, str]]]:
    one, provider = use.dependency, use.provider
    code, sort = names.provider(provider), names.sort(provider)
    yield (
        "B_02.02",
        {
            "c0010": use.contract,
            "c0020": names.entity(use.startup.name),
            "c0030": code,
            "c0040": sort,
            "c0050": use.function,
            "c0060": use.service,
            "c0070": _day(one.contract_start or stated.contract_start),
            "c0080": _day(one.contract_end or stated.contract_end),
            "c0100": _days(_first(one.notice_days, stated.notice_days)),
            "c0110": _days(_first(one.provider_notice_days, stated.provider_notice_days)),
            "c0120": country_code(one.governing_law or stated.governing_law),
            "c0150": country_code(one.data_residency),
            "c0160": country_code(one.region),
        },
    )
    yield "B_05.01", {"c0010": code, "c0020": sort, "c0050": provider}
    yield (
        "B_05.02",
        {
            "c0010": use.contract,
            "c0020": use.service,
            "c0030": code,
            "c0040": sort,
            "c0050": "1",
            "c0060": code,
            "c0070": sort,
        },
    )
    yield (
        "B_06.01",
        {
            "c0010": use.function,
            "c0030": use.use_case.name,
            "c0040": names.entity(use.startup.name),
        },
    )
    yield (
        "B_07.01",
        {"c0010": use.contract, "c0020": code, "c0030": sort, "c0040": use.service},
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _first(one: float | None, other: float | None) -> float | None:
    return other if one is None else one


def _days(days: float | None) -> str:
    """Whole days: a day begun counts as a day."""
    return "" if days is None else str(int(-(-days // 1)))


def _once(table: str, rows: Sequence[Mapping[str, str]]) -> Table:
    """One row for each key; a cell in which rows of one key differ stays open."""
    by_key: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in rows:
        by_key.setdefault(tuple(row.get(code, "") for code in KEYS[table]), []).append(row)
    agreed = []
    for its in by_key.values():
        cells = {}
        for code in {code for row in its for code in row}:
            stated = {row.get(code, "") for row in its}
            cells[code] = stated.pop() if len(stated) == 1 else ""
        agreed.append(cells)
    return table_of(table, agreed)
