"""Tables of the documents for programs: every route, what is not served, every tool."""

from collections.abc import Iterator, Mapping

from ui.api.description import method_of, path_of
from ui.api.served import NOT_SERVED, ServedCommand, served_commands
from ui.api.tools import TOOLS


def tables() -> Mapping[str, str]:
    """Return the tables by the names of their places."""
    return {"routes": "\n".join(_routes()), "not served": "\n".join(_not_served())}


def _routes() -> Iterator[str]:
    yield "| | route | |"
    yield "|---|---|---|"
    for one in sorted(served_commands().values(), key=lambda each: each.name):
        yield f"| {method_of(one)} | `{path_of(one)}` | {_said(one)} |"


def _said(one: ServedCommand) -> str:
    files = f" Files: {', '.join(f'`{name}`' for name in one.files)}." if one.files else ""
    made = (
        f" Download: {', '.join(f'`{kind}`' for kind in one.downloads)}." if one.downloads else ""
    )
    job = " A job." if one.is_long else ""
    return one.summary.replace("|", "\\|") + files + made + job


def _not_served() -> Iterator[str]:
    yield "| command | why it has no route |"
    yield "|---|---|"
    for name, reason in sorted(NOT_SERVED.items()):
        yield f"| `{name}` | {reason} |"


def tools() -> Mapping[str, str]:
    """Return the table of tools for assistants by the name of its place."""
    return {"tools": "\n".join(_tools())}


def _tools() -> Iterator[str]:
    yield "| tool | | command | parameters |"
    yield "|---|---|---|---|"
    for one in TOOLS.values():
        writes = "" if one.writing is None else f" Writes, once confirmed. {one.writing.would}"
        takes = ", ".join(
            f"`{name}`" if name in one.required else f"[`{name}`]" for name in one.takes
        )
        yield f"| `{one.name}` | {one.says}{writes} | `{one.command}` | {takes} |"
