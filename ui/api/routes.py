"""Routes for other programs: every command that is served, at ``/api/v1``.

``/api/v1/decisions/list`` is ``downstream decisions list``: what reads is asked with GET and its
parameters in the address, what writes or takes files with POST and its parameters in the body. The
answer is ``{"data", "notes", "next"}``, where ``data`` is what the terminal prints with ``--json``.
"""

import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from db.errors import Refused, TokenNotAccepted
from db.services.access import Action, Actor, authorize
from db.services.api_calls import ApiCall, CallState, begin_call, find_job
from db.services.audit import last_write
from db.services.tokens import TokenCaller
from ui import cached
from ui.api.calling import Call, MadeFile, Said, SentFile, WrongCall, run
from ui.api.description import OF_A_JOB, described, docs_page, method_of, operation, path_of
from ui.api.desk import Desk
from ui.api.jobs import LONGEST_KEY, JobDesk, answered, repeated, unknown
from ui.api.problems import Malformed, problem, problem_in, problem_of
from ui.api.served import ServedCommand, served_commands
from ui.render.terminal import Cut, Part
from ui.server.door import client_of
from ui.server.uploads import MOST_OF_A_SESSION, Uploads

PREFIX = "/api/v1"
#: Items of a list in one answer, where nobody says how many, and at most; of a list inside a
#: document the most is usual, so that a portfolio of that size or a curve is whole.
USUAL_ITEMS = 100
MOST_ITEMS = 1_000
#: Bytes of a body without files.
MOST_OF_A_BODY = 1_000_000
#: Answers that change without a row in the trail: made anew each time, which takes a moment.
_NEVER_KEPT = frozenset(
    {
        *("incidents feeds", "people list", "questions list", "questions remind"),
        *("questions show", "share list", "tokens list"),
    }
)
#: Commands that run the engine, as many at once as there are processors.
_HEAVY = frozenset(
    {
        *("alternatives", "calendar", "company", "depends", "drills overdue", "export", "funds"),
        *("incident", "matrix", "overview", "plan", "questions choose", "questions inbox"),
        *("readiness", "replay", "report", "score", "sensitivity", "startups", "stress"),
        *("validate", "watch"),
    }
)
_BEARER = re.compile(r"Bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_ALL_SAME = {"Cache-Control": "private, no-cache"}

Endpoint = Callable[[Request], Awaitable[Response]]
Made = TypeVar("Made")

desk = Desk(lambda: cached.store())
jobs = JobDesk()
#: Bytes of files that are on their way, by token.
uploads = Uploads(dict)


@dataclass(frozen=True, kw_only=True)
class _Body:
    """An answer as it is sent."""

    data: bytes
    media_type: str
    etag: str
    file_name: str | None = None


class _Told(Exception):
    """An answer of a command that is a problem."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


def api(commands: Mapping[str, ServedCommand] | None = None) -> FastAPI:
    """Return the application that is mounted at :data:`PREFIX`."""
    app = FastAPI(
        title="Downstream",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        exception_handlers={HTTPException: _no_such_route},
    )
    known = served_commands() if commands is None else commands
    for one in known.values():
        app.add_api_route(
            path_of(one),
            _reading(one) if method_of(one) == "GET" else _writing(one),
            methods=[method_of(one)],
            summary=one.summary,
            operation_id=one.name.replace(" ", "_").replace("-", "_"),
            tags=[one.name.partition(" ")[0]],
            openapi_extra=operation(one),
            responses={},
            status_code=202 if one.is_long else 200,
            response_model=None,
        )
    for path, endpoint, summary in (
        ("/jobs/{job}", _job, "How far a job is."),
        ("/jobs/{job}/result", _result, "What the command of a job answered."),
    ):
        app.add_api_route(
            path, _answering(endpoint), summary=summary, tags=["jobs"], openapi_extra=OF_A_JOB
        )
    document = described(app, server=PREFIX)
    app.add_route("/openapi.json", _always(JSONResponse(document)))
    app.add_route("/docs", _always(docs_page(known.values(), prefix=PREFIX)))
    return app


def _always(answer: Response) -> Endpoint:
    async def same(request: Request) -> Response:
        return Response(answer.body, media_type=answer.media_type, headers=_ALL_SAME)

    return same


async def _no_such_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return problem(404, f"There is no such route: {PREFIX}/docs lists them all.")
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return problem(status, "This route is asked in another way: see the documentation.", headers)


def _answering(endpoint: Endpoint) -> Endpoint:
    """Turn whatever an endpoint raises into a problem."""

    async def answer(request: Request) -> Response:
        try:
            found = await endpoint(request)
        except _Told as told:
            found = told.answer
        except ClientDisconnect:
            found = problem(400, "The request broke off.")
        except Exception as error:  # the last door before the reader
            found = problem_of(error)
        for name, value in _ALL_SAME.items():
            found.headers.setdefault(name, value)
        return found

    return answer


# --- Reading --------------------------------------------------------------------------------------


def _reading(command: ServedCommand) -> Endpoint:
    async def read(request: Request) -> Response:
        return await run_in_threadpool(_read, request, command)

    return _answering(read)


def _read(request: Request, command: ServedCommand) -> Response:
    caller = admitted(request)
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    mark = last_write(cached.store(), caller.actor)
    call = _call(command, given, mark=mark)
    made = _kept(call, caller, mark)
    if made.etag in _etags(request):
        return Response(status_code=304, headers={"ETag": made.etag})
    return _sent(made)


def _kept(call: Call, caller: TokenCaller, mark: int) -> _Body:
    """The answer, made once for all who may see the same, until anything is written."""
    store = cached.store()

    def make() -> _Body:
        said = run(call, store=store, actor=caller.actor)
        if (refused := problem_in(said)) is not None:
            raise _Told(refused)
        following = _next_address(call, mark, is_inside=bool(said.cuts)) if said.more else None
        return _body(said, following, start=call.part.start if call.part else 0)

    return _kept_for(call, caller.actor, mark, make, size=lambda made: len(made.data))


def said(call: Call, actor: Actor) -> Said:
    """Return what a command that reads says to somebody, made as seldom as answers of routes."""
    store = cached.store()
    make = partial(run, call, store=store, actor=actor)
    mark = last_write(store, actor)
    return _kept_for(
        call, actor, mark, make, size=lambda made: len(json.dumps(made.document)), kind="said"
    )


def _kept_for(
    call: Call,
    actor: Actor,
    mark: int,
    make: Callable[[], Made],
    *,
    size: Callable[[Made], int],
    kind: str = "api",
) -> Made:
    """What ``make`` makes, kept for all who may see the same until something is written."""
    name = call.command.name
    if name in _NEVER_KEPT:
        return make()
    values = tuple(sorted((one, json.dumps(value)) for one, value in call.values.items()))
    alike = replace(actor, name="")
    key = (kind, name, values, call.download, call.part, alike, mark, cached.store().url)
    return cached.kept(
        (*key, cached.today()),
        make,
        heavy=name in _HEAVY,
        counts=lambda made: size(made) / 1_000,
    )


def _next_address(call: Call, mark: int, *, is_inside: bool) -> str:
    """Where the items that follow are asked for: those of a list, or of lists inside a document."""
    part = call.part or Part(most=USUAL_ITEMS, inside=MOST_ITEMS)
    size = part.inside if is_inside else part.most
    cursor = base64.urlsafe_b64encode(f"{part.start + size} {mark}".encode()).decode()
    query = [(name, one) for name, values in call.values.items() for one in values]
    more = [("limit", str(size)), ("cursor", cursor)]
    return f"{PREFIX}{path_of(call.command)}?{urlencode([*query, *more])}"


def _call(
    command: ServedCommand,
    given: Mapping[str, Any],
    *,
    files: Mapping[str, Sequence[SentFile]] | None = None,
    mark: int | None = None,
) -> Call:
    """What is called with some values; ``mark`` is what lists are as of, where they have pages.

    Raises:
        WrongCall: a page or a file cannot be.
    """
    values, part, download = dict(given), None, None
    if "download" not in command.parameters and "download" in values:
        download = str(_one(values.pop("download"), "download"))
    if mark is not None and not {"limit", "cursor"} & command.parameters.keys():
        part = _part(values.pop("limit", None), values.pop("cursor", None), mark)
    return Call(command=command, values=values, files=files or {}, download=download, part=part)


def _one(value: Any, name: str) -> Any:
    if isinstance(value, list):
        if len(value) != 1:
            raise WrongCall(f"Write {name} once.")
        return value[0]
    return value


def _part(limit: Any, cursor: Any, mark: int) -> Part:
    """Which items are wanted.

    Raises:
        WrongCall: there is no such page.
        _Told: the list has changed since its first page.
    """
    most, start = _one(limit, "limit"), 0
    if most is not None and not (str(most).isdecimal() and 1 <= int(most) <= MOST_ITEMS):
        raise WrongCall(f"limit: write a number from 1 to {MOST_ITEMS:,}.")
    if cursor is not None:
        try:
            text = base64.urlsafe_b64decode(str(_one(cursor, "cursor")).encode()).decode()
            place, _, of = text.partition(" ")
            start, then = int(place), int(of)
        except (ValueError, UnicodeError):
            raise WrongCall("cursor: take it from the “next” of the page before.") from None
        if then != mark or start < 0:
            raise _Told(
                problem(409, "Something was written meanwhile. Begin again without the cursor.")
            )
    if most is None:
        return Part(start=start, most=USUAL_ITEMS, inside=MOST_ITEMS)
    return Part(start=start, most=int(most), inside=int(most))


def admitted(request: Request) -> TokenCaller:
    """Who asks, by the token in the header.

    Raises:
        TokenNotAccepted: there is none, or it lets nobody in.
    """
    found = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise TokenNotAccepted
    return desk.admitted(found[1], client=client_of(request))


def _etags(request: Request) -> set[str]:
    """The answers that whoever asks has already."""
    stated = request.headers.get("if-none-match", "")
    return {one.strip().removeprefix("W/") for one in stated.split(",")}


def _body(said: Said, following: str | None = None, *, start: int = 0) -> _Body:
    """What is sent of what a command said: the file, or the document with what is said of it."""
    if said.file is not None:
        return _file_body(said.file)
    cuts = [_cut_said(place, one, start) for place, one in said.cuts.items()]
    document = {"data": said.document, "notes": [*said.notes, *cuts], "next": following}
    data = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    return _Body(data=data, media_type="application/json", etag=_etag(data))


def _cut_said(place: str, cut: Cut, start: int) -> str:
    """Return which items of a list are shown, such as ``startups: items 1 to 1,000 of 5,000.``."""
    whole = "" if cut.of is None else f" of {cut.of:,}"
    if not cut.shown:
        return f"{place}: no items so far down the list{whole}."
    return f"{place}: items {start + 1:,} to {start + cut.shown:,}{whole}."


def _file_body(file: MadeFile) -> _Body:
    return _Body(
        data=file.data, media_type=file.media_type, etag=_etag(file.data), file_name=file.name
    )


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def _sent(body: _Body) -> Response:
    headers = {"ETag": body.etag, **_ALL_SAME}
    if body.file_name is not None:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(body.file_name)}"
    return Response(body.data, media_type=body.media_type, headers=headers)


# --- Writing --------------------------------------------------------------------------------------


def _writing(command: ServedCommand) -> Endpoint:
    async def write(request: Request) -> Response:
        caller = await run_in_threadpool(admitted, request)
        if command.files and not command.reads:
            authorize(caller.actor, Action.IMPORT, "a file")
        key = request.headers.get("idempotency-key")
        if key is not None and not 0 < len(key) <= LONGEST_KEY:
            raise Malformed(f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.")
        with ExitStack() as held:
            given, files = await _sent_with(request, command, caller, held)
            call = _call(command, given, files=files)
            return await run_in_threadpool(_write, call, caller, key, held.pop_all())

    return _answering(write)


def _write(call: Call, caller: TokenCaller, key: str | None, held: ExitStack) -> Response:
    """The answer, or the address of the job that will have it; ``held`` goes with the work."""
    store, command = cached.store(), call.command
    with held:
        work = partial(run, call, store=store, actor=caller.actor)
        if key is None and not command.is_long:
            return _answer_of(work())
        begun, is_new = begin_call(
            store,
            caller.token,
            command.name,
            is_job=command.is_long,
            key=key,
            fingerprint="" if key is None else _fingerprint(call),
        )
        if not is_new:
            again = _job_begun(begun) if begun.is_job else repeated(store, caller.token, begun)
            again.headers["Idempotency-Replayed"] = "true"
            return again
        if not command.is_long:
            return jobs.once(store, begun, lambda: _answer_of(work()))
        kept = held.pop_all()

    def in_the_background(report: Callable[[float], None]) -> Response:
        with kept:
            try:
                return _answer_of(work(report=report))
            except Exception as error:  # it is told where the result is asked for
                return problem_of(error)

    try:
        jobs.begin(store, begun, in_the_background)
    except BaseException:
        kept.close()
        raise
    return _job_begun(begun)


def _answer_of(said: Said) -> Response:
    return problem_in(said) or _sent(_body(said))


def _job_begun(call: ApiCall) -> Response:
    headers = {"Location": _address(call), "Retry-After": "1"}
    return JSONResponse(_state(call), status_code=202, headers=headers)


async def _job(request: Request) -> Response:
    return await run_in_threadpool(lambda: JSONResponse(_state(_own_job(request)[0])))


async def _result(request: Request) -> Response:
    return await run_in_threadpool(_result_of, request)


def _result_of(request: Request) -> Response:
    call, caller = _own_job(request)
    if call.state is CallState.RUNNING:
        return problem(409, "The job is not done yet.", {"Retry-After": "1"})
    if call.state is CallState.UNKNOWN:
        return problem(409, unknown(call))
    return answered(cached.store(), caller.token, call)


def _own_job(request: Request) -> tuple[ApiCall, TokenCaller]:
    caller = admitted(request)
    return find_job(cached.store(), caller.token, request.path_params["job"]), caller


def _address(call: ApiCall) -> str:
    return f"{PREFIX}/jobs/{call.name}"


def _state(call: ApiCall) -> dict[str, Any]:
    """How far a job is, and where its answer is once it is done."""
    return {
        "job": call.name,
        "command": call.command,
        "state": call.state,
        "progress": call.share,
        "begun_at": call.begun_at.isoformat(timespec="seconds"),
        "heard_at": call.heard_at.isoformat(timespec="seconds"),
        "detail": unknown(call) if call.state is CallState.UNKNOWN else None,
        "address": _address(call),
        "result": f"{_address(call)}/result" if call.state is CallState.DONE else None,
    }


async def _sent_with(
    request: Request, command: ServedCommand, caller: TokenCaller, held: ExitStack
) -> tuple[dict[str, Any], dict[str, list[SentFile]]]:
    """Values and files of a request.

    Raises:
        Malformed: the body is not what its type says, too long, or of a type nobody reads.
    """
    if request.query_params:
        raise Malformed("Send parameters in the body, not in the address.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    size = request.headers.get("content-length", "")
    if kind == "multipart/form-data":
        if not size.isdecimal():
            raise Malformed("State the length of what you send.", 411)
        if int(size) > MOST_OF_A_SESSION:
            raise Malformed(f"A request brings at most {MOST_OF_A_SESSION:,} bytes.", 413)
        try:
            held.enter_context(uploads.coming(f"token {caller.token}", int(size)))
        except Refused as refused:
            raise Malformed(str(refused), 413) from None
        return await _form(request, command, held)
    body = await _short_body(request)
    if kind == "application/json" or not (kind or body):
        return _json_values(body), {}
    if kind == "application/x-www-form-urlencoded":
        return _url_values(body), {}
    raise Malformed("Send JSON, or multipart/form-data with files.", 415)


async def _short_body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_OF_A_BODY:
            raise Malformed(f"A body without files has at most {MOST_OF_A_BODY:,} bytes.", 413)
        parts.append(part)
    return b"".join(parts)


def _url_values(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1_000)
    except ValueError:
        raise Malformed("The body is no form in UTF-8.") from None
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _json_values(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Malformed("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Malformed("Send one JSON object: parameters by their names.")
    return {name: value for name, value in found.items() if value is not None}


async def _form(
    request: Request, command: ServedCommand, held: ExitStack
) -> tuple[dict[str, Any], dict[str, list[SentFile]]]:
    try:
        form = await request.form(max_files=100, max_fields=1_000)
    except (HTTPException, MultiPartException, KeyError, UnicodeDecodeError):
        raise Malformed("The files did not arrive whole. Send them again.") from None
    values: dict[str, Any] = {}
    files: dict[str, list[SentFile]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            held.callback(value.file.close)
            sent = SentFile(name=value.filename or "file", data=value.file)
            files.setdefault(name, []).append(sent)
        elif name in command.files:
            raise WrongCall(f"Send {name} as a file.")
        else:
            values.setdefault(name, []).append(value)
    return values, files


def _fingerprint(call: Call) -> str:
    """A digest of everything that is called, bytes of files included."""
    asked = hashlib.sha256(
        json.dumps([call.command.name, call.values, call.download], sort_keys=True).encode()
    )
    for name, sent in sorted(call.files.items()):
        for one in sent:
            asked.update(f"{name}: {one.name}\n".encode("utf-8", "surrogatepass"))
            if isinstance(one.data, bytes):
                asked.update(hashlib.sha256(one.data).digest())
            else:
                one.data.seek(0)
                asked.update(hashlib.file_digest(one.data, "sha256").digest())  # type: ignore[arg-type]  # a temporary file
                one.data.seek(0)
    return asked.hexdigest()


ROUTES = [Mount(PREFIX, app=api())]
