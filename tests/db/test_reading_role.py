"""On PostgreSQL a role that may only read is enough to read, as a hot standby would serve it."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from db.engine import Store
from db.errors import StoreError
from db.services.access import LOCAL_OWNER
from db.services.audit import verify_audit
from db.services.backup import back_up
from db.services.imports import publish_import
from db.services.portfolios import list_portfolios
from db.services.run_history import kept_runs
from db.services.scoring import score_portfolio
from db.services.setup import initialise
from tests.db.conftest import new_database

DEPLOYMENT = Path(__file__).parents[2] / "docs" / "deployment.md"


@pytest.fixture
def as_reader(postgresql_server: str, opened: Callable[[str], Store]) -> Store:
    """A store with one startup, opened as the role that docs/deployment.md makes for reading."""
    address = new_database(postgresql_server)
    owner = opened(address)
    initialise(owner)
    data = b"startup,provider\nAcme,OpenAI\n"
    publish_import(owner, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = text("SELECT 1 FROM pg_roles WHERE rolname = 'downstream_reader'")
        for statement in re.findall(r"[A-Z]+ [^;`]*downstream_reader[^;]*", DEPLOYMENT.read_text()):
            if not statement.startswith("CREATE") or connection.scalar(known) is None:
                connection.execute(text(statement.replace("'…'", "'reads'")))
    engine.dispose()
    reading = make_url(address).set(username="downstream_reader", password="reads")  # noqa: S106 - a test's
    return opened(reading.render_as_string(hide_password=False))


def test_a_reading_role_scores_and_verifies_and_is_refused_to_write(
    as_reader: Store, tmp_path: Path
):
    assert [one.name for one in list_portfolios(as_reader, LOCAL_OWNER)] == ["Fund"]
    scored = score_portfolio(as_reader, LOCAL_OWNER, "Fund", today=date(2026, 11, 25))
    assert scored.aal_usd > 0
    # The answer of today would leave its figures behind, which this role may not write.
    today = as_reader.now().date()
    assert score_portfolio(as_reader, LOCAL_OWNER, "Fund", today=today).aal_usd > 0
    assert kept_runs(as_reader, LOCAL_OWNER, "Fund") == ()
    assert verify_audit(as_reader, LOCAL_OWNER).broken_at is None
    data = b"startup,provider\nBorealis,OpenAI\n"
    with pytest.raises(StoreError, match="does not allow"):
        publish_import(
            as_reader,
            LOCAL_OWNER,
            data=data,
            file_name="b.csv",
            portfolio="Fund",
            assume={"complete_for": "nothing"},
        )
    with pytest.raises(StoreError, match="does not allow"):
        back_up(as_reader, LOCAL_OWNER, tmp_path / "b")
