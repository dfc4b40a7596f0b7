"""Every file of the corpus comes out as it was written down by hand."""

import json
from pathlib import Path

import pytest

from risk.inventory.intake_results import IntakeResult, Outcome
from risk.inventory.refusals import (
    CELL_CODES,
    CONFIRM_CODES,
    FILE_CODES,
    RECORD_CODES,
    WARNING_CODES,
)
from tests.inventory.corpus import CASES
from tests.inventory.corpus.__main__ import write_corpus
from tests.inventory.corpus.case import Case
from tests.inventory.reading import codes, read

#: Codes of workbooks and archives, and of sizes that no small file reaches.
ELSEWHERE = {
    # Of plug-ins, which tests/plugins tries.
    "plugin_left_out",
    "unsupported_type", "archive_too_large", "unsafe_archive", "corrupt_archive", "unsafe_xml",
    "file_too_large", "too_many_records", "error_cell", "formula_without_value", "choose_sheet",
    "formula_values_used", "hidden_sheet_ignored",
    # Answers that may be given and are never asked for.
    "whole_file_provider", "whole_file_company",
    # It is asked about a portfolio, not about a file.
    "complete_for", "ends_nothing",
    # Of logs and bills, which tests/inventory/usage reads.
    "unknown_usage_format", "truncated_json", "truncated_file", "no_usage_rows", "no_llm_usage",
    "repeated_totals", "too_many_groups", "not_balanced", "implausible_total", "usage_startup",
    "use_case_column",
    "key_alias_person", "host_unknown", "developer_unknown", "claude_hosting", "is_it_llm",
    "partial_month", "more_pages", "money_column", "same_traffic_twice", "month_would_shrink",
    "no_money", "provisional_month", "spend_estimated", "issuer_assumed", "byok_apart",
    "currency_unknown", "differs_from_register",
}  # fmt: skip


def counts(result: IntakeResult) -> tuple[int, int, int, int]:
    return result.records, result.accepted, result.rejected, result.duplicate


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_comes_out_as_written_down(case: Case) -> None:
    result = read(case.data)
    assert (result.outcome, codes(result)) == (case.outcome, case.codes)
    assert result.error == case.error
    if case.counts is None:
        assert (result.accepted, len(result.rows)) == (0, 0)
    else:
        assert counts(result) == case.counts
    if case.stored:
        assert {name: getattr(result.rows[0], name) for name in case.stored} == case.stored


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_problem_is_a_sentence_with_its_line(case: Case) -> None:
    result = read(case.data)
    assert result.records == result.accepted + result.rejected + result.duplicate
    for problem in result.problems:
        assert problem.message[0].isupper(), problem.message
        assert problem.message[-1] in ".)", problem.message
        assert problem.value is None or (len(problem.value) <= 80 and problem.value.isprintable())
        assert problem.line >= (1 if problem.code in RECORD_CODES | CELL_CODES else 0)
    for question in result.confirm:
        assert len(question.choices) > 0
        assert "?" in question.question


def test_a_question_answered_by_every_suggestion_is_no_question_any_more() -> None:
    for case in CASES:
        if case.outcome is Outcome.CONFIRM:
            answered = read(case.data, assume={"all": "all"})
            expected = Outcome.PARTIAL if case.error else Outcome.ACCEPT
            assert (answered.outcome, counts(answered)) == (expected, case.counts), case.name


def test_every_code_that_a_csv_file_can_have_is_in_the_corpus() -> None:
    every = FILE_CODES | RECORD_CODES | CELL_CODES | CONFIRM_CODES | WARNING_CODES
    seen = {code for case in CASES for code in case.codes}
    assert every - seen == ELSEWHERE
    assert {case.outcome for case in CASES} == set(Outcome)
    assert len({case.name for case in CASES}) == len(CASES) >= 120


def test_the_corpus_is_written_the_same_every_time(tmp_path: Path) -> None:
    assert write_corpus(tmp_path / "a") == write_corpus(tmp_path / "b") == len(CASES)
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert len(json.loads(first["expected.json"])) == len(CASES) == len(first) - 1
