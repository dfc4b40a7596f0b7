"""Facts that somebody states by hand, of a startup, its use cases and dependencies.

They go in as a file of an inventory would: read by the same rules, told as a batch with source, day
and evidence, and undone like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from db.engine import Store
from db.errors import Refused
from db.importing.planning import DEPENDENCY_FACTS, STARTUP_FACTS, USE_CASE_FACTS
from db.register.as_inventory import naming_lines
from db.register.naming import comparison_key
from db.register.rows import StoredRegister, read_register
from db.services.access import Action, Actor, authorize
from db.services.imports import PublishedBatch, publish_import
from db.services.visible import visible_portfolio
from db.sharing.proposals import as_typed, read_typed
from risk.inventory.columns import COLUMNS
from risk.inventory.formats.export_tables import Cell, ExportTable, as_csv
from risk.inventory.records import DEPENDS_ON_NOTHING, Evidence

#: What says of all other facts where they are from.
_ORIGIN = ("source", "as_of", "evidence")
OF_A_STARTUP = (*STARTUP_FACTS, "notes")
OF_A_USE_CASE = USE_CASE_FACTS
OF_A_DEPENDENCY = (
    *(name for name in DEPENDENCY_FACTS if name not in (*_ORIGIN, "host")),
    "fallback_provider",
)
STATABLE = (*OF_A_STARTUP, *OF_A_USE_CASE, *OF_A_DEPENDENCY)
#: A column that is left out, so that what was stated before can be stated again.
_MOMENT = "stated at"
#: Startups whose names one statement asks for.
_AT_ONCE = 4_000


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What somebody states: ``facts`` by the column of an inventory, written as in a file.

    ``use_case``, ``provider`` and ``model`` say which, for facts of a use case or dependency; None
    where there is only one. ``source`` says where the facts are from, ``evidence`` how they came to
    be known (None: they are stated) and ``as_of`` on which day they held.
    """

    startup: str
    facts: Mapping[str, str] = field(default_factory=dict)
    use_case: str | None = None
    provider: str | None = None
    model: str | None = None
    source: str = ""
    as_of: date | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, kw_only=True)
class StatedOfDependency:
    """Facts of one dependency by the column of an inventory, with where they are from.

    ``dependency_key`` is what it is known by for good.
    """

    startup: str
    dependency_key: str
    facts: Mapping[str, Cell]
    source: str
    as_of: date | None = None


def state_facts(store: Store, actor: Actor, portfolio: str, statement: Statement) -> PublishedBatch:
    """Write facts into the register as one batch; what is not stated stays as it is.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such startup, use case or dependency, or there are several, or a value
            cannot be read; the sentence says what to write.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    written = {name: text.strip() for name, text in statement.facts.items() if text.strip()}
    if not written:
        raise Refused("Nothing is stated yet: write at least one value.")
    for name, text in written.items():
        _check(name, text)
        written[name] = as_typed(COLUMNS[name], text)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        register = read_register(session, found.id, startup_key=comparison_key(statement.startup))
    lines = _lines(register, statement, written)
    source = statement.source.strip() or f"stated by {actor.name}"
    for line in lines:
        line |= {"source": source, "as_of": statement.as_of, "evidence": statement.evidence}
    file_name = f"facts of {lines[0]['startup']}.csv"
    return state_lines(store, actor, portfolio, lines, file_name=file_name)


def state_of_dependencies(
    store: Store,
    actor: Actor,
    portfolio: str,
    stated: Sequence[StatedOfDependency],
    *,
    file_name: str,
) -> PublishedBatch:
    """Write facts of any number of dependencies into the register as one batch.

    ``file_name`` is what the batch is called in the list of imports.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: nothing is stated, one of the dependencies is gone, or a value cannot be read.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    if not stated:
        raise Refused("Nothing is stated yet: name at least one fact.")
    names = list(dict.fromkeys(one.startup for one in stated))
    naming: dict[str, dict[str, Cell]] = {}
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        for start in range(0, len(names), _AT_ONCE):
            keys = [comparison_key(one) for one in names[start : start + _AT_ONCE]]
            naming |= naming_lines(read_register(session, found.id, names=keys))
    lines = []
    for one in stated:
        if one.dependency_key not in naming:
            raise Refused(f"{one.startup} was changed meanwhile: look at what would change again.")
        about = {"source": one.source, "as_of": one.as_of}
        lines.append({**naming[one.dependency_key], **one.facts, **about})
    return state_lines(store, actor, portfolio, lines, file_name=file_name)


def state_lines(
    store: Store,
    actor: Actor,
    portfolio: str,
    lines: Sequence[Mapping[str, Cell]],
    *,
    file_name: str,
) -> PublishedBatch:
    """Write lines of an inventory, cells by column, as one batch that only adds.

    ``file_name`` is what the batch is called in the list of imports.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: a cell cannot be read.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.IMPORT, f"portfolio {portfolio}")
    lines = [{**line, _MOMENT: store.now().isoformat()} for line in lines]
    columns = tuple(dict.fromkeys(name for line in lines for name in line))
    rows = tuple(tuple(line.get(name) for name in columns) for line in lines)
    table = ExportTable(name="Statement", columns=columns, rows=rows)
    published = publish_import(
        store,
        actor,
        data=as_csv(table),
        file_name=file_name,
        portfolio=portfolio,
        mapping={_MOMENT: None},
        by_hand=True,
    )
    if published.intake.rejected:
        problem = published.intake.problems[0]
        raise Refused(f"Not every answer could be written: {problem.message}")
    return published


def _check(name: str, text: str) -> None:
    if name not in STATABLE:
        raise Refused(f"There is no fact “{name}” to state. There are: {', '.join(STATABLE)}.")
    read, fault = read_typed(COLUMNS[name], text)
    if fault is not None:
        raise Refused(f"{name}: {fault}")
    if read.value is None:
        raise Refused(f"{name}: “{text[:40]}” says nothing. Leave it out to keep what is known.")


def _lines(
    register: StoredRegister, statement: Statement, written: Mapping[str, str]
) -> list[dict[str, Cell]]:
    """A line for what is stated of the startup, of a use case and of a dependency."""
    if not register.startups:
        raise Refused(
            f"The portfolio has no company “{statement.startup}”. Choose one of the list, or import"
            " a file that names it."
        )
    startup = register.startups[0]["name"]
    lines: list[dict[str, Cell]] = []

    def stated(among: tuple[str, ...] | list[str]) -> dict[str, Cell]:
        return {name: text for name, text in written.items() if name in among}

    if of_startup := stated(OF_A_STARTUP):
        lines.append({"startup": startup, "provider": DEPENDS_ON_NOTHING, **of_startup})
    if of_case := stated(OF_A_USE_CASE):
        case = _only(
            [str(one["name"]) for one in register.use_cases],
            statement.use_case,
            f"{startup} has no use case “{statement.use_case}”.",
            f"{startup} has several use cases: say which with the use case.",
        )
        line: dict[str, Cell] = {"startup": startup, "provider": DEPENDS_ON_NOTHING}
        lines.append({**line, "use_case": case, **of_case})
    if of_link := stated(OF_A_DEPENDENCY):
        lines.append({**_dependency(register, statement, startup), **of_link})
    return lines


def _only(names: list[str], wanted: str | None, missing: str, several: str) -> str:
    """The name that is wanted, or the only one there is."""
    fitting = [
        one for one in names if wanted is None or comparison_key(one) == comparison_key(wanted)
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise Refused(missing if wanted is not None or not names else several)


def _dependency(register: StoredRegister, statement: Statement, startup: str) -> dict[str, Cell]:
    """The names of the dependency that is meant, as a file writes them."""
    wanted = {
        "use_case": statement.use_case,
        "provider": statement.provider,
        "model": statement.model,
    }
    fitting = [
        line
        for line in naming_lines(register).values()
        if all(
            text is None or comparison_key(str(line[name] or "")) == comparison_key(text)
            for name, text in wanted.items()
        )
    ]
    if len(fitting) == 1:
        return dict(fitting[0])
    if not fitting:
        raise Refused(
            f"{startup} has no such dependency: write use case, provider and model as they stand in"
            " the register."
        )
    listed = "; ".join(f"{one['use_case']}: {one['provider']}" for one in fitting[:4])
    raise Refused(
        f"{startup} has {len(fitting)} dependencies that fit ({listed}): say use case, provider"
        " and model."
    )
