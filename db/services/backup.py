"""Backups: made on demand and before every migration, checked, and put back."""

import os
from pathlib import Path

import platformdirs
from sqlalchemy.orm import Session

from db.backups.files import Backup, check_backup, write_backup
from db.backups.restoring import restore_backup
from db.engine import Store
from db.errors import StoreBusy, StoreError
from db.migration import current_revision, is_known, newest_revision
from db.services.access import Action, Actor, authorize
from db.services.audit import record

#: Where backups go that nobody named, for a store that is no file.
FOLDER_VARIABLE = "DOWNSTREAM_BACKUP_FOLDER"
_ATTEMPTS_TO_NOTE = 4


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


def restore(store: Store, actor: Actor, file: Path) -> tuple[Backup, Path | None]:
    """Put the store back to what a backup holds; return that, and where the store before it went.

    What the store held is backed up first, if it held anything. A backup of an earlier version is
    brought up to this one. That it was done is the newest row of the audit trail then.

    Raises:
        Refused: the file is no backup, is damaged, or was made by a later version.
        NotAllowed: only an owner replaces the store.
    """
    authorize(actor, Action.RESTORE, str(file))
    backup = check_backup(file)
    with store.in_sentences():
        before = _set_aside(store, "before-restore")
        restore_backup(store, backup)
    store.migrate()
    _note(store, actor, Action.RESTORE, backup)
    return backup, before


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


def _set_aside(store: Store, why: str) -> Path | None:
    """Back up the store as it is under a name of its own."""
    if store.file is not None and not store.file.exists():
        return None
    with store.read_engine.connect() as connection:
        if current_revision(connection) is None:
            return None
    stamp = f"{store.now():%Y%m%dT%H%M%S%f}"
    if store.file is not None:
        file = store.file.with_name(f"{store.file.stem}.{why}.{stamp}.sqlite3")
    else:
        file = _folder() / f"downstream.{why}.{stamp}.sqlite3"
    write_backup(store, file)
    return file


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


def _note(store: Store, actor: Actor, action: Action, backup: Backup) -> None:
    def work(session: Session) -> None:
        record(
            store,
            session,
            actor,
            action,
            object_kind="backup",
            object_name=backup.file.name,
            after={
                "made_at": backup.made_at.isoformat(),
                "schema": backup.revision,
                "rows": backup.rows,
            },
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
