"""Exposed part of a startup's record: what uses a language model, and what its words mean."""

import re

from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Fallback, Startup, UseCase

#: Words in what is said about data by which customers must consent to a new provider.
CONSENT = re.compile(r"\b(?:consents?|regulated|einwilligung|zustimmung|consentement)\b", re.I)
#: Fallbacks that stand on an agreement that is signed already.
CONTRACTED = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)
#: Fallbacks that are some other place, if only on paper.
REAL_FALLBACKS = (*CONTRACTED, Fallback.DOCUMENTED)


def exposed_use_cases(startup: Startup) -> tuple[tuple[UseCase, tuple[Dependency, ...]], ...]:
    """The use cases that stand on a language-model provider, with those dependencies only."""
    found = []
    for use_case in startup.use_cases:
        models = tuple(one for one in use_case.dependencies if one.answer is Answer.YES)
        if models:
            found.append((use_case, models))
    return tuple(found)
