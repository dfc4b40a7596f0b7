"""The other cells of a record whose provider cell names nobody: what they say of the provider.

A use case "ChatGPT for drafting" beside an empty vendor, or "N/A", suggests OpenAI. That is a
suggestion to be asked about, never an answer: the record says who it is about, and not that it is
so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from risk.catalog.records import Answer
from risk.inventory.mapping import ColumnMap
from risk.inventory.records import Resolution
from risk.inventory.resolution import Resolver, is_vague

#: Canonical columns that may name a provider, in the order in which they are believed.
_SPEAKING = ("host", "use_case", "notes")
#: A longer cell is a document, which speaks of much.
_LONGEST = 4_000
_LABELS = {"use_case": "use case", "notes": "notes", "host": "host"}


@dataclass(frozen=True)
class Hint:
    """What a cell under the header ``label`` was read as."""

    label: str
    resolution: Resolution

    def suggested_for(self, provider: Resolution) -> Resolution:
        """``provider``, which names nobody, asked about with what this cell says."""
        if not is_vague(provider):
            return provider
        said = self.resolution.product or self.resolution.host
        return replace(
            provider,
            developer=self.resolution.developer,
            host=self.resolution.host,
            product=self.resolution.product,
            reason=f"no provider is named; {self.label!r} speaks of {said}: is it that?",
        )


def speaking_columns(columns: ColumnMap, header: Sequence[str]) -> Iterator[tuple[str, str | int]]:
    """What to call a column, and which it is: canonical columns, then headers nobody mapped."""
    for name in _SPEAKING:
        if name in columns.positions:
            yield header[columns.positions[name]], name
        elif name == "notes" and columns.gathered:
            yield _LABELS[name], name
    unmapped = set(columns.unknown)
    for place, name in enumerate(header):
        if name in unmapped:
            yield name, place


def hint_in(label: str, text: str | None, resolver: Resolver) -> Hint | None:
    """The provider of language models that a cell names, if it does."""
    if text is None or not text.strip() or len(text) > _LONGEST:
        return None
    found = resolver.resolve(text)
    return Hint(label[:60], replace(found, text="")) if found.answer is Answer.YES else None
