"""Columns of tables: what is unknown, what stays a figure, what a search finds."""

import json
from datetime import UTC, date, datetime
from importlib import import_module
from pkgutil import iter_modules

import pandas as pd
import pytest

import ui.tables
from ui import wording
from ui.render.frames import sortable
from ui.render.terminal import print_table
from ui.tables.column import Column, Unit, chosen, matching

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
COLUMNS = (
    Column(key="name", label="Name"),
    Column(key="team", label="Team", missing="everybody"),
    Column(key="loss_usd", label="Loss", unit=Unit.USD),
    Column(key="seen", label="Seen", unit=Unit.DATE),
    Column(key="at", label="When (UTC)", unit=Unit.MOMENT),
    Column(key="rate", label="A year", unit=Unit.RATE, missing="–"),
)
KNOWN = {"name": "Ash", "team": "Red", "loss_usd": 1_234_567.0, "seen": AT, "at": AT, "rate": 0.01}
UNKNOWN = dict.fromkeys(KNOWN)


def test_a_value_is_written_by_its_unit_and_an_unknown_one_never_as_zero() -> None:
    said = [one.text(KNOWN) for one in COLUMNS]
    assert said == ["Ash", "Red", "$1.2M", "23 Nov 2026", "2026-11-23 09:30", "0.01"]
    unknown = wording.UNKNOWN
    assert [one.text(UNKNOWN) for one in COLUMNS] == [
        *(unknown, "everybody", unknown, unknown, unknown, "–"),
    ]


def test_figures_and_days_stay_such_where_a_reader_sorts_and_unknown_is_empty() -> None:
    first, second = sortable(COLUMNS, [KNOWN, UNKNOWN]).astype(object).to_dict("records")
    assert (first["Loss"], first["Seen"]) == (1_234_567.0, date(2026, 11, 23))
    assert first["A year"] == 0.01
    assert first["When (UTC)"] == "2026-11-23 09:30"
    assert second["Team"] == "everybody"
    assert pd.isna(second["Loss"])
    assert pd.isna(second["Seen"])


def test_every_word_of_a_search_must_be_in_some_cell_that_a_reader_sees() -> None:
    names = chosen(COLUMNS, ("name", "team"))
    assert matching(names, [KNOWN, UNKNOWN], "red ASH") == [KNOWN]
    assert matching(names, [KNOWN, UNKNOWN], "everybody") == [UNKNOWN]
    assert matching(names, [KNOWN, UNKNOWN], " ") == [KNOWN, UNKNOWN]


def test_programs_get_values_and_people_a_table_or_why_there_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table("Teams", COLUMNS, [KNOWN], as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["loss_usd"] == 1_234_567.0
    print_table("Teams", COLUMNS, [KNOWN], as_json=False, nothing="No team yet.")
    assert "$1.2M" in capsys.readouterr().out
    print_table("Teams", COLUMNS, [], as_json=False, nothing="No team yet.")
    assert capsys.readouterr().out.strip() == "No team yet."


@pytest.mark.parametrize("noun", [one.name for one in iter_modules(ui.tables.__path__)])
def test_no_two_columns_of_a_table_are_called_the_same(noun: str) -> None:
    for name, found in vars(import_module(f"ui.tables.{noun}")).items():
        # Of a startup COLUMNS is all that there is, of which each place shows a part.
        if not isinstance(found, tuple) or (noun in ("startup", "stressed") and name == "COLUMNS"):
            continue
        labels = [one.label for one in found if isinstance(one, Column)]
        assert len(set(labels)) == len(labels), name
