"""Rows about how unlike replacements are: parts of a distance, models in use, what is usual."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from risk.alternatives.results import Likeness
from risk.assumptions import Assumptions, assumption_rows
from risk.catalog.likeness import PARTS, Distance, Preference, Relation, level_of, weights_of
from risk.catalog.records import Catalog, Rating, Task
from risk.portfolio.models_in_use import ModelsInUse, WayOut, quality_days, usual_parts
from ui import wording

#: What each part of a distance is called, with what is lost.
PART_NAMES = {
    "preference": "Preference of voters, not your task",
    "context": "Context that no longer fits",
    "modalities": "Sorts of input and output lost",
    "tools": "Tool calling lost",
    "price": "Lower price class",
}
RELATIONS = {
    Relation.SAME_MODEL: "the same model elsewhere",
    Relation.SAME_DEVELOPER: "another model of the developer",
    Relation.ELSEWHERE: "a comparable model of another developer",
    Relation.OPEN_WEIGHTS: "open weights that one runs oneself",
}
SHORT_RELATIONS = {
    Relation.ELSEWHERE: "Another developer's",
    Relation.SAME_DEVELOPER: "The same developer's",
}
AS_USUAL = "not known: as usual"
#: The numbers that quality loss and likeness rest on, in the order in which they are told.
NUMBERS = (
    *("quality_loss", "quality_days", "substitutability_frontier"),
    *("substitutability_same_developer", "substitutability_open_weights"),
    *("substitutability_fine_tuned", "unlike_unseen", "unlike_context_weight"),
    *("unlike_modalities_weight", "unlike_tools_weight", "unlike_price_weight", "unlike_most"),
)


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
        "never as alike. An analyst's own judgement of two models, with a reason, stands above."
    )


def number_table(numbers: Assumptions) -> pd.DataFrame:
    """Return a row a number that quality loss rests on, with its range and its source."""
    known = {one.name: one for one in assumption_rows(numbers)}
    return pd.DataFrame(
        [
            {
                "Number": wording.assumption(name),
                "Value": wording.figure(known[name].value),
                "Plausible": wording.span(known[name].plausible_low, known[name].plausible_high),
                "What it is": wording.sentence_case(known[name].meaning),
                "Source": wording.sentence_case(known[name].source),
            }
            for name in NUMBERS
        ]
    )


def usual_table(catalog: Catalog, numbers: Assumptions) -> pd.DataFrame:
    """Return a row a part of the distance: its weight, and what is usual by kind of replacement."""
    usual = dict(usual_parts(catalog))
    return pd.DataFrame(
        [
            {
                "Part": PART_NAMES[part],
                "Weight": wording.figure(weight),
                **{
                    wording.sentence_case(RELATIONS[relation]): wording.percent(parts[place])
                    for relation, parts in usual.items()
                },
            }
            for place, (part, weight) in enumerate(zip(PARTS, weights_of(numbers), strict=True))
        ]
    )


def usual_in_words() -> str:
    """Say what the typical replacement is the mean of."""
    return (
        "Mean share lost over the models that one can depend on today, each with the replacement "
        "that it leads to; the weights are judgement."
    )


def rating_in_words(one: Rating | None) -> str:
    """Return ``1,503 (1,499 to 1,506)``, or that nobody rated it."""
    if one is None:
        return "not rated"
    return f"{one.rating:,.0f} ({one.low:,.0f} to {one.high:,.0f})"


def preference_in_words(one: Preference | None) -> str:
    """Return an expected preference loss with its interval: ``1.8 % (0.3 % to 3.3 %)``.

    Of one that is none even at the end of its interval that alone is said.
    """
    if one is None:
        return AS_USUAL
    if one.high <= 0:
        return wording.percent(one.loss)
    between = f"{wording.percent(one.low)} to {wording.percent(one.high)}"
    return f"{wording.percent(one.loss)} ({between})"


def lost_in_words(distance: Distance, part: str) -> str:
    """Return the share lost by one part, with its interval where it has one."""
    if part == "preference":
        return preference_in_words(_overall(distance))
    share = getattr(distance, part)
    if share is None:
        return AS_USUAL
    if part == "price" and distance.preference is not None and share > 0:
        return f"{wording.percent(share)}, not counted: both are rated"
    return wording.percent(share)


def _overall(distance: Distance) -> Preference | None:
    return next((one for one in distance.preferences if one.task is Task.OVERALL), None)


def part_table(one: Likeness) -> pd.DataFrame:
    """Return a row a part of the distance of an option's model, beside what is usual."""
    overall = [
        (PART_NAMES[part], lost_in_words(one.distance, part), wording.percent(usual))
        for part, usual in zip(PARTS, one.usual, strict=True)
    ]
    tasks = [
        (f"Of these voters: {each.task}", preference_in_words(each), "told, not counted")
        for each in one.distance.preferences
        if each.task is not Task.OVERALL
    ]
    return pd.DataFrame(
        [*overall[:1], *tasks, *overall[1:]], columns=["Lost by moving", "Here", "Usually"]
    )


def models_table(found: ModelsInUse) -> pd.DataFrame:
    """Return two rows a model in use: what leaving it leads to elsewhere, and at its developer."""
    return pd.DataFrame(
        [
            {
                "Model": one.model.name,
                "At": wording.provider(one.host),
                "Leads to": way.model.name if way.model else "nothing known",
                "Which is": SHORT_RELATIONS[way.relation],
                PART_NAMES["preference"]: _cell(way, "preference"),
                "Alike": f"{way.alike:.2f}",
                "Days of margin": f"{way.days:.1f}",
                "Times as unlike as usual": f"{way.factor:.2f}",
                "Rated": rating_in_words(one.rating),
                "Its rating": rating_in_words(way.rating),
                **{PART_NAMES[part]: _cell(way, part) for part in PARTS[1:]},
                "Dependencies": one.dependencies,
            }
            for one in found.models
            for way in one.ways_out
        ]
    )


def _cell(way: WayOut, part: str) -> str:
    return "–" if way.model is None else lost_in_words(way.distance, part)


def models_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`models_table`."""
    text = st.column_config.TextColumn
    return {
        "Model": text(pinned=True, width=140),
        "At": text(width=110),
        "Dependencies": st.column_config.NumberColumn(width=100),
        "Rated": text(width=150, help="Points by voters, with the 95 % interval."),
        "Leads to": text(width=150, help="What the options of Alternatives offer first."),
        "Which is": text(width=145),
        "Its rating": text(width=150),
        **{
            name: text(width=145, help=f"Share of it that is lost; “{AS_USUAL}” where unknown.")
            for name in PART_NAMES.values()
        },
        "Times as unlike as usual": text(width=120, help="k: 1 is the typical replacement."),
        "Alike": text(width=70, help="s, from 0 to 1: 1 is the same."),
        "Days of margin": text(width=105, help="Lost by worse answers after such a move."),
    }


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
