"""Failures of commands: one sentence and an exit status.

0 done, 1 an error of ours, 2 refused or bad usage, 3 a question must be answered first, 4 a limit
of ``watch`` is exceeded. A traceback goes to a log file under the error's id, and to the screen
only with ``--debug``.
"""

import logging
import secrets
import sys
import traceback
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from ui.render.terminal import print_json, say
from ui.terminal.currency import add_currency

ERROR_OF_OURS = 1
REFUSED = 2
QUESTION = 3
LIMIT_EXCEEDED = 4


class RefusedCommand(Exception):
    """What was asked cannot be done; the message says why and what to write instead."""


class Door(TyperGroup):
    """The group of all commands: turns whatever they raise into a sentence and a status.

    Those that show money say in which currency.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        add_currency(self)

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        as_json = "--json" in ctx.args
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except KeyboardInterrupt:
            raise typer.Abort from None
        except BrokenPipeError:
            # The reader (head, less) has seen enough.
            sys.stderr.close()
            raise typer.Exit(0) from None
        except Exception as error:
            raise typer.Exit(_end(error, as_json=as_json, debug=_wants_debug(ctx))) from None


def _wants_debug(ctx: Any) -> bool:
    return bool(ctx.params.get("debug"))


def _end(error: Exception, *, as_json: bool, debug: bool) -> int:
    """Say what happened and return the exit status."""
    if debug:
        traceback.print_exception(error)
    if is_refusal(error):
        _announce(str(error), error_id=None, as_json=as_json)
        return REFUSED
    error_id = secrets.token_hex(4)
    _announce(_own_error(error, error_id), error_id=error_id, as_json=as_json)
    return ERROR_OF_OURS


def is_refusal(error: Exception) -> bool:
    """Is this the reader's to correct? Then its message is a sentence made for them."""
    from db.errors import StoreError
    from risk.alternatives.options import StartupNotFound
    from risk.scenarios.event import UnknownRoot

    return isinstance(error, RefusedCommand | StoreError | StartupNotFound | UnknownRoot)


def _own_error(error: Exception, error_id: str) -> str:
    try:
        where = f"its details are in {_log(error, error_id)}"
    except OSError:
        where = "run it again with “downstream --debug …” to see its details"
    return f"Something went wrong on our side (error {error_id}); {where}."


def _log(error: Exception, error_id: str) -> Path:
    import platformdirs

    folder = platformdirs.user_log_path("downstream", appauthor=False, ensure_exists=True)
    path = folder / "downstream.log"
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.Logger("downstream")
    logger.addHandler(handler)
    logger.error("error %s", error_id, exc_info=error)
    handler.close()
    return path


def _announce(sentence: str, *, error_id: str | None, as_json: bool) -> None:
    say(sentence)
    if as_json:
        print_json({"error": sentence, "error_id": error_id})


def refuse_if(condition: object, sentence: str) -> None:
    """Refuse the command with ``sentence`` where ``condition`` holds."""
    if condition:
        raise RefusedCommand(sentence)
