"""A link without names has no word that somebody wrote, whatever they wrote and wherever."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.scenario_files import scenarios
from db.services.share_contents import Narrowed
from db.sharing.presets import Preset
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Portfolio,
    Startup,
    UseCase,
)
from risk.scenarios.results import Scenario
from tests.sharing.links import Link, keep, link_of

UNNAMED = [Preset.NAMES, Preset.OUTLINE]
#: However a name is written: as one word, in plural, with look-alike letters, in other scripts.
NAMES = (
    "AcmeGPT",
    "Quillhavens",
    "Ζоrblах Ніgh",
    "Ｆｕｌｌｗｉｄｔｈ Co",
    "智谱科技",
    "Straße & <Söhne>",
)
FREE = {
    "provider_text": "acmegpt on quillhavencloud",
    "model": "acmegpt-7b-instruct",
    "product": "acmegpt alias",
    "region": "zorblax-west",
    "data_residency": "zorblaxland",
    "fallback_provider_text": "quillhaven spare",
    "source": "zorblax-deck.pdf",
}
CASES = ("Acmegpt triage", "QuillhavenBriefs drafts")
TEXTS = {
    "website": "https://zorblax.example",
    "sector": "zorblaxing",
    "country": "Zorblaxia",
    "notes": "Zorblax owes us 45k",
}
FUND = "Zorblax Ventures III"
WRITTEN = Scenario(
    id="zorblax-own",
    title="Zorblax loses OpenAI",
    root="OpenAI",
    kind=FailureKind.WIND_DOWN,
    notice_days=14.0,
    summary="As Quillhavens fears.",
    not_modelled="What Zorblax does",
    sources=("https://zorblax.example/fears",),
    doubt="Zorblax said so itself",
)
PLANTED = (
    *NAMES,
    *FREE.values(),
    *CASES,
    *TEXTS.values(),
    FUND,
    "zorblax",
    "quillhaven",
    "acmegpt",
)


def startup(name: str, *, revenue: float = 4e6, cases: tuple[str, ...] = CASES) -> Startup:
    """One startup of which everything is known; its second model is one of its own."""
    known = Dependency(
        key=f"{name}-1",
        provider_text="acmegpt via OpenAI",
        answer=Answer.YES,
        developer="OpenAI",
        host="OpenAI",
        share=0.5,
        spend_usd_per_month=9_000.0,
        depth=Depth.PROMPTS,
        fallback=Fallback.NONE,
        exit_plan=ExitPlan.NONE,
    )
    own = replace(
        known,
        key=f"{name}-2",
        developer="AcmeGPT",
        host="acmegpt cloud",
        **FREE,  # type: ignore[arg-type]
    )
    return Startup(
        name=name,
        use_cases=tuple(
            UseCase(
                criticality=3,
                revenue_share=0.5,
                name=case,
                dependencies=(replace(one, key=f"{one.key}-{case}"),),
            )
            for case, one in zip(cases, (known, own), strict=True)
        ),
        annual_revenue_usd=revenue,
        gross_margin=0.7,
        ai_revenue_share=0.8,
        cash_usd=3e6,
        monthly_burn_usd=2e5,
        engineers=9.0,
        **TEXTS,  # type: ignore[arg-type]
    )


REGISTER = Portfolio(
    name=FUND,
    startups=tuple(startup(name, revenue=1e6 * place) for place, name in enumerate(NAMES, start=1)),
)


@pytest.fixture(scope="module")
def register(store: Store) -> str:
    return keep(store, REGISTER)


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def found_in(link: Link, planted: tuple[str, ...]) -> set[str]:
    """What was planted and reaches the reader, also where the page or a file escapes its signs."""
    text = folded(link.everything)
    unescaped = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return {one for one in planted if folded(one) in text or folded(one) in unescaped}


ABOUT = {
    "portfolio": {},
    "filtered portfolio": {
        "narrow": lambda _: Narrowed(
            startups=frozenset(NAMES[:4]), filters=("search for “zorblax”", "sector zorblaxing")
        )
    },
    "startup": {"startup": NAMES[0]},
    "stress test": {"scenario": WRITTEN},
    "stress test of one customer": {
        "scenario": replace(WRITTEN, kind=FailureKind.ACCESS_CUT, customer=NAMES[1])
    },
}


@pytest.mark.parametrize("about", ABOUT)
def test_everything_that_is_planted_is_found_where_names_are_shown(
    store: Store, register: str, about: str
):
    assert found_in(link_of(store, register, Preset.EVERYTHING, **ABOUT[about]), PLANTED)


@pytest.mark.parametrize("preset", UNNAMED)
@pytest.mark.parametrize("about", ABOUT)
def test_nothing_that_anybody_wrote_reaches_the_reader(
    store: Store, register: str, about: str, preset: Preset
):
    assert not found_in(link_of(store, register, preset, **ABOUT[about]), PLANTED)


def test_what_comes_from_the_catalogue_or_from_the_product_is_told(store: Store, register: str):
    link = link_of(store, register, Preset.NAMES, startup=NAMES[0])
    first, second = link.content["dependencies"]
    assert (first["use_case"], first["provider_text"], first["host"]) == (
        *("Use case 1", "OpenAI", "OpenAI"),
    )
    assert (second["use_case"], second["provider_text"], second["host"], second["model"]) == (
        *("Use case 2", "a provider of its own", None, None),
    )
    stress = link_of(store, register, Preset.NAMES, scenario=WRITTEN)
    assert "Stress test: Wind-down of OpenAI" in stress.page
    ours = next(iter(scenarios(store, LOCAL_OWNER).values()))
    assert link_of(store, register, Preset.NAMES, scenario=ours).content["scenario"]["title"] == (
        ours.title
    )
    # Whoever writes a text of their own under the id of ours has it left out too.
    forged = replace(ours, summary="As Zorblax fears")
    told = link_of(store, register, Preset.NAMES, scenario=forged).content["scenario"]
    assert {"title", "summary"}.isdisjoint(told)


def test_options_are_told_by_their_kind_and_by_names_of_the_catalogue(store: Store, register: str):
    link = link_of(store, register, Preset.NAMES)
    assert link.content["actions"]
    for one in link.content["actions"]:
        assert one["use_case"] in ("Use case 1", "Use case 2")
        assert one["startup"].startswith("Company ")


def test_an_amount_has_two_digits_so_that_nobody_is_found_by_it(store: Store):
    exact = replace(startup(NAMES[0]), annual_revenue_usd=4_321_987.0, cash_usd=1_234_567.0)
    register = keep(store, Portfolio(name="Exact", startups=(exact,)))
    facts = link_of(store, register, Preset.NAMES, startup=NAMES[0]).content["facts"]
    assert (facts["annual_revenue_usd"], facts["cash_usd"]) == (4_300_000.0, 1_200_000.0)
    assert "data_digest" not in link_of(store, register, Preset.NAMES).content


def test_names_of_eight_thousand_letters_take_no_longer_than_short_ones(store: Store):
    # Looked for letter by letter in each text, one such name took the better part of a minute.
    long = ("ab" * 100)[:200]
    cases = (f"{'xyxz' * 2000}", f"{'yxzx' * 2000}")
    register = keep(
        store, Portfolio(name="Long", startups=(startup(long, cases=cases), startup("Short")))
    )
    for preset in UNNAMED:
        assert not found_in(link_of(store, register, preset), (long, *cases))


@pytest.fixture(scope="module")
def plain(store: Store) -> dict[tuple[Preset, str], Link]:
    """Links to a startup whose names are words that nobody plants."""
    cases = ("One", "Two")
    register = keep(store, Portfolio(name="Plain", startups=(startup("Plain", cases=cases),)))
    return {
        (preset, scope): link_of(store, register, preset, startup=scope or None)
        for preset in UNNAMED
        for scope in ("", "Plain")
    }


# An example values a portfolio four times, for each preset and scope, in two seconds.
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=3),
        min_size=4,
        max_size=4,
        unique_by=lambda one: folded(" ".join(one.split())),
    )
)
def test_no_name_at_all_is_there_that_would_not_be_there_without_it(
    store: Store, plain: dict[tuple[Preset, str], Link], names: list[str]
):
    """A company may be called as a word of ours, such as Outage; the link is the same without."""
    portfolio, name, *cases = planted = [" ".join(one.split()) for one in names]
    # What consists of the digits of a hash may be in it by chance.
    assume(all(any(sign.isalpha() for sign in set(folded(one)) - set("abcdef")) for one in planted))
    one = startup(name, cases=(cases[0], cases[1]))
    register = keep(store, Portfolio(name=portfolio, startups=(one,)))
    for (preset, scope), other in plain.items():
        link = link_of(store, register, preset, startup=name if scope else None)
        assert found_in(link, tuple(planted)) <= found_in(other, tuple(planted))
