"""Options that move nothing: capacity reserved elsewhere, and better terms with today's provider.

docs/method.md §6. Reserved capacity is served before those who come in the rush; notice lengthens
the time to leave; escrow and step-in rights keep part of a wound-up service going meanwhile.
"""

from collections.abc import Iterable
from dataclasses import replace

from risk.alternatives.results import Candidate, OptionClass
from risk.assumptions import Assumptions
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED
from risk.inventory.records import CapacityClass, Dependency, Fallback

#: A reservation alone builds nothing: less than this was already there, or is on paper now.
BUILT = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)


def reservation(dependency: Dependency, others: tuple[Candidate, ...]) -> Iterable[Candidate]:
    """Throughput under contract at the named fallback, else at the first comparable developer."""
    if dependency.fallback_capacity is CapacityClass.RESERVED:
        return
    built = dependency.fallback if dependency.fallback in BUILT else Fallback.DOCUMENTED
    developer, host = dependency.fallback_developer, dependency.fallback_host
    named = developer not in (None, UNSPECIFIED) or host not in (None, UNSPECIFIED)
    same = [one for one in others if (one.changed.developer, one.changed.host) == (developer, host)]
    second = next(iter(same if named else others), None)
    if second is None and not named:
        return
    if not named and second is not None:
        developer, host = second.changed.developer, second.changed.host
    yield Candidate(
        title=f"Capacity reserved at {host or developer}, today's provider stays",
        option_class=OptionClass.RESERVED,
        changed=replace(
            dependency,
            fallback=built,
            fallback_developer=developer,
            fallback_host=host,
            fallback_capacity=CapacityClass.RESERVED,
        ),
        model=second.model if second else None,
        substitutability=second.substitutability if second else 1.0,
    )


def better_terms(
    dependency: Dependency, stay: Candidate, assumptions: Assumptions
) -> Iterable[Candidate]:
    """Longer notice from today's provider; the same with escrow and step-in rights."""
    provider = dependency.host or dependency.developer
    if dependency.host == SELF_HOSTED or provider in (None, UNSPECIFIED):
        return
    days = assumptions.contract_notice_days
    longer = (dependency.provider_notice_days or 0.0) < days
    notice = max(days, dependency.provider_notice_days or 0.0)
    if longer:
        yield replace(
            stay,
            title=f"Contract with {provider}: {notice:.0f} days' notice",
            option_class=OptionClass.CONTRACT,
            changed=replace(dependency, provider_notice_days=notice),
        )
    if not (dependency.escrow or dependency.step_in):
        yield replace(
            stay,
            title=f"Contract with {provider}: {notice:.0f} days' notice, escrow and step-in",
            option_class=OptionClass.CONTRACT,
            changed=replace(dependency, provider_notice_days=notice, escrow=True, step_in=True),
        )
