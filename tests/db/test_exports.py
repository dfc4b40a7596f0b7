"""Exported tables: an inventory imports back the same, and nothing in any table is run."""

import csv
import io
import itertools
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.importing.history import Changes
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.drills import DrillNote, record_drill
from db.services.exports import TABLES, TEMPLATE, ExportedFile, FileKind, export_table
from db.services.imports import preview_import, publish_import
from db.services.incidents import import_incidents, load_incidents
from db.services.portfolios import load_portfolio
from db.services.setup import initialise
from risk.alternatives.evidence import DrillKind
from risk.inventory.records import Portfolio
from tests.db.inventories import ACME, Row, inventory, publish
from tests.hazard.incidents.feed_samples import openlog_record

TODAY = date(2026, 11, 24)
KINDS = tuple(FileKind)
#: What a spreadsheet would run, and what merely looks like our own way of preventing that.
HOSTILE = (
    "=1+1",
    "+44 20 7946 0000",
    "-2",
    "@SUM(A1)",
    "\uff1d1+1",
    "'=1+1",
    "''quoted",
    "=cmd|' /C calc'!A0",
    "#REF!",
    "#N/A",
    "1e5",
    "007",
    "TRUE",
    "NA",
    "None",
    "_x0041_",
    "_x0041_x0042_",
    "<script>alert(1)</script>",
    "a,b;c\td|e",
    'say "hi"',
    "two\nlines",
    "two\r\nlines",
    "שלום עולם",
    "👩\u200d🚀 crew",
    "{{ 7 * 7 }}",
    "'; DROP TABLE startups; --",
    "'",
    '"',
    "sep=,",
)
#: A fact whose row names no source is said to be from its file, whose name is another here.
_FROM_A_FILE = re.compile(r".+, line \d+")


def exported(store: Store, portfolio: str, kind: FileKind = FileKind.CSV) -> bytes:
    return export_table(
        store, LOCAL_OWNER, "inventory", kind=kind, portfolio=portfolio, today=TODAY
    ).data


def imported(store: Store, data: bytes, portfolio: str) -> Portfolio:
    published = publish_import(
        store, LOCAL_OWNER, data=data, file_name="export", portfolio=portfolio
    )
    assert published.intake.rejected == published.intake.duplicate == 0, published.intake.problems
    assert not published.disagreements
    return facts(store, portfolio)


def facts(store: Store, portfolio: str) -> Portfolio:
    """A portfolio without its name and revision, and without the names of files as sources."""
    found = load_portfolio(store, LOCAL_OWNER, portfolio)
    startups = tuple(
        replace(
            one,
            sources={
                field: "a file" if _FROM_A_FILE.fullmatch(source) else source
                for field, source in one.sources.items()
            },
        )
        for one in found.startups
    )
    return replace(found, name="", revision=0, updated=None, startups=startups)


FULL: Row = {
    **ACME,
    "website": "https://acme.example",
    "sector": "=SUM(A1:A9)",
    "country": "DE",
    "notes": "@everyone\nline two",
    "annual_revenue_usd": "1234567.89",
    "cash_usd": "0",
    "monthly_burn_usd": "0.01",
    "invested_usd": "1000000000000",
    "spend_usd": "18500.5",
    "gross_margin": "33.3%",
    "ai_revenue_share": "1",
    "share": "0.1234567890123456",
    "engineers": "14.5",
    "notice_days": "30",
    "buffer_hours": "0",
    "host": "Azure",
    "region": "-west",
    "data_residency": "+EU",
    "criticality": "5",
    "depth": "fine_tuned",
    "fallback": "tested",
    "fallback_provider": "Claude on Bedrock",
    "fallback_tested_on": "1899-12-31",
    "exit_plan": "written",
    "switch_begun": "no",
    "renewal": "9999-12-31",
    "as_of": "0001-01-01",
    "source": "'=contract",
    "tags": "b2b; =seed",
    "stage": "series A",
    "fund": "Fund I; Fund II",
    "ownership": "12.5%",
    "relationship": "portfolio company",
    "watched_by": "@ann",
    "contact_email": "+ann@acme.example",
    "requirement": "all",
    "use_case_revenue_share": "0.3",
    "provider_notice_days": "90",
    "contract_start": "2025-02-28",
    "contract_end": "2027-02-28",
    "governing_law": "DE",
    "promised_availability": "99.95%",
    "evidence": "confirmed",
}
SPARSE: Row = {"startup": "Bare", "provider": "Claude on Bedrock"}
SECOND: Row = {"startup": "Acme", "use_case": "chat", "provider": "Mistral", "as_of": "2026-01-02"}


@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_inventory_imports_back_the_same(store: Store, kind: FileKind) -> None:
    publish(store, FULL, SECOND, SPARSE)
    assert imported(store, exported(store, "Fund", kind), "Copy") == facts(store, "Fund")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_texts_import_back_the_same(store: Store, kind: FileKind) -> None:
    rows = [
        {
            "startup": f"{text} {number}",
            "provider": text,
            "use_case": text,
            "notes": text,
            "region": text,
            "source": text,
        }
        for number, text in enumerate(HOSTILE)
    ]
    publish(store, *rows)
    before = facts(store, "Fund")
    assert len(before.startups) == len(HOSTILE)
    assert imported(store, exported(store, "Fund", kind), "Copy") == before


@pytest.mark.parametrize("kind", KINDS)
def test_facts_of_several_imports_keep_their_sources_and_days(store: Store, kind: FileKind) -> None:
    publish(store, {**ACME, "cash_usd": "5", "source": "mail", "as_of": "2026-01-01"})
    other = {"startup": "Acme", "provider": "Mistral", "use_case": "search"}
    publish(store, {**other, "country": "FR", "source": "filing", "as_of": "2026-03-01"})
    before = facts(store, "Fund")
    assert before.startups[0].sources == {"cash_usd": "mail", "country": "filing"}
    assert imported(store, exported(store, "Fund", kind), "Copy") == before


def test_an_exported_demo_portfolio_changes_nothing_where_it_came_from(store: Store) -> None:
    initialise(store, demo=True)
    seen = preview_import(
        store,
        LOCAL_OWNER,
        data=exported(store, "demo"),
        file_name="demo.csv",
        portfolio="demo",
    )
    assert (seen.changes.new, seen.changes.changed) == (0, 0)
    assert seen.changes.unchanged == seen.intake.accepted > 100


def test_exported_incidents_import_back_the_same(store: Store) -> None:
    records = [
        openlog_record("https://status.claude.com/incidents/aaaaaaaaaaaa", title=title)
        | {"incident_id": f"https://status.claude.com/incidents/{number:012}"}
        for number, title in enumerate(HOSTILE)
    ]
    import_incidents(store, LOCAL_OWNER, data=json.dumps(records).encode(), file_name="list.json")
    before = load_incidents(store, LOCAL_OWNER)
    assert len(before) == len(HOSTILE)
    data = export_table(
        store, LOCAL_OWNER, "incidents", kind=FileKind.CSV, portfolio=None, today=TODAY
    ).data
    again = import_incidents(store, LOCAL_OWNER, data=data, file_name="incidents.csv")
    assert (again.file.problems, again.incidents) == ((), Changes(unchanged=len(before)))
    assert load_incidents(store, LOCAL_OWNER) == before


def test_a_second_export_is_the_first_one_again(store: Store) -> None:
    publish(store, FULL, SECOND, SPARSE)
    first = exported(store, "Fund")
    imported(store, first, "Copy")
    assert exported(store, "Copy") == first


_TEXT = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf"), include_characters="\n\t=+-@'"
    ),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() != "")
_MONEY = st.one_of(st.just(""), st.integers(0, 10**14).map(lambda c: f"{c // 100}.{c % 100:02}"))
_SHARE = st.one_of(st.just(""), st.floats(0, 1).map(repr))
_DAY = st.one_of(st.just(""), st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str))
_ROW = st.fixed_dictionaries(
    {
        "startup": _TEXT,
        "use_case": st.one_of(st.just(""), _TEXT),
        "provider": st.one_of(
            _TEXT, st.sampled_from(("OpenAI", "Azure OpenAI", "=Claude on Bedrock"))
        ),
        "model": st.sampled_from(("", "gpt-4o", "claude-sonnet-4", "=my own")),
        "notes": st.one_of(st.just(""), _TEXT),
        "sector": st.one_of(st.just(""), _TEXT),
        "cash_usd": _MONEY,
        "spend_usd": _MONEY,
        "share": _SHARE,
        "gross_margin": _SHARE,
        "engineers": st.one_of(st.just(""), st.floats(0, 1e12).map(repr)),
        "criticality": st.sampled_from(("", "1", "5")),
        "renewal": _DAY,
        "as_of": _DAY,
        "source": st.one_of(st.just(""), _TEXT),
    }
)
_numbers = itertools.count()


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory, prepared_file: Path) -> Store:
    """A store that all examples share; each makes portfolios of its own."""
    from db.engine import open_store

    path = tmp_path_factory.mktemp("exports") / "store.sqlite3"
    path.write_bytes(prepared_file.read_bytes())
    return open_store(f"sqlite:///{path}")


@given(st.lists(_ROW, min_size=1, max_size=4), st.sampled_from(KINDS))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_inventory_comes_back_as_it_was(
    one_store: Store, rows: list[dict[str, str]], kind: FileKind
) -> None:
    number = next(_numbers)
    names = f"Fund {number}", f"Copy {number}"
    first = publish_or_none(one_store, rows, names[0])
    if first is not None:
        assert imported(one_store, exported(one_store, names[0], kind), names[1]) == first


def publish_or_none(store: Store, rows: list[dict[str, str]], portfolio: str) -> Portfolio | None:
    """The portfolio of the rows that can be imported at all."""
    try:
        publish_import(
            store,
            LOCAL_OWNER,
            data=inventory(*rows),
            file_name="made.csv",
            portfolio=portfolio,
            assume={"all": "all"},
        )
    except Refused:
        return None
    return facts(store, portfolio)


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_no_cell_of_a_csv_begins_as_a_formula_does(store: Store) -> None:
    publish(store, *({"startup": f"s{n}", "provider": t} for n, t in enumerate(HOSTILE)))
    cells = [cell for row in cells_of(exported(store, "Fund")) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.strip(" ")[:1] in set("=+-@\t\r\uff1d")]


def test_a_csv_without_formulas_has_the_columns_of_an_inventory_and_no_other(store: Store) -> None:
    publish(store, SPARSE)
    assert cells_of(exported(store, "Fund"))[0][-1] == "notes"
    publish(store, {**SPARSE, "notes": "=1"})
    header, row = cells_of(exported(store, "Fund"))
    assert (header[-1], row[-1], row[-2]) == ("written_as_text", "notes", "'=1")


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(store: Store) -> None:
    publish(store, {**FULL, "provider": "=1+1", "renewal": "2027-03-31"})
    book = load_workbook(io.BytesIO(exported(store, "Fund", FileKind.XLSX)))
    header, row = tuple(book.active.iter_rows())
    cells: dict[str, Any] = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert (cells["provider"].value, cells["provider"].data_type) == ("=1+1", "s")
    assert cells["provider"].quotePrefix
    assert (cells["sector"].value, cells["sector"].data_type) == ("=SUM(A1:A9)", "s")
    assert cells["annual_revenue_usd"].value == 1234567.89
    assert cells["renewal"].value.date() == date(2027, 3, 31)
    assert cells["as_of"].value == "0001-01-01"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_demo_can_be_written(demo: Store, table: str, kind: FileKind) -> None:
    written = export_table(demo, LOCAL_OWNER, table, kind=kind, portfolio="demo", today=TODAY)
    if kind is FileKind.CSV:
        rows = cells_of(written.data)
    else:
        (sheet,) = load_workbook(io.BytesIO(written.data)).worksheets
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == written.rows + 1
    assert len({len(row) for row in rows}) == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the demo portfolio, only read."""
    from db.engine import open_store

    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'store.sqlite3'}")
    initialise(store, demo=True)
    return store


def test_what_an_inventory_has_no_place_for_is_said(store: Store) -> None:
    publish(store, FULL)
    assert not _written(store).left_out
    note = DrillNote(
        startup="Acme",
        kind=DrillKind.EXIT,
        held_on=TODAY,
        evals_passed=9,
        evals_total=10,
        hours=4,
        conducted_by="ann",
        source="a drill",
    )
    record_drill(store, LOCAL_OWNER, "Fund", note)
    (said,) = _written(store).left_out
    assert said.startswith("1 drill")


def _written(store: Store) -> ExportedFile:
    return export_table(store, LOCAL_OWNER, "inventory", portfolio="Fund", today=TODAY)


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_is_an_inventory_in_either_kind(store: Store, kind: FileKind) -> None:
    written = export_table(store, LOCAL_OWNER, TEMPLATE, kind=kind, today=TODAY)
    found = imported(store, written.data, "From the template")
    assert [one.name for one in found.startups] == ["Example Ledger", "Example Clinic Notes"]
    assert found.startups[0].ai_revenue_share == 0.6
    assert found.startups[0].use_cases[0].dependencies[0].renewal == date(2027, 3, 31)


def test_a_text_too_long_for_excel_is_refused_not_cut(store: Store) -> None:
    publish(store, {**SPARSE, "notes": "n" * 32_768})
    with pytest.raises(Refused, match="Export the table as CSV"):
        exported(store, "Fund", FileKind.XLSX)
    assert imported(store, exported(store, "Fund"), "Copy") == facts(store, "Fund")


@pytest.mark.parametrize(
    ("table", "portfolio", "error", "says"),
    [
        ("nothing", None, Refused, "There are: inventory, startups"),
        ("inventory", None, Refused, "name one"),
        ("scores", "Nowhere", PortfolioNotFound, "Nowhere"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_a_sentence(
    store: Store, table: str, portfolio: str | None, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        export_table(store, LOCAL_OWNER, table, portfolio=portfolio, today=TODAY)


def test_only_who_may_read_may_export(store: Store) -> None:
    stranger = Actor("somebody", ActorRole.NONE)
    with pytest.raises(NotAllowed):
        export_table(store, stranger, "providers", today=TODAY)
