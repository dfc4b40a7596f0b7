"""Cells that name several providers: asked about, split, and what is said of all of them together.

Such a cell is never cut to one of its providers silently. Split, each provider has a record of its
own: the spend is shared out evenly, to the cent; the share of the workload is unknown; a model
goes to the provider whose it is; and a provider that only stands in for the others ("(backup)") is
their fallback.
"""

from collections.abc import Iterable, Sequence
from enum import Enum

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.product_lists import fallback_in
from risk.inventory.records import Resolution
from risk.inventory.refusals import Questions
from risk.inventory.resolution import Resolver

SEVERAL_PROVIDERS = "several_providers"
SPLIT, FIRST = "split", "first"
_EXAMPLES = 3
#: A cell with more characters is no list that a hand wrote.
LONGEST_LIST = 4_000


class Parting(Enum):
    """Which cells of a column of providers are split into the products that they name."""

    NONE = "none"
    PROVIDERS = "those that name several providers of language models"
    EVERY = "those that name several products of any kind"


def find_parting(
    cells: Iterable[str], resolver: Resolver, questions: Questions, *, every: bool
) -> Parting:
    """How the provider ``cells`` of a file are split: all lists if ``every``, else as answered.

    The reader is asked once for the whole file, and only where a cell names several providers.
    """
    if every:
        return Parting.EVERY
    found = [cell for cell in dict.fromkeys(cells) if len(providers_in(cell, resolver)) > 1]
    if not found:
        return Parting.NONE
    counted = "A cell names" if len(found) == 1 else f"{len(found):,} different cells name"
    answer = questions.ask(
        SEVERAL_PROVIDERS,
        f"{counted} several providers, such as {' '.join(found[0].split())[:80]!r}. Make a record"
        " of each provider, with the spend shared out evenly?",
        (SPLIT, FIRST),
        found[:_EXAMPLES],
    )
    return Parting.PROVIDERS if answer == SPLIT else Parting.NONE


def providers_in(cell: str, resolver: Resolver) -> frozenset[tuple[str | None, str | None]]:
    """The providers that ``cell`` names or that are to be asked about: developer and host each."""
    if len(cell) > LONGEST_LIST:
        return frozenset()
    found = set()
    for one in resolver.resolve_all(cell):
        if one.answer is Answer.YES or (one.answer is Answer.ASK and one.host):
            found.add((one.developer, one.host))
        elif one.answer is Answer.ASK and one.product:
            found.add((one.product, one.text.casefold()))
    return frozenset(found)


def parts_of(cell: str, resolver: Resolver, parting: Parting) -> tuple[Resolution, ...]:
    """The products that become records of their own; nothing where the cell stays whole."""
    if parting is Parting.NONE or len(cell) > LONGEST_LIST:
        return ()
    if parting is Parting.PROVIDERS and len(providers_in(cell, resolver)) < 2:
        return ()
    parts = resolver.resolve_all(cell)
    return parts if len(parts) > 1 else ()


def with_fallback(parts: Sequence[Resolution]) -> tuple[Sequence[Resolution], str | None]:
    """The parts that are used, and the name of the first that only stands in for them."""
    standing_in = {
        place: name
        for place, one in enumerate(parts)
        if one.answer is not Answer.NO and (name := fallback_in(one.text))
    }
    used = [one for place, one in enumerate(parts) if place not in standing_in]
    if not any(one.answer is not Answer.NO for one in used):
        return parts, None
    return used, next(iter(standing_in.values()), None)


def models_of(
    model: str | None, parts: Sequence[Resolution], resolver: Resolver
) -> list[str | None]:
    """The model of each part: its own of those named in ``model``, if they name their makers."""
    named = resolver.resolve_all(model) if model and len(parts) > 1 else ()
    whose = {one.developer: one.text for one in reversed(named) if _says_whose(one)}
    if not whose.keys() & {one.developer for one in parts}:
        return [model] * len(parts)
    return [whose.get(one.developer) for one in parts]


def _says_whose(one: Resolution) -> bool:
    return one.answer is Answer.YES and one.developer not in (None, UNSPECIFIED)


def evenly(usd: float, among: int) -> list[float]:
    """``usd`` in ``among`` parts that differ by a cent at most and add up to it."""
    each, left = divmod(round(usd * 100), among)
    return [(each + (place < left)) / 100 for place in range(among)]
