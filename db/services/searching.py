"""Search for startups by a word: in name or notes, or in a provider that they use.

A store of millions of dependencies holds few different providers. They are listed once for each
state of the store, so that a word that no provider has is not looked for among all dependencies.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.register.naming import comparison_key
from db.register.tables import DEPENDENCIES, LIVE_DEPENDENCY, STARTUPS, USE_CASES
from db.services.counts import counted_once

#: Where a provider is named.
COLUMNS = ("provider_text", "developer", "host")
#: Different providers that are listed; where there are more, the database looks at every one.
_MOST_LISTED = 20_000
#: Providers with a word that are asked for by name.
_MOST_ASKED = 500

#: By column every different text in it; None: too many.
Listed = Mapping[str, tuple[str, ...]] | None


def listed_providers(store: Store, session: Session) -> Listed:
    """The providers that any dependency of the store names."""
    state = select(
        func.count(), func.sum(PortfolioRecord.revision), func.max(PortfolioRecord.updated_at)
    )
    key = ("providers", *session.execute(state).one())
    return counted_once(store, key, lambda: _listed(session))


def mentions(word: str, listed: Listed) -> ColumnElement[bool]:
    """Name, notes or a provider has the word, whatever its case."""
    named = or_(
        STARTUPS.c.name_key.contains(comparison_key(word), autoescape=True),
        STARTUPS.c.notes.icontains(word, autoescape=True),
    )
    if listed is None:
        return or_(named, has_dependency(_contains(word)))
    having = {
        column: [one for one in texts if word.casefold() in one.casefold()]
        for column, texts in listed.items()
    }
    if sum(len(texts) for texts in having.values()) > _MOST_ASKED:
        return or_(named, has_dependency(_contains(word)))
    asked = [DEPENDENCIES.c[column].in_(texts) for column, texts in having.items() if texts]
    return or_(named, has_dependency(or_(*asked))) if asked else named


def has_dependency(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Some dependency of a startup meets a condition."""
    # Dependencies are looked through once, not once for each startup or use.
    joined = DEPENDENCIES.join(USE_CASES, USE_CASES.c.id == DEPENDENCIES.c.use_case_id)
    having = select(USE_CASES.c.startup_id).distinct().select_from(joined)
    having = having.where(condition, LIVE_DEPENDENCY)
    return STARTUPS.c.id.in_(select(having.cte().prefix_with("MATERIALIZED").c.startup_id))


def _contains(word: str) -> ColumnElement[bool]:
    return or_(*(DEPENDENCIES.c[name].icontains(word, autoescape=True) for name in COLUMNS))


def _listed(session: Session) -> Listed:
    columns = [DEPENDENCIES.c[name] for name in COLUMNS]
    rows = session.execute(select(*columns).distinct().limit(_MOST_LISTED + 1)).all()
    if len(rows) > _MOST_LISTED:
        return None
    by_column = zip(COLUMNS, zip(*rows, strict=True), strict=False) if rows else ()
    return {
        name: tuple(dict.fromkeys(one for one in texts if one is not None))
        for name, texts in by_column
    }
