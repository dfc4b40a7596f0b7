"""What a register of records says of renewals and of dependencies, by their places."""

from collections.abc import Sequence

import numpy as np

from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Dependency, Portfolio
from risk.portfolio.deadlines import Renewals, Stated, Told


def _listed(held: Portfolio) -> list[tuple[str, Dependency]]:
    startups = sorted(held.startups, key=lambda one: one.name)
    return [
        (case.name, one)
        for startup in startups
        for case, models in exposed_use_cases(startup)
        for one in models
    ]


def renewals_of(held: Portfolio) -> Renewals:
    """The renewals that a portfolio of records states."""
    days = {
        place: one.renewal.toordinal()
        for place, (_, one) in enumerate(_listed(held))
        if one.renewal is not None
    }
    return Renewals(
        link=np.array(list(days), dtype=np.int64), day=np.array(list(days.values()), dtype=np.int64)
    )


def told_by(held: Portfolio) -> Told:
    """What it says of some dependencies."""
    listed = _listed(held)

    def told(links: Sequence[int]) -> list[Stated]:
        return [
            Stated(
                use_case=case,
                key=one.key,
                provider=one.provider_text,
                developer=one.developer,
                host=one.host,
                source=one.source,
                contract=one.contract,
            )
            for case, one in (listed[link] for link in links)
        ]

    return told
