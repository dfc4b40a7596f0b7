"""Slices: a store read through a view of some startups, and what there is to choose from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from db.engine import Store
from db.errors import Refused
from db.register.slices import FIELDS, FUND, folded, read_slices, values_in
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_in
from db.services.visible import visible_portfolio

#: Values that a refusal names.
_NAMED = 8


def slice_choices(store: Store, actor: Actor, portfolio: str) -> Mapping[str, Mapping[str, int]]:
    """Return every field by which a portfolio can be sliced, with the startups of each value.

    ``""`` stands for those of which nobody stated the field; a field that nobody stated of any
    startup is left out.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        counted = {field: values_in(session, found.id, field) for field in FIELDS}
    return {field: values for field, values in counted.items() if set(values) - {""}}


def sliced_store(store: Store, actor: Actor, portfolio: str, slices: Iterable[str]) -> Store:
    """Return the store as it is read of some startups of a portfolio alone.

    ``slices`` are texts such as ``country=DE``: several of one field mean any of them, different
    fields all of them, nothing after the mark that nobody stated the field. Every answer that is
    asked of the store returned is about these startups.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: a text is no slice, or no startup of the portfolio has such values.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    wanted = read_slices(slices)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        if not wanted:
            return store
        name = found.name
        known = {field: values_in(session, found.id, field) for field, _ in wanted}
    spelled = []
    for field, value in wanted:
        by_key = {folded(one): one for one in known[field]}
        if folded(value) not in by_key:
            raise Refused(_no_such(name, field, value, list(known[field])))
        spelled.append((field, by_key[folded(value)]))
    part = store.viewed(replace(store.view, slices=tuple(sorted(set(spelled)))))
    with part.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        if not startups_in(part, session, [found])[found.id]:
            asked = ", ".join(f"{field}={value}" for field, value in part.view.slices)
            raise Refused(f"No company of {name} is in all of these slices: {asked}.")
    return part


def _no_such(portfolio: str, field: str, value: str, known: list[str]) -> str:
    named = [one for one in known if one][:_NAMED]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    what = "a fund" if field == FUND else f"the {field}"
    if not value:
        return f"Every company of {portfolio} has {what} stated, so that this slice is empty."
    if not named:
        return f"No company of {portfolio} has {what} stated."
    return f"No company of {portfolio} has {what} “{value}”. There is {', '.join(named)}{more}."
