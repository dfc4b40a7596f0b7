"""Own facts as columns: providers, services and links that people of this store added."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import OwnFacts, OwnLink, OwnProvider, OwnService
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, texts

if TYPE_CHECKING:
    from risk.catalog.records import UpstreamLink

#: How an own provider rests on another: by the word of the links, as a reader says it.
RELATIONS = {
    "gateway": "calls its models or its service",
    "cloud": "runs in its cloud",
    "identity": "signs people in through it",
    "edge": "is reached through it",
    "gpu": "computes on its chips",
    "owner": "belongs to it",
}
_STATED = (
    *texts(source="Source", as_of="As of", by="Stated by"),
    Column(key="at", label="Stated at (UTC)", unit=Unit.MOMENT),
)


def _passes(row: Record) -> str:
    """Return what passes, kinds of the same numbers together."""
    same: dict[tuple[float, float], list[FailureKind]] = {}
    for kind, one in row["kinds"].items():
        same.setdefault((one["probability"], one["gain"]), []).append(kind)
    words = [
        f"{_kinds_in_words(kinds)}: {wording.percent(chance)}, and {wording.percent(lost)} of the "
        "service is lost"
        for (chance, lost), kinds in same.items()
    ]
    return wording.sentence_case("; ".join(words)) or "Nothing"


def _kinds_in_words(kinds: Sequence[FailureKind]) -> str:
    if len(kinds) == len(FailureKind):
        return "everything"
    return wording.listed(wording.disruption(one).lower() for one in kinds)


PROVIDERS = (
    Column(key="name", label="Provider"),
    Column(key="roles", label="Roles", unit=Unit.LIST),
    Column(key="country", label="Country"),
    Column(key="note", label="Note", missing="–"),
    *_STATED,
)
SERVICES = (
    *texts(name="Service", provider="Provider"),
    Column(key="developer", label="Developer", missing="Many developers"),
    Column(key="form", label="Form", help="api: for programs; app: for people."),
    Column(key="aliases", label="Other names in files", unit=Unit.LIST),
    *_STATED,
)
LINKS = (
    *texts(name="Who", runs_on="Depends on"),
    Column(key="relation", label="How", cell=lambda row: RELATIONS[row["relation"]]),
    Column(key="kinds", label="What passes", cell=_passes),
    Column(key="basis", label="Basis"),
    Column(key="note", label="Note", missing="–"),
    *_STATED,
)


def provider_row(one: OwnProvider) -> Record:
    """Return an own provider with who stated it, when and from where."""
    return {
        **attributes(one.provider, "name country website source as_of"),
        "country": one.provider.country or None,
        "website": one.provider.website or None,
        "roles": sorted(one.provider.roles),
        "note": one.note or None,
        "own": True,
        **attributes(one, "by at"),
    }


def service_row(one: OwnService) -> Record:
    """Return a service of an own provider; ``developer`` None: its models are of many."""
    return {
        **attributes(one.service, "name developer form source as_of"),
        "provider": one.service.host,
        "aliases": list(one.aliases),
        "own": True,
        **attributes(one, "by at"),
    }


def link_row(one: OwnLink) -> Record:
    """Return whom an own provider or service rests on, and what passes."""
    return {
        "name": one.link.downstream,
        "runs_on": one.link.upstream,
        **attributes(one.link, "relation basis source as_of"),
        "kinds": kinds_of(one.link),
        "note": one.link.note or None,
        "own": True,
        **attributes(one, "by at"),
    }


def kinds_of(link: "UpstreamLink") -> Record:
    """Return what passes over a link, by failure kind."""
    return {kind: attributes(one, "probability gain") for kind, one in link.effects.items()}


def document_of(own: OwnFacts) -> Record:
    """Return everything that was added, and in sentences what of it does not count."""
    return {
        "providers": [provider_row(one) for one in own.providers],
        "services": [service_row(one) for one in own.services],
        "links": [link_row(one) for one in own.links],
        "doubts": list(own.doubts),
    }
