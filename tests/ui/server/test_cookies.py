"""Cookies of ours: a browser is known again, and signing in leads back to the page asked for."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.server.cookies import BROWSER, WAY_BACK, PageCookies, page_of

PAGE = {"Accept": "text/html,*/*"}


async def page(request: Request) -> HTMLResponse:
    return HTMLResponse("a page")


async def unchanged(request: Request) -> Response:
    return Response(status_code=304)


async def back(request: Request) -> RedirectResponse:
    return RedirectResponse("/", status_code=302)


SITE = Starlette(
    routes=[
        Route("/oauth2callback", back),
        Route("/plan", unchanged),
        Route("/{rest:path}", page),
    ]
)


@pytest.fixture
def visitor() -> TestClient:
    return TestClient(PageCookies(SITE), base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def signing_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNSTREAM_OIDC_ISSUER", "https://id.example.com")


def test_a_browser_gets_one_cookie_with_its_first_page_even_one_that_it_has_kept(
    visitor: TestClient,
) -> None:
    first = visitor.get("/plan", headers=PAGE)  # answered with “not modified”, without a body
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{BROWSER}=")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "set-cookie" not in visitor.get("/startups", headers=PAGE).headers


def test_no_shared_link_no_route_and_no_picture_is_given_a_cookie(
    visitor: TestClient,
) -> None:
    assert "set-cookie" not in visitor.get("/s/view/1", headers=PAGE).headers
    assert "set-cookie" not in visitor.get("/api/v1/docs", headers=PAGE).headers
    assert "set-cookie" not in visitor.get("/mcp", headers=PAGE).headers
    assert "set-cookie" not in visitor.get("/logo.svg", headers={"Accept": "image/*"}).headers


@pytest.mark.usefixtures("signing_in")
def test_signing_in_leads_back_to_the_page_that_was_asked_for(visitor: TestClient) -> None:
    asked = visitor.get("/startups?search=Quill&portfolio=d%C3%A9mo", headers=PAGE)
    (cookie,) = [one for one in asked.headers.get_list("set-cookie") if one.startswith(WAY_BACK)]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600"))
    done = visitor.get("/oauth2callback?state=x")
    assert done.headers["location"] == "/startups?search=Quill&portfolio=d%C3%A9mo"
    assert visitor.get("/oauth2callback").headers["location"] == "/"


def test_where_nobody_signs_in_no_page_is_remembered(visitor: TestClient) -> None:
    assert WAY_BACK not in visitor.get("/startups", headers=PAGE).headers["set-cookie"]


@pytest.mark.parametrize(
    "cookie",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/auth/logout", "", None],
)
def test_the_way_back_leads_to_no_other_place(cookie: str | None) -> None:
    assert page_of(cookie) is None
