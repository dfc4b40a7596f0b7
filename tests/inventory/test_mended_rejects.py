"""The reject file, corrected and uploaded by itself, brings in what was left out."""

import csv
from io import StringIO

import pytest

from tests.inventory.reading import codes, read

MESSY = (
    "Company,Vendor,Monthly spend,Purpose\n"
    "Ash,OpenAI,100,chat\n"
    ",Anthropic,12000,=SUM(A1)\n"
    ",Mistral,5,- search\n"
)


def rows_of(reject_file: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(reject_file.decode("utf-8-sig"))))


def written(rows: list[list[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_the_mended_reject_file_is_accepted_with_the_cells_as_they_were():
    first = read(MESSY, mapping={"Purpose": "use_case", "Monthly spend": "spend_usd"})
    assert (first.accepted, first.rejected) == (1, 2)
    header, birch, cole = rows_of(first.reject_file)
    assert header == ["line", "code", "reason", "Company", "Vendor", "Monthly spend", "Purpose"]
    birch[3], cole[3] = "Birch", "Cole"
    again = read(
        written([header, birch, cole]),
        mapping={"Purpose": "use_case", "Monthly spend": "spend_usd"},
    )
    assert (again.accepted, again.rejected, again.warnings) == (2, 0, ())
    read_as = [(row.startup, row.spend_usd, row.use_case) for row in again.rows]
    assert read_as == [("Birch", 12000.0, "=SUM(A1)"), ("Cole", 5.0, "- search")]


def test_what_is_still_wrong_comes_back_with_its_columns_once():
    first = read(MESSY, mapping={"Monthly spend": "spend_usd"})
    header, birch, cole = rows_of(first.reject_file)
    birch[3] = "Birch"
    again = read(written([header, birch, cole]), mapping={"Monthly spend": "spend_usd"})
    assert (again.accepted, again.rejected) == (1, 1)
    header_again, (line, code, *_, purpose) = rows_of(again.reject_file)
    assert header_again == header
    # Cole stands on the third line of the reject file; the apostrophe is there once, not twice.
    assert (line, code, purpose) == ("3", "missing_startup", "'- search")


def test_columns_of_the_file_with_these_names_are_kept_apart():
    text = "startup,provider,share,code\n,OpenAI,0.6,x1\nBirch,OpenAI,0.5,x2\n"
    header, ash = rows_of(read(text, mapping={"code": "notes"}).reject_file)
    assert header[:3] == ["rejected_line", "rejected_code", "rejected_reason"]
    ash[3] = "Ash"
    again = read(written([header, ash]), mapping={"code": "notes"})
    assert [(row.share, row.notes) for row in again.rows] == [(0.6, "x1")]
    assert "duplicate_header" not in codes(again)


def test_columns_with_these_names_elsewhere_are_ordinary_columns():
    result = read("startup,provider,reason\nAsh,OpenAI,speed\n", mapping={"reason": "notes"})
    assert result.rows[0].notes == "speed"


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('Acme "x",OpenAI,12,a', ['Acme "x"', "OpenAI", "12", "a"]),
        ('Acme,OpenAI,12,"a, b"c', ["Acme", "OpenAI", "12", '"a, b"c']),
        ('"Acme, Inc",OpenAI,12,"a" b', ["Acme, Inc", "OpenAI", "12", '"a" b']),
        ('Acme,OpenAI "x"', ['Acme,OpenAI "x"']),
    ],
)
def test_a_record_with_a_stray_quote_comes_back_whole(line: str, cells: list[str]) -> None:
    result = read(f"startup,provider,spend_usd,notes\n{line}\nBolt,OpenAI,1,b\n")
    assert (result.error, result.accepted) == ("bad_quoting", 1)
    (_, row) = rows_of(result.reject_file)
    assert row[:2] == ["2", "bad_quoting"]
    assert row[3:] == cells


def test_a_refused_record_stands_under_its_own_headers_beside_a_dropped_column() -> None:
    result = read('startup,,provider\nAcme "x",,OpenAI\nBolt,,OpenAI\n')
    header, row = rows_of(result.reject_file)
    assert header[3:] == ["startup", "provider"]
    assert row[3:] == ['Acme "x"', "OpenAI"]
