"""Settings of each database, for reading and for writing."""

import os
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

#: What holds on every SQLite connection. WAL lets readers work during a write; FULL syncs at every
#: commit; recursive_triggers lets the audit's triggers see a row that REPLACE would delete.
SQLITE_PRAGMAS = {
    "foreign_keys": "ON",
    "busy_timeout": "10000",
    "trusted_schema": "OFF",
    "synchronous": "FULL",
    "recursive_triggers": "ON",
    # 64 MiB of pages: the indexes of a large import would else be read from the file again.
    "cache_size": "-65536",
}

#: An option of a connection that writes: whether it waits for who writes already, as it does else.
WAITS = "waits"

_STATEMENT_MILLISECONDS = 120_000
_IDLE_MILLISECONDS = 60_000


def sqlite_engine(url: URL, *, writes: bool) -> Engine:
    """An engine that begins its transactions itself, as ``BEGIN IMMEDIATE`` where it writes.

    With Python's own transaction control a reader's first write would have to upgrade its lock,
    which fails at once when somebody else writes; IMMEDIATE waits its turn instead.
    """
    engine = create_engine(
        url, connect_args={"isolation_level": None, "timeout": 10.0}, hide_parameters=True
    )

    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        if writes:
            cursor.execute("PRAGMA journal_mode = WAL")
            _keep_private(url)
        for name, value in SQLITE_PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        if not writes:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WAITS, True):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            patience = SQLITE_PRAGMAS["busy_timeout"]
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")

    def give_up(connection: Any, *_: object) -> None:
        if connection is not None and connection.in_transaction:
            connection.rollback()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    # A commit that failed may leave its transaction open, and with it the writer's lock. SQLAlchemy
    # takes it for ended, so the next user of the connection would be refused, and everybody else.
    event.listen(engine, "reset", give_up)
    return engine


def _keep_private(url: URL) -> None:
    """Only the owner may read the file: it holds what startups said in confidence."""
    if os.name == "posix" and url.database:
        os.chmod(url.database, 0o600)


def postgresql_engine(url: URL, *, writes: bool) -> Engine:
    """An engine of serializable transactions; the one for reading refuses to write."""
    # SQLite does without the driver.
    from psycopg.pq import TransactionStatus

    options: dict[str, Any] = {
        "isolation_level": "SERIALIZABLE" if writes else "REPEATABLE READ",
        "postgresql_readonly": not writes,
    }
    timeouts = (
        f"-c statement_timeout={_STATEMENT_MILLISECONDS} "
        f"-c idle_in_transaction_session_timeout={_IDLE_MILLISECONDS} -c timezone=UTC"
    )
    engine = create_engine(
        url,
        connect_args={"options": timeouts, "connect_timeout": 10},
        execution_options=options,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    def give_up(connection: Any, *_: object) -> None:
        if connection is not None and connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()

    event.listen(engine, "reset", give_up)
    return engine
