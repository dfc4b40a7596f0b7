"""Views of a store: the same object for the same view, and no writing into the past."""

from datetime import date

import pytest

from db.engine import WHOLE, Store, View, view_of
from db.errors import Refused


def test_a_view_is_the_same_store_read_otherwise(store: Store) -> None:
    sliced = store.viewed(View(slices=(("country", "DE"),)))
    assert sliced is store.viewed(View(slices=(("country", "DE"),)))
    assert sliced.viewed(WHOLE) is store
    with sliced.read() as session:
        assert view_of(session).slices == (("country", "DE"),)
    with store.read() as session:
        assert view_of(session) == WHOLE


def test_what_is_written_through_a_slice_is_noticed_everywhere(store: Store) -> None:
    sliced, before = store.viewed(View(slices=(("country", "DE"),))), store.written
    sliced.transact(lambda session: None)
    assert store.written == sliced.written > before


def test_the_past_is_only_read(store: Store) -> None:
    past = store.viewed(View(as_of=date(2026, 10, 31)))
    with pytest.raises(Refused, match=r"as of 31 October 2026"):
        past.transact(lambda session: None)
