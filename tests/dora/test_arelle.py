"""Arelle, a reader of xBRL-CSV that is not ours, on what is filed; docs/dora.md says how far.

Arelle needs other versions of packages than the product, so ``make test`` installs it by itself
(``.venv/arelle``, from ``requirements-arelle.lock``). Without it these tests are skipped, or fail
where CI=true.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from risk.dora.lint import Weight
from risk.dora.packages import Register, as_it_came, filed, zip_of
from risk.dora.schema import COLUMNS, KEYS, TABLES
from tests.dora.samples import judged, places, sample, with_cells
from tests.dora.scaffold import name_of, scaffold
from tests.dora.test_mutations import PACKAGE_CASES, TABLE_CASES
from tests.dora.test_packages import MADE

ARELLE = Path(sys.prefix) / "arelle"
pytestmark = pytest.mark.skipif(
    not ARELLE.exists() and os.environ.get("CI") != "true",
    reason="Arelle is not installed here; install it with: make .venv/arelle.stamp",
)
READER = Path(__file__).parent / "arelle_reader.py"
Read = list[dict[str, Any]]


def read(folder: Path, packages: Mapping[str, bytes], *, with_scaffold: bool) -> Read:
    """What Arelle says of packages by name, without the internet."""
    paths = []
    for number, (name, data) in enumerate(packages.items()):
        path = folder / str(number) / name
        path.parent.mkdir()
        path.write_bytes(data)
        paths.append(str(path))
    command = [sys.executable, str(READER), str(folder), *paths]
    if with_scaffold:
        taxonomy = folder / "scaffold.zip"
        taxonomy.write_bytes(scaffold())
        command += ["--taxonomy", str(taxonomy)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=250,
        env={**os.environ, "PYTHONPATH": str(ARELLE)},
    )
    answered: Read = json.loads(done.stdout.splitlines()[-1])
    return answered


def cells_in(register: Register) -> list[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Every filled cell outside of the keys, with the key of its row."""
    found = []
    for table in TABLES:
        sheet = register.table(table)
        for row in sheet.rows:
            key = tuple(sorted((name_of(table, one), sheet.cell(row, one)) for one in KEYS[table]))
            found += [
                (name_of(table, code), key, value)
                for code in COLUMNS[table]
                if code not in KEYS[table] and (value := sheet.cell(row, code))
            ]
    return sorted(found)


def test_arelle_reads_every_cell_of_what_is_filed(tmp_path: Path):
    package = filed(sample(), sample().facts, made_at=MADE)
    name = f"{package.name}.zip"
    (said,) = read(tmp_path, {name: package.zipped()}, with_scaffold=True)
    assert said["codes"] == []
    facts = [(code, tuple(sorted(key.items())), value) for code, key, value in said["facts"]]
    indicators = [one for one in facts if one[0] == "reported"]
    assert sorted(indicators) == [("reported", (("template", table),), "true") for table in TABLES]
    assert sorted(set(facts) - set(indicators)) == cells_in(sample())


def test_without_a_taxonomy_arelle_opens_the_package_and_misses_the_entry_point_alone(
    tmp_path: Path,
):
    package = filed(sample(), sample().facts, made_at=MADE)
    (said,) = read(tmp_path, {f"{package.name}.zip": package.zipped()}, with_scaffold=False)
    assert said["codes"] == ["xbrlce:unresolvableBaseMetadataFile"]


#: Registers in which both find an error, by what is wrong.
WRONG: dict[str, Callable[[], Register]] = {
    **{
        f"{table}.{code} is {value!r}": (
            lambda table=table, row=row, code=code, value=value: with_cells(
                {(table, row, code): value}
            )
        )
        for table, row, code, value in (
            ("B_02.02", 4, "c0070", "15.03.2024"),
            ("B_02.01", 2, "c0050", "36500,5"),
            ("B_02.02", 4, "c0100", "60.5"),
            ("B_02.02", 4, "c0140", "Yes"),
            ("B_02.02", 4, "c0140", "eba_XX:x1"),
            ("B_03.01", 2, "c0030", "perhaps"),
            ("B_03.02", 2, "c0030", ""),
            ("B_05.01", 3, "c0050", "#none"),
            ("B_05.01", 3, "c0050", "#1"),
        )
    },
    **{
        name: TABLE_CASES[name][0]
        for name in (
            "a column that no table has",
            "a column in capital letters",
            "a column by its number alone",
            "a column twice",
            "a row with a cell too many",
            "semicolons",
            "the numbers of December 2024",
        )
    },
    **{
        name: PACKAGE_CASES[name][0]
        for name in (
            "the files stand without a folder",
            "reportPackage.json says something else",
            "a period that is no day",
            "an entry point of the next taxonomy",
            "an entity without rs:",
            "no report",
            "no parameters",
            "no indicators",
            "no file for a table",
            "an indicator that says yes",
            "parameters under another header",
            "a file beside the folder",
            "a table's file in capital letters",
        )
    },
}


def test_what_arelle_refuses_the_lint_refuses_too(tmp_path: Path):
    registers = {name: make() for name, make in WRONG.items()}
    packages = {
        f"{number}-{one.file_name}": zip_of(as_it_came(one))
        for number, one in enumerate(registers.values())
    }
    said = read(tmp_path, packages, with_scaffold=True)
    for (name, register), one in zip(registers.items(), said, strict=True):
        assert one["codes"], name
        assert places(judged(register), Weight.ERROR), name
