"""Parameters of every command and of every route: what scripts and programs write.

Of each its kind, whether it must be stated, what it is if it is not, and what it may be, in one
line: ``option, one of up | down, up if not stated``. Arguments are numbered in their order.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from ui.api import routes, served
from ui.api.served import every_command

FILE = Path(__file__).with_name("parameters.json")
#: What breaks whoever uses a parameter, and what to do about it.
BREAKS = (
    "Scripts and programs that use these break. Keep what was beside what is new; or, if it is "
    "meant, say in the CHANGELOG what to write instead, and run: python -m tests.golden.refresh"
)
ADDED = "These are new and break nobody. Write them down: python -m tests.golden.refresh"

#: Parameters by their names, each in words.
Parameters = dict[str, str]
#: Commands and routes, each with its parameters.
Promised = dict[str, dict[str, Parameters]]


def all_parameters() -> Promised:
    """What is written down: of every command and every route."""
    served_here = TestClient(Starlette(routes=routes.ROUTES), base_url="http://127.0.0.1")
    document = served_here.get(f"{routes.PREFIX}/openapi.json").json()
    return {
        "commands": {name: dict(_of_command(one)) for name, one in sorted(every_command())},
        "routes": {
            f"{method.upper()} {path}": dict(_of_route(one))
            for path, methods in sorted(document["paths"].items())
            for method, one in sorted(methods.items())
        },
    }


def _of_command(command: TyperCommand | TyperGroup) -> Iterator[tuple[str, str]]:
    places = 0
    for own in command.params:
        if not isinstance(own, TyperArgument | TyperOption):
            continue
        one, kind = served._parameter(own), "option"
        if isinstance(own, TyperArgument):
            places += 1
            kind = f"argument {places}"
        of = {"type": "file"} if served._is_path(own) else one.schema
        names = [own.name] if isinstance(own, TyperArgument) else [*own.opts, *own.secondary_opts]
        yield " / ".join(map(str, names)), _said(kind, of, many=one.many, required=one.required)


def _of_route(operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in operation.get("parameters", ()):
        yield one["name"], _in_words(one["in"], one["schema"], one.get("required", False))
    contents = operation.get("requestBody", {}).get("content", {})
    for content in list(contents.values())[:1]:  # The others hold the same in another form.
        schema = content["schema"]
        for name, of in schema["properties"].items():
            yield name, _in_words("body", of, name in schema["required"])


def _in_words(kind: str, schema: Mapping[str, Any], required: bool) -> str:
    many = schema.get("type") == "array"
    return _said(kind, schema["items"] if many else schema, many=many, required=required)


def _said(kind: str, schema: Mapping[str, Any], *, many: bool, required: bool) -> str:
    parts = [kind, _type(schema)]
    if many:
        parts.append("several")
    if required:
        parts.append("must be stated")
    if "default" in schema:
        parts.append(f"{json.dumps(schema['default'], ensure_ascii=False)} if not stated")
    return ", ".join(parts)


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {' | '.join(map(str, schema['enum']))}"
    if "contentMediaType" in schema:
        return "file"
    found = str(schema.get("format", schema["type"]))
    for word, limit in (("from", "minimum"), ("to", "maximum")):
        if limit in schema:
            found += f" {word} {schema[limit]:g}"
    return found


def kept() -> Promised:
    """The parameters that were written down last."""
    known: Promised = json.loads(FILE.read_text(encoding="utf-8"))
    return known


def differences(before: Promised, after: Promised) -> list[str]:
    """What differs, a line each: first what breaks those who use it, then what is new.

    Lines of a sort stand below the sentence that says what to do; nothing differs: no line.
    """
    breaks, added = [], []
    for sort in dict.fromkeys((*before, *after)):
        was, now = before.get(sort, {}), after.get(sort, {})
        breaks += [f"{sort}, {place}: gone" for place in was if place not in now]
        for place, parameters in now.items():
            if place not in was:
                added.append(f"{sort}, {place}: new")
                continue
            known = was[place]
            breaks += [f"{sort}, {place}, {name}: gone" for name in known if name not in parameters]
            for name, said in parameters.items():
                if name not in known:
                    of = breaks if "must be stated" in said else added
                    of.append(f"{sort}, {place}, {name}: new, “{said}”")
                elif said != known[name]:
                    breaks.append(f"{sort}, {place}, {name}: was “{known[name]}”, is “{said}”")
    return [
        line
        for sentence, lines in ((BREAKS, breaks), (ADDED, added))
        if lines
        for line in (sentence, *lines)
    ]
