"""The published facts hang together: sources, names, colours, links without loops."""

import csv
from datetime import date
from pathlib import Path

import networkx as nx
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.model_history import MODELS_FILE, load_model_history
from risk.catalog.records import IN_HOUSE, SELF_HOSTED, UNSPECIFIED, Catalog, Role
from risk.hazard.supply_chain import Endpoint, build_supply_chain

FIXTURES = Path(__file__).parents[2] / "fixtures"
PAPER, NIGHT = (255, 255, 255), (0x0B, 0x12, 0x20)
IMPORTANT = (
    *("OpenAI", "Anthropic", "Google", "Meta", "Mistral AI", "xAI", "DeepSeek", "Cohere"),
    *("Microsoft Azure", "Amazon Web Services", "Google Cloud", "Microsoft", "Perplexity"),
)


def rows(table: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_at_least_forty_providers_and_fifty_services_are_known(catalog: Catalog) -> None:
    assert len(catalog.providers) >= 40
    assert len(catalog.services) >= 50


@pytest.mark.parametrize("table", ["providers", "services", "links", "rates", "retirements"])
def test_every_row_says_where_it_comes_from_and_when_that_was_read(table: str) -> None:
    for row in rows(table):
        assert row["source"].strip(), row
        assert date(2000, 1, 1) < date.fromisoformat(row["as_of"]), row


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_provider(catalog: Catalog, role: Role) -> None:
    assert any(role in provider.roles for provider in catalog.providers.values())


def test_exactly_the_developers_have_a_tier(catalog: Catalog) -> None:
    for provider in catalog.providers.values():
        assert (provider.tier != "") == (Role.DEVELOPER in provider.roles), provider.name


def test_every_name_that_an_alias_gives_is_a_known_provider(catalog: Catalog) -> None:
    known = {*catalog.providers, UNSPECIFIED, SELF_HOSTED, IN_HOUSE}
    for alias in catalog.aliases:
        for names in (alias.developer, alias.host):
            assert not names or set(names.split(" | ")) <= known, alias


def test_a_service_and_a_provider_never_share_a_name(catalog: Catalog) -> None:
    assert not set(catalog.providers) & set(catalog.services)


def test_the_links_and_the_rules_together_form_no_loop(catalog: Catalog) -> None:
    everything = [Endpoint(service, None) for service in catalog.services.values()]
    chain = build_supply_chain(catalog, everything, DEFAULTS)
    assert nx.is_directed_acyclic_graph(chain.graph)


def test_no_owner_passes_an_outage_on(catalog: Catalog) -> None:
    owners = [link for link in catalog.links if link.relation == "owner"]
    assert len(owners) >= 5
    assert all(not link.effects for link in owners)


def test_a_cloud_outage_reaches_the_developer_on_it_half_the_time(catalog: Catalog) -> None:
    link = next(
        one
        for one in catalog.links
        if (one.upstream, one.downstream) == ("Microsoft Azure", "OpenAI")
    )
    effect = link.effects[FailureKind.OUTAGE]
    assert (effect.probability, effect.gain) == (0.5, 0.8)


def test_chip_suppliers_pass_on_prices_only(catalog: Catalog) -> None:
    links = [link for link in catalog.links if link.relation == "gpu"]
    assert {kind for link in links for kind in link.effects} == {FailureKind.PRICE_SHOCK}


def test_the_end_of_openai_does_not_reach_open_weights_elsewhere(catalog: Catalog) -> None:
    link = next(one for one in catalog.links if one.downstream == "gpt-oss on Groq")
    assert link.effects[FailureKind.WIND_DOWN].probability == 0


def test_a_retired_model_is_written_as_the_catalogue_writes_it(catalog: Catalog) -> None:
    gone = {"text-davinci-003"}
    recorded = load_model_history(FIXTURES).sources[MODELS_FILE].source
    for one in catalog.retirements:
        model = catalog.models.get(one.model)
        # The record names some that the catalogue of models never had.
        assert one.source == recorded or one.model in gone or model is not None, one.model
        assert model is None or model.developer == one.developer


def test_the_calendar_ahead_of_late_november_2026_holds_published_dates(catalog: Catalog) -> None:
    ahead = {
        (one.model, one.shutdown)
        for one in catalog.retirements
        if one.host is None and one.shutdown > date(2026, 11, 23)
    }
    assert ("GPT-5", date(2026, 12, 11)) in ahead
    assert ("GPT-4o", date(2027, 1, 14)) in ahead
    assert ("Claude Sonnet 4.5", date(2026, 11, 30)) in ahead


def channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def linear(channel: float) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: tuple[int, int, int]) -> float:
    red, green, blue = (linear(one) for one in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_provider_has_a_colour_of_its_own_that_shows_on_paper_and_at_night(
    catalog: Catalog,
) -> None:
    colours = [provider.colour for provider in catalog.providers.values()]
    assert len(set(colours)) == len(colours)
    for colour in colours:
        assert contrast(channels(colour), PAPER) >= 3
        assert contrast(channels(colour), NIGHT) >= 3


#: Machado, Oliveira and Fernandes 2009, severity 1: what red-blind and green-blind eyes see.
EYES = {
    "ordinary": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "red-blind": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green-blind": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def seen(colour: str, eyes: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """OKLab coordinates (Ottosson 2020) of a colour as these eyes see it."""
    light = [linear(one) for one in channels(colour)]
    red, green, blue = (
        min(1.0, max(0.0, sum(weight * one for weight, one in zip(line, light, strict=True))))
        for line in eyes
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("eyes", list(EYES))
def test_the_colours_of_the_important_providers_stay_apart(catalog: Catalog, eyes: str) -> None:
    """A just noticeable difference is about 0.02 in OKLab; we ask for more than three."""
    points = [seen(catalog.providers[name].colour, EYES[eyes]) for name in IMPORTANT]
    for at, one in enumerate(points):
        for other in points[at + 1 :]:
            apart = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
            assert apart > 0.065
