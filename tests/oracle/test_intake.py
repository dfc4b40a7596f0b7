"""A file is read by columns, and the answer is that of reading it record by record."""

import csv
import io
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.inventory import gathering
from risk.inventory.formats.export_tables import ExportTable, as_csv
from risk.inventory.intake import read_inventory
from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.limits import LIMITS
from tests.inventory.corpus import CASES
from tests.inventory.corpus.case import Case
from tests.inventory.reading import resolver
from tests.oracle.intake import read_row_by_row


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    """Blocks of a few lines, so that small files try all of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_FIRST_BLOCK", 60)
        patch.setattr(gathering, "_BLOCK", 90)
        yield


def assert_both_ways_agree(data: bytes, **options: Any) -> IntakeResult:
    """Read ``data`` both ways, compare everything, and return the reading by columns."""
    more = {"file_name": "inventory.csv", "resolver": resolver(), **options}
    with pytest.MonkeyPatch.context() as patch:
        # Record by record from the text on: no block is cut at once.
        patch.setattr(gathering, "_clean_block", lambda *block: None)
        expected = read_row_by_row(data, **more)
    found = read_inventory(data, **more)
    for one in fields(IntakeResult):
        if one.name == "rows":
            assert tuple(found.rows) == tuple(expected.rows)
        else:
            assert getattr(found, one.name) == getattr(expected, one.name), one.name
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_of_the_corpus_reads_the_same_both_ways(case: Case) -> None:
    assert_both_ways_agree(case.data)


HEADER = (
    "startup,provider,model,host,use_case,notes,share,spend_usd,criticality,depth,"
    "fallback_provider,renewal,extra"
)
COLUMNS = HEADER.split(",")
CELLS: dict[str, list[str]] = {
    "startup": [
        "Acme",
        "acme ",
        "Ac\u200bme",
        "Zeta GmbH",
        "Été",
        "Асme",
        "",
        "startup",
        "x" * 201,
    ],
    "provider": ["OpenAI", "openai", "Azure OpenAI", "AWS", "Foobar", "Slack", "", "Оpenai"],
    "model": ["", "gpt-4o", "GPT-4o", "claude-sonnet-4", "nonsense", "o1"],
    "host": ["", "Azure", "AWS", "unknown place"],
    "use_case": ["", "chat", "Chat", "search  engine", "a\x07b", "=1+1"],
    "notes": ["", "plain", "Ã©", "\u202eevil", "N/A", "two\nlines", 'say "x"', "\ufffd", "a,b"],
    "share": ["", "0.5", "1", "60%", "60", "0.25", "-1", "1.0", "0.123"],
    "spend_usd": ["", "100", "12.50", "1.005", "N/A", "1,234", "1.234,50", "12k", "€5", "٣"],
    "criticality": ["", "1", "5", "6", "2.0", "high"],
    "depth": ["", "prompts", "Raw API", "deep"],
    "fallback_provider": ["", "Anthropic", "Mistral", "Nobody Ltd"],
    "renewal": ["", "2027-01-31", "31/01/2027", "01/02/2027", "1/2/27", "0001-01-01", "2027-02-30"],
    "extra": ["", "x"],
}
CLEAN = {name: [cell for cell in cells if cell.isascii()][:3] for name, cells in CELLS.items()}


def lines_of(cells: dict[str, list[str]]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.tuples(*(st.sampled_from(cells[name]) for name in COLUMNS))


def written(rows: list[tuple[str, ...]], delimiter: str, line_end: str) -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return target.getvalue()


@given(st.lists(lines_of(CLEAN), min_size=1, max_size=12), st.sampled_from(",;\t|"))
@settings(max_examples=60, deadline=None)
def test_a_clean_file_reads_the_same_both_ways(rows: list[tuple[str, ...]], delimiter: str) -> None:
    assert_both_ways_agree(written(rows, delimiter, "\n").encode())


@given(
    st.lists(lines_of(CELLS), min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(
        [None, {"all": "yes"}, {"decimal_comma": "comma", "date_order_unknown": "mdy"}]
    ),
)
@settings(max_examples=200, deadline=None)
def test_a_messy_file_reads_the_same_both_ways(
    rows: list[tuple[str, ...]], delimiter: str, line_end: str, assume: dict[str, str] | None
) -> None:
    assert_both_ways_agree(written(rows, delimiter, line_end).encode(), assume=assume)


PRODUCTS = {**CELLS, "provider": [*CELLS["provider"], "ChatGPT, Claude", "Claude; Slack; AWS"]}


@given(st.lists(lines_of(PRODUCTS), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_cells_that_list_products_are_split_the_same_both_ways(
    rows: list[tuple[str, ...]],
) -> None:
    assert_both_ways_agree(written(rows, ",", "\n").encode(), split_products=True)


@given(st.lists(lines_of(CELLS), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_columns_gathered_into_notes_and_marked_texts_read_the_same_both_ways(
    rows: list[tuple[str, ...]],
) -> None:
    mapping = {"extra": "notes", "notes": "notes"}
    assert_both_ways_agree(written(rows, ",", "\n").encode(), mapping=mapping)
    table = ExportTable(name="Inventory", columns=tuple(COLUMNS), rows=tuple(rows))
    assert_both_ways_agree(as_csv(table))


@given(st.lists(lines_of(CELLS), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_reject_file_reads_the_same_both_ways(rows: list[tuple[str, ...]]) -> None:
    rejects = assert_both_ways_agree(written(rows, ",", "\n").encode()).reject_file
    if rejects:
        assert_both_ways_agree(rejects)


HOSTILE = st.sampled_from(
    [
        '"',
        '""',
        "\n",
        "\r",
        "\r\n",
        ",",
        ",,,,,,,,,,,,",
        HEADER + "\n",
        "\ufeff",
        "\u2028",
        "\x00",
        " ",
    ]
)


@given(st.lists(lines_of(CELLS), min_size=2, max_size=8), st.data())
@settings(max_examples=200, deadline=None)
def test_a_damaged_file_reads_the_same_both_ways(
    rows: list[tuple[str, ...]], data: st.DataObject
) -> None:
    text = written(rows, ",", "\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(len(HEADER), len(text)))
        text = text[:place] + data.draw(HOSTILE) + text[place:]
    raw = bytearray(text.encode())
    if data.draw(st.booleans()):
        raw.insert(data.draw(st.integers(len(HEADER), len(raw))), 0xE9)
    assert_both_ways_agree(bytes(raw))


def test_repetitions_and_contradictions_are_the_same_both_ways() -> None:
    body = "a,OpenAI,1\nb,OpenAI,1\nA,openai,1.0\nb,OpenAI,2\nc,AWS,\nc,AWS,\nc,AWS,\na,OpenAI,1\n"
    found = assert_both_ways_agree(f"startup,provider,spend_usd\n{body}".encode())
    # a and c once each; b contradicts itself: 8 records = 2 in, 2 refused, 4 repeated.
    assert (found.accepted, found.rejected, found.duplicate) == (2, 2, 4)


def test_shares_above_one_and_names_that_look_alike_are_said_in_the_same_words() -> None:
    body = "".join(
        f"{startup},{provider},chat,{share}\n"
        for startup in ("Acme", "Аcme", "Zeta")
        for provider, share in (("OpenAI", "0.6"), ("Mistral", "0.3"), ("Foobar", "0.2"))
    )
    found = assert_both_ways_agree(f"startup,provider,use_case,share\n{body}".encode())
    assert {"shares_exceed_one", "confusable_names", "unknown_provider"} <= set(found.warnings)


def test_a_mapping_and_a_constant_hold_for_columns_too() -> None:
    data = b"Tool,Cost\nOpenAI,5\nSlack,6\n" * 1 + b"Claude,7\n" * 9
    mapping = {"=startup": "Acme", "Tool": "provider", "Cost": "spend_usd"}
    found = assert_both_ways_agree(data, mapping=mapping)
    assert (found.accepted, found.duplicate) == (3, 8)


def test_a_file_without_the_columns_is_refused_in_the_same_words() -> None:
    found = assert_both_ways_agree(b"a,b\n" + b"1,2\n" * 99)
    assert (found.outcome, found.records) == (Outcome.REJECT_FILE, 99)


def test_more_records_than_allowed_are_refused_either_way() -> None:
    data = b"startup,provider\n" + b"".join(b"s%d,OpenAI\n" % n for n in range(30))
    limits = replace(LIMITS, records=29)
    assert assert_both_ways_agree(data, limits=limits).error == "too_many_records"


def test_a_quoted_cell_longer_than_a_block_is_one_cell() -> None:
    long = "x\n" * 400
    data = f'startup,provider,notes\na,OpenAI,"{long}"\nb,OpenAI,y\n'.encode()
    found = assert_both_ways_agree(data)
    assert [row.line for row in found.rows] == [2, 403]


def test_rows_by_column_are_a_sequence_like_any_other() -> None:
    data = b"startup,provider\n" + b"".join(b"s%d,OpenAI\n" % n for n in range(9))
    rows = assert_both_ways_agree(data).rows
    assert len(rows) == 9
    assert rows[0].startup == "s0"
    assert rows[-1].startup == "s8"
    assert [row.startup for row in rows[2:4]] == ["s2", "s3"]
    with pytest.raises(IndexError):
        rows[9]
