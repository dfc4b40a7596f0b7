"""How many times as unlike as a typical one a replacement is, plainly: shares lost, added up.

Which model leaving leads to is looked up as everywhere; the arithmetic is written out once more
from docs/method.md §3.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from math import log

from risk.assumptions import Assumptions
from risk.catalog.likeness import leads_to
from risk.catalog.lookup import class_usd
from risk.catalog.records import Catalog, Model, Task
from risk.hazard.supply_chain import Endpoint

#: Shares lost by part (None: not known), and those of the typical replacement.
Pair = tuple[Sequence[float | None], Sequence[float]]


def pairs_of(endpoint: Endpoint, catalog: Catalog, today: date) -> tuple[Pair, Pair]:
    """What leaving an endpoint leads to at another developer, and at the same one."""
    model = catalog.models.get(endpoint.model or "")
    elsewhere, same = leads_to(model, endpoint.service.host, catalog, today)
    usual = catalog.usual_distances
    return (
        (lost(model, elsewhere, catalog), usual.get("frontier", ())),
        (lost(model, same, catalog), usual.get("same_developer", ())),
    )


def lost(
    today: Model | None,
    other: Model | None,
    catalog: Catalog,
    tasks: Sequence[Task] = (Task.OVERALL,),
    places: Mapping[str, float] | None = None,
) -> Sequence[float | None]:
    """The share lost of voters, context, modalities, tools and price class.

    Voters count at the first of ``tasks`` at which both are rated, at the middle of the ratings or
    at each model's standard normal place in its interval.
    """
    if today is None or other is None:
        return [None] * 5
    preference = context = modalities = tools = price = None
    rated = [
        task
        for task in tasks
        if (today.name, task) in catalog.ratings and (other.name, task) in catalog.ratings
    ]
    if rated:
        points = []
        for one in (today, other):
            vote, z = catalog.ratings[one.name, rated[0]], (places or {}).get(one.name, 0.0)
            end = vote.high if z > 0 else vote.low
            points.append(vote.rating + abs(z) / 1.959964 * (end - vote.rating))
        chance = 1 / (1 + 10 ** ((points[1] - points[0]) / 400))
        preference = max(0.0, 2 * chance - 1)
        price = 0.0
    elif class_usd(today) and class_usd(other):
        fall = log(class_usd(today) / class_usd(other), 3)  # type: ignore[operator]
        price = min(max(fall, 0.0), 1.0)
    if "embed" in today.name.lower():
        context = 0.0
    elif today.context_tokens and other.context_tokens:
        context = max(0.0, (today.context_tokens - other.context_tokens) / today.context_tokens)
    if today.output_modalities and other.output_modalities:
        needed = [*today.input_modalities, *today.output_modalities]
        kept = [one for one in today.input_modalities if one in other.input_modalities]
        kept += [one for one in today.output_modalities if one in other.output_modalities]
        modalities = 1 - len(kept) / len(needed)
    if today.tool_call is False:
        tools = 0.0
    elif today.tool_call and other.tool_call is not None:
        tools = 1.0 - other.tool_call
    return [preference, context, modalities, tools, price]


def times_as_unlike(pair: Pair, a: Assumptions) -> float:
    """k of a pair: the part that no fact shows, and the rest by what is lost against the usual."""
    parts, usual = pair
    weights = (1, a.unlike_context_weight, a.unlike_modalities_weight)
    weights += (a.unlike_tools_weight, a.unlike_price_weight)  # type: ignore[assignment]
    typical = sum(weight * mean for weight, mean in zip(weights, usual, strict=False))
    if typical <= 0:
        return 1.0
    own = sum(
        weight * (mean if part is None else part)
        for weight, part, mean in zip(weights, parts, usual, strict=True)
    )
    return min(a.unlike_most, a.unlike_unseen + (1 - a.unlike_unseen) * own / typical)
