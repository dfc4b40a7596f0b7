"""The option ``--currency`` of commands that show money, and the currency of their portfolio."""

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from ui.terminal.commands.options import caller

if TYPE_CHECKING:
    from ui.money import Shown

#: Commands that show amounts of one portfolio.
SHOWING = frozenset(
    {
        *("alternatives", "calendar", "decisions list", "observed", "plan", "readiness"),
        *("replay", "report", "score", "scores list", "sensitivity", "startups", "stress", "watch"),
    }
)


def add_currency(group: TyperGroup, above: tuple[str, ...] = ()) -> None:
    """Give every command that shows money the option, which says in which currency."""
    for name, command in group.commands.items():
        path = (*above, name)
        if isinstance(command, TyperCommand | TyperGroup) and " ".join(path) in SHOWING:
            _add(command)
        if isinstance(command, TyperGroup):
            add_currency(command, path)


def _add(command: TyperCommand | TyperGroup) -> None:
    if any(one.name == "currency" for one in command.params):
        return
    run: Any = command.callback
    command.params.append(_option())

    def callback(*, currency: str | None = None, **values: Any) -> Any:
        from ui import money
        from ui.render.terminal import say

        shown = _wanted(currency, values.get("portfolio"), values.get("database"))
        with money.shown_in(shown):
            done = run(**values)
        if shown.rate is not None:
            say(f"Money is shown {shown.said}; what JSON names …_usd is in USD.")
        return done

    command.callback = callback


@cache
def _option() -> TyperOption:
    """The option, as a command that has it by its own signature would."""

    def alone(
        currency: Annotated[
            str | None,
            typer.Option(
                "--currency",
                metavar="CODE",
                help="Show money in this currency, such as EUR; default: that of the portfolio.",
            ),
        ] = None,
    ) -> None: ...

    app = typer.Typer(add_completion=False)
    app.command()(alone)
    options = typer.main.get_command(app).params
    return next(one for one in options if isinstance(one, TyperOption) and one.name == "currency")


def _wanted(currency: str | None, portfolio: str | None, database: str | None) -> "Shown":
    """The currency that was asked for, or that of the portfolio; USD without either."""
    from db.errors import StoreError
    from db.services.portfolios import currency_of, known_currency
    from ui import money
    from ui.terminal.commands.options import opened, today

    code = "USD"
    if currency is not None:
        code = known_currency(currency)
    elif portfolio is not None:
        # What is wrong with the store or the name the command says itself.
        with suppress(StoreError):
            code = currency_of(opened(database), caller(), portfolio)
    return money.shown_as(code, today())
