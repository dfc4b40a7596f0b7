"""The DORA Register of Information of a portfolio: its tables, what is wrong with them, its files.

Codes that the store does not hold (LEI, EUID) come from a file of identifiers; what the register
asks of the model (substitutability, impact of discontinuing) is derived from its answers, and the
alternatives identified are those that somebody decided on.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date

from db.engine import Store
from db.errors import Refused
from db.services.access import Action, Actor, authorize
from db.services.decisions import list_decisions
from db.services.options import readiness_of_all
from db.services.portfolios import load_portfolio
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio, stress
from risk.alternatives.readiness import CODES, impact_of_discontinuing
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer
from risk.inventory.formats.dora_codes import CODE_TYPES, YES
from risk.inventory.formats.dora_export import (
    Assessed,
    Identifier,
    Register,
    as_files,
    register_of,
)
from risk.inventory.formats.dora_lint import Finding, lint
from risk.inventory.records import Portfolio, Startup
from risk.scenarios.event import UnknownRoot
from risk.scenarios.results import Scenario

_IDENTIFIER_COLUMNS = ("name", "code", "type")


def read_identifiers(data: bytes) -> dict[str, Identifier]:
    """Read a CSV with the columns name, code, type (LEI, EUID, …) by casefolded name.

    Raises:
        Refused: it is no such file; the sentence names the line.
    """
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Refused("The file of identifiers is no CSV in UTF-8: save it as such.") from None
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if sorted(header) != sorted(_IDENTIFIER_COLUMNS):
        raise Refused("The file of identifiers needs the columns name, code and type.")
    found: dict[str, Identifier] = {}
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        sort = named.get("type", "").upper()
        if len(cells) != len(header) or not named["name"] or not named["code"]:
            raise Refused(f"Identifiers, line {line}: write a name, a code and its type.")
        if sort not in CODE_TYPES:
            raise Refused(f"Identifiers, line {line}: the type is one of {', '.join(CODE_TYPES)}.")
        found[named["name"].casefold()] = Identifier(code=named["code"], sort=sort)
    return found


def dora_register(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    identifiers: Mapping[str, Identifier] | None = None,
    today: date,
) -> Register:
    """Return the six tables for every dependency on a language model.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    found = load_portfolio(store, actor, portfolio)
    providers = load_catalog(store, actor).providers.values()
    return register_of(
        found,
        identifiers=identifiers or {},
        countries={one.name.casefold(): one.country for one in providers if one.country},
        assessed=_assessed(store, actor, found, today=today),
    )


def lint_dora(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    identifiers: Mapping[str, Identifier] | None = None,
    today: date,
) -> tuple[Finding, ...]:
    """Return what an authority would find wrong with the register, errors first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return lint(dora_register(store, actor, portfolio, identifiers=identifiers, today=today))


def export_dora(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    identifiers: Mapping[str, Identifier] | None = None,
    today: date,
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Return the register's files by name, and what the lint finds in them.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    register = dora_register(store, actor, portfolio, identifiers=identifiers, today=today)
    return as_files(register), lint(register)


def _assessed(
    store: Store, actor: Actor, portfolio: Portfolio, *, today: date
) -> dict[str, Assessed]:
    """What is derived of each dependency, by its key."""
    answer = score_portfolio(store, actor, portfolio.name, today=today)
    profits = {
        one.startup: one.gross_profit_usd for one in answer.startups if one.gross_profit_known
    }
    losses = _wind_down_losses(store, actor, portfolio, today=today)
    decided: dict[str, dict[str, None]] = {}
    for decision in list_decisions(store, actor, portfolio.name):
        decided.setdefault(decision.startup, {})[decision.option] = None
    found: dict[str, Assessed] = {}
    for startup, ready_to_leave in readiness_of_all(store, actor, portfolio.name, today=today):
        developers = dict(_depends(startup))
        for ready in ready_to_leave if developers else ():
            loss = losses.get((startup.name, developers.get(ready.dependency_key, "")))
            options = tuple(decided.get(startup.name, ()))
            found[ready.dependency_key] = Assessed(
                substitutability=CODES[ready.readiness.substitutability],
                reason=ready.readiness.reason_code or "",
                impact=impact_of_discontinuing(loss, profits.get(startup.name)),
                # Identified is what somebody decided on; without a decision nothing is said.
                alternatives=YES if options else "",
                alternative_names=options,
            )
    return found


def _depends(startup: Startup) -> Iterator[tuple[str, str]]:
    """Key and developer of each dependency on a language model whose developer is known."""
    for use_case in startup.use_cases:
        for one in use_case.dependencies:
            if one.answer is Answer.YES and one.developer:
                yield one.key, one.developer


def _wind_down_losses(
    store: Store, actor: Actor, portfolio: Portfolio, *, today: date
) -> dict[tuple[str, str], float]:
    """What each startup loses if a developer winds down, by startup and developer, in USD."""
    developers = {name for startup in portfolio.startups for _, name in _depends(startup)}
    losses = {}
    for developer in sorted(developers):
        scenario = Scenario(
            id="wind-down", title=developer, root=developer, kind=FailureKind.WIND_DOWN
        )
        try:
            result = stress(store, actor, portfolio.name, scenario, today=today)
        except UnknownRoot:
            continue
        for one in result.startups:
            losses[one.startup, developer] = one.loss_usd
    return losses
