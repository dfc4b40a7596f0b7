"""A store goes into a file and comes back whole, on either database and from one to the other."""

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from db import migration
from db.backups.contents import TableDigest, digests_of
from db.backups.files import check_backup, opened_backup, write_backup
from db.engine import Store, open_store
from db.errors import Refused, StoreError, StoreNotReady
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit, verify_audit
from db.services.backup import back_up, back_up_before_migration, restore
from db.services.decisions import record_decision
from db.services.imports import publish_import, undo_batch
from db.services.people import SignIn, actor_of
from db.services.portfolios import list_portfolios, load_portfolio
from db.services.setup import initialise
from tests.db.conftest import DATABASES, new_database
from tests.db.test_migration_rounds import REVISIONS

DATA = b"startup,provider,spend_usd\nAcme,OpenAI,12\nZeta,Anthropic,7.5\n"


#: What a file may be written over, or read from, is judged before either database is asked.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def fill(store: Store, name: str = "Fund") -> None:
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio=name)


def names(store: Store) -> list[str]:
    return [one.name for one in list_portfolios(store, LOCAL_OWNER)]


@pytest.fixture(params=DATABASES)
def other_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a second store that was never set up, on either database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.sqlite3'}"
    return new_database(request.getfixturevalue("postgresql_server"))


def test_a_backup_restores_to_the_same_facts_on_either_database(
    store: Store, other_address: str, opened: Callable[[str], Store], tmp_path: Path
):
    fill(store)
    record_decision(store, LOCAL_OWNER, "Fund", "Acme", "Claude API", owner="Ann")
    file = tmp_path / "backup.sqlite3"
    made = back_up(store, LOCAL_OWNER, file)
    assert made.tables["startups"].rows == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    other = opened(other_address)
    restored = restore(other, LOCAL_OWNER, file)
    assert (restored.backup.tables, restored.before) == (made.tables, None)
    assert restored.trail.is_whole
    assert load_portfolio(other, LOCAL_OWNER, "Fund") == load_portfolio(store, LOCAL_OWNER, "Fund")
    # The trail goes on from where it was, and says what was done.
    newest, decided, _ = list_audit(other, LOCAL_OWNER)
    assert (newest.action, newest.object_name) == ("restore", "backup.sqlite3")
    assert decided.action == "record decision"
    assert verify_audit(other, LOCAL_OWNER).broken_at is None
    # New rows get numbers that no row had, and what was imported can be undone.
    fill(other, "Second")
    assert undo_batch(other, LOCAL_OWNER, 1).removed == 2
    assert names(other) == ["Fund", "Second"] or names(other) == ["Second"]


def test_a_number_that_was_given_once_is_not_given_again_after_a_restore(
    store: Store, tmp_path: Path
):
    fill(store)
    fill(store, "Second")
    undo_batch(store, LOCAL_OWNER, 2)
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    restore(store, LOCAL_OWNER, tmp_path / "b")
    again = publish_import(store, LOCAL_OWNER, data=DATA, file_name="c.csv", portfolio="Third")
    assert again.batch == 3


def test_restoring_keeps_what_the_store_held_until_then(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DOWNSTREAM_BACKUP_FOLDER", str(tmp_path / "kept"))
    fill(store, "Old")
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    fill(store, "New")
    before = restore(store, LOCAL_OWNER, tmp_path / "b").before
    assert names(store) == ["Old"]
    assert before is not None
    restore(store, LOCAL_OWNER, before)
    assert names(store) == ["New", "Old"]


def test_who_has_the_store_open_sees_the_restored_one(
    store: Store, opened: Callable[[str], Store], address: str, tmp_path: Path
):
    fill(store, "Old")
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    somebody_else = opened(address)
    fill(somebody_else, "New")
    assert names(store) == names(somebody_else) == ["New", "Old"]
    restore(store, LOCAL_OWNER, tmp_path / "b")
    assert names(somebody_else) == ["Old"]
    fill(somebody_else, "Newer")
    assert names(store) == ["Newer", "Old"]


def test_backups_under_write_load_are_whole_and_of_one_moment(store: Store, tmp_path: Path):
    fill(store, "First")
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            fill(store, f"Fund {number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(store, LOCAL_OWNER, tmp_path / f"b{number}") for number in range(2)]
    finally:
        stop.set()
        writer.join()
    for one in made:
        # Each import is one batch, one row of the trail, two startups: never a part of one, but
        # for what an import that is still being written has hidden.
        assert check_backup(one.file).tables == one.tables
        written = one.tables["stagings"].rows
        published = one.tables["batches"].rows - written
        assert written <= 1
        assert one.tables["startups"].rows - 2 * published in (0, 2 * written)
        backups = sum(earlier.made_at < one.made_at for earlier in made)
        assert one.tables["audit"].rows == published + backups


@pytest.fixture(scope="module")
def whole_backup(prepared_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup to be copied and harmed."""
    folder = tmp_path_factory.mktemp("backup")
    shutil.copy(prepared_file, folder / "store.sqlite3")
    store = open_store(f"sqlite:///{folder / 'store.sqlite3'}")
    fill(store)
    back_up(store, LOCAL_OWNER, folder / "b")
    store.close()
    return folder / "b"


def damage(file: Path, statement: str) -> None:
    with sqlite3.connect(file) as opened:
        opened.executescript(statement)
    opened.close()


def garble(file: Path) -> None:
    held = bytearray(file.read_bytes())
    held[len(held) // 2 : len(held) // 2 + 4096] = b"x" * 4096
    file.write_bytes(held)


STATE = "UPDATE downstream_backup SET value ="
MANIFEST_AS_A_VIEW = (
    "ALTER TABLE downstream_backup RENAME TO kept;"
    "CREATE VIEW downstream_backup AS SELECT name, value FROM kept"
)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda file: file.write_bytes(b"not a backup"), "is no backup"),
        (lambda file: file.write_bytes(file.read_bytes()[:50_000]), "damaged|no backup"),
        (garble, "damaged|no backup"),
        (lambda file: damage(file, "UPDATE startups SET name = 'X'"), "startups does not hold"),
        (lambda file: damage(file, "DELETE FROM aliases"), "aliases does not hold"),
        (lambda file: damage(file, "DROP TABLE downstream_backup"), "did not write it"),
        (
            lambda file: damage(file, "CREATE TABLE more (id INTEGER)"),
            "changed or added table more",
        ),
        (lambda file: damage(file, MANIFEST_AS_A_VIEW), "did not write it"),
        (lambda file: damage(file, f"{STATE} '[' WHERE name = 'tables'"), "damaged"),
        (
            lambda file: damage(file, f"{STATE} '{{\"audit\": [1]}}' WHERE name = 'tables'"),
            "damaged",
        ),
        (lambda file: damage(file, f"{STATE} 'noon' WHERE name = 'made_at'"), "damaged"),
        (lambda file: damage(file, f"{STATE} 'head' WHERE name = 'revision'"), "later version"),
        (lambda file: damage(file, "DELETE FROM downstream_backup"), "damaged"),
        (lambda file: damage(file, "UPDATE batches SET published_at = 'noon'"), "damaged"),
        (lambda file: file.unlink(), "There is no backup"),
    ],
)
def test_a_damaged_backup_is_refused(
    whole_backup: Path, tmp_path: Path, harm: Callable[[Path], object], said: str
):
    file = tmp_path / "b"
    shutil.copy(whole_backup, file)
    harm(file)
    with pytest.raises(Refused, match=said):
        check_backup(file)


def state_digests(file: Path) -> dict[str, TableDigest]:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        found = digests_of(connection)
    engine.dispose()
    return {name: one for name, one in found.items() if name != "downstream_backup"}


def state_anew(file: Path) -> None:
    """Write into a file that it holds what it holds, as whoever changed it would."""
    stated = {name: [one.rows, one.sha256] for name, one in state_digests(file).items()}
    with sqlite3.connect(file) as opened:
        opened.execute(
            "UPDATE downstream_backup SET value = ? WHERE name = 'tables'", (json.dumps(stated),)
        )
    opened.close()


def written_as_before(store_file: Path, file: Path, revision: str) -> None:
    """A backup as versions before schema 0010 wrote it: a store's pages, and what they hold."""
    with sqlite3.connect(store_file) as held, sqlite3.connect(file) as made:
        held.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")
        made.execute("CREATE TABLE downstream_backup (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        stated = {"made_at": "2026-10-01T12:00:00+00:00", "revision": revision}
        stated |= {"database": "sqlite", "tables": ""}
        made.executemany("INSERT INTO downstream_backup VALUES (?, ?)", stated.items())
    held.close()
    made.close()
    state_anew(file)


OWNERS = "UPDATE people SET role = 'owner'"
HOSTILE = [
    f"CREATE TRIGGER t AFTER INSERT ON audit BEGIN {OWNERS}; END",
    "CREATE VIEW v AS SELECT * FROM people",
    "ALTER TABLE people RENAME TO p; CREATE VIEW people AS SELECT * FROM p",
    "CREATE TABLE more (id INTEGER)",
    "CREATE VIRTUAL TABLE more USING fts5(words)",
    "ALTER TABLE people ADD COLUMN more TEXT",
    "ALTER TABLE people ADD COLUMN made TEXT AS (upper(name))",
    "CREATE INDEX i ON people (upper(name))",
    "CREATE INDEX i ON people (name) WHERE length(name) > 3",
    "DROP TRIGGER audit_refuses_update",
    "DROP INDEX ix_audit_action",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'only_row = 1',"
    " 'only_row = abs(1)') WHERE name = 'audit_head'",
]


def test_a_backup_whose_schema_somebody_changed_is_refused_though_all_digests_fit(
    store: Store, whole_backup: Path, tmp_path: Path
):
    fill(store, "Mine")
    # The file is judged before the store is touched, whichever database that is.
    for number, statements in enumerate(HOSTILE if store.is_sqlite else HOSTILE[:1]):
        file = tmp_path / f"b{number}"
        shutil.copy(whole_backup, file)
        damage(file, statements)
        state_anew(file)
        with pytest.raises(Refused, match="somebody changed or added"):
            restore(store, LOCAL_OWNER, file)
        assert names(store) == ["Mine"], statements


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH 'other.sqlite3' AS other",
        "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')",
        "PRAGMA trusted_schema = ON",
        "PRAGMA writable_schema = ON",
        "CREATE TEMP TABLE x (y)",
        OWNERS,
    ],
)
def test_nothing_but_reading_is_possible_where_a_backup_is_open(
    whole_backup: Path, tmp_path: Path, statement: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    with opened_backup(whole_backup) as (source, _):
        assert source.exec_driver_sql("SELECT name FROM portfolios").scalars().all() == ["Fund"]
        with pytest.raises(DBAPIError):
            source.exec_driver_sql(statement)
    assert list(tmp_path.iterdir()) == []


EARLIER = [one for one in REVISIONS if one < "0010"]
#: Between the first and the last, PostgreSQL would only take fewer of the same steps.
EARLIER_ON = [
    *(("sqlite", one) for one in EARLIER),
    *(("postgresql", one) for one in (EARLIER[0], EARLIER[-1])),
]


@pytest.mark.parametrize(("database", "revision"), EARLIER_ON)
def test_a_backup_that_any_earlier_version_wrote_is_restored(
    empty_address: str, opened: Callable[[str], Store], tmp_path: Path, revision: str
):
    earlier = opened(f"sqlite:///{tmp_path / 'earlier.sqlite3'}")
    with earlier.write_engine.begin() as connection:
        migration.upgrade(connection, to=revision)
        connection.execute(
            text(
                "INSERT INTO portfolios (name, name_key, invented, live, revision, updated_at)"
                " VALUES ('Fund', 'fund', false, true, 1, '2026-10-01 12:00:00.000000')"
            )
        )
    file = tmp_path / "b"
    written_as_before(tmp_path / "earlier.sqlite3", file, revision)
    store = opened(empty_address)
    assert restore(store, LOCAL_OWNER, file).backup.revision == revision
    assert names(store) == ["Fund"]


def test_what_a_backup_makes_of_people_is_said_and_noted(store: Store, tmp_path: Path):
    eve = actor_of(store, SignIn(issuer="i", subject="eve", name="Eve", email="", at=store.now()))
    file = tmp_path / "b"
    back_up(store, LOCAL_OWNER, file)
    damage(file, OWNERS)
    state_anew(file)
    assert restore(store, LOCAL_OWNER, file).new_owners == (eve.name,)
    assert list_audit(store, LOCAL_OWNER)[0].after["new_owners"] == [eve.name]
    assert restore(store, LOCAL_OWNER, file).new_owners == ()


def test_a_trail_that_was_broken_comes_back_as_it_was_and_is_said_and_noted(
    store: Store, tmp_path: Path
):
    fill(store)
    with store.write() as session:
        disarmed = "DROP TRIGGER audit_refuses_update"
        session.execute(
            text(disarmed if store.is_sqlite else "ALTER TABLE audit DISABLE TRIGGER ALL")
        )
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 1"))
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    restored = restore(store, LOCAL_OWNER, tmp_path / "b")
    assert restored.trail.because == "row 1 was changed"
    assert list_audit(store, LOCAL_OWNER)[0].after["trail_whole"] is False
    # The triggers are back: the schema is Downstream's own, not that of the store that was copied.
    with pytest.raises(StoreError, match="insert-only"), store.write() as session:
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 1"))


def test_a_store_that_somebody_changed_is_replaced_and_kept_as_it_was(store: Store, tmp_path: Path):
    if store.file is None:
        pytest.skip("PostgreSQL keeps nothing of what cannot be backed up, and says so")
    fill(store)
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    damage(store.file, f"CREATE TRIGGER t AFTER INSERT ON audit BEGIN {OWNERS}; END")
    damage(store.file, "DROP TABLE feeds")
    with pytest.raises(StoreError, match="lost its table feeds"):
        back_up(store, LOCAL_OWNER, tmp_path / "second")
    before = restore(store, LOCAL_OWNER, tmp_path / "b").before
    assert before is not None
    assert stat.S_IMODE(before.stat().st_mode) == 0o600
    with sqlite3.connect(before) as kept, sqlite3.connect(store.file) as now:
        found = "SELECT count(*) FROM sqlite_master WHERE name = 't'"
        assert kept.execute(found).fetchone() == (1,)
        assert now.execute(found).fetchone() == (0,)
    kept.close()
    now.close()
    assert names(store) == ["Fund"]


def test_refusing_a_damaged_backup_leaves_the_store_as_it_is(
    store: Store, whole_backup: Path, tmp_path: Path
):
    fill(store)
    file = tmp_path / "b"
    shutil.copy(whole_backup, file)
    damage(file, "UPDATE startups SET name = 'X'")
    with store.read() as session:
        before = digests_of(session.connection())
    with pytest.raises(Refused, match="startups does not hold"):
        restore(store, LOCAL_OWNER, file)
    with store.read() as session:
        assert digests_of(session.connection()) == before


@on_sqlite
def test_nothing_but_an_earlier_backup_is_overwritten(store: Store, tmp_path: Path):
    letter = tmp_path / "letter.txt"
    letter.write_text("keep me")
    with pytest.raises(Refused, match="is no backup"):
        back_up(store, LOCAL_OWNER, letter)
    assert letter.read_text() == "keep me"
    with pytest.raises(Refused, match="is a folder"):
        back_up(store, LOCAL_OWNER, tmp_path)
    with pytest.raises(Refused, match="There is no folder"):
        back_up(store, LOCAL_OWNER, tmp_path / "absent" / "b")
    first = back_up(store, LOCAL_OWNER, tmp_path / "b")
    fill(store)
    second = back_up(store, LOCAL_OWNER, tmp_path / "b")
    assert first.tables != second.tables == check_backup(tmp_path / "b").tables
    assert sorted(one.name for one in tmp_path.glob(".*")) == []


def test_a_store_is_not_backed_up_onto_itself(store: Store):
    if store.file is None:
        pytest.skip("the store is no file")
    with pytest.raises(Refused, match="onto itself"):
        back_up(store, LOCAL_OWNER, store.file)


def test_a_store_that_was_never_set_up_has_nothing_to_back_up(
    empty_address: str, opened: Callable[[str], Store], tmp_path: Path
):
    store = opened(empty_address)
    with pytest.raises(StoreNotReady, match="nothing to back up"):
        write_backup(store, tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_disk_that_is_full_leaves_no_backup_and_says_so(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*anything: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("db.backups.files.os.fsync", full)
    with pytest.raises(Refused, match="No space left on device"):
        back_up(store, LOCAL_OWNER, tmp_path / "b")
    assert not [one for one in tmp_path.iterdir() if one.name.startswith((".b", "b"))]


def test_an_older_store_is_backed_up_before_it_is_migrated(
    store: Store, opened: Callable[[str], Store], address: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    folder = tmp_path / "kept"
    monkeypatch.setenv("DOWNSTREAM_BACKUP_FOLDER", str(folder))
    fill(store)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0002")
        before = digests_of(connection)
    later = opened(address)
    with pytest.raises(StoreNotReady):
        names(later)
    initialise(later)
    assert names(later) == ["Fund"]
    places = tmp_path if store.is_sqlite else folder
    (kept,) = places.glob("*.before-migration-from-0002.*.sqlite3")
    assert check_backup(kept).tables == before
    # And it restores: to the old schema first, then up to this one.
    fill(later, "After")
    restore(later, LOCAL_OWNER, kept)
    assert names(later) == ["Fund"]
    assert back_up_before_migration(later) is None


def test_no_migration_begins_without_its_backup(
    store: Store, opened: Callable[[str], Store], address: str, monkeypatch: pytest.MonkeyPatch
):
    fill(store)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0002")

    def fail(*anything: object) -> None:
        raise Refused("The disk is full.")

    monkeypatch.setattr("db.services.backup.write_backup", fail)
    with pytest.raises(StoreError, match="disk is full"):
        initialise(opened(address))
    with store.read_engine.connect() as connection:
        assert migration.current_revision(connection) == "0002"


@on_sqlite
def test_a_backup_of_a_later_version_is_refused(store: Store, whole_backup: Path, tmp_path: Path):
    file = tmp_path / "b"
    shutil.copy(whole_backup, file)
    damage(file, "UPDATE downstream_backup SET value = '9999' WHERE name = 'revision'")
    with pytest.raises(Refused, match="later version"):
        restore(store, LOCAL_OWNER, file)


def test_a_restore_that_is_cut_short_leaves_the_store_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(store, "Old")
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    fill(store, "New")
    monkeypatch.setenv("DOWNSTREAM_BACKUP_FOLDER", str(tmp_path / "kept"))

    def cut(*anything: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("db.backups.restoring.require_same", cut)
    with pytest.raises(KeyboardInterrupt):
        restore(store, LOCAL_OWNER, tmp_path / "b")
    assert names(store) == ["New", "Old"]


def test_the_file_of_a_backup_needs_nothing_beside_it(whole_backup: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(whole_backup, elsewhere / "b")
    elsewhere.chmod(0o500)
    try:
        assert check_backup(elsewhere / "b").tables == check_backup(whole_backup).tables
    finally:
        elsewhere.chmod(0o700)
    engine = create_engine(f"sqlite:///{elsewhere / 'b'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
    engine.dispose()
