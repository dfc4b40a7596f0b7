"""Picking, ordering and writing out the startups of an answer by its columns."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import numpy as np
import pytest

from db.sharing.canonical import canonical_json
from db.sharing.content import Provenance, Showing, portfolio_content
from db.sharing.formats import Content
from db.sharing.naming import Names
from db.sharing.presets import Preset
from risk.portfolio.fields import FIELDS, records
from risk.portfolio.startups import assessed_of
from tests.sharing.links import NOON
from tests.ui.sample import ASSESSMENT, answered, many
from ui import startup_filters
from ui.panels import portfolio_cards
from ui.render.json import document
from ui.render.terminal import printed
from ui.render.workbook import headings
from ui.share_page.page import SharePage, file_of, report_page
from ui.startup_filters import Filters
from ui.tables import startup
from ui.theme import palette_for
from ui.words import headlines

STARTUPS = assessed_of(ASSESSMENT)
ACME, BOLT, CEDAR = range(3)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), [ACME, BOLT, CEDAR]),
        (Filters(words="NOTES"), [ACME]),
        (Filters(words="industry"), [CEDAR]),
        (Filters(words="openai"), [ACME, BOLT]),
        (Filters(words="openai legal"), [BOLT]),
        (Filters(words="$ ["), [BOLT]),
        (Filters(words="anthropic"), [ACME]),
        (Filters(words="nobody"), []),
        (Filters(sectors=["unknown", "Industry"]), [BOLT, CEDAR]),
        (Filters(providers=["Anthropic"]), [ACME]),
        (Filters(providers=["Anthropic", "OpenAI"]), [ACME, BOLT]),
        (Filters(bands=["?"]), [BOLT]),
        (Filters(bands=["A", "D"]), [ACME, CEDAR]),
        # Facts known: 88 %, 30 % and all.
        (Filters(known=["80 % and more"]), [ACME, CEDAR]),
        (Filters(known=["under 50 %", "50 to 80 %"]), [BOLT]),
        (Filters(words="openai", known=["under 50 %"], bands=["D"]), []),
    ],
)
def test_every_filter_must_pass_and_any_of_its_values_does(
    filters: Filters, expected: list[int]
) -> None:
    assert startup_filters.filtered(STARTUPS, filters).tolist() == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Expected loss a year", [ACME, BOLT, CEDAR]),
        ("Facts known, fewest first", [BOLT, ACME, CEDAR]),
        # Bolt has no band, so its score stands last; of the others 62 comes before 0.
        ("Score", [ACME, CEDAR, BOLT]),
        ("Name", [ACME, BOLT, CEDAR]),
    ],
)
def test_what_is_unknown_stands_last_in_every_order(order: str, expected: list[int]) -> None:
    everything = np.arange(3)
    assert startup_filters.in_order(STARTUPS, everything, order).tolist() == expected
    # A part of them keeps the order of all.
    part = [one for one in expected if one != ACME]
    assert startup_filters.in_order(STARTUPS, np.array([BOLT, CEDAR]), order).tolist() == part


def test_where_nothing_is_known_to_be_lost_what_questions_may_add_comes_first() -> None:
    asked = answered(
        {"median": (0, 0, 0), "high": (0, 0, 0)}, asked_high=np.array([0.0, 10.0, 70.0])
    )
    found = startup_filters.filtered(assessed_of(asked), Filters())
    assert found.tolist() == [CEDAR, BOLT, ACME]


def test_fields_say_what_the_answers_say() -> None:
    rows = records(STARTUPS.table, np.array([BOLT, ACME, CEDAR]))
    for row, one in zip(rows, (STARTUPS[BOLT], STARTUPS[ACME], STARTUPS[CEDAR]), strict=True):
        for name in ("startup", "sector", "band", "providers", "unknown", "next_action"):
            assert row[name] == getattr(one, name)
        for name in ("score", "median_usd", "tvar95_usd", "lead_developer", "days_to_switch"):
            assert row[name] == getattr(one, name)
        assert row["gross_profit_usd"] == (one.gross_profit_usd if one.gross_profit_known else None)
        worst = one.worst
        assert (row["worst_root"], row["worst_kind"], row["worst_loss_usd"]) == (
            (worst.root, worst.kind.value, worst.loss_usd) if worst else (None, None, None)
        )
    assert rows[0]["worst_kind"] == "wind_down"
    assert [row["median_usd"] for row in rows] == [25_000, 80_000, 0]


def test_only_questions_leave_figures_unknown() -> None:
    asked = answered(
        questions=np.array([0, 1, 2], dtype=np.int32), asked_high=np.array([0, 0, 70_000.0])
    )
    (row,) = records(assessed_of(asked).table, np.array([CEDAR]))
    assert [row[name] for name in ("score", "median_usd", "aal_usd")] == [None] * 3
    assert row["aal_high_usd"] == 70_000
    assert {one.key: one.text(row) for one in startup.PAGE}["median_usd"] == "up to $70k"


def test_every_place_shows_a_startup_by_the_same_names() -> None:
    labels = {one.key: one.label for one in startup.COLUMNS}
    page = portfolio_cards.startup_table(
        STARTUPS, np.array([ACME]), colours=palette_for(None, dark=False)
    )
    assert [one for one in page.columns if one != "Range"] == [one.label for one in startup.PAGE]
    assert list(portfolio_cards.startup_columns()) == [
        *(one.label for one in startup.PAGE),
        "Range",
    ]
    assert [one.heading for one in headings(startup.BOOK)] == [one.label for one in startup.BOOK]
    assert set(FIELDS) <= set(labels)
    (row,) = startup.rows_of(STARTUPS, [ACME])
    assert set(document(startup.VALUES, row)) == {
        (one.path or (one.key,))[0] for one in startup.VALUES
    }
    assert headings_of(link("portfolio")) == [one.label for one in startup.LINK]
    assert table_file(link("portfolio")) == [
        one.key for one in startup.VALUES if one.key in link("portfolio")["startups"][0]
    ]


@pytest.mark.parametrize("key", ["score", "days_to_switch"])
def test_a_name_that_is_changed_in_the_table_is_changed_everywhere_at_once(key: str) -> None:
    (row,) = startup.rows_of(STARTUPS, [ACME])
    with called(key, "Renamed"):
        page = portfolio_cards.startup_table(
            STARTUPS, np.array([ACME]), colours=palette_for(None, dark=False)
        )
        terminal = printed("Companies", startup.TERMINAL, [row])
        assert "Renamed" in page.columns
        assert "Renamed" in portfolio_cards.startup_columns()
        assert "Renamed" in [str(one.header) for one in terminal.columns]
        assert "Renamed" in [one.heading for one in headings(startup.BOOK)]
        assert document(startup.VALUES, row)["Renamed"] == row[key]
        assert "Renamed" in headings_of(link("portfolio"))
        assert "<dt>Renamed</dt>" in report_page(link("startup"), digest="0" * 64)
    assert "Renamed" not in headings_of(link("portfolio"))


@contextmanager
def called(key: str, name: str) -> Iterator[None]:
    """A column of the table with another label and another place in JSON, for a while."""
    column = next(one for one in startup.COLUMNS if one.key == key)
    before = {"label": column.label, "path": column.path}
    try:
        for field, value in {"label": name, "path": (name,)}.items():
            object.__setattr__(column, field, value)
        yield
    finally:
        for field, kept in before.items():
            object.__setattr__(column, field, kept)


def link(scope: str) -> Content:
    """What a link to the sample, or to its first startup, shows."""
    where = Provenance(frozen_at="2026-11-25T12:00:00+00:00", batch=1, parameters={})
    showing = Showing(preset=Preset.EVERYTHING, names=Names(), provenance=where)
    content = portfolio_content(ASSESSMENT, [], showing)
    if scope == "portfolio":
        return content
    (one,) = (row for row in content["startups"] if row["startup"] == "Acme Notes")
    return {**content, "scope": "startup", "startup": one.pop("startup"), "answer": one}


def headings_of(content: Content) -> list[str]:
    """The headings above the startups of a link's page."""
    _, _, table = report_page(content, digest="0" * 64).partition("<h2>Companies</h2>")
    head = table.partition("</thead>")[0]
    return [unescape(one) for one in re.findall(r"<th [^>]*>([^<]*)</th>", head)]


def table_file(content: Content) -> list[str]:
    """The columns of a link's file."""
    text = canonical_json(content)
    page = SharePage(
        share=1,
        content=content,
        text=text,
        digest=None,
        made_at=NOON,
        expires_at=NOON,
        correctable=False,
    )
    made = file_of(page, "table.csv")
    assert made is not None
    return made.data.decode("utf-8-sig").splitlines()[0].split(",")


def test_bands_are_counted() -> None:
    assert startup_filters.by_band(STARTUPS) == {"?": 1, "A": 1, "D": 1}


def test_the_largest_of_many_are_found_in_the_order_of_their_rows_where_equal() -> None:
    assert headlines.largest(np.array([1.0, 9.0, 3.0, 9.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]), 2) == [
        1,
        3,
    ]
    assert headlines.largest(np.array([5.0]), 3) == [0]
    assert len(startup_filters.filtered(assessed_of(many(700)), Filters(words="S69"))) == 11
