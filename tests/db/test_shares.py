"""Links for outsiders: secrets, limits, time, and who may look at what."""

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from db.engine import Store
from db.errors import (
    PasscodeNeeded,
    Refused,
    ShareNotAvailable,
    ShareNotFound,
    StoreBusy,
    TooManyAttempts,
)
from db.records import (
    AuditRecord,
    ShareAttemptRecord,
    ShareLinkRecord,
    ShareVisitRecord,
    SnapshotRecord,
)
from db.services.access import LOCAL_OWNER, Actor, ActorRole, NotAllowed
from db.services.audit import AuditFilter, list_audit, verify_audit
from db.services.hours import HourAsked
from db.services.imports import undo_batch
from db.services.people import SignIn, actor_of, set_role
from db.services.scoring import stress
from db.services.share_addresses import BASE_URL_VARIABLE, base_url, note_served
from db.services.share_contents import Wanted, snapshot_of
from db.services.share_lists import list_opens, list_shares, may_revoke, revoke_share
from db.services.share_rules import longest_share_days, set_longest_share_days
from db.services.share_visits import NewVisit, note_export, open_share, visit_of
from db.services.shares import NewShare, ShareKind, ShareState, create_share
from db.sharing import secrets_of_links
from db.sharing.passcode_words import WORDS
from db.sharing.presets import Preset
from db.sharing.scenario_content import stored_scenario
from db.sharing.secrets_of_links import (
    HashedPasscode,
    Turns,
    new_passcode,
    passcode_is_right,
)
from risk.catalog.failure_kinds import FailureKind
from risk.scenarios.event import UnknownRoot
from risk.scenarios.results import Scenario
from tests.db.inventories import ACME, publish

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PASSCODE = "river lamp acorn"


class Clock:
    """A clock that a test can set."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(store: Store) -> Clock:
    set_ = Clock()
    store.now = set_
    publish(store, ACME | {"spend_usd": "1000"})
    return set_


@pytest.fixture(autouse=True)
def quick_passcodes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests need no real work factor; the one that is about it asks for it by name."""
    if "real_work" not in request.fixturenames:
        monkeypatch.setattr(secrets_of_links, "_SCRYPT_N", 2)


@pytest.fixture
def real_work() -> None:
    """The work factor of the product."""


def make(store: Store, **options: object) -> NewShare:
    """A link without money, for which no options are worked out: who may open it is the same."""
    about = {"startup": options.pop("startup", None)}
    about["preset"] = options.pop("preset", Preset.MONEY)
    wanted = Wanted(portfolio="Fund", today=TODAY, **about)  # type: ignore[arg-type]
    return create_share(store, LOCAL_OWNER, wanted, **options)  # type: ignore[arg-type]


def token_of(made: NewShare) -> str:
    return made.link.partition("#")[2]


def begin(
    store: Store, token: str, passcode: str | None = None, client: str = "203.0.113.1"
) -> NewVisit:
    return open_share(store, token=token, passcode=passcode, client=client)


def test_a_link_opens_and_its_visit_shows_what_it_is_about(store: Store, clock: Clock):
    made = make(store, kind=ShareKind.SNAPSHOT)
    visit = begin(store, token_of(made))
    seen = visit_of(store, secret=visit.secret, share=made.share)
    assert (seen.portfolio, seen.startup, seen.kind) == ("Fund", None, ShareKind.SNAPSHOT)
    assert [one.client for one in list_opens(store, LOCAL_OWNER, made.share)] == ["203.0.113.1"]
    (listed,) = list_shares(store, LOCAL_OWNER)
    assert (listed.opens, listed.last_opened_at, listed.state) == (1, NOON, ShareState.OPEN)


def test_neither_token_nor_visit_nor_passcode_is_in_the_store(store: Store, clock: Clock):
    made = make(store, passcode=PASSCODE)
    visit = begin(store, token_of(made), PASSCODE)
    with pytest.raises(PasscodeNeeded):
        begin(store, token_of(made), "canary of a wrong passcode")
    with store.read() as session:
        tables = (ShareLinkRecord, ShareVisitRecord, ShareAttemptRecord, AuditRecord)
        kept = str([[vars(row) for row in session.scalars(select(table))] for table in tables])
    for secret in (token_of(made), visit.secret, PASSCODE, "canary of a wrong"):
        assert secret not in kept
    assert hashlib.sha256(token_of(made).encode()).hexdigest() in kept


def altered(token: str) -> list[str]:
    return [
        "",
        ":token",
        "#" + token,
        token[:-1],
        token + "A",
        token.swapcase(),
        token.lower(),
        token.replace(token[3], "%" + format(ord(token[3]), "02x"), 1),
        f" {token}",
        hashlib.sha256(token.encode()).hexdigest(),
        "A" * 43,
        "x" * 100_000,
        "\ud800",
        "' OR 1=1 --",
    ]


def test_no_other_text_than_the_token_opens_a_link(store: Store, clock: Clock):
    token = token_of(make(store))
    for forged in altered(token):
        with pytest.raises(ShareNotAvailable):
            begin(store, forged)
    begin(store, token)


def test_unknown_expired_and_revoked_links_get_one_answer(store: Store, clock: Clock):
    expired, revoked = make(store, days=1), make(store)
    revoke_share(store, LOCAL_OWNER, revoked.share)
    clock.forward(days=1)
    said = set()
    for token in (token_of(expired), token_of(revoked), "unknown"):
        with pytest.raises(ShareNotAvailable) as refused:
            begin(store, token)
        said.add(str(refused.value))
    assert len(said) == 1
    with store.read() as session:
        # All three count as failures, whatever the reason.
        assert session.scalar(select(func.count()).select_from(ShareAttemptRecord)) == 3


def test_the_visit_of_another_link_opens_nothing(store: Store, clock: Clock):
    first, second = make(store), make(store)
    visit = begin(store, token_of(first))
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=visit.secret, share=second.share)
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=token_of(first), share=first.share)
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret="", share=first.share)


def test_revoking_ends_a_visit_that_is_under_way(store: Store, clock: Clock):
    made = make(store)
    visit = begin(store, token_of(made))
    assert revoke_share(store, LOCAL_OWNER, made.share).state is ShareState.REVOKED
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=visit.secret, share=made.share)
    with pytest.raises(Refused, match="revoked already"):
        revoke_share(store, LOCAL_OWNER, made.share)
    with pytest.raises(ShareNotFound):
        revoke_share(store, LOCAL_OWNER, 99)


def test_a_visit_ends_after_eight_hours_and_a_link_when_it_expires(store: Store, clock: Clock):
    made = make(store, days=1)
    visit = begin(store, token_of(made))
    clock.forward(hours=7.9)
    visit_of(store, secret=visit.secret, share=made.share)
    clock.forward(hours=0.2)
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=visit.secret, share=made.share)
    clock.forward(hours=12)
    late = begin(store, token_of(made))
    clock.forward(hours=4)
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=late.secret, share=made.share)


def test_a_link_lives_30_days_and_never_longer_than_the_owner_allows(store: Store, clock: Clock):
    assert make(store).expires_at == NOON + timedelta(days=30)
    assert longest_share_days(store, LOCAL_OWNER) == 90
    for days in (0, -1, 91):
        with pytest.raises(Refused, match="1 to 90 days"):
            make(store, days=days)
    set_longest_share_days(store, LOCAL_OWNER, 7)
    assert make(store).expires_at == NOON + timedelta(days=7)
    with pytest.raises(Refused):
        make(store, days=8)
    with pytest.raises(Refused):
        set_longest_share_days(store, LOCAL_OWNER, 0)


def test_a_passcode_is_asked_for_and_a_wrong_one_refused(store: Store, clock: Clock):
    token = token_of(make(store, passcode=PASSCODE))
    for passcode in (None, "", "river lamp acorm", PASSCODE.upper()):
        with pytest.raises(PasscodeNeeded):
            begin(store, token, passcode)
    begin(store, token, PASSCODE)


def test_five_wrong_passcodes_lock_a_link_for_a_quarter_of_an_hour_across_a_restart(
    store: Store, address: str, opened: object, clock: Clock
):
    token = token_of(make(store, passcode=PASSCODE))
    for number in range(5):
        with pytest.raises(PasscodeNeeded):
            begin(store, token, "a wrong passcode", client=f"203.0.113.{number}")
    again: Store = opened(address)  # type: ignore[operator]
    again.now = clock
    for one in (store, again):
        with pytest.raises(TooManyAttempts):
            begin(one, token, PASSCODE, client="203.0.113.77")
    clock.forward(minutes=15, seconds=1)
    begin(again, token, PASSCODE, client="203.0.113.77")


def test_thirty_wrong_passcodes_an_hour_lock_a_client_out_of_every_link(store: Store, clock: Clock):
    tokens = [token_of(make(store, passcode=PASSCODE)) for _ in range(7)]
    for number in range(30):
        with pytest.raises(PasscodeNeeded):
            begin(store, tokens[number % 6], "a wrong passcode")
    with pytest.raises(TooManyAttempts) as locked:
        begin(store, tokens[6], PASSCODE)
    assert 3500 < locked.value.seconds <= 3600
    begin(store, tokens[6], PASSCODE, client="198.51.100.9")
    clock.forward(minutes=61)
    begin(store, tokens[6], PASSCODE)


def test_wrong_passcodes_sent_at_once_are_counted_one_by_one(store: Store, clock: Clock):
    token = token_of(make(store, passcode=PASSCODE))
    outcomes: list[type] = []

    def guess(number: int) -> None:
        try:
            begin(store, token, "a wrong passcode", client=f"198.51.100.{number}")
        except (PasscodeNeeded, TooManyAttempts) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcomes.count(PasscodeNeeded) == 5
    assert outcomes.count(TooManyAttempts) == 7


def test_sixty_unknown_tokens_a_minute_lock_a_client_out_but_nobody_else(
    store: Store, clock: Clock
):
    token = token_of(make(store))
    for number in range(60):
        with pytest.raises(ShareNotAvailable):
            begin(store, f"forged {number}")
    with pytest.raises(TooManyAttempts):
        begin(store, token)
    begin(store, token, client="198.51.100.9")
    clock.forward(seconds=61)
    begin(store, token)


class Held:
    """A hash that is right and is only done once somebody lets it go on."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, passcode: str, salt: bytes) -> bytes:
        self.begun.release()
        assert self.go_on.wait(20)
        return b"x"


def test_passcodes_beyond_the_places_are_turned_away_at_once_and_nobody_takes_two(
    monkeypatch: pytest.MonkeyPatch,
):
    held, turns = Held(), Turns(at_once=1, waiting=1)
    monkeypatch.setattr(secrets_of_links, "_scrypt", held)

    def check(client: str) -> bool:
        known = HashedPasscode(salt=b"s", hash=b"x")
        return passcode_is_right(client, known, client=client, turns=turns)

    with ThreadPoolExecutor(3) as pool:
        checks = [pool.submit(check, "Ann")]
        assert held.begun.acquire(timeout=20)
        # However often somebody asks meanwhile, the other places are left to everybody else.
        for _ in range(50):
            with pytest.raises(StoreBusy):
                check("Ann")
        # One of these two waits, and the other is turned away while nothing else goes on.
        checks += [pool.submit(check, name) for name in ("Bob", "Cem")]
        turned_away = next(as_completed(checks, timeout=20))
        assert isinstance(turned_away.exception(), StoreBusy)
        held.go_on.set()
    assert [one.result() for one in checks if one is not turned_away] == [True, True]
    assert check("Dee")


def test_a_passcode_that_was_not_looked_at_counts_as_no_wrong_one(store: Store, clock: Clock):
    token = token_of(make(store, passcode=PASSCODE))
    full = Turns(at_once=1, waiting=0)
    asked = {"token": token, "passcode": PASSCODE, "client": "203.0.113.1", "turns": full}
    with full.turn("somebody else"):
        for _ in range(9):
            with pytest.raises(StoreBusy):
                open_share(store, **asked)
    assert open_share(store, **asked)


@pytest.mark.usefixtures("real_work")
def test_a_passcode_is_hashed_with_scrypt_as_strongly_as_it_says():
    made = secrets_of_links.hash_passcode(PASSCODE)
    expected = hashlib.scrypt(
        PASSCODE.encode(), salt=made.salt, n=32768, r=8, p=3, maxmem=2**26, dklen=32
    )
    assert made.hash == expected
    assert passcode_is_right(PASSCODE, made, client="Ann")


def test_a_made_passcode_has_six_words_of_many_and_a_short_one_is_refused(
    store: Store, clock: Clock
):
    words = new_passcode().split()
    assert len(words) == 6
    assert set(words) <= set(WORDS)
    assert len(set(WORDS)) == 512  # 6 words of 512: 6 × 9 = 54 bits
    with pytest.raises(Refused, match="8 to 256"):
        make(store, passcode="seven77")


def test_a_link_ends_with_its_makers_rights(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    made = make(store)
    visit = begin(store, token_of(made))

    monkeypatch.setattr(
        "db.services.share_visits.actor_numbered",
        lambda *_: Actor("local owner", ActorRole.VIEWER),
    )
    with pytest.raises(ShareNotAvailable):
        visit_of(store, secret=visit.secret, share=made.share)
    with pytest.raises(ShareNotAvailable):
        begin(store, token_of(made))


def test_a_live_link_ends_with_the_import_of_what_it_shows_and_a_snapshot_does_not(
    store: Store, clock: Clock
):
    added = publish(store, ACME | {"startup": "Zeta", "spend_usd": "9"}).batch
    about = {"whole": None, "Zeta": "Zeta", "Acme": "Acme"}
    live = {name: make(store, startup=startup) for name, startup in about.items()}
    frozen = make(store, kind=ShareKind.SNAPSHOT)
    visits = {one.share: begin(store, token_of(one)) for one in (*live.values(), frozen)}

    def still() -> set[str]:
        found = set()
        for name, made in {**live, "frozen": frozen}.items():
            with suppress(ShareNotAvailable):
                visit_of(store, secret=visits[made.share].secret, share=made.share)
                begin(store, token_of(made))
                found.add(name)
        return found

    assert still() == {"whole", "Zeta", "Acme", "frozen"}
    undo_batch(store, LOCAL_OWNER, added)
    assert still() == {"whole", "Acme", "frozen"}
    undo_batch(store, LOCAL_OWNER, 1)
    assert still() == {"frozen"}
    publish(store, ACME | {"spend_usd": "1000"})
    assert still() == {"whole", "Acme", "frozen"}


def rows_of_readers(store: Store) -> int:
    with store.read() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (AuditRecord, ShareVisitRecord, ShareAttemptRecord)
        )


def test_a_thousand_openings_and_files_of_one_reader_leave_a_bounded_number_of_rows(
    store: Store, clock: Clock
):
    made = make(store, passcode=PASSCODE)
    first = begin(store, token_of(made), PASSCODE)
    visit = visit_of(store, secret=first.secret, share=made.share)
    before = rows_of_readers(store)
    for _ in range(1000):
        note_export(store, visit, what="content.json")
        note_export(store, visit, what="startups.csv")
    assert rows_of_readers(store) == before + 4  # two files, each one counted and one noted
    opened = 0
    for _ in range(1000):
        with suppress(TooManyAttempts):
            begin(store, token_of(made), PASSCODE)
            opened += 1
    assert opened == 119
    assert rows_of_readers(store) == before + 4 + 2 * 119
    begin(store, token_of(made), PASSCODE, client="198.51.100.9")
    clock.forward(hours=1, seconds=1)
    begin(store, token_of(made), PASSCODE)
    note_export(store, visit, what="content.json")
    noted = list_audit(store, LOCAL_OWNER, AuditFilter(actions=("export share",)))
    assert [one.after for one in noted] == [
        {"file": "content.json"},
        {"file": "startups.csv"},
        {"file": "content.json"},
    ]


def test_a_wrong_passcode_is_noted_once_a_minute_for_each_client_and_link(
    store: Store, clock: Clock
):
    tokens = [token_of(make(store, passcode=PASSCODE)) for _ in range(2)]

    def fail(token: str, client: str = "203.0.113.1") -> None:
        with pytest.raises(PasscodeNeeded):
            begin(store, token, "a wrong passcode", client=client)

    for _ in range(2):
        fail(tokens[0])
    fail(tokens[1])
    fail(tokens[0], "198.51.100.9")
    clock.forward(seconds=61)
    fail(tokens[0])
    noted = list_audit(store, LOCAL_OWNER, AuditFilter(actions=("fail to open share",)))
    assert [one.object_name for one in reversed(noted)] == ["1", "2", "1", "1"]


def test_a_link_is_revoked_by_its_maker_or_an_owner_and_by_no_colleague(store: Store, clock: Clock):
    makers = [
        actor_of(store, SignIn(issuer="i", subject=name, name=name, email="", at=store.now()))
        for name in ("Ann", "Bob")
    ]
    for one in makers:
        set_role(store, LOCAL_OWNER, one.person or 0, ActorRole.ANALYST)
    ann, bob = (replace(one, role=ActorRole.ANALYST) for one in makers)
    wanted = Wanted(portfolio="Fund", preset=Preset.MONEY, today=TODAY)
    of_ann, second = (create_share(store, ann, wanted).share for _ in range(2))
    of_owner = make(store).share
    for share, maker in ((of_ann, ann), (of_owner, LOCAL_OWNER)):
        with pytest.raises(NotAllowed) as refused:
            revoke_share(store, bob, share)
        assert str(refused.value) == (
            f"{maker.name} made share link {share}. Ask them or an owner to revoke it."
        )
    mine = [one.share for one in list_shares(store, ann) if may_revoke(ann, one)]
    assert mine == [second, of_ann]
    assert not any(may_revoke(bob, one) for one in list_shares(store, bob))
    assert revoke_share(store, ann, of_ann).state is ShareState.REVOKED
    revoke_share(store, LOCAL_OWNER, second)
    noted = list_audit(store, LOCAL_OWNER, AuditFilter(actions=("revoke share link",)))
    assert [(one.actor, one.after) for one in noted] == [
        (LOCAL_OWNER.name, {"made_by": ann.name}),
        (ann.name, {"made_by": ann.name}),
    ]


def test_a_snapshot_is_text_with_its_hash_and_cannot_be_changed(store: Store, clock: Clock):
    made = make(store, kind=ShareKind.SNAPSHOT, preset=Preset.EVERYTHING)
    frozen = snapshot_of(store, made.share)
    assert made.digest == hashlib.sha256(frozen.text.encode()).hexdigest() == frozen.digest
    content = json.loads(frozen.text)
    assert frozen.text == json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert content["frozen_at"] == "2026-11-25T12:00:00+00:00"
    assert content["data_batch"] == 1
    for change in ("UPDATE snapshots SET content = 'x'", "DELETE FROM snapshots"):
        with pytest.raises(DBAPIError), store.write_engine.begin() as connection:
            connection.execute(text(change))
    publish(store, ACME | {"startup": "Zeta", "spend_usd": "9"})
    assert snapshot_of(store, made.share).text == frozen.text


def test_a_stress_test_is_frozen_with_what_it_stands_on_and_listed_by_its_title(
    store: Store, clock: Clock
):
    tested = Scenario(
        id="own",
        title="Wind-down of OpenAI",
        root="OpenAI",
        kind=FailureKind.WIND_DOWN,
        notice_days=14.0,
    )
    wanted = Wanted(portfolio="Fund", scenario=tested, preset=Preset.NAMES, today=TODAY)
    made = create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)
    frozen = snapshot_of(store, made.share)
    assert made.digest == hashlib.sha256(frozen.text.encode()).hexdigest()
    content = json.loads(frozen.text)
    assert (content["scope"], content["scenario"]["notice_days"]) == ("scenario", 14.0)
    assert content["frozen_at"] == "2026-11-25T12:00:00+00:00"
    assert content["redacted"] == ["names"]
    assert [row["startup"] for row in content["startups"]] == ["Company 1"]
    assert "Acme" not in frozen.text
    loss = stress(store, LOCAL_OWNER, "Fund", tested, today=TODAY).total_usd
    assert content["figures"]["loss_usd"] == pytest.approx(loss, rel=0.05)  # in two digits
    (listed,) = list_shares(store, LOCAL_OWNER)
    assert (listed.stress_test, listed.startup) == ("Wind-down of OpenAI", None)
    (noted,) = list_audit(store, LOCAL_OWNER, AuditFilter(actions=("make share link",)))
    assert noted.object_name == f"{made.share} (Fund: Wind-down of OpenAI)"
    visit = begin(store, token_of(made))
    seen = visit_of(store, secret=visit.secret, share=made.share)
    assert stored_scenario(seen.view) == tested


def test_an_hour_is_shared_as_a_snapshot_of_itself_alone_and_listed_as_an_incident(
    store: Store, clock: Clock
):
    news = HourAsked(
        provider="OpenAI", at=NOON, news="chief_executive_dismissed", source="a founder's call"
    )
    wanted = Wanted(portfolio="Fund", hour=news, preset=Preset.NAMES, today=TODAY)
    with pytest.raises(Refused, match="share it as a snapshot"):
        create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.LIVE)
    made = create_share(store, LOCAL_OWNER, wanted, kind=ShareKind.SNAPSHOT)
    frozen = snapshot_of(store, made.share)
    content = json.loads(frozen.text)
    assert (content["scope"], content["provider"]) == ("hour", "OpenAI")
    assert [one["headline"] for one in content["news"]] == [
        "the board dismisses the chief executive"
    ]
    assert "Acme" not in frozen.text
    assert "founder's call" not in frozen.text
    (listed,) = list_shares(store, LOCAL_OWNER)
    assert listed.incident == "Incident at OpenAI, 2026-11-25 12:00"
    (noted,) = list_audit(store, LOCAL_OWNER, AuditFilter(actions=("make share link",)))
    assert noted.object_name == f"{made.share} (Fund: {listed.incident})"


def test_a_stress_test_of_somebody_unknown_makes_no_link(store: Store, clock: Clock):
    nowhere = Scenario(id="own", title="?", root="Nobody", kind=FailureKind.OUTAGE)
    with pytest.raises(UnknownRoot):
        create_share(store, LOCAL_OWNER, Wanted(portfolio="Fund", scenario=nowhere, today=TODAY))
    assert list_shares(store, LOCAL_OWNER) == ()


def test_only_snapshots_are_frozen(store: Store, clock: Clock):
    make(store)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(SnapshotRecord)) == 0


def test_making_opening_failing_and_revoking_are_in_the_trail_without_secrets(
    store: Store, clock: Clock
):
    made = make(store, passcode=PASSCODE)
    begin(store, token_of(made), PASSCODE)
    with pytest.raises(PasscodeNeeded):
        begin(store, token_of(made), "a wrong passcode")
    with pytest.raises(ShareNotAvailable):
        begin(store, "forged")
    with pytest.raises(ShareNotAvailable):
        begin(store, "forged again")
    revoke_share(store, LOCAL_OWNER, made.share)
    trail = [
        (one.action, one.object_name)
        for one in reversed(list_audit(store, LOCAL_OWNER))
        if one.action != "store scores"
    ]
    assert trail[1:] == [
        ("make share link", "1 (Fund)"),
        ("open share", "1"),
        ("fail to open share", "1"),
        ("fail to open share", "unknown"),  # one note a minute, however many tries
        ("revoke share link", "1 (Fund)"),
    ]
    assert verify_audit(store, LOCAL_OWNER).broken_at is None


def test_links_beyond_this_machine_need_https(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    assert base_url(store) == "http://127.0.0.1:8501"
    note_served(store, address="127.0.0.1", port=8617)
    assert make(store).link.startswith("http://127.0.0.1:8617/s/#")
    note_served(store, address="0.0.0.0", port=8617)  # noqa: S104 - what must be refused
    with pytest.raises(Refused, match="beyond this machine"):
        make(store)
    monkeypatch.setenv(BASE_URL_VARIABLE, "https://risk.example.org/")
    assert make(store).link.startswith("https://risk.example.org/s/#")
    for wrong in (
        "http://risk.example.org",
        "risk.example.org",
        "https://a.example/path",
        "ftp://x",
    ):
        monkeypatch.setenv(BASE_URL_VARIABLE, wrong)
        with pytest.raises(Refused):
            make(store)
    # Links made in the terminal lead to the address that the server was given, without knowing it.
    monkeypatch.setenv(BASE_URL_VARIABLE, "https://downstream.example.com")
    note_served(store, address="127.0.0.1", port=8617)
    monkeypatch.delenv(BASE_URL_VARIABLE)
    assert base_url(store) == "https://downstream.example.com"
