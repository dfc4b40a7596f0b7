"""A link tells the answer and the week of the overview, as far as its preset lets it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.kept_answers import worst_ending
from db.services.overview import portfolio_week
from db.services.share_contents import Narrowed, Wanted
from db.services.shares import create_share
from db.services.signals import add_signal
from db.sharing.naming import Names, labels_beside
from db.sharing.presets import Preset
from db.sharing.week_content import NOT_LISTED, ending_content, ending_of, week_content, week_of
from risk.hazard.signals import Signal
from risk.inventory.records import Portfolio, Startup
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.week import Item, News, Sort
from tests.sharing.links import TODAY, keep, link_of
from tests.sharing.test_hidden_money import register
from tests.sharing.test_parts import visit
from tests.ui import sample
from ui import wording
from ui.routes.shares import page_of
from ui.words import week_words

BY_LABEL = replace(labels_beside(sample.CATALOG), labels={"Acme Notes": "Company 1"})


def told(items: tuple[Item, ...], preset: Preset, names: Names = BY_LABEL) -> list[dict[str, Any]]:
    return week_content(items, Names() if preset.has_names else names, preset)


def test_a_week_says_the_same_read_back_as_on_the_overview():
    back = week_of(told(sample.WEEK, Preset.EVERYTHING))
    assert {one.sort for one in back} == {one.sort for one in sample.WEEK}
    for before, after in zip(sample.WEEK, back, strict=True):
        for words in (week_words.who, week_words.said, week_words.amount_said):
            assert words(after) == words(before)
        assert after.late == before.late


def test_whose_end_costs_most_is_read_back_as_it_was_told():
    known = ending_content(sample.ENDING, 0.5, Names(), Preset.EVERYTHING)
    assert ending_of(known) == sample.ENDING
    assert ending_content(None, None, Names(), Preset.EVERYTHING) is None


def test_without_names_a_company_is_its_label_and_amounts_have_two_digits():
    stake = replace(sample.WEEK[0].stake, usd=61_234.0)  # type: ignore[type-var]
    (first, *_) = told((replace(sample.WEEK[0], stake=stake),), Preset.NAMES)
    assert (first["startup"], first["usd"]) == ("Company 1", 61_000.0)
    (other,) = told(sample.WEEK[1:2], Preset.NAMES)  # of Bolt, which this link does not list
    assert other["startup"] == NOT_LISTED


def test_without_names_neither_days_of_contracts_nor_learned_rates_are_told():
    deadline = sample.WEEK[0].about
    assert isinstance(deadline, Deadline)
    notice = Item(sort=Sort.DEADLINE, about=replace(deadline, kind=DeadlineKind.NOTICE))
    learned = Item(sort=Sort.NEWS, about=News(provider=None, day=None, meaning="Zorblax"))
    assert len(told((notice, learned), Preset.EVERYTHING)) == 2
    assert told((notice, learned), Preset.NAMES) == []


def test_without_money_only_days_and_news_are_told_and_no_amount():
    known = told(sample.WEEK, Preset.MONEY)
    assert {one["sort"] for one in known} <= {"deadline", "news"}
    assert known
    assert not [one for one in known for name in one if name.endswith("usd") and one[name]]


def due(one: Startup, number: int) -> Startup:
    """The startup on a model that ends soon, under a contract of which notice is due."""
    (case,) = one.use_cases
    (link,) = case.dependencies
    link = replace(
        link,
        developer="OpenAI",
        host="OpenAI",
        model="GPT-4.1",
        renewal=TODAY + timedelta(days=33 + number % 2),
        notice_days=30.0,
    )
    return replace(one, use_cases=(replace(case, dependencies=(link,)),))


FUND = Portfolio(
    name="Zorblax Fund",
    startups=tuple(
        due(one, place) if place < 4 else one for place, one in enumerate(register(5).startups)
    ),
)


@pytest.fixture(scope="module")
def fund(store: Store) -> str:
    return keep(store, FUND)


def test_a_link_opens_with_the_sentence_and_the_week_of_the_overview(store: Store, fund: str):
    link = link_of(store, fund, Preset.EVERYTHING)
    ending = worst_ending(store, LOCAL_OWNER, fund, today=TODAY)
    assert ending is not None
    assert ending_of(link.content["ending"]) == ending
    assert f"If {ending.provider} ended tomorrow" in link.page
    assert wording.money(ending.median_usd) in link.page
    week = portfolio_week(store, LOCAL_OWNER, fund, today=TODAY)
    assert {Sort.DEADLINE, Sort.ACT} <= {one.sort for one in week}
    said = [(week_words.who(one), week_words.said(one)) for one in week]
    assert [(week_words.who(one), week_words.said(one)) for one in shown(link.content)] == said


def shown(content: dict[str, Any]) -> tuple[Item, ...]:
    return week_of(content["week"])


def test_a_link_without_names_tells_the_same_week_of_numbered_companies(store: Store, fund: str):
    link = link_of(store, fund, Preset.NAMES)
    sorts = [one.sort for one in shown(link_of(store, fund, Preset.EVERYTHING).content)]
    own = [one.sort for one in shown(link.content)]
    assert set(own) <= set(sorts)
    assert Sort.ACT in own
    assert all(str(week_words.who(one)).startswith("Company ") for one in shown(link.content))
    assert not [one.name for one in FUND.startups if one.name in link.everything]


def test_a_link_without_money_orders_its_days_by_day_and_name(store: Store, fund: str):
    days = [one.about for one in shown(link_of(store, fund, Preset.MONEY).content)]
    assert days
    assert all(isinstance(one, Deadline) for one in days)
    known = [(not one.late, one.day, one.startup.casefold()) for one in days]  # type: ignore[union-attr]
    assert known == sorted(known)
    richer = Portfolio(
        name="Richer",
        startups=tuple(
            replace(one, annual_revenue_usd=(one.annual_revenue_usd or 0.0) * (2.0 + place % 3))
            for place, one in enumerate(FUND.startups)
        ),
    )
    other = link_of(store, keep(store, richer), Preset.MONEY)
    assert [one.about for one in shown(other.content)] == days


def test_an_outline_has_neither_a_week_nor_whose_end_costs_most(store: Store, fund: str):
    content = link_of(store, fund, Preset.OUTLINE).content
    assert {"week", "ending"}.isdisjoint(content)


def test_the_week_of_a_filtered_link_is_of_its_companies_alone(store: Store, fund: str):
    kept = frozenset(one.name for one in FUND.startups[2:8])
    part = Narrowed(startups=kept, filters=("some",))
    for preset in (Preset.EVERYTHING, Preset.MONEY):
        week = shown(link_of(store, fund, preset, narrow=lambda _: part).content)
        assert week
        assert {week_words.who(one) for one in week} <= kept


def test_days_of_a_week_are_days(store: Store, fund: str):
    known = link_of(store, fund, Preset.EVERYTHING).content["week"]
    assert all(
        date.fromisoformat(one["day"]) >= TODAY for one in known if one["sort"] == "deadline"
    )


def test_a_live_link_tells_news_as_soon_as_it_is_kept(store: Store, fund: str):
    made = create_share(
        store, LOCAL_OWNER, Wanted(portfolio=fund, preset=Preset.MONEY, today=TODAY)
    )
    opened = visit(store, made)

    def heard() -> list[str]:
        week = shown(page_of(store, opened, today=TODAY).content)
        return [str(week_words.who(one)) for one in week if one.sort is Sort.NEWS]

    assert heard() == []
    at = datetime(2026, 11, 23, tzinfo=UTC)
    kind = "chief_executive_dismissed"
    add_signal(store, LOCAL_OWNER, Signal(provider="Cohere", kind=kind, at=at, source="test"))
    assert heard() == ["Cohere"]
