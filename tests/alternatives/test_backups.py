"""What proves a backup, how it wears out, and what a drill would take off the loss."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.alternatives.backups import BackupEvidence, backups_of
from risk.alternatives.evidence import Drill, DrillKind
from risk.alternatives.readiness import Proof, Tried, proof_of
from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import ExitPlan, Fallback, Portfolio
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.deadlines import Stated
from tests.small_world import TODAY, dependency, portfolio, startup
from ui.words import backup_words


def drill(age: int, passed: int = 50) -> Drill:
    return Drill(
        startup="Acme",
        use_case="assistant",
        dependency_key="a",
        kind=DrillKind.FALLBACK,
        held_on=TODAY - timedelta(days=age),
        evals_passed=passed,
        evals_total=50,
        hours=None,
        conducted_by="Ann",
        source="runbook",
    )


def proven(
    state: Fallback | ExitPlan | None = Fallback.TESTED,
    tested: int | None = None,
    tried: Drill | None = None,
) -> Proof | None:
    day = None if tested is None else TODAY - timedelta(days=tested)
    return proof_of(state, day, tried, assumptions=DEFAULTS, today=TODAY)


@pytest.mark.parametrize(
    ("age", "tried", "worth"),
    [
        (0, Tried.FRESH, 1.0),
        (90, Tried.FRESH, 1.0),  # in full for 90 days
        (135, Tried.WEARING, 0.5),  # half way from 90 to 180
        (162, Tried.WEARING, 0.2),
        (180, Tried.WORN, 0.0),
        (900, Tried.WORN, 0.0),
    ],
)
def test_a_passed_drill_counts_in_full_then_less_and_at_last_nothing(
    age: int, tried: Tried, worth: float
) -> None:
    found = proven(tried=drill(age))
    assert found == Proof(
        tried=tried,
        tried_on=TODAY - timedelta(days=age),
        by="Ann",
        worth=pytest.approx(worth),
        half_on=TODAY + timedelta(days=135 - age),
        nothing_on=TODAY + timedelta(days=180 - age),
    )


def test_what_was_not_shown_to_work_proves_nothing() -> None:
    def tried(*what: object, **how: object) -> Tried | None:
        found = proven(*what, **how)  # type: ignore[arg-type]
        assert found is None or found.worth == 0 or found.tried is Tried.FRESH
        return None if found is None else found.tried

    # 44 of 50 are 88 %, and 90 % must pass.
    assert tried(Fallback.UNTESTED, tried=drill(1, passed=44)) is Tried.FAILED
    for state in (Fallback.DOCUMENTED, Fallback.UNTESTED, Fallback.AUTOMATIC, ExitPlan.WRITTEN):
        assert tried(state) is Tried.NEVER
    assert tried(Fallback.TESTED) is tried(ExitPlan.TESTED) is Tried.UNDATED
    # Unknown and none are nothing to try.
    assert tried(None) is tried(Fallback.NONE) is tried(ExitPlan.NONE) is None
    # A newer test that the register states outweighs a failed drill; it names nobody.
    newer = proven(Fallback.TESTED, tested=3, tried=drill(30, passed=10))
    assert newer is not None
    assert (newer.tried, newer.by, newer.worth) == (Tried.FRESH, None, 1.0)


@given(st.integers(0, 400))
def test_the_days_that_are_told_are_those_of_the_worth(age: int) -> None:
    tried = drill(age)
    found = proven(tried=tried)
    assert found is not None
    assert found.half_on is not None
    assert found.nothing_on is not None

    def on(day: date) -> float:
        then = proof_of(Fallback.TESTED, None, tried, assumptions=DEFAULTS, today=day)
        assert then is not None
        return then.worth

    assert on(found.half_on) == pytest.approx(0.5)
    assert on(found.nothing_on) == 0 < on(found.nothing_on - timedelta(days=1))


# --- A portfolio of them --------------------------------------------------------------------------

BACKED = dependency(
    "a",
    "OpenAI",
    "OpenAI",
    model="GPT-4.1",
    spend_usd_per_month=5_000.0,
    fallback=Fallback.UNTESTED,
    fallback_developer="Anthropic",
    fallback_host="Anthropic",
)


def held(**changed: object) -> Portfolio:
    """One startup on a backup, one on a tested one, one without, and one of which nobody said."""
    one = replace(BACKED, **changed)
    old = TODAY - timedelta(days=200)
    others = (
        replace(BACKED, key="b", fallback=Fallback.TESTED, fallback_tested_on=old),
        dependency("c", "OpenAI", "OpenAI", fallback=Fallback.NONE),
        dependency("d", "OpenAI", "OpenAI", fallback=None),
    )
    names = ("Acme", "Bolt", "Cove", "Dune")
    return portfolio(
        *(
            startup(name, each, country="US")
            for name, each in zip(names, (one, *others), strict=True)
        )
    )


def laid_out(whole: Portfolio, catalog: Catalog) -> Valuation:
    return replace(
        valuation_of(whole, catalog=catalog, assumptions=DEFAULTS, today=TODAY),
        middle=True,
        count=1,
    )


def evidence_of(
    one: Valuation, drills: dict[int, Drill] | None = None, most: int = 9
) -> BackupEvidence:
    def told(links: object) -> list[Stated]:
        names = one.members
        return [
            Stated(
                use_case=(names.use_cases or [])[link],
                key=(names.keys or [])[link],
                provider=(names.texts or [])[link],
                developer=None,
                host=None,
                source=None,
            )
            for link in links  # type: ignore[attr-defined]
        ]

    return backups_of(one, one.answer.startups.mean, drills or {}, told, most=most)


def test_backups_are_counted_by_what_proves_them_and_told_by_what_a_drill_helps(
    catalog: Catalog,
) -> None:
    found = evidence_of(laid_out(held(), catalog))
    assert (found.dependencies, found.without, found.unknown, found.backups) == (4, 1, 1, 2)
    assert {tried: count for tried, count in found.counts.items() if count} == {
        Tried.NEVER: 1,
        Tried.WORN: 1,
    }
    assert {(one.startup, one.proof.tried, one.backup) for one in found.told} == {
        ("Acme", Tried.NEVER, "Claude API"),
        ("Bolt", Tried.WORN, "Claude API"),
    }
    # A worn test is worth what none is: both would gain the same.
    first, second = found.told
    assert first.removes.mean_usd == pytest.approx(second.removes.mean_usd, rel=1e-6)
    assert found.unproven_usd == pytest.approx(first.rests_usd + second.rests_usd)
    few = evidence_of(laid_out(held(), catalog), most=1)
    assert (len(few.told), few.more, few.backups) == (1, 1, 2)
    assert backup_words.finding(found) == (
        "1 of 2 backups were never tried; the try of 1 more proves nothing any more. "
        "A drill removes most at Acme and Bolt."
    )


def test_what_a_drill_removes_and_what_rests_on_it_is_what_the_register_would_then_lose(
    catalog: Catalog,
) -> None:
    def lost(**changed: object) -> float:
        return float(laid_out(held(**changed), catalog).answer.startups.mean[0])

    (acme,) = (one for one in evidence_of(laid_out(held(), catalog)).told if one.startup == "Acme")
    today = lost()
    tested = lost(fallback=Fallback.TESTED, fallback_tested_on=TODAY)
    # A drill changes no contract: without the backup the same agreement is there to leave under.
    assert acme.loss_usd == pytest.approx(today, rel=1e-6)
    assert acme.removes.mean_usd == pytest.approx(today - tested, rel=1e-6)
    assert acme.removes.mean_usd > 0
    assert 0 < acme.rests_usd <= lost(fallback=Fallback.NONE) - today + 1e-6


def test_a_failed_drill_is_told_of_its_own_dependency_alone(catalog: Catalog) -> None:
    found = evidence_of(laid_out(held(), catalog), {0: drill(3, passed=1)})
    assert (found.counts[Tried.FAILED], found.counts[Tried.NEVER]) == (1, 0)
    (failed,) = (one for one in found.told if one.proof.tried is Tried.FAILED)
    assert (failed.startup, failed.proof.by) == ("Acme", "Ann")


def test_a_portfolio_without_a_backup_has_nothing_to_try(catalog: Catalog) -> None:
    bare = portfolio(startup("Bare", dependency("x", "OpenAI", "OpenAI", fallback=Fallback.NONE)))
    found = evidence_of(laid_out(bare, catalog))
    assert (found.told, found.backups, found.unproven_usd) == ((), 0, 0)
    assert backup_words.rests_on_nothing(found) == ""
    assert backup_words.not_in_the_list(found) == [
        "1 of 1 dependency has none: there is nothing to try."
    ]
