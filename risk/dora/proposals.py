"""Proposals for cells of a register: what the product knows or derives, each with its reasoning.

A person accepts them one by one or column by column; until then no cell changes. What only the
entity can know (criticality, licensed activities, audits, signatories) is proposed where the
register of dependencies states it, and else not at all.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property

from risk.alternatives.judgements import Substitutability
from risk.alternatives.readiness import CODES
from risk.dora.drawing import (
    CODE_TYPES,
    CURRENCY,
    PLATFORM,
    SOFTWARE,
    Use,
    awaited,
    country_code,
    is_awaited,
    uses_of,
)
from risk.dora.identifiers import is_lei
from risk.dora.packages import FilingFacts, Register
from risk.dora.schema import KEYS
from risk.dora.tables import Row
from risk.inventory.formats.cell_values import number_text
from risk.inventory.records import Dependency, ExitPlan, Portfolio
from risk.money.rates import SOURCE, rate_on
from risk.money.stated import Period, stated_of

YES, NO, NOT_ASSESSED = "eba_BT:x28", "eba_BT:x29", "eba_BT:x21"
IMPACTS = {"low": "eba_ZZ:x791", "medium": "eba_ZZ:x792", "high": "eba_ZZ:x793"}
IMPACT_NOT_ASSESSED = "eba_ZZ:x799"
LEGAL_PERSON, NO_BRANCH, NEVER = "eba_CT:x212", "eba_ZZ:x839", "9999-12-31"
#: Our scale of criticality as the register has it: critical or important, and the impact of
#: discontinuing. Reading a register gives the same number back.
CRITICALITY: Mapping[int, tuple[str, str]] = {
    5: (YES, IMPACTS["high"]),
    4: (YES, IMPACTS["medium"]),
    3: (YES, IMPACTS["low"]),
    2: (NO, IMPACTS["medium"]),
    1: (NO, IMPACTS["low"]),
}
#: Where the dependencies behind one row differ, the graver value is proposed; gravest first.
_GRAVER: Mapping[str, tuple[str, ...]] = {
    "c0050": tuple(CODES.values()),
    "c0080": (NO, YES),
    "c0100": (IMPACTS["high"], IMPACTS["medium"], IMPACTS["low"]),
    "c0110": (NO, YES),
}


#: Table, column of a code, and the column that says of which type it is.
_CODES = (
    ("B_02.02", "c0030", "c0040"),
    ("B_03.02", "c0020", "c0030"),
    ("B_05.01", "c0010", "c0020"),
    ("B_05.01", "c0030", "c0040"),
    ("B_05.01", "c0110", "c0120"),
    ("B_05.02", "c0030", "c0040"),
    ("B_05.02", "c0060", "c0070"),
    ("B_07.01", "c0020", "c0030"),
)


@dataclass(frozen=True, kw_only=True)
class Derived:
    """What the model and the decisions taken say of one dependency; None: nothing."""

    substitutability: Substitutability | None = None
    because: str = ""
    reason_code: str = ""
    impact: str = ""
    impact_because: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A value for a cell, or a new row (``row`` None) with its ``cells``, and why.

    ``column`` is empty for a row. ``key`` names the row for a person.
    """

    table: str
    row: int | None
    column: str
    value: str
    reason: str
    key: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """What tells it from all others of a register, the same every time."""
        said = repr((self.table, self.row, self.column, self.value, sorted(self.cells.items())))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def proposals(
    register: Register,
    portfolio: Portfolio,
    *,
    facts: FilingFacts,
    derived: Mapping[str, Derived],
    homes: Mapping[str, str],
    today: date,
) -> tuple[Proposal, ...]:
    """What can be proposed for open cells and missing rows, in the order of the tables.

    ``derived`` is by the dependency's key, ``homes`` gives the ISO country of a provider's head
    office by its name in small letters. Cells that say something are left as they are.
    """
    writer = _Writer(register, list(uses_of(portfolio)), facts, derived, homes, today)
    found = [*writer.rows(), *writer.cells()]
    order = {table: place for place, table in enumerate(KEYS)}
    return tuple(sorted(found, key=lambda one: (order[one.table], one.row is None)))


class _Writer:
    """Rows of a register, and the dependencies that stand behind them."""

    def __init__(
        self,
        register: Register,
        uses: Sequence[Use],
        facts: FilingFacts,
        derived: Mapping[str, Derived],
        homes: Mapping[str, str],
        today: date,
    ) -> None:
        self.register, self.uses, self.facts = register, uses, facts
        self.derived, self.homes, self.today = derived, homes, today
        self._by_names: dict[tuple[str, str], list[Use]] = {}
        for use in uses:
            one = use.dependency
            for name in {use.provider, one.provider_text, one.host, one.developer} - {None}:
                key = (use.startup.name.casefold(), str(name).casefold())
                self._by_names.setdefault(key, []).append(use)
        entities = register.table("B_01.02")
        self._entities = {
            entities.cell(row, "c0010"): entities.cell(row, "c0020") for row in entities.rows
        }
        providers = register.table("B_05.01")
        self._providers = {
            providers.cell(row, "c0010"): providers.cell(row, "c0050")
            or providers.cell(row, "c0060")
            for row in providers.rows
        }
        self._behind = self._uses_of_arrangements()

    def _uses_of_arrangements(self) -> dict[tuple[str, str, str], list[Use]]:
        """(contract, provider, service) → dependencies that its rows of B_02.02 are about."""
        table, functions = self.register.table("B_02.02"), self.register.table("B_06.01")
        names = {
            (functions.cell(row, "c0010"), functions.cell(row, "c0040")): functions.cell(
                row, "c0030"
            )
            for row in functions.rows
        }
        found: dict[tuple[str, str, str], dict[str, Use]] = {}
        for row in table.rows:
            contract, entity, provider, function, service = (
                table.cell(row, code) for code in ("c0010", "c0020", "c0030", "c0050", "c0060")
            )
            name = names.get((function, entity), "").casefold()
            key = (contract, provider, service)
            for use in self._named(entity, provider, contract):
                if not name or name == use.use_case.name.casefold() or self._is_alone(name, use):
                    found.setdefault(key, {})[use.dependency.key] = use
        return {key: list(its.values()) for key, its in found.items()}

    @staticmethod
    def _is_alone(name: str, use: Use) -> bool:
        """Was the function's name made longer when it was read, to tell it from another?"""
        return use.use_case.name.casefold().startswith(f"{name} (")

    def _named(self, entity: str, provider: str, contract: str) -> Iterator[Use]:
        names = (self._entities.get(entity, ""), self._providers.get(provider, ""))
        for use in self._by_names.get((names[0].casefold(), names[1].casefold()), ()):
            stated = use.dependency.contract
            if stated is None or stated == contract or is_awaited(contract):
                yield use

    # --- Cells ------------------------------------------------------------------------------------

    def cells(self) -> Iterator[Proposal]:
        """Proposals for open cells of rows that are there."""
        yield from self._of_identifiers()
        yield from self._of_codes()
        yield from self._of_contracts()
        yield from self._of_providers()
        yield from self._of_functions()
        yield from self._of_services()

    def _open(self, table: str, row: Row, column: str) -> bool:
        value = self.register.table(table).cell(row, column)
        return not value or is_awaited(value)

    def _proposed(
        self, table: str, row: Row, column: str, value: str, reason: str
    ) -> Iterator[Proposal]:
        if value and self._open(table, row, column):
            yield Proposal(
                table=table,
                row=row.number,
                column=column,
                value=value,
                reason=reason,
                key=self._key(table, row),
            )

    def _key(self, table: str, row: Row) -> str:
        its = self.register.table(table)
        return " · ".join(filter(None, (its.cell(row, code) for code in KEYS[table])))

    def _of_identifiers(self) -> Iterator[Proposal]:
        """The number of a function and the type of a service, which wait in several tables."""
        functions, seen = self.register.table("B_06.01"), set()
        waiting = {use.function: use for use in self.uses}
        for row in functions.rows:
            if use := waiting.get(functions.cell(row, "c0010")):
                reason = f"“{use.use_case.name}” is number {use.number} of {use.startup.name}."
                yield from self._proposed("B_06.01", row, "c0010", f"F{use.number}", reason)
        services = {use.service: use for use in self.uses}
        table = self.register.table("B_02.02")
        for row in table.rows:
            value = table.cell(row, "c0060")
            use = services.get(value)
            if use is None or value in seen:
                continue
            seen.add(value)
            how = (
                "called by programs: a platform (PaaS)"
                if use.is_called
                else "used by people: software as a service (SaaS)"
            )
            reason = f"The list has no code for a language model; this one is {how}."
            code = PLATFORM if use.is_called else SOFTWARE
            yield from self._proposed("B_02.02", row, "c0060", code, reason)

    def _of_codes(self) -> Iterator[Proposal]:
        """The type of a code: as B_05.01 has it for the provider, or an LEI by its check digits."""
        providers = self.register.table("B_05.01")
        known = {
            providers.cell(row, "c0010"): providers.cell(row, "c0020") for row in providers.rows
        }
        for name, code, sort in _CODES:
            table = self.register.table(name)
            for row in table.rows:
                value = table.cell(row, code)
                if stated := known.get(value):
                    reason = "B_05.01 has it for this code."
                    yield from self._proposed(name, row, sort, stated, reason)
                elif is_lei(value):
                    reason = "Twenty letters and digits whose check digits are those of an LEI."
                    yield from self._proposed(name, row, sort, CODE_TYPES["LEI"], reason)

    def _of_contracts(self) -> Iterator[Proposal]:
        table = self.register.table("B_02.01")
        by_contract: dict[str, dict[str, Use]] = {}
        for (contract, _, _), uses in self._behind.items():
            by_contract.setdefault(contract, {}).update({one.dependency.key: one for one in uses})
        for row in table.rows:
            its = [one.dependency for one in by_contract.get(table.cell(row, "c0010"), {}).values()]
            value, reason = self._expense(its)
            yield from self._proposed("B_02.01", row, "c0050", value, reason)
            if value and not self._open("B_02.01", row, "c0050"):
                continue
            if value:
                currency = f"{CURRENCY}{self.facts.currency}"
                yield from self._proposed("B_02.01", row, "c0040", currency, reason)
        arrangements = self.register.table("B_02.02")
        for row in arrangements.rows:
            renewals = {
                use.dependency.renewal
                for use in self._named(
                    *(arrangements.cell(row, code) for code in ("c0020", "c0030", "c0010"))
                )
            } - {None}
            if len(renewals) == 1 and (day := renewals.pop()):
                reason = f"It renews on {day:%d %B %Y}; take the day if it ends unless renewed."
                yield from self._proposed("B_02.02", row, "c0080", day.isoformat(), reason)

    def _expense(self, uses: Sequence[Dependency]) -> tuple[str, str]:
        """What a contract costs a year in the currency of the filing, and how that was found."""
        amounts: list[Decimal] = []
        told: list[str] = []
        rates: list[str] = []
        for one in uses:
            if one.spend_stated is not None:
                said = stated_of(one.spend_stated)
                amount = said.amount * (1 if said.per is Period.YEAR else 12)
                currency = said.currency
            elif one.spend_usd_per_month is not None:
                amount, currency = Decimal(str(one.spend_usd_per_month)) * 12, "USD"
            else:
                return "", ""
            told.append(f"{amount.quantize(Decimal('0.01')):,} {currency}")
            converted = self._converted(amount, currency)
            if converted is None:
                return "", ""
            amounts.append(converted[0])
            if converted[1]:
                rates.append(converted[1])
        if not amounts:
            return "", ""
        total = sum(amounts, Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        at = f", at the {'; '.join(dict.fromkeys(rates))}" if rates else ""
        return number_text(format(total, "f")), f"Stated: {' + '.join(told)} a year{at}."

    def _converted(self, amount: Decimal, currency: str) -> tuple[Decimal, str] | None:
        own = self.facts.currency
        if currency == own:
            return amount, ""
        day = min(self.facts.day or self.today, self.today)
        theirs, ours = rate_on(currency, day), rate_on(own, day)
        if theirs is None or ours is None:
            return None
        value = amount / theirs.per_euro * ours.per_euro
        return value, f"{SOURCE} {theirs.said}; check it against your accounts"

    def _of_providers(self) -> Iterator[Proposal]:
        table, expenses = self.register.table("B_05.01"), self._expense_of_providers()
        for row in table.rows:
            name = table.cell(row, "c0050")
            home = self.homes.get(name.casefold(), "")
            yield from self._proposed(
                "B_05.01",
                row,
                "c0060",
                name if name.isascii() else "",
                "The legal name is written in Latin letters.",
            )
            if name.casefold() in self.homes:
                reason = "The catalogue knows it as a company."
                yield from self._proposed("B_05.01", row, "c0070", LEGAL_PERSON, reason)
                reason = "Head office in the catalogue of providers; the contracting company of a"
                reason += " group may sit elsewhere."
                yield from self._proposed("B_05.01", row, "c0080", country_code(home), reason)
            if found := expenses.get(table.cell(row, "c0010")):
                yield from self._proposed("B_05.01", row, "c0100", found[0], found[1])
                yield from self._proposed("B_05.01", row, "c0090", found[2], found[1])

    def _expense_of_providers(self) -> dict[str, tuple[str, str, str]]:
        """Provider → the sum of its contracts in B_02.01, where each states one, and the currency.

        A contract that several providers sign is nobody's alone.
        """
        table = self.register.table("B_02.01")
        costs = {
            table.cell(row, "c0010"): (table.cell(row, "c0050"), table.cell(row, "c0040"))
            for row in table.rows
        }
        used = self.register.table("B_02.02")
        signers: dict[str, set[str]] = {}
        for row in used.rows:
            signers.setdefault(used.cell(row, "c0010"), set()).add(used.cell(row, "c0030"))
        contracts: dict[str, list[str]] = {}
        for contract, its in signers.items():
            for provider in its:
                contracts.setdefault(provider, []).append(contract if len(its) == 1 else "")
        found = {}
        for provider, own in contracts.items():
            stated = [costs.get(contract, ("", "")) for contract in own]
            currencies = {currency for _, currency in stated}
            numbers = [_decimal(amount) for amount, _ in stated]
            if len(currencies) == 1 and all(one is not None for one in numbers):
                total = sum((one for one in numbers if one is not None), Decimal(0))
                reason = f"The sum of its {len(own)} contracts in B_02.01."
                found[provider] = (number_text(format(total, "f")), reason, currencies.pop())
        return found

    def _of_functions(self) -> Iterator[Proposal]:
        table = self.register.table("B_06.01")
        cases = {
            (use.startup.name.casefold(), use.use_case.name.casefold()): use.use_case
            for use in self.uses
        }
        for row in table.rows:
            entity = self._entities.get(table.cell(row, "c0040"), "").casefold()
            case = cases.get((entity, table.cell(row, "c0030").casefold()))
            if case is None or case.criticality is None:
                continue
            critical, impact = CRITICALITY[case.criticality]
            reason = f"Its criticality is stated as {case.criticality} of 5."
            yield from self._proposed("B_06.01", row, "c0050", critical, reason)
            yield from self._proposed("B_06.01", row, "c0100", impact, reason)

    def _of_services(self) -> Iterator[Proposal]:
        table = self.register.table("B_07.01")
        for row in table.rows:
            key = tuple(table.cell(row, code) for code in KEYS["B_07.01"])
            uses = self._behind.get((key[0], key[1], key[2]), [])
            stated: dict[str, list[tuple[str, str]]] = {}
            for use in uses:
                for column, value, reason in self._assessed(use):
                    named = f"{use.use_case.name}: {reason}" if len(uses) > 1 else reason
                    stated.setdefault(column, []).append((value, named))
            for column, its in stated.items():
                value, reason = _gravest(column, its, of=len(uses))
                yield from self._proposed("B_07.01", row, column, value, reason)

    def _assessed(self, use: Use) -> Iterator[tuple[str, str, str]]:
        said, plan = self.derived.get(use.dependency.key, Derived()), use.dependency.exit_plan
        if said.substitutability is not None:
            reason = f"{said.substitutability.value.capitalize()}: {said.because}."
            yield "c0050", CODES[said.substitutability], reason
            if said.reason_code:
                yield "c0060", said.reason_code, reason
        if plan is not None:
            value = NO if plan is ExitPlan.NONE else YES
            yield "c0080", value, f"Exit plan: {plan.value}."
        if said.impact:
            yield "c0100", IMPACTS[said.impact], said.impact_because
        if said.alternatives:
            listed = "; ".join(said.alternatives)
            yield "c0110", YES, f"Decided on: {listed}."
            yield "c0120", listed, "The options that somebody decided on."

    # --- Rows -------------------------------------------------------------------------------------

    def rows(self) -> Iterator[Proposal]:
        """Proposals for rows that the register lacks and that follow from those it has."""
        yield from self._maintainer()
        yield from self._signatures()
        yield from self._subcontractors()

    def _missing(self, table: str, cells: Mapping[str, str], reason: str) -> Iterator[Proposal]:
        its = self.register.table(table)
        wanted = tuple(cells.get(code, "") for code in KEYS[table])
        if wanted not in {tuple(its.cell(row, c) for c in KEYS[table]) for row in its.rows}:
            yield Proposal(
                table=table,
                row=None,
                column="",
                value="",
                reason=reason,
                key=" · ".join(wanted),
                cells=dict(cells),
            )

    def _maintainer(self) -> Iterator[Proposal]:
        entities = self.register.table("B_01.02")
        if len(entities.rows) != 1 or self.register.table("B_01.01").rows:
            return
        only = entities.rows[0]
        cells = {
            "c0010": entities.cell(only, "c0010"),
            "c0020": entities.cell(only, "c0020"),
            "c0030": entities.cell(only, "c0030"),
            "c0060": self.facts.day.isoformat() if self.facts.day else "",
        }
        reason = "It is the only entity, so it keeps the register itself."
        yield from self._missing("B_01.01", cells, reason)

    def _signatures(self) -> Iterator[Proposal]:
        """Who signs and who uses: whoever the contract is with, unless somebody says otherwise."""
        table = self.register.table("B_02.02")
        done: set[tuple[str, str]] = set()
        signed = self.register.table("B_03.01").values("c0010")
        signed_with = self.register.table("B_03.02")
        pairs = set(zip(signed_with.values("c0010"), signed_with.values("c0020"), strict=True))
        used = self.register.table("B_04.01")
        users = set(zip(used.values("c0010"), used.values("c0020"), strict=True))
        known = set(signed)
        for row in table.rows:
            contract, entity, provider = (
                table.cell(row, code) for code in ("c0010", "c0020", "c0030")
            )
            who = self._entities.get(entity) or entity
            if contract and entity and (contract, entity) not in done:
                done.add((contract, entity))
                if contract not in known:
                    cells = {"c0010": contract, "c0020": entity, "c0030": "true"}
                    reason = f"{who} uses the service; accept it if {who} also signed."
                    yield from self._missing("B_03.01", cells, reason)
                if (contract, entity) not in users:
                    cells = {
                        "c0010": contract,
                        "c0020": entity,
                        "c0030": NO_BRANCH,
                        "c0040": "Not Applicable",
                    }
                    reason = f"{who} uses the service, as an entity and not through a branch."
                    yield from self._missing("B_04.01", cells, reason)
            if contract and provider and (contract, provider) not in pairs:
                pairs.add((contract, provider))
                cells = {
                    "c0010": contract,
                    "c0020": provider,
                    "c0030": table.cell(row, "c0040"),
                }
                reason = "It serves under this contract; rule R17 wants it to have signed."
                yield from self._missing("B_03.02", cells, reason)

    def _subcontractors(self) -> Iterator[Proposal]:
        """The developer behind a host is of rank 2."""
        providers = {name.casefold(): code for code, name in self._providers.items()}
        for (contract, provider, service), uses in self._behind.items():
            for name in dict.fromkeys(one.behind for one in uses if one.behind):
                code = providers.get(name.casefold()) or awaited(f"code of {name}")
                host = self._providers.get(provider, provider)
                if code == provider:
                    continue
                if name.casefold() not in providers:
                    cells = {"c0010": code, "c0050": name}
                    reason = f"It makes the model that {host} serves."
                    yield from self._missing("B_05.01", cells, reason)
                cells = {
                    "c0010": contract,
                    "c0020": service,
                    "c0030": code,
                    "c0050": "2",
                    "c0060": provider,
                }
                reason = f"{name} makes the model that {host} serves, which the register names."
                yield from self._missing("B_05.02", cells, reason)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except ArithmeticError:
        return None


def _gravest(column: str, stated: Sequence[tuple[str, str]], *, of: int) -> tuple[str, str]:
    """The value for a row of several dependencies, and the reasons; nothing where one is silent.

    Alternatives are named together.
    """
    reasons = " ".join(dict.fromkeys(reason for _, reason in stated))
    if column == "c0120":
        names = dict.fromkeys(part for value, _ in stated for part in value.split("; "))
        return "; ".join(names), reasons
    values = dict.fromkeys(value for value, _ in stated)
    if column in ("c0050", "c0080", "c0110") and len(stated) < of:
        worst = _GRAVER[column][0]
        # What is not known of one might be worse, unless the worst is known already.
        return (worst, reasons) if worst in values else ("", "")
    order = _GRAVER.get(column, tuple(values))
    return next(one for one in order if one in values), reasons
