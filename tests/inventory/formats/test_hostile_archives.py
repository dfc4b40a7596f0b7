"""Archives made to harm: each is refused by its code before any cell of it is read."""

import io
import struct
import zipfile
from dataclasses import replace

import pytest

from risk.inventory.intake_results import Outcome
from risk.inventory.limits import LIMITS
from tests.inventory.formats.files import (
    HEADER,
    archive,
    encrypted,
    raw_workbook,
    row_xml,
    workbook,
    workbook_parts,
)
from tests.inventory.reading import read

ROWS = row_xml(1, *HEADER) + row_xml(2, "Acme", "OpenAI")
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "&lol;" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def code(data: bytes) -> str | None:
    result = read(data)
    assert result.outcome is Outcome.REJECT_FILE
    assert (result.accepted, result.rows, len(result.problems)) == (0, (), 1)
    assert result.problems[0].message.endswith(".")
    return result.error


def parts(**options: str) -> dict[str, str]:
    return workbook_parts(ROWS, **options)


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a billion laughs", LAUGHS),
        ("an external entity", OUTSIDE),
        ("a bare document type", "<!DOCTYPE worksheet>"),
        ("one behind a long comment", f"<!-- {'x' * 200_000} -->{OUTSIDE}"),
        ("one in a parameter", '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.com/x">]>'),
    ],
)
def test_a_document_type_in_a_sheet_is_unsafe(what: str, content: str) -> None:
    # Stored, not packed, so that the long comment is no matter of the ratio.
    assert code(archive(parts(before=content), zipfile.ZIP_STORED)) == "unsafe_xml", what


@pytest.mark.parametrize(
    "name",
    ["xl/sharedStrings.xml", "xl/styles.xml", "docProps/app.xml", "xl/theme/theme1.xml", "a.rels"],
)
def test_a_document_type_in_any_other_part_is_unsafe_too(name: str) -> None:
    assert code(archive(parts() | {name: f"{OUTSIDE}<a>&x;</a>"})) == "unsafe_xml"


def test_a_document_type_in_another_encoding_is_found() -> None:
    text = f'<?xml version="1.0" encoding="utf-16"?>{OUTSIDE}<a>&x;</a>'
    unsafe = archive({**parts(), "docProps/core.xml": text.encode("utf-16")})
    assert code(unsafe) == "unsafe_xml"


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "xl/../../evil.xml", "/etc/cron.d/evil", "C:/evil.xml", "..\\evil.xml"],
)
def test_a_name_that_leaves_the_archive_is_unsafe(name: str) -> None:
    assert code(archive(parts() | {name: "x"})) == "unsafe_archive"


def test_two_files_of_one_name_are_unsafe() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in parts().items():
            packed.writestr(name, content)
        packed.writestr("XL/Workbook.xml", "another")
    assert code(target.getvalue()) == "unsafe_archive"


def test_a_link_to_another_file_is_unsafe() -> None:
    target = io.BytesIO()
    link = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in parts().items():
            packed.writestr(name, content)
        packed.writestr(link, "/etc/passwd")
    assert code(target.getvalue()) == "unsafe_archive"


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_unsafe(name: str) -> None:
    assert code(archive(parts() | {name: "<a/>"})) == "unsafe_archive"


def test_a_workbook_that_says_it_has_macros_is_unsafe() -> None:
    main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    types = f'<Types><Override PartName="/xl/workbook.xml" ContentType="{main}"/></Types>'
    assert code(archive(parts() | {"[Content_Types].xml": types})) == "unsafe_archive"


def test_a_packing_that_workbooks_do_not_use_is_unsafe() -> None:
    assert code(archive(parts(), zipfile.ZIP_LZMA)) == "unsafe_archive"


def test_a_zip_bomb_is_too_large() -> None:
    # 60 MB of zeros pack into about 60 kB: a thousand times smaller.
    assert code(archive(parts() | {"xl/media/a.bin": b"\x00" * 60_000_000})) == "archive_too_large"


def test_more_than_the_allowed_size_is_too_large_even_if_hardly_packed() -> None:
    limits = replace(LIMITS, unpacked_bytes=5_000)
    result = read(raw_workbook("A" * 6_000, "OpenAI"), limits=limits)
    assert result.error == "archive_too_large"


def test_many_files_over_the_same_bytes_count_each_time() -> None:
    # Two hundred entries of the list of files that all lead to one packed megabyte.
    inner = archive({"a": b"\x00" * 1_000_000})
    start = inner.index(b"PK\x01\x02")
    entry = inner[start : inner.index(b"PK\x05\x06")]
    entries = b"".join(
        entry[:28] + struct.pack("<H", 4) + entry[30:46] + f"{n:04}".encode() for n in range(200)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(entries), start, 0)
    assert code(inner[:start] + entries + end) == "archive_too_large"


def test_one_shared_text_in_many_cells_is_too_large() -> None:
    cells = row_xml(1, *HEADER) + "".join(
        f'<row r="{n}"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' for n in range(2, 400)
    )
    # 2 × 398 cells of 6,000 letters are 4.8 million; the workbook itself is small.
    shared = {"xl/sharedStrings.xml": f"<sst><si><t>{'ab' * 3_000}</t></si></sst>"}
    data = archive(workbook_parts(cells) | shared, zipfile.ZIP_STORED)
    assert read(data, limits=replace(LIMITS, file_bytes=1_000_000)).error == "archive_too_large"


def test_an_archive_cannot_understate_the_size_of_its_files() -> None:
    data = bytearray(archive(parts(), zipfile.ZIP_STORED))
    name = b"xl/worksheets/sheet1.xml"
    entry = data.rindex(name) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = struct.pack("<L", 100)
    assert code(bytes(data)) == "corrupt_archive"


def test_a_password_is_asked_to_be_removed() -> None:
    assert code(encrypted(workbook(HEADER, ("Acme", "OpenAI")))) == "encrypted_or_legacy_excel"


def test_the_old_format_is_refused() -> None:
    assert code(LEGACY) == "encrypted_or_legacy_excel"


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_damaged(cut: float) -> None:
    data = workbook(HEADER, ("Acme", "OpenAI"))
    assert code(data[: int(len(data) * cut)]) == "corrupt_archive"


def test_a_changed_byte_in_a_sheet_is_damage() -> None:
    data = bytearray(archive(parts(), zipfile.ZIP_STORED))
    data[data.index(b"OpenAI")] ^= 1
    assert code(bytes(data)) == "corrupt_archive"


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c t="s"><v>7</v></c></row>',
        '<row r="2"><c t="s"><v>-1</v></c></row>',
        '<row r="2"><c t="s"><v>seven</v></c></row>',
        '<row r="2"><c r="C2"><v>1</v></c><c r="B2"><v>1</v></c></row>',
        '<row r="2"><c r="ZZZ2"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c></row>',
        '<row r="2000000"><c><v>1</v></c></row>',
        '<row r="two"><c><v>1</v></c></row>',
        "<row><c></row>",
    ],
)
def test_a_sheet_that_contradicts_itself_is_damaged(row: str) -> None:
    assert code(archive(workbook_parts(row_xml(1, *HEADER) + row))) == "corrupt_archive"


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_without_a_part_that_it_names_is_damaged(missing: str) -> None:
    left = {name: content for name, content in parts().items() if name != missing}
    assert code(archive(left)) == "corrupt_archive"


def test_a_stated_size_of_the_whole_sheet_costs_nothing() -> None:
    name = "xl/worksheets/sheet1.xml"
    sheet = parts()[name].replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    result = read(archive(parts() | {name: sheet}))
    assert (result.outcome, result.records) == (Outcome.ACCEPT, 1)


def test_data_in_the_last_of_16384_columns_is_too_many_columns() -> None:
    row = '<row r="3"><c r="A3"><v>1</v></c><c r="XFD3"><v>1</v></c></row>'
    assert code(archive(workbook_parts(ROWS + row))) == "too_many_columns"


def test_sixteen_thousand_headers_are_too_many_columns() -> None:
    header = row_xml(1, *(f"column {n}" for n in range(16_384)))
    data = archive(workbook_parts(header + row_xml(2, "Acme")), zipfile.ZIP_STORED)
    assert code(data) == "too_many_columns"


def test_more_records_than_allowed_are_refused() -> None:
    many = "".join(row_xml(n, f"s{n}", "OpenAI") for n in range(3, 200))
    result = read(archive(workbook_parts(ROWS + many)), limits=replace(LIMITS, records=50))
    assert result.error == "too_many_records"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"inventory.csv": "startup,provider\nAcme,OpenAI\n"}, "an archive that holds"),
        ({"mimetype": "application/vnd.oasis", "content.xml": "<a/>"}, "OpenDocument"),
        ({}, "an empty archive"),
    ],
)
def test_an_archive_that_is_no_workbook_is_refused_by_what_it_is(
    files: dict[str, str], says: str
) -> None:
    result = read(archive(files))
    assert result.error == "unsupported_type"
    assert says in result.problems[0].message


def test_a_letter_is_no_workbook() -> None:
    parts_of_letter = parts() | {"xl/workbook.xml": "<document><body/></document>"}
    assert code(archive(parts_of_letter)) == "unsupported_type"
