"""Formats of contents: what is counted in each, and older ones read by the names of the newest.

What was frozen stays as it is, to the byte, and is verified so; a content is upgraded only after
that, and only here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

#: The form of a content. Since 5 startups have the fields of :mod:`risk.portfolio.fields`; since 6
#: a portfolio has its answer and its week.
FORMAT, _FIELDS_SINCE = 6, 5

Content = dict[str, Any]

#: Fields of a startup, or of the figures of a portfolio, that were called otherwise before 5.
_CALLED = {
    "tail_usd": "tvar95_contribution_usd",
    "share_facts": "variance_facts",
    "share_rates": "variance_rates",
    "share_judgement": "variance_judgement",
}
#: A field that said again what the largest of ``variance_…`` says.
_SAID_TWICE = "mostly"


def upgraded(content: Mapping[str, Any]) -> Content:
    """Return a content of any format by the names of the newest; nothing is made up.

    ``format`` stays as it was: a field that its time did not know is not there.
    """
    made: Content = dict(content)
    if made["format"] >= _FIELDS_SINCE:
        return made
    for name in ("figures", "answer"):
        if name in made:
            made[name] = _renamed(made[name])
    if "startups" in made:
        made["startups"] = rows = [_renamed(row) for row in made["startups"]]
        if made["scope"] == "portfolio":
            # Where a portfolio had no counts yet it listed every startup.
            bands = (row["band"] for row in rows if "band" in row)
            kinds = (row["worst_kind"] for row in rows if row.get("worst_kind"))
            made = {**counted(bands, kinds), **made}
    return made


def _renamed(known: Mapping[str, Any]) -> Content:
    return {_CALLED.get(name, name): of for name, of in known.items() if name != _SAID_TWICE}


def counted(bands: Iterable[str], kinds: Iterable[str]) -> Content:
    """Return how many startups have each band, and each kind of worst disruption."""
    by_band = Counter(bands)
    return {
        "startups_by_band": [[band, by_band[band]] for band in sorted(by_band)],
        "startups_by_worst_kind": largest_first(Counter(kinds)),
    }


def largest_first(counts: Mapping[str, int]) -> list[list[Any]]:
    """Return names with their counts, without zeros."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [[name, count] for name, count in ordered if count]
