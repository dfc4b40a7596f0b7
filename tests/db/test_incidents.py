"""Past incidents in the store: imported once, corrected by a later file, described."""

import pytest
from sqlalchemy import inspect, text

from db import migration
from db.engine import Store
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.incidents import (
    Changes,
    IncidentImport,
    calibrate_incidents,
    describe_incidents,
    history_revision,
    import_incidents,
    load_incidents,
    load_service_days,
)
from db.services.reference import load_catalog
from risk.hazard.calibration import track_records
from risk.hazard.incident_statistics import Pooling, incident_statistics
from risk.hazard.incidents.reading import read_history
from risk.hazard.rate_laws import market_tail
from tests.hazard.incidents.tables import (
    SIX,
    SIX_DAYS,
    at,
    incident,
    incident_table,
    uptime_table,
)

NO_CHANGES = Changes()


def put(store: Store, data: bytes, name: str = "history.csv") -> IncidentImport:
    return import_incidents(store, LOCAL_OWNER, data=data, file_name=name)


def test_what_a_file_says_comes_back_from_the_store(store: Store):
    assert put(store, SIX).incidents == Changes(new=5)
    assert put(store, SIX_DAYS).service_days == Changes(new=6)
    told = read_history(SIX).incidents
    assert load_incidents(store, LOCAL_OWNER) == told
    stored = load_service_days(store, LOCAL_OWNER)
    assert sorted(stored, key=repr) == sorted(read_history(SIX_DAYS).service_days, key=repr)


def test_an_incident_that_names_no_service_stays_one(store: Store):
    put(store, incident_table(incident("a", services="0,0", resolved=at(1, "00:00"))))
    (found,) = load_incidents(store, LOCAL_OWNER)
    assert found.services == ()


def test_the_same_file_again_doubles_nothing_under_any_name(store: Store):
    for data in (SIX, SIX_DAYS):
        put(store, data)
    again = put(store, SIX, "other name.csv")
    assert again.incidents == Changes(unchanged=5)
    assert put(store, SIX_DAYS).service_days == Changes(unchanged=6)
    assert len(load_incidents(store, LOCAL_OWNER)) == 5
    assert len(load_service_days(store, LOCAL_OWNER)) == 6


def test_a_later_file_corrects_what_it_tells_otherwise(store: Store):
    put(
        store,
        incident_table(
            incident("a", resolved=at(1, "00:00")), incident("b", resolved=at(2, "00:00"))
        ),
    )
    later = incident_table(
        incident("a", services="1,1", investigating=at(1, "00:00"), resolved=at(1, "05:00")),
        incident("c", resolved=at(3, "00:00")),
    )
    assert put(store, later).incidents == Changes(new=1, changed=1)
    stored = {one.reference: one for one in load_incidents(store, LOCAL_OWNER)}
    assert sorted(stored) == ["a", "b", "c"]
    assert (stored["a"].services, stored["a"].hours) == (("API", "Chat"), 5.0)


def test_a_later_page_corrects_a_day(store: Store):
    put(store, uptime_table("2024-03-01,api,0,0,0,openai"))
    assert put(store, uptime_table("2024-03-01,API,9,0,1,openai")).service_days == Changes(
        changed=1
    )
    (day,) = load_service_days(store, LOCAL_OWNER)
    assert day.partial_minutes == 9


def test_the_revision_moves_with_every_import_that_changes_something(store: Store):
    seen = [history_revision(store, LOCAL_OWNER)]
    put(store, SIX)
    seen.append(history_revision(store, LOCAL_OWNER))
    put(store, SIX)
    assert history_revision(store, LOCAL_OWNER) == seen[-1]
    put(store, SIX_DAYS)
    seen.append(history_revision(store, LOCAL_OWNER))
    # A correction of the newest row: as many rows as before, and its number may be used again.
    put(store, incident_table(incident("f", level="4", resolved=at(13, "00:45"))))
    seen.append(history_revision(store, LOCAL_OWNER))
    assert len(set(seen)) == len(seen)


def test_a_file_with_problems_leaves_no_trace(store: Store):
    before = len(list_audit(store, LOCAL_OWNER))
    result = put(store, incident_table(incident("a", level="9", resolved=at(1, "00:00"))))
    assert not result.accepted
    assert (result.incidents, result.service_days) == (NO_CHANGES, NO_CHANGES)
    assert load_incidents(store, LOCAL_OWNER) == ()
    assert len(list_audit(store, LOCAL_OWNER)) == before


def test_an_import_is_in_the_audit_trail_with_what_was_left_out(store: Store):
    put(store, SIX)
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.action, newest.object_kind, newest.object_name) == (
        "import",
        "incidents",
        "history.csv",
    )
    assert newest.after is not None
    assert newest.after["incidents"] == {"new": 5, "changed": 0, "unchanged": 0}
    assert newest.after["skipped"] == {"stamps out of order": 1, "repeated": 0}


@pytest.mark.parametrize("pooling", list(Pooling))
def test_the_store_describes_what_it_holds(store: Store, pooling: Pooling):
    put(store, SIX)
    put(store, SIX_DAYS)
    told, days = read_history(SIX).incidents, read_history(SIX_DAYS).service_days
    described = describe_incidents(store, LOCAL_OWNER, pooling=pooling)
    assert described == incident_statistics(told, days, pooling=pooling)


def test_forecasts_are_scored_on_what_the_store_holds(store: Store):
    # One incident of 1, 2 or 3 hours in each of twelve months.
    rows = [
        incident(
            f"m{month}",
            investigating=f"2023-{month:02}-05 00:00:00Z",
            resolved=f"2023-{month:02}-05 0{1 + month % 3}:00:00Z",
        )
        for month in range(1, 13)
    ]
    data = incident_table(*rows)
    put(store, data)
    told = read_history(data).incidents
    tail = market_tail(load_catalog(store, LOCAL_OWNER).rates)
    assert tail is not None
    found = calibrate_incidents(store, LOCAL_OWNER, seed=3)
    assert found == track_records(told, seed=3, tail=tail)
    assert found[0].durations is not None
    assert calibrate_incidents(store, LOCAL_OWNER, provider="nobody") == ()


def test_one_provider_is_asked_for_by_any_spelling(store: Store):
    put(store, incident_table(incident("a", resolved=at(1, "00:00"))))
    put(store, incident_table(incident("b", provider="Acme LLM", resolved=at(1, "00:00"))))
    for name, reference in (("openai", "a"), ("OPENAI", "a"), ("acme llm", "b")):
        (found,) = load_incidents(store, LOCAL_OWNER, provider=name)
        assert found.reference == reference
    assert describe_incidents(store, LOCAL_OWNER, provider="nobody") == ()


def test_a_viewer_reads_and_does_not_import(store: Store):
    viewer = Actor("Vera", ActorRole.VIEWER)
    assert load_incidents(store, viewer) == ()
    with pytest.raises(NotAllowed, match=r"may not import incidents: a\.csv"):
        import_incidents(store, viewer, data=SIX, file_name="a.csv")


def test_a_store_of_the_first_schema_keeps_its_incidents(store: Store):
    put(store, SIX)
    with store.write_engine.begin() as connection:
        migration.downgrade(connection, to="0001")
        assert "service_days" not in inspect(connection).get_table_names()
        # a, d and f are one row each, b two, c one: six rows.
        assert connection.scalar(text("SELECT count(*) FROM incidents")) == 6
        migration.upgrade(connection)
        assert "service_days" in inspect(connection).get_table_names()
    assert len(load_incidents(store, LOCAL_OWNER)) == 5
    assert put(store, SIX_DAYS).service_days == Changes(new=6)
