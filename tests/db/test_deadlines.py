"""What ends when for a stored portfolio is what its records say, row for row."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.services.access import LOCAL_OWNER
from db.services.deadlines import portfolio_deadlines
from db.services.hazard import hazard_for_scores
from db.services.portfolios import load_portfolio, save_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Portfolio, Startup, UseCase
from risk.loss.valuation import valuation_of
from risk.portfolio.deadlines import (
    DeadlineCalendar,
    DeadlineKind,
    deadline_calendar,
    renewals_of,
    told_by,
)

TODAY = date(2026, 11, 23)


def stored(store: Store, days: int = 365, portfolio: str = "demo") -> DeadlineCalendar:
    return portfolio_deadlines(store, LOCAL_OWNER, portfolio, today=TODAY, days=days)


def of_records(store: Store, days: int = 365, portfolio: str = "demo") -> DeadlineCalendar:
    held = load_portfolio(store, LOCAL_OWNER, portfolio)
    hazard = hazard_for_scores(store, LOCAL_OWNER, DEFAULTS, today=TODAY)
    laid_out = valuation_of(held, catalog=hazard.catalog, assumptions=DEFAULTS, today=TODAY)
    return deadline_calendar(laid_out, renewals_of(held), told_by(held), days=days)


def test_the_calendar_is_that_of_the_records(store: Store, demo: Portfolio):
    # Between the dependencies that count lie some that do not, and the names are in no order.
    renewing = [
        replace(
            startup,
            use_cases=tuple(
                replace(
                    case,
                    dependencies=tuple(
                        replace(one, renewal=TODAY + timedelta(days=number + 7 * place))
                        if (number + place) % 3
                        else one
                        for place, one in enumerate(case.dependencies)
                    ),
                )
                for case in startup.use_cases
            ),
        )
        for number, startup in enumerate(reversed(demo.startups))
    ]
    save_portfolio(store, LOCAL_OWNER, replace(demo, startups=tuple(renewing)))
    found, wanted = stored(store), of_records(store)
    assert len(found) == len(wanted) > 50

    def by_name(one: DeadlineCalendar):
        return sorted(
            one.deadlines, key=lambda each: (each.startup, each.dependency_key, each.kind)
        )

    assert by_name(found) == by_name(wanted)
    for count in ("dependencies", "without_model", "without_renewal", "renewals_passed"):
        assert getattr(found, count) == getattr(wanted, count), count
    assert {one.kind for one in found.deadlines} == set(DeadlineKind)


def test_who_is_changed_meanwhile_is_not_told_wrongly(store: Store):
    def saved(*keys: str) -> None:
        links = tuple(
            Dependency(
                key=key,
                provider_text=f"OpenAI {key}",
                answer=Answer.YES,
                developer="OpenAI",
                host="OpenAI",
                renewal=TODAY + timedelta(days=9),
            )
            for key in keys
        )
        case = UseCase(name="assistant", dependencies=links)
        save_portfolio(
            store,
            LOCAL_OWNER,
            Portfolio(name="Fund", startups=(Startup(name="Acme", use_cases=(case,)),)),
        )

    saved("a")
    before = stored(store, portfolio="Fund")
    saved("a", "b")
    with pytest.raises(Refused, match="changed meanwhile"):
        _ = before.deadlines
    assert [one.dependency_key for one in stored(store, portfolio="Fund").deadlines] == ["a", "b"]


@pytest.mark.parametrize("days", [0, 3_651])
def test_a_horizon_that_nobody_plans_for_is_refused(store: Store, days: int):
    with pytest.raises(Refused, match="days ahead"):
        stored(store, days)


def test_a_portfolio_that_does_not_exist_is_named(store: Store):
    with pytest.raises(PortfolioNotFound):
        stored(store, portfolio="Nobody")
