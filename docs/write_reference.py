"""Write docs/terminal.md from the commands: ``python docs/write_reference.py``.

A test holds the file against the commands.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

#: Options that nearly every command has; the head of the page tells of them.
EVERYWHERE = ("as_json", "database", "help")

HEAD = """# Terminal

Everything that the pages do, for scripts and for people who live in a terminal. In the checkout
`python cli.py …` is the same program as `downstream …`. This page is written by
`python docs/write_reference.py` from the commands themselves.

- `--json` prints exactly one JSON document: numbers as numbers, money in USD, dates as ISO text,
  unknown as `null`. Without it there are tables and progress bars; what is said about an answer
  goes to standard error.
- Tables have money in the portfolio's currency (`portfolios currency`), or in that of `--currency`,
  by the European Central Bank's reference rate of the day; JSON and CSV keep USD, as their names
  say.
- `--database URL`, before or after the command, or `DOWNSTREAM_DATABASE_URL` names the store:
  `sqlite:///file` or `postgresql://user:password@host/database`. Without either it is an SQLite
  file in your data directory.
- The exit status is 0 when done, 1 for an error of ours (one sentence and an error id), 2 when
  refused or called wrongly, 3 when a question must be answered first, 4 when `watch` finds a limit
  exceeded.
"""


def reference() -> str:
    """The whole page."""
    import cli

    root = typer.main.get_command(cli.app)
    if not isinstance(root, TyperGroup):
        raise TypeError("the program has no commands")
    return HEAD + "".join(f"\n{part}" for part in _commands(root, ()))


def _commands(group: TyperGroup, above: tuple[str, ...]) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield _section(" ".join((*above, name)), command)
            yield from _commands(command, (*above, name))
        else:
            yield _section(" ".join((*above, name)), command)


def _section(name: str, command: TyperGroup | TyperCommand) -> str:
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [
        one
        for one in command.params
        if isinstance(one, TyperOption) and not one.hidden and one.name not in EVERYWHERE
    ]
    usage = " ".join([f"downstream {name}", *(_place(one) for one in arguments)])
    lines = [f"## {name}", "", _plain(command.help or ""), "", "```", usage, "```"]
    rows = [*((_place(one), one) for one in arguments), *((_flags(one), one) for one in options)]
    told = [f"| `{shown}` | {_plain(one.help or '')} |" for shown, one in rows]
    if told:
        lines += ["", "| | |", "|---|---|", *told]
    return "\n".join(lines) + "\n"


def _place(one: TyperArgument) -> str:
    name = (one.metavar or one.name or "").strip("[]").upper()
    several = " …" if one.nargs != 1 or one.multiple else ""
    return f"{name}{several}" if one.required else f"[{name}{several}]"


def _flags(one: TyperOption) -> str:
    flag = one.opts[0]
    if one.is_flag:
        return f"[{flag}]"
    metavar = one.metavar or (one.name or "").upper()
    return f"{flag} {metavar}" if one.required else f"[{flag} {metavar}]"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    (HERE / "terminal.md").write_text(reference(), encoding="utf-8")
