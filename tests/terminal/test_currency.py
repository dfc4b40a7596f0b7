"""Commands that show money in another currency than USD; documents keep USD and say the rate."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import cli
from risk.money.rates import rate_on
from tests.terminal.running import answer, inventory, refusal
from ui import money
from ui.terminal.commands.options import today

IN_EUROS = "Company,Vendor,Annual cost (EUR),ARR (€)\nAcme Notes,OpenAI,12000,1000000\n"


def printed(*words: str, url: str) -> tuple[str, str]:
    """What a command prints, and what it says beside it."""
    result = CliRunner().invoke(cli.app, [*words, "--database", url])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.fixture
def euros(url: str, tmp_path: Path) -> str:
    """A store with a portfolio that was stated in euros."""
    answer("import", inventory(tmp_path, IN_EUROS), "--portfolio", "mine", url=url)
    return url


def test_a_score_is_printed_in_the_currency_that_is_asked_for(euros: str):
    table, said = printed("score", "--portfolio", "mine", "--currency", "eur", url=euros)
    assert "€" in table
    assert "$" not in table
    rate = rate_on("EUR", today())
    assert rate is not None
    assert f"in EUR, {rate.said} (ECB reference rate)" in " ".join(said.split())
    table, said = printed("score", "--portfolio", "mine", url=euros)
    assert "€" not in table
    assert "EUR" not in said


def test_a_portfolio_has_a_currency_of_its_own(euros: str):
    done = answer("portfolios", "currency", "mine", "CHF", url=euros)
    assert (done["currency"], done["rate"]["currency"]) == ("CHF", "CHF")
    assert [one["currency"] for one in answer("portfolios", url=euros)] == ["CHF"]
    assert "CHF" in printed("score", "--portfolio", "mine", url=euros)[0]
    assert "$" in printed("score", "--portfolio", "mine", "--currency", "USD", url=euros)[0]
    assert money.shown() == money.IN_USD


def test_a_document_has_usd_and_says_the_currency_and_its_rate(euros: str):
    before = answer("score", "--portfolio", "mine", url=euros)
    answer("portfolios", "currency", "mine", "EUR", url=euros)
    after = answer("score", "--portfolio", "mine", url=euros)
    assert (before["portfolio"]["currency"], after["portfolio"]["currency"]) == ("USD", "EUR")
    assert "rate" not in before["portfolio"]
    assert after["portfolio"]["rate"]["source"] == "ECB reference rate"
    assert after["portfolio"]["aal_usd"] == before["portfolio"]["aal_usd"]


def test_startups_tell_amounts_as_they_were_stated(euros: str):
    (acme,) = answer("startups", "--portfolio", "mine", url=euros)
    assert acme["facts"]["stated"]["annual_revenue_usd"].startswith("EUR 1000000; 1 EUR = ")
    assert acme["dependencies"][0]["spend_stated"].startswith("EUR 12000 per year; ")


def test_reports_are_in_the_currency_and_say_its_rate(euros: str, tmp_path: Path):
    page, book = tmp_path / "r.html", tmp_path / "r.xlsx"
    words = ("report", "--portfolio", "mine", "--html", str(page), "--xlsx", str(book))
    answer(*words, "--currency", "EUR", url=euros)
    html = page.read_text()
    assert "€" in html
    assert ">$" not in html
    assert "in EUR, 1 EUR = " in html
    summary = load_workbook(book)["Summary"]
    assert "in EUR, 1 EUR = " in summary["A1"].value
    assert summary["B3"].value == "EUR"
    formats = {line[0].value: line[1].number_format for line in summary.iter_rows(min_row=4)}
    assert formats["Sum over companies"] == '"€"#,##0'


def test_an_unknown_currency_is_refused_with_those_that_are_known(euros: str):
    for words in (
        ("score", "--portfolio", "mine", "--currency", "NGN"),
        ("portfolios", "currency", "mine", "NGN"),
    ):
        assert "Choose one of AUD, BRL" in " ".join(refusal(*words, url=euros).split())


def test_what_is_unclear_about_money_is_answered_by_assume(url: str, tmp_path: Path):
    text = "Company,Vendor,Spend\nAcme,OpenAI,1 200 kr\n"
    words = ("import", inventory(tmp_path, text), "--portfolio", "mine")
    asked = answer(*words, url=url, status=3)
    assert {one["code"] for one in asked["confirm"]} == {"currency_of_crowns", "spend_period"}
    assumed = ("--assume", "currency_of_crowns=NOK", "--assume", "spend_period=year")
    answer(*words, *assumed, url=url)
    (acme,) = answer("startups", "--portfolio", "mine", url=url)
    assert acme["dependencies"][0]["spend_stated"].startswith("NOK 1200 per year; ")
