"""Who depends on whom, directly and through others, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from risk.catalog.records import Answer
from risk.inventory.records import Portfolio
from risk.loss.valuation import valuation_of
from risk.portfolio.providers import (
    Dependence,
    How,
    OpenTexts,
    dependents_of,
    users_of,
    ways_to,
)
from tests.small_world import PLAIN, TODAY, dependency, portfolio, small_catalog, startup

#: Ash names Alpha, Birch a hosted copy of Alpha, Cole names Beta, which Nimbus carries.
#: Their margins are as 6 : 3 : 1.
BOOK = portfolio(
    startup("Ash", dependency("ash", "Alpha", "Alpha"), annual_revenue_usd=6e6),
    startup("Birch", dependency("birch", "Alpha", "Cloud"), annual_revenue_usd=3e6),
    startup("Cole", dependency("cole", "Beta", "Beta"), annual_revenue_usd=1e6),
)
UNSTATED = startup("Cole", dependency("cole", "Beta", "Beta"), annual_revenue_usd=None)


def found(book: Portfolio = BOOK) -> Dependence:
    held = valuation_of(book, catalog=small_catalog(), assumptions=PLAIN, today=TODAY)
    return dependents_of(held)


def test_a_startup_depends_directly_on_the_developer_and_the_host_it_named() -> None:
    assert [one.startup for one in found()["Alpha"].startups()] == ["Ash", "Birch"]
    assert found()["Alpha"].direct == 2
    assert found()["Cloud"].direct == 1


def test_a_startup_depends_through_others_on_what_is_behind_its_provider() -> None:
    nimbus = found()["Nimbus"]
    assert (nimbus.direct, nimbus.through_others, len(nimbus)) == (0, 1, 1)
    (one,) = nimbus.startups()
    assert (one.startup, one.direct) == ("Cole", False)
    assert one.paths == (("Nimbus", "Beta", "Beta API"),)
    assert (one.use_cases, one.named) == (1, ("assistant",))


def test_margin_counts_once_however_a_provider_is_reached() -> None:
    # Alpha develops both: (6 + 3) / 10; Nimbus carries only Beta: 1 / 10
    assert found()["Alpha"].margin_share == pytest.approx(0.9)
    assert found()["Alpha"].direct_margin_share == pytest.approx(0.9)
    assert found()["Nimbus"].margin_share == pytest.approx(0.1)
    assert found()["Nimbus"].direct_margin_share == 0


def test_the_share_of_a_margin_that_is_stated_has_no_range_and_of_an_unknown_one_it_has() -> None:
    # Where everything is stated it is 9 of 10 in each world.
    stated = found()["Alpha"].margin_range
    assert stated is not None
    assert (stated.low, stated.high) == pytest.approx((0.9, 0.9))
    # Without Cole's revenue r it is 9 / (9 + r): below 9 / 10 where Cole is larger than 1.
    unsure = replace(BOOK, startups=(*BOOK.startups[:2], UNSTATED))
    alpha, nimbus = found(unsure)["Alpha"], found(unsure)["Nimbus"]
    assert alpha.margin_range is not None
    assert nimbus.margin_range is not None
    assert 0 < alpha.margin_range.low < alpha.margin_range.high < 1
    # Nimbus carries all the rest: the ends of its range are those of Alpha's, turned round.
    assert nimbus.margin_range.low == pytest.approx(1 - alpha.margin_range.high)
    assert nimbus.margin_range.high == pytest.approx(1 - alpha.margin_range.low)


def test_without_any_margin_the_share_is_unknown() -> None:
    nothing = replace(BOOK.startups[0], annual_revenue_usd=0.0)
    assert found(portfolio(nothing))["Alpha"].margin_share is None
    assert found(portfolio(nothing))["Alpha"].margin_range is None


def test_a_startup_counts_once_with_each_path_that_leads_to_it() -> None:
    both = startup("Dove", dependency("one", "Beta", "Beta"), dependency("two", "Alpha", "Cloud"))
    again = replace(both.use_cases[0], name="again")
    names = found(portfolio(replace(both, use_cases=(*both.use_cases, again))))
    assert (names["Beta"].direct, names["Alpha"].direct, names["Nimbus"].through_others) == (
        1,
        1,
        1,
    )
    (one,) = names["Alpha"].startups()
    assert one.use_cases == 2
    assert one.paths == (("Alpha", "Alpha on Cloud"),)


def test_direct_ones_come_first_and_then_whoever_has_most_at_stake() -> None:
    # Elm calls Nimbus itself and has little, Fir and Cole stand on it through Beta.
    book = portfolio(
        *BOOK.startups,
        startup("Elm", dependency("elm", None, "Nimbus"), annual_revenue_usd=1e4),
        startup("Fir", dependency("fir", "Beta", "Beta"), annual_revenue_usd=9e6),
    )
    nimbus = found(book)["Nimbus"]
    assert [one.startup for one in nimbus.startups()] == ["Elm", "Fir", "Cole"]
    assert [one.startup for one in nimbus.startups(1, 2)] == ["Fir"]


def test_a_model_run_by_oneself_depends_on_no_host() -> None:
    book = portfolio(startup("Ash", dependency("ash", "Beta", "self-hosted", model="beta-open")))
    assert "self-hosted" not in found(book)


def test_nobody_depends_on_anything_in_an_empty_portfolio() -> None:
    assert not found(portfolio())


def test_users_of_a_model_are_told_by_where_they_use_it() -> None:
    book = portfolio(
        startup("Ash", dependency("a", "Alpha", "Alpha", model="alpha-1")),
        startup(
            "Birch",
            dependency("b", "Alpha", "Cloud", model="alpha-1"),
            dependency("c", "Alpha", "Alpha", model="alpha-1"),
        ),
        startup("Cole", dependency("d", "Beta", "Beta")),
    )
    held = valuation_of(book, catalog=small_catalog(), assumptions=PLAIN, today=TODAY)
    users = users_of(held)
    assert users.hosts == {"alpha-1": ("Alpha", "Cloud")}
    assert [users.names[row] for row in users.of("alpha-1")] == ["Ash", "Birch"]
    assert [users.names[row] for row in users.of("alpha-1", ("Cloud",))] == ["Birch"]
    assert users.of("beta-1").tolist() == []


def test_an_open_text_makes_a_startup_to_ask_and_never_a_dependent() -> None:
    # Dove's text may be Beta, whom Nimbus carries; Cole depends on Beta anyway. Elm's names nobody.
    book = portfolio(*BOOK.startups, startup("Dove"), startup("Elm"))
    held = valuation_of(book, catalog=small_catalog(), assumptions=PLAIN, today=TODAY)
    row = held.members.place
    texts = OpenTexts(
        rows=np.array([row["Dove"], row["Cole"], row["Elm"]]),
        place=np.array([0, 0, 1]),
        pairs=(("Beta", None), (None, None)),
    )
    told = dependents_of(held, texts)
    assert (told["Beta"].direct, told["Beta"].names(How.ASK)) == (1, ("Dove",))
    assert (told["Nimbus"].through_others, told["Nimbus"].names(How.ASK)) == (1, ("Dove",))
    assert told["Beta"].names() == ("Cole", "Dove")
    assert [held.members.names[place] for place in np.flatnonzero(told.untold).tolist()] == ["Elm"]
    dove, cole = told.marks([row["Dove"], row["Cole"]], ["Alpha", "Beta", "Nimbus"])
    assert dove == {"Beta": How.ASK, "Nimbus": How.ASK}
    assert cole == {"Beta": How.DIRECT, "Nimbus": How.THROUGH}


def test_a_host_without_whose_models_makes_everybody_on_offer_there_to_ask() -> None:
    # Alpha's models are on Cloud; Gale calls Cloud and does not say whose.
    told = found(portfolio(startup("Gale", dependency("gale", None, "Cloud"))))
    assert (told["Cloud"].direct, told["Cloud"].asked) == (1, 0)
    assert (told["Alpha"].direct, told["Alpha"].names(How.ASK)) == (0, ("Gale",))
    assert told.of("Beta").asked == 0


def test_ways_tell_by_which_dependency_and_on_which_path() -> None:
    asked = replace(dependency("open", "Beta", None), answer=Answer.ASK)
    hale = startup("Hale", dependency("sure", "Beta", "Beta"), asked)
    (through, perhaps) = ways_to(hale, "Nimbus", small_catalog(), PLAIN)
    assert (through.how, through.path) == (How.THROUGH, ("Nimbus", "Beta", "Beta API"))
    assert (perhaps.how, perhaps.dependency.key) == (How.ASK, "open")
    assert ways_to(hale, "Alpha", small_catalog(), PLAIN) == ()
