"""A dependency moved to another provider: what goes along, and what stays behind."""

from dataclasses import replace
from typing import Any

from risk.inventory.records import Dependency, Fallback

TRIED = (Fallback.TESTED, Fallback.AUTOMATIC)


def moved(dependency: Dependency, **facts: Any) -> Dependency:
    """The dependency at another provider: what was agreed with the old one does not move along.

    Where the new provider is the one that was the fallback, the old one becomes it, untried.
    """
    new = replace(
        dependency,
        product=None,
        region=None,
        provider_notice_days=None,
        escrow=None,
        step_in=None,
        **facts,
    )
    here, fallback = (new.developer, new.host), (new.fallback_developer, new.fallback_host)
    if dependency.fallback in (None, Fallback.NONE) or fallback[0] is None or here != fallback:
        return new
    return replace(
        new,
        fallback=Fallback.UNTESTED if dependency.fallback in TRIED else dependency.fallback,
        fallback_developer=dependency.developer,
        fallback_host=dependency.host,
        fallback_provider_text=dependency.provider_text,
        fallback_tested_on=None,
        fallback_hours=None,
        fallback_capacity=None,
    )
