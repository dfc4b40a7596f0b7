"""What was heard of providers is kept, once, with its source, and moves a provider's hazard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db.engine import Store
from db.errors import Refused
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.audit import list_audit
from db.services.hazard import provider_hazard
from db.services.signals import add_signal, list_signals, signal_kinds
from risk.catalog.falters import FalterKind
from risk.hazard.signals import Signal

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
    assert rates[FalterKind.OUTAGE, "critical"].law.mean == pytest.approx(7)
    with pytest.raises(Refused, match="Nobody"):
        provider_hazard(store, LOCAL_OWNER, "Nobody", today=TODAY)


def test_the_kinds_of_signals_come_with_the_product(store: Store):
    assert signal_kinds(store, LOCAL_OWNER)["down_round"].likelihood_ratio == 2
