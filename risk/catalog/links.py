"""Read who stands behind whom: one table row for each link and falter kind, and no loops."""

from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx

from risk.catalog.falters import Basis, FalterKind
from risk.catalog.records import LinkEffect, UpstreamLink
from risk.catalog.tables import CatalogError, Row, read_table

#: What one node is to the other. An owner passes no falter on by itself: see governance signals.
RELATIONS = (
    *("cloud", "identity", "edge", "gateway", "gpu", "owner"),
    *("licensed_host", "open_weights", "own_weights"),
)
COLUMNS = (
    *("upstream", "downstream", "relation", "kind", "probability", "gain"),
    *("probability_long_notice", "basis", "source", "as_of", "note"),
)


@dataclass
class _Draft:
    """The rows of one link while they are being gathered."""

    effects: dict[FalterKind, LinkEffect] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    as_of: str = ""
    basis: Basis = Basis.JUDGEMENT


def load_links(folder: Path, *, nodes: frozenset[str]) -> tuple[UpstreamLink, ...]:
    """The table links.csv, rows of one link gathered; ``nodes`` are the names it may use.

    A row without a kind records a link that passes nothing on. A kind with probability 0 says
    that this falter does not pass, whatever a general rule would say.

    Raises:
        CatalogError: a row is wrong or listed twice, or the links form a loop.
    """
    drafts: dict[tuple[str, str, str], _Draft] = {}
    for row in read_table(folder / "links.csv", COLUMNS):
        upstream = row.known("upstream", nodes.__contains__, "provider or service")
        downstream = row.known("downstream", nodes.__contains__, "provider or service")
        if upstream == downstream:
            raise row.error("downstream", f"'{upstream}' cannot stand behind itself.")
        key = (upstream, downstream, row.one_of("relation", RELATIONS))
        _add(drafts.setdefault(key, _Draft()), row)
    _refuse_loops(drafts)
    return tuple(
        UpstreamLink(
            upstream=upstream,
            downstream=downstream,
            relation=relation,
            effects=draft.effects,
            source="; ".join(dict.fromkeys(draft.sources)),
            as_of=draft.as_of,
            basis=draft.basis,
            note="; ".join(dict.fromkeys(note for note in draft.notes if note)),
        )
        for (upstream, downstream, relation), draft in drafts.items()
    )


def _add(draft: _Draft, row: Row) -> None:
    draft.sources.append(row.text("source"))
    draft.notes.append(row.cells["note"])
    draft.as_of = max(draft.as_of, row.day("as_of").isoformat())
    draft.basis = row.choice("basis", Basis)
    if not row.optional("kind"):
        if row.cells["probability"] or row.cells["gain"]:
            raise row.error("kind", "name the falter kind that this probability is about.")
        return
    kind = row.choice("kind", FalterKind)
    if kind in draft.effects:
        raise row.error("kind", f"{kind} is listed twice for this link.")
    draft.effects[kind] = LinkEffect(
        probability=row.number("probability", low=0, high=1),
        gain=row.number("gain", low=0, high=1),
        probability_long_notice=row.optional_number("probability_long_notice", low=0, high=1),
    )


def _refuse_loops(drafts: dict[tuple[str, str, str], _Draft]) -> None:
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_edges_from((upstream, downstream) for upstream, downstream, _ in drafts)
    try:
        loop = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return
    names = " → ".join([edge[0] for edge in loop] + [loop[0][0]])
    raise CatalogError(f"links.csv: the links form a loop: {names}. Remove one of them.")
