"""Every public service asks who is calling, and somebody decided about every kind of caller."""

import ast
import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import db.services
from db.engine import Store
from db.errors import (
    BatchNotFound,
    CorrectionNotFound,
    PortfolioNotFound,
    Refused,
    ShareNotFound,
    StoreError,
    TokenNotFound,
)
from db.records import CorrectionRecord, QuestionFileRecord
from db.services import (
    backup_evidence,
    filing_proposals,
    options,
    overview,
    question_inbox,
    questions,
    reports,
    scoring,
    share_contents,
    visible,
    watching,
    weighting,
)
from db.services.access import PERMISSIONS, Action, ActorRole, NotAllowed, authorize
from db.services.audit import verify_audit
from db.services.contract_records import keep_contracts
from db.services.decisions import record_decision
from db.services.drill_files import DrillFile, import_drills
from db.services.evaluations import record_evaluation
from db.services.filings import keep_register, state_filing
from db.services.forecasts import keep_forecasts
from db.services.funds import HoldingsFile, import_holdings
from db.services.imports import publish_import
from db.services.people import SignIn, actor_of, set_role
from db.services.portfolio_changes import archive_portfolio
from db.services.portfolios import state_hash
from db.services.question_forms import ask_founder
from db.services.realised_losses import note_loss
from db.services.scenario_files import keep_file
from db.services.shares import ShareKind, create_share
from db.services.tokens import RIGHTS, TokenScope, create_token
from risk.inventory.contracts import Contract
from risk.portfolio.inbox import Inbox, OpenQuestion
from risk.portfolio.structure import Dependences
from tests.db.access_decisions import (
    ACTORS,
    ALLOWED,
    ARGUMENTS,
    ASK_NOBODY,
    CRISIS,
    DATA,
    DRILLS,
    FILING,
    HIDDEN,
    LEAVE_NO_ROW,
    LOSS,
    NOTHING,
    OWN_ARGUMENTS,
    REFUSED,
    SERVICES,
    Sort,
)

#: Whom nobody depends on.
NOBODY = Dependences(
    pairs=(),
    names=(),
    place=np.zeros(0, dtype=np.int32),
    startup=np.zeros(0, dtype=np.int32),
    margin=np.zeros(0),
)
OWNER, ANALYST, OTHER_TEAM = ACTORS["owner"], ACTORS["analyst"], ACTORS["other team"]
#: What the store raises where there is no such thing.
THINGS_NOT_THERE = (
    *(PortfolioNotFound, BatchNotFound, ShareNotFound, CorrectionNotFound, TokenNotFound),
)
#: What the store says to somebody for whom the thing does not exist.
NOT_THERE = (
    *(
        "is taken by another team",
        "is for one portfolio",
        "There is no decision",
        "There is no drill",
    ),
    *("There is no evaluation", "There is no import", "There is no register"),
    *("There is no file", "There is no forecast", "There is no loss"),
)


def public_functions() -> dict[str, FunctionType]:
    """Every public function of every service module, as ``module.name``."""
    found = {}
    for module in pkgutil.iter_modules(db.services.__path__):
        loaded = importlib.import_module(f"db.services.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if not name.startswith("_") and function.__module__ == loaded.__name__:
                found[f"{module.name}.{name}"] = function
    return found


@cache
def services() -> dict[str, FunctionType]:
    """Those that take a store and an actor, and so must ask."""
    return {
        function.__name__: function
        for function in public_functions().values()
        if list(inspect.signature(function).parameters)[:2] == ["store", "actor"]
    }


def arguments_of(name: str) -> dict[str, Any]:
    parameters = list(inspect.signature(services()[name]).parameters.values())[2:]
    wanted = {one.name for one in parameters if one.default is inspect.Parameter.empty}
    own = OWN_ARGUMENTS.get(name, {})
    missing = wanted - ARGUMENTS.keys() - own.keys()
    assert not missing, f"name a value for {missing} of {name} in tests/db/access_decisions.py"
    return {**{one: ARGUMENTS[one] for one in wanted - own.keys()}, **own}


def test_somebody_decided_about_every_public_function():
    asking = {f"{f.__module__.split('.')[-1]}.{name}" for name, f in services().items()}
    undecided = set(public_functions()) - asking - set(ASK_NOBODY)
    assert not undecided, "say in ASK_NOBODY why these may ask nobody who is calling"
    assert set(SERVICES) == set(services()), "every service has a line in SERVICES, and no other"
    assert set(ASK_NOBODY) <= set(public_functions()) - asking
    assert len(SERVICES) >= 44


@pytest.fixture
def blue_store(store: Store) -> Store:
    """A store whose portfolios are the team Blue's, with batch, decision, link and person.

    One of them is archived, the other is “Fund”.
    """
    for number in range(1, 5):
        actor_of(store, SignIn(issuer="i", subject=str(number), name="", email="", at=store.now()))
    for one in ACTORS.values():
        if one.person is not None:
            set_role(store, OWNER, one.person, one.role, team=one.team)
    publish_import(store, ANALYST, data=DATA, file_name="a.csv", portfolio="Fund")
    publish_import(store, ANALYST, data=DATA, file_name="a.csv", portfolio="Put away")
    archive_portfolio(store, ANALYST, "Put away")
    record_decision(store, ANALYST, "Fund", "Acme", "Claude API", owner="Ann")
    holdings = HoldingsFile(data=b"company,fund\nAcme,Two\n", file_name="h.csv")
    import_holdings(store, ANALYST, "Fund", holdings)
    keep_file(store, ANALYST, CRISIS, name="board")
    contracts = [Contract(reference=one, notice_days=90.0) for one in ("C-1", "C-2")]
    keep_contracts(store, ANALYST, "Fund", contracts, source="test")
    keep_forecasts(store, ANALYST, "Fund", provider="OpenAI")
    # About another day than the one that is noted later, so that this note stands until then.
    note_loss(store, ANALYST, "Fund", replace(LOSS, first_day=date(2026, 10, 1)))
    # Of another model than the one that is noted later, so that this one stands until it is undone.
    record_evaluation(store, ANALYST, "Fund", replace(ARGUMENTS["noted"], other="GPT-4.1"))
    number = keep_register(store, ANALYST, "Fund", FILING, file_name="a.zip")
    state_filing(store, ANALYST, number, replace(ARGUMENTS["facts"], country="FR"))
    drills = DrillFile(data=DRILLS, file_name="d.csv", conducted_by="Ann")
    import_drills(store, ANALYST, "Fund", drills)
    snapshot = create_share(store, ANALYST, ARGUMENTS["wanted"], kind=ShareKind.SNAPSHOT)
    with store.write() as session:
        for _ in range(2):
            message = {"items": [], "message": "We left.", "proposed_at": store.now()}
            session.add(CorrectionRecord(link_id=snapshot.share, **message))
    form = ask_founder(
        store, ANALYST, "Fund", "Acme", ARGUMENTS["asking"], today=ARGUMENTS["today"]
    )
    file = {"file_name": "a.csv", "kind": "text", "size": 1, "digest": "", "data": b"a"}
    with store.write() as session:
        session.add(QuestionFileRecord(link_id=form.share, said_at=store.now(), **file))
    create_token(store, ANALYST, "A script", [TokenScope.READ])
    return store


#: Callers whom a token narrows: to reading, and to a portfolio that is not there.
NARROWED = {
    "reading token": replace(ANALYST, rights=RIGHTS[TokenScope.READ]),
    "token of another portfolio": replace(ANALYST, portfolio=999),
}


def outcome(function: Callable[..., Any], store: Store, caller: str) -> tuple[str, Any]:
    """What a caller meets, and the answer if there is one."""
    try:
        answer = function(store, (ACTORS | NARROWED)[caller], **arguments_of(function.__name__))
    except NotAllowed:
        return REFUSED, None
    except THINGS_NOT_THERE:
        return HIDDEN, None
    except Refused as refused:
        return (HIDDEN if any(text in str(refused) for text in NOT_THERE) else ALLOWED), None
    except StoreError:
        return ALLOWED, None
    return ALLOWED, answer


def disagreements(store: Store, callers: Iterable[str], names: list[str]) -> set[str]:
    """What meets a caller otherwise than was decided, as ``service: caller met this``."""
    found = set()
    held = state_hash(store, OWNER, "Fund")
    for name in names:
        for caller in callers:
            before = held
            met, answer = outcome(services()[name], store, caller)
            if NOTHING in SERVICES[name].value and met == ALLOWED and caller == "other team":
                met = ALLOWED if answer == outcome(services()[name], store, "owner")[1] else NOTHING
            held = state_hash(store, OWNER, "Fund")
            if met != ALLOWED and held != before:
                met += ", and changed the portfolio"
            if met != SERVICES[name].verdict(caller):
                found.add(f"{name}: {caller} {met}")
    return found


def in_order() -> list[str]:
    """Readers first, then what needs startups, and at the very end what takes them away."""

    last = (
        *("end", "exit_startup", "save_portfolio", "archive_portfolio", "unarchive_portfolio"),
        *("remove_filing", "undo_batch", "delete_portfolio"),
    )

    def place(name: str) -> tuple[int, bool, bool, str]:
        at = last.index(name) + 1 if name in last else 0
        return at, name not in LEAVE_NO_ROW, name != "keep_answer", name

    return sorted(SERVICES, key=place)


@dataclass(frozen=True)
class Scored:
    """As much of an answer as services look at."""

    portfolio: str
    levers: tuple[object, ...] | None = None
    dependence: None = None
    startups: tuple[object, ...] = ()
    learned: tuple[str, ...] = ()


@pytest.fixture(autouse=True)
def model_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may ask for a score does not depend on what the score is."""
    monkeypatch.setattr(scoring, "alternatives_for", lambda *facts, **more: ())
    for name in ("assess", "what_drives", "explain"):
        monkeypatch.setattr(scoring, name, lambda *facts, **options: "an answer")
    monkeypatch.setattr(options, "alternatives", lambda *facts, **more: ())
    monkeypatch.setattr(scoring, "stress_of", lambda *facts, **options: "an answer")
    readings = ARGUMENTS["watch"].readings
    monkeypatch.setattr(watching, "_read", lambda *facts, **options: readings)
    nobody = SimpleNamespace(startups=())
    monkeypatch.setattr(filing_proposals, "score_portfolio", lambda *facts, **options: nobody)
    monkeypatch.setattr(filing_proposals, "_wind_down_losses", lambda *facts, **options: {})
    scored = Scored(portfolio="Fund")
    monkeypatch.setattr(share_contents, "score_portfolio", lambda *facts, **options: scored)
    monkeypatch.setattr(reports, "with_narrowing", lambda answer, found: answer)
    for name in ("worst_ending", "portfolio_week"):
        monkeypatch.setattr(reports, name, lambda *facts, **options: ())
    monkeypatch.setattr(share_contents, "narrowing", lambda *facts, **options: ())
    monkeypatch.setattr(share_contents, "_first", lambda *facts, **options: ((), None, ()))
    monkeypatch.setattr(share_contents, "portfolio_content", lambda *facts, **options: {})
    monkeypatch.setattr(share_contents, "scenario_content", lambda *facts, **options: {})
    monkeypatch.setattr(weighting, "score_portfolio", lambda *facts, **options: scored)
    monkeypatch.setattr(questions, "score_portfolio", lambda *facts, **options: scored)
    monkeypatch.setattr(questions, "open_facts", lambda *facts, **options: ())
    monkeypatch.setattr(questions, "questions_about", lambda *facts, **options: ())
    asked = OpenQuestion(
        field="engineers",
        about=None,
        open=1,
        companies=1,
        first=("Acme",),
        narrows=0.0,
        lowers_usd=0.0,
        removes_usd=0.0,
    )
    inbox = Inbox(questions=(asked,), low=0.0, median=0.0, high=0.0, high_of_facts=0.0)
    laid_out = SimpleNamespace(members=())
    table = SimpleNamespace(table=SimpleNamespace(names=()))
    place = question_inbox.OpenPlace(startup="Acme")
    monkeypatch.setattr(question_inbox, "score_portfolio", lambda *facts, **options: scored)
    monkeypatch.setattr(question_inbox, "assessed_of", lambda answer: table)
    monkeypatch.setattr(question_inbox, "inbox_of", lambda *facts: inbox)
    monkeypatch.setattr(question_inbox, "valuation", lambda *facts, **options: laid_out)
    monkeypatch.setattr(question_inbox, "_places_of", lambda *facts: [place])
    monkeypatch.setattr(overview, "score_portfolio", lambda *facts, **options: scored)
    empty = SimpleNamespace(names=(), answers=SimpleNamespace(mean=np.zeros(0)))
    monkeypatch.setattr(overview, "assessed_of", lambda answer: SimpleNamespace(table=empty))
    monkeypatch.setattr(overview, "valuation", lambda *facts, **options: "a valuation")
    monkeypatch.setattr(overview, "at_stake", lambda *facts: {})
    monkeypatch.setattr(overview, "_changed", lambda *facts, **options: (None, None))
    monkeypatch.setattr(overview, "do_first", lambda *facts, **options: ())
    monkeypatch.setattr(overview, "_facts", lambda *facts, **options: ())
    monkeypatch.setattr(weighting, "valuation", lambda *facts, **options: "a valuation")
    monkeypatch.setattr(weighting, "dependence_of", lambda held: NOBODY)
    monkeypatch.setattr(
        backup_evidence, "_losses", lambda held, *facts, **options: np.zeros(len(held.members))
    )


#: Whether a caller is let in is decided before a database is asked; that every service works on
#: either is told by the rows that each leaves, and by the tests of each.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
def test_every_service_meets_every_caller_as_was_decided(blue_store: Store):
    assert disagreements(blue_store, ACTORS, in_order()) == set()


#: Files of scenarios and crises are a team's and of no portfolio.
OF_A_TEAM = {"file_text", "own_file", "keep_file", "note_news", "remove_file"}
#: Of one portfolio, and yet not for whoever has one alone: it is made later, by all that its maker
#: sees then.
OF_MAKERS = {"schedule_report"}


def narrowed_verdict(caller: str, name: str) -> str:
    """What a narrowed caller meets: of a role's rights as many as are left, of portfolios none."""
    sort = SERVICES[name]
    if "reading" in caller:
        return sort.verdict("viewer")
    if name in OF_A_TEAM:
        return REFUSED if sort is Sort.WORK else ALLOWED
    if sort in (Sort.OWNER, Sort.WORK_ON_FACTS) or name in OF_MAKERS:
        return REFUSED
    return sort.verdict("other team")


@on_sqlite
@pytest.mark.parametrize("caller", NARROWED)
def test_every_service_meets_a_token_with_no_more_than_is_left_of_its_makers_rights(
    blue_store: Store, caller: str
):
    of_no_portfolio = {"longest_share_days", "list_tokens", "revoke_token"}
    names = [name for name in in_order() if name not in of_no_portfolio]
    wrong = set()
    for name in names:
        met, answer = outcome(services()[name], blue_store, caller)
        if NOTHING in SERVICES[name].value and met == ALLOWED and "another" in caller:
            whole = outcome(services()[name], blue_store, "owner")[1]
            met = ALLOWED if answer == whole else NOTHING
        if met != narrowed_verdict(caller, name):
            wrong.add(f"{name}: {met}")
    assert wrong == set()


def test_to_another_team_a_portfolio_is_as_if_it_were_not_there(store: Store):
    lists = [name for name, sort in SERVICES.items() if sort is Sort.LISTS]
    before = {name: outcome(services()[name], store, "other team") for name in lists}
    publish_import(store, ANALYST, data=DATA, file_name="a.csv", portfolio="Fund")
    assert {name: outcome(services()[name], store, "other team") for name in lists} == before
    for name in lists:
        assert outcome(services()[name], store, "analyst") != before[name]


def test_every_write_leaves_a_row_in_the_trail_and_no_reading_does(blue_store: Store):
    rows = {}
    for name in in_order():
        before = verify_audit(blue_store, OWNER).rows
        assert outcome(services()[name], blue_store, "owner")[0] == ALLOWED
        rows[name] = verify_audit(blue_store, OWNER).rows - before
    assert rows == {name: int(name not in LEAVE_NO_ROW) for name in rows}
    assert verify_audit(blue_store, OWNER).broken_at is None


def asks_first(function: FunctionType, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a service itself asks about a stranger, before it touches anything."""
    askers = []

    def noticed(*question: Any) -> None:
        askers.append(sys._getframe(1).f_code)
        authorize(*question)

    with monkeypatch.context() as patched:
        patched.setitem(function.__globals__, "authorize", noticed)
        untouchable: Any = None
        try:
            function(untouchable, ACTORS["anonymous"], **arguments_of(function.__name__))
        except NotAllowed:
            return askers[:1] == [function.__code__]
        except Exception:  # it went on without asking, and fell over the missing store
            return False
    return False


def without_asking(function: FunctionType) -> FunctionType:
    """The same service with its authorisation taken out of its source."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    body = tree.body[0].body
    asking = [
        line
        for line in body
        if isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Call)
        and isinstance(line.value.func, ast.Name)
        and line.value.func.id == "authorize"
    ]
    assert len(asking) == 1, f"{function.__name__} asks once, at the top of its body"
    body.remove(asking[0])
    names = dict(function.__globals__)
    exec(compile(tree, f"{function.__name__} without asking", "exec"), names)  # noqa: S102
    return names[function.__name__]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_stranger_is_refused_by_the_service_itself_before_the_store_is_touched(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    assert asks_first(services()[name], monkeypatch)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_taking_the_authorisation_out_of_a_service_is_noticed(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    assert not asks_first(without_asking(services()[name]), monkeypatch)


@on_sqlite
def test_forgetting_the_teams_is_noticed_for_every_service_of_a_portfolio(
    blue_store: Store, monkeypatch: pytest.MonkeyPatch
):
    # Tokens are those of who made them, by a condition of their own.
    of_a_portfolio = [
        name
        for name in in_order()
        if {HIDDEN, NOTHING} & set(SERVICES[name].value)
        and not name.endswith(("_token", "_tokens"))
    ]
    everybody = visible.true()
    for module in {services()[name].__globals__["__name__"] for name in of_a_portfolio}:
        loaded = sys.modules[module]
        for name in ("seen_by", "of_team", "file_seen_by"):
            if hasattr(loaded, name):
                monkeypatch.setattr(loaded, name, lambda actor: everybody)
    for name in ("seen_by", "of_team", "file_seen_by"):
        monkeypatch.setattr(visible, name, lambda actor: everybody)
    noticed = disagreements(blue_store, ["other team"], of_a_portfolio)
    assert {one.split(":")[0] for one in noticed} == set(of_a_portfolio)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_decided_for_every_role(action: Action):
    assert PERMISSIONS[action] <= set(ActorRole)
    assert ActorRole.OWNER in PERMISSIONS[action]
    assert not PERMISSIONS[action] & {ActorRole.NONE, ActorRole.SHARE_VISIT}


def test_a_refusal_names_the_act_and_who_may():
    with pytest.raises(NotAllowed) as refused:
        authorize(ACTORS["viewer"], Action.UNDO, "batch 3")
    assert str(refused.value) == (
        "viewer (viewer) may not undo: batch 3. Ask somebody who is analyst or owner."
    )


def test_equal_scopes_see_the_same_and_other_teams_have_another():
    assert OWNER.scope != ANALYST.scope != OTHER_TEAM.scope
