"""On PostgreSQL a role that may change no schema is enough to work, as docs/deployment.md says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from db.engine import Store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.backup import back_up
from db.services.imports import publish_import, undo_batch
from db.services.portfolios import list_portfolios
from db.services.setup import initialise
from tests.db.conftest import new_database

DEPLOYMENT = Path(__file__).parents[2] / "docs" / "deployment.md"


@pytest.fixture
def as_application(postgresql_server: str, opened: Callable[[str], Store]) -> Callable[[], Store]:
    """Set a store up as its owner, and open it as the role that only works with it."""
    address = new_database(postgresql_server)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if (
            connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = 'downstream_app'"))
            is None
        ):
            connection.execute(text("CREATE ROLE downstream_app LOGIN PASSWORD 'app'"))
        # The grants stand in the documentation, word for word.
        for grant in re.findall(r"ALTER DEFAULT PRIVILEGES[^;]+", DEPLOYMENT.read_text()):
            connection.execute(text(grant))
    engine.dispose()
    initialise(opened(address))
    working = make_url(address).set(username="downstream_app", password="app")  # noqa: S106 - a test's
    return lambda: opened(working.render_as_string(hide_password=False))


def test_the_working_role_imports_undoes_and_backs_up_but_changes_no_table(
    as_application: Callable[[], Store], tmp_path: Path
):
    store = as_application()
    initialise(store)
    data = b"startup,provider\nAcme,OpenAI\n"
    published = publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    assert [one.name for one in list_portfolios(store, LOCAL_OWNER)] == ["Fund"]
    back_up(store, LOCAL_OWNER, tmp_path / "b")
    assert undo_batch(store, LOCAL_OWNER, published.batch).removed == 1
    assert verify_audit(store, LOCAL_OWNER).broken_at is None
    for statement in (
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_refuses_change ON audit",
        "DROP TABLE audit",
        "ALTER TABLE startups ADD COLUMN more TEXT",
        "TRUNCATE audit",
    ):
        with (
            pytest.raises(StoreError, match=r"does not allow|insert-only"),
            store.write() as session,
        ):
            session.execute(text(statement))
