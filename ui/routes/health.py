"""Health of the server, for whoever watches over it: whether it answers."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui import cached
from ui.precomputing import precomputing


async def healthz(request: Request) -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> PlainTextResponse:
    """Say that the process answers, its store can be read, and its first visitors need not wait."""
    if not cached.store_is_readable():
        return PlainTextResponse("The store cannot be read.", status_code=503)
    if not precomputing.is_over:
        return PlainTextResponse("Precomputing up.", status_code=503)
    return PlainTextResponse("ready")


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]
