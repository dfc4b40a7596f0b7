"""The list of startups of a portfolio too large to be read whole."""

from pathlib import Path

import pytest

from db.engine import open_store
from db.services import portfolios
from db.services.access import LOCAL_OWNER
from db.services.portfolios import save_portfolio
from db.services.setup import initialise
from fixtures.demo import demo_portfolio
from risk.catalog.records import Catalog
from tests.ui.conftest import Open, texts
from ui import cached, large, large_register


@pytest.fixture
def many(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portfolio of 61 startups, taken for a large one that nobody may read whole."""
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    initialise(store)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    monkeypatch.setattr(cached, "store", lambda: store)
    monkeypatch.setattr(large, "LARGE", 60)
    monkeypatch.setattr(large_register, "PER_PAGE", 25)


def refuse_to_read_whole(*_: object) -> None:
    pytest.fail("a large portfolio was read whole")


def test_a_large_portfolio_comes_a_page_at_a_time(
    many: None, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("startups.py", search="mistral")
    monkeypatch.setattr(portfolios, "load_portfolio", refuse_to_read_whole)
    page = page.run()
    assert not page.exception
    shown = texts(page)
    assert "of 61 startups match" in shown
    assert "No scores are kept yet" in shown
    (table,) = page.dataframe
    assert 0 < len(table.value) <= 25
    assert "Startup" in table.value.columns
    assert "Score" not in table.value.columns  # an empty column would look like a score
