"""Replacements of models as columns: how unlike they are, what is usual, what that rests on."""

from risk.alternatives.results import Likeness
from risk.assumptions import Assumptions, assumption_rows
from risk.catalog.likeness import PARTS, Distance, Preference, Relation, weights_of
from risk.catalog.records import Catalog, Rating
from risk.portfolio.models_in_use import ModelsInUse, WayOut, usual_parts
from ui import wording
from ui.tables.column import Column, Record, Unit, texts

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

PART = texts(part="Lost by moving", here="Here", usual="Usually")


def part_rows(one: Likeness) -> list[Record]:
    """Return a row a part of the distance of an option's model, beside what is usual.

    Of preferences the one that counts comes first; those of other tasks are told below it.
    """
    counted = one.distance.counted
    parts = [
        {
            "part": named_preference(counted) if part == "preference" else PART_NAMES[part],
            "here": lost_in_words(one.distance, part),
            "usual": wording.percent(usual),
        }
        for part, usual in zip(PARTS, one.usual, strict=True)
    ]
    tasks = [
        {
            "part": named_preference(each),
            "here": preference_in_words(each),
            "usual": "told, not counted",
        }
        for each in one.distance.preferences[1:]
    ]
    return [*parts[:1], *tasks, *parts[1:]]


def named_preference(one: Preference | None) -> str:
    """Return what a preference is called, with its task: ``…, not your task: coding``."""
    name = PART_NAMES["preference"]
    return name if one is None else f"{name}: {one.task}"


def _part_column(part: str) -> Column:
    return Column(
        key=part,
        label=PART_NAMES[part],
        help=f"Share of it that is lost; “{AS_USUAL}” where unknown.",
    )


IN_USE = (
    Column(key="model", label="Model"),
    Column(key="host", label="At"),
    Column(key="leads_to", label="Leads to", help="What the options of Alternatives offer first."),
    Column(key="relation", label="Which is"),
    _part_column("preference"),
    Column(key="alike", label="Alike", help="s, from 0 to 1: 1 is the same."),
    Column(
        key="days",
        label="Days of margin",
        help="Lost by worse answers after such a move.",
    ),
    Column(key="factor", label="Times as unlike as usual", help="k: 1 is the typical replacement."),
    Column(key="rating", label="Rated", help="Points by voters, with the 95 % interval."),
    Column(key="its_rating", label="Its rating"),
    *(_part_column(part) for part in PARTS[1:]),
    Column(key="dependencies", label="Dependencies", unit=Unit.COUNT),
)


def in_use_rows(found: ModelsInUse) -> list[Record]:
    """Return two rows a model in use: what leaving it leads to elsewhere, and at its developer."""
    return [
        {
            "model": one.model.name,
            "host": wording.provider(one.host),
            "leads_to": way.model.name if way.model else "nothing known",
            "relation": SHORT_RELATIONS[way.relation],
            "alike": f"{way.alike:.2f}",
            "days": f"{way.days:.1f}",
            "factor": f"{way.factor:.2f}",
            "rating": rating_in_words(one.rating),
            "its_rating": rating_in_words(way.rating),
            "dependencies": one.dependencies,
            **{part: _cell(way, part) for part in PARTS},
        }
        for one in found.models
        for way in one.ways_out
    ]


def _cell(way: WayOut, part: str) -> str:
    return "–" if way.model is None else lost_in_words(way.distance, part)


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
        return preference_in_words(distance.counted)
    share = getattr(distance, part)
    if share is None:
        return AS_USUAL
    if part == "price" and distance.preference is not None and share > 0:
        return f"{wording.percent(share)}, not counted: both are rated"
    return wording.percent(share)


NUMBER = texts(
    number="Number", value="Value", plausible="Plausible", meaning="What it is", source="Source"
)


def number_rows(numbers: Assumptions) -> list[Record]:
    """Return a row a number that quality loss rests on, with its range and its source."""
    known = {one.name: one for one in assumption_rows(numbers)}
    return [
        {
            "number": wording.assumption(name),
            "value": wording.figure(one.value),
            "plausible": f"{wording.figure(one.plausible_low)} to "
            f"{wording.figure(one.plausible_high)}",
            "meaning": wording.sentence_case(one.meaning),
            "source": wording.sentence_case(one.source),
        }
        for name in NUMBERS
        for one in (known[name],)
    ]


USUAL = (
    Column(key="part", label="Part"),
    Column(key="weight", label="Weight"),
    *(
        Column(key=relation, label=wording.sentence_case(RELATIONS[relation]))
        for relation in Relation
    ),
)


def usual_columns(catalog: Catalog) -> tuple[Column, ...]:
    """The columns of :func:`usual_rows`: of the kinds of replacement that the catalogue knows."""
    known = {relation for relation, _ in usual_parts(catalog)}
    return tuple(one for one in USUAL if one.key in {"part", "weight", *known})


def usual_rows(catalog: Catalog, numbers: Assumptions) -> list[Record]:
    """Return a row a part of the distance: its weight, what is usual by kind of replacement."""
    usual = dict(usual_parts(catalog))
    return [
        {
            "part": PART_NAMES[part],
            "weight": wording.figure(weight),
            **{relation: wording.percent(parts[place]) for relation, parts in usual.items()},
        }
        for place, (part, weight) in enumerate(zip(PARTS, weights_of(numbers), strict=True))
    ]
