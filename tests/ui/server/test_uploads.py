"""Files come in from readers who may import, so many bytes at once, and go with their session."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from ui.server.uploads import UploadGate, Uploads

VIEWER = Actor("Vic", ActorRole.VIEWER, person=3)
HERS = "/_stcore/upload_file/hers/1"


async def taken(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())} bytes")


async def session(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_text()


SITE = Starlette(
    routes=[
        Route("/_stcore/upload_file/{session}/{file}", taken, methods=["PUT", "DELETE"]),
        WebSocketRoute("/stream", session),
    ]
)


def gate(held: dict[str, int] | None = None, *, of_one: int = 100, together: int = 150) -> Uploads:
    return Uploads(lambda: held or {}, most_of_a_session=of_one, most_together=together)


def test_a_session_that_no_page_let_send_a_file_sends_none():
    uploads = gate()
    client = TestClient(UploadGate(SITE, gate=uploads))
    assert client.put(HERS, content=b"x").status_code == 403
    uploads.allow("hers", lambda: LOCAL_OWNER)
    assert client.put(HERS, content=b"xyz").text == "3 bytes"
    assert client.put("/_stcore/upload_file/another/1", content=b"x").status_code == 403


def test_the_right_is_asked_for_again_with_each_file():
    present = [LOCAL_OWNER]
    uploads = gate()
    uploads.allow("hers", lambda: present[-1])
    client = TestClient(UploadGate(SITE, gate=uploads))
    assert client.put(HERS, content=b"x").status_code == 200
    present.append(VIEWER)
    assert client.put(HERS, content=b"x").status_code == 403
    assert client.delete(HERS).status_code == 200  # to take a file back needs no right


def test_a_session_and_all_together_hold_so_many_bytes_and_no_more():
    uploads = gate({"hers": 60, "his": 50})
    for one in ("hers", "his"):
        uploads.allow(one, lambda: LOCAL_OWNER)
    client = TestClient(UploadGate(SITE, gate=uploads))
    # Hers: 60 + 41 > 100. His: 50 + 41 is allowed, but 60 + 50 + 41 > 150 together.
    assert "Reload it" in client.put(HERS, content=b"x" * 41).text
    refused = client.put("/_stcore/upload_file/his/1", content=b"x" * 41)
    assert (refused.status_code, refused.text.split(".")[0]) == (
        413,
        "The server holds as many files as it may",
    )
    assert client.put(HERS, content=b"x" * 40).text == "40 bytes"


def test_what_is_still_coming_counts_too():
    uploads = gate()
    with uploads.coming("hers", 60):
        with pytest.raises(Exception, match="Reload it"), uploads.coming("hers", 41):
            pass
        with uploads.coming("hers", 40):
            pass
    with uploads.coming("hers", 100):
        pass


def test_a_file_of_no_stated_length_is_refused():
    uploads = gate()
    uploads.allow("hers", lambda: LOCAL_OWNER)
    client = TestClient(UploadGate(SITE, gate=uploads))
    assert client.put(HERS, content=iter([b"x", b"y"])).status_code == 411


def test_when_a_session_ends_its_right_goes_and_what_closed_ones_held_is_freed():
    uploads = gate()
    uploads.allow("hers", lambda: LOCAL_OWNER)
    freed = asyncio.Event()
    site = UploadGate(SITE, gate=uploads, at_the_end=freed.set, kept_seconds=0.0)
    with TestClient(site) as client:
        with client.websocket_connect("/stream") as opened:
            assert not freed.is_set()
            opened.send_text("")
        client.get("/stream")  # the loop goes on until an answer is there
        assert freed.is_set()
    uploads.end_closed(lambda session: False)
    with pytest.raises(Exception, match="No page of yours"):
        uploads.require_allowed("hers")
