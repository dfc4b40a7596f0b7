"""The route of big files: a ticket from a page, and whoever it was made for, asked about anew."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.errors import StoreError
from db.services.people import require_reader
from ui import cached
from ui.handed_files import handed
from ui.logs import note_failure

_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_GONE = "This download is over. Go back to the page, reload it, and click again."


async def export(request: Request) -> Response:
    """Make the file of a ticket and send it; without one that counts there is nothing here."""
    found = handed(request.path_params["ticket"])
    if found is None:
        return PlainTextResponse(_GONE, status_code=404, headers=_PRIVATE)
    try:
        await run_in_threadpool(require_reader, cached.store(), found.actor)
        data = await run_in_threadpool(found.make)
    except StoreError as error:
        return PlainTextResponse(str(error), status_code=403, headers=_PRIVATE)
    except Exception as error:  # the last door before the reader
        said = f"The file could not be made (error {note_failure(error)}). Nothing was changed."
        return PlainTextResponse(said, status_code=500, headers=_PRIVATE)
    disposition = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    headers = {**_PRIVATE, "Content-Disposition": disposition}
    return Response(data, media_type=found.mime, headers=headers)


ROUTES = [Route("/export/{ticket}", export)]
