"""Plug-ins of an example package, as docs/library.md shows them: reader, feed, scenario."""

import csv
import io
import json


def vendors(data: bytes) -> bytes | None:
    """Read the lines of a list such as ``Acme uses OpenAI for summaries``."""
    head, *lines = data.decode("utf-8", "replace").splitlines() or [""]
    if head != "WHO USES WHAT":
        return None
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["startup", "provider", "use_case"])
    for line in lines:
        company, _, rest = line.partition(" uses ")
        provider, _, use_case = rest.partition(" for ")
        rows.writerow([company, provider, use_case])
    return table.getvalue().encode()


def outages(data: bytes) -> bytes | None:
    """Read the JSON of a status page of our own: ``{"outages": [{"id": …, "who": …}]}``."""
    if not data.startswith(b'{"outages"'):
        return None
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow("provider services reference level title started_at resolved_at source".split())
    for one in json.loads(data)["outages"]:
        moments = one["from"], one["until"]
        rows.writerow([one["who"], "API", one["id"], "major", one["what"], *moments, "our page"])
    return table.getvalue().encode()


def scenarios() -> dict[str, str]:
    """A scenario that our committee asks for every quarter, as its file."""
    return {
        "committee-week": """
title = "A week without OpenAI"
provider = "OpenAI"
kind = "outage"
days = 7
severity = 1
summary = "What our committee asks for every quarter."
sources = ["our committee, 2026"]
doubt = "That it lasts a week is judgement."
"""
    }
