"""Invented registers of information: packages as financial entities file them, of any number.

Popularity of providers follows Zipf's law; a third of the functions are critical or important, one
in twenty was never assessed; one entity in twenty states no assets. The same seed gives the same
bytes. Names and codes are invented.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from risk.dora.packages import (
    FilingFacts,
    indicators_csv,
    package_name,
    parameters_csv,
    report_json,
    report_package_json,
    zip_of,
)
from risk.dora.schema import COLUMNS, LISTS

_CATEGORIES = [code for code in LISTS["ENTITY"] if code not in ("eba_CT:x317", "eba_CT:x318")]
_SERVICES = list(LISTS["SERVICE"])
_LEI = "eba_qCO:qx2000"
_COUNTRIES = ("IE", "DE", "FR", "NL", "LU", "US", "SE", "PL")
_MADE = datetime(2026, 3, 15, 10)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How much to invent. ``rows`` are those of B_02.02 over all packages."""

    packages: int
    rows: int
    providers: int = 20_000
    groups: int = 12_000
    seed: int = 1


def packages(wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Every package by its file name."""
    for name, tables in tables_of(wanted):
        facts = FilingFacts(lei=name[:20], scope="CON", country="DE", day=_MADE.date())
        files = {
            "META-INF/reportPackage.json": report_package_json(),
            "reports/report.json": report_json(facts),
            "reports/parameters.csv": parameters_csv(facts),
            "reports/FilingIndicators.csv": indicators_csv(),
        }
        for table, lines in tables.items():
            text = "\r\n".join([",".join(COLUMNS[table]), *lines, ""])
            files[f"reports/{table.lower()}.csv"] = text.encode()
        folder = package_name(facts, _MADE)
        yield f"{folder}.zip", zip_of({f"{folder}/{path}": data for path, data in files.items()})


def zip_of_packages(wanted: Wanted) -> bytes:
    """All packages in one archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in packages(wanted):
            archive.writestr(name, data)
    return target.getvalue()


def stacked_csv(wanted: Wanted) -> dict[str, bytes]:
    """The same registers as stacked tables: one CSV for each, with a column ``register``."""
    lines: dict[str, list[str]] = {}
    for name, tables in tables_of(wanted):
        for table, rows in tables.items():
            lines.setdefault(table, []).extend(f"{name},{row}" for row in rows)
    return {
        f"{table.lower()}.csv": "\n".join(
            [",".join(["register", *COLUMNS[table]]), *rows, ""]
        ).encode()
        for table, rows in lines.items()
    }


def tables_of(wanted: Wanted) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The rows of each register's tables, by the filer's LEI."""
    rng = np.random.default_rng(wanted.seed)
    share = 1 / np.arange(1, wanted.providers + 1)
    popular = np.cumsum(share / share.sum())
    parent = rng.integers(0, wanted.groups, wanted.providers)
    parent[: wanted.groups] = np.arange(min(wanted.groups, wanted.providers))
    each = max(1, wanted.rows // wanted.packages)
    for number in range(wanted.packages):
        rows = each + (number < wanted.rows - each * wanted.packages)
        yield _lei("E", number * 10), _tables(rng, wanted, number, rows, popular, parent)


def _lei(letter: str, number: int) -> str:
    return f"ZZZZ00{letter}{number:011d}{number % 90 + 10}"


def _firm(number: int) -> str:
    return _lei("P", number)


def _tables(
    rng: np.random.Generator,
    wanted: Wanted,
    number: int,
    rows: int,
    popular: np.ndarray,
    parent: np.ndarray,
) -> dict[str, list[str]]:
    entities = [_lei("E", number * 10 + one) for one in range(int(rng.integers(1, 5)))]
    head = entities[0]
    category = rng.choice(len(_CATEGORIES), len(entities), p=_shares(len(_CATEGORIES)))
    assets = np.round(np.exp(rng.normal(21, 2, len(entities))))
    listed = [
        f"{lei},Entity {lei[7:18]},eba_GA:DE,{_CATEGORIES[category[at]]},eba_RP:x53,{head},"
        "2025-12-01,2020-01-01,9999-12-31,"
        + ("," if rng.random() < 0.05 else f"eba_CU:EUR,{assets[at]:.0f}")
        for at, lei in enumerate(entities)
    ]
    contracts = max(1, rows // 4)
    direct = np.minimum(np.searchsorted(popular, rng.random(contracts)), wanted.providers - 1)
    sold = rng.integers(0, len(_SERVICES), contracts)
    expense = np.round(np.exp(rng.normal(11, 1.5, contracts)), 2)
    functions = max(1, rows // 6)
    owner = rng.integers(0, len(entities), functions)
    critical = rng.choice(3, functions, p=(0.62, 0.33, 0.05))
    behind = np.minimum(np.searchsorted(popular, rng.random((contracts, 2))), wanted.providers - 1)
    deep = rng.choice(3, contracts, p=(0.4, 0.4, 0.2))
    of_contract = rng.integers(0, contracts, rows)
    of_function = rng.integers(0, functions, rows)
    reliance = rng.integers(0, 4, rows)
    hard = rng.integers(0, 4, contracts)
    plan = rng.integers(0, 2, contracts)
    yes_no = ("eba_BT:x29", "eba_BT:x28", "eba_BT:x21")
    firms = np.unique(np.concatenate([direct, behind.ravel()]))
    firms = np.unique(np.concatenate([firms, parent[firms]]))
    uses = [
        f"C{c},{entities[owner[f]]},{_firm(direct[c])},{_LEI},F{f},{_SERVICES[sold[c]]},2023-01-01,"
        f"9999-12-31,,90,90,eba_GA:IE,eba_GA:IE,eba_BT:x28,eba_GA:IE,eba_GA:IE,eba_ZZ:x793,"
        f"eba_ZZ:x{794 + reliance[at]}"
        for at, (c, f) in enumerate(zip(of_contract.tolist(), of_function.tolist(), strict=True))
    ]
    chain = []
    assessed = []
    for c in range(contracts):
        before = _firm(direct[c])
        chain.append(f"C{c},{_SERVICES[sold[c]]},{before},{_LEI},1,{before},{_LEI}")
        for step in range(deep[c]):
            firm = _firm(behind[c, step])
            chain.append(f"C{c},{_SERVICES[sold[c]]},{firm},{_LEI},{step + 2},{before},{_LEI}")
            before = firm
        assessed.append(
            f"C{c},{_firm(direct[c])},{_LEI},{_SERVICES[sold[c]]},eba_ZZ:x{959 + hard[c]},"
            f"{'eba_ZZ:x963' if hard[c] < 2 else ''},9999-12-31,{yes_no[plan[c]]},eba_ZZ:x966,"
            f"eba_ZZ:x793,{yes_no[plan[c]]},"
        )
    return {
        "B_01.01": [f"{head},Filer {head},eba_GA:DE,eba_CT:x12,Authority,2025-12-31"],
        "B_01.02": listed,
        "B_02.01": [f"C{c},eba_CO:x1,,eba_CU:EUR,{expense[c]}" for c in range(contracts)],
        "B_02.02": uses,
        "B_05.01": [
            f"{_firm(one)},{_LEI},,,Firm {one},Firm {one},eba_CT:x212,"
            f"eba_GA:{_COUNTRIES[one % 8]},eba_CU:EUR,1,{_firm(parent[one])},{_LEI}"
            for one in firms.tolist()
        ],
        "B_05.02": chain,
        "B_06.01": [
            f"F{f},eba_TA:x28,Function {f},{entities[owner[f]]},{yes_no[critical[f]]},,2025-06-30,"
            "2,1,eba_ZZ:x793"
            for f in range(functions)
        ],
        "B_07.01": assessed,
    }


def _shares(number: int) -> np.ndarray:
    falling = 1 / np.arange(1, number + 1)
    return falling / falling.sum()
