"""Whoever waits for an import hears how far it is, and two who make one portfolio are told."""

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    NO_PORTFOLIO,
    PortfolioChanged,
    list_batches,
    preview_import,
    publish_import,
)
from tests.db.inventories import ACME, inventory, publish


def test_progress_grows_from_reading_to_writing(store: Store):
    heard: list[float] = []
    publish_import(
        store,
        LOCAL_OWNER,
        data=inventory(ACME),
        file_name="acme.csv",
        portfolio="Fund",
        progress=heard.append,
    )
    assert heard == sorted(heard)
    assert heard[0] < 0.5 < heard[-1] <= 1.0


def test_who_gives_up_while_it_is_written_leaves_nothing(store: Store):
    def give_up_late(share: float) -> None:
        if share > 0.3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        publish_import(
            store,
            LOCAL_OWNER,
            data=inventory(ACME),
            file_name="acme.csv",
            portfolio="Fund",
            progress=give_up_late,
        )
    assert list_batches(store, LOCAL_OWNER) == ()


def test_who_saw_no_portfolio_is_asked_when_somebody_made_it_meanwhile(store: Store):
    mine = {
        "data": inventory(ACME | {"spend_usd": "7"}),
        "file_name": "mine.csv",
        "portfolio": "Fund",
    }
    seen = preview_import(store, LOCAL_OWNER, **mine)
    assert seen.revision is None
    publish(store, ACME)
    with pytest.raises(PortfolioChanged, match="Fund"):
        publish_import(store, LOCAL_OWNER, **mine, expected_revision=NO_PORTFOLIO)
    assert len(list_batches(store, LOCAL_OWNER)) == 1
