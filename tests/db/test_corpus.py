"""Every file of the corpus comes out of either database as it was written down by hand."""

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.imports import (
    ImportNeedsAnswers,
    ImportRefused,
    list_batches,
    publish_import,
)
from db.services.portfolios import load_portfolio
from db.services.setup import initialise
from risk.inventory.intake_results import IntakeResult, Outcome
from tests.inventory.corpus import CASES
from tests.inventory.corpus.case import Case


def published(store: Store, case: Case, answers: dict[str, str] | None = None) -> IntakeResult:
    """What became of the file; whatever is published is in a portfolio of the case's name."""
    try:
        return publish_import(
            store,
            LOCAL_OWNER,
            data=case.data,
            file_name=f"{case.name}.csv",
            portfolio=case.name,
            assume=answers,
        ).intake
    except (ImportRefused, ImportNeedsAnswers) as refused:
        return refused.intake


def counts(found: IntakeResult) -> tuple[int, int, int, int]:
    return found.records, found.accepted, found.rejected, found.duplicate


@pytest.mark.slow
def test_every_file_is_published_as_it_was_written_down(store: Store) -> None:
    initialise(store)
    expected: dict[str, tuple[int, int, int, int]] = {}
    for case in CASES:
        found = published(store, case)
        assert (found.outcome, found.error) == (case.outcome, case.error), case.name
        if case.outcome is Outcome.CONFIRM:
            found = published(store, case, {"all": "all"})
        if case.counts is None:
            continue
        assert counts(found) == case.counts, case.name
        if found.rows:
            expected[case.name] = case.counts
            made = len(found.rows)
            register = load_portfolio(store, LOCAL_OWNER, case.name)
            uses = [use for startup in register.startups for use in startup.use_cases]
            assert sum(len(use.dependencies) for use in uses) == made, case.name
    batches = list_batches(store, LOCAL_OWNER)
    found_again = {
        one.portfolio: (one.records, one.accepted, one.rejected, one.duplicate) for one in batches
    }
    assert (len(batches), found_again) == (len(expected), expected)
    assert len(expected) > 200
