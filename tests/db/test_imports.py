"""Importing inventories: where each column goes, what changes, and what is refused."""

from datetime import date

import pytest
from sqlalchemy import select

from db.engine import Store
from db.importing.reading import read_file
from db.importing.writing import ROW_VERSIONS
from db.register.naming import UNNAMED_USE_CASE
from db.services import imports
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    ImportRefused,
    NamesDecided,
    PortfolioChanged,
    list_batches,
    preview_import,
    publish_import,
)
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.reference import add_alias, remove_alias
from risk.catalog.records import Alias, Answer
from risk.inventory.records import Depth, ExitPlan, Fallback, SwitchBegun
from tests.db.inventories import (
    ACME,
    counted,
    dependency,
    fund_hash,
    inventory,
    publish,
    startup,
)


def test_every_column_arrives_where_it_belongs(store: Store):
    publish(
        store,
        ACME
        | {
            "website": "https://acme.example",
            "sector": "legal",
            "country": "France",
            "notes": "met in May",
            "annual_revenue_usd": "1234567.89",
            "cash_usd": "0.01",
            "monthly_burn_usd": "100000",
            "invested_usd": "5000000",
            "spend_usd": "1200.50",
            "gross_margin": "0.7",
            "ai_revenue_share": "0.5",
            "share": "0.4",
            "engineers": "12",
            "notice_days": "90",
            "buffer_hours": "2.5",
            "region": "eu-west",
            "data_residency": "EU",
            "criticality": "4",
            "depth": "agents",
            "fallback": "tested",
            "fallback_provider": "Anthropic",
            "fallback_tested_on": "2026-05-01",
            "exit_plan": "written",
            "switch_begun": "yes",
            "renewal": "2027-03-31",
            "as_of": "2026-11-01",
            "source": "board deck",
        },
    )
    found = startup(store)
    assert found.website == "https://acme.example"
    assert (found.sector, found.country, found.notes) == ("legal", "France", "met in May")
    assert (found.annual_revenue_usd, found.cash_usd) == (1234567.89, 0.01)
    assert (found.monthly_burn_usd, found.invested_usd) == (100_000, 5_000_000)
    assert (found.gross_margin, found.ai_revenue_share, found.engineers) == (0.7, 0.5, 12)
    assert found.as_of == date(2026, 11, 1)
    assert found.sources["cash_usd"] == "board deck"
    (use_case,) = found.use_cases
    assert (use_case.name, use_case.criticality, use_case.buffer_hours) == ("chat", 4, 2.5)
    one = dependency(store)
    assert (one.provider_text, one.answer, one.developer) == ("OpenAI", Answer.YES, "OpenAI")
    assert (one.share, one.spend_usd_per_month, one.notice_days) == (0.4, 1200.5, 90)
    assert (one.region, one.data_residency) == ("eu-west", "EU")
    assert (one.depth, one.fallback) == (Depth.AGENTS, Fallback.TESTED)
    assert (one.fallback_provider_text, one.fallback_developer) == ("Anthropic", "Anthropic")
    assert one.fallback_tested_on == date(2026, 5, 1)
    assert (one.exit_plan, one.renewal) == (ExitPlan.WRITTEN, date(2027, 3, 31))
    assert one.switch_begun is SwitchBegun.YES
    assert (one.source, one.as_of) == ("board deck", date(2026, 11, 1))


def test_what_the_file_leaves_out_is_unknown_and_never_zero(store: Store):
    publish(store, {"startup": "Acme", "provider": "OpenAI"})
    found, one = startup(store), dependency(store)
    assert found.use_cases[0].name == UNNAMED_USE_CASE
    assert {found.cash_usd, found.gross_margin, found.engineers, found.as_of} == {None}
    assert {one.spend_usd_per_month, one.share, one.depth, one.fallback, one.model} == {None}


def test_a_name_that_is_no_language_model_is_kept_as_such(store: Store):
    publish(store, {"startup": "Acme", "provider": "Slack"})
    assert dependency(store).answer is Answer.NO


def test_a_fact_without_a_source_column_is_from_the_file_and_line(store: Store):
    publish(store, ACME | {"cash_usd": ""}, ACME | {"use_case": "search", "cash_usd": "5"})
    assert startup(store).sources == {"cash_usd": "inventory.csv, line 3"}


def test_a_fact_is_as_old_as_its_file_says_or_as_its_import(store: Store):
    publish(
        store,
        ACME | {"cash_usd": "5", "engineers": "12", "as_of": "2026-05-01"},
        ACME | {"provider": "Anthropic", "gross_margin": "0.7", "as_of": "2026-11-01"},
        ACME | {"provider": "Mistral AI", "ai_revenue_share": "0.5"},
    )
    found, today = startup(store), store.now().date()
    # The startup is as old as its newest fact; older and undated ones keep their own day.
    assert found.as_of == date(2026, 11, 1)
    assert found.stated_on == {
        "cash_usd": date(2026, 5, 1),
        "engineers": date(2026, 5, 1),
        "ai_revenue_share": today,
    }
    (use_case,) = found.use_cases
    days = {one.provider_text: (one.as_of, one.recorded_on) for one in use_case.dependencies}
    assert days == {
        "OpenAI": (date(2026, 5, 1), None),
        "Anthropic": (date(2026, 11, 1), None),
        "Mistral AI": (None, today),
    }


def test_a_blank_cell_never_erases_what_is_stored(store: Store):
    publish(store, ACME | {"cash_usd": "5", "spend_usd": "7", "criticality": "3"})
    again = publish(store, ACME | {"cash_usd": "", "spend_usd": "", "criticality": "", "share": ""})
    assert counted(again) == (0, 0, 1, 0)
    assert startup(store).cash_usd == 5
    assert dependency(store).spend_usd_per_month == 7
    assert startup(store).use_cases[0].criticality == 3


#: Ash: one line read, two that contradict each other; Birch: none that says anything.
UNREAD = (
    {"startup": "Ash", "provider": "OpenAI", "use_case": "chat", "spend_usd": "1"},
    {"startup": "Ash", "provider": "Mistral", "use_case": "search", "spend_usd": "5"},
    {"startup": "Ash", "provider": "Mistral", "use_case": "search", "spend_usd": "6"},
    {"startup": "Birch", "provider": "", "use_case": "", "spend_usd": ""},
)


def test_lines_that_could_not_be_read_stay_with_their_startup_until_they_are(store: Store):
    publish(store, ACME)
    before = fund_hash(store)
    batch = publish(store, *UNREAD)
    assert (startup(store, "Ash").unread_lines, startup(store, "Birch").unread_lines) == (2, 1)
    assert startup(store, "Birch").use_cases == ()
    corrected = {"startup": "Birch", "provider": "OpenAI", "use_case": "chat"}
    later = publish(store, corrected)
    assert startup(store, "Birch").unread_lines is None
    assert startup(store, "Ash").unread_lines == 2
    imports.undo_batch(store, LOCAL_OWNER, later.batch)
    assert startup(store, "Birch").unread_lines == 1
    imports.undo_batch(store, LOCAL_OWNER, batch.batch)
    assert fund_hash(store) == before


def test_names_that_differ_in_case_and_spaces_are_one_record(store: Store):
    publish(store, ACME)
    again = publish(
        store, {"startup": " ACME", "use_case": "Chat ", "provider": "openai", "model": "GPT-4o"}
    )
    assert counted(again) == (0, 0, 1, 0)
    assert dependency(store).provider_text == "OpenAI"


def test_changes_are_counted_by_record_and_told_by_field(store: Store):
    publish(store, ACME | {"spend_usd": "7"}, ACME | {"use_case": "old", "spend_usd": "1"})
    published = publish(
        store,
        ACME | {"spend_usd": "8", "cash_usd": "100"},
        ACME | {"use_case": "new", "spend_usd": "2", "cash_usd": ""},
    )
    assert counted(published) == (1, 1, 0, 1)
    rows = {row.use_case: row for row in published.changes.rows}
    assert {name: row.status for name, row in rows.items()} == {
        "chat": "changed",
        "new": "new",
        "old": "missing",
    }
    assert {(one.field, one.before, one.after) for one in rows["chat"].fields} == {
        ("spend_usd", 7, 8),
        ("cash_usd", None, 100),
    }


def test_a_changed_startup_changes_the_records_that_say_so(store: Store):
    publish(store, ACME | {"cash_usd": "1"}, ACME | {"use_case": "search", "cash_usd": "1"})
    again = publish(store, ACME | {"cash_usd": "2"}, ACME | {"use_case": "search", "cash_usd": ""})
    assert counted(again) == (0, 1, 1, 0)


def test_rows_that_disagree_about_their_startup_leave_the_fact_unknown(store: Store):
    published = publish(
        store,
        ACME | {"cash_usd": "1", "engineers": "5"},
        ACME | {"use_case": "search", "cash_usd": "2", "engineers": "5"},
    )
    assert startup(store).cash_usd is None
    assert startup(store).engineers == 5
    (problem,) = published.disagreements
    assert (problem.code, problem.line, problem.column) == ("facts_disagree", 3, "cash_usd")
    assert "1.0 in line 2 but 2.0 in line 3" in problem.message


def test_rows_that_disagree_leave_a_stored_fact_as_it_was(store: Store):
    publish(store, ACME | {"cash_usd": "7"})
    publish(store, ACME | {"cash_usd": "1"}, ACME | {"use_case": "search", "cash_usd": "2"})
    assert startup(store).cash_usd == 7


def test_notes_of_several_rows_add_up(store: Store):
    publish(store, ACME | {"notes": "a"}, ACME | {"use_case": "b", "notes": "b"})
    assert startup(store).notes == "a\nb"


def test_another_value_takes_no_source_over_from_the_value_it_replaces(store: Store):
    publish(store, ACME | {"cash_usd": "1", "source": "audit", "as_of": "2026-01-31"})
    publish(store, ACME | {"cash_usd": "2"})
    assert startup(store).sources == {"cash_usd": "inventory.csv, line 2"}


def test_a_preview_writes_nothing_and_says_what_publishing_then_does(store: Store):
    publish(store, ACME)
    before = fund_hash(store)
    data = inventory(ACME | {"spend_usd": "3"}, ACME | {"startup": "Zeta", "spend_usd": ""})
    preview = preview_import(store, LOCAL_OWNER, data=data, file_name="more.csv", portfolio="Fund")
    assert fund_hash(store) == before
    assert len(list_batches(store, LOCAL_OWNER)) == 1
    published = publish_import(
        store, LOCAL_OWNER, data=data, file_name="more.csv", portfolio="Fund"
    )
    assert published.changes == preview.changes
    assert counted(published) == (1, 1, 0, 0)
    assert published.changes.new_startups == 1


def test_the_same_file_again_is_the_same_batch_and_changes_nothing(store: Store):
    first = publish(store, ACME)
    revision = load_portfolio(store, LOCAL_OWNER, "Fund").revision
    again = publish(store, ACME)
    assert (again.batch, again.already, counted(again)) == (first.batch, True, (0, 0, 1, 0))
    assert load_portfolio(store, LOCAL_OWNER, "Fund").revision == revision
    preview = preview_import(
        store,
        LOCAL_OWNER,
        data=inventory(ACME),
        file_name="other name.csv",
        portfolio="FUND",
        assume={"complete_for": "nothing"},
    )
    assert preview.already_batch == first.batch


def test_the_same_file_into_another_portfolio_is_another_batch(store: Store):
    first = publish(store, ACME)
    other = publish(store, ACME, portfolio="Other")
    assert (other.already, other.batch != first.batch) == (False, True)


def test_with_a_new_alias_the_same_file_says_something_else_until_it_is_removed(store: Store):
    row = {"startup": "Acme", "provider": "Wobblebot 3000"}
    publish(store, row)
    assert dependency(store).answer is not Answer.YES
    alias = Alias(
        text="wobblebot 3000",
        answer=Answer.YES,
        developer="OpenAI",
        host="OpenAI",
        product=None,
        source="the vendor says so",
    )
    add_alias(store, LOCAL_OWNER, alias)
    again = publish(store, row)
    assert (again.already, counted(again)) == (False, (0, 1, 0, 0))
    assert dependency(store).developer == "OpenAI"
    remove_alias(store, LOCAL_OWNER, "Wobblebot 3000")
    assert counted(publish(store, row)) == (0, 1, 0, 0)
    assert (dependency(store).answer, dependency(store).developer) == (Answer.NO, None)
    assert publish(store, row).already


def test_a_file_without_records_is_refused_and_makes_no_portfolio(store: Store):
    with pytest.raises(ImportRefused, match="Nothing of the file can be imported"):
        publish_import(
            store, LOCAL_OWNER, data=b"startup,provider\n", file_name="a.csv", portfolio="Fund"
        )
    assert list_portfolios(store, LOCAL_OWNER) == ()
    assert list_batches(store, LOCAL_OWNER) == ()


def test_a_preview_that_has_grown_old_is_not_published(store: Store):
    publish(store, ACME)
    revision = load_portfolio(store, LOCAL_OWNER, "Fund").revision
    publish(store, ACME | {"spend_usd": "1"})
    with pytest.raises(PortfolioChanged, match="has changed since this preview"):
        publish(store, ACME | {"spend_usd": "2"}, expected_revision=revision)
    assert dependency(store).spend_usd_per_month == 1
    publish(store, ACME | {"spend_usd": "2"}, expected_revision=revision + 1)
    assert dependency(store).spend_usd_per_month == 2


def test_what_a_preview_read_is_published_without_reading_it_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    file = {"data": inventory(ACME), "file_name": "a.csv", "portfolio": "Fund"}
    preview = preview_import(store, LOCAL_OWNER, **file)
    only_adds = {"assume": {"complete_for": "nothing"}}
    other = {**file, "data": inventory(ACME | {"startup": "Zeta"}), **only_adds}
    readings: list[str] = []
    monkeypatch.setattr(
        imports,
        "read_file",
        lambda request, *more, **rest: (
            readings.append(request.file_name) or read_file(request, *more, **rest)
        ),
    )
    published = publish_import(store, LOCAL_OWNER, **file, read=preview.reading)
    assert (counted(published), readings) == ((1, 0, 0, 0), [])
    # Another file is read, and so is this one after a name was decided about.
    assert publish_import(store, LOCAL_OWNER, **other, read=preview.reading).changes.new == 1
    decided = Alias(
        text="OpenAI", answer=Answer.NO, developer=None, host=None, product=None, source="test"
    )
    add_alias(store, LOCAL_OWNER, decided)
    with pytest.raises(NamesDecided, match="was decided since"):
        publish_import(store, LOCAL_OWNER, **file, read=preview.reading)
    seen = preview_import(store, LOCAL_OWNER, **file)
    again = publish_import(store, LOCAL_OWNER, **file, read=seen.reading)
    assert again.changes.changed == 1


def test_the_list_of_imports_says_what_was_read(store: Store):
    publish(store, ACME, ACME | {"use_case": "b"})
    publish(store, ACME, portfolio="Other")
    newest, oldest = list_batches(store, LOCAL_OWNER)
    assert (newest.portfolio, oldest.portfolio) == ("Other", "Fund")
    assert (oldest.file_name, oldest.by) == ("inventory.csv", "local owner")
    assert (oldest.records, oldest.accepted, oldest.rejected, oldest.duplicate) == (2, 2, 0, 0)
    assert oldest.at.utcoffset() is not None
    assert [one.portfolio for one in list_batches(store, LOCAL_OWNER, "FUND")] == ["Fund"]


def test_two_lines_about_one_dependency_are_told_one_after_the_other(store: Store):
    unnamed = ACME | {"use_case": ""}
    publish(store, unnamed | {"spend_usd": "1"})
    # A use case without a name, in two spellings. The last line says what the register says: the
    # first changes 1 to 2, the second 2 back to 1.
    again = unnamed | {"use_case": UNNAMED_USE_CASE, "spend_usd": "1", "share": "1"}
    published = publish(store, unnamed | {"spend_usd": "2"}, again)
    assert counted(published) == (0, 2, 0, 0)
    told = [
        [(one.field, one.before, one.after) for one in row.fields] for row in published.changes.rows
    ]
    assert told == [[("spend_usd", 1, 2)], [("share", None, 1), ("spend_usd", 2, 1)]]
    assert dependency(store).spend_usd_per_month == 1


def test_what_a_file_only_confirms_is_not_written_again(store: Store):
    rows = [ACME | {"startup": f"S{number}", "cash_usd": "5"} for number in range(40)]
    publish(store, *rows)
    again = publish(store, *rows[:-1], rows[-1] | {"cash_usd": "6"})
    assert counted(again) == (0, 1, 39, 0)
    with store.read() as session:
        written = session.execute(select(ROW_VERSIONS).where(ROW_VERSIONS.c.numbers.is_(None)))
        told = sorted(one.table_name for one in written)
    assert told == ["startups"]
