"""The validation document in the terminal: every part of it, of a portfolio with a hostile name."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from math import exp
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from db.engine import open_store
from db.services.access import LOCAL_OWNER
from db.services.forecasts import keep_forecasts, settle_forecast
from db.services.realised_losses import note_loss
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.forecast_scores import scored
from risk.hazard.forecasts import Answered, Outcome, Question
from risk.scenarios.realised import RealisedLoss
from tests.hazard.incidents.tables import incident, incident_table
from tests.hazard.test_forecasts import LONG, kept
from tests.terminal.running import answer, inventory, refusal
from ui.reports.validation import DocumentTable, _kept_forecasts, _realised_losses
from ui.words import forecast_words

HOSTILE = '=HYPERLINK("http://x") <script>alert(1)</script>'
PARTS = (
    "Purpose and use",
    "Data",
    "Conceptual soundness: each kind and its fit",
    "Outcome analysis: out of time",
    "Sensitivities",
    "What is judgement",
    "Challengers",
    "Ongoing monitoring",
    "Limits",
    "Changes since the last version",
    "What the figures rest on",
)
_CELL = re.compile(r"(?:'([^']+)'!)?\$?([A-Z])\$?(\d+)(?::\$?([A-Z])\$?(\d+))?")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, bytes]:
    """What the command says, the page and the workbook: with a history and a changed number."""
    folder = tmp_path_factory.mktemp("validate")
    url = f"sqlite:///{folder / 'own.sqlite3'}"
    answer("init", url=url)
    answer("import", inventory(folder), "--portfolio", HOSTILE, url=url)
    history = folder / "history.csv"
    history.write_bytes(incident_table(*fifteen_months()))
    answer("incidents", "import", str(history), url=url)
    keep_what_came(url)
    why = ("--portfolio", HOSTILE, "--reason", "tied in by contract")
    answer("assumptions", "set", "churn_maximum", "0.4", *why, url=url)
    page, book = folder / "v.html", folder / "v.xlsx"
    files = ("--html", str(page), "--xlsx", str(book), "--years", "1000")
    said = answer("validate", "--portfolio", HOSTILE, *files, url=url)
    assert said["files"] == [str(page), str(book)]
    return said, page.read_text(), book.read_bytes()


def keep_what_came(url: str) -> None:
    """Forecasts of last June: the long outage came, its hours were far out; and two losses."""
    store = open_store(url)
    now = store.now
    store.now = lambda: datetime(2026, 6, 30, 9, tzinfo=UTC)
    made = keep_forecasts(store, LOCAL_OWNER, HOSTILE, provider="OpenAI").new
    store.now = now
    number = {one.forecast.question: one.number for one in made}
    yes = Answered(outcome=Outcome.YES, day=date(2026, 7, 4), source="status page")
    settle_forecast(store, LOCAL_OWNER, number[Question.LONG_OUTAGE], yes)
    hours = Answered(outcome=Outcome.AMOUNT, hours=5_000.0, source="status page")
    settle_forecast(store, LOCAL_OWNER, number[Question.OUTAGE_HOURS], hours)
    for day, usd in ((5, 1_234_000.0), (6, None)):
        loss = RealisedLoss(
            startup="Acme Notes",
            provider="OpenAI",
            kind=FailureKind.OUTAGE,
            first_day=date(2026, 10, day),
            amount_usd=usd,
            source="its finance team",
        )
        note_loss(store, LOCAL_OWNER, HOSTILE, loss)
    store.close()


def fifteen_months() -> list[str]:
    """Two incidents in each month, of one and of six hours."""
    return [
        incident(
            f"{year}-{month}-{day}",
            investigating=f"{year}-{month:02}-{day:02} 00:00:00Z",
            resolved=f"{year}-{month:02}-{day:02} 0{hour}:00:00Z",
        )
        for year, month in [(2023 + number // 12, number % 12 + 1) for number in range(15)]
        for day, hour in ((5, 1), (15, 6))
    ]


def test_imported_history_is_told_with_its_days_its_fit_and_its_rivals(
    made: tuple[dict[str, Any], str, bytes],
):
    _, html, book = made
    assert "5 Jan 2023 to 15 Mar 2024" in html
    sheets = load_workbook(BytesIO(book))
    fits = [[cell.value for cell in row] for row in sheets["Incidents"].iter_rows(min_row=4)]
    assert [(row[0], row[1]) for row in fits] == [("OpenAI", 30)]
    assert fits[0][3] == pytest.approx(3.5)  # half of one hour, half of six
    methods = [row[0].value for row in sheets["Counts 1"].iter_rows(min_row=4)]
    assert len(methods) == 6


def test_a_changed_number_names_who_changed_it_and_why(made: tuple[dict[str, Any], str, bytes]):
    _, _, book = made
    rows = load_workbook(BytesIO(book))["Judgement"].iter_rows(min_row=4, values_only=True)
    (changed,) = (row for row in rows if "tied in by contract" in row)
    assert changed[:2] == ("Churn maximum", "0.4")
    assert "the model's authors" not in changed


def test_forecasts_that_were_kept_stand_beside_what_came_of_them(
    made: tuple[dict[str, Any], str, bytes],
):
    _, html, book = made
    outcomes = html.partition("Outcome analysis: out of time</h2>")[2].partition("<h2>")[0]
    sheets = load_workbook(BytesIO(book))

    def rows(sheet: str) -> list[tuple[Any, ...]]:
        return list(sheets[sheet].iter_rows(min_row=4, values_only=True))

    # Of OpenAI's forecasts two are settled; a wind-down in 90 days is over and nobody answered.
    kept = dict(rows("Forecasts kept"))
    assert kept["settled"] == 2
    assert kept["over, nobody knows yet"] >= 1
    assert "too few to say how good they are" in outcomes
    settled = rows("Forecasts settled")
    assert {row[2] for row in settled} == {"yes, 4 Jul 2026", "5,000 hours"}
    assert "5,000 hours" in outcomes
    # One question by yes or no, which came true: always the share that came true is perfect.
    (every, long) = rows("Forecast scores")
    assert (every[1], every[3]) == (long[1], long[3]) == (1, 1)
    assert "0.25" in every
    assert "0 of 1 amount lay in their 10–90 % range" in outcomes
    # Nothing was frozen before: the amounts stand beside no prediction, and unknown is not zero.
    losses = rows("Realised losses")
    assert [row[3] for row in losses] == [1_234_000, "unknown"]
    assert "$1.2M" in outcomes
    assert "Of 1 the amount is unknown" in outcomes
    assert "Of 1 nothing was predicted" in outcomes


def test_without_any_settled_forecast_the_document_says_so():
    today = date(2026, 11, 30)
    nothing = list(_kept_forecasts(scored([], today=today), today))
    assert len(nothing) == 1
    assert "No forecast was kept yet" in str(nothing[0])
    ahead = kept(LONG)  # of December
    table, said = _kept_forecasts(scored([ahead], today=today), today)
    assert isinstance(table, DocumentTable)
    assert "none settled yet" in table.note
    assert ("its time is not over", 1) in table.rows
    assert said == forecast_words.NOTHING_SETTLED
    assert list(_realised_losses([])) == ["No loss was noted yet."]


def test_the_page_begins_with_whether_both_calculations_agree(
    made: tuple[dict[str, Any], str, bytes],
):
    _, html, _ = made
    (title,) = re.findall(r"<h1>(.*?)</h1>", html)
    apart = re.findall(r"losses [\d.]+, (more|as)", html.partition("<h2>")[2])
    assert len(apart) == 2
    assert ("differ" in title) == ("more" in apart)
    figures = re.findall(r'<div class="figure"><dt>(.*?)</dt>', html)
    assert figures[0] == "Loss in a typical year"
    assert len(figures) == 3


def test_the_page_has_every_part_and_runs_nothing(made: tuple[dict[str, Any], str, bytes]):
    _, html, _ = made
    headings = re.findall(r"<h2>\d+\. (.*?)</h2>", html)
    assert headings == list(PARTS)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert re.findall(r"(?:src|href)=\"(?!data:)[^\"#]", html) == []


def test_every_part_holds_figures(made: tuple[dict[str, Any], str, bytes]):
    _, html, _ = made
    for part in html.split("<h2>")[1:]:
        assert re.search(r"\d", part.partition("</h2>")[2]), part[:80]
    # The published fit of prices, its checks with their misses, and last version's figures.
    assert "Own API, first tier" in html
    assert "MISS" in html
    assert "<svg" in html
    assert "13,254" in html


def test_the_terminal_says_how_far_the_challengers_are(made: tuple[dict[str, Any], str, bytes]):
    said, html, _ = made
    assert [one["unsure"] for one in said["comparisons"]] == [False, True]
    assert (said["startups"], said["sampled"], said["years"]) == (2, 2, 1000)
    for one in said["comparisons"]:
        assert one["mean_usd"] > 0
        assert abs(one["mean_errors_apart"]) < 4
        assert f"{abs(one['mean_errors_apart']):.1f} standard errors" in html
    assert 0 < said["simple_model_usd"] < said["comparisons"][1]["mean_usd"]


def test_the_workbooks_formulas_come_to_what_the_model_says(
    made: tuple[dict[str, Any], str, bytes],
):
    said, _, book = made
    formulas, values = load_workbook(BytesIO(book)), load_workbook(BytesIO(book), data_only=True)
    found = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type == "f":
                    kept = values[sheet.title][cell.coordinate].value
                    assert worked_out(formulas, sheet.title, cell.value) == pytest.approx(kept)
                    found += 1
    assert found > 20
    inputs = {row[0].value: row[1].value for row in values["Simple model"].iter_rows(min_row=4)}
    assert inputs["Loss a year, USD"] == pytest.approx(said["simple_model_usd"])
    texts = [cell.value for row in formulas["Provenance"].iter_rows() for cell in row]
    assert f"'{HOSTILE}" in texts


def test_a_changed_input_changes_the_loss(made: tuple[dict[str, Any], str, bytes]):
    said, _, book = made
    changed = load_workbook(BytesIO(book))
    sheet = changed["Simple model"]
    (legal,) = (row for row in sheet.iter_rows(min_row=4) if row[0].value == "Legal days")
    legal[1].value = 100
    (total,) = (row for row in sheet.iter_rows(min_row=4) if row[0].value == "Loss a year, USD")
    more = worked_out(changed, sheet.title, total[1].value)
    assert more > 1.5 * said["simple_model_usd"]


def worked_out(book: Workbook, sheet: str, formula: str) -> float:
    """What a formula of the few sorts that we write comes to, from the cells that it names."""

    def cells(found: re.Match[str]) -> str:
        where, column, row, last_column, last_row = found.groups()
        if last_column is None:
            return f"cell({where or sheet!r}, {column!r}, {row})"
        return f"span({where or sheet!r}, {column!r}, {row}, {last_row})"

    def cell(where: str, column: str, row: int) -> Any:
        value = book[where][f"{column}{row}"].value
        if isinstance(value, str) and value.startswith("="):
            return worked_out(book, where, value)
        return value

    def span(where: str, column: str, row: int, last: int) -> list[Any]:
        return [cell(where, column, one) for one in range(row, last + 1)]

    def sum_if(keys: list[Any], wanted: Any, amounts: list[Any]) -> float:
        return sum(one for key, one in zip(keys, amounts, strict=True) if key == wanted)

    known = {"cell": cell, "span": span, "SUM": sum, "SUMIF": sum_if, "MAX": max, "EXP": exp}
    text = _CELL.sub(cells, formula.removeprefix("=")).replace("^", "**")
    return float(eval(text, {"__builtins__": {}}, known))  # noqa: S307 - our own formulas


def test_what_cannot_be_written_is_refused_before_anything_is_worked_out(url: str, tmp_path: Path):
    assert "Name a file" in refusal("validate", "--portfolio", "mine", url=url)
    there = tmp_path / "v.html"
    there.write_text("mine")
    assert "--force" in refusal("validate", "--portfolio", "mine", "--html", str(there), url=url)
    assert there.read_text() == "mine"
    nowhere = str(tmp_path / "no" / "v.xlsx")
    assert "no folder" in refusal("validate", "--portfolio", "mine", "--xlsx", nowhere, url=url)
    lost = str(tmp_path / "w.html")
    assert "none" in refusal("validate", "--portfolio", "none", "--html", lost, url=url)
