"""Find the startup, use case and dependency that somebody means, by the names people use."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import Refused
from db.records import PortfolioRecord, StartupRecord
from db.register.naming import comparison_key
from db.register.rows import as_portfolio, read_register
from db.register.tables import startups_of
from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Startup, UseCase


def startup_named(session: Session, portfolio: PortfolioRecord, name: str) -> Startup:
    """The startup of this name, whatever its case.

    Raises:
        Refused: there is none; the sentence names those that begin alike.
    """
    key = comparison_key(name)
    register = read_register(session, portfolio.id, startup_key=key)
    if not register.startups:
        raise Refused(
            f"There is no company “{name}” in {portfolio.name}.{near(session, portfolio, key)}"
        )
    return as_portfolio(portfolio, register).startups[0]


def near(session: Session, portfolio: PortfolioRecord, key: str) -> str:
    """A hint at startups whose names begin alike."""
    query = select(StartupRecord.name).where(
        startups_of(session, portfolio.id),
        StartupRecord.name_key.startswith(key[:4], autoescape=True),
    )
    names = list(session.scalars(query.order_by(StartupRecord.name).limit(3))) if key else []
    return f" Did you mean {' or '.join(names)}?" if names else ""


def use_case_named(startup: Startup, name: str | None) -> UseCase:
    """The use case of this name; the only one where none is named.

    Raises:
        Refused: there is none of this name, or several to choose from.
    """
    named = {comparison_key(one.name): one for one in startup.use_cases}
    if name is None and len(named) == 1:
        return next(iter(named.values()))
    found = named.get(comparison_key(name))
    if found is None:
        listed = "; ".join(one.name for one in startup.use_cases) or "none"
        what = f"no use case “{name}”" if name else "more than one use case"
        raise Refused(f"{startup.name} has {what}. Its use cases: {listed}.")
    return found


def dependency_of(use_case: UseCase, key: str | None) -> Dependency:
    """The dependency on a language model with this key or provider; the only one for None.

    Raises:
        Refused: there is none such, or several to choose from.
    """
    models = [one for one in use_case.dependencies if one.answer is Answer.YES]
    if key is None and len(models) == 1:
        return models[0]
    found = [one for one in models if key and (one.key == key or _is_called(one, key))]
    if len(found) == 1:
        return found[0]
    listed = "; ".join(one.provider_text for one in models) or "none"
    raise Refused(
        f"Name one provider of “{use_case.name}”. It depends on: {listed}."
        if models
        else f"“{use_case.name}” depends on no language model."
    )


def _is_called(one: Dependency, name: str) -> bool:
    names = (one.provider_text, one.developer, one.host, one.model)
    return comparison_key(name) in [comparison_key(each) for each in names]
