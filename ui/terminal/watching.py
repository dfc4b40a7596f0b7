"""Limits of portfolios in the terminal: checked for cron, set, listed, sent on."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from db.errors import Refused
from risk.portfolio.watching import Limit, Watch
from ui.render.terminal import Document, plain, printed, text
from ui.tables.watch import (
    COLUMNS,
    HISTORY,
    LIMITS,
    history_of,
    limit_row,
    limits_of,
    row_of,
    rows_of,
)
from ui.terminal.commands.options import caller
from ui.words import watch_words as words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from db.services.limits import LimitChange
    from db.services.messages import AddressRule


def check(
    store: "Store", portfolio: str | None, *, today: date, remember: bool
) -> tuple[Watch, ...]:
    """Check one portfolio, or every one that has a limit; remembered after all were checked."""
    from db.services.limits import load_limits
    from db.services.portfolios import list_portfolios
    from db.services.watching import remember_watch, watch_portfolio

    names = (
        [portfolio]
        if portfolio is not None
        else [
            one.name
            for one in list_portfolios(store, caller())
            if load_limits(store, caller(), one.name)
        ]
    )
    found = tuple(watch_portfolio(store, caller(), name, today=today) for name in names)
    if remember:
        for one in found:
            remember_watch(store, caller(), one)
    return found


def watch_document(watches: Sequence[Watch]) -> Document:
    """Return whether any limit is exceeded, and each portfolio's measures beside their limits."""
    return {
        "exceeded": any(one.exceeded for one in watches),
        "portfolios": [_portfolio(one) for one in watches],
    }


def _portfolio(watch: Watch) -> Document:
    return {
        "portfolio": watch.portfolio,
        "as_of": watch.as_of,
        "since": watch.since,
        "exceeded": list(dict.fromkeys(one.measure for one in watch.exceeded)),
        "recovered": list(dict.fromkeys(one.measure for one in watch.recovered)),
        "unchecked": list(dict.fromkeys(one.measure for one in watch.unchecked)),
        "causes": [cause.name.lower() for cause in watch.causes],
        "measures": [row_of(one) for one in watch.findings],
    }


def watch_tables(watches: Sequence[Watch]) -> list["RenderableType"]:
    """Return the same for people."""
    if not watches:
        return [text("No portfolio has a limit: set one with “downstream watch set”.")]
    shown: list[RenderableType] = []
    for watch in watches:
        shown.append(printed(words.headline(watch), COLUMNS, rows_of(watch)))
        if (sentence := words.why(watch)) is not None:
            shown.append(text(sentence))
    return shown


def message(watches: Sequence[Watch]) -> Document | None:
    """Return what is sent on: limits exceeded now, or no longer; None where there is neither.

    ``text`` says it in words, which is what chat programs show.
    """
    telling = [one for one in watches if one.exceeded or one.recovered]
    if not telling:
        return None
    lines: list[str] = []
    for one in telling:
        lines.append(words.headline(one))
        for finding in (*one.exceeded, *one.recovered):
            lines.append(words.verdict(finding))
            if one.since and (changed := words.change(finding)):
                lines.append(changed)
        if (sentence := words.why(one)) is not None:
            lines.append(sentence)
    return {"text": "\n".join(lines), **watch_document(telling)}


def send(
    address: str, watches: Sequence[Watch], *, allowed: "AddressRule | None" = None
) -> Document:
    """Send the message on, if there is one, and return whether it went out or why not."""
    from db.services.messages import send_message

    told = message(watches)
    if told is None:
        return {"sent": False, "error": None}
    try:
        send_message(address, plain(told), allowed=allowed)
    except Refused as error:
        return {"sent": False, "error": str(error)}
    return {"sent": True, "error": None}


def limits_document(limits: Sequence[Limit], history: Iterable["LimitChange"]) -> Document:
    """Return the limits that are set, and how they came to be.

    ``limits`` are those of the whole portfolio by measure, ``all`` these and all others.
    """
    return {
        "limits": {one.measure.value: one.value for one in limits if one.is_plain},
        "all": [limit_row(one) for one in limits],
        "history": history_of(history),
    }


def limits_tables(
    limits: Sequence[Limit], history: Iterable["LimitChange"]
) -> list["RenderableType"]:
    """Return the same for people."""
    made = history_of(history)
    shown = [printed("Limits", LIMITS, limits_of(limits))]
    return [*shown, printed("How they came to be", HISTORY, made)] if made else shown
