"""Answers and corrections as people write them, and the kinds of files that come along."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.sharing.answer_files import kind_of_file
from db.sharing.proposals import read_fact
from db.sharing.question_content import fault_of, line_cells, line_text, written
from db.sharing.question_form import LINE, Item, Sort


@pytest.mark.parametrize(
    ("text", "usd"),
    [
        ("45000", 45_000.0),
        ("45 000", 45_000.0),
        ("45k", 45_000.0),
        ("$45,000", 45_000.0),
        ("45K USD", 45_000.0),
        ("1,234.5k", 1_234_500.0),
        ("1.234.567", 1_234_567.0),
        ("1.2m", 1_200_000.0),
        ("1,2M", 1_200_000.0),
        ("1,200k", 1_200_000.0),
        ("$ 3m", 3_000_000.0),
        ("USD 4 million", 4_000_000.0),
        ("2.5 bn", 2_500_000_000.0),
        ("$3", 3.0),
        ("n/a", None),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, usd: float | None):
    assert read_fact("cash_usd", text) == (usd, None)


@pytest.mark.parametrize("text", ["-5", "€45k", "€3", "about 5", "=1+1", "45k€", "1.2.3m", "k"])
def test_what_is_no_amount_in_usd_gets_a_sentence(text: str):
    value, fault = read_fact("cash_usd", text)
    assert value is None
    assert fault is not None
    assert text in fault


def test_a_share_above_one_is_in_percent_and_a_small_number_is_asked_about():
    share = Item(place=0, sort=Sort.FACT, field="gross_margin")
    # 60 is 60 %; 0.6 might be 0.6 % or 60 %, as 1 might be 1 % or all of it.
    assert read_fact("gross_margin", written("gross_margin", "60")) == (0.6, None)
    assert read_fact("gross_margin", written("gross_margin", "60%")) == (0.6, None)
    assert fault_of(share, "60") is None
    for unclear in ("0.6", "1"):
        assert "Write it with the sign" in str(fault_of(share, unclear))
    assert fault_of(share, "0") is None
    assert fault_of(share, "130") is not None


@given(st.dictionaries(st.sampled_from(LINE), st.text(max_size=30)))
def test_a_line_keeps_what_can_be_read_of_its_cells(cells: dict[str, str]):
    kept = line_cells(line_text(cells))
    assert set(kept) <= set(cells)
    assert all(text.strip() == text and text for text in kept.values())
    assert line_text(kept) == line_text(cells)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"startup,provider\nAcme,OpenAI\n", "text"),
        (b"\xef\xbb\xbfstartup;provider\n", "text"),
        ("name\tprix\nÉté\t3 €\n".encode("utf-16"), "text"),
        ("Über,1\n".encode("latin-1"), "text"),
        (b'  {"data": []}', "json"),
        (b'{"a": 1}\n{"a": 2}\n', "json"),
        (b"PK\x03\x04 ... [Content_Types].xml xl/workbook.xml", "xlsx"),
        (b"PK\x03\x04 ... word/document.xml", None),
        (b"MZ\x90\x00\x03", None),
        (b"\x7fELF\x02\x01", None),
        (b"%PDF-1.7\n", None),
        (b"\x89PNG\r\n\x1a\n\x00", None),
        (b"\x1f\x8b\x08\x00", None),
        (b"", None),
        (b"  \n ", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(data: bytes, kind: str | None):
    assert kind_of_file(data) == kind


@given(st.binary(max_size=300))
def test_no_bytes_are_an_error(data: bytes):
    assert kind_of_file(data) in {None, "xlsx", "json", "text"}


@pytest.mark.parametrize(
    ("text", "share"),
    [("30 %", 0.3), ("0.3", 0.3), ("0,3", 0.3), ("30 percent", 0.3), ("30,5 %", 0.305)],
)
def test_shares_are_read_as_people_write_them(text: str, share: float):
    assert read_fact("ai_revenue_share", text) == (share, None)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("cash_usd", "€45k", "write the amount in USD"),
        ("cash_usd", "1.200", "as 1200, or as 1.2"),
        ("cash_usd", "lots", "45000, 45k or 1.2M"),
        ("ai_revenue_share", "30", "write 30%, or 0.3"),
        ("ai_revenue_share", "130%", "30% or 0.3"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(field: str, text: str, says: str):
    value, fault = read_fact(field, text)
    assert value is None
    assert says in (fault or "")
