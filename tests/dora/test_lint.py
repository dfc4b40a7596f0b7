"""Findings: their order, what they offer, what they name, and texts that nobody foresaw."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.dora.identifiers import is_euid_shape, is_lei
from risk.dora.lint import Finding, Weight, lint
from risk.dora.packages import (
    INDICATORS,
    PARAMETERS,
    REPORT,
    REPORT_PACKAGE,
    FilingFacts,
    Register,
    filed,
    register_of_files,
)
from risk.dora.schema import COLUMNS, KEYS, REFERENCES, TABLES, Kind
from risk.dora.tables import Change, changed, read_table, table_of
from tests.dora.samples import (
    NAME,
    TODAY,
    judged,
    places,
    sample,
    with_cells,
    with_files,
    with_row,
    with_text,
    without_rows,
)

#: Of the sample: invented, with right check digits.
LEI = "ZZZZ00EXAMPLEINSU274"


def only(found: tuple[Finding, ...], rule: str) -> Finding:
    (one,) = [one for one in found if one.rule == rule]
    return one


# Check digits.


def test_an_lei_leaves_one_when_divided_by_97():
    # By hand for a code of one letter: A = 10, so "A" and 00 write 1000, which leaves 30 when
    # divided by 97 (10 · 97 = 970); its check digits are 98 − 30 = 68, and 1068 = 11 · 97 + 1.
    assert (int("1000") % 97, 98 - 30, int("1068") % 97) == (30, 68, 1)
    assert is_lei(LEI)
    # The same sum digit by digit, as it is done on paper.
    rest = 0
    for sign in LEI:
        for digit in str(ord(sign) - 55) if sign.isalpha() else sign:
            rest = (rest * 10 + int(digit)) % 97
    assert rest == 1
    assert not is_lei(LEI.lower())
    assert not is_lei(LEI[:-1])


@given(st.integers(0, 19), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_wrong_sign_never_leaves_right_check_digits(place: int, sign: str):
    # Of a digit for a digit (1 to 9 apart) or a letter for a letter (1 to 25 apart) the difference
    # times a power of ten is no multiple of the prime 97. A letter for a digit moves the rest.
    wrong = LEI[:place] + sign + LEI[place + 1 :]
    if wrong != LEI and sign.isdigit() == LEI[place].isdigit():
        assert not is_lei(wrong)


def test_an_euid_has_a_country_a_register_and_a_number():
    assert is_euid_shape("DEK1101R.HRB116737")
    assert not is_euid_shape("HRB 116737")
    assert not is_euid_shape("DEK1101R.")


# What is offered.

FIXES = [
    ("B_02.02", 4, "c0060", "S19", "eba_TA:S19"),
    ("B_02.02", 4, "c0060", "S19 - SaaS", "eba_TA:S19"),
    ("B_02.02", 4, "c0140", "Yes", "eba_BT:x28"),
    ("B_02.02", 4, "c0140", "true", "eba_BT:x28"),
    ("B_02.02", 4, "c0140", "x29", "eba_BT:x29"),
    ("B_02.02", 4, "c0140", "perhaps", None),
    ("B_02.02", 4, "c0130", "se", "eba_GA:SE"),
    ("B_02.02", 4, "c0130", "UK", "eba_GA:GB"),
    # Namibia, or nothing applies: two readings.
    ("B_02.02", 4, "c0130", "NA", None),
    ("B_02.02", 4, "c0130", "n/a", "eba_GA:qx2007"),
    ("B_02.02", 4, "c0130", " eba_GA:SE", "eba_GA:SE"),
    ("B_02.02", 4, "c0040", "EUID", "eba_qCO:qx2002"),
    ("B_02.02", 4, "c0070", "15.03.2024", "2024-03-15"),
    ("B_02.02", 4, "c0070", "03.04.2024", "2024-04-03"),
    ("B_02.02", 4, "c0070", "03/04/2024", None),
    ("B_02.02", 4, "c0070", "3/15/2024", "2024-03-15"),
    ("B_02.02", 4, "c0070", "2024-03-15T00:00:00", "2024-03-15"),
    ("B_02.02", 4, "c0070", "15.03.24", None),
    ("B_02.02", 4, "c0070", "45366", None),
    ("B_02.02", 4, "c0080", "31.12.9999", "9999-12-31"),
    ("B_02.02", 4, "c0100", "60.0", "60"),
    ("B_02.02", 4, "c0100", "1.000", None),
    ("B_02.02", 4, "c0100", "60 days", None),
    ("B_02.01", 2, "c0050", "36500,5", "36500.5"),
    ("B_02.01", 2, "c0050", "36.500,50", "36500.50"),
    ("B_02.01", 2, "c0050", "36,500.50", "36500.50"),
    ("B_02.01", 2, "c0050", "36,500", None),
    ("B_02.01", 2, "c0050", "36500 USD", None),
    ("B_03.01", 2, "c0030", "TRUE", "true"),
    ("B_03.01", 2, "c0030", "false", None),
    ("B_05.01", 3, "c0050", "Name ", "Name"),
    ("B_07.01", 1, "c0050", "Easily substitutable", "eba_ZZ:x962"),
    # Yes of another list is no licensed activity.
    ("B_06.01", 2, "c0020", "eba_BT:x28", None),
    # What the row itself says.
    ("B_02.02", 5, "c0150", "", "eba_GA:qx2007"),
    ("B_02.02", 4, "c0150", "", None),
    ("B_04.01", 3, "c0040", "", "Not Applicable"),
    ("B_05.02", 3, "c0060", "", "SEBOLREG.0000000000"),
    ("B_05.01", 5, "c0110", "Not Applicable", "ZZZZ00PROVIDEROLDT48"),
    ("B_01.01", 0, "c0010", "zzzz00examplebank116", "ZZZZ00EXAMPLEBANK116"),
]


@pytest.mark.parametrize(("table", "row", "column", "value", "fix"), FIXES)
def test_what_plainly_was_meant_is_offered(
    table: str, row: int, column: str, value: str, fix: str | None
):
    mutated = with_cells({(table, row, column): value})
    own = [one for one in judged(mutated) if (one.table, one.column) == (table, column)]
    offers = {one.fix for one in own} - {None}
    assert offers == ({fix} if fix is not None else set())
    if fix is not None:
        mended = with_cells({(table, row, column): fix})
        assert not [one for one in judged(mended) if one.weight is not Weight.ADVICE]


def test_old_numbers_are_judged_changed_and_filed_under_new_ones():
    old = with_text(
        "B_06.01",
        lambda text: text.replace(
            "c0050,c0060,c0070,c0080,c0090,c0100", "c0060,c0070,c0080,c0090,c0100,c0110"
        ).replace("eba_BT:x21", "not assessed"),
    )
    said = [("801", "", None), ("503", "c0050", "eba_BT:x21")]
    assert [(one.rule, one.column, one.fix) for one in judged(old)] == said
    draft = judged(old, as_package=False)
    assert places(draft, Weight.ERROR) == {"503@B_06.01.c0050"}
    assert places(draft, Weight.ADVICE) == {"801@B_06.01"}
    mended = with_cells({("B_06.01", 3, "c0050"): "eba_BT:x21"}, old)
    assert mended.table("B_06.01").source == sample().table("B_06.01").source
    # What came is kept as it came.
    assert b"c0110" in old.table("B_06.01").source
    package = filed(old, old.facts, made_at=datetime(2026, 3, 15))
    assert package.files["reports/b_06.01.csv"].startswith(b"c0010,c0020,c0030,c0040,c0050,")
    assert len(package.left_out) == 1


# What a finding names.


def test_a_finding_names_cell_line_and_row():
    one = only(judged(with_cells({("B_02.02", 4, "c0080"): "soon"})), "330")
    assert (one.row, one.line, one.key, one.value) == (4, 6, "CA-2024-007 · F3", "soon")
    assert one.meaning == "end"


def test_a_missing_parent_names_the_reference_and_where_its_row_belongs():
    one = only(judged(without_rows("B_05.01", 1)), "807")
    assert one.key == "Nimbus Example Cloud Ireland Limited"
    assert one.value == "ZZZZ00PROVIDERTOPC87"
    for said in ("R18", "B_05.01", "ZZZZ00PROVIDERTOPC87", "ultimate parent"):
        assert said in one.message


def test_a_row_that_was_added_has_no_line():
    one = only(judged(with_row("B_02.01", {"c0010": "CA-9"})), "xbrlce:unmappedCellValue")
    assert (one.row, one.line, one.key) == (-1, None, "CA-9")


# The order of work.


def test_errors_come_first_and_missing_values_before_codes_and_dates():
    mutated = with_cells(
        {
            ("B_01.02", 0, "c0020"): "",
            ("B_02.02", 4, "c0080"): "soon",
            ("B_02.02", 4, "c0140"): "perhaps",
            ("B_02.02", 4, "c0070"): "",
            ("B_05.01", 3, "c0050"): "",
            ("B_07.01", 1, "c0110"): "",
            ("B_07.01", 1, "c0020"): "UNKNOWN",
            ("B_02.02", 4, "c0160"): "",
            ("B_02.02", 4, "c0120"): "",
        }
    )
    assert [(one.rule, one.table) for one in judged(mutated)] == [
        ("805", "B_02.02"),
        ("807", "B_07.01"),
        ("503", "B_02.02"),
        ("330", "B_02.02"),
        ("v8870_m", "B_02.02"),
        ("v88889_m", "B_07.01"),
        ("v8851_m", "B_05.01"),
        ("v8858_m", "B_01.02"),
        ("ITS:assessment", "B_02.02"),
        ("ITS:critical", "B_02.02"),
    ]


# Facts of a filing.


def test_a_draft_asks_for_what_its_name_needs():
    tables = Register(sample().tables)
    facts = FilingFacts(lei="ZZZZ00EXAMPLEBANK116", country="DE", day=date(2025, 12, 31))
    found = lint(tables, facts, today=TODAY, as_package=False)
    assert [(one.rule, one.key) for one in found] == [("105", "consolidated or individual")]


def test_a_draft_for_a_day_to_come_is_no_error():
    facts = replace(sample().facts, day=TODAY + timedelta(days=1))
    found = lint(sample(), facts, today=TODAY, as_package=False)
    assert places(found, Weight.WARNING) == {"111@"}
    assert not places(found, Weight.ERROR)


def test_another_filer_than_the_maintainer_is_asked_about():
    facts = replace(sample().facts, lei=LEI)
    found = lint(sample(), facts, today=TODAY, as_package=False)
    assert [(one.rule, one.weight) for one in found] == [("ITS:filer", Weight.ADVICE)]


def test_the_entry_point_of_the_next_year_is_whoever_files_to_state():
    later = "http://www.eba.europa.eu/eu/fr/xbrl/crr/fws/dora/4.3/mod/dora.json"
    facts = replace(sample().facts, day=date(2026, 12, 31), entry_point=later)
    package = filed(sample(), facts, made_at=datetime(2027, 3, 1))
    read = register_of_files(
        {f"{package.name}/{path}": data for path, data in package.files.items()},
        file_name=f"{package.name}.zip",
    )
    found = lint(read, facts, today=date(2027, 3, 1), as_package=True)
    assert places(found, Weight.ERROR) == set()
    # For a day before, only 4.0 holds.
    early = replace(facts, day=date(2025, 12, 31))
    assert "505@" in places(
        lint(read, early, today=date(2027, 3, 1), as_package=True), Weight.ERROR
    )


# Texts that nobody foresaw.

_KEYS_OF_REFERENCES = {(one.table, code) for one in REFERENCES for code in one.columns}
FREE = [
    (table, row.number, code)
    for table, columns in COLUMNS.items()
    for code, column in columns.items()
    if column.kind is Kind.TEXT
    and code not in KEYS[table]
    and (table, code) not in _KEYS_OF_REFERENCES
    for row in sample().table(table).rows
]
ordinary = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=80
).filter(lambda text: text == text.strip() and text[0] != "#")


@settings(max_examples=150)
@given(st.sampled_from(FREE), ordinary)
def test_any_ordinary_text_in_a_free_cell_is_right(cell: tuple[str, int, str], text: str):
    found = judged(with_cells({cell: text}))
    assert not places(found, Weight.ERROR)
    # A second code is held against its type.
    assert places(found, Weight.WARNING) <= {"VR_72@B_05.01.c0030"}


codes = st.sampled_from(
    ["c0010", "c0020", "c0030", "c0040", "c0050", "c0110", "C0010", "0020", "", "x", "c0999"]
)
texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["#none", "eba_BT:x28", "2025-13-01", "-0", "1,000", "٣", "Not Applicable", "²"]
    ),
)


@settings(max_examples=150)
@given(
    st.sampled_from(TABLES),
    st.lists(codes, max_size=8),
    st.lists(st.lists(texts, min_size=1, max_size=9), max_size=6),
    st.booleans(),
)
def test_nothing_makes_the_lint_fail(
    name: str, header: list[str], rows: list[list[str]], as_package: bool
):
    lines = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows]
    text = "\n".join([",".join(header), *lines])
    table = read_table(name, text.encode("utf-8", "surrogatepass"))
    register = replace(sample(), tables={**sample().tables, name: table})
    for one in lint(register, register.facts, today=TODAY, as_package=as_package):
        assert one.message.endswith((".", ".)"))


@settings(max_examples=100)
@given(st.sampled_from(TABLES), st.binary(max_size=200), st.booleans())
def test_no_bytes_make_it_fail(name: str, data: bytes, as_package: bool):
    register = replace(sample(), tables={**sample().tables, name: read_table(name, data)})
    found = lint(register, register.facts, today=TODAY, as_package=as_package)
    # Whatever the bytes were, they are kept; what is said of them is said in sentences.
    assert register.table(name).source == data
    assert all(one.message.endswith((".", ".)")) for one in found)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["documentInfo", "extends", "documentType"]), inner)
    ),
    max_leaves=6,
)
parts = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(str.encode),
    documents.map(lambda document: json.dumps(document).encode()),
    st.lists(
        st.sampled_from(
            'name,value;entityID,rs:x;refPeriod,2025-12-31;decimalsMonetary,٣;a,b,c;,;"'
            ";templateID,reported;B_01.01,true;B_01.01,0".split(";")
        )
    ).map(lambda lines: "\r\n".join(lines).encode()),
)


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from([REPORT_PACKAGE, REPORT, PARAMETERS, INDICATORS]), parts),
    st.text(max_size=12),
    st.booleans(),
)
def test_no_package_makes_it_fail(given_parts: dict[str, bytes], name: str, renamed: bool):
    register = with_files(
        lambda inside: inside.update(given_parts),
        file_name=f"{name}.zip" if renamed else f"{NAME}.zip",
        folder="register",
    )
    for one in judged(register):
        assert one.message
    package = filed(register, register.facts, made_at=datetime(2026, 3, 15))
    assert len(package.files) == 4 + len(TABLES)


@settings(max_examples=60)
@given(st.data())
def test_the_order_of_rows_and_columns_says_nothing(data: st.DataObject):
    table = data.draw(st.sampled_from([one for one in TABLES if len(sample().table(one).rows) > 1]))
    code = data.draw(st.sampled_from(list(COLUMNS[table])))
    row = data.draw(st.integers(0, len(sample().table(table).rows) - 1))
    value = data.draw(st.sampled_from(["", "#none", "UNKNOWN-1", "Yes", "31.12.2025"]))
    one = changed(sample().table(table), [Change(table=table, row=row, column=code, value=value)])
    columns = data.draw(st.permutations(list(COLUMNS[table])))
    rows = data.draw(st.permutations(one.rows))
    cells = [{column: one.cell(row, column) for column in columns} for row in rows]
    lines = [",".join(columns)] + [
        ",".join(f'"{its[column].replace(chr(34), chr(34) * 2)}"' for column in columns)
        for its in cells
    ]
    other = read_table(table, "\n".join(lines).encode())
    register = sample()

    def said(found: tuple[Finding, ...]) -> list[tuple[str, ...]]:
        # Which row of two alike is the later one is a matter of their order.
        return sorted(
            (one.rule, one.weight, one.table, one.column, one.key, one.value, str(one.fix))
            for one in found
        )

    assert said(judged(replace(register, tables={**register.tables, table: one}))) == said(
        judged(replace(register, tables={**register.tables, table: other}))
    )


def test_a_fix_that_is_taken_ends_its_finding():
    mutated = with_cells({("B_02.02", 4, "c0130"): "SE", ("B_02.02", 4, "c0080"): "14.03.2027"})
    fixes = {
        (one.table, one.row, one.column): one.fix
        for one in judged(mutated)
        if one.fix is not None and one.row is not None
    }
    assert judged(with_cells(fixes, mutated)) == ()


def test_a_table_from_nothing_is_read_as_it_was_made():
    made = table_of("B_02.01", [{"c0010": 'a,"b"', "c0050": "1"}])
    assert made.values("c0010") == ['a,"b"']
