"""Realised losses in the store, beside the snapshots of stress tests that were made before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.engine import Store
from db.errors import PortfolioNotFound, Refused
from db.records import PortfolioRecord, ShareLinkRecord, SnapshotRecord
from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.audit import verify_audit
from db.services.hours import HourAsked
from db.services.realised_losses import list_losses, note_loss, take_back_loss
from db.services.scoring import stress
from db.services.share_contents import Wanted
from db.services.shares import ShareKind, create_share
from db.services.teams import assign_team
from db.sharing.canonical import canonical_json, content_digest
from db.sharing.scenario_content import kept_view
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.realised import ComparedLoss, RealisedLoss
from risk.scenarios.results import Scenario
from tests.db.inventories import ACME, publish

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
DAY = date(2026, 12, 5)
LATER = datetime(2026, 12, 20, tzinfo=UTC)
RED = Actor("Red", ActorRole.ANALYST, team="Red", person=9)
DOWN = Scenario(
    id="own", title="OpenAI down for two days", root="OpenAI", kind=FailureKind.OUTAGE, days=2.0
)
KNOWN = {
    "annual_revenue_usd": "4000000",
    "gross_margin": "0.7",
    "ai_revenue_share": "0.5",
    "spend_usd": "1000",
}


@pytest.fixture
def fund(store: Store) -> Store:
    """A store in which Acme calls OpenAI and Zeta calls Cohere, on the last day of November."""
    zeta = {"startup": "Zeta", "use_case": "chat", "provider": "Cohere"}
    publish(store, ACME | KNOWN, zeta | KNOWN)
    store.now = lambda: NOW
    return store


def snapshot(store: Store, **about: Any) -> int:
    """A snapshot as somebody makes it, which needs the whole engine."""
    wanted = Wanted(portfolio="Fund", today=store.now().date(), **({"scenario": DOWN} | about))
    return create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT).share


def frozen(
    store: Store,
    scenario: Scenario | None = DOWN,
    *,
    redacted: tuple[str, ...] = (),
    purpose: str | None = None,
    digest: str | None = None,
) -> int:
    """A snapshot as the store keeps it: Acme loses 10 to 100 USD, most likely 40; Zeta nothing."""
    row = {"startup": "Acme", "loss_low_usd": 10, "loss_median_usd": 40, "loss_high_usd": 100}
    text = canonical_json({"format": 5, "startups": [row], "unaffected": ["Zeta"]})
    with store.write() as session:
        number = session.scalars(select(PortfolioRecord.id)).one()
        link = ShareLinkRecord(
            token_digest=f"{store.now()}{scenario}{redacted}{purpose}"[:64],
            kind="snapshot",
            purpose=purpose,
            portfolio_id=number,
            portfolio="Fund",
            view=kept_view(None, scenario),
            redacted=list(redacted),
            made_by="Ann",
            made_at=store.now(),
            expires_at=LATER,
        )
        session.add(link)
        session.flush()
        held = digest or content_digest(text)
        session.add(SnapshotRecord(link_id=link.id, content=text, digest=held, places=[]))
        return link.id


def loss(amount: float | None = 5_000.0, **other: Any) -> RealisedLoss:
    facts = {
        "startup": "acme",
        "provider": "openai",
        "kind": FailureKind.OUTAGE,
        "first_day": DAY,
        "last_day": DAY + timedelta(days=1),
        "amount_usd": amount,
        "source": "its finance team",
    }
    return RealisedLoss(**facts | other)


def noted(store: Store, *losses: RealisedLoss) -> tuple[ComparedLoss, ...]:
    store.now = lambda: LATER
    for one in losses:
        note_loss(store, LOCAL_OWNER, "Fund", one)
    return list_losses(store, LOCAL_OWNER, "Fund")


def test_a_loss_stands_beside_what_a_snapshot_said_before_it(fund: Store):
    result = stress(fund, LOCAL_OWNER, "Fund", DOWN, today=NOW.date())
    share = snapshot(fund)
    (found,) = noted(fund, loss())
    (acme,) = result.startups
    said = found.predicted
    assert said is not None
    assert (said.share, said.title, said.days) == (share, DOWN.title, 2.0)
    figures = (said.low_usd, said.median_usd, said.high_usd)
    assert figures == (acme.loss_low_usd, acme.loss_median_usd, acme.loss_high_usd)
    assert found.held is (said.low_usd <= 5_000 <= said.high_usd)
    assert (found.realised.startup, found.realised.provider) == ("Acme", "OpenAI")
    assert found.noted_by == "local owner"


def test_whom_the_snapshot_spared_was_said_to_lose_nothing(fund: Store):
    frozen(fund)
    (found,) = noted(fund, loss(startup="Zeta"))
    assert found.predicted is not None
    assert found.predicted.high_usd == 0.0
    assert found.held is False


def test_the_last_snapshot_up_to_the_first_day_counts(fund: Store):
    frozen(fund)
    fund.now = lambda: datetime(2026, 12, 5, 23, tzinfo=UTC)
    second = frozen(fund)
    fund.now = lambda: datetime(2026, 12, 6, tzinfo=UTC)
    frozen(fund)  # The day after: it knew of it.
    (found,) = noted(fund, loss(60.0))
    assert found.predicted is not None
    assert found.predicted.share == second
    assert found.held is True


COHERE = Scenario(id="x", title="x", root="Cohere", kind=FailureKind.OUTAGE, days=2.0)
CLOSED = Scenario(id="x", title="x", root="OpenAI", kind=FailureKind.WIND_DOWN)


@pytest.mark.parametrize(
    "about",
    [
        {"scenario": COHERE},
        {"scenario": CLOSED},
        {"scenario": None},
        {"redacted": ("names",)},
        {"redacted": ("money",)},
        {"purpose": "questions"},
        {"digest": "not that of what is there"},
    ],
)
def test_what_is_about_something_else_or_hides_it_predicts_nothing(
    fund: Store, about: dict[str, Any]
):
    frozen(fund, **about)
    (found,) = noted(fund, loss())
    assert found.predicted is None
    assert found.held is None


def test_an_hour_of_an_incident_is_a_prediction_too(fund: Store):
    asked = HourAsked(provider="OpenAI", at=NOW, news="outage", source="status page", days=2.0)
    share = snapshot(fund, scenario=None, hour=asked)
    (found,) = noted(fund, loss())
    assert found.predicted is not None
    assert (found.predicted.share, found.predicted.days) == (share, 2.0)
    assert found.predicted.low_usd <= found.predicted.median_usd <= found.predicted.high_usd


def test_an_unknown_amount_stays_unknown(fund: Store):
    frozen(fund)
    (found,) = noted(fund, loss(None))
    assert found.realised.amount_usd is None
    assert found.held is None


def test_a_newer_note_about_the_same_counts_and_one_taken_back_is_none(fund: Store):
    (found,) = noted(fund, loss(1.0), loss(2.5), loss(2.25, kind=FailureKind.DEGRADED))
    assert (found.realised.amount_usd, found.realised.kind) == (2.25, FailureKind.DEGRADED)
    with pytest.raises(Refused, match="newer note"):
        take_back_loss(fund, LOCAL_OWNER, found.number - 1, reason="a mistake")
    with pytest.raises(Refused, match="Say why"):
        take_back_loss(fund, LOCAL_OWNER, found.number, reason=" ")
    take_back_loss(fund, LOCAL_OWNER, found.number, reason="it was another company")
    assert list_losses(fund, LOCAL_OWNER, "Fund") == ()
    assert verify_audit(fund, LOCAL_OWNER).broken_at is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"startup": "Nobody"}, "no company “Nobody”"),
        ({"provider": "Nobody"}, "no provider “Nobody”"),
        ({"source": " "}, "comes from"),
        ({"first_day": date(2026, 12, 21), "last_day": None}, "up to today"),
        ({"last_day": date(2026, 12, 4)}, "before the first"),
        ({"amount_usd": -1.0}, "from 0 up"),
        ({"amount_usd": float("nan")}, "from 0 up"),
        ({"amount_usd": float("inf")}, "from 0 up"),
    ],
)
def test_a_note_that_cannot_be_is_refused(fund: Store, other: dict[str, Any], said: str):
    with pytest.raises(Refused, match=said):
        noted(fund, loss(**other))
    assert list_losses(fund, LOCAL_OWNER, "Fund") == ()


def test_another_team_sees_and_notes_nothing(fund: Store):
    (found,) = noted(fund, loss())
    assign_team(fund, LOCAL_OWNER, "Fund", "Blue")
    with pytest.raises(PortfolioNotFound):
        list_losses(fund, RED, "Fund")
    with pytest.raises(PortfolioNotFound):
        note_loss(fund, RED, "Fund", loss())
    with pytest.raises(Refused, match="no loss"):
        take_back_loss(fund, RED, found.number, reason="x")
