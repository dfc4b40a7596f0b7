"""Which models are about to end, and where."""

from datetime import date, timedelta

from risk.catalog.records import SELF_HOSTED, Catalog, Model

#: A model that ends this soon is no way out: it would have to be left again at once.
RETIREMENT_HORIZON = timedelta(days=180)


def endings(model: Model, host: str | None, catalog: Catalog, today: date) -> list[str]:
    """Why the model is about to end at this host; ``host`` None asks about all hosts at once.

    Weights that one runs oneself do not end.
    """
    if host == SELF_HOSTED:
        return []
    return [
        f"ends on {one.shutdown.isoformat()}"
        for one in catalog.retirements
        if one.model == model.name
        and one.host in (None, host)
        and one.shutdown <= today + RETIREMENT_HORIZON
    ]
