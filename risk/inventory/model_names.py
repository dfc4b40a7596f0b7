"""From the text in a model cell to the catalogue's name of that model."""

import re

from risk.catalog.model_names import model_key
from risk.catalog.records import UNSPECIFIED, Alias, Answer, Catalog, Model
from risk.inventory.mentions import CATALOGUE
from risk.inventory.name_text import fold, words

_PUNCTUATION = re.compile(r"[\W_]+")
_DATE_TAIL = re.compile(r"(?:[-@ ](?:20\d{6}|20\d\d-\d\d-\d\d|latest|v\d+(?::\d+)?))+$")
_VENDOR_HEAD = re.compile(r"^(?:[a-z]+/|(?:[a-z]+\.)+(?=[a-z]+[-\d]))")


#: Developers whose open weights are called at their own service unless another host is named.
_SERVE_THEIR_OWN = frozenset(
    ["DeepSeek", "Moonshot AI", "Zhipu AI", "MiniMax", "Mistral AI", "StepFun", "Cohere", "xAI"]
)
#: Where a developer's models are called if its own name is not a host's.
_SOLD_AT = {"Amazon": "Amazon Web Services", "Microsoft": "Microsoft Azure"}
#: First words of model names that are too ordinary to mean a model beside one number.
_TOO_ORDINARY = frozenset("hy mercury seed step trinity virtuoso".split())


def catalogue_aliases(catalog: Catalog) -> tuple[Alias, ...]:
    """The names of models of three words or with a number, to be found in texts as aliases are."""
    return tuple(
        model_alias(model)
        for model in catalog.models.values()
        if (named := words(model.name))
        and len(named) > 1
        and not (len(named) == 2 and named[0] in _TOO_ORDINARY)
        and (len(named) > 2 or any(w[-1].isdigit() or w[0].isdigit() for w in named[1:]))
    )


def model_alias(model: Model) -> Alias:
    """The model as an alias; the host is left open where its weights are served by many."""
    open_to_all = model.open_weights and model.developer not in _SERVE_THEIR_OWN
    own = _SOLD_AT.get(model.developer, model.developer)
    return Alias(
        text=model.name,
        answer=Answer.YES,
        developer=model.developer,
        host=UNSPECIFIED if open_to_all else own,
        product=None,
        source=CATALOGUE,
    )


class ModelNames:
    """The models of a catalogue by their letters and digits alone."""

    def __init__(self, catalog: Catalog) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self._keys: dict[str, dict[str, str]] = {}
        for name, model in catalog.models.items():
            for spelling in {name, model.name}:
                self._names.setdefault(_squashed(spelling), {})[model.developer] = name
                self._keys.setdefault(model_key(spelling), {})[model.developer] = name

    def find(self, text: str, developer: str | None) -> str | None:
        """The model written as ``text``, of ``developer`` if given; None if unknown or in doubt.

        A vendor prefix (``openai/gpt-4o``) and a dated tail (``-2024-08-06``) may be there.
        """
        plain = fold(text).strip()
        bare = _VENDOR_HEAD.sub("", plain.rsplit("/", 1)[-1])
        spellings = [self._names.get(_squashed(s)) for s in (plain, bare, _DATE_TAIL.sub("", bare))]
        for by_developer in (*spellings, self._keys.get(model_key(plain)) if plain else None):
            if not by_developer:
                continue
            if developer in by_developer:
                return by_developer[developer]
            if developer is None and len(set(by_developer.values())) == 1:
                return next(iter(by_developer.values()))
        return None


def _squashed(text: str) -> str:
    return _PUNCTUATION.sub("", fold(text))
