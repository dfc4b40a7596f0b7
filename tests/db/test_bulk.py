"""Many rows read as columns: in parts, and of named ones whatever their names hold."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.register.bulk import Columns, insert_rows, is_among, read_columns
from db.register.documents import Row
from db.register.tables import STARTUPS
from db.services.access import LOCAL_OWNER
from db.services.portfolios import save_portfolio
from risk.inventory.records import Portfolio


def with_startups(store: Store, rows: list[Row]) -> None:
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=()))

    def work(session: Session) -> None:
        of_fund = {"portfolio_id": session.scalar(select(PortfolioRecord.id))}
        insert_rows(session, STARTUPS, [row | of_fund for row in rows])

    store.transact(work)


def read(store: Store, names: list[str] | None = None) -> Columns:
    with store.read() as session:
        chosen = STARTUPS.c.portfolio_id == select(PortfolioRecord.id).scalar_subquery()
        if names is not None:
            chosen &= is_among(session, STARTUPS.c.name_key, names)
        return read_columns(session, STARTUPS, chosen)


def test_rows_are_read_in_parts_and_are_what_was_written(store: Store) -> None:
    # Of more rows than are read at once the last alone has a sector.
    rows = [
        {"name": f"Firm {number}", "name_key": f"firm {number}", "cash_cents": 7, "sector": None}
        for number in range(2_500)
    ]
    with_startups(store, [*rows[:-1], rows[-1] | {"sector": "Energy"}])
    found = read(store)
    assert found["name"].tolist() == [row["name"] for row in rows]
    assert found["sector"].tolist() == [None] * 2_499 + ["Energy"]
    assert found["cash_cents"].tolist() == [7] * 2_500
    assert found["country"].tolist() == [None] * 2_500


def test_names_are_found_whatever_they_hold(store: Store) -> None:
    names = ['quo"ted', "back\\slash", "{brace, comma}", "o'neil", "日本 ☃", "null", ""]
    rows = [{"name": one, "name_key": one} for one in (*names, "another")]
    with_startups(store, rows)
    assert read(store, names)["name_key"].tolist() == names
    assert read(store, ["null", "not there"])["name_key"].tolist() == ["null"]
    assert read(store, [])["name_key"].tolist() == []
