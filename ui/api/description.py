"""Description of the routes: one OpenAPI document, and a page that shows it, from the commands."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse, Response

from ui.api.calling import MEDIA_TYPES
from ui.api.served import Parameter, ServedCommand

#: The edition of the routes, as their address says it.
VERSION = "1"
_ABOUT = (
    "Every command of Downstream as a route. What reads is asked with GET, what writes or takes "
    "files with POST. Make a token on the page People or with “downstream tokens create”, and send "
    "it as “Authorization: Bearer …”."
)
_LIMIT = (
    "At most so many items of a list, 1 to 1,000; if not stated 100, and 1,000 of each list inside "
    "a document."
)
_CURSOR = "Where lists go on, as “next” of the page before says."
_ANSWER = {
    "type": "object",
    "properties": {
        "data": {"description": "What the command prints with --json."},
        "notes": {"type": "array", "items": {"type": "string"}},
        "next": {"type": ["string", "null"], "description": "The address of the items after."},
    },
    "required": ["data", "notes", "next"],
}
_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "error_id": {"type": "string", "description": "Under it the log has an error of ours."},
        "data": {"description": "What the command says of a refusal or a question."},
    },
    "required": ["type", "title", "status", "detail"],
}
_REFUSALS = {
    400: "The request cannot be read.",
    401: "No token, or one that lets nobody in.",
    403: "The token does not allow it.",
    404: "There is no such portfolio, company, link or job.",
    409: "A question must be answered first, or something has changed meanwhile.",
    422: "A parameter is wrong, or the command refuses.",
    429: "Too many requests; Retry-After says how long to wait.",
    500: "An error of ours, with its id in the log.",
}

#: What OpenAPI says of routes of jobs beside their path and summary.
OF_A_JOB: dict[str, Any] = {
    "parameters": [
        {
            "name": "job",
            "in": "path",
            "required": True,
            "description": "The name of the job, as the answer that began it says.",
            "schema": {"type": "string"},
        }
    ],
    "security": [{"token": []}],
}


def method_of(command: ServedCommand) -> str:
    """Return GET for what only reads and is waited for, POST for all others."""
    waited_for = command.reads and not command.files and not command.is_long
    return "GET" if waited_for else "POST"


def path_of(command: ServedCommand) -> str:
    """Return the path of a command below the prefix: ``/decisions/list``."""
    return "/" + command.name.replace(" ", "/")


def operation(command: ServedCommand) -> dict[str, Any]:
    """Return what OpenAPI says of a command beside its path and summary."""
    found: dict[str, Any] = {"responses": _responses(command), "security": [{"token": []}]}
    if method_of(command) == "GET":
        found["parameters"] = [
            {
                "name": name,
                "in": "query",
                "required": one.required,
                "description": one.help,
                "schema": _schema(one),
            }
            for name, one in command.parameters.items()
        ] + [
            {"name": name, "in": "query", "description": said, "schema": schema}
            for name, (said, schema) in _more(command).items()
        ]
        return found
    properties = {
        name: {**_schema(one), "description": one.help} for name, one in command.parameters.items()
    } | {name: {**schema, "description": said} for name, (said, schema) in _more(command).items()}
    required = [name for name, one in command.parameters.items() if one.required]
    content: dict[str, Any] = {}
    if command.files:
        binary = {"type": "string", "contentMediaType": "application/octet-stream"}
        files = {
            name: {
                **({"type": "array", "items": binary} if one.many else binary),
                "description": one.help,
            }
            for name, one in command.files.items()
        }
        required += [name for name, one in command.files.items() if one.required]
        schema = {"type": "object", "properties": {**properties, **files}, "required": required}
        content["multipart/form-data"] = {"schema": schema}
    else:
        schema = {"type": "object", "properties": properties, "required": required}
        content["application/json"] = {"schema": schema}
        content["application/x-www-form-urlencoded"] = {"schema": schema}
    found["requestBody"] = {"content": content, "required": bool(required)}
    key = "The same key again is answered as the first time, for a day."
    found["parameters"] = [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": key,
            "schema": {"type": "string", "maxLength": 200},
        }
    ]
    return found


def _schema(one: Parameter) -> dict[str, Any]:
    return {"type": "array", "items": dict(one.schema)} if one.many else dict(one.schema)


def _more(command: ServedCommand) -> dict[str, tuple[str, dict[str, Any]]]:
    """Parameters that routes have beside those of the command: files that come back, and pages."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    if command.downloads and "download" not in command.parameters:
        instead = "" if command.usual_file else " instead of the document"
        schema: dict[str, Any] = {"type": "string", "enum": list(command.downloads)}
        if command.usual_file:
            schema["default"] = command.usual_file
        found["download"] = (f"Answer with this kind of file{instead}.", schema)
    if method_of(command) == "GET" and not {"limit", "cursor"} & command.parameters.keys():
        limit = {"type": "integer", "minimum": 1, "maximum": 1_000}
        found |= {"limit": (_LIMIT, limit), "cursor": (_CURSOR, {"type": "string"})}
    return found


def _responses(command: ServedCommand) -> dict[str, Any]:
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    files = {
        MEDIA_TYPES[kind].partition(";")[0]: {"schema": {"type": "string"}}
        for kind in command.downloads
    }
    content = files if command.usual_file else answer | files
    found: dict[str, Any] = {
        "200": {"description": "What the command answers.", "content": content}
    }
    if command.is_long:
        found = {"202": {"description": "The job that works on it; its address is in Location."}}
    if method_of(command) == "GET":
        found["304"] = {"description": "It is still what If-None-Match names."}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return found | {
        str(status): {"description": said, "content": problem} for status, said in _REFUSALS.items()
    }


def described(app: FastAPI, *, server: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the routes."""
    document = get_openapi(
        title="Downstream",
        version=VERSION,
        summary="Who goes down when your LLM provider does?",
        description=_ABOUT,
        routes=app.routes,
        servers=[{"url": server}],
    )
    parts = document.setdefault("components", {})
    parts["schemas"] = {"Answer": _ANSWER, "Problem": _PROBLEM}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path in document["paths"].values():
        for one in path.values():
            if "422" in one["responses"] and "description" not in one["responses"]["422"]:
                del one["responses"]["422"]
    return document


def docs_page(commands: Iterable[ServedCommand], *, prefix: str) -> Response:
    """Return the page that lists every route, with nothing of another host and no script."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
    )
    listed = sorted(commands, key=lambda one: one.name)
    groups = [
        (name, [_shown(one, prefix) for one in found])
        for name, found in groupby(listed, key=lambda one: one.name.partition(" ")[0])
    ]
    page = templates.get_template("docs.html").render(about=_ABOUT, groups=groups, prefix=prefix)
    return HTMLResponse(page)


def _shown(command: ServedCommand, prefix: str) -> dict[str, Any]:
    rows = [
        (name, one.required, _type(_schema(one)), one.help)
        for name, one in command.parameters.items()
    ]
    rows += [(name, one.required, "file", one.help) for name, one in command.files.items()]
    rows += [(name, False, _type(schema), said) for name, (said, schema) in _more(command).items()]
    return {
        "method": method_of(command),
        "path": prefix + path_of(command),
        "summary": command.summary,
        "is_long": command.is_long,
        "rows": rows,
    }


def _type(schema: dict[str, Any]) -> str:
    if schema["type"] == "array":
        return f"{_type(schema['items'])}, several"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format", schema["type"]))
