import pytest

from risk.assumptions import DEFAULTS
from risk.inventory.records import Portfolio
from risk.portfolio.results import DependenceShare
from risk.portfolio.standing import Standing, standings
from tests.small_world import dependency, portfolio, small_catalog, startup

#: Ash names Alpha, Birch a hosted copy of Alpha, Cole names Beta, which Nimbus carries.
BOOK = portfolio(
    startup("Ash", dependency("ash", "Alpha", "Alpha")),
    startup("Birch", dependency("birch", "Alpha", "Cloud")),
    startup("Cole", dependency("cole", "Beta", "Beta")),
)


def share(developer: str, host: str, name: str, usd: float) -> DependenceShare:
    return DependenceShare(developer=developer, host=host, startup=name, margin_usd_per_year=usd)


DEPENDENCE = (
    share("Alpha", "Alpha", "Ash", 600),
    share("Alpha", "Cloud", "Birch", 300),
    share("Beta", "Beta", "Cole", 100),
)


def found(book: Portfolio = BOOK) -> dict[str, Standing]:
    return standings(book, catalog=small_catalog(), assumptions=DEFAULTS, dependence=DEPENDENCE)


def test_a_startup_stands_directly_on_the_developer_and_the_host_it_named() -> None:
    assert [one.startup for one in found()["Alpha"].startups] == ["Ash", "Birch"]
    assert found()["Alpha"].direct == 2
    assert found()["Cloud"].direct == 1


def test_a_startup_stands_through_others_on_what_is_behind_its_provider() -> None:
    nimbus = found()["Nimbus"]
    assert (nimbus.direct, nimbus.through_others) == (0, 1)
    assert nimbus.startups[0].startup == "Cole"
    assert nimbus.startups[0].paths == (("Nimbus", "Beta", "Beta API"),)
    assert nimbus.startups[0].use_cases == ("assistant",)


def test_margin_counts_once_however_a_provider_is_reached() -> None:
    # Alpha develops both: (600 + 300) / 1,000; Nimbus carries only Beta: 100 / 1,000
    assert found()["Alpha"].margin_share == pytest.approx(0.9)
    assert found()["Alpha"].direct_margin_share == pytest.approx(0.9)
    assert found()["Nimbus"].margin_share == pytest.approx(0.1)
    assert found()["Nimbus"].direct_margin_share == 0


def test_without_any_margin_the_share_is_unknown() -> None:
    known = standings(BOOK, catalog=small_catalog(), assumptions=DEFAULTS, dependence=())
    assert known["Alpha"].margin_share is None


def test_a_model_run_by_oneself_stands_on_no_host() -> None:
    book = portfolio(startup("Ash", dependency("ash", "Beta", "self-hosted", model="beta-open")))
    assert "self-hosted" not in found(book)


def test_nobody_stands_on_anything_in_an_empty_portfolio() -> None:
    assert found(portfolio()) == {}
