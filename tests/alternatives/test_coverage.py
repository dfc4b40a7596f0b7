"""What an option does not cover, and why: by hand on the published links and on small ones."""

from dataclasses import replace

import pytest

from risk.alternatives.coverage import coverage_of
from risk.alternatives.options import alternatives_for
from risk.alternatives.results import Alternative, NotCovered, OptionClass, WhyNotCovered
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import Dependency, Fallback
from tests.alternatives.settings import STAY, central
from tests.loss.small import book, world_tables
from tests.small_world import dependency, rate, small_catalog, startup
from ui.words.option_words import coverage_sentences, not_covered

OUTAGE, END, CUT = FailureKind.OUTAGE, FailureKind.WIND_DOWN, FailureKind.ACCESS_CUT


def options_of(one: Dependency, catalog: Catalog) -> dict[tuple[OptionClass, str], Alternative]:
    found = alternatives_for(startup("Hers", one, country="US"), central(catalog))
    return {(each.option_class, each.host or ""): each for each in found}


@pytest.fixture(scope="module")
def of_gpt(catalog: Catalog) -> dict[tuple[OptionClass, str], Alternative]:
    return options_of(dependency("h", "OpenAI", "OpenAI", model="GPT-4.1"), catalog)


def causes(one: Alternative) -> dict[tuple[FailureKind, str | None], NotCovered]:
    return {(each.kind, each.root): each for each in one.not_covered}


def test_gpt_at_azure_helps_while_the_api_is_down_and_not_when_openai_ends(
    of_gpt: dict[tuple[OptionClass, str], Alternative],
) -> None:
    azure = of_gpt[OptionClass.OTHER_HOST, "Microsoft Azure"]
    found = causes(azure)
    # One outage of OpenAI in ten reaches its models at Azure: the link of the map is 0.10.
    assert found[OUTAGE, "OpenAI"].share == pytest.approx(0.10, abs=0.01)
    assert found[END, "OpenAI"].why is WhyNotCovered.SAME_DEVELOPER
    withdrawn = found[FailureKind.MODEL_RETIREMENT, "GPT-4.1"]
    assert (withdrawn.why, withdrawn.share) == (WhyNotCovered.SAME_MODEL, 1.0)
    # Azure is another party to the contract: being cut off by OpenAI is covered.
    assert CUT not in {each.kind for each in azure.not_covered}
    assert not_covered(azure) == (
        "Does not cover, of OpenAI (same developer): its end, a takeover, half of blocks of a "
        "region, 9.9 % of outages and 10 % of slow service; of GPT-4.1 (same model): withdrawal "
        "everywhere."
    )


def test_what_is_lost_of_disruptions_that_pass_adds_up_to_what_is_not_covered(
    of_gpt: dict[tuple[OptionClass, str], Alternative],
) -> None:
    for one in of_gpt.values():
        for kind, covered in one.covers.items():
            lost = sum(each.share for each in one.not_covered if each.kind is kind)
            if kind not in PERMANENT_KINDS:
                # Below 1 % each, causes are left out.
                assert lost == pytest.approx(1 - covered, abs=0.02), (one.option, kind)
            else:
                assert (lost > 0) == (covered == 0), (one.option, kind)


def test_a_second_model_at_the_same_cloud_does_not_cover_that_cloud(catalog: Catalog) -> None:
    hers = dependency("b", "Anthropic", "Amazon Web Services", model="Claude Sonnet 4.5")
    other = options_of(hers, catalog)[OptionClass.OTHER_MODEL, "Amazon Web Services"]
    by_root = {(each.root, each.why) for each in other.not_covered if each.kind is OUTAGE}
    assert ("Amazon Bedrock (Claude)", WhyNotCovered.SAME_HOST) in by_root
    assert END in {each.kind for each in other.not_covered if each.root == "Amazon Web Services"}


def test_what_one_runs_oneself_shares_nobody_with_today(
    of_gpt: dict[tuple[OptionClass, str], Alternative],
) -> None:
    own = of_gpt[OptionClass.SELF_HOST, "self-hosted"]
    assert own.not_covered == ()
    assert not_covered(own) == "Nothing that is known takes both down at once."


def test_staying_adds_nobody_and_what_nothing_reaches_needs_no_sentence() -> None:
    reached = replace(STAY, covers={OUTAGE: 0.0})
    assert not_covered(reached) == "Covers nothing: it adds nobody who could serve."
    contract = replace(reached, option_class=OptionClass.CONTRACT)
    assert not_covered(contract) == "Covers nothing: it keeps nothing up and gives time to leave."
    assert not_covered(STAY) is None
    assert coverage_sentences([STAY], STAY.option) == []
    assert coverage_sentences([reached, replace(contract, option="Notice")], "Notice") == [
        "Notice: covers nothing: it keeps nothing up and gives time to leave."
    ]


def test_a_copy_of_a_model_that_nobody_named_is_not_said_to_cover_its_end() -> None:
    copy = replace(STAY, covers={END: 1.0}, option_class=OptionClass.OTHER_HOST, developer=None)
    assert "may take both down" in (not_covered(copy) or "")


def test_two_providers_on_one_cloud_fall_together_when_that_cloud_does() -> None:
    # Nimbus carries Alpha too: each of its 10 outages a year reaches either with 1 in 2.
    small = small_catalog(
        rates=(
            rate("Alpha", OUTAGE, 10.0, days=(-2.0, 0.5)),
            rate("Nimbus", OUTAGE, 10.0, days=(-2.0, 0.5)),
        )
    )
    (to_beta,) = small.links
    on_one_cloud = replace(small, links=(to_beta, replace(to_beta, downstream="Alpha")))
    backed = dependency(
        *("a", "Alpha", "Alpha"), fallback=Fallback.UNTESTED, fallback_developer="Beta"
    )
    held = book(startup("Hers", backed), catalog=on_one_cloud)
    (route,) = held.routes
    found = coverage_of(world_tables(held, on_one_cloud), route, stays=False)
    # Alpha is down 10 + 10/2 = 15 times a year, both in 10/4 = 2.5 of these: a sixth.
    (shared,) = (each for each in found.not_covered if each.kind is OUTAGE)
    assert shared == NotCovered(
        kind=OUTAGE, share=pytest.approx(1 / 6), why=WhyNotCovered.BEHIND_BOTH, root="Nimbus"
    )
    assert found.covers[OUTAGE] == pytest.approx(5 / 6)
