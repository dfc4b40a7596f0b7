"""Log of the server: one line an entry, and never a secret.

``DOWNSTREAM_LOG_FORMAT=json`` writes each entry as one JSON object, for a collector.
"""

import json
import logging
import os
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from db.metrics import FAILURES

FORMAT = "DOWNSTREAM_LOG_FORMAT"
HIDDEN = "…hidden…"
#: Loggers that write to the terminal by handlers of their own.
_OTHERS = ("", "streamlit", "uvicorn", "uvicorn.access", "uvicorn.error", "alembic", "sqlalchemy")
_SECRETS = (
    # The password of an address such as postgresql://user:password@host.
    (re.compile(r"(?P<kept>\b[a-z][a-z0-9+.-]*://[^\s:/@]*:)[^\s/@]+(?=@)", re.IGNORECASE), True),
    # The part of a link that opens it, and values of cookies and headers that let one in.
    (re.compile(r"(?P<kept>/s/#)[^\s\"'<>]+"), True),
    (
        re.compile(
            r"(?P<kept>\b(?:authorization|cookie|set-cookie|passcode|password|token)"
            r"[\"']?\s*[:=]\s*[\"']?)(?:Bearer\s+)?[^\s\"',;&]+",
            re.IGNORECASE,
        ),
        True,
    ),
    # 32 random bytes as they stand in links, visits and tokens, wherever they turn up.
    (re.compile(r"(?<![A-Za-z0-9_-])(?:ds_)?[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"), False),
)


def redacted(text: str) -> str:
    """``text`` with passwords, tokens and cookies replaced by :data:`HIDDEN`."""
    for pattern, keeps in _SECRETS:
        text = pattern.sub(rf"\g<kept>{HIDDEN}" if keeps else HIDDEN, text)
    return text


#: What could end a line, or move the cursor of a terminal that shows the log.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def on_one_line(text: str) -> str:
    """``text`` with its control characters written out, so that it forges no other entry."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


class RedactedLine(logging.Formatter):
    """One entry as text, with what is secret hidden, tracebacks included.

    An entry begins its line; the lines of its traceback are indented.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Write what was said on one line."""
        return on_one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Write a traceback, indented, so that no message in it looks like another entry."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  {on_one_line(line)}" for line in lines)

    def format(self, record: logging.LogRecord) -> str:
        """Write the entry."""
        return redacted(super().format(record))


class JsonLine(RedactedLine):
    """One entry as a JSON object: at, level, logger, message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the entry on one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        entry = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if found := re.match(r"error ([0-9a-f]{8})\b", record.getMessage()):
            entry["error_id"] = found[1]
        if record.exc_info:
            entry["traceback"] = redacted(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def configure_logs() -> None:
    """Write every entry of this process by our rules; safe to call again."""
    own = logging.getLogger("downstream")
    own.setLevel(logging.INFO)
    if not own.handlers:
        own.addHandler(logging.StreamHandler())
        own.propagate = False
    line: logging.Formatter
    if os.environ.get(FORMAT, "").strip().lower() == "json":
        line = JsonLine()
    else:
        line = RedactedLine("%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("downstream", *_OTHERS):
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(line)


def note_failure(error: Exception) -> str:
    """Count an error of ours, write it to the log, and return the id under which it is there."""
    error_id = secrets.token_hex(4)
    FAILURES.inc()
    logging.getLogger("downstream").error("error %s", error_id, exc_info=error)
    return error_id
