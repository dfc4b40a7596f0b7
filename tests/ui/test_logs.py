"""The server's log: one line an entry, and never a secret."""

import json
import logging
import sys

import pytest

from ui.logs import HIDDEN, JsonLine, RedactedLine, redacted

#: As long as a real one; fixed, because it is part of the names of tests.
TOKEN = "Zq3" + "aB1_x-9K" * 5


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("cannot connect to postgresql+psycopg://ann:s3cret!@db.example/store", "s3cret!"),
        (f"GET /s/#{TOKEN} 200", TOKEN),
        (f"opened {TOKEN}", TOKEN),
        ("Cookie: visit=abc123; theme=dark", "abc123"),
        ("{'passcode': 'six little words'}", "six"),
        ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
    ],
)
def test_secrets_are_hidden(text: str, secret: str):
    assert secret not in redacted(text)
    assert HIDDEN in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:////data/store.sqlite3 is ready",
        "postgresql://db.example/store answered with status code: 404",
        "error 1a2b3c4d",
        f"content {'0123456789abcdef' * 4}",  # the digest of a snapshot is no secret
    ],
)
def test_what_is_no_secret_stays(text: str):
    assert redacted(text) == text


def record(message: str, *values: object) -> logging.LogRecord:
    try:
        raise ValueError(f"no {TOKEN}")
    except ValueError:
        trace = sys.exc_info()
    return logging.LogRecord("downstream", logging.ERROR, "app.py", 1, message, values, trace)


def test_a_traceback_hides_secrets_too():
    assert TOKEN not in RedactedLine("%(message)s").format(record("error %s", "1a2b3c4d"))


def test_an_entry_is_one_json_object_with_its_error_id():
    line = JsonLine().format(record("error %s", "1a2b3c4d"))
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["error_id"]) == (
        "error",
        "downstream",
        "1a2b3c4d",
    )
    assert "ValueError" in entry["traceback"]
    assert TOKEN not in line


def test_what_somebody_typed_forges_no_other_entry() -> None:
    forged = "no portfolio “a\n2026-11-25 12:00:00 ERROR downstream all is lost\x1b[2J”"
    line = RedactedLine("%(levelname)s %(message)s")
    entry = logging.LogRecord("downstream", logging.WARNING, "f.py", 1, "%s", (forged,), None)
    said = line.format(entry)
    assert "\n" not in said
    assert "\x1b" not in said
    assert r"a\n2026-11-25" in said
    try:
        raise ValueError(forged)
    except ValueError:
        failed = logging.LogRecord(
            "downstream", logging.ERROR, "f.py", 1, "error 1", (), sys.exc_info()
        )
    first, *others = line.format(failed).split("\n")
    assert first == "ERROR error 1"
    assert others
    assert all(one.startswith("  ") for one in others)
