"""Routes of share links: opening one, looking at it, taking its files, sending what comes back.

Every answer is asked for anew and kept by nobody. Whatever does not open gets one and the same
answer, whether the link never was, has expired, was revoked or is somebody else's.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from db.engine import Store
from db.errors import (
    PasscodeNeeded,
    PortfolioNotFound,
    Refused,
    ShareNotAvailable,
    StoreError,
    TooManyAttempts,
)
from db.services.access import NotAllowed
from db.services.assumptions import load_assumptions
from db.services.corrections import propose_correction
from db.services.decisions import decided_dependencies
from db.services.hazard import hazard_revision
from db.services.in_memory import AtHand
from db.services.past import as_of
from db.services.portfolios import list_portfolios
from db.services.question_answers import (
    MOST_BYTES,
    attach_file,
    draft_of,
    remove_file,
    save_answers,
    send_answers,
)
from db.services.share_contents import Frozen, Wanted, frozen_content, snapshot_of
from db.services.share_visits import VISIT_HOURS, Visit, note_export, open_share, visit_of
from db.services.shares import ShareKind
from db.services.slices import sliced_store
from db.sharing.presets import preset_of
from db.sharing.proposals import correctable, read_proposals
from db.sharing.scenario_content import stored_scenario
from risk.alternatives.options import StartupNotFound
from risk.scenarios.event import UnknownRoot
from ui import cached
from ui.logs import note_failure
from ui.server.door import client_of, is_sent_by_own_page, link_origin
from ui.server.settings import frame_ancestors
from ui.share_page.correction import RECEIVED, Given, correction_page, given_in
from ui.share_page.page import (
    NOT_AVAILABLE,
    SharePage,
    file_of,
    link_page,
    opening_page,
    policy,
    sentence_page,
)
from ui.share_page.questions import as_sent, given_answers, questions_page
from ui.share_views import day_of, narrow_of, slices_of, who_depends

PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_MOST_BYTES = 4096
_MOST_BYTES_OF_A_FORM = 200_000
_SECONDS_TO_SEND = 20.0
_TOO_LARGE = (
    f"The file is larger than {MOST_BYTES // 1024**2} MB. Send a shorter period, or tell whoever "
    "asked you."
)
#: Refusals take this many seconds or a whole multiple, so that how long one took tells nothing.
_REFUSED_AFTER = 0.15
_INTERNAL = "Something went wrong on our side (error {}). Nothing was changed; try again."

#: What live links showed last.
_calculated = AtHand[Frozen](most=16, size=lambda frozen: 1)

Endpoint = Callable[[Request], Awaitable[Response]]


def html_answer(html: str, status: int = 200) -> HTMLResponse:
    """Return a page of ours under the policy of our own scripts and styles."""
    headers = {**PRIVATE, "Content-Security-Policy": policy(frame_ancestors=frame_ancestors())}
    return HTMLResponse(html, status_code=status, headers=headers)


def not_available() -> HTMLResponse:
    """Return the one answer to everything that does not open."""
    return html_answer(sentence_page(NOT_AVAILABLE, str(ShareNotAvailable())), 404)


def answering(endpoint: Endpoint) -> Endpoint:
    """Turn what an endpoint raises into the reader's answer: a page, and never a traceback."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ShareNotAvailable:
            return not_available()
        except StoreError as error:
            return html_answer(sentence_page("Not now", str(error)), 503)
        except Exception as error:  # the last door before the reader
            said = _INTERNAL.format(note_failure(error))
            return html_answer(sentence_page("Not now", said), 500)

    return answer


async def opening(request: Request) -> Response:
    """Show the page that sends what follows the “#”. It is the same for everybody."""
    origin = link_origin(request)
    if origin is None:
        return not_available()
    if origin.startswith("https:") and request.headers.get("x-forwarded-proto") == "http":
        # The browser keeps what follows the “#”, and sends it from there.
        return RedirectResponse(f"{origin}/s/", status_code=308, headers=PRIVATE)
    return html_answer(opening_page())


async def open_link(request: Request) -> Response:
    """Begin a visit with the token, and the passcode if there is one, in the body."""
    began = time.monotonic()
    origin = link_origin(request)
    try:
        if origin is None or not is_sent_by_own_page(request, origin):
            raise ShareNotAvailable
        token, passcode = await _sent(request)
        visit = await run_in_threadpool(
            open_share, cached.store(), token=token, passcode=passcode, client=client_of(request)
        )
    except ShareNotAvailable as error:
        taken = time.monotonic() - began
        await asyncio.sleep(_REFUSED_AFTER - taken % _REFUSED_AFTER)
        return _told({"said": str(error)}, 404)
    except PasscodeNeeded as error:
        return _told({"said": str(error), "passcode": True}, 403 if passcode else 200)
    except TooManyAttempts as error:
        wait = {"Retry-After": str(round(error.seconds + 0.5))}
        return _told({"said": str(error)}, 429, wait)
    except StoreError as error:
        return _told({"said": str(error)}, 503)
    except Exception as error:  # the last door before the reader
        return _told({"said": _INTERNAL.format(note_failure(error))}, 500)
    answer = _told({"view": f"/s/view/{visit.share}"})
    is_secure = origin.startswith("https:")
    answer.set_cookie(
        cookie_name(visit.share, is_secure=is_secure),
        visit.secret,
        max_age=VISIT_HOURS * 3600,
        path="/" if is_secure else "/s",
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def cookie_name(share: int, *, is_secure: bool) -> str:
    """Return the name of the cookie of one link's visit; each link has its own."""
    return f"{'__Host-' if is_secure else ''}downstream-visit-{share}"


def _told(
    told: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(told, status_code=status, headers={**PRIVATE, **(headers or {})})


async def _sent(request: Request) -> tuple[str, str | None]:
    """Read token and passcode; whatever is not sent as our page sends it opens nothing."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ShareNotAvailable
    try:
        sent = json.loads(await body_of(request, _MOST_BYTES))
    except (ValueError, RecursionError):
        raise ShareNotAvailable from None
    token = sent.get("token") if isinstance(sent, dict) else None
    passcode = sent.get("passcode") if isinstance(sent, dict) else None
    if not isinstance(token, str) or not isinstance(passcode, str | None):
        raise ShareNotAvailable
    return token, passcode


async def body_of(request: Request, most: int, *, too_much: str = "") -> bytes:
    """Read what was sent, unless it is too much, takes too long or breaks off.

    Raises:
        ShareNotAvailable: it does not end, or is too much and nothing is said about that.
        Refused: it is too much, in the words of ``too_much``.
    """
    parts, size = [], 0
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise Refused(too_much) if too_much else ShareNotAvailable()
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise ShareNotAvailable from None
    return b"".join(parts)


async def visiting(request: Request) -> Visit:
    """Return the visit of whoever asks for a page of one link.

    Raises:
        ShareNotAvailable: there is none that stands.
    """
    origin = link_origin(request)
    share = request.path_params["share"]
    if origin is None or not share.isascii() or not share.isdigit() or len(share) > 15:
        raise ShareNotAvailable
    name = cookie_name(int(share), is_secure=origin.startswith("https:"))
    secret = request.cookies.get(name, "")
    return await run_in_threadpool(visit_of, cached.store(), secret=secret[:200], share=int(share))


def page_of(store: Store, visit: Visit, *, today: date) -> SharePage:
    """Return the page of a visit.

    Raises:
        ShareNotAvailable: what a live link showed is gone, is no longer its maker's to show, or
            leaves out what no preset leaves out any more; or the link asks and shows nothing.
    """
    if visit.kind is ShareKind.QUESTIONS:
        raise ShareNotAvailable
    is_snapshot = visit.kind is ShareKind.SNAPSHOT
    frozen = snapshot_of(store, visit.share) if is_snapshot else _live(store, visit, today)
    content = frozen.content
    return SharePage(
        share=visit.share,
        content=content,
        text=frozen.text,
        digest=frozen.digest if is_snapshot else None,
        made_at=visit.made_at,
        expires_at=visit.expires_at,
        correctable=is_snapshot and bool(correctable(content)),
    )


def _live(store: Store, visit: Visit, today: date) -> Frozen:
    """Calculate what a live link shows, unless the same data were calculated before."""
    try:
        wanted = Wanted(
            portfolio=visit.portfolio,
            startup=visit.startup,
            scenario=stored_scenario(visit.view),
            preset=preset_of(visit.redacted),
            today=today,
        )
        # As the page was read of which the link is: as of a day, of some startups, or the whole.
        store = as_of(store, visit.maker, visit.portfolio, day_of(visit.view))
        slices = slices_of(visit.view) if visit.startup is None else ()
        store = sliced_store(store, visit.maker, visit.portfolio, slices)
        known = list_portfolios(store, visit.maker)
        revision = next((one.revision for one in known if one.name == visit.portfolio), None)
        asked = (store, visit.maker)
        rests_on = (
            hazard_revision(*asked),
            load_assumptions(*asked, visit.portfolio),
            decided_dependencies(*asked, visit.portfolio),
        )
        key = (visit.share, revision, visit.maker, wanted, *rests_on)
        narrow = narrow_of(
            visit.view, who_depends(store, visit.maker, visit.portfolio, today=today)
        )
        return _calculated.get(
            store,
            key,
            lambda: frozen_content(store, visit.maker, wanted, narrow=narrow, live=True),
        )
    except (PortfolioNotFound, StartupNotFound, UnknownRoot, NotAllowed, Refused):
        raise ShareNotAvailable from None


async def view(request: Request) -> Response:
    """Show what a link shows, or the form of one that asks."""
    visit = await visiting(request)
    if visit.kind is ShareKind.QUESTIONS:
        return await show_form(visit)
    page = await run_in_threadpool(page_of, cached.store(), visit, today=cached.today())
    return html_answer(link_page(page))


async def status(request: Request) -> Response:
    """Say whether a visit still stands; an open page asks every two seconds."""
    await visiting(request)
    return Response(status_code=204, headers=PRIVATE)


async def export(request: Request) -> Response:
    """Send a file of what a link shows, and nothing that it does not show."""
    visit = await visiting(request)
    page = await run_in_threadpool(page_of, cached.store(), visit, today=cached.today())
    made = await run_in_threadpool(file_of, page, request.path_params["file"])
    if made is None:
        raise ShareNotAvailable
    await run_in_threadpool(note_export, cached.store(), visit, what=made.file_name)
    disposition = f'attachment; filename="{made.file_name}"'
    headers = {**PRIVATE, "Content-Disposition": disposition}
    return Response(made.data, media_type=made.media_type, headers=headers)


async def correction_form(request: Request) -> Response:
    """Show the form for corrections of a one-startup snapshot."""
    page = await _correctable(await visiting(request))
    return html_answer(correction_page(page, Given()))


async def send_correction(request: Request) -> Response:
    """Keep a correction, or show the form again with what to write instead."""
    visit = await visiting(request)
    origin = link_origin(request)
    if origin is None or not is_sent_by_own_page(request, origin):
        raise ShareNotAvailable
    page = await _correctable(visit)
    given = given_in(await body_of(request, _MOST_BYTES_OF_A_FORM))
    proposals, faults = read_proposals(correctable(page.content), given.values)
    if faults or not (proposals or given.message.strip()):
        return html_answer(correction_page(page, given, faults=faults, sent=True), 422)
    await run_in_threadpool(
        propose_correction,
        cached.store(),
        visit,
        proposals,
        message=given.message,
        proposed_by=given.proposed_by,
    )
    return html_answer(sentence_page(*RECEIVED, back=f"/s/view/{page.share}"))


async def _correctable(visit: Visit) -> SharePage:
    page = await run_in_threadpool(page_of, cached.store(), visit, today=cached.today())
    if not page.correctable:
        raise ShareNotAvailable
    return page


async def show_form(visit: Visit) -> Response:
    """Show the questions of a link with what was answered so far."""
    draft = await run_in_threadpool(draft_of, cached.store(), visit)
    return html_answer(questions_page(draft, share=visit.share, expires_at=visit.expires_at))


async def own_visit(request: Request) -> Visit:
    """Return the visit of whoever sends something from a page of ours.

    Raises:
        ShareNotAvailable: there is none that stands, or another page sends it.
    """
    visit = await visiting(request)
    origin = link_origin(request)
    if origin is None or not is_sent_by_own_page(request, origin):
        raise ShareNotAvailable
    return visit


async def answer_questions(request: Request) -> Response:
    """Keep answers, and send them all where that was asked for.

    A script of ours asks for JSON about the one answer that it keeps; a form gets a page.
    """
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        visit = await own_visit(request)
        sent = await body_of(request, _MOST_BYTES_OF_A_FORM)
        return await run_in_threadpool(_kept, visit, sent, wants_json)
    except ShareNotAvailable as error:
        if wants_json:
            return _told({"said": str(error)}, 404)
        raise
    except (Refused, TooManyAttempts) as error:
        status = 429 if isinstance(error, TooManyAttempts) else 409
        if wants_json:
            return _told({"said": str(error)}, status)
        back = f"/s/view/{visit.share}"
        return html_answer(sentence_page("Not now", str(error), back=back), status)
    except StoreError as error:
        if wants_json:
            return _told({"said": str(error)}, 503)
        raise


def _kept(visit: Visit, sent: bytes, wants_json: bool) -> Response:
    store, view = cached.store(), f"/s/view/{visit.share}"
    draft = draft_of(store, visit)
    if draft.is_sent and not wants_json:  # somebody clicked twice, or a colleague was first
        return RedirectResponse(view, status_code=303, headers=PRIVATE)
    given = given_answers(sent, draft.form)
    saved = save_answers(store, visit, given.answers, said_by=given.said_by)
    if wants_json:
        kept = {
            place: as_sent(text)
            for place, text in given.answers.items()
            if place not in saved.faults
        }
        return _told(
            {"answered": saved.answered, "of": saved.of, "faults": saved.faults, "kept": kept}
        )
    if saved.faults:
        page = questions_page(
            draft_of(store, visit),
            share=visit.share,
            expires_at=visit.expires_at,
            given=given,
            faults=saved.faults,
        )
        return html_answer(page, 422)
    if given.send:
        send_answers(store, visit, said_by=given.said_by)
    return RedirectResponse(view, status_code=303, headers=PRIVATE)


async def answer_file(request: Request) -> Response:
    """Keep a file beside the answers, or take one away."""
    visit = await own_visit(request)
    back = f"/s/view/{visit.share}"
    try:
        body = await body_of(request, MOST_BYTES + _MOST_BYTES_OF_A_FORM, too_much=_TOO_LARGE)
        name, data, remove = await _file_in(request, body)
        if remove is not None:
            await run_in_threadpool(remove_file, cached.store(), visit, remove)
        else:
            keep = partial(attach_file, cached.store(), visit, file_name=name, data=data)
            await run_in_threadpool(keep)
    except (Refused, TooManyAttempts) as error:
        return html_answer(sentence_page("Not attached", str(error), back=back), 422)
    return RedirectResponse(f"{back}#files", status_code=303, headers=PRIVATE)


async def _file_in(request: Request, body: bytes) -> tuple[str, bytes, int | None]:
    """The name and bytes of a sent file, or the number of one to take away."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    kind = request.headers.get("content-type", "").partition(";")[0]
    try:
        if kind == "multipart/form-data":
            parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=4)
            sent = await parser.parse()
        else:
            sent = await FormParser(request.headers, stream()).parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError):
        raise Refused("The file did not arrive whole. Choose it again.") from None
    number = sent.get("remove")
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 16:
        return "", b"", int(number)
    file = sent.get("file")
    if not isinstance(file, UploadFile):
        raise Refused("No file was chosen. Choose one and attach it.")
    data = await file.read()
    await file.close()
    return file.filename or "file", data, None


async def without_slash(request: Request) -> Response:
    """Lead to the page with the slash; the browser keeps what follows the “#”."""
    return RedirectResponse("/s/", status_code=308, headers=PRIVATE)


async def anything_else(request: Request) -> Response:
    """Answer everything below /s/ that is nothing."""
    raise ShareNotAvailable


ROUTES = [
    Route("/s", answering(without_slash)),
    Route("/s/", answering(opening)),
    Route("/s/open", answering(open_link), methods=["POST"]),
    Route("/s/view/{share}", answering(view)),
    Route("/s/status/{share}", answering(status)),
    Route("/s/export/{share}/{file}", answering(export)),
    Route("/s/correct/{share}", answering(correction_form)),
    Route("/s/correct/{share}", answering(send_correction), methods=["POST"]),
    Route("/s/answer/{share}", answering(answer_questions), methods=["POST"]),
    Route("/s/answer-file/{share}", answering(answer_file), methods=["POST"]),
    Route("/s/{rest:path}", answering(anything_else)),
]
