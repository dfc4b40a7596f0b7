"""The tables of docs/library.md, from the functions of the library and what they answer."""

import inspect
from collections.abc import Mapping

import downstream
from docs.markdown import table


def tables() -> Mapping[str, str]:
    """Return the tables by the name of their place."""
    return {"functions": _functions(), "answers": _answers()}


def _functions() -> str:
    rows = []
    for name in downstream.__all__:
        found = getattr(downstream, name)
        if not inspect.isfunction(found):
            continue
        parameters = [
            f"{one.name}" if one.default is one.empty else f"{one.name}=…"
            for one in inspect.signature(found).parameters.values()
        ]
        rows.append((f"`{name}({', '.join(parameters)})`", _first(found)))
    return table(("Function", "What it does"), rows)


def _answers() -> str:
    rows = []
    for name in downstream.__all__:
        found = getattr(downstream, name)
        if not inspect.isclass(found):
            continue
        rows.append((f"**`{name}`**", _first(found)))
        rows += [
            (f"`.{part}{'()' if inspect.isfunction(own) else ''}`", _first(own))
            for part, own in inspect.getmembers(found)
            if not part.startswith("_") and _documented(own)
        ]
    return table(("Answer", "What it is"), rows)


def _documented(own: object) -> bool:
    is_part = isinstance(own, property) or inspect.isfunction(own) or hasattr(own, "attrname")
    return is_part and bool(inspect.getdoc(own))


def _first(documented: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(documented) or "").splitlines()[0].replace("``", "`")
