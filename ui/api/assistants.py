"""Server of tools for assistants by the Model Context Protocol: over HTTP, and standard input.

Over HTTP it stands at ``/mcp`` beside the routes for programs, asks every request for a token of
theirs and counts it by the same limits; each request stands for itself. Over standard input it
serves the one program that started it, as whoever sits at this machine or by a token.
"""

import json
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from db.engine import Store, open_store
from db.errors import Refused, StoreError
from db.services.access import LOCAL_OWNER, Actor, authorize
from db.services.reference import load_catalog
from db.services.share_addresses import known_base_url
from db.sharing.secrets_of_links import digest_of
from risk.portfolio.assessment import MODEL_VERSION
from ui import cached
from ui.api import routes
from ui.api.calling import Call, Said, WrongCall, rehearse, run
from ui.api.desk import Desk
from ui.api.problems import problem, problem_in, problem_of
from ui.api.tools import (
    INSTRUCTIONS,
    TOOLS,
    Answer,
    Asked,
    Tool,
    Writing,
    answer,
    asked,
    before,
    picked,
)
from ui.logs import configure_logs
from ui.server.settings import assistants_may_write

PATH = "/mcp"
#: How long a code that confirms is good for, and how many are kept at once.
CONFIRMED_WITHIN_SECONDS = 600.0
_MOST_CODES = 1_000
#: Bytes of a request.
_LONGEST_REQUEST = 1_000_000
#: Questions that are worked on at once; further ones wait.
_AT_ONCE = 4
_CALLER = "downstream_caller"
_CODE_ASKED = (
    "Nothing was written yet. Show this to a person; when they agree, call {name} again with the "
    "same parameters and confirmation “{code}”, within 10 minutes. The code is good for one call."
)
_CODE_WRONG = (
    "This confirmation is not good for this call: it was used, is older than 10 minutes, or "
    "parameters have changed. Call without confirmation, and begin again."
)
_WRITES_OFF = (
    "Tools that write are off here. Whoever runs this turns them on: “downstream mcp "
    "--allow-writes”, or DOWNSTREAM_MCP_WRITES=1 for the server."
)


class Confirmations:
    """Codes that were given out for one call each, by one caller, with the same parameters."""

    def __init__(self, *, good_for_seconds: float = CONFIRMED_WITHIN_SECONDS) -> None:
        self._good_for_seconds = good_for_seconds
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = Lock()

    def give_out(self, what: str) -> str:
        """Return a new code for a call, which ``what`` describes with its caller."""
        code = secrets.token_hex(8)
        with self._lock:
            self._known[digest_of(code)] = (what, time.monotonic())
            while len(self._known) > _MOST_CODES:
                self._known.popitem(last=False)
        return code

    def take(self, code: str, what: str) -> None:
        """Use a code up.

        Raises:
            Refused: it is not good for this call.
        """
        with self._lock:
            known = self._known.pop(digest_of(code), None)
        if known is None or known[0] != what:
            raise Refused(_CODE_WRONG)
        if time.monotonic() - known[1] > self._good_for_seconds:
            raise Refused(_CODE_WRONG)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """For whom a tool is called; ``address`` is that of the pages, where it is known."""

    actor: Actor
    address: str | None


@dataclass(kw_only=True)
class Desktop:
    """Everything that tools are answered with.

    ``admit`` says who asks, by what the transport knows of the request (None over standard input),
    and ``said`` what a command that reads says to them.
    """

    store: Callable[[], Store]
    admit: Callable[[Request | None], Caller]
    said: Callable[[Call, Actor], Said]
    may_write: Callable[[], bool]
    confirmations: Confirmations = field(default_factory=Confirmations)

    def offered(self, caller: Caller) -> list[Tool]:
        """The tools that this caller may use."""
        on = self.may_write()
        return [
            one
            for one in TOOLS.values()
            if one.writing is None or (on and caller.actor.may(one.writing.right))
        ]

    def answered(self, name: str, given: dict[str, Any], caller: Caller) -> Answer:
        """Answer a call of a tool.

        Raises:
            WrongCall: there is no such tool, or a parameter is wrong.
            Refused, StoreError and others of the services: it cannot be done.
        """
        tool = TOOLS.get(name)
        if tool is None:
            raise WrongCall(f"There is no tool of this name. There are: {', '.join(TOOLS)}.")
        if tool.writing is None:
            return self._read(asked(tool, given), caller)
        return self._written(tool, tool.writing, given, caller)

    def _read(self, one: Asked, caller: Caller) -> Answer:
        said = self._done(self.said(one.call, caller.actor))
        provenance = self._provenance(caller.actor, one)
        return answer(one, said, provenance=provenance, address=caller.address)

    def _written(
        self, tool: Tool, writing: Writing, given: dict[str, Any], caller: Caller
    ) -> Answer:
        """Write what was confirmed, or say what would be written and give a code out.

        A code is given for what can be written as things are: the write is tried and taken back.
        """
        if not self.may_write():
            raise Refused(_WRITES_OFF)
        authorize(caller.actor, writing.right, tool.name)
        values = dict(given)
        code = values.pop("confirmation", None)
        one = asked(tool, values)
        what = json.dumps([tool.name, one.values, caller.actor.name], sort_keys=True, default=str)
        if code is None:
            tried = rehearse(one.call, store=self.store(), actor=caller.actor)
            if tried is not None:
                self._done(tried)
            now = self._read(before(one), caller)
            code = self.confirmations.give_out(what)
            shown = {**now.document, "answer": picked(one, now.document["answer"])}
            return Answer(
                sentences=[_CODE_ASKED.format(name=tool.name, code=code), writing.would]
                + [f"Now: {figure}" for figure in now.figures],
                document={"would": dict(one.values), "confirmation": code, "now": shown},
            )
        self.confirmations.take(str(code), what)
        said = self._done(run(one.call, store=self.store(), actor=caller.actor))
        provenance = self._provenance(caller.actor, one)
        found = answer(one, said, provenance=provenance, address=caller.address)
        return replace(found, sentences=["It is written.", *found.sentences])

    def _done(self, said: Said) -> Said:
        """What a command said that did what was asked.

        Raises:
            Refused: it did not.
        """
        refused = problem_in(said)
        if refused is not None:
            raise Refused(_detail(refused)["detail"])
        return said

    def _provenance(self, actor: Actor, one: Asked) -> dict[str, Any]:
        found = {
            "model_version": MODEL_VERSION,
            "catalogue_date": load_catalog(self.store(), actor).catalogue_date.isoformat(),
            "day": cached.today().isoformat(),
        }
        if "as_of" in one.values:
            found["register_as_of"] = str(one.values["as_of"])
        return found


def server(desktop: Desktop) -> Server[Any]:
    """Return the protocol's server of the tools."""
    at_once = anyio.CapacityLimiter(_AT_ONCE)

    async def list_tools(
        ctx: ServerRequestContext[Any, Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        caller = await anyio.to_thread.run_sync(desktop.admit, ctx.request)
        return types.ListToolsResult(tools=[_described(one) for one in desktop.offered(caller)])

    async def call_tool(
        ctx: ServerRequestContext[Any, Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        call = partial(_called, desktop, params.name, dict(params.arguments or {}), ctx.request)
        return await anyio.to_thread.run_sync(call, limiter=at_once)

    return Server(
        "downstream",
        title="Downstream",
        version=_version(),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _called(
    desktop: Desktop, name: str, given: dict[str, Any], request: Request | None
) -> types.CallToolResult:
    try:
        found = desktop.answered(name, given, desktop.admit(request))
    except Exception as error:  # the last door before the reader
        told = _detail(problem_of(error))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=" ".join(told["detail"].split()))],
            structured_content={"error": told["detail"], "error_id": told.get("error_id")},
            is_error=True,
        )
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=one) for one in found.texts],
        structured_content={"about": found.about, **found.document},
    )


def _detail(answered: Response) -> dict[str, Any]:
    """The members of a problem."""
    told: dict[str, Any] = json.loads(bytes(answered.body))
    return told


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.says if tool.writing is None else f"{tool.says} {tool.writing.would}",
        input_schema=tool.schema,
        annotations=types.ToolAnnotations(
            read_only_hint=tool.writing is None, destructive_hint=False, open_world_hint=False
        ),
    )


def _version() -> str:
    try:
        return version("downstream")
    except PackageNotFoundError:
        return ""


# --- Over HTTP ------------------------------------------------------------------------------------


def _of_request(request: Request | None) -> Caller:
    """Who was let in with a request."""
    if request is None:
        raise StoreError("A request is missing.")
    found: Caller = request.scope[_CALLER]
    return found


def _address_of(store: Store) -> str | None:
    """Where the pages are, if that is known."""
    try:
        return known_base_url(store)
    except StoreError:
        return None


class Endpoint:
    """ASGI application at :data:`PATH`; it answers between entering and leaving :meth:`serving`."""

    def __init__(self, desktop: Desktop) -> None:
        self._server = server(desktop)
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answer requests for a while."""
        manager = StreamableHTTPSessionManager(
            self._server,
            json_response=True,
            stateless=True,
            max_request_body_size=_LONGEST_REQUEST,
        )
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, which must show a token."""
        refused = await self._refused(scope)
        if refused is not None:
            await refused(scope, receive, send)
        elif self._manager is not None:
            await self._manager.handle_request(scope, receive, send)

    async def _refused(self, scope: Scope) -> Response | None:
        """What is said instead of answering; None: the caller is in the scope."""
        request = Request(scope)
        if request.method != "POST":
            return problem(405, "Send requests of the protocol with POST.", {"Allow": "POST"})
        if self._manager is None:
            return problem(503, "The server is about to begin or to end.", {"Retry-After": "2"})
        try:
            admitted = await run_in_threadpool(routes.admitted, request)
            address = await run_in_threadpool(_address_of, cached.store())
        except Exception as error:  # the last door before the reader
            return problem_of(error)
        scope[_CALLER] = Caller(actor=admitted.actor, address=address)
        return None


endpoint = Endpoint(
    Desktop(
        store=cached.store,
        admit=_of_request,
        said=routes.said,
        may_write=assistants_may_write,
    )
)
ROUTES = [Route(PATH, endpoint=endpoint)]


# --- Over standard input --------------------------------------------------------------------------


def serve_over_stdio(database: str | None, *, token: str | None, may_write: bool) -> None:
    """Serve the program that started this one until it closes its end.

    Raises:
        StoreError: the token lets nobody in, or the store cannot be read.
    """
    configure_logs()
    store = open_store(database)
    desk = Desk(lambda: store)
    address = _address_of(store)

    def admit(request: Request | None) -> Caller:
        if token is None:
            return Caller(actor=LOCAL_OWNER, address=address)
        return Caller(
            actor=desk.admitted(token, client="this machine").actor,
            address=address,
        )

    admit(None)  # Whoever has no right to ask is told so before the protocol begins.
    desktop = Desktop(
        store=lambda: store,
        admit=admit,
        said=lambda call, actor: run(call, store=store, actor=actor),
        may_write=lambda: may_write,
    )

    async def serve() -> None:
        own = server(desktop)
        async with stdio_server() as (reading, writing):
            await own.run(reading, writing, own.create_initialization_options())

    try:
        anyio.run(serve)
    finally:
        desk.write_down()
        store.close()
