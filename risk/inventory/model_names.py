"""From the text in a model cell to the catalogue's name of that model."""

import re

from risk.catalog.records import Catalog
from risk.inventory.name_text import fold

_PUNCTUATION = re.compile(r"[\W_]+")
_DATE_TAIL = re.compile(r"(?:[-@ ](?:20\d{6}|20\d\d-\d\d-\d\d|latest|v\d+(?::\d+)?))+$")
_VENDOR_HEAD = re.compile(r"^(?:[a-z]+/|(?:[a-z]+\.)+(?=[a-z]+[-\d]))")


class ModelNames:
    """The models of a catalogue by their letters and digits alone."""

    def __init__(self, catalog: Catalog) -> None:
        self._names: dict[str, dict[str, str]] = {}
        for name, model in catalog.models.items():
            for spelling in {name, model.name}:
                self._names.setdefault(_squashed(spelling), {})[model.developer] = name

    def find(self, text: str, developer: str | None) -> str | None:
        """The model written as ``text``, of ``developer`` if given; None if unknown or in doubt.

        A vendor prefix (``openai/gpt-4o``) and a dated tail (``-2024-08-06``) may be there.
        """
        plain = fold(text).strip()
        bare = _VENDOR_HEAD.sub("", plain.rsplit("/", 1)[-1])
        for spelling in (plain, bare, _DATE_TAIL.sub("", bare)):
            by_developer = self._names.get(_squashed(spelling))
            if not by_developer:
                continue
            if developer in by_developer:
                return by_developer[developer]
            if developer is None and len(set(by_developer.values())) == 1:
                return next(iter(by_developer.values()))
        return None


def _squashed(text: str) -> str:
    return _PUNCTUATION.sub("", fold(text))
