"""Facts as columns: what nobody stated stays unknown, and nothing hangs on a startup's name."""

from dataclasses import replace

import numpy as np

from risk.inventory.records import (
    CapacityClass,
    Depth,
    ExitPlan,
    Fallback,
    Requirement,
    SwitchBegun,
    UseCase,
)
from risk.loss.columns import (
    AGREEMENT,
    CONSENT_OF_CUSTOMERS,
    NO_AGREEMENT,
    RESIDENCY,
    columns_of,
)
from risk.loss.exposures import LEVELS, SHARED, book_of
from tests.small_world import TODAY, dependency, small_catalog, startup

CATALOG = small_catalog()


def columns(*startups):
    return columns_of(startups, catalog=CATALOG, today=TODAY)


def bare(name="Bare", key="k"):
    silent = dict.fromkeys(
        ("share", "spend_usd_per_month", "depth", "fallback", "exit_plan", "notice_days")
    )
    facts = dict.fromkeys(
        ("annual_revenue_usd", "gross_margin", "ai_revenue_share", "engineers"),
    )
    return startup(
        name,
        dependency(key, "Alpha", "Alpha", **silent),
        case={"criticality": None, "buffer_hours": None},
        **facts,
    )


def test_what_nobody_stated_is_unknown_and_not_zero():
    found = columns(bare())
    firm, case, link = found.startups, found.cases, found.dependencies
    for values in (
        firm.revenue,
        firm.gross_margin,
        firm.ai_share,
        firm.engineers,
        case.buffer_hours,
        case.revenue_share,
        link.share,
        link.spend,
        link.notice,
        link.fallback_age,
    ):
        assert np.isnan(values).all()
    for codes in (case.criticality, link.fallback, link.depth, link.plan, link.begun, link.backup):
        assert (codes == -1).all()


def test_stated_facts_stand_in_their_columns():
    one = dependency(
        "d",
        "Alpha",
        "Cloud",
        depth=Depth.AGENTS,
        fallback=Fallback.TESTED,
        fallback_developer="Beta",
        exit_plan=ExitPlan.WRITTEN,
        provider_notice_days=90.0,
        fallback_capacity=CapacityClass.RESERVED,
        step_in=True,
        fallback_hours=12.0,
        switch_begun=SwitchBegun.YES,
    )
    found = columns(startup("One", one, country="DE"))
    link = found.dependencies
    assert found.countries == ("DE",)
    assert found.endpoints[link.endpoint[0]].service.host == "Cloud"
    assert found.endpoints[link.backup[0]].service.name == "Beta API"
    assert (link.depth[0], link.fallback[0], link.plan[0]) == (4, 3, 1)
    assert (link.promised[0], link.takeover[0]) == (90.0, 0.5)
    assert (link.outlives[0], link.reserved[0], link.begun[0]) == (1, 1, 1)
    late = columns(startup("One", replace(one, switch_begun=SwitchBegun.NO)))
    assert late.dependencies.begun[0] == 0


def test_what_the_law_asks_follows_from_data_and_contracts():
    cases = {
        NO_AGREEMENT: {"fallback": Fallback.AUTOMATIC},
        AGREEMENT: {"fallback": Fallback.DOCUMENTED},
        RESIDENCY: {"fallback": Fallback.AUTOMATIC, "data_residency": "EU only"},
        CONSENT_OF_CUSTOMERS: {"data_residency": "needs the consent of regulated customers"},
    }
    for code, facts in cases.items():
        assert (
            columns(startup("One", dependency("d", "Alpha", "Alpha", **facts))).dependencies.legal[
                0
            ]
            == code
        )


def test_rows_hang_on_keys_and_not_on_names():
    one, renamed = columns(bare("One")), columns(bare("Another"))
    np.testing.assert_array_equal(one.startups.row, renamed.startups.row)
    np.testing.assert_array_equal(one.cases.row, renamed.cases.row)
    np.testing.assert_array_equal(one.dependencies.row, renamed.dependencies.row)
    assert columns(bare(key="other")).dependencies.row[0] != one.dependencies.row[0]


def test_use_cases_without_a_language_model_are_left_out():
    idle = replace(bare(), use_cases=(UseCase(name="none", dependencies=()),))
    found = columns(idle, bare())
    assert len(found.startups.row) == 2
    assert found.cases.startup.tolist() == [1]


def test_a_stretch_holds_its_startups_rows_alone():
    three = book_of(columns(bare("a", "a"), two_cases(), bare("c", "c"))).exposures
    middle = three.stretch(1, 2)
    assert middle.case_start.tolist() == [0, 2]
    assert middle.link_start.tolist() == [0, 1, 3]
    for level, rows in (("startup", slice(1, 2)), ("case", slice(1, 3)), ("link", slice(1, 4))):
        for name in LEVELS[level]:
            np.testing.assert_array_equal(getattr(middle, name), getattr(three, name)[rows])


def two_cases():
    first = startup("b", dependency("b1", "Alpha", "Alpha"))
    second = startup(
        "b",
        dependency("b2", "Alpha", "Alpha"),
        dependency("b3", "Beta", "Beta"),
        requirement=Requirement.ALL,
    )
    return replace(first, use_cases=(*first.use_cases, *second.use_cases))


def test_like_use_cases_share_a_combination_and_single_ones_have_none():
    twice = replace(
        two_cases(),
        use_cases=(
            *two_cases().use_cases,
            *startup(
                "b",
                dependency("b4", "Alpha", "Alpha"),
                dependency("b5", "Beta", "Beta"),
                requirement=Requirement.ALL,
            ).use_cases,
        ),
    )
    book = book_of(columns(twice))
    assert len(book.combinations) == 1
    assert book.exposures.combination.tolist() == [-1, 0, 0]
    # Each of several that are all needed carries the whole use case.
    assert book.exposures.share.tolist() == [1, 1, 1, 1, 1]
    assert book.exposures.requirement[0] == SHARED
    assert len(book.routes) == 2


def test_stated_spend_is_added_up_with_the_part_that_it_is_of():
    # Two use cases of half the revenue each; one states its spend.
    first = startup("s", dependency("s1", "Alpha", "Alpha", spend_usd_per_month=400.0))
    second = startup("s", dependency("s2", "Beta", "Beta", spend_usd_per_month=None))
    one = replace(first, use_cases=(*first.use_cases, *second.use_cases))
    found = book_of(columns(one)).exposures
    assert (found.spent[0], found.backed[0]) == (400.0, 0.5)


def test_a_blank_startup_keeps_its_providers_and_nothing_else():
    known = book_of(columns(two_cases())).exposures
    blank = known.blank()
    assert np.isnan(blank.revenue).all()
    assert (blank.depth == -1).all()
    assert (blank.spent == 0).all()
    np.testing.assert_array_equal(blank.route, known.route)
