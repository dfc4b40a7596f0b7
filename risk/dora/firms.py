"""Firms over many registers: legal persons joined by their codes, and the groups they belong to.

Firms join by code, never by name: LEI, EUID and VAT number as such, any other code together with
the country of the firm. Two codes of one row of B_05.01 are one legal person, unless that would
make one person of several LEIs. The group of a person is the ultimate parent (B_05.01.0110) that
most filers state, followed up to one that is its own. Names are only shown: that of most filers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from risk.dora.identifiers import is_lei_shape
from risk.dora.schema import LISTS
from risk.dora.stack_codes import UNKNOWN, Flags, Ints, Names, Texts, keys, listed

CODE_TYPES = tuple(LISTS["CODE_TYPE"])
COUNTRIES = tuple(LISTS["COUNTRY"])
#: Codes that mean one firm wherever they stand: LEI, EUID and VAT number.
_EVERYWHERE = tuple(CODE_TYPES.index(f"eba_qCO:qx200{number}") for number in (0, 2, 4))
#: Room for a country beside each code.
_LANDS = len(COUNTRIES) + 1
_FIRMS = "B_05.01"
#: Tables whose rows name a firm: its code and the type of code.
NAMED_IN = {
    "B_02.02": ("c0030", "c0040"),
    "B_05.02": ("c0030", "c0040"),
    "B_07.01": ("c0020", "c0030"),
}


@dataclass(frozen=True, kw_only=True)
class Providers:
    """Legal persons in the order of their code; ``group`` is the place of the ultimate parent.

    ``parent_known`` tells whose ultimate parent somebody states. ``codes`` are all of a person.
    """

    code: Texts
    name: Texts
    country: Texts
    codes: tuple[tuple[str, ...], ...]
    group: Ints
    parent_known: Flags


@dataclass(frozen=True, kw_only=True)
class Firms:
    """``of_rows``: the person of each row, by table; ``of_lei``: of each text that is an LEI.

    ``several_leis`` counts codes that were not joined since they would make one firm of several
    LEIs.
    """

    providers: Providers
    of_rows: Mapping[str, Ints]
    of_lei: Ints
    several_leis: int


def firms_of(tables: Mapping[str, pa.Table], ids: Names, voice: Ints) -> Firms:
    """The firms in the tables. ``voice`` is who speaks in each register, as a number."""
    return _Joining(tables, ids, voice).result()


class _Joining:
    """The steps from codes to persons and groups."""

    def __init__(self, tables: Mapping[str, pa.Table], ids: Names, voice: Ints) -> None:
        self.tables, self.ids = tables, ids
        self.register = {name: _register(tables[name]) for name in (_FIRMS, *NAMED_IN)}
        self.own = ids.of(tables[_FIRMS]["c0010"])
        self.other = ids.of(tables[_FIRMS]["c0030"])
        self.parent = ids.of(tables[_FIRMS]["c0110"])
        self.named = {name: ids.of(tables[name][code]) for name, (code, _) in NAMED_IN.items()}
        self.kind = listed(tables[_FIRMS]["c0020"], CODE_TYPES)
        self.country = listed(tables[_FIRMS]["c0080"], COUNTRIES).astype(np.int64)
        self.voice = voice[self.register[_FIRMS]] if len(self.own) else self.own
        self.texts = ids.texts
        self.is_lei = np.array([is_lei_shape(text) for text in self.texts], dtype=bool)

    def result(self) -> Firms:
        own, two, parents, rows = self.identities()
        every = np.concatenate([own, two, parents, *rows.values()])
        codes = np.unique(every[every >= _LANDS])
        linked = (self.own > 0) & (self.other > 0) & (two != own)
        person, apart = self.joined(
            codes, np.searchsorted(codes, own[linked]), np.searchsorted(codes, two[linked])
        )
        shown = self.shown(codes)
        best = pd.DataFrame(
            {
                "person": person,
                "rank": ~self.is_lei[codes // _LANDS],
                "code": shown,
            }
        ).sort_values(["person", "rank", "code"])
        first = best.groupby("person")["code"].first().to_numpy(dtype=object)
        by_code = np.argsort(first.astype(str), kind="stable")
        place = np.empty(len(first), dtype=np.int64)
        place[by_code] = np.arange(len(first))
        person = place[person]
        every_code = best.groupby("person")["code"].agg(list).to_numpy(dtype=object)

        def who(codes_of: Ints) -> Ints:
            found = np.full(len(codes_of), UNKNOWN, dtype=np.int64)
            said = codes_of >= _LANDS
            found[said] = person[np.searchsorted(codes, codes_of[said])]
            return found

        code = first[by_code]
        firm = who(own)
        group, known = self.groups(firm, who(parents), len(code))
        of_lei = np.full(len(self.texts), UNKNOWN, dtype=np.int64)
        leis = self.is_lei[codes // _LANDS]
        of_lei[codes[leis] // _LANDS] = person[leis]
        return Firms(
            providers=Providers(
                code=code,
                name=self.names(firm, code),
                country=self.elected(
                    firm, self.country, self.country >= 0, np.array(COUNTRIES, object), len(code)
                ),
                codes=tuple(tuple(one) for one in every_code[by_code]),
                group=group,
                parent_known=known,
            ),
            of_rows={name: who(found) for name, found in rows.items()},
            of_lei=of_lei,
            several_leis=apart,
        )

    def identities(self) -> tuple[Ints, Ints, Ints, dict[str, Ints]]:
        """Codes, with the country where a code means a firm only there: number × room + country.

        Type and country are those of the firm's own row in its register.
        """
        tables, register = self.tables, self.register
        numbers, size = keys(
            (register[_FIRMS], self.own),
            (register[_FIRMS], self.parent),
            *((register[name], self.named[name]) for name in NAMED_IN),
        )
        row_of = np.full(size, UNKNOWN, dtype=np.int64)
        row_of[numbers[0][::-1]] = np.arange(len(self.own))[::-1]  # the first of two alike

        def identity(code: Ints, number: Ints, given: Ints) -> Ints:
            row = row_of[number]
            known = row >= 0
            sort, land = given.astype(np.int64), np.full(len(code), UNKNOWN, dtype=np.int64)
            sort[known], land[known] = self.kind[row[known]], self.country[row[known]]
            return self.with_country(code, sort, land)

        def types(table: str, code: str) -> Ints:
            return listed(tables[table][code], CODE_TYPES)

        return (
            self.with_country(self.own, self.kind, self.country),
            self.with_country(self.other, types(_FIRMS, "c0040"), self.country),
            identity(self.parent, numbers[1], types(_FIRMS, "c0120")),
            {
                name: identity(self.named[name], numbers[2 + at], types(name, sort))
                for at, (name, (_, sort)) in enumerate(NAMED_IN.items())
            },
        )

    def with_country(self, code: Ints, sort: Ints, land: Ints) -> Ints:
        everywhere = self.is_lei[code] | np.isin(sort, _EVERYWHERE) | (sort < 0)
        return np.where(code > 0, code * _LANDS + np.where(everywhere, 0, land + 1), 0)

    def joined(self, codes: Ints, left: Ints, right: Ints) -> tuple[Ints, int]:
        """The person of each code, and how many codes stay alone for having several LEIs."""
        size = len(codes)
        if not size:
            return np.zeros(0, dtype=np.int64), 0
        graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
        person = connected_components(graph, directed=False)[1].astype(np.int64)
        leis = np.bincount(person[self.is_lei[codes // _LANDS]], minlength=size)
        apart = leis[person] > 1
        person[apart] = size + np.flatnonzero(apart)
        return pd.factorize(person)[0].astype(np.int64), int(apart.sum())

    def shown(self, codes: Ints) -> Texts:
        lands = np.array(["", *COUNTRIES], dtype=object)[codes % _LANDS]
        return np.array(
            [
                f"{text} ({land.rpartition(':')[2]})" if land else text
                for text, land in zip(self.texts[codes // _LANDS], lands, strict=True)
            ],
            dtype=object,
        )

    def names(self, firm: Ints, code: Texts) -> Texts:
        names = Names()
        legal = names.of(self.tables[_FIRMS]["c0050"])
        latin = names.of(self.tables[_FIRMS]["c0060"])
        called = np.where(legal > 0, legal, latin)
        found = self.elected(firm, called, called > 0, names.texts, len(code))
        return np.where(found == "", code, found)

    def elected(self, firm: Ints, value: Ints, said: Flags, texts: Texts, number: int) -> Texts:
        """What most filers say of each person; of equally many the first in the alphabet."""
        order = np.empty(len(texts), dtype=np.int64)
        order[np.argsort(texts.astype(str), kind="stable")] = np.arange(len(texts))
        who, what = self.votes(firm, value, said, order)
        found = np.full(number, "", dtype=object)
        found[who] = texts[what]
        return found

    def groups(self, firm: Ints, parent_of: Ints, number: int) -> tuple[Ints, Flags]:
        """The ultimate parent of each person, followed to its own; a ring is one group."""
        parent = np.arange(number)
        known = np.zeros(number, dtype=bool)
        who, what = self.votes(firm, parent_of, parent_of >= 0, parent)
        parent[who], known[who] = what, True
        top = parent.copy()
        for _ in range(number.bit_length() + 1):
            top = top[top]
        # Whoever is at no root by now runs in a ring; its member with the first code heads it.
        for start in np.flatnonzero(parent[top] != top):
            ring, at = [], int(top[start])
            while at not in ring:
                ring.append(at)
                at = int(parent[at])
            top[start] = min(ring)
        return top, known

    def votes(self, firm: Ints, value: Ints, said: Flags, order: Ints) -> tuple[Ints, Ints]:
        """Persons, and the value that most voices have; of equals the lowest in ``order``."""
        said = said & (firm >= 0)
        once = pd.DataFrame(
            {"firm": firm[said], "voice": self.voice[said], "value": value[said]}
        ).drop_duplicates()
        counted = once.groupby(["firm", "value"]).size().reset_index(name="times")
        counted["order"] = order[counted["value"].to_numpy(dtype=np.int64)]
        counted = counted.sort_values(["firm", "times", "order"], ascending=[True, False, True])
        counted = counted.drop_duplicates("firm")
        return (
            counted["firm"].to_numpy(dtype=np.int64),
            counted["value"].to_numpy(dtype=np.int64),
        )


def _register(table: pa.Table) -> Ints:
    found: Ints = table["register"].to_numpy().astype(np.int64)
    return found
