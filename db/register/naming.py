"""Rules by which two names are one: NFC, trimmed, inner spaces folded, case folded."""

import hashlib
import unicodedata
from collections.abc import Iterable

#: What a use case is called when its row names none. Rows that say so in words are the same one.
UNNAMED_USE_CASE = "Unnamed use case"

#: What stands between the keys of provider and model of a dependency that was merged with another;
#: no key holds it.
WITH_MODEL = "\x1f"

_LONGEST_KEY = 200
_KEPT_OF_LONG_KEY = 150


def tidy(text: str) -> str:
    """The name as it is shown: NFC, trimmed, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def comparison_key(text: str | None) -> str:
    """What is compared when asking whether two names are the same; ``""`` for no name.

    At most 200 characters, so that a database can index it: a longer one ends in its digest.
    """
    if text is None:
        return ""
    key = unicodedata.normalize("NFC", tidy(text).casefold())
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.blake2b(key.encode(), digest_size=20).hexdigest()
    return f"{key[:_KEPT_OF_LONG_KEY]}…{digest}"


def use_case_name(text: str | None) -> str:
    """The use case's name as shown; a blank one is the unnamed use case."""
    return tidy(text or "") or UNNAMED_USE_CASE


def dependency_key(startup: str, use_case: str | None, provider: str, model: str | None) -> str:
    """A short name for the dependency (startup, use case, provider, model), the same every time."""
    parts = (
        comparison_key(startup),
        comparison_key(use_case_name(use_case)),
        comparison_key(provider),
        comparison_key(model),
    )
    return key_of_dependency(parts)


def key_of_dependency(parts: Iterable[str]) -> str:
    """As :func:`dependency_key`, from the comparison keys of its four names."""
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()
