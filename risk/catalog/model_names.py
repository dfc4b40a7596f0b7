"""One name for one model, however a host spells it.

``us.anthropic.claude-sonnet-4-5-20250929-v1:0``, ``claude-sonnet-4-5@20250929`` and
``anthropic/claude-sonnet-4.5`` are the same model. A *key* is the lower-case spelling left after
routes, dates and serving details are taken off; the *name* shown to people is made from the key.
"""

import re
from functools import cache

from risk.catalog.tables import shipped_rows

#: What a host puts before the model: regions, catalogues and the developer's organisation.
_ROUTE = re.compile(
    r"^(?:accounts/[^/]+/(?:models|routers)/|@cf/|(?:us|eu|au|jp|apac|global|regional)\.)+"
)
_ORGANISATION = re.compile(
    r"^(?:ai21|alibaba|amazon|anthropic|arcee|cohere|databricks|deepseek-ai|google|labs|meta"
    r"|minimax(?=\.)|mistral(?=\.)|moonshot(?=\.)|moonshotai|nvidia|openai|qwen(?=\.)|stability"
    r"|writer|xai|zai|zai-org)[.-](?=[a-z])"
)
#: ``:free``, ``-v1:0``, ``@20250929``, ``claude-...-v1`` and what people write in brackets.
_REVISION = re.compile(
    r"(?:[-_.]v\d+)?:[a-z0-9]+$|-\d+:\d+$|@[a-z0-9-]+$|-?\([^)]*\)|(?<=claude)(-.*)-v\d$"
    r"|(?<=\db)-v\d$"
)
_DATE = re.compile(r"-(?:20\d\d-?[01]\d-?[0-3]\d|[01]\d-20\d\d)(?=$|-)")
#: Month-and-day or year-and-month stamps: new snapshots of the same model for these developers.
_STAMP = re.compile(r"^((?:gpt-\d|grok-|o[134]|magistral-|mistral-nemo|pixtral-).*?)-\d{4}(?=$|-)")
_TRIAL_STAMP = re.compile(r"-(?:preview|exp)-[01]\d[.-][0-3]\d$")
_GLUED = re.compile(
    r"\b(gpt|llama|qwen|gemma|glm|phi|claude|grok|gemini|kimi|deepseek|minimax|nova|mixtral|solar"
    r"|lfm)(?=v?\d)"
)
_POINT = re.compile(r"(?<=\d)[p_](?=\d)")
_NUMBERS = re.compile(r"(?<=\d)-(?=\d{1,2}(?:$|-))")


def _table() -> dict[str, dict[str, list[str]]]:
    """fixtures/model_spellings.csv: by use, what each text means."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in shipped_rows("model_spellings.csv"):
        found.setdefault(row["use"], {}).setdefault(row["text"], []).append(row["meaning"])
    return found


_WORDS = _table()
#: Words about how a host serves a model, not about which model it is, unless a family of models
#: has them in its own names.
_SERVING = frozenset(_WORDS["serving"])
_OWN_WORDS = _WORDS["own"]
#: Keys that one and the same model also goes by.
_SAME = {text: meaning for text, (meaning,) in _WORDS["same"].items()}
#: Words that are not written with one capital letter.
_WRITTEN = {text: meaning for text, (meaning,) in _WORDS["written"].items()}
_LLAMA_4 = {"17b", "16e", "128e"}
_OWN_PREVIEW = ("o1", "gpt-4o", "trinity")
_TRIALS = ("-preview", "-beta", "-exp", "-experimental")

#: OpenAI writes these as one lower-case word with hyphens.
_LOWER_CASE = re.compile(
    r"^(?:o[134](?:-|$)|gpt-(?=[a-z])|text-|tts-|whisper|davinci|babbage|curie|ada)"
)
_SIZE = re.compile(r"^(?:[a-z]?\d+(?:\.\d+)?[a-z]?)$")


@cache
def model_key(text: str) -> str:
    """The spelling by which models are compared; it holds no route, date or serving detail."""
    key = _ROUTE.sub("", text.strip().lower()).rsplit("/", 1)[-1]
    if ": " in key:
        key = key.split(": ", 1)[1]
    key = re.sub(r"[\s_,+]+(?=.)", "-", key) if "+" not in key else re.sub(r"[\s_,]+", "-", key)
    key = _ORGANISATION.sub("", key).replace("deepseek.", "deepseek-")
    key = _REVISION.sub(r"\1", _DATE.sub("", _REVISION.sub(r"\1", key)))
    key = _GLUED.sub(r"\1-", _POINT.sub(".", key)).replace("llama-v", "llama-")
    key = _TRIAL_STAMP.sub("", _NUMBERS.sub(".", key))
    words = _without_serving_words([word for word in key.split("-") if word])
    key = _claude_order(words) if words and words[0] == "claude" else "-".join(words)
    return _SAME.get(_without_trial(key), _without_trial(key))


@cache
def model_name(key: str) -> str:
    """The name that people read: ``claude-sonnet-4.6`` is "Claude Sonnet 4.6"."""
    if _LOWER_CASE.match(key):
        return key
    words = key.split("-")
    if words[0] == "claude":
        return _claude_name(words)
    shown = [_capital(word) for word in words]
    if words[0] in ("gpt", "chatgpt"):
        shown = [word if word in ("mini", "nano") else shown[at] for at, word in enumerate(words)]
    if words[0] in ("gpt", "glm", "chatgpt") and len(shown) > 1:
        shown[:2] = ["-".join(shown[:2])]
    return " ".join(shown)


def _without_trial(key: str) -> str:
    """A preview is the model it previews; a dated snapshot is the model it was taken of."""
    if key.startswith("grok-"):
        key = re.sub(r"-(?:non-)?reasoning(?=$|-)", "", key)
    if key.startswith(("gemini-", "imagen-")):
        key = re.sub(r"-00\d$", "", key)
    if key.startswith(("nova-", "titan-")):
        key = re.sub(r"-v1$", "", key)
    key = _STAMP.sub(r"\1", key)
    for trial in () if key.startswith(_OWN_PREVIEW) else _TRIALS:
        key = key.removesuffix(trial)
    return key


def _without_serving_words(words: list[str]) -> list[str]:
    if not words:
        return words
    drop = {word for word in _SERVING if words[0] not in _OWN_WORDS.get(word, ())}
    if "llama" in words and "4" in words:
        drop |= _LLAMA_4
    if words[0] in ("llama", "qwen"):
        drop |= {"chat"}
    rest = [word for word in words if word not in drop]
    return rest or words


def _claude_order(words: list[str]) -> str:
    """Tier before version: ``claude-3.5-sonnet`` and ``claude-sonnet-3.5`` get one key."""
    versions = [word for word in words[1:] if re.fullmatch(r"v?\d+(?:\.\d+)?", word)]
    tiers = [word for word in words[1:] if word not in versions]
    plain = [version.removeprefix("v").removesuffix(".0") for version in versions[:1]]
    head = tiers[:1] if tiers else []
    return "-".join(["claude", *head, *plain, *tiers[1:]])


def _claude_name(words: list[str]) -> str:
    """Anthropic wrote "Claude 3.5 Sonnet" before version 4 and "Claude Sonnet 4" since."""
    version = next((word for word in words if re.fullmatch(r"\d+(?:\.\d+)?", word)), None)
    others = [_capital(word) for word in words[1:] if word != version]
    if version is None:
        return " ".join(["Claude", *others])
    if float(version) < 4:
        return " ".join(["Claude", version, *others])
    return " ".join(["Claude", *others[:1], version, *others[1:]])


def _capital(word: str) -> str:
    if word in _WRITTEN:
        return _WRITTEN[word]
    if re.fullmatch(r"\d+x\d+b|\d+o", word):
        return word.replace("b", "B")
    return word.upper() if _SIZE.match(word) else word.capitalize()
