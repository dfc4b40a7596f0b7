"""Counts and times of the running server, for a collector on this machine or with the token."""

import hmac
import os

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.metrics import CONTENT_TYPE, exposition
from ui.server.door import is_from_this_machine

#: Set it to let a collector on another machine ask with ``Authorization: Bearer …``.
TOKEN = "DOWNSTREAM_METRICS_TOKEN"  # noqa: S105 - the name of the setting, not a secret


async def metrics(request: Request) -> Response:
    """Answer who may ask; to everybody else there is nothing here."""
    if not _may_ask(request):
        return PlainTextResponse("Not Found", status_code=404)
    return Response(exposition(), media_type=CONTENT_TYPE)


def _may_ask(request: Request) -> bool:
    expected = os.environ.get(TOKEN)
    if expected:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {expected}".encode())
    return is_from_this_machine(request)


ROUTES = [Route("/metrics", metrics)]
