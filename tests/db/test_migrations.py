"""The schema that migrations make is the schema of the mappings, up, down and up again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from db import migration
from db.engine import Store
from db.records import Base
from db.register.portfolios import digest_of
from db.services.access import LOCAL_OWNER
from db.services.imports import undo_batch
from db.services.portfolios import list_portfolios, load_portfolio, save_portfolio
from db.services.setup import initialise
from risk.inventory.records import Portfolio
from tests.db.inventories import ACME, fund_hash, kept_row_by_row, publish, startup


def test_the_file_of_a_migration_begins_with_its_revision() -> None:
    scripts = ScriptDirectory(str(Path(migration.__file__).parent / "migrations"))
    known = sorted(one.revision for one in scripts.walk_revisions())
    assert migration.known_revisions() == known
    assert migration.newest_revision() == scripts.get_current_head()


def at_top_level(definition: str) -> list[str]:
    """The head of a definition and its columns and constraints, each with its own commas."""
    head, rest = definition.split("(", 1)
    parts, depth = [""], 0
    for letter in rest.rpartition(")")[0]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [head.strip(), *(part.strip() for part in parts)]


def definitions(connection: Connection) -> set[str]:
    """Every table, constraint and index as the database itself writes it down."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        columns = re.compile(r"\s+")
        found = (columns.sub(" ", one) for one in connection.scalars(text(query)))
        # SQLite keeps the text as it was sent; a column or constraint that came later stands last.
        return {
            ", ".join(sorted(at_top_level(one))) if one.startswith("CREATE TABLE") else one
            for one in found
        }
    constraints = """SELECT conrelid::regclass || ' ' || conname || ' ' ||
        pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"""
    indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    columns_of = """SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' ||
        coalesce(character_maximum_length, 0) || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'"""
    return {
        one
        for query in (constraints, indexes, columns_of)
        for one in connection.scalars(text(query))
    }


def test_migrations_make_the_schema_of_the_mappings(
    empty_address: str, opened: Callable[[str], Store]
):
    store = opened(empty_address)
    store.migrate()
    with store.read_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_and_mappings_agree_to_the_letter(
    empty_address: str, opened: Callable[[str], Store]
):
    store = opened(empty_address)
    store.migrate()
    with store.write_engine.begin() as connection:
        migrated = {one for one in definitions(connection) if "alembic_version" not in one}
        migration.downgrade(connection, to="base")
        Base.metadata.create_all(connection)
        made = {one for one in definitions(connection) if "alembic_version" not in one}
    assert migrated == made
    assert len(made) > len(Base.metadata.tables)


def test_down_and_up_again_leaves_an_empty_store_that_works(
    store: Store, demo: Portfolio, catalog: object
):
    save_portfolio(store, LOCAL_OWNER, demo)
    before = digest_of(load_portfolio(store, LOCAL_OWNER, "demo"))
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        migration.upgrade(connection)
    initialise(store, demo=True)
    assert digest_of(load_portfolio(store, LOCAL_OWNER, "demo")) == before


def test_a_store_of_the_schema_before_staging_keeps_every_row_and_can_still_undo(store: Store):
    publish(store, ACME | {"spend_usd": "1"}, ACME | {"use_case": "b", "spend_usd": "2"})
    before = fund_hash(store)
    batch = publish(store, ACME | {"spend_usd": "3"}, {"startup": "Zeta", "provider": "Cohere"})
    after = fund_hash(store)
    kept_row_by_row(store)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0002")
        count = connection.scalar(text("SELECT count(portfolio_id) FROM dependencies"))
        migration.upgrade(connection)
    assert count == 3
    assert fund_hash(store) == after
    undone = undo_batch(store, LOCAL_OWNER, batch.batch)
    assert (undone.removed, undone.restored, undone.kept) == (1, 1, 0)
    assert fund_hash(store) == before


def test_a_margin_below_nothing_is_kept_and_is_nothing_in_an_older_schema(store: Store):
    publish(store, ACME | {"gross_margin": "-5%"}, {"startup": "Zeta", "provider": "Cohere"})
    assert startup(store).gross_margin == -0.05
    margins = text("SELECT gross_margin FROM startups ORDER BY name")
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0011")
        assert list(connection.scalars(margins)) == [0, None]
    with pytest.raises(IntegrityError), store.write_engine.begin() as connection:
        connection.execute(text("UPDATE startups SET gross_margin = -0.05"))
    with store.write_engine.begin() as connection:
        migration.upgrade(connection)
        connection.execute(text("UPDATE startups SET gross_margin = -9.5"))
    with pytest.raises(IntegrityError), store.write_engine.begin() as connection:
        connection.execute(text("UPDATE startups SET gross_margin = -10.5"))
    assert startup(store).gross_margin == -9.5


def test_a_migration_that_fails_changes_nothing(empty_address: str, opened: Callable[[str], Store]):
    store = opened(empty_address)
    with store.write_engine.connect() as connection, connection.begin() as transaction:
        migration.upgrade(connection)
        assert "audit" in inspect(connection).get_table_names()
        transaction.rollback()
    with store.write_engine.begin() as connection:
        assert inspect(connection).get_table_names() == []


def test_setting_up_twice_changes_nothing(store: Store):
    def counts() -> dict[str, int]:
        with store.read() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    before = counts()
    initialise(store)
    assert counts() == before
    assert before["reference_loads"] == 1


def test_an_older_schema_is_told_of_each_row_that_a_batch_confirmed(store: Store):
    first = publish(store, ACME | {"spend_usd": "1"})
    second = publish(store, ACME)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0014")
        told = connection.execute(text("SELECT * FROM row_versions ORDER BY id")).mappings().all()
        assert {one["batch_id"] for one in told} == {second.batch}
        tables = sorted(one["table_name"] for one in told)
        assert tables == ["dependencies", "startups", "use_cases"]
        assert all(one["before"] == one["after"] for one in told)
        migration.upgrade(connection)
    undo_batch(store, LOCAL_OWNER, first.batch)
    assert startup(store).use_cases[0].dependencies[0].spend_usd_per_month == 1
    undo_batch(store, LOCAL_OWNER, second.batch)
    assert list_portfolios(store, LOCAL_OWNER) == ()
