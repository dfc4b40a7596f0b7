"""The demo portfolio shows every page alive, and says that it is invented."""

import csv
import dataclasses
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from fixtures.demo import demo_portfolio
from risk.assumptions import DEFAULTS
from risk.catalog.records import SELF_HOSTED, Answer, Catalog
from risk.inventory.records import Dependency, Depth, Fallback, Portfolio, Requirement
from risk.inventory.resolution import Resolver
from risk.portfolio.assessment import assess_portfolio

FOLDER = Path(__file__).parents[1] / "fixtures"
INVENTED = "invented for demonstration"


def dependencies(portfolio: Portfolio) -> list[Dependency]:
    return [
        dependency
        for startup in portfolio.startups
        for use_case in startup.use_cases
        for dependency in use_case.dependencies
    ]


def test_every_row_says_that_it_is_invented():
    for name in (
        "demo_startups.csv",
        "demo_dependencies.csv",
        "demo_holdings.csv",
        "demo_contracts.csv",
    ):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            assert {row["source"] for row in csv.DictReader(file)} == {INVENTED}


def test_the_portfolio_is_marked_as_invented(demo: Portfolio):
    assert demo.name == "demo"
    assert demo.invented


def test_websites_are_addresses_that_nobody_can_own(demo: Portfolio):
    # RFC 2606 reserves .example.
    websites = [startup.website or "" for startup in demo.startups]
    assert all(re.fullmatch(r"https://[a-z]+\.example", website) for website in websites)
    assert len(set(websites)) == len(websites)


def test_reading_it_twice_gives_the_same(demo: Portfolio, catalog: Catalog):
    assert demo_portfolio(catalog) == demo


def test_there_are_about_sixty_startups(demo: Portfolio):
    assert 55 <= len(demo.startups) <= 65


def test_names_and_keys_are_unique(demo: Portfolio):
    names = [startup.name.casefold() for startup in demo.startups]
    keys = [dependency.key for dependency in dependencies(demo)]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)


def test_every_dependency_row_belongs_to_a_startup(demo: Portfolio):
    with (FOLDER / "demo_dependencies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["startup"] for row in rows} <= {startup.name for startup in demo.startups}
    assert len(dependencies(demo)) == len(rows)


def test_openai_carries_a_little_under_half_of_all_dependencies(demo: Portfolio):
    developers = Counter(one.developer for one in dependencies(demo))
    assert 0.40 <= developers["OpenAI"] / developers.total() <= 0.50


def test_many_developers_and_hosts_appear(demo: Portfolio):
    developers = {one.developer for one in dependencies(demo)}
    hosts = {one.host for one in dependencies(demo)}
    assert {
        "OpenAI",
        "Anthropic",
        "Google",
        "Mistral AI",
        "Meta",
        "DeepSeek",
        "xAI",
        "Cohere",
        "Perplexity",
    } <= developers
    assert {
        "OpenAI",
        "Microsoft Azure",
        "Amazon Web Services",
        "Google Cloud",
        "Groq",
        "Together AI",
        "Microsoft",
        "OpenRouter",
        SELF_HOSTED,
    } <= hosts


def test_providers_models_and_fallbacks_are_in_the_catalogue(demo: Portfolio, catalog: Catalog):
    known = set(catalog.providers) | {SELF_HOSTED, None}
    for one in dependencies(demo):
        assert {one.developer, one.host, one.fallback_developer, one.fallback_host} <= known
        assert one.model is None or one.model in catalog.models


def test_the_resolver_reads_every_provider_as_the_table_says(demo: Portfolio, resolver: Resolver):
    wrong = {
        one.provider_text: (read.answer, read.developer, read.host)
        for one in dependencies(demo)
        if (read := resolver.resolve(one.provider_text)).answer != one.answer
        or (one.answer is Answer.YES and (read.developer, read.host) != (one.developer, one.host))
    }
    assert not wrong


def test_a_herd_has_openai_first_and_anthropic_second(demo: Portfolio):
    herd = {
        startup.name
        for startup in demo.startups
        for use_case in startup.use_cases
        for one in use_case.dependencies
        if one.developer == one.host == "OpenAI" and one.fallback_developer == "Anthropic"
    }
    assert len(herd) >= 12


def test_different_developers_run_on_one_cloud(demo: Portfolio):
    on_amazon = {one.developer for one in dependencies(demo) if one.host == "Amazon Web Services"}
    assert {"Anthropic", "Cohere", "Meta"} <= on_amazon


def test_somebody_uses_a_model_whose_last_day_is_published(demo: Portfolio, catalog: Catalog):
    assert demo.updated is not None
    retiring = {one.model for one in catalog.retirements if one.shutdown > demo.updated}
    assert retiring & {one.model for one in dependencies(demo)}


def test_one_startup_uses_no_language_model(demo: Portfolio):
    clean = [
        startup.name
        for startup in demo.startups
        if all(
            one.answer is Answer.NO
            for use_case in startup.use_cases
            for one in use_case.dependencies
        )
    ]
    assert clean == ["Stonewharf Masonry"]


def test_every_choice_of_the_register_appears(demo: Portfolio):
    assert {one.depth for one in dependencies(demo)} >= set(Depth)
    assert {one.fallback for one in dependencies(demo)} >= set(Fallback)
    assert {one.answer for one in dependencies(demo)} == set(Answer)
    assert {
        use_case.requirement for startup in demo.startups for use_case in startup.use_cases
    } == set(Requirement)


def test_a_tested_fallback_says_when_it_was_tested(demo: Portfolio):
    for one in dependencies(demo):
        tested = one.fallback in (Fallback.TESTED, Fallback.AUTOMATIC)
        assert (one.fallback_tested_on is not None) == tested


def test_a_fallback_names_its_provider(demo: Portfolio):
    for one in dependencies(demo):
        named = one.fallback_provider_text is not None
        assert named == (one.fallback not in (None, Fallback.NONE)) or one.fallback is None


@pytest.mark.parametrize(
    "fact",
    [
        "annual_revenue_usd",
        "gross_margin",
        "ai_revenue_share",
        "cash_usd",
        "monthly_burn_usd",
        "engineers",
    ],
)
def test_every_fact_is_unknown_for_somebody_and_known_for_most(demo: Portfolio, fact: str):
    known = [getattr(startup, fact) is not None for startup in demo.startups]
    assert not all(known)
    assert sum(known) > 0.8 * len(known)


def test_figures_are_of_a_size_that_exists(demo: Portfolio):
    for startup in demo.startups:
        revenue, margin = startup.annual_revenue_usd, startup.gross_margin
        assert revenue is None or 0.2e6 <= revenue <= 80e6
        assert margin is None or 0 < margin < 1
        for use_case in startup.use_cases:
            assert use_case.criticality is None or 1 <= use_case.criticality <= 5
            shares = [one.share or 0 for one in use_case.dependencies]
            assert sum(shares) == pytest.approx(1)


def test_revenue_shares_of_a_startup_add_up_to_one(demo: Portfolio):
    for startup in demo.startups:
        assert sum(one.revenue_share or 0 for one in startup.use_cases) == pytest.approx(1)


def test_nothing_is_dated_after_the_portfolio(demo: Portfolio):
    assert demo.updated == date(2026, 11, 16)
    for one in dependencies(demo):
        assert one.as_of is not None
        assert one.as_of <= demo.updated
        assert one.fallback_tested_on is None or one.fallback_tested_on <= demo.updated


def test_a_model_that_the_catalogue_does_not_know_is_refused(catalog: Catalog):
    with pytest.raises(ValueError, match=r"names the model .* not in the catalogue"):
        demo_portfolio(dataclasses.replace(catalog, models={}))


def test_a_wind_down_would_make_several_run_out_of_cash_who_otherwise_would_not(
    demo: Portfolio, catalog: Catalog
):
    assert demo.updated is not None
    answer = assess_portfolio(demo, catalog=catalog, assumptions=DEFAULTS, today=demo.updated)
    assert answer.cash_out.newly >= 3
    assert answer.cash_out.anyway >= 2
