"""Portfolios renamed, put away, brought back, and deleted with all that belongs to them."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from db.engine import Store
from db.errors import (
    PortfolioArchived,
    PortfolioNotFound,
    Refused,
    ShareNotAvailable,
)
from db.records import Base, PortfolioRecord
from db.register.deleting import delete_portfolio_rows
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.assumptions import set_assumption
from db.services.audit import list_audit, verify_audit
from db.services.decisions import list_decisions, record_decision
from db.services.drills import DrillNote, record_drill
from db.services.endings import end
from db.services.imports import list_batches
from db.services.portfolio_changes import (
    archive_portfolio,
    delete_portfolio,
    list_archived,
    rename_portfolio,
    unarchive_portfolio,
)
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.share_contents import Wanted
from db.services.share_lists import list_shares, revoke_share
from db.services.share_visits import open_share
from db.services.shares import NewShare, ShareKind, create_share
from db.sharing.presets import Preset
from risk.alternatives.evidence import DrillKind
from tests.db.faults import failing_statement
from tests.db.inventories import ACME, fund_hash, publish
from tests.db.test_one_call_fails import RAW, refusal_of
from tests.db.test_shares import token_of

TODAY = date(2026, 11, 1)


def shown(store: Store) -> list[str]:
    return [one.name for one in list_portfolios(store, LOCAL_OWNER)]


def filled(store: Store, portfolio: str = "Fund") -> None:
    """A portfolio with something in many tables, and two links to it."""
    publish(store, ACME | {"cash_usd": "5"}, ACME | {"startup": "Zeta"}, portfolio=portfolio)
    end(store, LOCAL_OWNER, portfolio, "Zeta", "chat")
    record_decision(store, LOCAL_OWNER, portfolio, "Acme", "Claude API", owner="Ann")
    note = DrillNote(
        startup="Acme",
        kind=DrillKind.EXIT,
        held_on=TODAY,
        evals_passed=1,
        evals_total=2,
        conducted_by="Ann",
        source="test",
    )
    record_drill(store, LOCAL_OWNER, portfolio, note)
    set_assumption(store, LOCAL_OWNER, portfolio, "rate_multiple", 2.0, reason="test")


def snapshot_of(store: Store, portfolio: str = "Fund") -> NewShare:
    wanted = Wanted(portfolio=portfolio, startup="Acme", today=TODAY, preset=Preset.MONEY)
    return create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)


def test_a_portfolio_takes_another_name_and_keeps_what_it_has(store: Store):
    filled(store)
    before = fund_hash(store)
    assert rename_portfolio(store, LOCAL_OWNER, "fund", " Fund  II ") == "Fund II"
    assert shown(store) == ["Fund II"]
    assert len(list_decisions(store, LOCAL_OWNER, "Fund II")) == 1
    with pytest.raises(PortfolioNotFound):
        load_portfolio(store, LOCAL_OWNER, "Fund")
    rename_portfolio(store, LOCAL_OWNER, "Fund II", "Fund")
    assert fund_hash(store) == before


@pytest.mark.parametrize("to", ["Other", "OTHER", "Fund", "  "])
def test_a_name_that_is_taken_or_none_is_refused(store: Store, to: str):
    publish(store, ACME)
    publish(store, ACME, portfolio="Other")
    with pytest.raises(Refused):
        rename_portfolio(store, LOCAL_OWNER, "Fund", to)
    assert shown(store) == ["Fund", "Other"]


def test_an_archived_portfolio_is_in_no_list_until_it_is_brought_back(store: Store):
    filled(store)
    publish(store, ACME, portfolio="Other")
    before = fund_hash(store)
    archive_portfolio(store, LOCAL_OWNER, "Fund", reason="closed")
    assert shown(store) == ["Other"]
    assert {one.portfolio for one in list_batches(store, LOCAL_OWNER)} == {"Other"}
    assert [(one.name, one.startups) for one in list_archived(store, LOCAL_OWNER)] == [("Fund", 2)]
    for refused in (
        lambda: load_portfolio(store, LOCAL_OWNER, "Fund"),
        lambda: publish(store, ACME),
        lambda: rename_portfolio(store, LOCAL_OWNER, "Fund", "Fund II"),
    ):
        with pytest.raises(PortfolioArchived, match="“Fund” is archived"):
            refused()
    with pytest.raises(Refused, match="is archived already"):
        archive_portfolio(store, LOCAL_OWNER, "Fund")
    unarchive_portfolio(store, LOCAL_OWNER, "Fund")
    assert fund_hash(store) == before
    assert list_archived(store, LOCAL_OWNER) == ()
    with pytest.raises(Refused, match="is not archived"):
        unarchive_portfolio(store, LOCAL_OWNER, "Fund")


def test_deleting_takes_all_of_it_and_nothing_else(store: Store):
    filled(store, "Other")
    others = contents(store)
    filled(store)
    assert contents(store) != others
    done = delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund", reason="left")
    assert (done.name, done.startups, done.share_links) == ("Fund", 2, 0)
    assert contents(store) == others
    assert shown(store) == ["Other"]
    row = list_audit(store, LOCAL_OWNER)[0]
    assert (row.action, row.object_name, row.reason) == ("delete portfolio", "Fund", "left")
    publish(store, ACME)
    assert shown(store) == ["Fund", "Other"]


def contents(store: Store) -> dict[str, int]:
    """How many rows each table has, the trail and what is not of a portfolio aside."""
    with store.read() as session:
        counted = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("audit")
        }
    return counted


def test_links_are_revoked_and_snapshots_go_with_them(store: Store):
    filled(store)
    made = snapshot_of(store)
    token = token_of(made)
    open_share(store, token=token, client="127.0.0.1", passcode=None)
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    assert list_shares(store, LOCAL_OWNER) == ()
    assert list_audit(store, LOCAL_OWNER)[0].after == {"share_links": [made.share]}
    with pytest.raises(ShareNotAvailable):
        open_share(store, token=token, client="127.0.0.1", passcode=None)
    checked = verify_audit(store, LOCAL_OWNER)
    assert (checked.broken_at, checked.snapshots) == (None, ())


def test_the_database_keeps_a_snapshot_whose_link_was_not_revoked(store: Store):
    filled(store)
    made = snapshot_of(store)
    with pytest.raises(DatabaseError), store.write_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM snapshots")
    revoke_share(store, LOCAL_OWNER, made.share)
    assert verify_audit(store, LOCAL_OWNER).snapshots == ()
    with store.write_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM snapshots")
    # Without a deleted portfolio that tells of it, it is missed.
    assert verify_audit(store, LOCAL_OWNER).snapshots == (f"snapshot {made.share} is missing",)


@pytest.mark.parametrize("typed", ["", "fund", "Fund "])
def test_nothing_is_deleted_unless_its_name_is_typed(store: Store, typed: str):
    filled(store)
    before = contents(store)
    with pytest.raises(Refused, match="type its name exactly so"):
        delete_portfolio(store, LOCAL_OWNER, "Fund", typed=typed)
    assert contents(store) == before


def test_an_archived_portfolio_and_one_that_an_undo_left_empty_can_be_deleted(store: Store):
    filled(store)
    archive_portfolio(store, LOCAL_OWNER, "Fund")
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    assert list_archived(store, LOCAL_OWNER) == ()


def test_only_an_owner_deletes(store: Store):
    filled(store)
    analyst = Actor("Ann", ActorRole.ANALYST)
    with pytest.raises(NotAllowed, match="may not delete portfolio"):
        delete_portfolio(store, analyst, "Fund", typed="Fund")
    archive_portfolio(store, analyst, "Fund")
    with pytest.raises(NotAllowed):
        unarchive_portfolio(store, Actor("Vic", ActorRole.VIEWER), "Fund")


def test_a_deletion_that_fails_anywhere_deletes_nothing(store: Store):
    filled(store)
    snapshot_of(store)
    before, number = contents(store), 1
    while True:
        with failing_statement(store, number) as calls:
            said = refusal_of(lambda: delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund"))
        if said is None:
            break
        assert calls.failed
        assert not RAW.search(said)
        assert contents(store) == before, f"call {number} left something half done"
        number += 1
    assert number > 10
    assert contents(store) != before


def test_every_table_that_belongs_to_a_portfolio_is_reached(store: Store):
    # A table that somebody adds is found by what it refers to.
    reached = {
        table.name
        for table in Base.metadata.sorted_tables
        for link in table.foreign_keys
        if link.column.table.name == "portfolios"
    }
    assert {"startups", "batches", "decisions", "share_links", "kept_answers"} <= reached
    filled(store)
    with store.write() as session:
        number = session.scalar(select(PortfolioRecord.id)) or 0
        assert delete_portfolio_rows(session, number) > 10
