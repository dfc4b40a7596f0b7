"""A file into a large portfolio reads the startups that it names, and does what it does else."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine import Store
from db.services import concerned
from db.services.access import LOCAL_OWNER
from db.services.imports import preview_import, publish_import
from db.services.portfolios import list_portfolios, state_hash
from tests.db.inventories import ACME, Row, counted, inventory, publish
from tests.db.test_staged_imports import FILES, SLOWLY

ZETA = ACME | {"startup": "Zeta"}


@pytest.fixture
def large() -> Iterator[pytest.MonkeyPatch]:
    """Every portfolio counts as large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concerned, "READ_WHOLE", 0)
        yield patch


def test_what_the_file_does_not_name_is_counted_and_not_listed(
    store: Store, large: pytest.MonkeyPatch
) -> None:
    publish(store, ACME, ACME | {"use_case": "search"}, ZETA, ZETA | {"use_case": "search"})
    # The file has one of Acme's two records, changed: the other is missing and listed. Zeta's two
    # are missing as well, and are not read.
    data = inventory(ACME | {"spend_usd": "3"})
    preview = preview_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    published = publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    assert counted(published) == (0, 1, 0, 3)
    assert published.changes.elsewhere == 2
    assert published.changes == preview.changes
    assert [(one.status, one.startup) for one in published.changes.rows] == [
        ("changed", "Acme"),
        ("missing", "Acme"),
    ]


def test_no_more_is_read_than_the_startups_that_are_named(
    store: Store, large: pytest.MonkeyPatch
) -> None:
    publish(store, *(ACME | {"startup": f"Company {number}"} for number in range(9)))
    read: list[int] = []
    whole = concerned._read

    def noted(*known: Any) -> Any:
        found = whole(*known)
        read.append(len(found["startups"]["id"]))
        return found

    large.setattr(concerned, "_read", noted)
    publish(store, *(ACME | {"startup": f"Company {number}"} for number in (3, 5, 7, 99)))
    # Four names, of which three are there.
    assert read == [3]


def test_the_list_of_portfolios_counts_anew_after_every_write(store: Store) -> None:
    publish(store, ACME)
    assert [one.startups for one in list_portfolios(store, LOCAL_OWNER)] == [1]
    publish(store, ZETA)
    assert [one.startups for one in list_portfolios(store, LOCAL_OWNER)] == [2]


@given(files=FILES, place=st.integers(0, 2))
@SLOWLY
def test_any_files_give_the_register_that_they_give_read_whole(
    store: Store, files: list[list[Row]], place: int
) -> None:
    name = f"Fund {secrets.token_hex(8)}"
    with pytest.MonkeyPatch.context() as patch:
        for number, rows in enumerate(files):
            answers = []
            for portfolio, most in ((name, 0), (f"{name} whole", 10**9)):
                patch.setattr(concerned, "READ_WHOLE", most if number >= place else 10**9)
                data = {"data": inventory(*rows), "file_name": "inventory.csv"}
                data |= {"assume": {"complete_for": "nothing"}}
                try:
                    done = publish_import(store, LOCAL_OWNER, portfolio=portfolio, **data)
                    answers.append((counted(done), done.disagreements, done.changes.new_startups))
                except Exception as refused:  # both ways must refuse alike
                    answers.append(str(refused))
            assert answers[0] == answers[1]
    assert state_hash(store, LOCAL_OWNER, name) == state_hash(store, LOCAL_OWNER, f"{name} whole")
