"""Observed usage through the terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import cli
from tests.terminal.running import answer, refusal
from tests.usage_files import Request, log

SEPTEMBER = log(
    Request("2026-09-01", spend="4", tokens_in=1_000_000, tokens_out=100_000),
    Request("2026-09-30", spend="6", failed=True, team="chat"),
)


@pytest.fixture
def book(url: str, tmp_path: Path) -> str:
    """A portfolio of which one startup has a log."""
    file = tmp_path / "log.csv"
    file.write_bytes(SEPTEMBER)
    said = ("--portfolio", "Fund", "--assume", "usage_startup=Acme", "--assume", "all")
    answer("import", str(file), *said, url=url)
    return url


def test_the_document_has_rows_months_list_prices_and_files(book: str):
    document = answer("observed", "--portfolio", "Fund", url=book)
    (acme,) = document["startups"]
    rows = [(one["use_case"], one["spend_usd"], one["failed_share"]) for one in acme["usage"]]
    assert rows == [("chat", 6, 1), ("search", 4, 0)]
    (month,) = acme["months"]
    assert (month["month"], month["complete"], month["spend_usd"]) == ("2026-09-01", True, 10)
    # A bill or an export may know of caches, this log does not.
    assert month["cached_tokens"] is None
    assert month["developers"][0]["name"] == "OpenAI"
    (cost,) = acme["at_list_prices"]
    # 1,001,000 tokens in at $2.50 a million and 100,100 out at $15.
    assert (cost["list_usd"], cost["paid_usd"]) == (4.004, 10)
    assert acme["files"][0]["shown"] == "LiteLLM spend logs"


def test_the_tables_say_the_last_month_and_list_each_use_case(book: str):
    result = CliRunner().invoke(
        cli.app,
        ["observed", "--portfolio", "Fund", "--startup", "acme", "--database", book],
        env={"COLUMNS": "200"},
    )
    assert result.exit_code == 0, result.output
    assert "Acme: September 2026: $10, of which OpenAI 100 %." in result.stdout
    assert "The tokens at list prices" in result.stdout


def test_a_portfolio_without_logs_says_what_to_do(url: str, tmp_path: Path):
    file = tmp_path / "book.csv"
    file.write_text("startup,provider\nAcme,OpenAI\n")
    answer("import", str(file), "--portfolio", "Fund", url=url)
    assert answer("observed", "--portfolio", "Fund", url=url)["startups"] == []
    assert "no company called" in refusal(
        "observed", "--portfolio", "Fund", "--startup", "Nobody", url=url
    )
