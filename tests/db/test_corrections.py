"""Corrections from the reader of a one-startup snapshot, until they stand in the register."""

from datetime import date, timedelta
from functools import partial

import pytest

from db.engine import Store
from db.errors import CorrectionNotFound, Refused
from db.services import correction_acceptance
from db.services.access import LOCAL_OWNER
from db.services.audit import list_audit
from db.services.correction_acceptance import accept_correction
from db.services.corrections import decline_correction, list_corrections, propose_correction
from db.services.imports import PublishedBatch, list_batches, publish_import, undo_batch
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.share_contents import Wanted, snapshot_of
from db.services.share_visits import Visit, open_share, visit_of
from db.services.shares import ShareKind, create_share
from db.sharing.proposals import Proposal, correctable, read_proposals
from risk.inventory.records import Dependency, Evidence, Portfolio, Requirement
from tests.db.inventories import ACME, dependency, publish, startup

ROW = ACME | {"spend_usd": "1000", "annual_revenue_usd": "2000000", "cash_usd": "300000"}


def snapshot(store: Store, portfolio: str = "Fund", name: str = "Acme") -> Visit:
    wanted = Wanted(portfolio=portfolio, startup=name, today=date(2026, 11, 25))
    made = create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)
    token = made.link.partition("#")[2]
    opened = open_share(store, token=token, passcode=None, client="203.0.113.1")
    return visit_of(store, secret=opened.secret, share=opened.share)


def read(store: Store, visit: Visit, **given: str) -> tuple[list[Proposal], dict[int, str]]:
    known = correctable(snapshot_of(store, visit.share).content)
    places = {one.field: place for place, one in enumerate(known)}
    return read_proposals(known, {places[name]: text for name, text in given.items()})


def propose(store: Store, visit: Visit, **given: str) -> int:
    proposals, faults = read(store, visit, **given)
    assert not faults
    return propose_correction(store, visit, proposals, message="please", proposed_by="Ann")


def test_a_correction_waits_as_a_diff_and_changes_nothing(store: Store):
    publish(store, ROW)
    number = propose(
        store, snapshot(store), cash_usd="450000", fallback="tested", gross_margin="60%"
    )
    (waiting,) = list_corrections(store, LOCAL_OWNER)
    assert (waiting.number, waiting.decision, waiting.message) == (number, None, "please")
    told = [(one.of, one.field, one.before, one.now, one.proposed) for one in waiting.changes]
    assert told == [
        (None, "gross_margin", None, None, 0.6),
        (None, "cash_usd", 300000.0, 300000.0, 450000.0),
        ("chat: OpenAI", "fallback", None, None, "tested"),
    ]
    assert startup(store).cash_usd == 300000.0


def test_accepting_writes_through_an_import_that_can_be_undone(store: Store):
    publish(store, ROW)
    number = propose(store, snapshot(store), cash_usd="450000", spend_usd_per_month="1500.50")
    done = accept_correction(store, LOCAL_OWNER, number)
    assert startup(store).cash_usd == 450000.0
    assert startup(store).annual_revenue_usd == 2000000.0
    assert dependency(store).spend_usd_per_month == 1500.5
    assert dependency(store).source == "Correction 1 through share link 1"
    assert startup(store).sources["cash_usd"].startswith("Correction 1 through share link 1")
    batch = list_batches(store, LOCAL_OWNER)[0]
    assert (batch.batch, batch.file_name) == (done.batch, "correction 1 through share link 1.csv")
    newest = list_audit(store, LOCAL_OWNER)[0]
    assert (newest.action, newest.object_name) == ("decide correction", str(number))
    assert newest.before is not None
    assert newest.before["cash_usd"] == 300000.0
    assert newest.after is not None
    assert newest.after["cash_usd"] == 450000.0
    undo_batch(store, LOCAL_OWNER, batch.batch)
    assert startup(store).cash_usd == 300000.0
    assert dependency(store).spend_usd_per_month == 1000.0


def test_what_was_accepted_is_confirmed_and_says_nothing_of_what_it_was_not_about(store: Store):
    publish(store, ROW | {"source": "contract"})
    number = propose(
        store, snapshot(store), cash_usd="450000", requirement="all", use_case_revenue_share="40%"
    )
    accept_correction(store, LOCAL_OWNER, number)
    found = startup(store)
    assert found.evidence == {"cash_usd": Evidence.CONFIRMED}
    (case,) = found.use_cases
    assert (case.requirement, case.revenue_share) == (Requirement.ALL, 0.4)
    assert (dependency(store).source, dependency(store).evidence) == ("contract", None)
    number = propose(store, snapshot(store), provider_notice_days="90", contract_end="2027-03-31")
    (waiting, _) = list_corrections(store, LOCAL_OWNER)
    assert [(one.of, one.field) for one in waiting.changes] == [
        ("chat: OpenAI", "provider_notice_days"),
        ("chat: OpenAI", "contract_end"),
    ]
    accept_correction(store, LOCAL_OWNER, number)
    link = dependency(store)
    assert (link.provider_notice_days, link.contract_end) == (90, date(2027, 3, 31))
    assert link.evidence is Evidence.CONFIRMED


def test_a_use_case_is_told_beside_what_is_proposed_of_it(store: Store):
    publish(store, ROW | {"criticality": "2"})
    propose(store, snapshot(store), criticality="5")
    (waiting,) = list_corrections(store, LOCAL_OWNER)
    (change,) = waiting.changes
    assert (change.before, change.now, change.proposed, change.has_moved) == (2, 2, 5, False)


def test_only_the_chosen_changes_are_taken_over(store: Store):
    publish(store, ROW)
    number = propose(store, snapshot(store), annual_revenue_usd="9", cash_usd="450000")
    accept_correction(store, LOCAL_OWNER, number, only=[1])
    assert startup(store).cash_usd == 450000.0
    assert startup(store).annual_revenue_usd == 2000000.0
    assert list_corrections(store, LOCAL_OWNER)[0].accepted == (1,)


def test_a_decision_is_made_once(store: Store):
    publish(store, ROW)
    visit = snapshot(store)
    first, second = propose(store, visit, cash_usd="1"), propose(store, visit, cash_usd="2")
    accept_correction(store, LOCAL_OWNER, first)
    decline_correction(store, LOCAL_OWNER, second, reason="the first was right")
    for number in (first, second):
        with pytest.raises(Refused, match="already"):
            accept_correction(store, LOCAL_OWNER, number)
        with pytest.raises(Refused, match="already"):
            decline_correction(store, LOCAL_OWNER, number)
    assert startup(store).cash_usd == 1.0
    with pytest.raises(CorrectionNotFound):
        decline_correction(store, LOCAL_OWNER, 99)


def test_of_two_who_decide_at_once_one_does_and_the_register_says_what_they_decided(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    publish(store, ROW)
    number = propose(store, snapshot(store), cash_usd="450000", annual_revenue_usd="7000000")
    refused = []

    def and_others_decide_meanwhile(*place: object, **facts: object) -> PublishedBatch:
        published: PublishedBatch = publish_import(*place, **facts)  # type: ignore[arg-type]
        for decide in (decline_correction, partial(accept_correction, only=[1])):
            with pytest.raises(Refused, match="is being accepted by") as met:
                decide(store, LOCAL_OWNER, number)  # type: ignore[operator]
            refused.append(met.value)
        (waiting,) = list_corrections(store, LOCAL_OWNER)
        assert waiting.decision is None
        return published

    monkeypatch.setattr(correction_acceptance, "publish_import", and_others_decide_meanwhile)
    accepted = accept_correction(store, LOCAL_OWNER, number, only=[1])
    assert len(refused) == 2
    (decided,) = list_corrections(store, LOCAL_OWNER)
    assert (decided.decision, decided.accepted, decided.batch) == ("accepted", (1,), accepted.batch)
    assert [one.batch for one in list_batches(store, LOCAL_OWNER)] == [accepted.batch, 1]


def test_an_acceptance_that_fails_or_was_cut_short_can_begin_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    publish(store, ROW)
    number = propose(store, snapshot(store), cash_usd="450000")

    def fails(*place: object, **facts: object) -> PublishedBatch:
        raise Refused("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(correction_acceptance, "publish_import", fails)
        with pytest.raises(Refused, match="disk"):
            accept_correction(store, LOCAL_OWNER, number)
        (waiting,) = list_corrections(store, LOCAL_OWNER)
        assert (waiting.decision, waiting.decided_by) == (None, None)
        # Whoever is killed in between takes nothing back.
        patched.setattr(correction_acceptance, "_taken_back", lambda *facts: None)
        with pytest.raises(Refused, match="disk"):
            accept_correction(store, LOCAL_OWNER, number)
    with pytest.raises(Refused, match="is being accepted"):
        accept_correction(store, LOCAL_OWNER, number)
    now = store.now
    store.now = lambda: now() + timedelta(minutes=11)
    accept_correction(store, LOCAL_OWNER, number)
    assert startup(store).cash_usd == 450000.0


def test_a_register_that_changed_since_is_shown_beside_the_proposal(store: Store):
    publish(store, ROW)
    propose(store, snapshot(store), cash_usd="450000")
    publish(store, ROW | {"cash_usd": "111"})
    (change,) = list_corrections(store, LOCAL_OWNER)[0].changes
    assert (change.before, change.now, change.proposed) == (300000.0, 111.0, 450000.0)
    assert change.has_moved


def test_what_cannot_be_read_is_said_and_nothing_is_sent(store: Store):
    publish(store, ROW)
    visit = snapshot(store)
    given = {"cash_usd": "a lot", "fallback": "maybe", "gross_margin": "7", "renewal": "soon"}
    proposals, faults = read(store, visit, **given)
    assert not proposals
    assert len(faults) == 4
    assert "write an amount such as 45000" in " ".join(faults.values())
    assert read(store, visit, cash_usd="300,000") == ([], {})  # what it says already
    with pytest.raises(Refused, match="Nothing is filled in"):
        propose_correction(store, visit, [])
    for _ in range(20):
        propose_correction(store, visit, [], message="again")
    with pytest.raises(Refused, match="tomorrow"):
        propose_correction(store, visit, [], message="again")


def test_a_message_alone_can_be_accepted(store: Store):
    publish(store, ROW)
    number = propose_correction(store, snapshot(store), [], message="We left OpenAI.")
    assert accept_correction(store, LOCAL_OWNER, number).batch is None


def test_names_that_a_spreadsheet_would_run_are_corrected_under_the_same_name(store: Store):
    publish(store, ROW | {"startup": "=Acme", "use_case": "-chat"})
    number = propose(store, snapshot(store, name="=Acme"), cash_usd="7")
    accept_correction(store, LOCAL_OWNER, number)
    book = load_portfolio(store, LOCAL_OWNER, "Fund")
    assert [(one.name, one.cash_usd) for one in book.startups] == [("=Acme", 7.0)]


@pytest.mark.parametrize("place", range(4))
def test_accepting_a_correction_of_the_demo_changes_only_what_was_proposed(
    store: Store, demo: Portfolio, place: int
):
    one = [one for one in demo.startups if one.use_cases][place * 7]
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="book", startups=(one,)))
    before = load_portfolio(store, LOCAL_OWNER, "book").startups[0]
    number = propose(store, snapshot(store, "book", one.name), cash_usd="123456")
    accept_correction(store, LOCAL_OWNER, number)
    after = load_portfolio(store, LOCAL_OWNER, "book").startups[0]
    assert after.cash_usd == 123456.0

    def kept(dependency: Dependency) -> tuple[object, ...]:
        return dependency.developer, dependency.host, dependency.share, dependency.fallback

    assert [[kept(d) for d in case.dependencies] for case in after.use_cases] == [
        [kept(d) for d in case.dependencies] for case in before.use_cases
    ]
    assert after.monthly_burn_usd == before.monthly_burn_usd
