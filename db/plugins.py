"""Plug-ins: what other packages add by entry points. One that fails is named and left out.

======================  =======================================================================
``downstream.readers``    a function from the bytes of an inventory to CSV in bytes, with the
                          columns of docs/file-format.md or others; None: not one of its files
``downstream.feeds``      a function from the bytes of a status page to CSV in bytes, as
                          ``downstream incidents export`` writes it; None: not one of its pages
``downstream.scenarios``  a function without arguments that returns scenarios and crises: the texts
                          of their files (:mod:`risk.scenarios.files`), each by its id
======================  =======================================================================

They run in the program's own process with all its rights: install only those that you trust.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from risk.scenarios.files import Known, id_of, read_file
from risk.scenarios.replays import Replay
from risk.scenarios.results import Scenario

READERS, FEEDS, SCENARIOS = "downstream.readers", "downstream.feeds", "downstream.scenarios"
log = logging.getLogger("downstream")
File = TypeVar("File", Scenario, Replay)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The plug-ins of one group by name, and a sentence for each that cannot be used."""

    plugins: Mapping[str, Callable[..., Any]]
    left_out: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Translated:
    """The bytes as a plug-in translated them, or as they were; sentences on those that failed."""

    data: bytes
    left_out: tuple[str, ...] = ()


@cache
def found(group: str) -> Found:
    """The plug-ins of a group, in the order of their names; looked for once in a process."""
    plugins: dict[str, Callable[..., Any]] = {}
    left_out = []
    for one in sorted(entry_points(group=group), key=lambda one: one.name):
        try:
            loaded = one.load()
            if not callable(loaded):
                raise TypeError(f"{one.value} is no function")
            if one.name in plugins:
                raise ValueError("another package has one of this name")
            plugins[one.name] = loaded
        except (Exception, SystemExit) as error:
            left_out.append(_left_out(_named(one), "could not be loaded", error))
    return Found(plugins=plugins, left_out=tuple(left_out))


def translated(group: str, data: bytes) -> Translated:
    """The bytes of a file as the first plug-in of a group that knows them translates them."""
    left_out: list[str] = []
    for name, read in found(group).plugins.items():
        try:
            said = read(data)
            if said is None:
                continue
            if not isinstance(said, bytes):
                raise TypeError(f"it gave a {type(said).__name__}, not bytes")
            return Translated(data=said, left_out=tuple(left_out))
        except (Exception, SystemExit) as error:
            left_out.append(_left_out(f"“{name}”", "failed on this file", error))
    return Translated(data=data, left_out=tuple(left_out))


def with_files(shipped: Mapping[str, File], sort: type[File], known: Known) -> dict[str, File]:
    """The files of one sort that are shipped, and those of plug-ins, which replace none of them."""
    every = dict(shipped)
    for name, made in found(SCENARIOS).plugins.items():
        try:
            every |= _files(made(), sort, known, every)
        except (Exception, SystemExit) as error:
            _left_out(f"“{name}”", "made no scenarios", error)
    return every


def _files(made: Any, sort: type[File], known: Known, taken: Mapping[str, File]) -> dict[str, File]:
    if not isinstance(made, Mapping):
        raise TypeError(f"it gave a {type(made).__name__}, not a mapping")
    own: dict[str, File] = {}
    for name, text in made.items():
        one = read_file(str(text), name=id_of(str(name)), known=known)
        if not isinstance(one, sort):
            continue
        if one.id in taken or one.id in own:
            raise ValueError(f"there is one called “{one.id}” already")
        own[one.id] = one
    return own


def _named(one: EntryPoint) -> str:
    package = f" of {one.dist.name}" if one.dist is not None else ""
    return f"“{one.name}”{package}"


def _left_out(name: str, what: str, error: BaseException) -> str:
    """Say that a plug-in is left out, to the log too."""
    sentence = f"The plug-in {name} {what} and is left out: {type(error).__name__}: {error}."
    log.warning("%s", sentence)
    return sentence
