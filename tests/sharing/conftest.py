"""A store for each module of tests."""

from collections.abc import Iterator

import pytest

from db.engine import Store, open_store
from db.services.setup import initialise


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('links') / 'store.sqlite3'}")
    initialise(opened)
    yield opened
    opened.close()
