"""Bringing a store to the schema of this version, driven from code (Alembic without a file)."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, column, inspect, select, table
from sqlalchemy.engine import Connection

from db.errors import StoreNotReady

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"


def _configuration(connection: Connection) -> "Config":
    # Alembic is imported to migrate alone: asking which schema a store has needs none of it.
    from alembic.config import Config

    configuration = Config()
    # Alembic reads options with interpolation, in which a single per cent sign has a meaning.
    configuration.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration


def known_revisions() -> list[str]:
    """The schema revisions that this version of Downstream knows, oldest first.

    A migration's file begins with the name of its revision.
    """
    files = (_SCRIPTS / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def newest_revision() -> str:
    """The schema revision that this version of Downstream works with."""
    return known_revisions()[-1]


def current_revision(connection: Connection) -> str | None:
    """The schema revision of the store, or None if it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num")).select_from(table("alembic_version")))


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the schema up to a revision, inside the connection's transaction."""
    from alembic import command

    command.upgrade(_configuration(connection), to)


def downgrade(connection: Connection, *, to: str) -> None:
    """Take the schema down to a revision (``base``: no tables), inside the transaction."""
    from alembic import command

    command.downgrade(_configuration(connection), to)


def is_known(revision: str) -> bool:
    """Whether this version of Downstream has a migration of that name."""
    return revision in known_revisions()


def bring_up_to_date(connection: Connection) -> None:
    """Upgrade a store that is empty or older; leave a current one alone.

    Raises:
        StoreNotReady: a later version of Downstream made the store.
    """
    revision = current_revision(connection)
    if revision == newest_revision():
        return
    if revision is not None and not is_known(revision):
        raise made_by_later_version(revision)
    upgrade(connection)


def made_by_later_version(revision: str) -> StoreNotReady:
    """What is said of a store whose schema this version does not know."""
    return StoreNotReady(
        f"The store was made by a later version of Downstream (its schema is {revision}). "
        "Install that version, or name another store."
    )


def require_current_schema(engine: Engine, *, file: Path | None) -> None:
    """Check that the store exists and has the schema of this version.

    Raises:
        StoreNotReady: it is missing, older or newer; the sentence says which and what to do.
        sqlalchemy.exc.DBAPIError: the database cannot be reached.
    """
    if file is not None and not file.exists():
        raise StoreNotReady(f"There is no store at {file} yet. Run “downstream init” to make one.")
    with engine.connect() as connection:
        revision = current_revision(connection)
    if revision is None:
        raise StoreNotReady("The store is still empty. Run “downstream init” to set it up.")
    if revision == newest_revision():
        return
    if is_known(revision):
        raise StoreNotReady(
            "The store was made by an earlier version of Downstream. Run “downstream migrate”."
        )
    raise made_by_later_version(revision)
