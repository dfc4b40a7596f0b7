import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import Downloads
from ui import paging
from ui.charts.drawn import company_address
from ui.downloads import Later, table_buttons
from ui.paging import PAGE_ROWS
from ui.render.cards import Cards, cards_html
from ui.render.frames import as_on_page, as_shown, format_of
from ui.render.page import (
    formula_safe,
    formula_safe_csv,
    markdown_table,
    matching,
    needs_room_for_unknown,
)
from ui.tables.column import Unit, texts
from ui.theme import LIGHT

#: Where what people read is written, and how Python and charts would write per cent by themselves.
PRODUCT = ("db", "downstream", "risk", "ui")
PER_CENT_BY_PYTHON = re.compile(r":[.,\d]*%\}|tickformat=\"[^\"]*\d%\"|\"percent\"")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " =1"])
def test_text_that_starts_a_formula_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


def test_other_text_is_left_alone() -> None:
    assert formula_safe("Acme = best") == "Acme = best"


def test_numbers_stay_numbers_and_unknown_is_empty() -> None:
    rows = pd.DataFrame({"startup": ["=cmd()", "Acme"], "loss": [-5.0, None]})
    read = list(csv.reader(io.StringIO(formula_safe_csv(rows).decode("utf-8-sig"))))
    assert read == [["startup", "loss"], ["'=cmd()", "-5.0"], ["Acme", ""]]


def test_a_missing_date_is_empty() -> None:
    rows = pd.DataFrame({"day": [pd.Timestamp("2026-01-02"), pd.NaT]})
    read = list(csv.reader(io.StringIO(formula_safe_csv(rows).decode("utf-8-sig"))))
    assert read[2] == [""]


def test_every_word_must_occur_whatever_its_case() -> None:
    rows = pd.DataFrame({"name": ["Acme Notes", "Bolt"], "provider": ["OpenAI", "OpenAI"]})
    found = matching(rows, "openai ACME", within=("name", "provider"))
    assert list(found["name"]) == ["Acme Notes"]


def test_a_small_table_shows_every_cell_as_it_is() -> None:
    rows = pd.DataFrame({"Name": ["a|b *c*"], "Share": ["41 %"]})
    assert markdown_table(rows, right=("Share",)).splitlines() == [
        "| Name | Share |",
        "| --- | ---: |",
        r"| a\|b \*c\* | 41 % |",
    ]


def test_shares_are_per_cent_on_a_page_as_in_every_sentence() -> None:
    assert format_of(Unit.SHARE) == "%.6g %%"
    # Two figures, of nearly all four: 49.12 % is 49, 0.256 % is 0.26, 99.87 % stays.
    shown = [as_on_page(share, Unit.SHARE) for share in (0.4912, 0.00256, 0.9987, 0.0, None)]
    assert shown == [49.0, 0.26, 99.87, 0.0, None]
    # Files keep shares of 1.
    assert as_shown(0.4912, Unit.SHARE) == 0.4912


def test_nothing_writes_per_cent_without_a_space() -> None:
    root = Path(__file__).parents[2]
    python = (one for folder in PRODUCT for one in (root / folder).rglob("*.py"))
    found = [one.name for one in python if PER_CENT_BY_PYTHON.search(one.read_text("utf-8"))]
    assert not found, "Write a share by ui.wording.percent, or with “ %” behind the number."


def test_a_card_leads_where_its_row_has_an_address_and_leaves_out_what_says_nothing() -> None:
    columns = texts(startup="Company", loss="Loss", worst="Worst", owner="Owner", note="Note")
    rows = [
        {"startup": "A & B", "loss": "$2", "worst": "end", "owner": None, "note": "–"},
        {"startup": "", "loss": "$1", "worst": "end", "owner": "Ann", "note": "new"},
    ]
    look = Cards(aside="loss", below=("worst",), address=company_address("demo"), palette=LIGHT)
    drawn = cards_html(columns, rows, look, key="some")
    assert drawn.count("<a ") == 1
    assert 'href="startup?portfolio=demo&amp;startup=A+%26+B"' in drawn
    # Unknown is said; a dash says nothing of its row.
    assert ">Owner: unknown<" in drawn
    assert ">Owner: Ann · Note: new<" in drawn
    # The table of the same key is hidden where the cards are shown.
    assert ".st-key-some { display: none } .st-key-some_cards { display: flex }" in drawn


def paged_page() -> None:
    """A page with a table of 1,200 rows; what a click opens is written below it."""
    import pandas as pd
    import streamlit as st

    from ui.render.page import table

    rows = pd.DataFrame({"Name": [f"S{place:04}" for place in range(1200)][::-1]})
    table(rows, key="long", file_name="long.csv", open_row=lambda place: st.text(str(place)))


def test_a_column_of_short_values_needs_room_for_the_word_unknown() -> None:
    def needs(name: str, *values: object) -> bool:
        return needs_room_for_unknown(pd.Series(values, name=name))

    assert needs("Sector", "law", None)
    assert needs("Owned", 0.125, None)
    # Without a missing value, or where something longer is shown anyway.
    assert not needs("Sector", "law", "health")
    assert not needs("Sector", "professional services", None)
    assert not needs("Net asset value", 5.0, None)


def test_a_long_table_comes_a_page_at_a_time_in_an_order_over_all_rows():
    app = AppTest.from_function(paged_page, default_timeout=60).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == PAGE_ROWS == 500
    assert "Rows 1 to 500 of 1,200." in app.caption[0].value
    app.number_input[0].set_value(3).run()
    # 1,200 = 500 + 500 + 200
    assert len(app.dataframe[0].value) == 200
    app.selectbox[0].set_value("Name").run()
    app.number_input[0].set_value(1).run()
    assert app.dataframe[0].value["Name"].iloc[0] == "S0000"


def test_the_rows_of_a_page_know_their_place_among_all(monkeypatch: pytest.MonkeyPatch):
    rows = pd.DataFrame({"Name": [f"S{place:04}" for place in range(1200)][::-1]})
    monkeypatch.setattr(paging, "_ask", lambda orders, count, key: ("Name", 500))
    shown, positions = paging.page_of_rows(rows, key="long")
    # In the order of names the 501st is S0500, which stands at 1,199 - 500 among all.
    assert shown["Name"].iloc[0] == "S0500"
    assert positions[0] == 699
    assert rows["Name"].iloc[positions[0]] == "S0500"


def test_rows_of_a_file_are_made_when_they_are_asked_for(downloads: Downloads):
    made: list[int] = []

    def make() -> pd.DataFrame:
        made.append(1)
        return pd.DataFrame({"name": ["Ash"]})

    table_buttons(Later(make=make, count=1), title="Rows", name="rows", key="rows")
    assert not made
    assert b"Ash" in downloads["rows.csv"]()
    assert made == [1]
