"""Keys of an inventory's records: which startup, use case and dependency each speaks of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db.register.naming import comparison_key, use_case_name
from risk.inventory.rows import Coded, Indices, InventoryRows, combined, object_array


def named(rows: InventoryRows, name: str, rule: Callable[[Any], Any]) -> Coded:
    """A column with ``rule`` applied to its values; one value for all where the file lacks it."""
    column = rows.columns.get(name)
    if column is None:
        return Coded(np.zeros(len(rows), np.int64), object_array([rule(None)]))
    return column.mapped([rule(value) for value in column.values])


def _use_case_key(text: str | None) -> str:
    return comparison_key(use_case_name(text))


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """Keys of names that startups and use cases had, and the keys that they have now.

    A use case goes by the present key of its startup and its own former key.
    """

    startups: Mapping[str, str] = field(default_factory=dict)
    use_cases: Mapping[tuple[str, str], str] = field(default_factory=dict)


NOT_RENAMED = Renamed()


@dataclass(frozen=True, eq=False)
class Keys:
    """The startup, use case and dependency of each row, numbered by first appearance.

    What has another name since counts under its present one.
    """

    rows: InventoryRows
    renamed: Renamed = NOT_RENAMED

    @cached_property
    def startup_keys(self) -> Coded:
        """What names of startups are compared by."""
        had = self.renamed.startups

        def key_of(text: str | None) -> str:
            key = comparison_key(text)
            return had.get(key, key)

        return named(self.rows, "startup", key_of)

    @cached_property
    def use_case_keys(self) -> Coded:
        """What names of use cases are compared by."""
        found, had = named(self.rows, "use_case", _use_case_key), self.renamed.use_cases
        if not had:
            return found
        pairs = zip(self.startup_keys.objects, found.objects, strict=True)
        keys = [had.get(pair, pair[1]) for pair in pairs]
        return Coded(np.arange(len(keys)), object_array(keys))

    @cached_property
    def provider_keys(self) -> Coded:
        """What names of providers are compared by."""
        return named(self.rows, "provider", comparison_key)

    @cached_property
    def model_keys(self) -> Coded:
        """What names of models are compared by."""
        return named(self.rows, "model", comparison_key)

    @cached_property
    def startups(self) -> tuple[Indices, Indices]:
        """The number of each row's startup, and the first row of each startup."""
        return combined([self.startup_keys.identities])

    @cached_property
    def use_cases(self) -> tuple[Indices, Indices]:
        """The number of each row's use case, and the first row of each use case."""
        return combined([self.startups[0], self.use_case_keys.identities])

    @cached_property
    def dependencies(self) -> tuple[Indices, Indices]:
        """The number of each row's dependency, and the first row of each dependency."""
        parts = [self.use_cases[0], self.provider_keys.identities, self.model_keys.identities]
        return combined(parts)

    @cached_property
    def unread(self) -> dict[str, tuple[str, int]]:
        """By the key of a startup its name, and how many lines about it could not be read."""
        found: dict[str, tuple[str, int]] = {}
        for name, count in self.rows.unread.items():
            key = self.renamed.startups.get(comparison_key(name), comparison_key(name))
            known, before = found.get(key, (name, 0))
            found[key] = known, before + count
        return found

    @cached_property
    def all_names(self) -> NDArray[np.object_]:
        """The key of each startup, and then of those of whom no line could be read."""
        known = set(self.names.tolist())
        more = [key for key in self.unread if key not in known]
        return np.concatenate([self.names, object_array(more)])

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The key of each startup."""
        return self.startup_keys.objects[self.startups[1]]
