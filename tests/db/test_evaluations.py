"""Evaluations of startups' own: noted, listed, taken back, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER
from db.services.evaluations import (
    EvaluationNote,
    list_evaluations,
    record_evaluation,
    withdraw_evaluation,
)
from db.services.judgements import load_judgements
from db.services.portfolios import save_portfolio
from risk.alternatives.evaluations import Evaluation
from risk.alternatives.judgements import judgements_of
from risk.inventory.records import Portfolio
from tests.small_world import dependency, startup

OWN = Evaluation(
    today=0.9, other=0.81, cases=100, held_on=date(2026, 11, 2), name="golden", by="Ann"
)
NOTED = EvaluationNote(startup="acme", other="claude-opus-4.5", evaluation=OWN, source="wiki/17")


@pytest.fixture
def fund(store: Store) -> Store:
    one = startup("Acme", dependency("a", "OpenAI", "OpenAI", model="GPT-4.1"))
    two = startup(
        "Bolt",
        dependency("b", "OpenAI", "OpenAI", model="GPT-4.1"),
        dependency("c", "Anthropic", "Anthropic"),
    )
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Fund", startups=(one, two)))
    return store


def counted(store: Store) -> dict[tuple[str, str, str, str], Evaluation]:
    return dict(judgements_of(load_judgements(store, LOCAL_OWNER, "Fund")).evaluations)


def test_an_evaluation_counts_until_a_newer_one_or_until_it_is_taken_back(fund: Store) -> None:
    first = record_evaluation(fund, LOCAL_OWNER, "Fund", NOTED)
    # Names are those of the register and the catalogue, however they were written.
    key = ("Acme", "assistant", "GPT-4.1", "Claude Opus 4.5")
    assert counted(fund) == {key: OWN}
    newer = replace(OWN, other=0.86, held_on=date(2026, 11, 9))
    second = record_evaluation(fund, LOCAL_OWNER, "Fund", replace(NOTED, evaluation=newer))
    (listed,) = list_evaluations(fund, LOCAL_OWNER, "Fund", "ACME")
    assert (listed.number, listed.evaluation, listed.source) == (second, newer, "wiki/17")
    assert listed.age_days(date(2026, 11, 23)) == 14
    assert list_evaluations(fund, LOCAL_OWNER, "Fund", "Bolt") == ()
    with pytest.raises(Refused, match="no longer stands"):
        withdraw_evaluation(fund, LOCAL_OWNER, first, reason="a mistake")
    withdraw_evaluation(fund, LOCAL_OWNER, second, reason="the set leaked")
    assert counted(fund) == {}


def test_what_cannot_be_noted_is_refused_with_what_to_do(fund: Store) -> None:
    tomorrow = fund.now().date() + timedelta(days=1)
    for noted, said in (
        (replace(NOTED, other="Magic 7"), "knows no model “Magic 7”"),
        (replace(NOTED, startup="Nobody"), "no company “Nobody”"),
        (replace(NOTED, source=" "), "what this rests on"),
        (replace(NOTED, model="GPT-5.5"), "calls today: GPT-4.1"),
        (replace(NOTED, startup="Bolt"), "calls today: GPT-4.1; not named"),
        (replace(NOTED, evaluation=replace(OWN, held_on=tomorrow)), "still to come"),
        (replace(NOTED, evaluation=replace(OWN, today=0.0)), "above 0"),
    ):
        with pytest.raises(Refused, match=said):
            record_evaluation(fund, LOCAL_OWNER, "Fund", noted)
    assert counted(fund) == {}
    with pytest.raises(Refused, match="no evaluation 7"):
        withdraw_evaluation(fund, LOCAL_OWNER, 7, reason="x")
