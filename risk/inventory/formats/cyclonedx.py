"""Reading a CycloneDX document (JSON, ECMA-424): its services and machine-learning models.

Components of other types are software that runs in the house and are not looked at. A service
inside a service is one too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from risk.inventory.limits import Limits
from risk.inventory.refusals import Context, FileRefused
from risk.inventory.tables import DerivedRow, Table, derived_table

_FORMAT = re.compile(rb'"bomFormat"\s*:\s*"CycloneDX"')
#: The machine in an address such as ``https://user@api.example.com:443/v1``.
_HOST = re.compile(r"[a-z][a-z0-9+.\-]*://(?:[^/?#@]*@)?([^/:?#\[\]@\s]+)", re.I)
_MODEL = "machine-learning-model"
_OWN_ENDS = (".local", ".internal", ".localhost", ".example.com", ".example.org", ".example")


def is_cyclonedx(data: bytes) -> bool:
    """Whether the bytes are a JSON document that calls itself CycloneDX."""
    begins = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return begins == b"{" and _FORMAT.search(data) is not None


def cyclonedx_table(data: bytes, context: Context) -> Table:
    """One record for each service and each machine-learning model; lines count the records.

    Raises:
        FileRefused: ``file_too_large``, ``not_csv`` for broken JSON, ``no_records``.
    """
    document = _parsed(data, context.limits)
    company, product = _described(document)
    rows: list[DerivedRow] = []
    for entry, kind in _entries(document):
        values = _service(entry, product) if kind == "services" else _model(entry, product)
        if values is not None:
            line = len(rows) + 1
            rows.append(DerivedRow(line=line, values={"startup": company, **values}))
    nothing = (
        "The CycloneDX document lists neither services nor machine-learning models. Add them under"
        " “services”, or as components of the type machine-learning-model."
    )
    return derived_table(rows, nothing, context)


def _parsed(data: bytes, limits: Limits) -> dict[str, Any]:
    if len(data) > limits.json_bytes:
        megabytes = limits.json_bytes // (1024 * 1024)
        raise FileRefused(
            "file_too_large",
            f"A JSON document may have at most {megabytes} MB. Split it and upload parts.",
        )
    line, reason = 0, "it is not UTF-8 text"
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        line, reason = error.lineno, f"{error.msg} in line {error.lineno}"
    except RecursionError:
        reason = "its parts are nested too deeply"
    except ValueError:
        pass
    else:
        if isinstance(document, dict):
            return document
        reason = "it is a list"
    raise FileRefused(
        "not_csv",
        f"The CycloneDX document cannot be read: {reason}. Export it again.",
        line=line,
    )


def _text(entry: Any, *path: str) -> str:
    """The text at a path of names, trimmed; nothing where there is none."""
    for name in path:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry.strip() if isinstance(entry, str) else ""


def _listed(entry: Any, name: str) -> list[Any]:
    found = entry.get(name) if isinstance(entry, dict) else None
    return found if isinstance(found, list) else []


def _described(document: dict[str, Any]) -> tuple[str, str]:
    """Who makes what the document describes, and what that is called; nothing if not said."""
    metadata = document.get("metadata")
    component = metadata.get("component") if isinstance(metadata, dict) else None
    product = _text(component, "name")
    makers = (
        _text(component, "manufacturer", "name"),
        _text(metadata, "manufacturer", "name"),
        _text(metadata, "manufacture", "name"),
        _text(component, "supplier", "name"),
        _text(metadata, "supplier", "name"),
        _text(component, "publisher"),
    )
    return next(filter(None, makers), product), product


def _entries(document: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Services and components with those inside them, in the order of the document."""
    kinds = ("components", "services")
    waiting = [(one, kind) for kind in kinds for one in reversed(_listed(document, kind))]
    while waiting:
        entry, kind = waiting.pop()
        yield entry, kind
        waiting.extend((one, kind) for one in reversed(_listed(entry, kind)))


def _service(service: Any, product: str) -> dict[str, str] | None:
    name = _text(service, "name")
    provider = _text(service, "provider", "name")
    hosts = _hosts(service) if not provider else []
    # Separate parts, each judged by itself: a vendor's name means another thing beside words.
    parts = dict.fromkeys(filter(None, (provider, name, *hosts[:1])))
    if not parts:
        return None
    return {
        "provider": "; ".join(parts),
        "use_case": name or product,
        "source": _source(service),
    }


def _model(component: Any, product: str) -> dict[str, str] | None:
    if _text(component, "type") != _MODEL:
        return None
    name = _text(component, "name")
    makers = (
        _text(component, "supplier", "name"),
        _text(component, "manufacturer", "name"),
        _text(component, "publisher"),
        _text(component, "author"),
        *(_text(author, "name") for author in _listed(component, "authors")),
        _text(component, "group"),
    )
    task = _text(component, "modelCard", "modelParameters", "task")
    return {
        "provider": next(filter(None, makers), name),
        "model": name,
        "use_case": task or product,
        "source": _source(component),
    }


def _source(entry: Any) -> str:
    reference = _text(entry, "bom-ref")
    return f"CycloneDX document, {reference}" if reference else "CycloneDX document"


def _hosts(service: Any) -> list[str]:
    """The names of public machines among a service's endpoints."""
    found: list[str] = []
    for endpoint in _listed(service, "endpoints"):
        match = _HOST.match(endpoint.strip()) if isinstance(endpoint, str) else None
        host = match[1].casefold() if match else ""
        if "." in host and not f".{host}".endswith(_OWN_ENDS) and not host[-1].isdigit():
            found.append(host)
    return found
