"""Counts and times of the running server, for a collector on this machine or with the token."""

import hmac
import os

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.metrics import CONTENT_TYPE, exposition
from db.services.share_addresses import is_loopback

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
    # Behind a proxy everybody comes from this machine: whoever was passed on has to have the token.
    passed_on = "forwarded" in request.headers or "x-forwarded-for" in request.headers
    return not passed_on and is_loopback(request.client.host if request.client else None)


ROUTES = [Route("/metrics", metrics)]
