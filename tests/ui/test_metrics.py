"""Counts and times of the running server: what they count, and who may ask."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from db.engine import Store
from db.metrics import SHARE_OPENS, ended, exposition
from db.services.access import LOCAL_OWNER
from db.services.imports import publish_import
from ui.routes.metrics import ROUTES, TOKEN

DATA = b"startup,provider,use_case\nAcme,OpenAI,a\nAcme,OpenAI,a\nAcme,OpenAI,b,c\n"


def counted() -> dict[str, float]:
    """Every sample by its name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(exposition().decode())
        for sample in family.samples
    }


def client(host: str = "127.0.0.1") -> TestClient:
    return TestClient(Starlette(routes=ROUTES), base_url="http://localhost", client=(host, 50_000))


def test_an_import_counts_its_records_by_what_became_of_them(store: Store):
    before = counted()
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="p")
    after = counted()
    new = {
        became: after[f"downstream_imported_records_total['{became}']"]
        - before.get(f"downstream_imported_records_total['{became}']", 0)
        for became in ("accepted", "rejected", "duplicate")
    }
    # Two equal rows count once and once as a duplicate; the one with a cell too many is rejected.
    assert new == {"accepted": 1, "rejected": 1, "duplicate": 1}
    published = "downstream_publishing_seconds_count[]"
    assert after[published] - before.get(published, 0) == 1
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="p")
    assert counted()[published] == after[published]  # the same file again writes nothing


def test_work_is_counted_by_how_it_ended():
    before = counted().get("downstream_share_opens_total['KeyError']", 0)
    with pytest.raises(KeyError), ended(SHARE_OPENS):
        raise KeyError
    assert counted()["downstream_share_opens_total['KeyError']"] == before + 1


def test_this_machine_may_ask_and_others_see_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(TOKEN, raising=False)
    assert client().get("/metrics").status_code == 200
    assert client("10.1.2.3").get("/metrics").status_code == 404
    passed_on = client().get("/metrics", headers={"X-Forwarded-For": "10.1.2.3"})
    assert passed_on.status_code == 404


def test_with_a_token_only_its_bearer_may_ask(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(TOKEN, "right")
    assert client().get("/metrics").status_code == 404
    wrong = client("10.1.2.3").get("/metrics", headers={"Authorization": "Bearer wrong"})
    right = client("10.1.2.3").get("/metrics", headers={"Authorization": "Bearer right"})
    assert (wrong.status_code, right.status_code) == (404, 200)
    assert right.headers["content-type"].startswith("application/openmetrics-text")


def test_nothing_counted_names_a_portfolio_or_a_person(store: Store):
    publish_import(store, LOCAL_OWNER, data=DATA, file_name="a.csv", portfolio="Secret Fund")
    assert b"Secret" not in exposition()
    assert LOCAL_OWNER.name.encode() not in exposition()
