"""Intake by invention: any written table comes back, any damaged one comes out as a result."""

import csv
import io
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from risk.inventory.intake_results import Outcome
from tests.inventory.reading import read

HEADER = ("startup", "provider", "use_case", "notes", "spend_usd")
LETTERS = st.characters(
    codec="utf-8",
    categories=("L", "N", "P", "S", "Zs"),
    exclude_characters="\u3164\ufffd\u00a0",
)
WORD = st.text(LETTERS, min_size=1, max_size=12).filter(
    lambda text: text.strip() and not text.strip().startswith(("=", "sep"))
)
FREE_TEXT = st.text(st.one_of(LETTERS, st.sampled_from('\n",;|\t')), max_size=20)
SPEND = st.one_of(
    st.just(""), st.decimals(min_value=0, max_value=10**9, places=2).map(lambda d: f"{d:f}")
)
RECORD = st.tuples(WORD, WORD, FREE_TEXT, FREE_TEXT, SPEND)


def written(rows: list[tuple[str, ...]], delimiter: str, line_end: str, mark: bool) -> bytes:
    """The rows as a spreadsheet writes them in one of the supported dialects."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return target.getvalue().encode("utf-8-sig" if mark else "utf-8")


@given(
    st.lists(RECORD, min_size=1, max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_every_written_record_is_accepted_rejected_or_a_duplicate(
    rows: list[tuple[str, ...]], delimiter: str, line_end: str, mark: bool
) -> None:
    result = read(written(rows, delimiter, line_end, mark))
    assert result.outcome is not Outcome.REJECT_FILE, result.problems
    assert result.records == len(rows)
    assert result.accepted + result.rejected + result.duplicate == len(rows)


@given(
    st.lists(RECORD, min_size=1, max_size=8, unique_by=lambda row: row[0].casefold().strip()),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_accepted_cells_equal_what_was_written(
    rows: list[tuple[str, ...]], delimiter: str, line_end: str, mark: bool
) -> None:
    result = read(written(rows, delimiter, line_end, mark))
    by_startup = {unicodedata.normalize("NFC", row[0].strip()): row for row in rows}
    for row in result.rows:
        _, provider, use_case, notes, spend = by_startup[row.startup]
        plain = [unicodedata.normalize("NFC", c).strip() for c in (provider, use_case, notes)]
        assert [row.provider, row.use_case or "", row.notes or ""] == plain
        assert row.spend_usd == (float(spend) if spend else None)


@given(st.lists(st.integers(0, 255), max_size=60), st.integers(0, 200), st.data())
@settings(max_examples=250, deadline=None)
def test_damaged_bytes_give_a_result_and_never_an_error(
    noise: list[int], place: int, data: st.DataObject
) -> None:
    whole = written(
        [("Acme", "OpenAI, Inc", "a\nb", 'say "x"', "1,234"), ("Bcme", "AWS", "", "", "12.50")],
        data.draw(st.sampled_from(",;\t|")),
        "\r\n",
        mark=False,
    )
    cut = data.draw(st.integers(0, 10))
    damaged = whole[:place] + bytes(noise) + whole[place + cut :]
    result = read(damaged)
    assert result.records == result.accepted + result.rejected + result.duplicate
    assert result.outcome in set(Outcome)


@given(st.binary(max_size=300))
@settings(max_examples=250, deadline=None)
def test_any_bytes_give_a_result(data: bytes) -> None:
    result = read(data)
    assert result.records == result.accepted + result.rejected + result.duplicate
    assert result.error is not None or result.accepted == len(result.rows) > 0
