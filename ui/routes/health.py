"""Whether the server answers, for whoever watches over it."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui import cached


async def healthz(request: Request) -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> PlainTextResponse:
    """Say that the process answers and its store can be read."""
    if cached.store_is_readable():
        return PlainTextResponse("ready")
    return PlainTextResponse("The store cannot be read.", status_code=503)


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz)]
