"""Tables of links and reports: what was left out has no column, and every cell is text."""

import pytest

from tests.ui.sample import ASSESSMENT
from tests.ui.test_answers import STARTUPS, link
from ui.render.html import html_table
from ui.share_page.page import report_page
from ui.tables import startup, stressed
from ui.tables.column import Column, Record, told, values

#: What a link without money, names and providers tells of a startup.
OUTLINE: Record = {
    "startup": "Company 1",
    "band": "D",
    "worst_kind": "wind_down",
    "days_to_switch": 12.4,
    "days_to_switch_low": None,
    "days_to_switch_high": None,
    "facts_known": 0.9,
}


def test_what_was_left_out_has_no_column_and_the_rest_is_in_the_words_of_the_page() -> None:
    table = html_table(startup.LINK, [OUTLINE], noun=startup.COLUMNS, opened=20, most=500)
    assert dict(zip([one.label for one in table.headings], table.first[0], strict=True)) == {
        "Company": "Company 1",
        "Band": "D",
        "Worst disruption": "Wind-down",
        "Days to switch": "12",
        "Facts known": "90 %",
    }
    assert [one.label for one in table.headings if one.is_right] == [
        "Days to switch",
        "Facts known",
    ]


def test_rows_beyond_those_that_stand_open_are_behind_a_tap_and_the_last_are_counted() -> None:
    rows = [{"startup": f"Company {place}"} for place in range(7)]
    table = html_table(startup.LINK, rows, noun=startup.COLUMNS, opened=2, most=5)
    assert (len(table.first), len(table.more), table.left) == (2, 3, 2)
    nothing = html_table(startup.LINK, [], opened=2, most=5)
    assert (nothing.headings, nothing.first, nothing.left) == ((), [], 0)


def test_a_column_is_told_only_with_everything_that_it_is_made_of() -> None:
    both = Column(key="range", label="Range", of=("low", "high"))
    assert told([both], {"low": 1, "high": 2}) == (both,)
    assert told([both], {"low": 1}) == ()
    assert both not in values([both])


@pytest.mark.parametrize("columns", [startup.COLUMNS, stressed.COLUMNS])
def test_what_columns_are_made_of_is_itself_a_column(columns: tuple[Column, ...]) -> None:
    known = {one.key for one in columns}
    assert known.issuperset(name for one in columns for name in one.of)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # Two older formats had no range of the score, and links could leave providers out.
        ({"score": 62.0, "score_low": None, "score_high": None, "providers": None}, "62"),
        ({"score": 62.0, "score_low": 50.0, "score_high": 70.0, "providers": None}, "62 (50–70)"),
        ({"score": None, "score_low": 1.0, "score_high": 70.0, "band": "?"}, "1–70"),
        ({"score": 0.0, "score_low": 0.0, "score_high": 0.0, "providers": []}, "0"),
    ],
)
def test_a_score_is_written_by_what_is_told_of_it(row: Record, expected: str) -> None:
    (column,) = startup.columns("score")
    whole = {**dict.fromkeys(one.key for one in startup.COLUMNS), "band": "D", "providers": []}
    assert column.text({**whole, **row}) == expected


def test_a_startup_reads_the_same_in_a_link_as_on_the_page() -> None:
    page = {row["startup"]: row for row in startup.rows_of(STARTUPS, range(len(STARTUPS)))}
    table = html_table(
        startup.LINK, link("portfolio")["startups"], noun=startup.COLUMNS, opened=20, most=500
    )
    assert len(table.first) == len(ASSESSMENT.startups)
    for cells in table.first:
        row = page[cells[0]]
        assert list(cells) == [one.text(row) for one in startup.LINK]


def test_no_name_is_more_than_text() -> None:
    content = link("portfolio")
    content["startups"][0]["startup"] = '<b>Acme</b> & "Sons"'
    shown = report_page(content, digest="0" * 64)
    assert "<b>Acme" not in shown
    assert "&lt;b&gt;Acme&lt;/b&gt; &amp; &#34;Sons&#34;" in shown
