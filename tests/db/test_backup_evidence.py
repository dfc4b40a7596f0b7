"""Backups of a stored portfolio: drills are found by name at every size."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import Store
from db.errors import PortfolioNotFound
from db.services.access import LOCAL_OWNER
from db.services.backup_evidence import backup_evidence, newest_drills
from db.services.drills import DrillNote, record_drill
from db.services.portfolios import save_portfolio
from db.services.slices import sliced_store
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.alternatives.evidence import DrillKind
from risk.alternatives.readiness import Tried
from risk.inventory.records import Fallback, Startup
from tests.small_world import dependency, portfolio, startup


def backed(name: str, country: str, *keys: str) -> Startup:
    links = (
        dependency(
            key,
            "OpenAI",
            "OpenAI",
            model=model,
            fallback=Fallback.UNTESTED,
            fallback_developer="Anthropic",
            share=1 / len(keys),
        )
        for key, model in zip(keys, ("GPT-4.1", "GPT-5.5"), strict=False)
    )
    return startup(name, *links, country=country)


@pytest.fixture
def fund(store: Store) -> Store:
    held = portfolio(backed("Acme", "US", "a1", "a2"), backed("Bolt", "DE", "b1"))
    save_portfolio(store, LOCAL_OWNER, replace(held, name="Fund"))
    note = DrillNote(
        startup="Bolt",
        kind=DrillKind.FALLBACK,
        held_on=store.now().date() - timedelta(days=2),
        evals_passed=10,
        evals_total=50,
        conducted_by="Ann",
        source="runbook",
    )
    record_drill(store, LOCAL_OWNER, "Fund", note)
    passed = replace(note, startup="Acme", provider="a2", evals_passed=50)
    record_drill(store, LOCAL_OWNER, "Fund", passed)
    return store


def test_who_never_tried_who_failed_and_who_is_fresh(fund: Store) -> None:
    day = fund.now().date()
    found = backup_evidence(fund, LOCAL_OWNER, "fund", today=day)
    assert {(one.dependency_key, one.proof.tried, one.proof.by) for one in found.told} == {
        ("a1", Tried.NEVER, None),
        ("a2", Tried.FRESH, "Ann"),
        ("b1", Tried.FAILED, "Ann"),
    }
    german = sliced_store(fund, LOCAL_OWNER, "Fund", ["country=DE"])
    alone = backup_evidence(german, LOCAL_OWNER, "Fund", today=day)
    assert [one.startup for one in alone.told] == ["Bolt"]
    with pytest.raises(PortfolioNotFound):
        backup_evidence(fund, LOCAL_OWNER, "Nobody", today=day)


def test_drills_are_found_as_well_where_names_of_dependencies_were_not_read(fund: Store) -> None:
    laid_out = valuation(fund, LOCAL_OWNER, "Fund", today=fund.now().date())
    large = replace(laid_out, members=replace(laid_out.members, keys=None))
    with fund.read() as session:
        found = visible_portfolio(session, LOCAL_OWNER, "Fund")
        known = newest_drills(session, found, laid_out)
        assert newest_drills(session, found, large) == known
    assert {place: one.dependency_key for place, one in known.items()} == {1: "a2", 2: "b1"}
