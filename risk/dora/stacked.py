"""Stacked registers as columns: entities, providers, uses and supply chains of all, each once.

A rule of ours: *one register speaks for an entity*. Of those that list it, one with rows of use
comes before one without, then the later reference date, the entity's own before its group's, an
individual before a consolidated one, the later name. Rows of the others about it do not count;
only a category, assets or name that the speaking register lacks come from the next one. Entities
that left before their register's date, and uses that ended before it, do not count either. What is
not stated stays unknown: -1 in whole numbers, NaN in amounts.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.dora.firms import Firms, Providers, firms_of
from risk.dora.schema import LISTS
from risk.dora.stack_codes import (
    UNKNOWN,
    Flags,
    Floats,
    Ints,
    Names,
    Texts,
    amount,
    day,
    each,
    keys,
    listed,
    most,
    rank,
)
from risk.dora.stack_files import LeftOut, RegisterSource, StackedFiles
from risk.money.rates import last_day, rate_on

#: Codes of lists by their place in these columns.
CATEGORIES = tuple(LISTS["ENTITY"])
SERVICES = tuple(LISTS["SERVICE"])
RELIANCES = tuple(LISTS["RELIANCE"])
SUBSTITUTABILITIES = ("eba_ZZ:x962", "eba_ZZ:x961", "eba_ZZ:x960", "eba_ZZ:x959")
#: Hard to migrate, no alternative, both.
REASONS = ("eba_ZZ:x964", "eba_ZZ:x963", "eba_ZZ:x965")
LEVELS = ("eba_ZZ:x791", "eba_ZZ:x792", "eba_ZZ:x793")
REINTEGRATIONS = ("eba_ZZ:x798", "eba_ZZ:x966", "eba_ZZ:x967")
NO_YES = ("eba_BT:x29", "eba_BT:x28")
#: Entities that are in a register and are no financial entities.
NON_FINANCIAL = tuple(CATEGORIES.index(code) for code in ("eba_CT:x317", "eba_CT:x318"))


@dataclass(frozen=True, kw_only=True)
class Entities:
    """Entities in the order of their LEI. ``assets`` in euro, ``category`` places in CATEGORIES.

    ``register`` is the place of the register that speaks for each.
    """

    lei: Texts
    name: Texts
    category: Ints
    assets: Floats
    register: Ints

    @cached_property
    def financial(self) -> Flags:
        """Which are financial entities; one without a category is taken to be."""
        return ~np.isin(self.category, NON_FINANCIAL)


@dataclass(frozen=True, kw_only=True)
class Uses:
    """Rows of B_02.02 that count, with what B_06.01 and B_07.01 say of each.

    Places of entity, provider, contract and function; ``service`` in SERVICES. ``critical``,
    ``exit_plan`` and ``alternatives`` are 1 yes, 0 no; ``reliance`` 0 to 3, ``substitutability``
    0 easy to 3 not, ``reason`` in REASONS, ``sensitive``, ``impact`` and ``function_impact`` 0 low
    to 2 high, ``reintegration`` 0 easy to 2 highly complex; all -1 unknown. ``intra_group``: the
    provider is in the same register as an entity.
    """

    entity: Ints
    provider: Ints
    contract: Ints
    function: Ints
    service: Ints
    critical: Ints
    reliance: Ints
    sensitive: Ints
    function_impact: Ints
    substitutability: Ints
    reason: Ints
    exit_plan: Ints
    reintegration: Ints
    impact: Ints
    alternatives: Ints
    intra_group: Flags

    def __len__(self) -> int:
        return len(self.entity)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Subcontractors behind each use: its place, who it is, at which rank (0: not stated)."""

    use: Ints
    provider: Ints
    rank: Ints


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many rows do not count, and how much is unknown.

    ``ended``: uses that ended before the reference date. ``said_twice``: uses of an entity for
    which another register speaks. ``unlisted_entities`` use a service and stand in no B_01.02.
    ``chain_without_use``: subcontractors of a contract and service that no row uses.
    ``several_leis``: codes that would make one firm of several LEIs. ``no_rate``: entities whose
    assets are in a currency without a rate. ``repeated`` packages came twice; ``keyless`` rows
    lack an LEI, a provider or a register.
    """

    ended: int
    said_twice: int
    deleted_entities: int
    unlisted_entities: int
    chain_without_use: int
    several_leis: int
    no_rate: int
    repeated: int
    keyless: int


@dataclass(frozen=True, kw_only=True)
class Stacked:
    """Many registers as one. ``expense`` is that of each contract in a year, in euro."""

    registers: tuple[RegisterSource, ...]
    left_out: tuple[LeftOut, ...]
    entities: Entities
    providers: Providers
    uses: Uses
    chain: Chain
    expense: Floats
    counts: Counts


def of_service(stack: Stacked, service: int) -> Stacked:
    """The stack with uses of one type of service alone, a place in SERVICES."""
    kept = stack.uses.service == service
    place = np.cumsum(kept) - 1
    links = kept[stack.chain.use]
    chain = Chain(
        use=place[stack.chain.use[links]],
        provider=stack.chain.provider[links],
        rank=stack.chain.rank[links],
    )
    columns = {one.name: getattr(stack.uses, one.name)[kept] for one in fields(Uses)}
    return replace(stack, uses=Uses(**columns), chain=chain)


def stacked(files: StackedFiles) -> Stacked:
    """The registers as columns."""
    return _Stacking(files).result()


class _Stacking:
    """The steps from tables of text to columns; every step stands on those before it."""

    def __init__(self, files: StackedFiles) -> None:
        self.files = files
        self.ids = Names(upper=True)
        registers = files.registers
        self.day = np.array([one.day.toordinal() if one.day else UNKNOWN for one in registers])
        self.individual = np.array([one.scope == "IND" for one in registers], dtype=bool)
        self.filer = np.array([self.ids.number(one.filer) for one in registers], dtype=np.int64)
        self.rate = np.array([_euro(one) for one in registers], dtype=float)
        self.keyless = files.nameless_rows

    def column(self, table: str, code: str) -> pa.ChunkedArray:
        return self.files.tables[table][code]

    def register(self, table: str) -> Ints:
        found: Ints = self.column(table, "register").to_numpy().astype(np.int64)
        return found

    def result(self) -> Stacked:
        user = self.ids.of(self.column("B_02.02", "c0020"))
        entities, deleted, unlisted, no_rate = self.entities(user)
        # Who speaks in a register: its filer, or the register itself where nobody is named.
        voice = np.where(self.filer > 0, self.filer, -1 - np.arange(len(self.filer)))
        firms = firms_of(self.files.tables, self.ids, voice)
        provider = firms.of_rows["B_02.02"]
        register = self.register("B_02.02")
        at_lei = np.full(len(self.ids.texts), UNKNOWN, dtype=np.int64)
        at_lei[[self.ids.number(lei) for lei in entities.lei]] = np.arange(len(entities.lei))
        entity = at_lei[user]
        there = entity >= 0
        mine = np.zeros(len(entity), dtype=bool)
        mine[there] = entities.register[entity[there]] == register[there]
        ended = each(self.column("B_02.02", "c0080"), day, np.int64)
        today = self.day[register]
        is_over = (ended > 0) & (today > 0) & (ended < today)
        counted = mine & ~is_over & (provider >= 0)
        self.keyless += int((provider < 0).sum())

        contracts = Names()
        contract = contracts.of(self.column("B_02.02", "c0010"))
        service = listed(self.column("B_02.02", "c0060"), SERVICES)
        terms = (register, contract, service)
        number, expense = self.contracts(register, contract, contracts)
        columns: dict[str, Ints] = {
            "entity": entity,
            "provider": provider,
            "contract": number,
            "service": service,
            "reliance": listed(self.column("B_02.02", "c0180"), RELIANCES),
            "sensitive": self.sensitive(),
            **self.functions(register, user),
            **self.assessed(terms, provider, contracts, firms),
        }
        uses = Uses(
            **{name: column[counted] for name, column in columns.items()},
            intra_group=self.intra_group(register, provider, firms)[counted],
        )
        chain, unmatched = self.chain(uses, terms, counted, contracts, firms)
        return Stacked(
            registers=self.files.registers,
            left_out=self.files.left_out,
            entities=entities,
            providers=firms.providers,
            uses=uses,
            chain=chain,
            expense=expense,
            counts=Counts(
                ended=int((mine & is_over).sum()),
                said_twice=int((there & ~mine).sum()),
                deleted_entities=deleted,
                unlisted_entities=unlisted,
                chain_without_use=unmatched,
                several_leis=firms.several_leis,
                no_rate=no_rate,
                repeated=self.files.repeated,
                keyless=self.keyless,
            ),
        )

    def entities(self, user: Ints) -> tuple[Entities, int, int, int]:
        """Every entity once, and how many are deleted, unlisted, and without a rate."""
        use_register, register = self.register("B_02.02"), self.register("B_01.02")
        lei = self.ids.of(self.column("B_01.02", "c0010"))
        gone = each(self.column("B_01.02", "c0090"), day, np.int64)
        today = self.day[register]
        is_deleted = (gone > 0) & (today > 0) & (gone <= today)
        (known, used), size = keys((register, lei), (use_register, user))
        has_use, is_listed = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        has_use[used], is_listed[known] = True, True
        # A user that its register does not list is an entity of which nothing is known.
        first = np.unique(used, return_index=True)[1]
        extra = first[~is_listed[used[first]] & (user[first] > 0)]
        self.keyless += int((lei == 0).sum() + (user == 0).sum())
        keep = ~is_deleted & (lei > 0)
        names = Names()
        stated = each(self.column("B_01.02", "c0110"), amount, np.float64)
        columns = {
            "category": listed(self.column("B_01.02", "c0040"), CATEGORIES).astype(float),
            "assets": stated * self.rate[register],
            "stated": stated,
            "name": names.of(self.column("B_01.02", "c0020")).astype(float),
        }
        columns["category"][columns["category"] < 0] = np.nan
        columns["name"][columns["name"] == 0] = np.nan
        blank = np.full(len(extra), np.nan)
        frame = pd.DataFrame(
            {
                "lei": np.concatenate([lei[keep], user[extra]]),
                "register": np.concatenate([register[keep], use_register[extra]]),
                "has_use": np.concatenate([has_use[known[keep]], np.ones(len(extra), bool)]),
                **{name: np.concatenate([one[keep], blank]) for name, one in columns.items()},
            }
        )
        of = frame["register"].to_numpy()
        order = np.lexsort(
            (
                -of,
                ~self.individual[of],
                self.filer[of] != frame["lei"].to_numpy(),
                -self.day[of],
                ~frame["has_use"].to_numpy(),
                frame["lei"].to_numpy(),
            )
        )
        # The first value that is stated in that order; the first row's register speaks.
        by_lei = frame.iloc[order].groupby("lei", sort=False)
        found = by_lei.first()
        text = self.ids.texts[found.index.to_numpy(dtype=np.int64)]
        alphabet = np.argsort(text.astype(str), kind="stable")
        found, text = found.iloc[alphabet], text[alphabet]
        name = found["name"].fillna(len(names.texts)).to_numpy(dtype=np.int64)
        return (
            Entities(
                lei=text,
                name=np.append(names.texts, "")[name],
                category=found["category"].fillna(UNKNOWN).to_numpy(dtype=np.int16),
                assets=found["assets"].to_numpy(dtype=float),
                register=found["register"].to_numpy(dtype=np.int64),
            ),
            len(set(lei[is_deleted].tolist()) - set(found.index.tolist())),
            int((~found.index.isin(lei)).sum()),
            int((found["assets"].isna() & found["stated"].notna()).sum()),
        )

    def contracts(self, register: Ints, contract: Ints, contracts: Names) -> tuple[Ints, Floats]:
        """The number of each use's contract, and what each contract costs a year in euro."""
        general = self.register("B_02.01")
        named = contracts.of(self.column("B_02.01", "c0010"))
        (used, known), size = keys((register, contract), (general, named))
        expense = np.full(size, np.nan)
        cost = each(self.column("B_02.01", "c0050"), amount, np.float64) * self.rate[general]
        expense[known[::-1]] = cost[::-1]  # the first of two alike
        return used, expense

    def sensitive(self) -> Ints:
        """How sensitive the stored data are; not at all where nothing is stored."""
        level = listed(self.column("B_02.02", "c0170"), LEVELS)
        stored = listed(self.column("B_02.02", "c0140"), NO_YES)
        return np.where((stored == 0) & (level < 0), 0, level).astype(np.int16)

    def functions(self, register: Ints, user: Ints) -> dict[str, Ints]:
        """The number of each use's function, and what B_06.01 says of it."""
        names = Names()
        used = names.of(self.column("B_02.02", "c0050"))
        described = names.of(self.column("B_06.01", "c0010"))
        owner = self.ids.of(self.column("B_06.01", "c0040"))
        (function, known), size = keys(
            (register, used, user), (self.register("B_06.01"), described, owner)
        )
        critical = most(listed(self.column("B_06.01", "c0050"), NO_YES), known, size)
        impact = most(listed(self.column("B_06.01", "c0100"), LEVELS), known, size)
        return {
            "function": function,
            "critical": critical[function],
            "function_impact": impact[function],
        }

    def assessed(
        self, terms: tuple[Ints, Ints, Ints], provider: Ints, contracts: Names, firms: Firms
    ) -> dict[str, Ints]:
        """What B_07.01 says of each use; of several answers the gravest."""
        register, contract, service = terms
        (use, known), size = keys(
            (register, contract, provider, service),
            (
                self.register("B_07.01"),
                contracts.of(self.column("B_07.01", "c0010")),
                firms.of_rows["B_07.01"],
                listed(self.column("B_07.01", "c0040"), SERVICES),
            ),
        )

        def gravest(code: str, codes: tuple[str, ...]) -> Ints:
            return most(listed(self.column("B_07.01", code), codes), known, size)[use]

        found = {
            "substitutability": gravest("c0050", SUBSTITUTABILITIES),
            "reason": gravest("c0060", REASONS),
            "reintegration": gravest("c0090", REINTEGRATIONS),
            "impact": gravest("c0100", LEVELS),
        }
        for name, code in (("exit_plan", "c0080"), ("alternatives", "c0110")):
            # No is graver than yes: found turned around, and turned back.
            no = gravest(code, NO_YES[::-1])
            found[name] = np.where(no < 0, UNKNOWN, 1 - no).astype(np.int16)
        return found

    def intra_group(self, register: Ints, provider: Ints, firms: Firms) -> Flags:
        """Whether each use's provider is an entity of the same register."""
        lei = self.ids.of(self.column("B_01.02", "c0010"))
        (mine, inside), size = keys(
            (register, provider), (self.register("B_01.02"), firms.of_lei[lei])
        )
        found = np.zeros(size, dtype=bool)
        found[inside[firms.of_lei[lei] >= 0]] = True
        return found[mine]

    def chain(
        self,
        uses: Uses,
        terms: tuple[Ints, Ints, Ints],
        counted: Flags,
        contracts: Names,
        firms: Firms,
    ) -> tuple[Chain, int]:
        """Everybody behind the direct provider of each use, and how many stand behind none."""
        provider = firms.of_rows["B_05.02"]
        ranks = each(self.column("B_05.02", "c0050"), rank, np.int64)
        (use, link), size = keys(
            terms,
            (
                self.register("B_05.02"),
                contracts.of(self.column("B_05.02", "c0010")),
                listed(self.column("B_05.02", "c0020"), SERVICES),
            ),
        )
        used = np.zeros(size, dtype=bool)
        used[use] = True
        behind = (ranks != 1) & (provider >= 0)
        rows = np.flatnonzero(behind & used[link])
        rows = rows[np.argsort(link[rows], kind="stable")]
        starts = np.searchsorted(link[rows], np.arange(size + 1))
        mine = use[counted]
        times = (starts[1:] - starts[:-1])[mine]
        at = np.repeat(np.arange(len(mine)), times)
        within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        row = rows[np.repeat(starts[mine], times) + within]
        # The direct provider may stand in its own chain: that is no second way to it.
        other = provider[row] != uses.provider[at]
        found = Chain(use=at[other], provider=provider[row][other], rank=ranks[row][other])
        return found, int((behind & ~used[link]).sum())


def _euro(register: RegisterSource) -> float:
    """How many euro one unit of a register's base currency is; NaN without a rate."""
    if register.currency == "EUR":
        return 1.0
    found: Any = rate_on(register.currency, register.day or last_day())
    return float(1 / found.per_euro) if found is not None else float("nan")
