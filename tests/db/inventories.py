"""Small inventories, and what importing them into the portfolio “Fund” did."""

import csv
import io
from typing import Any

from sqlalchemy import delete, insert, null, select

from db.engine import Store
from db.records import Base, MadeRowsRecord, RowVersionRecord, table_of
from db.register.documents import as_document
from db.register.numbers import unpacked_numbers
from db.services.access import LOCAL_OWNER
from db.services.imports import PublishedBatch, publish_import
from db.services.portfolios import load_portfolio, state_hash
from risk.inventory.records import Dependency, Startup

Row = dict[str, Any]


def inventory(*rows: Row) -> bytes:
    """A CSV file with one line for each row, and every column that any row names."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def publish(
    store: Store,
    *rows: Row,
    portfolio: str = "Fund",
    complete_for: str | None = "nothing",
    **more: Any,
) -> PublishedBatch:
    """``complete_for`` None: nobody says."""
    said = {} if complete_for is None else {"complete_for": complete_for}
    return publish_import(
        store,
        LOCAL_OWNER,
        data=inventory(*rows),
        file_name="inventory.csv",
        portfolio=portfolio,
        assume=said | more.pop("assume", {}),
        **more,
    )


def counted(published: PublishedBatch) -> tuple[int, int, int, int]:
    changes = published.changes
    return changes.new, changes.changed, changes.unchanged, changes.missing


def startup(store: Store, name: str = "Acme") -> Startup:
    portfolio = load_portfolio(store, LOCAL_OWNER, "Fund")
    return next(one for one in portfolio.startups if one.name == name)


def dependency(store: Store) -> Dependency:
    (use_case,) = startup(store).use_cases
    (found,) = use_case.dependencies
    return found


def fund_hash(store: Store) -> str:
    return state_hash(store, LOCAL_OWNER, "Fund")


ACME: Row = {"startup": "Acme", "use_case": "chat", "provider": "OpenAI", "model": "gpt-4o"}


def kept_row_by_row(store: Store) -> None:
    """Turn what batches keep of the rows they made into what the first schemas kept of it."""
    made, versions = table_of(MadeRowsRecord), table_of(RowVersionRecord)
    with store.write_engine.begin() as connection:
        told = []
        for one in connection.execute(select(versions)).mappings().all():
            table = Base.metadata.tables[one["table_name"]]
            packed = one["numbers"]
            numbers = [] if packed is None else unpacked_numbers(packed).tolist()
            kept = connection.execute(select(table).where(table.c.id.in_(numbers))).mappings()
            for row in kept.all():
                same = {"before": as_document(row), "after": as_document(row)}
                told.append(dict(one) | same | {"row_id": row["id"]})
            told += [] if packed else [dict(one)]
        for one in connection.execute(select(made)).mappings().all():
            table = Base.metadata.tables[one["table_name"]]
            last = one["first_row"] + len(one["fingerprints"]) // 8
            within = table.c.id >= one["first_row"], table.c.id < last
            for row in connection.execute(select(table).where(*within)).mappings():
                version = {"batch_id": one["batch_id"], "table_name": table.name}
                told.append(
                    version | {"row_id": row["id"], "before": None} | {"after": as_document(row)}
                )
        connection.execute(delete(made))
        connection.execute(delete(versions))
        told.sort(key=lambda one: one["batch_id"])  # Who wrote later has the higher number.
        for one in told:
            before = null() if one["before"] is None else one["before"]
            rest = {name: one[name] for name in ("batch_id", "table_name", "row_id", "after")}
            connection.execute(insert(versions).values(**rest, before=before))
