"""Calls of commands: one command run in this process for one caller, with what it says.

What the terminal prints with ``--json`` comes back, or the file that it would write. Parameters are
checked as those of the command line are. Of this server's disk a caller can name nothing: what is
sent lies in a folder of the call, what is written is read from there, and both go with it.
"""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import typer
from typer.core import TyperArgument, TyperOption

from db.engine import Rehearsed, Store, rehearsed
from db.services.access import Actor
from ui.api.served import Download, ServedCommand
from ui.render.terminal import Cut, Heard, Part, heard_by
from ui.terminal.commands.options import served
from ui.terminal.failures import QUESTION, REFUSED, RefusedCommand

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "toml": "application/toml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_LONGEST_NAME = 120


class WrongCall(Exception):
    """The call itself is wrong: an unknown or missing parameter, or a value of another type."""


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file that came with a call: its name as the caller has it, and its bytes."""

    name: str
    data: bytes | BinaryIO = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class MadeFile:
    """A file that a command wrote."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is called, and with what.

    ``values`` are texts, numbers, truth values or lists of them by parameter, ``download`` the kind
    of file that is wanted instead of the document, and ``part`` which items of lists.
    """

    command: ServedCommand
    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Sequence[SentFile]] = field(default_factory=dict)
    download: str | None = None
    part: Part | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command said: its document, sentences beside it, or the file that was wanted.

    ``status`` is the exit status that a terminal would have; ``more``: items follow those of the
    part that was asked for. ``cuts`` are the lists inside the document that were cut, by place.
    """

    document: Any = None
    notes: tuple[str, ...] = ()
    status: int = 0
    more: bool = False
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    file: MadeFile | None = None

    @property
    def is_refused(self) -> bool:
        """Whether what was asked was not done; the document says why."""
        return self.status == REFUSED

    @property
    def is_question(self) -> bool:
        """Whether a question must be answered first; the document asks it."""
        return self.status == QUESTION


def run(
    call: Call,
    *,
    store: Store,
    actor: Actor,
    report: Callable[[float], None] | None = None,
) -> Said:
    """Run one command for ``actor`` and return what it said; ``report`` hears how far it is.

    A command that only reads is run without the right to write.

    Raises:
        WrongCall: a parameter is unknown, missing or of another type.
        RefusedCommand, StoreError, StartupNotFound, UnknownRoot: what was asked cannot be done.
    """
    command, rights = call.command, call.command.rights
    allowed = actor if rights is None else actor.narrowed(rights)
    heard = Heard(part=call.part, report=report)
    with TemporaryDirectory(prefix="downstream-call-") as place:
        folder = Path(place)
        with _told_without(folder):
            values, target = _values(call, folder)
            with served(store, allowed), heard_by(heard):
                status = _invoked(command, values)
            made = None if target is None or status else _made(command, target)
        document = heard.documents[0] if heard.documents else None
        if call.files or target is not None:
            document = _cleaned(document, folder)
        return Said(
            document=document,
            notes=tuple(_without(one, folder) for one in heard.notes),
            status=status,
            more=heard.more,
            cuts=heard.cuts,
            file=made,
        )


def rehearse(call: Call, *, store: Store, actor: Actor) -> Said | None:
    """Run one command up to the end of its first write, and take that back.

    Return what it said where it came to no write: it refuses, asks, or has nothing to do.

    Raises:
        WrongCall, RefusedCommand, StoreError, StartupNotFound, UnknownRoot: as :func:`run`.
    """
    try:
        with rehearsed():
            return run(call, store=store, actor=actor)
    except Rehearsed:
        return None


def _invoked(command: ServedCommand, values: dict[str, Any]) -> int:
    """Run the command's function and return the exit status."""
    own = command.command
    context = own.context_class(own, info_name=command.name)
    context.params = values
    try:
        with context:
            own.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise RefusedCommand("It was stopped before it was done.") from None
    except typer.TyperException as wrong:
        raise WrongCall(wrong.format_message()) from None
    return 0


def _values(call: Call, folder: Path) -> tuple[dict[str, Any], "_Target | None"]:
    """The values of every parameter, and where the wanted file will be."""
    command, values = call.command, dict(call.command.fixed)
    unknown = (call.values.keys() - command.parameters.keys()) | (
        call.files.keys() - command.files.keys()
    )
    if unknown:
        known = ", ".join(sorted({*command.parameters, *command.files})) or "none"
        raise WrongCall(f"“{min(unknown)}” is no parameter of {command.name}. There are: {known}.")
    for name, one in command.parameters.items():
        given = call.values.get(name)
        values[one.own.name] = _checked(command, one.own, given, called=name, many=one.many)
    for name, one in command.files.items():
        paths = [str(_laid_down(sent, folder / "sent" / name)) for sent in call.files.get(name, ())]
        if len(paths) > 1 and not one.many:
            raise WrongCall(f"Send one file as {name}.")
        given = paths if one.many else paths[0] if paths else None
        values[one.own.name] = _checked(command, one.own, given or None, called=name, many=one.many)
    target = _target(call, folder)
    for download in command.downloads.values():
        chosen = target is not None and download.own.name == target.download.own.name
        values[download.own.name] = target.path if target is not None and chosen else None
    return values, target


def _checked(
    command: ServedCommand,
    own: TyperArgument | TyperOption,
    given: Any,
    *,
    called: str,
    many: bool,
) -> Any:
    """A value as the command line would have read it, or the default.

    Raises:
        WrongCall: it is missing or of another type.
    """
    context = command.command.context_class(command.command, info_name=command.name)
    if isinstance(given, list | tuple):
        given = [_as_written(one, own, called) for one in given]
        if not many and len(given) != 1:
            raise WrongCall(f"Write {called} once.")
        given = given if many else given[0]
    elif given is not None:
        written = _as_written(given, own, called)
        given = [written] if many else written
    if given is None:
        given = own.get_default(context)
        if own.required and given is None:
            raise WrongCall(f"{command.name} needs {called}: {own.help or 'it is missing'}")
    try:
        value = own.process_value(context, given)
    except typer.TyperException as wrong:
        said = getattr(wrong, "message", "") or wrong.format_message()
        raise WrongCall(f"{called}: {said}") from None
    return None if many and not value else value


def _as_written(value: Any, own: TyperArgument | TyperOption, called: str) -> str | bool:
    """A value as somebody would write it on a command line; truth values stay what they are.

    Raises:
        WrongCall: it cannot be written so.
    """
    if isinstance(value, bool) and own.type_descriptor.annotation is bool:
        return value
    if not isinstance(value, str | int | float):
        raise WrongCall(f"{called}: write a text, a number or a truth value.")
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        raise WrongCall(f"{called}: it holds a character that is none.")
    return text


def _laid_down(sent: SentFile, folder: Path) -> Path:
    """Where the bytes of a file lie, under a name that leads nowhere else."""
    folder.mkdir(parents=True, exist_ok=True)
    name = PurePosixPath(PureWindowsPath(sent.name).name).name
    name = "".join(letter for letter in name if letter.isprintable())[-_LONGEST_NAME:]
    path = folder / (name if name.strip(". ") else "file")
    if path.exists():
        path = folder / f"{len(list(folder.iterdir()))}-{path.name}"
    with path.open("wb") as file:
        if isinstance(sent.data, bytes):
            file.write(sent.data)
        else:
            shutil.copyfileobj(sent.data, file)
    return path


@dataclass(frozen=True, kw_only=True)
class _Target:
    """A file that is wanted, and where it will be."""

    download: Download
    path: Path


def _target(call: Call, folder: Path) -> _Target | None:
    command = call.command
    kind = call.download or command.usual_file
    if kind is None:
        return None
    download = command.downloads.get(kind)
    if download is None:
        known = ", ".join(command.downloads) or "none"
        raise WrongCall(f"{command.name} makes no file of the kind {kind}. There are: {known}.")
    place = folder / "made"
    place.mkdir()
    stem = command.name.replace(" ", "-")
    path = place / (stem if download.kind == "zip" else f"{stem}.{download.kind}")
    if download.kind == "zip":
        path.mkdir()
    return _Target(download=download, path=path)


def _made(command: ServedCommand, target: _Target) -> MadeFile | None:
    """The file that was written; of a folder with one zip file in it that one."""
    kind, path = target.download.kind, target.path
    if not path.exists():
        return None
    name, data = path.name, b""
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.is_file())
        if len(files) == 1 and files[0].suffix == ".zip":
            name, data = files[0].name, files[0].read_bytes()
        else:
            name, data = f"{path.name}.zip", _zipped(files, path)
    else:
        data = path.read_bytes()
    return MadeFile(name=name, media_type=MEDIA_TYPES[kind], data=data)


def _zipped(files: Sequence[Path], folder: Path) -> bytes:
    """The files as one archive, whose bytes are the same for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.writestr(zipfile.ZipInfo(one.relative_to(folder).as_posix()), one.read_bytes())
    return written.getvalue()


@contextmanager
def _told_without(folder: Path) -> Iterator[None]:
    """Let no refusal name the folder of the call."""
    try:
        yield
    except Exception as error:
        error.args = tuple(
            _without(one, folder) if isinstance(one, str) else one for one in error.args
        )
        raise


def _without(text: str, folder: Path) -> str:
    """A text in which files are called as the caller called them."""
    if str(folder) not in text:
        return text
    for part in ("sent", "made"):
        for one in (folder / part).glob("*"):
            if one.is_dir():
                text = text.replace(f"{one}/", "").replace(str(one), one.name)
        text = text.replace(f"{folder / part}/", "")
    return text.replace(str(folder), "")


def _cleaned(document: Any, folder: Path) -> Any:
    """A plain document without the folder of the call."""
    if isinstance(document, str):
        return _without(document, folder)
    if isinstance(document, dict):
        return {key: _cleaned(value, folder) for key, value in document.items()}
    if isinstance(document, list):
        return [_cleaned(value, folder) for value in document]
    return document
