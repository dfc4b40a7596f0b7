"""How alike two models are, by the facts that ship: shown, editable, no benchmark scores.

docs/method.md §6. The figure that the model uses is the usual one of the option's class (judgement,
on the Assumptions page), or what an analyst decided for these two models.
"""

from risk.alternatives.judgements import Decided
from risk.alternatives.results import Candidate, Comparison
from risk.catalog.lookup import list_price
from risk.catalog.records import Model

UNKNOWN = "unknown"
NOT_NAMED = "not named"


def comparison(
    candidate: Candidate, incumbent: Model | None, decided: Decided | None
) -> Comparison | None:
    """The two models side by side; None where the option names no other model."""
    model = candidate.model
    if model is None or (incumbent is not None and model.name == incumbent.name):
        return None
    return Comparison(
        models=(incumbent.name if incumbent else NOT_NAMED, model.name),
        alike=candidate.substitutability,
        rows=tuple(
            (name, told(incumbent) if incumbent else NOT_NAMED, told(model))
            for name, told in _FACTS
        ),
        reason=decided.reason if decided else None,
        decided_by=decided.by if decided else None,
    )


def _price(model: Model) -> str:
    offer = list_price(model)
    if offer is None or offer.input_usd_per_million_tokens is None:
        return UNKNOWN
    out = offer.output_usd_per_million_tokens
    return f"${offer.input_usd_per_million_tokens:,.2f} in, ${out:,.2f} out a million tokens"


def _weights(model: Model) -> str:
    return {True: "open", False: "closed", None: UNKNOWN}[model.open_weights]


_FACTS = (
    ("Model", lambda one: one.name),
    ("Family", lambda one: one.family or UNKNOWN),
    ("Released", lambda one: one.released.isoformat() if one.released else UNKNOWN),
    ("Context", lambda one: f"{one.context_tokens:,} tokens" if one.context_tokens else UNKNOWN),
    ("List price", _price),
    ("Reads", lambda one: ", ".join(sorted(one.input_modalities)) or UNKNOWN),
    ("Writes", lambda one: ", ".join(sorted(one.output_modalities)) or UNKNOWN),
    ("Weights", _weights),
)
