"""Backups: made on demand and before every migration, checked, and put back."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.backups.files import Backup as Backup
from db.backups.files import opened_backup, write_backup
from db.backups.restoring import restore_backup
from db.engine import Store
from db.errors import StoreBusy, StoreError, StoreNotReady
from db.migration import current_revision, is_known, newest_revision
from db.records import PersonRecord
from db.services.access import Action, Actor, ActorRole, authorize
from db.services.audit import AuditCheck, record, verify_audit
from db.services.people import actor_numbered

#: Where backups go that nobody named, for a store that is no file.
FOLDER_VARIABLE = "DOWNSTREAM_BACKUP_FOLDER"
_ATTEMPTS_TO_NOTE = 4


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put back, where the store before it went, and what to look at.

    ``trail``: whether the audit trail that came with the backup is whole. ``new_owners``: who is an
    owner by it and was none until then.
    """

    backup: Backup
    before: Path | None
    trail: AuditCheck
    new_owners: tuple[str, ...]


def back_up(store: Store, actor: Actor, file: Path) -> Backup:
    """Write one moment of the store to a file, and note that it was done.

    The file is complete and verified, or it is not there. An earlier backup is replaced by it.

    Raises:
        Refused: the file cannot be written, or something that is no backup is there.
        NotAllowed: only an owner takes everything out of the store.
    """
    authorize(actor, Action.BACK_UP, str(file))
    with store.in_sentences():
        backup = write_backup(store, file)
    _note(store, actor, Action.BACK_UP, backup)
    return backup


def restore(store: Store, actor: Actor, file: Path) -> Restored:
    """Put the store back to what a backup holds.

    What the store held is kept first, if it held anything. A backup of an earlier version is
    brought up to this one. That it was done is the newest row of the audit trail then. A trail that
    was broken when the backup was made comes back as it was: it is said, and noted.

    Raises:
        Refused: the file is no backup, is damaged, or was made by a later version.
        NotAllowed: only an owner replaces the store.
    """
    authorize(actor, Action.RESTORE, str(file))
    with opened_backup(file) as (source, backup), store.in_sentences():
        owners = _owners(store)
        before = _set_aside_whatever_it_is(store)
        restore_backup(store, source, backup)
    trail = verify_audit(store, actor)
    became = {key: name for key, name in _owners(store).items() if key not in owners}
    restored = Restored(
        backup=backup, before=before, trail=trail, new_owners=tuple(became.values())
    )
    _note(store, actor, Action.RESTORE, backup, restored)
    return restored


def back_up_before_migration(store: Store) -> Path | None:
    """Back up a store that a migration will change; return the file, None if nothing will change.

    Raises:
        StoreError: the backup cannot be written, so the migration must not begin.
    """
    if store.file is not None and not store.file.exists():
        return None
    with store.in_sentences(), store.read_engine.connect() as connection:
        revision = current_revision(connection)
    if revision is None or revision == newest_revision() or not is_known(revision):
        return None
    with store.in_sentences():
        return _set_aside(store, f"before-migration-from-{revision}")


def _set_aside(store: Store, why: str) -> Path:
    """Back up the store as it is under a name of its own."""
    file = _name_for(store, why)
    write_backup(store, file)
    return file


def _set_aside_whatever_it_is(store: Store) -> Path | None:
    """Keep what a restore replaces: as a backup, or page by page where a file gives none."""
    if store.file is not None and not store.file.exists():
        return None
    try:
        with store.read_engine.connect() as connection:
            if current_revision(connection) is None:
                return None
        return _set_aside(store, "before-restore")
    except (StoreError, SQLAlchemyError) as problem:
        if store.file is None:
            raise
        file = _name_for(store, "as-it-was-before-restore")
        try:
            file.touch(0o600)
            with (
                closing(sqlite3.connect(store.file)) as held,
                closing(sqlite3.connect(file)) as kept,
            ):
                held.backup(kept)
        except (sqlite3.Error, OSError):
            file.unlink(missing_ok=True)
            raise problem from None
        return file


def _name_for(store: Store, why: str) -> Path:
    stamp = f"{store.now():%Y%m%dT%H%M%S%f}"
    if store.file is not None:
        return store.file.with_name(f"{store.file.stem}.{why}.{stamp}.sqlite3")
    return _folder() / f"downstream.{why}.{stamp}.sqlite3"


def _owners(store: Store) -> dict[tuple[str, str], str]:
    """Whoever signs in as an owner, by how the provider knows them; none where no store is yet."""
    owners = select(PersonRecord).where(PersonRecord.role == ActorRole.OWNER)
    try:
        with store.read() as session:
            return {
                (one.issuer, one.subject): actor_numbered(session, one.id).name
                for one in session.scalars(owners)
            }
    except StoreNotReady:
        return {}


def _folder() -> Path:
    stated = os.environ.get(FOLDER_VARIABLE, "").strip()
    folder = (
        Path(stated)
        if stated
        else platformdirs.user_data_path("downstream", appauthor=False) / "backups"
    )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    return folder


def _note(
    store: Store, actor: Actor, action: Action, backup: Backup, restored: Restored | None = None
) -> None:
    after = {
        "made_at": backup.made_at.isoformat(),
        "schema": backup.revision,
        "rows": backup.rows,
    }
    if restored is not None:
        after |= {
            "trail_whole": restored.trail.is_whole,
            "new_owners": list(restored.new_owners),
        }

    def work(session: Session) -> None:
        record(
            store,
            session,
            actor,
            action,
            object_kind="backup",
            object_name=backup.file.name,
            after=after,
        )

    for attempt in range(_ATTEMPTS_TO_NOTE):
        try:
            store.transact(work)
        except StoreBusy:
            # The backup is there already: being crowded out is no reason to say that it failed.
            if attempt == _ATTEMPTS_TO_NOTE - 1:
                raise
        else:
            return
