"""Intake by invention: any written table comes back, any damaged one comes out as a result."""

import dataclasses
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.refusals import FileRefused
from risk.inventory.splitting import Dialect, split_records
from tests.inventory.corpus import CASES
from tests.inventory.reading import read
from tests.inventory.written_tables import (
    ANY_CHARACTER,
    HEADER,
    LETTERS,
    WAYS,
    Row,
    WrittenAs,
    as_stored,
    rows,
)


def is_sound(result: IntakeResult) -> bool:
    """Whether the counts add up and every text in the result can be printed and stored.

    Where products were split, a record may have several rows.
    """
    shown = [dataclasses.asdict(p) for p in result.problems]
    shown += [dataclasses.asdict(question) for question in result.confirm]
    kept = [str(value) for row in result.rows for value in dataclasses.asdict(row).values()]
    text = json.dumps([shown, result.header, dict(result.samples), kept], ensure_ascii=False)
    return (
        len(text.encode("utf-8")) > 0
        and result.records == result.accepted + result.rejected + result.duplicate
        and (result.error is not None or 0 < result.accepted <= len(result.rows))
        and (result.accepted > 0) == (len(result.rows) > 0)
    )


@given(rows(ANY_CHARACTER), WAYS)
@settings(max_examples=300, deadline=None)
def test_every_written_record_is_accepted_rejected_or_a_duplicate(
    table: list[Row], way: WrittenAs
) -> None:
    result = read(way.bytes_of(table))
    assert result.outcome is not Outcome.REJECT_FILE, result.problems
    assert result.records == len(table)
    assert result.accepted + result.rejected + result.duplicate == len(table)
    assert is_sound(result)


@given(rows(LETTERS), WAYS)
@settings(max_examples=300, deadline=None)
def test_accepted_cells_equal_what_was_written(table: list[Row], way: WrittenAs) -> None:
    result = read(way.bytes_of(table))
    for row in result.rows:
        cells = dict(zip(HEADER, table[int(str(row.source).split()[1])], strict=True))
        for column in ("startup", "use_case", "notes"):
            assert getattr(row, column) == as_stored(cells[column])
        assert row.provider == (as_stored(cells["provider"]) or "not stated")
        assert row.spend_usd == (float(cells["spend_usd"]) if cells["spend_usd"] else None)


@given(rows(LETTERS), WAYS)
@settings(max_examples=150, deadline=None)
def test_every_row_with_short_names_is_accepted(table: list[Row], way: WrittenAs) -> None:
    named = [(f"S{number}", "OpenAI", "", "", *row[4:]) for number, row in enumerate(table)]
    result = read(way.bytes_of(named))
    assert (result.outcome, result.accepted) == (Outcome.ACCEPT, len(table))


@given(
    st.sampled_from([case.data for case in CASES if len(case.data) < 20_000]),
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 6), st.binary(max_size=6)),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=500, deadline=None)
def test_damaged_bytes_give_a_result_and_never_an_error(
    data: bytes, damages: list[tuple[int, int, bytes]]
) -> None:
    for place, cut, noise in damages:
        place %= len(data) + 1
        data = data[:place] + noise + data[place + cut :]
    assert is_sound(read(data))
    assert is_sound(read(data, assume={"all": "all"}, split_products=True))


@given(st.binary(max_size=300))
@settings(max_examples=250, deadline=None)
def test_any_bytes_give_a_result(data: bytes) -> None:
    assert is_sound(read(data))


HOSTILE_LINES = (
    'x"y', '"a', 'a,"b', '","', '"",', '"""', '""x', '"x",', '",x', '","",', '"","",x', 'a""', '"',
    '""', '"""",', ',"', '"a""', '"a"",b', "",
)  # fmt: skip


@pytest.mark.parametrize("line", HOSTILE_LINES)
@pytest.mark.parametrize("start", ['a"b,c', '"a', "a,b", '"a"b'])
def test_splitting_looks_at_no_character_more_than_a_few_times(
    line: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    parse = Dialect.parse

    def counted(self: Dialect, text: str, position: int):
        nonlocal looked_at
        parsed = parse(self, text, position)
        looked_at += parsed.end - position
        return parsed

    monkeypatch.setattr(Dialect, "parse", counted)
    text = f"{start}\n" + f"{line}\n{line}\n,\n" * 1_000
    with suppress(FileRefused):
        records = list(split_records(text, ",", width=2))
        whole = "\n".join(r.text + "\n" * (r.lines - 1) for r in records)
        assert whole == text.rstrip("\n")
    # A line may be looked at when reading resumes, when it is read, and inside the record before.
    assert looked_at <= 5 * len(text)
