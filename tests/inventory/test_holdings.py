"""Tables of holdings as funds keep them: other headers, currencies, repetitions, mistakes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.inventory.holdings import HoldingRow, read_holdings
from risk.inventory.intake_results import Outcome
from risk.inventory.own_tables import TableRead


def read(text: str, **options: object) -> TableRead[HoldingRow]:
    return read_holdings(text.encode(), file_name="holdings.csv", **options)  # type: ignore[arg-type]


def test_a_plain_table_says_what_it_says_and_leaves_unknown_what_it_leaves_out() -> None:
    found = read(
        "company,fund,cost,value,ownership,currency,as_of\n"
        "Acme,One,1000000,2500000.50,12.5%,USD,2026-09-30\n"
        "Beta,One,,,,,\n"
    )
    assert found.outcome is Outcome.ACCEPT
    assert found.rows == (
        HoldingRow(
            line=2,
            cells=found.rows[0].cells,
            company="Acme",
            fund="One",
            cost=1e6,
            value=2_500_000.5,
            ownership=0.125,
            currency="USD",
            as_of=date(2026, 9, 30),
        ),
        HoldingRow(
            line=3,
            cells=found.rows[1].cells,
            company="Beta",
            fund="One",
            cost=None,
            value=None,
            ownership=None,
            currency="USD",
            as_of=None,
        ),
    )


def test_headers_of_others_and_the_currency_in_a_header_are_understood() -> None:
    found = read(
        "Portfolio company;Vehicle;Invested capital (EUR);Fair value (EUR);% owned;Valuation date\n"
        "Acme;Fund I;1.000.000,00;2.500.000,00;12,5 %;2026-09-30\n",
        assume={"decimal_comma": "comma"},
    )
    assert found.outcome is Outcome.ACCEPT
    one = found.rows[0]
    assert (one.company, one.fund, one.cost, one.value) == ("Acme", "Fund I", 1e6, 2.5e6)
    assert (one.ownership, one.currency, one.as_of) == (0.125, "EUR", date(2026, 9, 30))


def test_one_fund_for_the_whole_file() -> None:
    assert read("company,value\nAcme,5\n", fund="One").rows[0].fund == "One"
    refused = read("company,value\nAcme,5\n")
    assert refused.outcome is Outcome.REJECT_FILE
    assert "--fund" in refused.problems[0].message


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("Acme,One,12k,5,0.1,USD,", "bad_number", "cost"),
        ("Acme,One,1,5,12.5,USD,", "share_out_of_range", "ownership"),
        ("Acme,One,1,-5,0.1,USD,", "negative_amount", "value"),
        ("Acme,One,1,5,0.1,dollars,", "not_in_list", "currency"),
        (",One,1,5,0.1,USD,", "missing_company", "company"),
        ("Acme,,1,5,0.1,USD,", "missing_fund", "fund"),
        ("Acme,One,1,5,0.1,USD,2026-02-30", "bad_date", "as_of"),
    ],
)
def test_what_cannot_be_read_costs_its_line_and_is_told(line: str, code: str, column: str) -> None:
    found = read(f"company,fund,cost,value,ownership,currency,as_of\nZeta,One,1,2,0.1,,\n{line}\n")
    assert (found.outcome, len(found.rows), found.rejected) == (Outcome.PARTIAL, 1, 1)
    problem = found.problems[0]
    assert (problem.line, problem.code, problem.column) == (3, code, column)


def test_repetitions_count_once_and_contradictions_are_refused_in_every_line() -> None:
    found = read(
        "company,fund,value\nAcme,One,5\nACME , one,5\nBeta,One,5\nBeta,One,6\nBeta,Two,7\n"
    )
    assert [(one.company, one.fund) for one in found.rows] == [("Acme", "One"), ("Beta", "Two")]
    assert (found.duplicate, found.rejected) == (1, 2)
    assert {one.line for one in found.problems if one.code == "conflict"} == {4, 5}


def test_what_is_refused_comes_back_as_it_stood_and_can_be_read_again() -> None:
    found = read("company,fund,value\nAcme,One,5\nBeta,One,5\nBeta,One,6\nGamma,One,many\n")
    lines = found.reject_file.decode("utf-8-sig").splitlines()
    assert lines[0] == "line,code,reason,company,fund,value"
    assert [one.rsplit(",", 3)[1:] for one in lines[1:]] == [
        ["Beta", "One", "5"],
        ["Beta", "One", "6"],
        ["Gamma", "One", "many"],
    ]
    again = read("\n".join([*lines[:2], lines[3].replace("many", "7")]))
    assert [(one.company, one.value) for one in again.rows] == [("Beta", 5.0), ("Gamma", 7.0)]


def test_a_comma_that_could_be_either_is_asked() -> None:
    found = read('company,fund,value\nAcme,One,"1,234"\n')
    assert found.outcome is Outcome.CONFIRM
    assert [one.code for one in found.confirm] == ["decimal_or_thousands"]


def test_a_mapping_by_hand_outranks_the_header() -> None:
    text = "what,who,value,book\nAcme,One,1,9\n"
    chosen = {"what": "company", "who": "fund", "book": "value", "value": None}
    assert read(text, mapping=chosen).rows[0].value == 9
    wrong = read(text, mapping={"what": "firm"})
    assert wrong.problems[0].code == "missing_columns"


words = st.text(st.characters(codec="utf-8", exclude_characters='\r\n"'), max_size=12)
cells = st.sampled_from(["Acme", "One", "company", "fund", "value", "5", "", "12%", "1,5", "x"])
tables = st.lists(st.lists(cells | words, min_size=2, max_size=4), max_size=6).map(
    lambda rows: ("company,fund,value\n" + "\n".join(map(",".join, rows))).encode()
)


@given(st.binary(max_size=300) | tables)
def test_no_bytes_raise_and_every_record_is_counted_once(data: bytes) -> None:
    found = read_holdings(data, file_name="x", assume={"all": ""})
    assert found.records == len(found.rows) + found.rejected + found.duplicate


def test_a_sign_in_a_cell_names_the_currency_of_the_line() -> None:
    found = read("company,fund,cost,value\nAcme,One,$5,$7\nBeta,One,€5,\nGamma,One,£5,€7\n")
    assert [(one.company, one.cost, one.value, one.currency) for one in found.rows] == [
        ("Acme", 5.0, 7.0, "USD"),
        ("Beta", 5.0, None, "EUR"),
    ]
    (problem,) = found.problems
    assert (problem.line, problem.code) == (4, "currency_mismatch")
    assert "EUR, GBP" in problem.message


def test_a_sign_of_several_currencies_is_that_which_the_line_names() -> None:
    found = read("company,fund,cost,currency\nAcme,One,5 kr,SEK\nBeta,One,5 kr,\n")
    assert [(one.company, one.cost, one.currency) for one in found.rows] == [("Acme", 5.0, "SEK")]
    assert [(one.line, one.column, one.code) for one in found.problems] == [
        (3, "currency", "currency_mismatch")
    ]
