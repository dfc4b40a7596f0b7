"""Scenarios and crises: those that ship, those that people of this store wrote, and a folder's.

All are files of one format (:mod:`risk.scenarios.files`). A file in the store is seen by the team
of whoever wrote it, by everybody where the writer has none; one in the folder by everybody. They
count nowhere by themselves: somebody has to choose them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.plugins import with_files
from db.records import ScenarioFileRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.reference import FIXTURES, load_catalog
from db.services.signals import signal_kinds
from db.services.visible import file_seen_by
from risk.scenarios.drafts import crisis_draft, scenario_draft, with_moment
from risk.scenarios.files import (
    SUFFIX,
    BrokenFile,
    Known,
    going_on,
    id_of,
    known_names,
    load_crises,
    load_scenarios,
    read_file,
    text_of,
)
from risk.scenarios.replays import Replay
from risk.scenarios.results import Scenario
from risk.scenarios.statements import MOST_CHARACTERS, Problem

FOLDER_VARIABLE = "DOWNSTREAM_SCENARIO_FOLDER"
#: So many are read of the folder, and kept in the store.
MOST_FILES = 500
#: A crisis that goes on is shown up to the last full five minutes.
_STEP_MINUTES = 5


class Sort(StrEnum):
    """What a file states."""

    SCENARIO = "scenario"
    CRISIS = "crisis"


@dataclass(frozen=True, kw_only=True)
class OwnFile:
    """A file that did not ship. ``content`` None: ``problems`` say why it cannot be read.

    ``by`` and ``at`` (UTC) are who wrote it last and when, None of a file in the folder.
    """

    id: str
    title: str
    text: str
    content: Scenario | Replay | None
    problems: tuple[Problem, ...] = ()
    by: str | None = None
    at: datetime | None = None

    @property
    def sort(self) -> Sort | None:
        """Whether it is a scenario or a crisis, None where it cannot be read."""
        if self.content is None:
            return None
        return Sort.CRISIS if isinstance(self.content, Replay) else Sort.SCENARIO

    @property
    def is_open(self) -> bool:
        """Whether it is a crisis that goes on, to which moments are added."""
        return isinstance(self.content, Replay) and self.content.is_open


@dataclass(frozen=True, kw_only=True)
class News:
    """One more moment of a crisis that goes on; None leaves a line out."""

    at: datetime
    headline: str
    source: str
    what: str | None = None
    signal: str | None = None
    intensity: float | None = None
    reliability: float | None = None
    outage_severity: float | None = None
    outage_until: datetime | None = None
    doubt: str | None = None


def scenario_folder() -> Path:
    """Return the folder whose files are read as they are: a setting, else in the data directory."""
    stated = os.environ.get(FOLDER_VARIABLE, "").strip()
    if stated:
        return Path(stated)
    return platformdirs.user_data_path("downstream", appauthor=False) / "scenarios"


def scenarios(store: Store, actor: Actor) -> dict[str, Scenario]:
    """Return the stresses that have a name, by id: shipped, of plug-ins, then the caller's own.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the named stresses")
    own = {
        one.id: one.content for one in own_files(store, actor) if isinstance(one.content, Scenario)
    }
    named = with_files(shipped_scenarios(store, actor), Scenario, _known(store, actor))
    return named | own


def crises(store: Store, actor: Actor) -> dict[str, Replay]:
    """Return the crises by id: shipped, of plug-ins, then own ones, up to now if they go on.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the crises")
    now = store.now()
    now = now.replace(minute=now.minute - now.minute % _STEP_MINUTES, second=0, microsecond=0)
    named = with_files(shipped_crises(store, actor), Replay, _known(store, actor))
    own = {
        one.id: one.content for one in own_files(store, actor) if isinstance(one.content, Replay)
    }
    return {name: going_on(one, now) for name, one in (named | own).items()}


def shipped_scenarios(store: Store, actor: Actor) -> dict[str, Scenario]:
    """Return the stresses that come with the product, by id.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the named stresses")
    return load_scenarios(FIXTURES, _known(store, actor))


def shipped_crises(store: Store, actor: Actor) -> dict[str, Replay]:
    """Return the crises that come with the product, by id.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the crises")
    return load_crises(FIXTURES, _known(store, actor))


def own_files(store: Store, actor: Actor) -> tuple[OwnFile, ...]:
    """Return the files that the caller sees besides those that ship, the folder's last.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the own scenarios and crises")
    known = _known(store, actor)
    query = select(ScenarioFileRecord).where(file_seen_by(actor)).order_by(ScenarioFileRecord.id)
    with store.read() as session:
        rows = session.scalars(query).all()
        found = [
            _read(row.text, row.name, known, title=row.title, by=row.stated_by, at=row.stated_at)
            for row in rows
        ]
        taken = set(session.scalars(select(ScenarioFileRecord.name)))
    return (*found, *_dropped(known, {*_shipped_ids(known), *taken}))


def own_file(store: Store, actor: Actor, name: str) -> OwnFile:
    """Return one of these files by its id.

    Raises:
        Refused: there is none that the caller sees.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the file {name}")
    found = next((one for one in own_files(store, actor) if one.id == id_of(name)), None)
    if found is None:
        raise Refused(_no_such(name))
    return found


def file_text(store: Store, actor: Actor, name: str) -> str:
    """Return the text of a file by its id, one that ships or the caller's own; crises first.

    Raises:
        Refused: there is none that the caller sees.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"the file {name}")
    for folder in ("crises", "scenarios"):
        for path in (FIXTURES / folder).glob(f"*{SUFFIX}"):
            if id_of(path.name) == id_of(name):
                return path.read_text(encoding="utf-8")
    return own_file(store, actor, name).text


def check_file(store: Store, actor: Actor, data: bytes | str, *, name: str = "") -> OwnFile:
    """Return what a file states, or everything that is wrong with it; nothing is kept.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "a file of a scenario or crisis")
    known = _known(store, actor)
    try:
        text = data if isinstance(data, str) else text_of(data)
    except BrokenFile as broken:
        return OwnFile(id=id_of(name), title=name, text="", content=None, problems=broken.problems)
    found = _read(text, id_of(name), known)
    if found.content is None or name:
        return found
    return _read(text, id_of(found.title), known)


def draft_file(store: Store, actor: Actor, words: str, sort: Sort) -> str:
    """Return a file of fifteen lines to fill in, from words such as ``OpenAI, board``.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "a file of a scenario or crisis")
    known = _known(store, actor)
    if sort is Sort.SCENARIO:
        return scenario_draft(words, known=known)
    kinds = signal_kinds(store, actor)
    return crisis_draft(words, now=store.now(), known=known, kinds=kinds)


def keep_file(
    store: Store, actor: Actor, data: bytes | str, *, name: str = "", change: bool = False
) -> OwnFile:
    """Keep a scenario or crisis under the id of its file name, else of its title, or ``change`` it.

    Raises:
        Refused: it cannot be read (each line of the message names a line), or the id is taken.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_OWN_FACT, name or "a file of a scenario or crisis")
    checked = check_file(store, actor, data, name=name)
    if checked.content is None:
        raise Refused("\n".join(map(str, checked.problems)))
    if checked.id in _shipped_ids(_known(store, actor)):
        raise Refused(f"“{checked.id}” comes with the product. Give the file another name.")

    def work(session: Session) -> None:
        row = _row(session, actor, checked.id)
        if row is not None and not change:
            raise Refused(
                f"“{checked.id}” is there already. Choose another title or file name, or change "
                "it: on its page, or by “downstream crisis add FILE --change”."
            )
        if row is None and change:
            raise Refused(_no_such(checked.id))
        if row is None and len(session.scalars(select(ScenarioFileRecord.id)).all()) >= MOST_FILES:
            raise Refused(f"A store keeps {MOST_FILES} files. Remove one first.")
        before = None if row is None else _values(row)
        row = row or ScenarioFileRecord(name=checked.id, team=actor.team, version=0)
        row.title, row.text = checked.title, checked.text
        _write(store, session, actor, row, before=before, after={"text": checked.text})

    store.transact(work)
    return own_file(store, actor, checked.id)


def note_news(store: Store, actor: Actor, name: str, news: News) -> OwnFile:
    """Add a moment to a crisis that goes on, in its place by time.

    Raises:
        Refused: there is no such crisis in the store, it has ended, the time is still to come, or
            something of the news cannot be.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_OWN_FACT, name)
    known = _known(store, actor)
    dropped = any(one.id == id_of(name) and one.by is None for one in own_files(store, actor))
    if news.at > store.now():
        raise Refused(
            f"{news.at:%Y-%m-%d %H:%M} UTC is still to come: news is noted once it is known."
        )
    values = {key: value for key, value in vars(news).items() if key != "at"}

    def work(session: Session) -> None:
        row = _row(session, actor, id_of(name))
        if row is None:
            if dropped:
                raise Refused(f"“{name}” lies in {scenario_folder()}: write the news there.")
            raise Refused(_no_such(name))
        found = _read(row.text, row.name, known)
        if found.content is not None and not found.is_open:
            raise Refused(f"“{found.title}” does not go on. News is added to a crisis without end.")
        if found.problems:
            raise Refused(f"The file of “{row.title}” cannot be read. Correct it first.")
        text = with_moment(row.text, news.at, values)
        after = _read(text, row.name, known)
        if after.content is None:
            raise Refused(" ".join(_without_line(one) for one in after.problems))
        row.text = text
        moment = {"time": news.at.isoformat(), "headline": news.headline, "source": news.source}
        _write(store, session, actor, row, before=None, after=moment | {"signal": news.signal})

    store.transact(work)
    return own_file(store, actor, name)


def remove_file(store: Store, actor: Actor, name: str, reason: str) -> str:
    """Remove a file from the store and return its title; the audit trail keeps its text.

    Raises:
        Refused: there is none that the caller sees, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMOVE_OWN_FACT, name)
    why = reason.strip()

    def work(session: Session) -> str:
        row = _row(session, actor, id_of(name))
        if row is None:
            raise Refused(_no_such(name))
        if not why:
            raise Refused("Say why it is removed; others will want to know.")
        before, title = _values(row), row.title
        session.execute(delete(ScenarioFileRecord).where(ScenarioFileRecord.id == row.id))
        record(
            store,
            session,
            actor,
            Action.REMOVE_OWN_FACT,
            object_kind="own scenario or crisis",
            object_name=row.name,
            before=before,
            reason=why[:2_000],
        )
        return title

    return store.transact(work)


# --- Reading --------------------------------------------------------------------------------------


def _known(store: Store, actor: Actor) -> Known:
    return known_names(load_catalog(store, actor), signal_kinds(store, actor))


def _shipped_ids(known: Known) -> set[str]:
    return {*load_scenarios(FIXTURES, known), *load_crises(FIXTURES, known)}


def _read(
    text: str,
    name: str,
    known: Known,
    *,
    title: str = "",
    by: str | None = None,
    at: datetime | None = None,
) -> OwnFile:
    content: Scenario | Replay | None = None
    problems: tuple[Problem, ...] = ()
    try:
        content = read_file(text, name=name, known=known)
        title = content.title
    except BrokenFile as broken:
        problems = broken.problems
    return OwnFile(
        id=name, title=title or name, text=text, content=content, problems=problems, by=by, at=at
    )


def _dropped(known: Known, taken: set[str]) -> list[OwnFile]:
    """The files of the folder; one whose id is taken, or that cannot be opened, says so."""
    try:
        paths = sorted(scenario_folder().glob(f"*{SUFFIX}"))[:MOST_FILES]
    except OSError:
        return []
    found: list[OwnFile] = []
    for path in paths:
        name = id_of(path.name)
        try:
            if path.stat().st_size > MOST_CHARACTERS * 4:
                raise BrokenFile([Problem(line=1, says="the file is too large.")])
            one = _read(text_of(path.read_bytes()), name, known)
        except OSError as error:
            problem = Problem(line=1, says=f"the file cannot be opened: {error.strerror}.")
            one = OwnFile(id=name, title=path.name, text="", content=None, problems=(problem,))
        except BrokenFile as broken:
            one = OwnFile(id=name, title=path.name, text="", content=None, problems=broken.problems)
        if name in taken:
            problem = Problem(line=1, says=f"the id “{name}” is taken. Rename {path.name}.")
            one = OwnFile(id=name, title=one.title, text="", content=None, problems=(problem,))
        taken.add(name)
        found.append(one)
    return found


def _without_line(problem: Problem) -> str:
    return f"{problem.key or 'File'}: {problem.says}"


def _no_such(name: str) -> str:
    return f"There is no file “{name[:80]}” of your own. “downstream crisis list” shows them."


# --- Rows -----------------------------------------------------------------------------------------


def _row(session: Session, actor: Actor, name: str) -> ScenarioFileRecord | None:
    """The row of that id.

    Raises Refused where it is another team's.
    """
    row = session.scalar(select(ScenarioFileRecord).where(ScenarioFileRecord.name == name))
    if row is None:
        return None
    mine = select(ScenarioFileRecord.id).where(ScenarioFileRecord.id == row.id, file_seen_by(actor))
    if session.scalar(mine) is None:
        raise Refused(f"The name “{name}” is taken by another team. Choose another name.")
    return row


def _values(row: ScenarioFileRecord) -> dict[str, Any]:
    return {"title": row.title, "text": row.text, "team": row.team}


def _write(
    store: Store,
    session: Session,
    actor: Actor,
    row: ScenarioFileRecord,
    *,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    row.stated_by, row.stated_at = actor.name, store.now()
    row.version += 1
    session.add(row)
    session.flush()
    record(
        store,
        session,
        actor,
        Action.STATE_OWN_FACT,
        object_kind="own scenario or crisis",
        object_name=row.name,
        before=before,
        after={"title": row.title, **after},
    )
