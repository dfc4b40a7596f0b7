"""Problems as other programs read them: RFC 9457, with the sentence that a page would show."""

import math
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from db.errors import (
    AliasNotFound,
    AnswerNotKept,
    BatchNotFound,
    CorrectionNotFound,
    JobNotFound,
    KeyUsedOtherwise,
    PortfolioNotFound,
    ShareNotFound,
    StoreBusy,
    StoreNotReady,
    TokenNotAccepted,
    TokenNotFound,
    TooManyAttempts,
    TooManyJobs,
    TooManyRequests,
)
from db.services.access import NotAllowed
from risk.alternatives.options import StartupNotFound
from risk.scenarios.event import UnknownRoot
from ui.api.calling import Said, WrongCall
from ui.logs import note_failure
from ui.terminal.failures import is_refusal

MEDIA_TYPE = "application/problem+json"
_NOT_THERE = (
    *(AliasNotFound, BatchNotFound, CorrectionNotFound, PortfolioNotFound, ShareNotFound),
    *(JobNotFound, StartupNotFound, TokenNotFound, UnknownRoot),
)


class Malformed(Exception):
    """A request that is none: its body is not what its type says, or of a type nobody reads."""

    def __init__(self, sentence: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = int(status)


def problem(
    status: int, sentence: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem with a sentence for the reader; ``more`` are further members."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        **more,
    }
    return JSONResponse(document, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Response:
    """Return what is told of an error: a refusal by its sentence, any other by an id in the log."""
    if isinstance(error, TokenNotAccepted):
        return problem(401, str(error), {"WWW-Authenticate": "Bearer"})
    if isinstance(error, TooManyAttempts | TooManyRequests):
        return problem(429, str(error), {"Retry-After": str(math.ceil(error.seconds))})
    if isinstance(error, StoreBusy | StoreNotReady):
        return problem(503, str(error), {"Retry-After": "2"})
    if isinstance(error, TooManyJobs):
        return problem(429, str(error), {"Retry-After": "5"})
    if isinstance(error, KeyUsedOtherwise):
        return problem(409, str(error))
    if isinstance(error, AnswerNotKept):
        return problem(410, str(error))
    if isinstance(error, Malformed):
        return problem(error.status, str(error))
    if isinstance(error, NotAllowed):
        return problem(403, str(error))
    if isinstance(error, _NOT_THERE):
        return problem(404, str(error))
    if isinstance(error, WrongCall) or is_refusal(error):
        return problem(422, str(error))
    error_id = note_failure(error)
    sentence = f"Something went wrong on our side (error {error_id}). Try again."
    return problem(500, sentence, error_id=error_id)


def problem_in(said: Said) -> Response | None:
    """Return the problem that a command's answer is, with the answer; None: it is none."""
    answer = {"data": said.document, "notes": said.notes}
    if said.is_question:
        sentence = "A question must be answered first: send “assume” with the code and the answer."
        return problem(409, sentence, **answer)
    if said.is_refused:
        known = said.document.get("error") if isinstance(said.document, dict) else None
        sentence = str(known or next(iter(said.notes), "It was refused; “data” says why."))
        return problem(422, sentence, **answer)
    return None
