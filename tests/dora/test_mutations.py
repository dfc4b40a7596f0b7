"""Mutated registers: what each rule finds, and that it finds nothing else.

``mutations.csv`` has a line for each cell that is changed (an empty row: in all rows) and what
follows: ``805`` is a rule about that very cell, ``807@B_03.01.c0020`` one about another. Whoever
changes a line says why it is right by the rules' texts, not by what the lint answers.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from risk.dora.lint import Weight
from risk.dora.packages import (
    INDICATORS,
    PARAMETERS,
    REPORT,
    REPORT_PACKAGE,
    FilingFacts,
    Register,
)
from risk.dora.schema import COLUMNS, KEYS, LISTS, REFERENCES, TABLES, Kind, Need
from risk.dora.tables import empty_table
from tests.dora.samples import (
    NAME,
    judged,
    places,
    sample,
    with_cells,
    with_files,
    with_row,
    with_text,
    without_rows,
)

CELLS = tuple(
    csv.DictReader(
        (Path(__file__).parent / "mutations.csv").read_text(encoding="utf-8").splitlines()
    )
)


def expected(said: str, table: str, column: str) -> set[str]:
    # Only before a table's number or at the end a space parts two rules.
    rules = re.split(r" (?=ITS:|FR:|LEI|VR_|xbrlce|[ve]?\d)", said) if said else []
    return {one if "@" in one else f"{one}@{table}.{column}" for one in rules}


@pytest.mark.parametrize(
    "line", CELLS, ids=[f"{one['table']}.{one['column']}={one['value']!r}" for one in CELLS]
)
def test_a_changed_cell_is_found_and_nothing_else(line: dict[str, str]):
    table, column = line["table"], line["column"]
    row = None if line["row"] == "*" else int(line["row"])
    found = judged(with_cells({(table, row, column): line["value"]}))
    for weight in Weight:
        said = line[{"error": "errors", "warning": "warnings"}.get(weight, weight)]
        assert places(found, weight) == expected(said, table, column), weight


def test_the_sample_is_found_right():
    assert judged(sample()) == ()
    assert judged(sample(), as_package=False) == ()


def header(old: str, new: str) -> Callable[[str], str]:
    """An edit of the first line alone."""

    def edit(text: str) -> str:
        first, end, rest = text.partition("\r\n")
        assert old in first
        return first.replace(old, new, 1) + end + rest

    return edit


def without_column(text: str) -> str:
    """A table without its second column, where no cell has a comma or quotes."""
    lines = [line.split(",") for line in text.splitlines()]
    return "".join(",".join([one[0], *one[2:]]) + "\r\n" for one in lines)


def swapped(text: str) -> str:
    """The new numbers of B_06.01 as the Official Journal of December 2024 had them."""
    first, end, rest = text.partition("\r\n")
    old = "c0010,c0020,c0030,c0040,c0060,c0070,c0080,c0090,c0100,c0110"
    assert first == "c0010,c0020,c0030,c0040,c0050,c0060,c0070,c0080,c0090,c0100"
    return old + end + rest


#: Name → register, errors and warnings.
TABLE_CASES: dict[str, tuple[Callable[[], Register], str, str]] = {
    "a column that no table has": (
        lambda: with_text("B_03.01", header("c0030", "c0030,c0999")),
        "801@B_03.01 809@B_03.01",
        "",
    ),
    "a column without a name": (
        lambda: with_text("B_03.01", lambda text: text.replace("\r\n", ",\r\n")),
        "801@B_03.01",
        "",
    ),
    "a column in capital letters": (
        lambda: with_text("B_03.01", header("c0020", "C0020")),
        "801@B_03.01.c0020",
        "",
    ),
    "a column by its number alone": (
        lambda: with_text("B_03.01", header("c0020", "0020")),
        "801@B_03.01.c0020",
        "",
    ),
    "a column twice": (
        lambda: with_text("B_03.01", lambda text: text.replace("\r\n", ",true\r\n").replace(
            "c0030,true", "c0030,c0030")),
        "802@B_03.01.c0030",
        "",
    ),
    "a row with a cell too many": (
        lambda: with_text("B_03.01", lambda text: text + "CA-1,X,true,more\r\n"),
        "807@B_03.01.c0010 807@B_03.01.c0020 809@B_03.01",
        "",
    ),
    "a row with a cell too few": (
        lambda: with_text("B_99.01", lambda text: text.rstrip().rpartition(",")[0]),
        "809@B_99.01",
        "",
    ),
    "semicolons": (
        lambda: with_text("B_03.01", lambda text: text.replace(",", ";")),
        "809@B_03.01",
        "",
    ),
    "an empty row": (
        lambda: with_text("B_03.01", lambda text: text + ",,\r\n"),
        "805@B_03.01",
        "",
    ),
    "a key column is absent": (
        lambda: with_text("B_03.03", without_column),
        "805@B_03.03.c0020",
        "",
    ),
    "a wanted column is absent": (
        lambda: with_text("B_01.01", without_column),
        "",
        "FR:columns@B_01.01.c0020 v8872_m@B_01.01.c0020 e23677_e@B_01.01.c0020",
    ),
    "the numbers of December 2024": (lambda: with_text("B_06.01", swapped), "801@B_06.01", ""),
    "a mark before the first line": (
        lambda: with_text("B_03.01", lambda text: "\ufeff" + text),
        "306@B_03.01",
        "",
    ),
    "a second row of definitions": (
        lambda: with_row("B_99.01", {"c0010": "One"}), "", "ITS:one row@B_99.01",
    ),
    "a second maintainer": (
        lambda: with_row("B_01.01", {
            "c0010": "ZZZZ00EXAMPLEINSU274", "c0020": "B", "c0030": "eba_GA:DE",
            "c0040": "eba_CT:x12", "c0050": "BaFin", "c0060": "2025-12-31"}),
        "",
        "ITS:one row@B_01.01",
    ),
    "no entity": (
        lambda: without_rows("B_01.02", 0, 1, 2),
        "807@B_03.03.c0020 807@B_03.01.c0020 807@B_01.03.c0020 807@B_04.01.c0020"
        " 807@B_06.01.c0040",
        "ITS:no row@B_01.02 ITS:maintainer@B_01.01.c0010",
    ),
    "no assessment of a critical service": (lambda: without_rows("B_07.01", 0, 1, 2), "", ""),
    "a parent without its own row": (
        lambda: without_rows("B_05.01", 1), "807@B_05.01.c0110", "",
    ),
    "an entity that serves the group unlisted": (
        lambda: without_rows("B_01.02", 2), "807@B_03.03.c0020", "",
    ),
    "a function that is listed for another entity": (
        lambda: with_cells({("B_06.01", 2, "c0040"): "ZZZZ00EXAMPLEBANK116"}),
        "807@B_02.02.c0050",
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE_CASES)
def test_a_changed_table_is_found_and_nothing_else(name: str):
    make, errors, warnings = TABLE_CASES[name]
    found = judged(make())
    assert places(found, Weight.ERROR) == expected(errors, "", "")
    assert places(found, Weight.WARNING) == expected(warnings, "", "")


@pytest.mark.parametrize("table", [table for table in TABLES if KEYS[table]])
def test_a_key_that_stands_twice_is_one_error_of_the_later_row(table: str):
    first = sample().table(table).rows[0]
    codes = COLUMNS[table]
    twice = with_row(table, dict(zip(codes, first.cells, strict=True)))
    errors = [one for one in judged(twice) if one.weight is Weight.ERROR]
    assert [(one.rule, one.table, one.column, one.row) for one in errors] == [
        ("806", table, "", -1)
    ]
    assert "Line 2" in errors[0].message


def files(**texts: bytes | None) -> Callable[[], Register]:
    """The sample with some of its files written anew, or left out where None."""
    named = {
        "about": REPORT_PACKAGE,
        "report": REPORT,
        "parameters": PARAMETERS,
        "indicators": INDICATORS,
    }

    def edit(inside: dict[str, bytes]) -> None:
        for name, text in texts.items():
            path = named.get(name, name)
            if text is None:
                del inside[path]
            else:
                inside[path] = text

    return lambda: with_files(edit)


def replaced(path: str, old: str, new: str) -> Callable[[], Register]:
    """The sample with a text replaced in one of its files."""

    def edit(inside: dict[str, bytes]) -> None:
        text = inside[path].decode()
        assert old in text
        inside[path] = text.replace(old, new).encode()

    return lambda: with_files(edit)


def named(old: str, new: str) -> Callable[[], Register]:
    """The sample under another name, folder and zip alike."""
    return lambda: with_files(lambda _: None, file_name=f"{NAME}.zip".replace(old, new))


def moved(old: str, new: str) -> Callable[[], Register]:
    """The sample with a file at another path."""

    def edit(inside: dict[str, bytes]) -> None:
        inside[new] = inside.pop(old)

    return lambda: with_files(edit)


#: Name → register, errors.
PACKAGE_CASES: dict[str, tuple[Callable[[], Register], str]] = {
    "the folder has another name": (lambda: with_files(lambda _: None, folder="register"), "103@"),
    "the files stand without a folder": (lambda: with_files(lambda _: None, folder=""), "103@"),
    "reportPackage.json is missing": (files(about=None), "103@"),
    "reportPackage.json says something else": (files(about=b"{}"), "103@"),
    "reportPackage.json is no JSON": (files(about=b"<xml/>"), "103@"),
    "a space in the name": (named(".zip", " (1).zip"), "104@ 105@"),
    "a name of one's own": (named(f"{NAME}", "register-2025"), "105@"),
    "a scope that none is": (named(".CON", ".GRP"), "105@"),
    "a time without milliseconds": (named("20260315101500000", "20260315101500"), "105@"),
    "the module of the test run": (named("DORA010100", "DORA010000"), "106@"),
    "a reference date that no calendar has": (
        named("2025-12-31", "2025-02-30"), "109@ 320@"),
    "a reference date to come": (named("2025-12-31", "2026-12-31"), "111@ 320@"),
    "a filer whose check digits are wrong": (
        named("BANK116", "BANK117"), "LEI@ 714@"),
    "parameters that are not UTF-8": (
        files(parameters=b"name,value\r\nentityID,\xff\r\n"), "306@ 723@"),
    "a mark before the parameters": (
        lambda: with_files(lambda inside: inside.update(
            {PARAMETERS: b"\xef\xbb\xbf" + inside[PARAMETERS]})), "306@"),
    "another period": (replaced(PARAMETERS, "2025-12-31", "2025-03-31"), "320@"),
    "a period that is no day": (replaced(PARAMETERS, "2025-12-31", "31.12.2025"), "320@ 330@"),
    "an entry point of the next taxonomy": (replaced(REPORT, "/4.0/", "/4.2/"), "505@"),
    "a report that is no JSON": (files(report=b"{"), "505@"),
    "a report without an entry point": (files(report=b"{}"), "505@"),
    "an indicator of no table": (replaced(INDICATORS, "B_01.01", "B_01.04"), "510@ 705@B_01.01"),
    "an indicator in small letters": (
        replaced(INDICATORS, "B_01.01", "b_01.01"), "510@ 705@B_01.01"),
    "an entity without its scope": (replaced(PARAMETERS, ".CON", ""), "514@ 714@"),
    "another entity": (replaced(PARAMETERS, "BANK116", "INSU274"), "714@"),
    "an entity without rs:": (replaced(PARAMETERS, "rs:", ""), "714@"),
    "no currency of the report": (replaced(PARAMETERS, "iso4217:EUR", "EUR"), "FR:3.1@"),
    "amounts in millions": (replaced(PARAMETERS, "Monetary,-3", "Monetary,-6"), "FR:2.18@"),
    "whole numbers with decimals": (replaced(PARAMETERS, "Integer,0", "Integer,2"), "FR:2.18@"),
    "no report": (files(report=None), "701@"),
    "no parameters": (files(parameters=None), "701@"),
    "no indicators": (files(indicators=None), "701@"),
    "empty parameters": (files(parameters=b""), "701@"),
    "no file for a table": (files(**{"reports/b_99.01.csv": None}), "701@B_99.01"),
    "an empty file for a table": (files(**{"reports/b_99.01.csv": b""}), "701@B_99.01"),
    "indicators under another header": (
        replaced(INDICATORS, "templateID,reported", "template,reported"), "702@"),
    "an indicator twice": (
        replaced(INDICATORS, "B_01.01,true", "B_01.01,true\r\nB_01.01,true"), "703@B_01.01"),
    "an indicator that says yes": (replaced(INDICATORS, "B_01.01,true", "B_01.01,yes"),
        "704@B_01.01"),
    "an indicator in capital letters": (replaced(INDICATORS, "B_01.01,true", "B_01.01,TRUE"),
        "704@B_01.01"),
    "a table without an indicator": (replaced(INDICATORS, "B_01.01,true\r\n", ""), "705@B_01.01"),
    "a table that is not reported": (
        replaced(INDICATORS, "B_01.01,true", "B_01.01,false"), "808@B_01.01"),
    "parameters under another header": (replaced(PARAMETERS, "name,value", "key,value"), "723@"),
    "a stray file": (files(**{"reports/notes.txt": b"x"}), "720@"),
    "a table that there is not": (files(**{"reports/b_08.01.csv": b"c0010\r\n"}), "720@"),
    "a file beside the folder": (files(**{"../__MACOSX/x": b"x"}), "720@"),
    "a table's file in capital letters": (
        moved("reports/b_03.03.csv", "reports/B_03.03.csv"), "720@B_03.03"),
    "a table beside the reports": (moved("reports/b_03.03.csv", "b_03.03.csv"), "720@B_03.03"),
    "a second file for a table": (
        files(**{"reports/B_03.03.csv": b"c0010\r\n"}), "720@"),
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGE_CASES)
def test_a_changed_package_is_found_and_nothing_else(name: str):
    make, errors = PACKAGE_CASES[name]
    found = judged(make())
    assert places(found, Weight.ERROR) == set(errors.split())
    # What is filed from here is written anew: the package around the tables hinders nothing.
    draft = judged(make(), as_package=False)
    assert not {one for one in places(draft, Weight.ERROR) if one.endswith("@")} - {"LEI@"}


def test_a_parameter_that_an_authority_rejected_is_a_warning():
    found = judged(replaced(PARAMETERS, "refPeriod", "decimalsPercentage,4\r\nrefPeriod")())
    assert places(found, Weight.WARNING) == {"FR:parameters@"}
    assert not places(found, Weight.ERROR)


def test_a_register_without_a_row_has_nothing_to_file():
    bare = Register({table: empty_table(table) for table in TABLES})
    facts = FilingFacts(lei="ZZZZ00EXAMPLEBANK116", scope="CON", country="DE")
    assert {one.rule for one in judged(bare, as_package=False)} == {"724", "105"}
    assert facts.missing == ("reference date",)


# What the mutations cover, counted from the tables of columns, lists and references.


def hit(rule: str) -> set[str]:
    """The cells in whose mutations a rule was expected."""
    return {
        one.partition("@")[2]
        for line in CELLS
        for part in ("errors", "warnings", "advice")
        for one in expected(line[part], line["table"], line["column"])
        if one.partition("@")[0] == rule
    }


def test_there_are_enough_mutations():
    assert len(CELLS) + len(TABLE_CASES) + len(PACKAGE_CASES) >= 200


def test_every_wanted_column_every_key_and_every_list_is_mutated():
    columns = [one for table in COLUMNS.values() for one in table.values()]
    for one in columns:
        cell = f"{one.table}.{one.code}"
        if one.need is Need.KEY:
            assert cell in hit("805")
        if one.need is Need.WANTED:
            assert cell in hit(one.rule)
        rule = {Kind.CODE: "503", Kind.DATE: "330", Kind.WHOLE: "331"}.get(one.kind)
        rule = {Kind.MONEY: "305", Kind.LINK: "333"}.get(one.kind, rule)
        if rule and cell not in hit(rule):
            # Ranks and others of the kind are hit by name.
            pytest.fail(f"{cell} is never wrong")
    assert {one.list for one in columns if one.kind is Kind.CODE} == LISTS.keys()


def test_every_reference_is_broken():
    for one in REFERENCES:
        shown = {"R7": "c0050", "R17": "c0030"}.get(one.id, one.columns[0])
        assert f"{one.table}.{shown}" in hit("807"), one.id


REJECT = (
    "103 104 105 106 109 111 306 320 505 510 514 701 702 703 704 705 714 720 723 724 801 802 805"
    " 806 807 808 809 305 330 331 333 503"
)
#: Of 58 active rules; the 58th has no text that could be read.
WARN = (
    "v8872_m v8873_m v8874_m v8875_m v8876_m v8858_m v8859_m v8860_m v8861_m v8862_m v8863_m"
    " v8864_m v8865_m v8857_m v8856_m v8868_m v8867_m v8866_m v8869_m v8870_m v8871_m v8850_m"
    " v8851_m v8852_m v8853_m v8854_m v8855_m v8877_m v8878_m v8879_m v8880_m v8881_m v8882_m"
    " v8883_m v8884_m v8885_m v8886_m v8888_m v88889_m e23677_e e23676_e e23675_e e23792_e"
    " e23680_e e23683_e e23674_e e23682_e v8803_m v8804_m v22913_s v23716_s v22912_m v8825_m"
    " v8890_m v8891_m v8826_m v8892_m"
)
OFF = "v8816_m v8817_m v8818_m v8823_m v8824_m v8887_m e23681_e"


def test_every_rule_is_hit_with_its_weight():
    errors = " ".join(line["errors"] for line in CELLS)
    errors += " ".join(said for _, said, _ in TABLE_CASES.values())
    errors += " ".join(said for _, said in PACKAGE_CASES.values())
    errors += " 806 724"
    assert [rule for rule in REJECT.split() if rule not in errors] == []
    assert len(WARN.split()) == 57
    warned = " ".join(line["warnings"] for line in CELLS).split()
    warned = [one.partition("@")[0] for one in warned]
    assert [rule for rule in WARN.split() if rule not in warned] == []
    advised = [one.partition("@")[0] for line in CELLS for one in line["advice"].split()]
    assert [rule for rule in OFF.split() if rule not in advised] == []


OURS = frozenset(
    "LEI;VR_72;FR:2.18;FR:2.19;FR:3.1;FR:3.4;FR:columns;FR:parameters;xbrlce:unmappedCellValue;"
    "ITS:no row;ITS:one row;ITS:maintainer;ITS:branch;ITS:critical;ITS:assessment;ITS:ended;"
    "ITS:dropped;ITS:not stored;ITS:direct;ITS:parent;ITS:EEA;ITS:type;ITS:alternatives;ITS:rank;"
    "ITS:currency;ITS:filer;ITS:formula".split(";")
)


def test_every_rule_stands_in_its_document():
    document = (Path(__file__).parents[2] / "docs" / "dora.md").read_text(encoding="utf-8")
    said = set(re.findall(r"[\w.:]+", document))
    for first, last in re.findall(r"v(\d+) to v(\d+)", document):
        said |= {f"v{number}" for number in range(int(first), int(last) + 1)}
    rules = [re.sub(r"_[mes]$", "", rule) for rule in f"{REJECT} {WARN} {OFF}".split()]
    assert [rule for rule in rules if rule not in said] == []
    assert [rule for rule in OURS if rule not in document] == []


def test_every_rule_that_the_lint_has_is_among_those():
    folder = Path(__file__).parents[2] / "risk" / "dora"
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*_rules.py")))
    written = set(re.findall(r'"((?:ITS|FR|VR|xbrlce)[:_][\w. ]+|[ve]\d{4,5}_[a-z]|\d{3})"', code))
    assert written <= OURS | set(f"{REJECT} {WARN} {OFF}".split())
