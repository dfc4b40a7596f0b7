"""From every schema that ever was, up and down and up again, no row of a full store changes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from db import migration
from db.backups.contents import digests_of
from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.assumptions import set_assumption
from db.services.audit import verify_audit
from db.services.decisions import record_decision
from db.services.imports import publish_import, undo_batch
from db.services.incidents import import_incidents
from db.services.reference import add_alias, load_catalog
from db.services.setup import initialise
from db.services.share_rules import set_longest_share_days
from db.services.signals import add_signal
from db.services.teams import assign_team
from risk.catalog.records import Alias, Answer
from risk.hazard.signals import Signal
from tests.db.inventories import kept_row_by_row
from tests.hazard.incidents.tables import SIX, SIX_DAYS

HEADER = b"startup,provider,use_case,spend_usd,renewal,country,cash_usd\n"
FIRST = HEADER + "Äcme,OpenAI,Chat,12.34,2027-01-31,DE,1000\nZeta,Bedrock,,,,,\n".encode()
SECOND = HEADER + "Äcme,OpenAI,Chat,56.78,2028-02-29,FR,\nYota,Cohere,x,0,,,\n".encode()
VERSIONS = Path(migration.__file__).parent / "migrations" / "versions"
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))
#: What later schemas added is lost on the way down, so only these must be full at the start.
TABLES_OF_THE_FIRST_SCHEMAS = {
    *("portfolios", "startups", "facts", "use_cases", "dependencies", "batches", "row_versions"),
    *("decisions", "audit", "aliases", "signals", "assumption_overrides", "incidents"),
    *("service_days", "models", "offers", "providers", "services", "falter_rates"),
    *("portfolio_teams", "audit_head"),
}
#: Tables of older schemas whose rows are worked out again.
DERIVED = {"score_runs", "startup_scores"}
#: Reference facts, which are loaded again where a schema brings a fact that older ones lack.
LOADED_AGAIN = {"falter_rates", "reference_loads"}


@pytest.fixture
def full_store(store: Store) -> Store:
    """A store in which everything was done that fills a table of the first schemas."""
    publish_import(store, LOCAL_OWNER, data=FIRST, file_name="1.csv", portfolio="Fund")
    only_adds: Any = {"assume": {"complete_for": "nothing"}, "portfolio": "Fund"}
    publish_import(store, LOCAL_OWNER, data=SECOND, file_name="2.csv", **only_adds)
    undo_batch(store, LOCAL_OWNER, 2)
    publish_import(store, LOCAL_OWNER, data=SECOND, file_name="3.csv", **only_adds)
    record_decision(store, LOCAL_OWNER, "Fund", "Äcme", "Claude API", owner="Ann")
    set_assumption(store, LOCAL_OWNER, "Fund", "rate_multiple", 1.5, "a test")
    assign_team(store, LOCAL_OWNER, "Fund", "Blue")
    set_longest_share_days(store, LOCAL_OWNER, 60)
    for data in (SIX, SIX_DAYS):
        import_incidents(store, LOCAL_OWNER, data=data, file_name="history.csv")
    nobody = Alias(
        text="Zed", answer=Answer.NO, developer=None, host=None, product=None, source="a test"
    )
    add_alias(store, LOCAL_OWNER, nobody)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    signal = Signal(provider="OpenAI", kind="down_round", at=at, source="a test")
    add_signal(store, LOCAL_OWNER, signal)
    kept_row_by_row(store)
    return store


def kept_digests(connection: Connection) -> dict[str, object]:
    """The digest of every table whose rows must not change."""
    return {name: one for name, one in digests_of(connection).items() if name not in LOADED_AGAIN}


def test_up_down_and_up_again_changes_no_row_from_any_schema(full_store: Store):
    rates = load_catalog(full_store, LOCAL_OWNER).rates
    with full_store.write_engine.begin() as connection:
        # Days that older schemas lack are lost on the way down; older rows have none.
        for table in ("startups", "use_cases", "dependencies"):
            connection.execute(text(f"UPDATE {table} SET since = NULL"))  # noqa: S608 - our own names
        connection.execute(text("UPDATE batches SET day = NULL, covers = NULL"))
        empty = {name for name, one in digests_of(connection).items() if not one.rows}
        assert not empty & TABLES_OF_THE_FIRST_SCHEMAS
        older, later = kept_digests(connection), REVISIONS[-1]
    for revision in reversed(REVISIONS[:-1]):
        # Each round in a transaction of its own: PostgreSQL holds a lock for each table that one
        # makes, until its end.
        with full_store.write_engine.begin() as connection:
            whole = kept_digests(connection)
            # The way down leads through the schema of the last round, and finds it as it was.
            migration.downgrade(connection, to=later)
            assert kept_digests(connection) == older, later
            migration.downgrade(connection, to=revision)
            older, later = kept_digests(connection), revision
            migration.upgrade(connection)
            newer = kept_digests(connection)
        # A table that the older schema has comes back with every row as it was.
        assert older.keys() - newer.keys() <= DERIVED
        kept = older.keys() - {"alembic_version"} - DERIVED
        assert {name for name in kept if newer[name] != whole[name]} == set(), revision
    assert verify_audit(full_store, LOCAL_OWNER).broken_at is None
    assert undo_batch(full_store, LOCAL_OWNER, 3).removed == 1
    initialise(full_store)
    assert load_catalog(full_store, LOCAL_OWNER).rates == rates
