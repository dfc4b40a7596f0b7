"""Facts stated by hand: into the register as a batch, with source, day and evidence."""

from datetime import date

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import list_audit
from db.services.imports import PublishedBatch, undo_batch
from db.services.judgements import judge, take_back_judgement
from db.services.scoring import score_portfolio
from db.services.statements import STATABLE, Statement, state_facts
from risk.alternatives.judgements import Judgement, Topic
from risk.inventory.columns import COLUMNS
from risk.inventory.records import Evidence, Requirement
from tests.db.inventories import ACME, Row, dependency, fund_hash, publish, startup

TODAY = date(2026, 11, 24)
RICH: Row = ACME | {
    **{"annual_revenue_usd": "5000000", "gross_margin": "0.7", "ai_revenue_share": "1"},
    **{"engineers": "5", "depth": "agents", "as_of": "2026-11-01"},
}


def state(store: Store, facts: dict[str, str], **more: object) -> PublishedBatch:
    return state_facts(
        store,
        LOCAL_OWNER,
        "Fund",
        Statement(startup="acme", facts=facts, **more),  # type: ignore[arg-type] # as given
    )


def test_a_fact_is_written_with_where_it_is_from_and_can_be_undone(store: Store):
    publish(store, ACME | {"cash_usd": "5", "share": "0.4"})
    before = fund_hash(store)
    done = state(
        store,
        {"cash_usd": "$7", "tags": "b2b", "requirement": "any", "provider_notice_days": "90"},
        source="a call",
        as_of=date(2026, 11, 1),
        evidence=Evidence.CONFIRMED,
    )
    found, link = startup(store), dependency(store)
    assert (found.cash_usd, found.tags, link.provider_notice_days) == (7, "b2b", 90)
    assert found.use_cases[0].requirement is Requirement.ANY
    assert found.sources == {"cash_usd": "a call", "tags": "a call"}
    assert found.evidence == dict.fromkeys(("cash_usd", "tags"), Evidence.CONFIRMED)
    assert (link.share, link.source, link.evidence) == (0.4, "a call", Evidence.CONFIRMED)
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.action, newest.object_name) == ("import", f"Fund: batch {done.batch}")
    undo_batch(store, LOCAL_OWNER, done.batch)
    assert fund_hash(store) == before


def test_a_fact_of_the_company_says_nothing_about_its_dependencies(store: Store):
    publish(store, ACME | {"source": "contract"})
    state(store, {"country": "FR"}, evidence=Evidence.CONFIRMED)
    link = dependency(store)
    assert (link.source, link.evidence) == ("contract", None)
    assert startup(store).sources["country"].startswith("stated by ")


def test_what_was_stated_before_can_be_stated_again(store: Store):
    publish(store, ACME)
    for cash in ("5", "6", "5"):
        state(store, {"cash_usd": cash})
    assert startup(store).cash_usd == 5


def test_an_amount_is_stated_as_people_write_it(store: Store):
    publish(store, ACME)
    state(store, {"cash_usd": "$45k"})
    assert startup(store).cash_usd == 45_000


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cash_usd": "1.200"}, "two amounts"),
        ({"cash_usd": "-"}, "says nothing"),
        ({"contact_email": "jo"}, "e-mail address"),
        ({"colour": "red"}, "no fact “colour”"),
        ({"cash_usd": "  "}, "at least one value"),
        ({"criticality": "3"}, "several use cases"),
        ({"share": "0.5"}, "2 dependencies that fit"),
    ],
)
def test_what_cannot_be_written_is_refused(store: Store, facts: dict[str, str], said: str):
    publish(store, ACME, ACME | {"use_case": "search"})
    before = fund_hash(store)
    with pytest.raises(Refused, match=said):
        state(store, facts)
    assert fund_hash(store) == before


def test_names_say_which_use_case_and_dependency_is_meant(store: Store):
    publish(store, ACME, ACME | {"use_case": "search"})
    state(store, {"criticality": "3", "share": "0.5"}, use_case="Search", provider="openai")
    chat, search = startup(store).use_cases
    assert (chat.criticality, search.criticality) == (None, 3)
    assert (chat.dependencies[0].share, search.dependencies[0].share) == (None, 0.5)
    with pytest.raises(Refused, match="no such dependency"):
        state(store, {"share": "0.5"}, use_case="search", provider="Cohere")
    with pytest.raises(Refused, match="no use case “sales”"):
        state(store, {"criticality": "3"}, use_case="sales")
    with pytest.raises(Refused, match="no company “Nobody”"):
        state_facts(
            store, LOCAL_OWNER, "Fund", Statement(startup="Nobody", facts={"cash_usd": "1"})
        )


def test_a_viewer_states_nothing(store: Store):
    publish(store, ACME)
    viewer = Actor("eve", ActorRole.VIEWER, team="Blue", person=2)
    with pytest.raises(NotAllowed):
        state_facts(store, viewer, "Fund", Statement(startup="Acme", facts={"cash_usd": "1"}))


def test_whatever_can_be_stated_is_a_column_of_an_inventory():
    assert set(STATABLE) <= set(COLUMNS)


def aal(store: Store) -> float:
    found = score_portfolio(store, LOCAL_OWNER, "Fund", today=TODAY).aal_usd
    assert found is not None
    return found


def test_a_provider_s_stated_notice_counts_as_one_that_an_analyst_noted(store: Store):
    publish(store, RICH)
    without = aal(store)
    said = Judgement(
        topic=Topic.PROVIDER_NOTICE_DAYS, value="180", reason="contract", startup="Acme"
    )
    judge(store, LOCAL_OWNER, "Fund", said)
    judged = aal(store)
    take_back_judgement(store, LOCAL_OWNER, "Fund", said)
    assert aal(store) == without
    publish(store, RICH | {"provider_notice_days": "180"})
    assert aal(store) == judged < without
    judge(store, LOCAL_OWNER, "Fund", said)
    assert aal(store) == judged


def test_needing_all_costs_more_than_sharing_and_any_costs_less(store: Store):
    other = {"startup": "Acme", "use_case": "chat", "provider": "Anthropic"}
    publish(store, RICH, other)
    found = {}
    for requirement in Requirement:
        publish(store, RICH | {"requirement": requirement.value}, other)
        found[requirement] = aal(store)
    assert found[Requirement.ANY] < found[Requirement.SHARED] < found[Requirement.ALL]


def test_a_use_case_that_earns_a_tenth_loses_less_than_one_that_earns_all(store: Store):
    publish(store, RICH | {"use_case_revenue_share": "100%"})
    whole = aal(store)
    publish(store, RICH | {"use_case_revenue_share": "10%"})
    assert aal(store) < whole / 2


def test_facts_of_one_startup_end_nothing_of_another(store: Store):
    publish(store, ACME, {"startup": "Zeta", "provider": "Cohere"})
    for name in ("Acme", "Zeta"):
        state_facts(store, LOCAL_OWNER, "Fund", Statement(startup=name, facts={"cash_usd": "5"}))
    assert [startup(store, name).cash_usd for name in ("Acme", "Zeta")] == [5, 5]
