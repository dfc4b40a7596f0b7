"""Calls of programs that happen once, whichever process is asked, and however a process ends."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.engine import Store, open_store
from db.errors import AnswerNotKept, JobNotFound, KeyUsedOtherwise, StoreBusy, TooManyJobs
from db.records import ApiCallRecord
from db.services import api_calls
from db.services.access import LOCAL_OWNER
from db.services.api_calls import (
    KEPT,
    SILENT_AFTER,
    Answer,
    ApiCall,
    CallState,
    answer_of_call,
    are_old_calls,
    begin_call,
    drop_call,
    find_job,
    finish_call,
    forget_calls,
    hear_calls,
)
from db.services.imports import publish_import
from db.services.portfolio_changes import delete_portfolio
from db.services.tokens import TokenScope, create_token, list_tokens

ANSWER = Answer(status=200, headers={"etag": '"e"'}, body=b'{"data": 1}')


def token_of(store: Store, **narrowed: str) -> int:
    return create_token(store, LOCAL_OWNER, "t", [TokenScope.IMPORT], **narrowed).token


@pytest.fixture
def token(store: Store) -> int:
    return token_of(store)


@pytest.fixture
def other(store: Store, address: str) -> Iterator[Store]:
    """The same store as another process has it open."""
    opened = open_store(address)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody says anything in these tests while somebody waits for it."""
    monkeypatch.setattr(api_calls, "sleep", lambda seconds: None)


def keyed(
    store: Store, token: int, key: str = "k", fingerprint: str = "a" * 64, **more: int
) -> tuple[ApiCall, bool]:
    command = "watch set"
    return begin_call(store, token, command, is_job=False, key=key, fingerprint=fingerprint, **more)


def job(store: Store, token: int, **more: int) -> ApiCall:
    call, is_new = begin_call(store, token, "import", is_job=True, **more)
    assert is_new
    return call


def later(store: Store, seconds: float) -> None:
    """Let this store's clock be ahead of the others'."""
    before = store.now
    store.now = lambda: before() + timedelta(seconds=seconds)


@contextmanager
def somebody_writes(store: Store) -> Iterator[None]:
    with store.write():
        yield


def calls_in(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(ApiCallRecord)) or 0


def test_another_process_sees_how_far_a_job_is_and_its_answer(
    store: Store, other: Store, token: int
):
    begun = job(store, token)
    assert find_job(other, token, begun.name) == begun
    hear_calls(store, {begun.name: 0.25})
    seen = find_job(other, token, begun.name)
    assert (seen.state, seen.share) == (CallState.RUNNING, 0.25)
    with pytest.raises(JobNotFound):
        answer_of_call(other, token, begun.name)
    finish_call(store, begun.name, ANSWER)
    seen = find_job(other, token, begun.name)
    assert (seen.state, seen.share) == (CallState.DONE, 1.0)
    assert answer_of_call(other, token, begun.name) == ANSWER
    # What came late of its progress changes nothing any more.
    hear_calls(store, {begun.name: 0.5})
    assert find_job(other, token, begun.name).share == 1.0


def test_a_job_and_its_answer_are_those_of_their_token_alone(store: Store, token: int):
    begun, colleague = job(store, token), token_of(store)
    finish_call(store, begun.name, ANSWER)
    for ask in (find_job, answer_of_call):
        for whose, name in ((colleague, begun.name), (token, "nobody's"), (token, "")):
            with pytest.raises(JobNotFound):
                ask(store, whose, name)
    short, _ = keyed(store, token)
    with pytest.raises(JobNotFound):  # It is no job, and its name is told to nobody.
        find_job(store, token, short.name)


def test_the_same_key_of_many_at_once_begins_one(store: Store, address: str, token: int):
    found: list[tuple[ApiCall, bool]] = []
    meet = threading.Barrier(6)
    with ExitStack() as opened:
        stores = [open_store(address) for _ in range(6)]
        for one in stores:
            opened.callback(one.close)

        def ask(one: Store) -> None:
            meet.wait()
            found.append(keyed(one, token))

        threads = [threading.Thread(target=ask, args=(one,)) for one in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(is_new for _, is_new in found) == [False] * 5 + [True]
    assert len({call.name for call, _ in found}) == calls_in(store) == 1


def test_a_key_with_another_request_is_refused_and_another_token_has_its_own(
    store: Store, other: Store, token: int
):
    first, _ = keyed(store, token)
    with pytest.raises(KeyUsedOtherwise):
        keyed(other, token, fingerprint="b" * 64)
    second, is_new = keyed(other, token_of(store), fingerprint="b" * 64)
    assert is_new
    assert second.name != first.name


def test_a_call_that_did_nothing_frees_its_key(store: Store, token: int):
    first, _ = keyed(store, token)
    drop_call(store, first.name)
    assert keyed(store, token, fingerprint="b" * 64)[1]


DYING = """
import os, signal, sys
from db.engine import open_store
from db.services.api_calls import begin_call
store = open_store(sys.argv[1])
call, _ = begin_call(store, int(sys.argv[2]), "import", is_job=True, key="k", fingerprint="a" * 64)
print(call.name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_of_a_process_that_died_nobody_knows_what_it_did_and_nothing_runs_again(
    store: Store, address: str, token: int
):
    died = subprocess.run(
        [sys.executable, "-c", DYING, address, str(token)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert died.returncode == -9, died.stderr
    name = died.stdout.strip()
    assert find_job(store, token, name).state is CallState.RUNNING
    later(store, SILENT_AFTER + 1)
    assert find_job(store, token, name).state is CallState.UNKNOWN
    again, is_new = begin_call(
        store, token, "import", is_job=True, key="k", fingerprint="a" * 64, most_at_once=1
    )
    assert (again.name, again.state, is_new) == (name, CallState.UNKNOWN, False)
    # It holds no place of those that are under way.
    assert job(store, token, most_at_once=1).name != name


def test_one_that_only_slept_is_heard_of_again(store: Store, other: Store, token: int):
    begun = job(store, token)
    later(other, SILENT_AFTER + 1)
    assert find_job(other, token, begun.name).state is CallState.UNKNOWN
    later(store, SILENT_AFTER + 1)
    hear_calls(store, {begun.name: 0.5})
    assert find_job(other, token, begun.name).state is CallState.RUNNING
    finish_call(store, begun.name, ANSWER)
    assert answer_of_call(other, token, begun.name) == ANSWER


def test_while_somebody_writes_a_silence_says_nothing(store: Store, other: Store, token: int):
    begun = job(store, token)
    later(other, SILENT_AFTER + 1)
    with somebody_writes(store):
        with pytest.raises(StoreBusy):
            hear_calls(other, {begun.name: 0.5})
        assert find_job(other, token, begun.name).state is CallState.RUNNING
    assert find_job(other, token, begun.name).state is CallState.UNKNOWN


def test_a_silent_process_is_given_a_moment_to_say_that_it_lives(
    store: Store, other: Store, token: int, monkeypatch: pytest.MonkeyPatch
):
    begun = job(store, token)
    later(store, SILENT_AFTER + 1)
    later(other, SILENT_AFTER + 1)
    asked: list[float] = []

    def says(seconds: float) -> None:
        asked.append(seconds)
        hear_calls(store, {begun.name: 0.75})

    monkeypatch.setattr(api_calls, "sleep", says)
    assert find_job(other, token, begun.name).share == 0.75
    assert asked == [api_calls.PATIENCE_SECONDS]


def test_a_token_has_so_many_jobs_at_once_in_all_processes_together(
    store: Store, other: Store, token: int
):
    first = job(store, token, most_at_once=2)
    job(other, token, most_at_once=2)
    for one in (store, other):
        with pytest.raises(TooManyJobs, match="2 jobs"):
            job(one, token, most_at_once=2)
    job(store, token_of(store), most_at_once=2)
    finish_call(store, first.name, ANSWER)
    job(other, token, most_at_once=2)


def test_an_answer_that_is_too_long_is_told_to_be_done(store: Store, token: int):
    first, _ = keyed(store, token)
    finish_call(store, first.name, ANSWER, longest=len(ANSWER.body) - 1)
    again, is_new = keyed(store, token)
    assert (again.state, is_new) == (CallState.DONE, False)
    with pytest.raises(AnswerNotKept):
        answer_of_call(store, token, first.name)


def test_the_oldest_answers_of_a_token_make_room_and_stay_done(store: Store, token: int):
    names = []
    for number in range(4):
        later(store, 1)
        call, _ = keyed(store, token, key=f"k{number}")
        # 11 bytes each: three of them are 33, one more is 44, of which 11 go.
        finish_call(store, call.name, ANSWER, most_bytes=33)
        names.append(call.name)
    with pytest.raises(AnswerNotKept):
        answer_of_call(store, token, names[0])
    assert [answer_of_call(store, token, one) for one in names[1:]] == [ANSWER] * 3
    assert not keyed(store, token, key="k0")[1]


def test_a_token_keeps_so_many_calls_and_never_forgets_one_under_way(store: Store, token: int):
    running, _ = keyed(store, token, key="running")
    for number in range(5):
        later(store, 1)
        call, _ = keyed(store, token, key=f"k{number}", most_kept=3)
        finish_call(store, call.name, ANSWER)
    assert calls_in(store) == 3
    assert keyed(store, token, key="running")[0].name == running.name
    assert not keyed(store, token, key="k4")[1]
    assert keyed(store, token, key="k0")[1]


def test_everything_is_forgotten_after_a_day(store: Store, token: int):
    begun = job(store, token)
    finish_call(store, begun.name, ANSWER)
    first, _ = keyed(store, token)
    later(store, KEPT.total_seconds() - 60)
    assert not are_old_calls(store)
    assert find_job(store, token, begun.name).state is CallState.DONE
    later(store, 120)
    assert are_old_calls(store)
    with pytest.raises(JobNotFound):
        find_job(store, token, begun.name)
    forget_calls(store)
    assert calls_in(store) == 0
    again, is_new = keyed(store, token)
    assert is_new
    assert again.name != first.name


def test_answers_go_with_their_token_when_its_portfolio_is_deleted(store: Store):
    data = b"startup,provider\nAcme,OpenAI\n"
    publish_import(store, LOCAL_OWNER, data=data, file_name="a.csv", portfolio="Fund")
    narrowed = token_of(store, portfolio="Fund")
    finish_call(store, job(store, narrowed).name, ANSWER)
    delete_portfolio(store, LOCAL_OWNER, "Fund", typed="Fund")
    assert calls_in(store) == 0
    assert list_tokens(store, LOCAL_OWNER) == ()


def test_no_call_is_noticed_as_a_change_of_what_is_shown(store: Store, token: int):
    before = store.written
    call, _ = keyed(store, token)
    hear_calls(store, {call.name: 0.5})
    finish_call(store, call.name, ANSWER)
    drop_call(store, call.name)
    forget_calls(store)
    assert store.written == before


def test_a_store_opened_anew_knows_what_was_begun_before(
    address: str, opened: Callable[[str], Store]
):
    first = opened(address)
    token = token_of(first)
    call, _ = keyed(first, token)
    finish_call(first, call.name, ANSWER)
    first.close()
    second = opened(address)
    again, is_new = keyed(second, token)
    assert (again.name, is_new) == (call.name, False)
    assert answer_of_call(second, token, call.name) == ANSWER
