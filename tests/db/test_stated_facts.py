"""Facts that an inventory states: kept, told with how they came to be known, and out again."""

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import migration
from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.register.portfolios import digest_of
from db.services.access import LOCAL_OWNER
from db.services.exports import export_table
from db.services.imports import preview_import, publish_import, undo_batch
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.scoring import score_portfolio
from risk.inventory.records import (
    DEPENDS_ON_NOTHING,
    Evidence,
    Portfolio,
    Requirement,
    Startup,
    UseCase,
    listed,
)
from tests.db.inventories import ACME, Row, counted, dependency, fund_hash, publish, startup
from tests.db.inventories import inventory as file_of

TODAY = date(2026, 11, 24)
NOTHING = DEPENDS_ON_NOTHING


def exported(store: Store, portfolio: str) -> bytes:
    return export_table(store, LOCAL_OWNER, "inventory", portfolio=portfolio, today=TODAY).data


def copied(store: Store, portfolio: str, to: str) -> Portfolio:
    """The portfolio that the inventory of another one makes in the place of nothing."""
    done = publish_import(
        store, LOCAL_OWNER, data=exported(store, portfolio), file_name="export", portfolio=to
    )
    assert done.intake.rejected == done.intake.duplicate == 0, done.intake.problems
    assert not done.disagreements
    return load_portfolio(store, LOCAL_OWNER, to)


def state(portfolio: Portfolio) -> str:
    """The hash of all facts of a portfolio, whatever it is called."""
    return digest_of(replace(portfolio, name="", revision=0, updated=None))


def test_each_fact_is_stored_as_it_was_stated(store: Store):
    publish(
        store,
        {
            **ACME,
            **{"tags": "b2b;  Fintech ;B2B;", "stage": "seed", "fund": "I; II", "ownership": "12%"},
            **{"watched_by": "Ann", "contact_email": "jo@acme.example", "relationship": "invested"},
            **{"requirement": "ANY", "use_case_revenue_share": "0.25"},
            **{"provider_notice_days": "90", "notice_days": "30", "governing_law": "DE"},
            **{"contract_start": "2025-01-01", "contract_end": "2027-01-01"},
            "promised_availability": "99.9%",
        },
    )
    found, link = startup(store), dependency(store)
    assert (found.tags, listed(found.fund)) == ("b2b; Fintech", ("I", "II"))
    assert (found.stage, found.ownership, found.watched_by) == ("seed", 0.12, "Ann")
    assert (found.contact_email, found.relationship) == ("jo@acme.example", "invested")
    case = found.use_cases[0]
    assert (case.requirement, case.revenue_share) == (Requirement.ANY, 0.25)
    assert (link.notice_days, link.provider_notice_days) == (30, 90)
    assert (link.contract_start, link.contract_end) == (date(2025, 1, 1), date(2027, 1, 1))
    assert (link.governing_law, link.promised_availability) == ("DE", 0.999)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("contact_email", "jo at acme", "bad_email"),
        ("contact_email", "jo@acme", "bad_email"),
        ("contact_email", "a@b.example, c@d.example", "bad_email"),
        ("ownership", "12", "share_out_of_range"),
        ("requirement", "both", "not_in_list"),
        ("evidence", "rumour", "not_in_list"),
        ("provider_notice_days", "-1", "negative_amount"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write(
    store: Store, column: str, cell: str, code: str
):
    found = preview_import(
        store,
        LOCAL_OWNER,
        data=file_of({**ACME, column: cell}),
        file_name="x.csv",
        portfolio="Fund",
    )
    problem = found.reading.intake.problems[0]
    assert (problem.code, problem.column) == (code, column)


def test_a_use_case_says_how_its_dependencies_combine_and_a_file_without_it_changes_nothing(
    store: Store,
):
    publish(store, ACME | {"requirement": "all", "use_case_revenue_share": "40%"})
    publish(store, ACME | {"criticality": "4"})
    (case,) = startup(store).use_cases
    assert (case.requirement, case.revenue_share, case.criticality) == (Requirement.ALL, 0.4, 4)
    done = publish(store, ACME | {"requirement": "any"})
    (change,) = done.changes.rows[0].fields
    assert (change.field, change.before, change.after) == ("requirement", "all", "any")


def test_a_fact_keeps_how_it_came_to_be_known_until_another_value_comes(store: Store):
    publish(store, ACME | {"cash_usd": "5", "evidence": "confirmed", "source": "her mail"})
    assert startup(store).evidence == {"cash_usd": Evidence.CONFIRMED}
    publish(store, ACME | {"cash_usd": "5", "engineers": "3"})
    assert startup(store).evidence == {"cash_usd": Evidence.CONFIRMED}
    publish(store, ACME | {"cash_usd": "6"})
    assert startup(store).evidence == {}


def test_a_line_that_a_plain_file_changes_is_no_longer_confirmed(store: Store):
    publish(store, ACME | {"share": "0.5", "evidence": "observed"})
    assert dependency(store).evidence is Evidence.OBSERVED
    publish(store, ACME | {"share": "0.5"}, {"startup": "Zeta", "provider": "Cohere"})
    assert dependency(store).evidence is Evidence.OBSERVED
    before = fund_hash(store)
    done = publish(store, ACME | {"share": "0.7"})
    assert dependency(store).evidence is None
    assert {one.field for one in done.changes.rows[0].fields} == {"share", "evidence"}
    undo_batch(store, LOCAL_OWNER, done.batch)
    assert fund_hash(store) == before


def test_a_line_without_a_provider_makes_a_startup_and_a_use_case_that_depend_on_nothing(
    store: Store,
):
    rows = (
        {"startup": "Idle", "provider": NOTHING, "cash_usd": "7"},
        {"startup": "Plain", "use_case": "letters", "provider": NOTHING, "criticality": "2"},
    )
    done = publish(store, *rows)
    assert counted(done) == (2, 0, 0, 0)
    idle, plain = startup(store, "Idle"), startup(store, "Plain")
    assert (idle.cash_usd, idle.use_cases) == (7, ())
    assert plain.use_cases == (UseCase(name="letters", dependencies=(), criticality=2),)
    again = publish(store, *rows, {"startup": "Third", "provider": "Cohere"})
    assert counted(again) == (1, 0, 2, 0)
    assert "unknown_provider" not in again.intake.warnings


def test_facts_from_several_places_come_back_with_each_of_them(store: Store):
    publish(
        store,
        ACME | {"source": "contract", "as_of": "2026-02-01"},
        {"startup": "Acme", "provider": NOTHING, "cash_usd": "5", "source": "a mail"},
        {"startup": "Acme", "provider": NOTHING, "country": "FR", "evidence": "imputed"},
    )
    found = startup(store)
    assert found.sources == {"cash_usd": "a mail", "country": "inventory.csv, line 4"}
    assert found.evidence == {"country": Evidence.IMPUTED}
    assert state(copied(store, "Fund", "Copy")) == state(load_portfolio(store, LOCAL_OWNER, "Fund"))


def test_the_demo_that_was_exported_scores_the_same_to_the_cent(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, demo)
    copy = copied(store, "demo", "Copy")
    assert [one.name for one in copy.startups] == [one.name for one in demo.startups]
    before, after = (
        score_portfolio(store, LOCAL_OWNER, name, today=TODAY) for name in ("demo", "Copy")
    )
    cents = [
        [round(100 * figure) for figure in (one.aal_usd, one.tvar95_usd, one.tvar99_usd)]
        for one in (before, after)
    ]
    assert cents[0] == cents[1]
    assert min(cents[0]) > 0
    for one, other in zip(before.startups, after.startups, strict=True):
        assert (one.startup, one.score, round(one.aal_usd or 0, 2)) == (
            *(other.startup, other.score),
            round(other.aal_usd or 0, 2),
        )


def test_what_a_dependency_is_known_by_is_taken_over_unless_another_has_it(store: Store):
    publish(
        store,
        ACME | {"dependency_key": "its own"},
        ACME | {"use_case": "b", "dependency_key": "twice"},
        ACME | {"use_case": "c", "dependency_key": "twice"},
    )
    keys = [case.dependencies[0].key for case in startup(store).use_cases]
    assert keys[0] == "its own"
    assert "twice" not in keys
    publish(store, ACME | {"use_case": "d", "dependency_key": "its own"})
    assert startup(store).use_cases[-1].dependencies[0].key != "its own"


_numbers = itertools.count()
_NAMES = st.sampled_from(["Acme", "Zeta", "Été"])
_LINE = st.fixed_dictionaries(
    {
        "startup": _NAMES,
        "use_case": st.sampled_from(["", "chat", "search"]),
        "provider": st.sampled_from(["OpenAI", "Claude on Bedrock", "Slack", NOTHING]),
        "cash_usd": st.sampled_from(["", "10", "20.5"]),
        "country": st.sampled_from(["", "FR"]),
        "tags": st.sampled_from(["", "a", "b; a"]),
        "stage": st.sampled_from(["", "seed"]),
        "fund": st.sampled_from(["", "I; II"]),
        "ownership": st.sampled_from(["", "0.125"]),
        "watched_by": st.sampled_from(["", "Ann"]),
        "contact_email": st.sampled_from(["", "jo@acme.example"]),
        "criticality": st.sampled_from(["", "3"]),
        "requirement": st.sampled_from(["", "shared", "all", "any"]),
        "use_case_revenue_share": st.sampled_from(["", "0.3"]),
        "provider_notice_days": st.sampled_from(["", "0", "90.5"]),
        "contract_start": st.sampled_from(["", "2025-01-31"]),
        "contract_end": st.sampled_from(["", "2027-01-31"]),
        "governing_law": st.sampled_from(["", "DE"]),
        "promised_availability": st.sampled_from(["", "0.9995"]),
        "evidence": st.sampled_from(["", "stated", "observed", "confirmed", "imputed"]),
        "source": st.sampled_from(["", "a mail", "contract"]),
        "as_of": st.sampled_from(["", "2026-01-31", "2026-05-31"]),
        "notes": st.sampled_from(["", "met in May"]),
    }
)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory, prepared_file: Path) -> Store:
    """A store that all examples share; each makes portfolios of its own."""
    from db.engine import open_store

    path = tmp_path_factory.mktemp("stated") / "store.sqlite3"
    path.write_bytes(prepared_file.read_bytes())
    return open_store(f"sqlite:///{path}")


@given(st.lists(st.lists(_LINE, min_size=1, max_size=5), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_register_comes_back_with_the_same_state(one_store: Store, files: list[list[Row]]):
    number = next(_numbers)
    name, again = f"Fund {number}", f"Copy {number}"
    for at, rows in enumerate(files):
        try:
            publish_import(
                one_store,
                LOCAL_OWNER,
                data=file_of(*rows),
                file_name=f"{at}.csv",
                portfolio=name,
                assume={"complete_for": "nothing"},
            )
        except Refused:
            continue
    try:
        whole = load_portfolio(one_store, LOCAL_OWNER, name)
    except PortfolioNotFound:  # no record could be imported
        return
    # Lines that could not be read are of a file, not of the register.
    read = tuple(replace(one, unread_lines=None) for one in whole.startups)
    assert state(copied(one_store, name, again)) == state(replace(whole, startups=read))


def test_an_older_schema_forgets_the_facts_and_the_newer_one_checks_them(store: Store):
    publish(store, ACME | {"ownership": "0.5", "contract_end": "2027-01-31", "evidence": "stated"})
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0016")
        migration.upgrade(connection)
    assert (startup(store).ownership, dependency(store).contract_end) == (None, None)
    wrong: Any = (
        "UPDATE startups SET ownership = 1.5",
        "UPDATE dependencies SET promised_availability = 2",
        "UPDATE dependencies SET provider_notice_days = -1",
        "UPDATE dependencies SET evidence = 'rumour'",
    )
    for statement in wrong:
        with pytest.raises(IntegrityError), store.write_engine.begin() as connection:
            connection.execute(text(statement))


def test_a_startup_without_dependencies_is_saved_and_comes_back(store: Store):
    bare = Startup(name="Idle", use_cases=(UseCase(name="letters", dependencies=()),))
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=(bare,)))
    assert copied(store, "Fund", "Copy").startups == (bare,)
