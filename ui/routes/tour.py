"""The picture that makes a browser remember whether its reader has hidden the tour."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

COOKIE = "downstream_tour"
HIDDEN, SHOWN = "hidden", "shown"
_A_YEAR = 365 * 86_400
_NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


async def remember(request: Request) -> Response:
    """Answer with an empty picture, and with the cookie that says what was clicked."""
    state = request.path_params["state"]
    if state not in (HIDDEN, SHOWN):
        return Response(status_code=404)
    answer = Response(_NOTHING, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    answer.set_cookie(COOKIE, state, max_age=_A_YEAR, path="/", httponly=True, samesite="lax")
    return answer


ROUTES = [Route("/tour/{state}.svg", remember)]
