"""Columns read straight from the store are those that the records of a register make."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from db.engine import Store
from db.records import DrillRecord, JudgementRecord
from db.register.loss_columns import AT_ONCE, Read, joined, read_evidence, read_startups, stretches
from db.register.naming import comparison_key
from db.register.portfolios import find_portfolio
from db.services.access import LOCAL_OWNER
from db.services.assumptions import load_assumptions, set_assumption
from db.services.drills import DrillNote, record_drill, withdraw_drill
from db.services.imports import undo_batch
from db.services.judgements import judge, take_back_judgement
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.reference import load_catalog
from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import Judgement, Topic
from risk.assumptions import DEFAULTS
from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Portfolio,
    Requirement,
    Startup,
    SwitchBegun,
    UseCase,
)
from risk.loss.columns import AGREEMENT, DATED, NO_AGREEMENT, Columns, columns_of
from tests.db.inventories import ACME, publish

TODAY = date(2026, 11, 23)
REGISTER = ("startups", "use_cases", "dependencies", "facts")
_numbers = count(1)


def read(store: Store, portfolio: str = "Fund", *, at_once: int = AT_ONCE) -> Columns:
    return read_all(store, portfolio, at_once=at_once).columns


def read_all(store: Store, portfolio: str = "Fund", *, at_once: int = AT_ONCE) -> Read:
    catalog = load_catalog(store, LOCAL_OWNER)
    assumptions = load_assumptions(store, LOCAL_OWNER, portfolio)
    with store.read() as session:
        found = find_portfolio(session, portfolio)
        assert found is not None
        return joined(
            read_startups(
                session,
                found.id,
                evidence=read_evidence(session, found.id),
                catalog=catalog,
                assumptions=assumptions,
                today=TODAY,
                numbers=numbers,
            )
            for numbers in stretches(session, found.id, size=at_once)
        )


def made_of_records(store: Store, portfolio: str = "Fund") -> Columns:
    catalog = load_catalog(store, LOCAL_OWNER)
    startups = load_portfolio(store, LOCAL_OWNER, portfolio).startups
    return columns_of(startups, catalog=catalog, today=TODAY)


def assert_equal(found: Columns, wanted: Columns) -> None:
    assert found.countries == wanted.countries
    assert found.endpoints == wanted.endpoints
    for level in ("startups", "cases", "dependencies"):
        ours, theirs = getattr(found, level), getattr(wanted, level)
        for one in fields(theirs):
            values = getattr(ours, one.name)
            assert values.dtype == getattr(theirs, one.name).dtype, one.name
            np.testing.assert_array_equal(values, getattr(theirs, one.name), err_msg=one.name)


def agreed(store: Store, portfolio: str = "Fund", **options: int) -> Columns:
    """What was read, which is what the records make."""
    found = read_all(store, portfolio, **options)
    assert_equal(found.columns, made_of_records(store, portfolio))
    assert_asked_are_equal(found, store, portfolio)
    return found.columns


def assert_asked_are_equal(found: Read, store: Store, portfolio: str) -> None:
    """Startups with open questions are laid out as if all were a yes."""
    records = load_portfolio(store, LOCAL_OWNER, portfolio).startups
    open_ones = [place for place, one in enumerate(records) if asks(one)]
    if not open_ones:
        assert found.asked is None
        return
    assert found.asked is not None
    assert found.asked.places.tolist() == open_ones
    catalog = load_catalog(store, LOCAL_OWNER)
    yes = [with_every_yes(records[place]) for place in open_ones]
    assert_equal(found.asked.columns, columns_of(yes, catalog=catalog, today=TODAY))
    assert found.asked.members.names == [one.name for one in yes]
    assert found.asked.members.keys == [
        link.key for one in yes for _, links in exposed_use_cases(one) for link in links
    ]


def asks(one: Startup) -> bool:
    return any(link.answer is Answer.ASK for case in one.use_cases for link in case.dependencies)


def with_every_yes(one: Startup) -> Startup:
    def answered(case: UseCase) -> UseCase:
        links = (
            replace(link, answer=Answer.YES) if link.answer is Answer.ASK else link
            for link in case.dependencies
        )
        return replace(case, dependencies=tuple(links))

    return replace(one, use_cases=tuple(answered(case) for case in one.use_cases))


def save(store: Store, *startups: Startup, name: str = "Fund") -> None:
    save_portfolio(store, LOCAL_OWNER, Portfolio(name=name, startups=startups))


def link(key: str, developer: str | None = "OpenAI", **facts: Any) -> Dependency:
    stated: dict[str, Any] = {"answer": Answer.YES, "developer": developer, **facts}
    return Dependency(key=key, provider_text=f"provider of {key}", **stated)


def case(name: str, *dependencies: Dependency, **facts: Any) -> UseCase:
    return UseCase(name=name, dependencies=dependencies, **facts)


def firm(name: str, *cases: UseCase, **facts: Any) -> Startup:
    return Startup(name=name, use_cases=cases, **facts)


@pytest.mark.parametrize("at_once", [10_000, 7, 1])
def test_the_demo_is_the_same_however_many_startups_are_read_at_once(
    store: Store, demo: Portfolio, at_once: int
):
    save_portfolio(store, LOCAL_OWNER, demo)
    found = agreed(store, "demo", at_once=at_once)
    assert (len(found.startups.row), len(found.dependencies.row)) == (61, 105)


def test_a_portfolio_without_startups_has_no_rows(store: Store):
    save(store)
    assert len(agreed(store).startups.row) == 0


def test_only_language_models_are_in_the_columns(store: Store):
    save(
        store,
        firm("Nothing", country="DE"),
        firm("No model", case("crm", link("1", answer=Answer.NO))),
        firm("Asked", case("chat", link("2", answer=Answer.ASK)), country="FR"),
        firm(
            "Mixed",
            case("empty"),
            case("chat", link("3", answer=Answer.ASK), link("4"), link("5", answer=Answer.NO)),
            case("crm", link("6", answer=Answer.NO)),
            case("search", link("7")),
            country="DE",
        ),
    )
    found = agreed(store)
    assert found.countries == ("DE", "", "FR")
    assert found.startups.country.tolist() == [0, 1, 2, 0]
    assert found.cases.startup.tolist() == [3, 3]
    assert found.dependencies.case.tolist() == [0, 1]


def test_use_cases_that_need_all_or_any_keep_their_dependencies_together(store: Store):
    two = (link("b", share=0.75), link("a", "Anthropic", share=0.25))
    save(
        store,
        firm("All", case("x", *two, requirement=Requirement.ALL, criticality=5)),
        firm("Any", case("x", link("d"), link("c"), requirement=Requirement.ANY, buffer_hours=4)),
        firm("Shared", case("x", link("f"), link("e"), revenue_share=0.5)),
    )
    found = agreed(store)
    assert found.cases.requirement.tolist() == [1, 2, 0]
    assert found.cases.criticality.tolist() == [5, -1, -1]
    assert found.dependencies.case.tolist() == [0, 0, 1, 1, 2, 2]


def test_an_endpoint_is_named_by_developer_host_and_model_and_a_backup_only_if_it_is_real(
    store: Store,
):
    backup = {"fallback_developer": "Anthropic", "fallback_host": "Anthropic"}
    links = [
        link("own", host="OpenAI", model="GPT-5.5"),
        link("host left open", host=UNSPECIFIED, model="GPT-5.5"),
        link("host unknown", model="GPT-5.5"),
        link("model unknown", host="OpenAI"),
        link("developer unknown", None, host="OpenRouter"),
        link("developer left open", UNSPECIFIED, host="OpenRouter"),
        link("nobody known", None),
        link("made up", "Nobody Ltd", host="Elsewhere", model="n-1"),
        *(link(f"backed {one}", fallback=one, **backup) for one in Fallback),
        link("backed perhaps", **backup),
        link("backed by nobody", fallback=Fallback.TESTED),
        link("backed left open", fallback=Fallback.TESTED, fallback_host=UNSPECIFIED),
        link("backed by a developer", fallback=Fallback.TESTED, fallback_developer="Anthropic"),
        link("backed by a host", fallback=Fallback.TESTED, fallback_host="OpenRouter"),
        link("backed by itself", fallback=Fallback.AUTOMATIC, fallback_developer="OpenAI"),
        *(link(f"in {region}", host="OpenAI", region=region) for region in ("eu", "us")),
    ]
    save(store, firm("Acme", *(case(one.key, one) for one in links)))
    found = agreed(store)
    places = dict(zip((one.key for one in links), found.dependencies.endpoint, strict=True))
    assert places["own"] == places["host left open"] == places["host unknown"]
    assert places["developer unknown"] == places["developer left open"]
    assert places["in eu"] == places["in us"] == places["model unknown"]
    backups = dict(zip((one.key for one in links), found.dependencies.backup, strict=True))
    none = {key for key, place in backups.items() if place < 0 and key.startswith("backed")}
    assert none == {
        "backed none",
        "backed perhaps",
        "backed by nobody",
        "backed left open",
    }


def test_what_the_law_asks_follows_from_data_and_contracts(store: Store):
    links = [
        link(f"{fallback!r} {data}", fallback=fallback, data_residency=data)
        for fallback in (None, *Fallback)
        for data in (None, "", "EU only", "Regulated customers must agree")
    ]
    save(store, firm("Acme", case("chat", *links)))
    assert sorted(set(agreed(store).dependencies.legal.tolist())) == [0, 1, 2, 3]


def test_what_imports_replaced_or_took_back_is_not_read(store: Store):
    publish(store, ACME | {"spend_usd": "12.34", "cash_usd": "10"})
    publish(store, ACME | {"use_case": "search", "region": "eu", "fallback": "tested"})
    publish(store, ACME | {"spend_usd": "56.78", "host": "Azure"})
    changed = agreed(store)
    assert changed.dependencies.spend.tolist()[:1] == [56.78]
    more = {"startup": "Zeta", "provider": "Mistral", "region": "us", "spend_usd": "1"}
    later = publish(store, more, ACME | {"spend_usd": "9", "criticality": "5"})
    assert len(agreed(store).startups.row) == 2
    undo_batch(store, LOCAL_OWNER, later.batch)
    assert_equal(agreed(store), changed)


def test_what_later_imports_add_stands_with_its_startup_and_use_case(store: Store):
    zeta = ACME | {"startup": "Zeta"}
    for row in (ACME, zeta, ACME | {"use_case": "search"}, zeta | {"provider": "Mistral"}):
        publish(store, row)
    publish(store, ACME | {"provider": "Anthropic"}, zeta | {"use_case": "another"})
    found = agreed(store)
    assert found.cases.startup.tolist() == [0, 0, 1, 1]
    assert found.dependencies.case.tolist() == [0, 0, 1, 2, 2, 3]


def test_ages_are_those_of_facts_or_else_of_their_startup_or_import(store: Store):
    publish(store, ACME | {"revenue_usd": "1000000", "engineers": "5", "as_of": "2026-11-13"})
    publish(store, ACME | {"use_case": "search", "engineers": "6"})
    save(
        store,
        firm(
            "Asked",
            case("x", link("a", as_of=date(2026, 11, 3)), link("b", answer=Answer.ASK)),
            as_of=date(2026, 10, 24),
            stated_on={"gross_margin": date(2026, 11, 22)},
            sources={"gross_margin": "the board"},
        ),
        firm(
            "Settled",
            case("x", link("c", as_of=date(2026, 11, 3)), link("d", as_of=TODAY)),
            case("y", link("e", as_of=date(2026, 10, 4), answer=Answer.NO)),
        ),
        firm("Undated", case("x", link("f", as_of=TODAY), link("g"))),
        name="Other",
    )
    agreed(store)
    found = agreed(store, "Other")
    assert found.startups.answered.tolist() == [0.5, 1, 1]
    # The no of 50 days ago is the oldest record; of two, one without a day leaves it unknown.
    np.testing.assert_array_equal(found.startups.answered_age, [np.nan, 50, np.nan])
    np.testing.assert_array_equal(found.startups.margin_age, [1, np.nan, np.nan])
    np.testing.assert_array_equal(found.startups.revenue_age, [30, np.nan, np.nan])
    np.testing.assert_array_equal(found.cases.age, [20, 0, 0])
    np.testing.assert_array_equal(found.dependencies.age, [20, 20, 0, 0, np.nan])


def test_another_portfolio_between_its_rows_is_not_read(store: Store):
    for place in range(4):
        name = ("Fund", "Other")[place % 2]
        publish(store, ACME | {"startup": f"Company {place}"}, portfolio=name)
    for at_once in (1, 10):
        assert len(agreed(store, at_once=at_once).startups.row) == 2


def test_drills_and_agreements_are_laid_over_the_inventory(store: Store):
    save(
        store,
        firm("Other", case("chat", link("c", fallback=Fallback.TESTED))),
        firm(
            "Acme",
            case("chat", link("a", fallback=Fallback.UNTESTED, fallback_developer="Anthropic")),
            case("search", link("b", fallback=Fallback.AUTOMATIC, exit_plan=ExitPlan.TESTED)),
        ),
    )
    held = DrillNote(
        startup="acme",
        use_case="chat",
        kind=DrillKind.FALLBACK,
        held_on=store.now().date() - timedelta(days=10),
        evals_passed=8,
        evals_total=10,
        hours=12,
        conducted_by="Ann",
        source="test",
    )
    before = agreed(store)
    fallback = record_drill(store, LOCAL_OWNER, "Fund", held)
    record_drill(store, LOCAL_OWNER, "Fund", replace(held, kind=DrillKind.EXIT, evals_passed=10))
    plan = Judgement(
        topic=Topic.EXIT_PLAN, value="written", reason="test", startup="Acme", use_case="search"
    )
    judge(store, LOCAL_OWNER, "Fund", plan)
    for topic, value in (
        (Topic.PROVIDER_NOTICE_DAYS, "90"),
        (Topic.ESCROW, "yes"),
        (Topic.FALLBACK_CAPACITY, "reserved"),
        (Topic.RESIDENCY, "EU"),
    ):
        said = replace(plan, topic=topic, value=value, use_case="chat")
        judge(store, LOCAL_OWNER, "Fund", said)
    failed = agreed(store, at_once=1).dependencies
    # 8 of 10 are fewer than the 90 % that must pass.
    assert failed.fallback.tolist() == [3, 2, 4]
    assert (failed.promised[1], failed.outlives[1], failed.reserved[1]) == (90, 1, 1)
    assert failed.plan.tolist() == [-1, 2, 1]
    set_assumption(store, LOCAL_OWNER, "Fund", "drill_pass_share", 0.75, "our bar")
    passed = agreed(store).dependencies
    assert (passed.fallback[1], passed.takeover[1]) == (3, 0.5)
    withdraw_drill(store, LOCAL_OWNER, fallback, reason="wrong company")
    take_back_judgement(store, LOCAL_OWNER, "Fund", plan)
    after = agreed(store).dependencies
    assert after.fallback.tolist() == before.dependencies.fallback.tolist()
    assert after.plan.tolist() == [-1, 2, 2]


def test_reserved_capacity_needs_no_new_agreement_whatever_the_fallback(store: Store):
    save(store, firm("Acme", case("chat", link("a", fallback=Fallback.DOCUMENTED), link("b"))))
    said = [("Acme", key, Topic.FALLBACK_CAPACITY, "reserved") for key in "ab"]
    assert agreed(store).dependencies.legal.tolist() == [AGREEMENT, AGREEMENT]
    note_evidence(store, "Fund", said=said)
    assert agreed(store).dependencies.legal.tolist() == [NO_AGREEMENT, NO_AGREEMENT]


def test_a_drill_of_a_backup_that_the_inventory_denies_gives_it_an_endpoint(store: Store):
    denied = link("a", fallback=Fallback.NONE, fallback_developer="Anthropic")
    save(store, firm("Acme", case("chat", denied)))
    note_evidence(store, "Fund", drills=[("Acme", "a", DrillKind.FALLBACK, 3, True, None)])
    found = agreed(store).dependencies
    assert (found.backup[0] >= 0, found.legal[0]) == (True, NO_AGREEMENT)


def by_row(found: Columns) -> dict[int, tuple[Any, ...]]:
    """Every dependency with all that is known of it, by its own row and those above it."""
    links, cases, firms = found.dependencies, found.cases, found.startups
    known = {}
    for place, row in enumerate(links.row.tolist()):
        owner = cases.startup[links.case[place]]
        end, backup = links.endpoint[place], links.backup[place]
        known[row] = (
            cases.row[links.case[place]],
            firms.row[owner],
            found.countries[firms.country[owner]],
            found.endpoints[end],
            None if backup < 0 else found.endpoints[backup],
            *(
                str(getattr(links, one.name)[place])
                for one in fields(links)
                if one.name not in ("case", "endpoint", "backup")
            ),
        )
    return known


def test_rows_hang_neither_on_names_nor_on_the_order_of_imports(store: Store, demo: Portfolio):
    turned = tuple(
        replace(one, name=f"Renamed {place}", use_cases=one.use_cases[::-1])
        for place, one in enumerate(reversed(demo.startups))
    )
    save(store, *demo.startups, name="First")
    save(store, *turned, name="Second")
    assert by_row(read(store, "First")) == by_row(read(store, "Second"))


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    heard: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    event.listen(store.read_engine, "before_cursor_execute", listen)
    yield heard
    event.remove(store.read_engine, "before_cursor_execute", listen)


def first_table(statement: str) -> str:
    return str(re.findall(r"FROM (\w+)", statement)[0])


def read_at_once(store: Store, name: str, catalog: Any, *, numbered: bool = True) -> Columns:
    with store.read() as session:
        found = find_portfolio(session, name)
        assert found is not None
        (numbers,) = stretches(session, found.id) if numbered else (None,)
        return read_startups(
            session,
            found.id,
            evidence=read_evidence(session, found.id),
            catalog=catalog,
            assumptions=DEFAULTS,
            today=TODAY,
            numbers=numbers,
        ).columns


def test_a_portfolio_is_the_same_when_no_numbers_are_named(store: Store, demo: Portfolio):
    save(store, *demo.startups[::-1], name="demo")
    save(store, *demo.startups[:3], name="Other")
    catalog = load_catalog(store, LOCAL_OWNER)
    found = read_at_once(store, "demo", catalog, numbered=False)
    assert_equal(found, made_of_records(store, "demo"))


def test_each_table_is_asked_once_for_the_columns_that_count(store: Store, demo: Portfolio):
    save_portfolio(store, LOCAL_OWNER, demo)
    with statements(store) as heard:
        read_at_once(store, "demo", load_catalog(store, LOCAL_OWNER))
    asked = [one for one in heard if one.startswith("SELECT") and "row_number" not in one]
    of_table = {name: [one for one in asked if first_table(one) == name] for name in REGISTER}
    assert [len(statements) for statements in of_table.values()] == [1, 1, 1, 1]
    everything = " ".join(one for (one,) in of_table.values())
    assert not re.search(r"\.(notes|website|name_key|source|provider_key)\b", everything)


class Counted(dict[str, Any]):
    """Services that count how often somebody looks through them."""

    looked = 0

    def values(self) -> Any:
        self.looked += 1
        return super().values()


def test_an_endpoint_is_looked_up_once_for_all_that_call_it(store: Store):
    backed = {"fallback": Fallback.TESTED, "fallback_developer": "Anthropic"}
    save(
        store,
        *(firm(f"S{one}", case("chat", link(f"{one}", **backed))) for one in range(20)),
        firm("Last", case("chat", link("last", "Mistral"))),
    )
    catalog = load_catalog(store, LOCAL_OWNER)
    services = Counted(catalog.services)
    read_at_once(store, "Fund", replace(catalog, services=services))
    # OpenAI, Mistral; and for the backup itself and no backup, that and where an empty one is.
    assert services.looked <= 6


def note_evidence(
    store: Store,
    name: str,
    *,
    drills: list[tuple[str, str, DrillKind, int, bool, float | None]] | None = None,
    said: list[tuple[str, str, Topic, str | None]] | None = None,
) -> None:
    """Keep evidence as it lies in the store, whether or not what it is about exists."""
    with store.write() as session:
        found = find_portfolio(session, name)
        assert found is not None
        about = {"portfolio_id": found.id, "use_case": "any"}
        for startup, key, kind, days, passed, hours in drills or ():
            session.add(
                DrillRecord(
                    **about,
                    startup=startup,
                    startup_key=comparison_key(startup),
                    dependency_key=key,
                    kind=kind,
                    held_on=TODAY - timedelta(days=days),
                    evals_passed=10 * passed,
                    evals_total=10,
                    hours=hours,
                    conducted_by="Ann",
                    source="test",
                    recorded_by="Ann",
                    recorded_at=store.now(),
                )
            )
        for startup, key, topic, value in said or ():
            session.add(
                JudgementRecord(
                    **about,
                    startup=startup,
                    startup_key=comparison_key(startup),
                    dependency_key=key,
                    topic=topic.value,
                    subject="",
                    other="",
                    value=value,
                    reason="test",
                    changed_by="Ann",
                    changed_at=store.now(),
                )
            )


def perhaps(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


FRACTION = st.none() | st.floats(0, 1)
CENTS = st.none() | st.integers(0, 10**13).map(lambda cents: cents / 100)
PROVIDERS = perhaps("OpenAI", "Anthropic", "Nobody Ltd", UNSPECIFIED, "")
HOSTS = perhaps("OpenAI", "Azure", "self-hosted", UNSPECIFIED, "")
DAYS = perhaps(TODAY, date(2024, 2, 29), date(2026, 11, 22))
LINKS = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["a", "b", "é", "𝔸"]),
        "answer": st.sampled_from([Answer.YES, Answer.YES, *Answer]),
        "developer": PROVIDERS,
        "host": HOSTS,
        "model": perhaps("GPT-5.5", "n-1"),
        "region": perhaps("eu", "us"),
        "data_residency": perhaps("", "EU", "regulated", "mit Einwilligung"),
        "share": FRACTION,
        "spend_usd_per_month": CENTS,
        "depth": perhaps(*Depth),
        "fallback": perhaps(*Fallback),
        "fallback_developer": PROVIDERS,
        "fallback_host": HOSTS,
        "fallback_tested_on": perhaps(TODAY, date(2025, 1, 31)),
        "exit_plan": perhaps(*ExitPlan),
        "switch_begun": perhaps(*SwitchBegun),
        "notice_days": st.none() | st.floats(0, 1e4),
        "contract_end": st.none() | st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        "as_of": DAYS,
    }
)
CASES = st.fixed_dictionaries(
    {
        "dependencies": st.lists(LINKS, max_size=3),
        "criticality": perhaps(1, 2, 3, 4, 5),
        "revenue_share": FRACTION,
        "buffer_hours": st.none() | st.floats(0, 1e4),
        "requirement": st.sampled_from(Requirement),
    }
)
FIRMS = st.fixed_dictionaries(
    {
        "use_cases": st.lists(CASES, max_size=3),
        "country": perhaps("DE", "US", ""),
        "annual_revenue_usd": CENTS,
        "gross_margin": FRACTION,
        "ai_revenue_share": FRACTION,
        "engineers": st.none() | st.floats(0, 1e5),
        "cash_usd": CENTS,
        "monthly_burn_usd": CENTS,
        "as_of": DAYS,
        "sources": st.dictionaries(st.sampled_from(DATED), st.just("the board")),
        "stated_on": st.dictionaries(
            st.sampled_from([*DATED, "cash_usd"]), DAYS.filter(lambda day: day is not None)
        ),
    }
)
KEYS = st.sampled_from(["a 0", "b 0", "a 1", "b 1", "gone"])
NAMES = st.sampled_from(["Company 0", "COMPANY 1", "Gone"])
DRILLS = st.tuples(
    NAMES,
    KEYS,
    st.sampled_from(DrillKind),
    st.integers(0, 900),
    st.booleans(),
    st.none() | st.floats(0, 8760),
)
JUDGEMENTS = st.builds(
    lambda about, what: (*about, *what),
    st.tuples(NAMES, KEYS),
    st.sampled_from(
        [
            (Topic.PROVIDER_NOTICE_DAYS, "90"),
            (Topic.PROVIDER_NOTICE_DAYS, "0"),
            (Topic.ESCROW, "yes"),
            (Topic.ESCROW, "no"),
            (Topic.STEP_IN, "yes"),
            (Topic.STEP_IN, None),
            (Topic.FALLBACK_CAPACITY, "reserved"),
            (Topic.FALLBACK_CAPACITY, "new"),
            (Topic.EXIT_PLAN, "written"),
            (Topic.EXIT_PLAN, "tested"),
            (Topic.RESIDENCY, "EU"),
        ]
    ),
)


def startups_of(drawn: list[dict[str, Any]]) -> list[Startup]:
    """Startups whose dependencies' keys differ, but stand in any order."""
    made = []
    for place, facts in enumerate(drawn):
        numbers = count()
        cases = [
            case(
                f"case {order}",
                *(
                    Dependency(
                        **one | {"key": f"{one['key']} {next(numbers)}"},
                        provider_text=f"p{number}",
                    )
                    for number, one in enumerate(of_case["dependencies"])
                ),
                **{name: value for name, value in of_case.items() if name != "dependencies"},
            )
            for order, of_case in enumerate(facts["use_cases"])
        ]
        made.append(Startup(**facts | {"use_cases": tuple(cases)}, name=f"Company {place}"))
    return made


@given(
    drawn=st.lists(FIRMS, max_size=4),
    drills=st.lists(DRILLS, max_size=4),
    said=st.lists(JUDGEMENTS, max_size=4),
    at_once=st.sampled_from([1, 2, 10]),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_any_register_reads_as_its_records_do(
    store: Store, drawn: list[Any], drills: list[Any], said: list[Any], at_once: int
):
    name = f"Fund {next(_numbers)}"
    save(store, *startups_of(drawn), name=name)
    note_evidence(store, name, drills=drills, said=said)
    agreed(store, name, at_once=at_once)
