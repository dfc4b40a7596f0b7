"""Commands as other programs see them: parameters, files in and out, what is not served and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args, get_origin

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from db.services.access import Action
from ui.terminal.commands.every import PARTS
from ui.terminal.failures import Door

#: Commands that have no meaning over a network, with the reason.
NOT_SERVED: Mapping[str, str] = MappingProxyType(
    {
        "demo": "Whoever runs the server chooses what it holds.",
        "doctor": "It looks at the machine on which it runs.",
        "init": "Whoever runs the server makes its store.",
        "migrate": "Whoever runs the server brings its store up to date.",
        "serve": "It is running.",
        "mcp": "It serves the program that starts it; over a network tools stand at /mcp.",
        "backup": "It writes to a disk of the server.",
        "restore": "It replaces everything that the server works on.",
        "parts write": "It writes to folders that the processes of a cluster share.",
        "parts score": "It reads folders that the processes of a cluster share.",
        "tokens create": "A token makes no other one: it would outlive its own end.",
    }
)
#: Commands that only read; they run without any right to write.
READS = frozenset(
    {
        *("alternatives", "aliases list", "assumptions", "audit list", "audit verify", "batches"),
        *("calendar", "company", "contracts export", "contracts list", "contracts show"),
        *("crisis check", "crisis list", "crisis new", "crisis show", "forecasts list"),
        *("forecasts score", "losses list", "losses score"),
        *("correction list", "decisions list", "depends", "dora lint", "dora list", "dora oversee"),
        *("dora proposals", "dora show", "drills list", "drills overdue", "evaluations list"),
        *("export", "funds", "funds holdings", "glossary", "hazard", "history"),
        *("incidents calibration", "incidents feeds", "incidents stats", "matrix", "observed"),
        *("overview", "people list", "plan", "portfolios", "portfolios archived", "providers"),
        *("providers list", "questions choose", "questions inbox", "questions list"),
        *("questions remind", "questions show", "readiness", "replay", "report", "resolve"),
        *("scenarios", "score", "scores list", "sensitivity", "share list", "signals list"),
        *("startups", "stress", "teams list", "tokens list", "validate"),
        *("reports list", "watch channels", "watch limits", "watch subscriptions"),
    }
)
#: What reading takes: to read, and to see who did what and what was shared.
READING = frozenset({Action.READ, Action.READ_AUDIT, Action.READ_SHARES, Action.READ_TOKENS})
#: Lists that are shown to whoever may change what is in them.
_LISTS_OF_WORK: Mapping[str, Action] = MappingProxyType(
    {
        "correction list": Action.DECIDE_CORRECTION,
        "people list": Action.MANAGE_PEOPLE,
        "portfolios archived": Action.MANAGE_PORTFOLIO,
        "reports list": Action.SUBSCRIBE,
        "teams list": Action.ASSIGN_TEAM,
        "watch subscriptions": Action.SUBSCRIBE,
    }
)
#: Commands that may take long: they are worked off one after the other while their caller waits
#: for none of them.
LONG = frozenset(
    {
        *("contracts import", "dora import", "drills import", "funds import", "import"),
        *("incidents import", "scores keep", "usage", "validate"),
    }
)
#: Parameters that callers do not have, with the value that they have instead: which store it is,
#: that a program reads the answer, addresses that the server would call, and files beside a
#: document that holds the same.
_FIXED: Mapping[str, Any] = MappingProxyType(
    {
        "as_json": True,
        "database": None,
        "force": True,
        "rejects": None,
        "scheduler": None,
        "webhook": None,
    }
)
_FIXED_OF_ONE: Mapping[tuple[str, str], Any] = MappingProxyType(
    {
        ("export", "output"): None,
        ("questions send", "csv"): None,
        ("resolve", "file"): None,
        ("dora draw", "identifiers"): None,
    }
)
#: Files that a caller sends, by the command's own name of the parameter.
_SENT = frozenset({"file", "files", "map_file", "mapping", "path", "important", "population"})
#: A path or an address on the command line; over a network a file alone.
_SENT_AS_TEXT = frozenset({("incidents import", "source")})
#: Files that come back, as what each can be; ``zip``: a folder of files.
_WRITTEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "csv": ("csv",),
        "folder": ("zip",),
        "html": ("html",),
        "ics": ("ics",),
        "out": ("zip",),
        "output": ("csv", "xlsx"),
        "pdf": ("pdf",),
        "tasks": ("csv", "xlsx", "ics"),
        "xlsx": ("xlsx",),
    }
)
_WRITTEN_BY_ONE: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {("crisis new", "output"): ("toml",), ("questions show", "files"): ("zip",)}
)
#: Commands whose answer is a file, and which one where a caller does not say.
_USUAL_FILE: Mapping[str, str] = MappingProxyType(
    {
        "contracts export": "csv",
        "crisis new": "toml",
        "dora export": "zip",
        "export": "csv",
        "report": "html",
        "validate": "html",
    }
)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a command, under the name that callers write.

    ``schema`` is its type in the words of JSON Schema; ``many``: it may be given several times.
    """

    name: str
    own: TyperArgument | TyperOption
    help: str
    required: bool
    many: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file that a command can answer with instead of its document."""

    own: TyperArgument | TyperOption
    kind: str


@dataclass(frozen=True, kw_only=True)
class ServedCommand:
    """One command: its parameters, files that are sent with it, and files it can answer with."""

    name: str
    summary: str
    command: TyperCommand | TyperGroup
    parameters: Mapping[str, Parameter]
    files: Mapping[str, Parameter]
    downloads: Mapping[str, Download]
    usual_file: str | None
    fixed: Mapping[str, Any]

    @property
    def reads(self) -> bool:
        """Whether it writes nothing to the store."""
        return self.name in READS

    @property
    def is_long(self) -> bool:
        """Whether its caller does not wait for it."""
        return self.name in LONG

    @property
    def rights(self) -> frozenset[Action] | None:
        """All rights that it is run with, of those that its caller has; None: all of these."""
        if not self.reads:
            return None
        extra = _LISTS_OF_WORK.get(self.name)
        return READING if extra is None else READING | {extra}


@cache
def served_commands() -> Mapping[str, ServedCommand]:
    """Return every command that is served, by its name: ``decisions list``.

    Raises:
        ValueError: a command has a path of which nobody decided whether it is sent or comes back.
    """
    found = [_served(name, command) for name, command in every_command() if name not in NOT_SERVED]
    return MappingProxyType({one.name: one for one in found})


def every_command() -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Go through the program's commands, each by its name, as its help lists them."""
    program = typer.Typer(cls=Door)
    for part in PARTS:
        program.add_typer(part.app)
    root = typer.main.get_command(program)
    if isinstance(root, TyperGroup):
        yield from _leaves(root, ())


def _leaves(
    group: TyperGroup, above: tuple[str, ...]
) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    for name, command in group.commands.items():
        path = (*above, name)
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield " ".join(path), command
            yield from _leaves(command, path)
        elif isinstance(command, TyperCommand):
            yield " ".join(path), command


def _served(name: str, command: TyperCommand | TyperGroup) -> ServedCommand:
    parameters, files, downloads, fixed = {}, {}, {}, {}
    for own in command.params:
        if not isinstance(own, TyperArgument | TyperOption) or own.name == "help":
            continue
        place = (name, own.name)
        if own.name in _FIXED or place in _FIXED_OF_ONE:
            fixed[own.name] = _FIXED.get(own.name, _FIXED_OF_ONE.get(place))
        elif kinds := _WRITTEN_BY_ONE.get(place) or (_is_path(own) and _WRITTEN.get(own.name)):
            for kind in kinds:
                downloads[kind] = Download(own=own, kind=kind)
        elif place in _SENT_AS_TEXT or (_is_path(own) and own.name in _SENT):
            one = _parameter(own)
            files[one.name] = one
        elif _is_path(own):
            raise ValueError(f"{name}: say whether {own.name} is sent or comes back")
        else:
            one = _parameter(own)
            parameters[one.name] = one
    return ServedCommand(
        name=name,
        summary=" ".join((command.help or "").split()),
        command=command,
        parameters=parameters,
        files=files,
        downloads=downloads,
        usual_file=_USUAL_FILE.get(name),
        fixed=fixed,
    )


def _parameter(own: TyperArgument | TyperOption) -> Parameter:
    flag = own.name if isinstance(own, TyperArgument) else own.opts[0].lstrip("-")
    return Parameter(
        name=flag.replace("-", "_"),
        own=own,
        help=" ".join((own.help or "").split()),
        required=own.required,
        many=own.multiple or own.nargs != 1,
        schema=_schema(own),
    )


def _element(own: TyperArgument | TyperOption) -> Any:
    """The type of a parameter, or of one item of several."""
    annotation: Any = own.type_descriptor.annotation
    return get_args(annotation)[0] if get_origin(annotation) is list else annotation


def _is_path(own: TyperArgument | TyperOption) -> bool:
    return _element(own) is Path


def _schema(own: TyperArgument | TyperOption) -> Mapping[str, Any]:
    """The type of one value in the words of JSON Schema, with its default and limits."""
    of, found = _element(own), dict[str, Any]()
    if own.type_descriptor.choices is not None:
        choices = [getattr(one, "value", one) for one in own.type_descriptor.choices]
        found |= {"type": "string", "enum": choices}
    elif of is bool:
        found["type"] = "boolean"
    elif of in (int, float):
        found["type"] = "integer" if of is int else "number"
        limits = {"minimum": own.min, "maximum": own.max}
        found |= {name: value for name, value in limits.items() if value is not None}
    elif of is datetime:
        found |= {"type": "string", "format": "date"}
    else:
        found["type"] = "string"
    default = getattr(own.default, "value", own.default)
    if isinstance(default, bool | int | float | str):
        found["default"] = default
    return found
