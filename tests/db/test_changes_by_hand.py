"""Ends, exits, renames and merges by hand: what counts afterwards, and taken back in any order."""

import secrets
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.register.tables import STARTUPS
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.decisions import list_decisions, record_decision
from db.services.drills import DrillNote, list_drills, record_drill
from db.services.endings import (
    ChangeResult,
    Exit,
    end,
    ended_of,
    exit_startup,
    merge,
    rename,
)
from db.services.funds import HoldingsFile, import_holdings, list_holdings
from db.services.import_results import Status
from db.services.imports import undo_batch
from db.services.portfolios import list_portfolios, load_portfolio, state_hash
from risk.alternatives.evidence import DrillKind
from tests.db.inventories import ACME, Row, fund_hash, publish, startup
from tests.db.test_months import names
from tests.db.test_undo import FILES, SCOPES

SEARCH: Row = ACME | {"use_case": "search", "provider": "Cohere", "model": ""}
ZETA: Row = ACME | {"startup": "Zeta", "use_case": "agents", "provider": "Mistral", "model": ""}
NOVEMBER = date(2026, 11, 15)


def by_hand(service: Callable[..., ChangeResult], store: Store, *names: Any, **more: Any):
    return service(store, LOCAL_OWNER, "Fund", *names, **more)


def test_a_dependency_that_has_ended_counts_no_longer_until_that_is_undone(store: Store):
    publish(store, ACME, SEARCH)
    before = fund_hash(store)
    done = by_hand(end, store, "acme", "Search", "cohere", reason="  contract over ")
    assert done.said == "Acme · search · Cohere ended"
    assert [(one.status, one.provider) for one in done.rows] == [(Status.ENDED, "Cohere")]
    assert names(store) == [("Acme", "chat", "OpenAI")]
    assert len(startup(store).use_cases) == 2  # the use case stays
    assert done.batch is not None
    assert undo_batch(store, LOCAL_OWNER, done.batch).restored == 1
    assert fund_hash(store) == before


def test_a_use_case_ends_with_all_that_it_depends_on(store: Store):
    publish(store, ACME, ACME | {"provider": "Mistral"}, SEARCH)
    done = by_hand(end, store, "Acme", "chat")
    assert len(done.rows) == 2
    assert names(store) == [("Acme", "search", "Cohere")]
    assert [one.name for one in startup(store).use_cases] == ["search"]


def test_a_startup_that_left_is_in_no_list_and_no_score(store: Store):
    publish(store, ACME, SEARCH, ZETA)
    done = by_hand(exit_startup, store, "Acme", how=Exit.SOLD, reason="to Initech")
    assert (done.said, len(done.rows)) == ("Acme was sold", 2)
    assert names(store) == [("Zeta", "agents", "Mistral")]
    assert list_portfolios(store, LOCAL_OWNER)[0].startups == 1
    with pytest.raises(Refused, match=r"There is no company “Acme” in Fund\."):
        by_hand(end, store, "Acme", "chat")


def test_what_ended_is_told_with_its_days_and_why(store: Store):
    publish(store, ACME, SEARCH, ZETA, day=date(2026, 10, 1))
    by_hand(end, store, "Acme", "search", "Cohere", day=date(2026, 10, 31), reason="too dear")
    month = publish(store, ZETA, complete_for="portfolio", day=NOVEMBER)
    told = [
        (one.use_case, one.provider, one.since, one.until, one.because, one.reason, one.batch)
        for one in ended_of(store, LOCAL_OWNER, "Fund", "Acme")
    ]
    assert told == [
        ("chat", "OpenAI", date(2026, 10, 1), NOVEMBER, "inventory.csv", None, month.batch),
        (
            *("search", "Cohere", date(2026, 10, 1), date(2026, 10, 31)),
            *("Acme · search · Cohere ended", "too dear", month.batch - 1),
        ),
    ]


def test_a_dry_run_says_the_same_and_writes_nothing(store: Store):
    publish(store, ACME, SEARCH)
    before, rows = fund_hash(store), len(list_audit(store, LOCAL_OWNER))
    seen = by_hand(exit_startup, store, "Acme", dry_run=True)
    assert (seen.batch, len(seen.rows)) == (None, 2)
    assert (fund_hash(store), len(list_audit(store, LOCAL_OWNER))) == (before, rows)


@pytest.mark.parametrize(
    ("service", "named", "more", "says"),
    [
        (end, ("Acme", "chat"), {"day": date(2999, 1, 1)}, "that day is still to come"),
        (end, ("Acme", "chat"), {"day": date(2026, 9, 30)}, "counts since 01 October 2026"),
        (end, ("Acme", "sales"), {}, r"no use case “sales”\. Its use cases: chat; search\."),
        (end, ("Acme", "chat", "Slack"), {}, "depends on no “Slack”, but on: OpenAI, GPT-4o"),
        (end, ("Acm", "chat"), {}, r"There is no company “Acm” in Fund\. Did you mean Acme\?"),
        (rename, ("Acme", " "), {}, "a name of 1 to 200 letters"),
        (rename, ("Acme", "Acme"), {}, "has this name already"),
        (rename, ("Acme", "zeta"), {}, "There is a company Zeta already. Merge the two"),
        (rename, ("Acme", "Search"), {"use_case": "chat"}, "another use case “Search”"),
        (merge, ("Acme", "ACME"), {}, "these are the same one"),
        (merge, ("Acme", "OpenAI"), {"use_case": "chat"}, "Name the provider that is kept"),
    ],
)
def test_what_cannot_be_changed_is_refused_in_words(
    store: Store,
    service: Callable[..., ChangeResult],
    named: tuple[str, ...],
    more: dict[str, Any],
    says: str,
):
    publish(store, ACME, SEARCH, ZETA, day=date(2026, 10, 1))
    before = fund_hash(store)
    with pytest.raises(Refused, match=says):
        by_hand(service, store, *named, **more)
    assert fund_hash(store) == before


def test_two_dependencies_of_one_provider_are_told_apart_by_their_model(store: Store):
    publish(store, ACME, ACME | {"model": "o3"})
    with pytest.raises(
        Refused, match=r"more than once\. Name the model, too: .*GPT-4o; OpenAI, o3"
    ):
        by_hand(end, store, "Acme", "chat", "OpenAI")
    by_hand(end, store, "Acme", "chat", "OpenAI", model="O3")
    (left,) = startup(store).use_cases[0].dependencies
    assert left.model == "GPT-4o"


def test_a_month_under_the_old_name_still_finds_a_renamed_startup(store: Store):
    publish(store, ACME | {"cash_usd": "5"}, SEARCH)
    before = fund_hash(store)
    done = by_hand(rename, store, "Acme", "Acme Robotics")
    assert [one.name for one in load_portfolio(store, LOCAL_OWNER, "Fund").startups] == [
        "Acme Robotics"
    ]
    month = publish(store, ACME | {"spend_usd": "9"}, SEARCH, complete_for="portfolio")
    assert (month.changes.new, month.changes.changed, month.changes.ended) == (0, 1, 0)
    # Old and new name in one file are one startup.
    both = publish(
        store, ACME | {"spend_usd": "9"}, SEARCH | {"startup": "Acme Robotics"}, complete_for=None
    )
    assert (both.changes.new, both.changes.unchanged, both.changes.missing) == (0, 2, 0)
    found = startup(store, "Acme Robotics")
    assert (found.cash_usd, len(found.use_cases)) == (5, 2)
    for batch in (both.batch, done.batch, month.batch):
        undo_batch(store, LOCAL_OWNER, batch or 0)
    assert fund_hash(store) == before


def test_a_renamed_use_case_is_found_under_its_old_name(store: Store):
    publish(store, ACME, SEARCH)
    before = fund_hash(store)
    done = by_hand(rename, store, "Acme", "support", use_case="chat")
    month = publish(store, ACME | {"criticality": "4"}, SEARCH, complete_for="portfolio")
    assert (month.changes.new, month.changes.changed, month.changes.ended) == (0, 1, 0)
    assert [(one.name, one.criticality) for one in startup(store).use_cases] == [
        ("support", 4),
        ("search", None),
    ]
    undo_batch(store, LOCAL_OWNER, month.batch)
    undo_batch(store, LOCAL_OWNER, done.batch or 0)
    assert fund_hash(store) == before


def test_evidence_follows_a_new_name_and_comes_back(store: Store):
    publish(store, ACME)
    note = DrillNote(
        startup="Acme",
        kind=DrillKind.EXIT,
        held_on=date(2026, 11, 1),
        evals_passed=1,
        evals_total=2,
        conducted_by="Ann",
        source="test",
    )
    record_drill(store, LOCAL_OWNER, "Fund", note)
    record_decision(store, LOCAL_OWNER, "Fund", "Acme", "Claude API", owner="Ann")
    batches = [
        by_hand(rename, store, "Acme", "Bolt").batch,
        by_hand(rename, store, "Bolt", "support", use_case="chat").batch,
    ]
    assert [len(one) for one in evidence(store, "Bolt")] == [1, 1]
    (key,) = (one.key for one in startup(store, "Bolt").use_cases[0].dependencies)
    (drill,) = evidence(store, "Bolt")[0]
    assert (drill.drill.use_case, drill.drill.dependency_key) == ("support", key)
    for batch in reversed(batches):
        undo_batch(store, LOCAL_OWNER, batch or 0)
    assert [len(one) for one in evidence(store, "Acme")] == [1, 1]


def evidence(store: Store, name: str) -> tuple[list[Any], list[Any]]:
    drills = list_drills(store, LOCAL_OWNER, "Fund", startup=name)
    return list(drills), list(list_decisions(store, LOCAL_OWNER, "Fund", startup=name))


def test_two_startups_become_one_whose_own_facts_win(store: Store):
    publish(
        store,
        ACME | {"cash_usd": "5", "sector": "", "spend_usd": "100", "source": "board"},
        {"startup": "Acme Inc", "use_case": "chat", "provider": "OpenAI", "model": "gpt-4o"}
        | {"cash_usd": "7", "sector": "law", "spend_usd": "30", "region": "eu", "source": "call"},
        {"startup": "Acme Inc", "use_case": "chat", "provider": "Mistral", "spend_usd": "2"},
        {"startup": "Acme Inc", "use_case": "search", "provider": "Cohere"},
    )
    before = fund_hash(store)
    record_decision(
        store, LOCAL_OWNER, "Fund", "Acme Inc", "Claude API", owner="Ann", use_case="search"
    )
    done = by_hand(merge, store, "Acme", "acme inc")
    assert done.said == "Acme Inc merged into Acme"
    found = startup(store)
    assert [one.name for one in load_portfolio(store, LOCAL_OWNER, "Fund").startups] == ["Acme"]
    assert (found.cash_usd, found.sector) == (5, "law")
    assert found.sources == {"cash_usd": "board", "sector": "call"}
    stands = {
        (case.name, one.provider_text): (one.spend_usd_per_month, one.region)
        for case in found.use_cases
        for one in case.dependencies
    }
    assert stands == {
        ("chat", "OpenAI"): (100, "eu"),
        ("chat", "Mistral"): (2, None),
        ("search", "Cohere"): (None, None),
    }
    assert len(evidence(store, "Acme")[1]) == 1
    month = publish(
        store,
        {"startup": "Acme Inc", "use_case": "search", "provider": "Cohere", "spend_usd": "1"},
    )
    assert (month.changes.new, month.changes.changed) == (0, 1)
    undo_batch(store, LOCAL_OWNER, month.batch)
    undo_batch(store, LOCAL_OWNER, done.batch or 0)
    assert fund_hash(store) == before
    assert [len(evidence(store, one)[1]) for one in ("Acme", "Acme Inc")] == [0, 1]


def test_two_dependencies_become_one_with_the_spend_of_both(store: Store):
    azure = ACME | {"provider": "Azure OpenAI", "model": ""}
    publish(
        store,
        ACME | {"spend_usd": "100", "share": "0.25"},
        azure | {"spend_usd": "40", "share": "", "notice_days": "30"},
    )
    before = fund_hash(store)
    done = by_hand(merge, store, "Acme", "Azure OpenAI", use_case="chat", provider="OpenAI")
    (one,) = startup(store).use_cases[0].dependencies
    assert (one.provider_text, one.model) == ("OpenAI", "GPT-4o")
    assert (one.spend_usd_per_month, one.share, one.notice_days) == (140, 0.25, 30)
    told = {each.field: (each.before, each.after) for each in done.rows[0].fields}
    assert told == {"spend_usd": (100, 140), "notice_days": (None, 30)}
    # The merged spelling is found under the kept one, which keeps its own.
    month = publish(store, azure | {"spend_usd": "150"}, complete_for="portfolio")
    assert (month.changes.new, month.changes.changed, month.changes.ended) == (0, 1, 0)
    (one,) = startup(store).use_cases[0].dependencies
    assert (one.provider_text, one.model, one.spend_usd_per_month) == ("OpenAI", "GPT-4o", 150)
    for batch in (done.batch, month.batch):
        undo_batch(store, LOCAL_OWNER, batch or 0)
    assert fund_hash(store) == before


def test_shares_add_up_to_the_whole_at_most(store: Store):
    publish(store, ACME | {"share": "0.7"}, ACME | {"provider": "Azure OpenAI", "share": "0.7"})
    by_hand(merge, store, "Acme", "Azure OpenAI", use_case="chat", provider="OpenAI")
    (one,) = startup(store).use_cases[0].dependencies
    assert one.share == 1


def test_a_change_by_hand_is_told_in_the_audit_trail(store: Store):
    publish(store, ACME)
    done = by_hand(end, store, "Acme", "chat", reason="sold")
    row = list_audit(store, LOCAL_OWNER)[0]
    assert (row.action, row.object_name, row.reason) == (
        "change register",
        f"Fund: batch {done.batch}",
        "sold",
    )


def test_the_same_change_twice_is_two_batches(store: Store):
    publish(store, ACME)
    batches = []
    for _ in range(2):
        batches.append(by_hand(rename, store, "Acme", "Bolt").batch)
        batches.append(by_hand(rename, store, "Bolt", "Acme").batch)
    assert len(set(batches)) == 4


STARTUPS_NAMED = st.sampled_from(["Acme", "Zeta", "Bolt"])
CASES = st.sampled_from(["chat", "search", "sales"])
PROVIDERS = st.sampled_from(["OpenAI", "Slack"])
CHANGES = st.one_of(
    st.tuples(st.just("file"), FILES, SCOPES),
    st.tuples(st.just("end"), STARTUPS_NAMED, CASES, st.none() | PROVIDERS),
    st.tuples(st.just("exit"), STARTUPS_NAMED),
    st.tuples(st.just("rename"), STARTUPS_NAMED, STARTUPS_NAMED, st.none()),
    st.tuples(st.just("rename"), STARTUPS_NAMED, CASES, CASES),
    st.tuples(st.just("merge"), STARTUPS_NAMED, STARTUPS_NAMED, st.none()),
    st.tuples(st.just("merge"), STARTUPS_NAMED, PROVIDERS, CASES, PROVIDERS),
)


def carried_out(store: Store, portfolio: str, change: tuple[Any, ...]) -> int | None:
    """The batch of a change; None: it was refused, or said nothing new."""
    kind, *said = change
    if kind == "file":
        rows, scope = said
        published = publish(store, *rows, portfolio=portfolio, complete_for=scope)
        return None if published.already else published.batch
    try:
        if kind == "end":
            return end(store, LOCAL_OWNER, portfolio, *said).batch
        if kind == "exit":
            return exit_startup(store, LOCAL_OWNER, portfolio, *said).batch
        if kind == "rename":
            own, to, use_case = said
            return rename(store, LOCAL_OWNER, portfolio, own, to, use_case=use_case).batch
        own, other, use_case, *kept = said
        more = {"use_case": use_case, "provider": kept[0] if kept else None}
        return merge(store, LOCAL_OWNER, portfolio, own, other, **more).batch
    except (Refused, PortfolioNotFound):
        return None


@given(st.lists(CHANGES, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_was_changed_undoing_all_of_it_in_any_order_leaves_what_was_there(
    store: Store, changes: list[tuple[Any, ...]], order: Random
):
    portfolio = f"Fund {secrets.token_hex(8)}"
    publish(
        store,
        ACME | {"cash_usd": "10", "source": "board"},
        ACME | {"use_case": "search", "provider": "Slack"},
        ACME | {"startup": "Zeta", "provider": "Slack"},
        portfolio=portfolio,
    )
    before = state_hash(store, LOCAL_OWNER, portfolio)
    batches = [one for each in changes if (one := carried_out(store, portfolio, each))]
    counted = list_portfolios(store, LOCAL_OWNER)
    live = select(func.count()).select_from(STARTUPS).where(STARTUPS.c.until.is_(None))
    with store.read() as session:
        every = session.scalar(live)
    assert sum(one.startups for one in counted) == every
    order.shuffle(batches)
    for batch in batches:
        undo_batch(store, LOCAL_OWNER, batch)
    assert state_hash(store, LOCAL_OWNER, portfolio) == before


def test_what_funds_hold_follows_a_new_name_and_is_found_under_the_old_one(store: Store):
    publish(store, ACME)
    file = HoldingsFile(data=b"company,fund,value\nAcme,Growth,20\n", file_name="h.csv")
    import_holdings(store, LOCAL_OWNER, "Fund", file)
    done = by_hand(rename, store, "Acme", "Bolt")
    assert [one.startup for one in list_holdings(store, LOCAL_OWNER, "Fund")] == ["Bolt"]
    more = HoldingsFile(data=b"company,fund,value\nAcme,Growth,30\n", file_name="i.csv")
    import_holdings(store, LOCAL_OWNER, "Fund", more)
    (held,) = list_holdings(store, LOCAL_OWNER, "Fund")
    assert (held.startup, held.value) == ("Bolt", 30)
    undo_batch(store, LOCAL_OWNER, done.batch or 0)
    assert [one.startup for one in list_holdings(store, LOCAL_OWNER, "Fund")] == ["Acme"]


def test_a_name_before_the_last_leads_to_what_a_startup_was_merged_into(store: Store):
    publish(store, ACME, ACME | {"startup": "Zeta", "provider": "Slack"})
    by_hand(rename, store, "Zeta", "Bolt")
    by_hand(merge, store, "Acme", "Bolt")
    again = {"use_case": "search", "provider": "Slack"}
    publish(store, ACME | again, ACME | again | {"startup": "Zeta"})
    (only,) = load_portfolio(store, LOCAL_OWNER, "Fund").startups
    assert [len(one.dependencies) for one in only.use_cases if one.name == "search"] == [1]
