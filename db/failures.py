"""Database errors in a sentence without SQL, data or password."""

from sqlalchemy.exc import DBAPIError, IntegrityError

from db.errors import StoreBusy, StoreError

#: PostgreSQL: serialization failure and deadlock, which ask to try again.
_TRY_AGAIN = frozenset({"40001", "40P01"})

_SQLITE_SENTENCES = (
    ("locked", "Somebody else is writing to the store. Nothing was saved; try again in a moment."),
    ("disk is full", "The disk is full, so the store cannot be written. Nothing was saved."),
    ("readonly", "The store may only be read here: its file or folder is write-protected."),
    ("not a database", "The file is not a Downstream store. Name another file."),
    (
        "malformed",
        "The store's file is damaged. Restore a backup: downstream restore FILE.",
    ),
    ("unable to open", "The store's file cannot be opened. Check the path and its permissions."),
    ("disk I/O", "The disk did not take the data. Nothing was saved."),
)


def worth_retrying(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed when run again."""
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def damaged(url: str) -> StoreError:
    """What is said of a store in which a check found damage."""
    sentence = dict(_SQLITE_SENTENCES)["malformed"]
    return StoreError(f"{sentence} ({url})")


def in_a_sentence(error: DBAPIError, *, url: str) -> StoreError:
    """The error for the reader. ``url`` is printed and must not hold a password."""
    state = getattr(error.orig, "sqlstate", None)
    said = str(error.orig)
    if state is not None:
        return _postgresql(state, url)
    if "insert-only" in said:
        return StoreError("The audit trail is insert-only: nothing in it can be changed.")
    for mark, sentence in _SQLITE_SENTENCES:
        if mark in said:
            kind = StoreBusy if mark == "locked" else StoreError
            return kind(f"{sentence} ({url})")
    if isinstance(error, IntegrityError):
        return StoreError("The store refused a value that contradicts another. Nothing was saved.")
    if error.connection_invalidated or url.startswith("postgresql"):
        return StoreError(f"The database at {url} cannot be reached. Is it running?")
    return StoreError(f"The store at {url} cannot be used. Nothing was saved.")


def _postgresql(state: str, url: str) -> StoreError:
    if state in _TRY_AGAIN or state in ("55P03", "57014"):
        return StoreBusy("The database was too busy to finish. Nothing was saved; try again.")
    if state == "P0001":
        return StoreError("The audit trail is insert-only: nothing in it can be changed.")
    if state.startswith("28"):
        return StoreError(f"The database at {url} refused the user name or password.")
    if state == "3D000":
        return StoreError(f"There is no such database: {url}. Create it first.")
    if state == "25006":
        return StoreError("This connection may only read.")
    if state == "42501":
        return StoreError(f"The database at {url} does not allow this user to do that.")
    if state.startswith("23"):
        return StoreError("The store refused a value that contradicts another. Nothing was saved.")
    if state.startswith("53"):
        return StoreError("The database has run out of space or connections. Nothing was saved.")
    if state.startswith(("08", "57")):
        return StoreError(f"The database at {url} cannot be reached. Is it running?")
    return StoreError(f"The database at {url} failed ({state}). Nothing was saved.")
