"""Two spellings of one model are one record, counted or refused like any repetition."""

from risk.inventory.intake import read_inventory
from risk.inventory.resolution import Resolver


def read(text: str, resolver: Resolver) -> tuple[int, int, int, int, list[tuple[str, int]]]:
    result = read_inventory(text.encode(), file_name="a.csv", resolver=resolver)
    problems = [(one.code, one.line) for one in result.problems]
    return result.records, len(result.rows), result.rejected, result.duplicate, problems


def test_the_same_model_spelled_twice_counts_once_and_is_said(resolver: Resolver) -> None:
    text = "startup,provider,model\nA,OpenAI,GPT 4o\nA,OpenAI,gpt-4o\n"
    assert read(text, resolver) == (2, 1, 0, 1, [("duplicate_records", 3)])


def test_the_same_model_with_two_spends_is_a_conflict(resolver: Resolver) -> None:
    text = "startup,provider,model,spend_usd\nA,OpenAI,GPT 4o,5\nA,OpenAI,gpt-4o,6\n"
    assert read(text, resolver) == (2, 0, 2, 0, [("conflict", 2), ("conflict", 3)])
