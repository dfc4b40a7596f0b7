from tests.ui.running import run_apart
from ui.server.headers import (
    STREAMLIT_INDEX,
    SecurityHeaders,
    inline_script_hashes,
    security_headers,
)

HEADERS = security_headers(frame_ancestors="'none'")


def answer_of(app: object, path: str = "/") -> dict[str, str]:
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request"}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    run_apart(app(scope, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def refuse(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_every_answer_has_every_header_even_a_failure() -> None:
    headers = answer_of(SecurityHeaders(refuse, headers=HEADERS))
    assert {name.lower() for name in HEADERS} <= set(headers)


def test_what_is_shared_or_exported_is_kept_by_nobody_even_if_it_is_refused() -> None:
    for path in ("/s", "/s/view/1", "/s/anything", "/export/x", "/api/v1/x", "/mcp"):
        headers = answer_of(SecurityHeaders(refuse, headers=HEADERS), path)
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"].startswith("noindex")
    assert "cache-control" not in answer_of(SecurityHeaders(refuse, headers=HEADERS), "/startup")


def test_the_policy_allows_no_other_host_no_inline_script_and_no_frame() -> None:
    policy = HEADERS["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["frame-ancestors"] == "'none'"
    assert directives["default-src"] == "'self'"
    assert "unsafe" not in directives["script-src"]
    assert "http" not in policy
    assert "*" not in policy


def test_each_inline_script_of_streamlit_is_allowed_by_its_hash() -> None:
    html = STREAMLIT_INDEX.read_text()
    assert len(inline_script_hashes(html).split()) == html.count("<script>")


def test_a_hash_is_that_of_the_script_alone() -> None:
    # printf '' | openssl sha256 -binary | base64
    empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    assert inline_script_hashes("<script></script>") == empty


def test_who_may_frame_a_page_is_said_in_the_newer_header_alone() -> None:
    portal = security_headers(frame_ancestors="https://portal.example.org")
    assert "frame-ancestors https://portal.example.org" in portal["Content-Security-Policy"]
    assert "X-Frame-Options" not in portal
    assert HEADERS["X-Frame-Options"] == "DENY"
