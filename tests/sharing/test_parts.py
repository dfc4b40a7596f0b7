"""A link to a part of a portfolio is of that part alone, and an old link never shows more."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from db.engine import Store
from db.errors import ShareNotAvailable
from db.records import ShareLinkRecord, table_of
from db.services.access import LOCAL_OWNER
from db.services.share_contents import Narrowed, Wanted
from db.services.share_visits import Visit, open_share, visit_of
from db.services.shares import NewShare, ShareKind, create_share
from db.sharing.presets import Preset
from risk.inventory.records import Portfolio
from tests.sharing.links import TODAY, keep, link_of
from tests.sharing.test_hidden_money import register
from ui.routes.shares import page_of
from ui.share_views import narrow_of

WHOLE = register(1)
KEPT = tuple(
    replace(one, sector="legal" if place < 6 else "sales")
    for place, one in enumerate(WHOLE.startups)
)
FUND = Portfolio(name="Fund", startups=KEPT)
LEGAL = tuple(one for one in KEPT if one.sector == "legal")
OTHERS = [one.name for one in KEPT if one.sector != "legal"]
VIEW = {"page": "portfolio", "parameters": {"sector": "legal"}}
#: What a part says of itself, and not of its startups.
OWN = ("portfolio", "filters", "data_batch", "data_digest", "frozen_at")


def legal(_: object) -> Narrowed:
    return Narrowed(startups=frozenset(one.name for one in LEGAL), filters=("sector legal",))


@pytest.fixture(scope="module")
def fund(store: Store) -> str:
    return keep(store, FUND)


def rounded(value: Any) -> Any:
    """Numbers in nine digits: in which order they were added up does not matter."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def without(content: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name not in names}


def visit(store: Store, made: NewShare) -> Visit:
    token = made.link.partition("#")[2]
    begun = open_share(store, token=token, passcode=None, client="here")
    return visit_of(store, secret=begun.secret, share=made.share)


@pytest.mark.parametrize("preset", Preset)
def test_a_filtered_link_is_the_link_of_a_portfolio_that_holds_no_more(
    store: Store, fund: str, preset: Preset
):
    part = link_of(store, fund, preset, narrow=legal)
    alone = link_of(store, keep(store, Portfolio(name="Legal", startups=LEGAL)), preset)
    assert rounded(without(part.content, OWN)) == rounded(without(alone.content, OWN))
    assert part.content["startups_in_portfolio"] == len(LEGAL) == 6
    assert "whole portfolio" not in part.page


@pytest.mark.parametrize("kind", [ShareKind.LIVE, ShareKind.SNAPSHOT])
def test_no_startup_outside_the_filters_is_named_by_a_live_link_or_a_snapshot(
    store: Store, fund: str, kind: ShareKind
):
    wanted = Wanted(portfolio=fund, today=TODAY)
    made = create_share(store, LOCAL_OWNER, wanted, kind=kind, view=VIEW, narrow=narrow_of(VIEW))
    text = page_of(store, visit(store, made), today=TODAY).text
    assert all(one.name in text for one in LEGAL)
    assert not [name for name in OTHERS if name in text]


def test_a_link_to_who_depends_on_a_provider_shows_them_alone(store: Store, fund: str):
    view = {"page": "startups", "parameters": {"on": "OpenAI"}}
    name = KEPT[0].name
    wanted = Wanted(portfolio=fund, today=TODAY)
    narrow = narrow_of(view, lambda provider: [name] if provider == "OpenAI" else [])
    made = create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT, narrow=narrow)
    text = page_of(store, visit(store, made), today=TODAY).text
    assert name in text
    assert not [one.name for one in KEPT[1:] if one.name in text]


def test_filters_that_nothing_passes_show_nothing(store: Store, fund: str):
    nobody = Narrowed(startups=frozenset(), filters=("sector none",))
    link = link_of(store, fund, Preset.EVERYTHING, narrow=lambda _: nobody)
    assert (link.content["startups"], link.content["startups_in_portfolio"]) == ([], 0)
    assert "No company is listed." in link.page


@pytest.mark.parametrize("preset", Preset)
def test_a_link_to_one_startup_is_the_same_whatever_the_others_are(store: Store, preset: Preset):
    one = KEPT[0].name
    links = []
    for others in (KEPT[1:], KEPT[1:3], tuple(replace(o, cash_usd=1.0) for o in KEPT[1:]), ()):
        name = keep(store, Portfolio(name="Same", startups=(KEPT[0], *others)))
        links.append(without(link_of(store, name, preset, startup=one).content, ("frozen_at",)))
    assert links == [links[0]] * len(links)
    assert "data_batch" not in links[0]


def test_a_stress_test_is_of_the_whole_portfolio(store: Store, fund: str):
    from tests.sharing.test_scenario_content import SCENARIO

    tested = replace(SCENARIO, root="OpenAI")
    link = link_of(store, fund, Preset.EVERYTHING, scenario=tested, narrow=legal)
    assert link.content["startups_in_portfolio"] == len(KEPT)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (["expected_loss", "runway"], Preset.MONEY),
        (["names", "providers"], Preset.OUTLINE),
        (["names", "sector"], Preset.NAMES),
    ],
)
def test_a_live_link_of_the_first_edition_leaves_out_at_least_what_it_did(
    store: Store, fund: str, kept: list[str], shown: Preset
):
    made = create_share(store, LOCAL_OWNER, Wanted(portfolio=fund, today=TODAY))
    leaves_out(store, made, kept)
    content = page_of(store, visit(store, made), today=TODAY).content
    assert content["redacted"] == list(shown.left_out)


def test_a_live_link_that_leaves_out_what_no_preset_does_is_not_available(store: Store, fund: str):
    made = create_share(store, LOCAL_OWNER, Wanted(portfolio=fund, today=TODAY))
    leaves_out(store, made, ["names", "score"])
    with pytest.raises(ShareNotAvailable):
        page_of(store, visit(store, made), today=TODAY)


def leaves_out(store: Store, made: NewShare, words: list[str]) -> None:
    table = table_of(ShareLinkRecord)
    with store.write_engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == made.share).values(redacted=words))
