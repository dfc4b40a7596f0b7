"""Words about what worse answers cost after a move, and how unlike replacements are."""

from collections.abc import Iterable

from risk.assumptions import Assumptions
from risk.catalog.likeness import Relation, level_of
from risk.catalog.records import Catalog, Rating
from risk.portfolio.models_in_use import ModelsInUse, quality_days
from ui import wording


def quality_in_words(numbers: Assumptions) -> str:
    """Say what quality loss is, by the numbers as they stand, with an example."""
    level = level_of(Relation.ELSEWHERE, numbers)
    return (
        "Whoever moves to another model answers worse until prompts and checks fit it again. Days "
        "of margin lost = (1 − s) · quality loss · quality days, where s is how alike the two "
        "models are (1: the same). For a typical comparable model of another developer: "
        f"(1 − {wording.figure(level)}) · {wording.figure(numbers.quality_loss)} · "
        f"{wording.figure(numbers.quality_days)} = "
        f"{quality_days(level, numbers):.3g} days of margin. The less alike, the longer the "
        "switch takes too: effort grows by (2 − s)."
    )


def facts_in_words(numbers: Assumptions) -> str:
    """Say how facts move a pair of models around the judged level, and why only around it."""
    return (
        "Facts cannot say how unlike two models are on your task; they can say which of two "
        "replacements is nearer. So the level s of each kind of replacement stays judgement, and "
        "facts multiply its unlikeness: 1 − s = (1 − level) · k. k = 1 for a pair as far apart as "
        "the typical one of its kind (below), "
        f"{wording.figure(numbers.unlike_unseen)} for one at least as good in every fact, "
        f"{wording.figure(numbers.unlike_most)} at most. A fact that is not known counts as usual, "
        "never as alike. An analyst's own judgement of two models, with a reason, stands above, "
        "and an evaluation that a company ran itself above that."
    )


def usual_in_words() -> str:
    """Say what the typical replacement is the mean of."""
    return (
        "Mean share lost over the models that one can depend on today, each with the replacement "
        "that it leads to; the weights are judgement."
    )


def models_in_words(found: ModelsInUse) -> str:
    """Say for how many dependencies a model is known, and what counts for the others."""
    if not found.named:
        return (
            "No dependency names a model that the catalogue knows, so that every replacement "
            "counts as a typical one of its kind."
        )
    return (
        f"{wording.number(found.named)} of {wording.number(found.dependencies)} dependencies name "
        "a model that the catalogue knows; the most called come first. For the others every "
        "replacement counts as a typical one of its kind."
    )


def source_in_words(catalog: Catalog) -> str:
    """Say whose ratings these are, of which day, and what they do not say."""
    ratings: Iterable[Rating] = catalog.ratings.values()
    found = sorted({(one.source, one.as_of) for one in ratings})
    named = wording.listed(f"{source}, {wording.day(day)}" for source, day in found)
    return (
        f"Ratings: {named or 'none'}. Points are preferences of voters on chat prompts: a model "
        "100 points above another is preferred 64 times in 100, a preference loss of 28 %. They "
        "say nothing of your task; an evaluation of your own outranks them."
    )
