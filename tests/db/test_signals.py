"""Signals about providers is kept, once, with its source, and moves a provider's hazard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.assumptions import load_assumptions, set_assumption
from db.services.audit import list_audit
from db.services.hazard import catalog_for_scores, hazard_revision, provider_hazard
from db.services.incidents import import_incidents
from db.services.portfolios import save_portfolio
from db.services.provider_history import provider_signals
from db.services.signals import add_signal, list_signals, signal_kinds
from risk.assumptions import DEFAULTS, override
from risk.catalog.failure_kinds import FailureKind
from risk.hazard.neighbours import catalogue_chain, provider_rates
from risk.hazard.signals import Signal, WindDown
from risk.inventory.records import Portfolio
from tests.hazard.incidents.tables import INCIDENT_HEADER

HEARD = Signal(
    provider="OpenAI",
    kind="chief_executive_dismissed",
    at=datetime(2023, 11, 17, 20, 30, tzinfo=UTC),
    source="OpenAI, 17 November 2023",
)
TODAY = date(2026, 11, 24)


def test_a_signal_comes_back_with_its_number_and_who_noted_it(store: Store):
    ann = Actor("Ann", ActorRole.ANALYST)
    number = add_signal(store, ann, replace(HEARD, intensity=0.5, reliability=0.75))
    (found,) = list_signals(store, LOCAL_OWNER)
    assert (found.number, found.by) == (number, "Ann")
    # The store keeps the day.
    day = datetime(2023, 11, 17, tzinfo=UTC)
    assert found.signal == replace(HEARD, at=day, intensity=0.5, reliability=0.75)


def test_a_provider_is_found_however_its_name_is_written(store: Store):
    add_signal(store, LOCAL_OWNER, replace(HEARD, provider=" openai "))
    assert [one.signal.provider for one in list_signals(store, LOCAL_OWNER, "OPENAI")] == ["OpenAI"]
    assert list_signals(store, LOCAL_OWNER, "Anthropic") == ()


def test_the_newest_signal_is_listed_first(store: Store):
    for days in (3, 0, 5):
        add_signal(store, LOCAL_OWNER, replace(HEARD, at=HEARD.at + timedelta(days=days)))
    days = [one.signal.at.day for one in list_signals(store, LOCAL_OWNER)]
    assert days == [22, 20, 17]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provider": "Nobody"}, "Nobody"),
        ({"kind": "gossip"}, "down_round"),
        ({"source": "  "}, "where"),
        ({"at": datetime(2999, 1, 1, tzinfo=UTC)}, "still to come"),
    ],
)
def test_what_cannot_be_noted_is_refused_and_leaves_nothing(
    store: Store, change: dict[str, object], said: str
):
    with pytest.raises(Refused, match=said):
        add_signal(store, LOCAL_OWNER, replace(HEARD, **change))  # type: ignore[arg-type]
    assert list_signals(store, LOCAL_OWNER) == ()


def test_the_same_news_is_noted_once(store: Store):
    add_signal(store, LOCAL_OWNER, HEARD)
    with pytest.raises(Refused, match="signal 1 already"):
        add_signal(store, LOCAL_OWNER, HEARD)
    add_signal(store, LOCAL_OWNER, replace(HEARD, source="another paper"))
    assert len(list_signals(store, LOCAL_OWNER)) == 2


def test_noting_a_signal_is_in_the_audit_trail(store: Store):
    add_signal(store, LOCAL_OWNER, HEARD)
    (entry, *_) = list_audit(store, LOCAL_OWNER)
    assert (entry.action, entry.object_kind) == ("add signal", "signal")
    assert entry.object_name == "OpenAI: chief_executive_dismissed"
    assert entry.after is not None
    assert entry.after["date"] == "2023-11-17"


def test_a_signal_survives_the_end_of_the_program(address: str, opened: Callable[[str], Store]):
    add_signal(opened(address), LOCAL_OWNER, HEARD)
    assert len(list_signals(opened(address), LOCAL_OWNER)) == 1


def test_a_hazard_uses_signals_up_to_its_day_alone(store: Store):
    def chance(day: date) -> float:
        after = provider_hazard(store, LOCAL_OWNER, "OpenAI", today=day).wind_down
        assert after is not None
        return after.probability

    quiet = chance(date(2023, 11, 17))
    add_signal(store, LOCAL_OWNER, HEARD)
    assert chance(date(2023, 11, 16)) == quiet
    # .01307 a year: odds .0032281, eight times as high: P = .025175.
    assert chance(date(2023, 11, 17)) == pytest.approx(0.025175, abs=2e-6)
    assert quiet < chance(TODAY) < 1.0001 * quiet + 1e-6  # three years later it says nothing


def test_another_providers_signal_says_nothing(store: Store):
    before = provider_hazard(store, LOCAL_OWNER, "Anthropic", today=date(2023, 11, 18))
    add_signal(store, LOCAL_OWNER, HEARD)
    after = provider_hazard(store, LOCAL_OWNER, "Anthropic", today=date(2023, 11, 18))
    assert after == before


def test_a_hazard_has_the_providers_rates(store: Store):
    hazard = provider_hazard(store, LOCAL_OWNER, "openai", today=TODAY)
    assert hazard.provider == "OpenAI"
    rates = {(one.row.kind, one.row.level): one for one in hazard.rates}
    assert rates[FailureKind.OUTAGE, "critical"].law.mean == pytest.approx(7)
    with pytest.raises(Refused, match="Nobody"):
        provider_hazard(store, LOCAL_OWNER, "Nobody", today=TODAY)


def test_the_kinds_of_signals_come_with_the_product(store: Store):
    assert signal_kinds(store, LOCAL_OWNER)["down_round"].likelihood_ratio == 2


def wind_down_rate(store: Store, **changes: float) -> float:
    catalog = catalog_for_scores(store, LOCAL_OWNER, override(DEFAULTS, changes), today=TODAY)
    (row,) = [
        one
        for one in provider_rates(catalog, catalogue_chain(catalog, DEFAULTS), "OpenAI")
        if one.kind is FailureKind.WIND_DOWN
    ]
    return row.rate_per_year


def test_a_signal_moves_scores_unless_the_portfolio_says_otherwise(store: Store):
    quiet, before = wind_down_rate(store), hazard_revision(store, LOCAL_OWNER)
    add_signal(store, LOCAL_OWNER, replace(HEARD, at=datetime(2026, 11, 20, tzinfo=UTC)))
    assert wind_down_rate(store) > 2 * quiet
    assert wind_down_rate(store, signals_in_scores=0) == quiet
    # Whoever keeps an answer learns that it is out of date.
    assert hazard_revision(store, LOCAL_OWNER) != before


def test_each_portfolio_reads_the_same_news_by_its_own_numbers(store: Store):
    for name in ("Calm", "Alarmed"):
        save_portfolio(store, LOCAL_OWNER, Portfolio(name=name, startups=()))
    add_signal(store, LOCAL_OWNER, HEARD)
    ratio = "signal_chief_executive_dismissed_ratio"
    set_assumption(store, LOCAL_OWNER, "Alarmed", ratio, 16, "our own reading")
    day = date(2023, 11, 17)

    def chance(portfolio: str) -> float:
        heard = provider_signals(store, LOCAL_OWNER, portfolio, "OpenAI", on=day, today=day)
        assumptions = load_assumptions(store, LOCAL_OWNER, portfolio)
        after = provider_hazard(
            store, LOCAL_OWNER, "OpenAI", today=day, assumptions=assumptions
        ).wind_down
        assert heard is not None
        assert after is not None
        assert heard.wind_down.probability == after.probability
        return after.probability

    # Odds .0032281 · 8 = .025825, P = .025175; · 16 = .051650, P = .049113.
    assert chance("Calm") == pytest.approx(0.025175, abs=2e-6)
    assert chance("Alarmed") == pytest.approx(0.049113, abs=4e-6)
    kinds = signal_kinds(store, LOCAL_OWNER, load_assumptions(store, LOCAL_OWNER, "Alarmed"))
    assert kinds["chief_executive_dismissed"].likelihood_ratio == 16


def test_how_news_is_read_moves_the_rate_that_scores_use(store: Store):
    add_signal(store, LOCAL_OWNER, replace(HEARD, at=datetime(2026, 11, 10, tzinfo=UTC)))
    usual = wind_down_rate(store)
    assert wind_down_rate(store, signal_chief_executive_dismissed_ratio=16) > usual
    # 14 days old: with a half-life of a week a quarter of it is left, of 30 days 72 %.
    assert wind_down_rate(store, signal_chief_executive_dismissed_half_life=7) < usual
    assert wind_down_rate(store, signal_largest_ratio=2) < usual
    assert wind_down_rate(store, signal_ratio_spread=1) == usual


def test_how_unsure_ratios_are_widens_the_interval_alone(store: Store):
    add_signal(store, LOCAL_OWNER, HEARD)

    def after(**changes: float) -> WindDown:
        found = provider_hazard(
            store,
            LOCAL_OWNER,
            "OpenAI",
            today=date(2023, 11, 18),
            assumptions=override(DEFAULTS, changes),
        ).wind_down
        assert found is not None
        return found

    usual, wider = after(), after(signal_ratio_spread=1.5)
    assert wider.probability == usual.probability
    assert wider.low < usual.low < usual.high < wider.high


def test_imported_incidents_move_scores_unless_the_portfolio_says_not_to(store: Store):
    rows = [
        f"{month}-{day},Invented,2,openai,1,0,2026-{month:02}-{day:02} 08:00:00+00:00,,,"
        f"2026-{month:02}-{day:02} 09:00:00+00:00"
        for month in range(1, 11)
        for day in (3, 17)
    ]
    data = "\n".join([INCIDENT_HEADER, *rows]).encode()
    found = import_incidents(store, LOCAL_OWNER, data=data, file_name="incidents.csv")
    assert found.accepted, found.file.problems

    def learned(**changes: float) -> tuple[str, ...]:
        assumptions = override(DEFAULTS, changes)
        return catalog_for_scores(store, LOCAL_OWNER, assumptions, today=TODAY).learned

    assert learned(learn_from_incidents=0) == ()
    sentences = learned()
    assert len(sentences) == 3
    assert any("OpenAI, outage (major): 35 a year before" in one for one in sentences)
