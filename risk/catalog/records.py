"""The reference facts: providers, services, who stands behind whom, models and their prices.

Every record carries the source of the fact and the date at which it was read. Nothing in here
belongs to one customer; what startups depend on is in :mod:`risk.inventory`.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from risk.catalog.failure_kinds import Basis, FailureKind, FailureRate, RateEvidence, RateKey


class Role(StrEnum):
    """What a provider does in the supply chain of a language model."""

    DEVELOPER = "developer"
    HOST = "host"
    CLOUD = "cloud"
    EDGE = "edge"
    GPU = "gpu"
    OWNER = "owner"


class Answer(StrEnum):
    """Does a name stand for a language-model provider?"""

    YES = "yes"
    NO = "no"
    ASK = "ask"


#: A developer or host that a text leaves open, and a model that a startup runs itself.
UNSPECIFIED = "unspecified"
SELF_HOSTED = "self-hosted"
IN_HOUSE = "in-house"
#: Hosts that are no company: what they serve neither ends nor grows dearer.
RUN_BY_ONESELF = frozenset({SELF_HOSTED, IN_HOUSE})


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A company that develops, hosts or carries language models, or stands behind one that does.

    ``tier`` is ``top`` or ``second`` for developers (it selects the wind-down prior), else ``""``.
    ``colour`` is the one colour that the provider has on every page, as ``#rrggbb``.
    """

    name: str
    roles: frozenset[Role]
    country: str
    website: str
    tier: str
    colour: str
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class Service:
    """A family of models at a host: what a use case really calls.

    ``developer`` is None where the host serves models of many developers. ``form`` is ``api``
    for programmatic use and ``app`` for a product that people use.
    """

    name: str
    developer: str | None
    host: str
    form: str
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class LinkEffect:
    """With ``probability`` an upstream disruption reaches downstream, where ``gain`` of it is lost.

    ``probability_long_notice``, for a disruption announced at least 90 days ahead, is kept as it
    was recorded and enters no answer.
    """

    probability: float
    gain: float
    probability_long_notice: float | None = None


@dataclass(frozen=True, kw_only=True)
class UpstreamLink:
    """``upstream`` stands behind ``downstream``; ``effects`` says for which failure kinds."""

    upstream: str
    downstream: str
    relation: str
    effects: Mapping[FailureKind, LinkEffect]
    source: str
    as_of: str
    basis: Basis = Basis.JUDGEMENT
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Alias:
    """A spelling found in inventories, and what it stands for."""

    text: str
    answer: Answer
    developer: str | None
    host: str | None
    product: str | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """A model's published last day. ``host`` is None where the developer itself ends it.

    Partner clouds set dates of their own; those name their ``host`` and hold only there.
    """

    developer: str
    model: str
    announced: date | None
    shutdown: date
    replacement: str | None
    source: str
    as_of: str
    host: str | None = None


@dataclass(frozen=True, kw_only=True)
class MarketShare:
    """One service's share (0..1) of the market, and between which shares it may lie.

    Surveys disagree, so every share has a range; a service without a row counts as small.
    """

    share: float
    low: float
    high: float
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One model at one host, with its list price in USD per million tokens (None: not known)."""

    model: str
    host: str
    input_usd_per_million_tokens: float | None
    output_usd_per_million_tokens: float | None
    source: str


#: Words in the names of models that hear or speak while they answer, and of those that only turn
#: text into speech, or speech into text.
LIVE_WORDS = frozenset({"realtime", "live", "livetranslate", "sonic", "voice", "voicechat"})
SPEECH_WORDS = frozenset({"tts"})
TRANSCRIPTION_WORDS = frozenset({"transcribe", "livetranslate", "whisper"})
_WORD = re.compile(r"[a-z]+")


class Purpose(StrEnum):
    """What a model's answers are for."""

    TEXT = "text"
    EMBEDDING = "embedding"
    RANKING = "ranking"
    CONVERSATION = "live conversation"
    SPEECH = "speech"
    TRANSCRIPTION = "transcription"


@dataclass(frozen=True, kw_only=True)
class Model:
    """A language model as the catalogue packages describe it; None is unknown.

    ``always_latest`` marks a name that moves on to the developer's newest model.
    """

    name: str
    developer: str
    family: str | None
    open_weights: bool | None
    context_tokens: int | None
    input_modalities: frozenset[str]
    output_modalities: frozenset[str]
    tool_call: bool | None
    structured_output: bool | None
    released: date | None
    source: str
    offers: tuple[Offer, ...] = ()
    always_latest: bool = False

    @cached_property
    def purpose(self) -> Purpose:
        """What its answers are for: one sort of model never does the work of another.

        Embedding and reranking models say so in their name or family, or bill what they read and
        nothing that they write. What hears and speaks says so in its name or by its modalities.
        """
        names = f"{self.name} {self.family or ''}".lower()
        if "rerank" in names:
            return Purpose.RANKING
        if self._named(TRANSCRIPTION_WORDS) or (self.live and self._named({"translate"})):
            return Purpose.TRANSCRIPTION
        if self._named(SPEECH_WORDS):
            return Purpose.SPEECH
        if self.live and (not self.output_modalities or "audio" in self.output_modalities):
            return Purpose.CONVERSATION
        free = any(
            one.output_usd_per_million_tokens == 0 and one.input_usd_per_million_tokens
            for one in self.offers
        )
        plain = self.output_modalities == {"text"} and "text" in self.input_modalities
        return Purpose.EMBEDDING if "embed" in names or (free and plain) else Purpose.TEXT

    @cached_property
    def live(self) -> bool:
        """Whether it hears or speaks while it answers; no model of text does that work.

        Such a model says so in its name, or both hears and speaks.
        """
        spoken = "audio" in self.input_modalities and "audio" in self.output_modalities
        return spoken or self._named(LIVE_WORDS)

    def _named(self, words: Set[str]) -> bool:
        return not words.isdisjoint(_WORD.findall(self.name.lower()))


class Task(StrEnum):
    """What voters asked for when they rated a model: anything, a kind of work, or a language."""

    OVERALL = "overall"
    CODING = "coding"
    LONG_PROMPTS = "long prompts"
    IMAGES = "images"
    MATH = "math"
    CREATIVE_WRITING = "creative writing"
    INSTRUCTIONS = "instruction following"
    HARD_PROMPTS = "hard prompts"
    LONG_CONVERSATIONS = "long conversations"
    EXPERT = "expert questions"
    BUSINESS = "business"
    LEGAL = "legal"
    MEDICINE = "medicine"
    SCIENCE = "science"
    SOFTWARE = "software"
    WRITING = "writing"
    MEDIA = "media"
    DOCUMENTS = "documents"
    WEB_DEVELOPMENT = "web development"
    CHINESE = "Chinese"
    FRENCH = "French"
    GERMAN = "German"
    JAPANESE = "Japanese"
    KOREAN = "Korean"
    RUSSIAN = "Russian"
    SPANISH = "Spanish"


#: The tasks that are a language; the others but overall are kinds of work.
LANGUAGES = tuple(Task)[tuple(Task).index(Task.CHINESE) :]
KINDS_OF_WORK = tuple(one for one in Task if one not in (Task.OVERALL, *LANGUAGES))


@dataclass(frozen=True, kw_only=True)
class Rating:
    """How voters rate a model at a task, in points, with the 95 % interval ``low`` to ``high``.

    Of two models d points apart voters prefer the higher one with probability
    1 / (1 + 10^(−d/400)). It is the preference of voters on chat prompts, not fitness for a use
    case. ``listed_as`` is what the source calls the model, often with how hard it was let think.
    """

    model: str
    task: Task
    rating: float
    low: float
    high: float
    votes: int
    listed_as: str
    source: str
    as_of: str


@dataclass(frozen=True, kw_only=True)
class OwnProvider:
    """A provider that somebody here stated; ``by`` and ``at`` (UTC): who last, and when."""

    provider: Provider
    note: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OwnService:
    """A service of an own provider; ``aliases`` are other names by which files call it."""

    service: Service
    aliases: tuple[str, ...] = ()
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OwnLink:
    """What an own provider or service runs on."""

    link: UpstreamLink
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OwnFacts:
    """What somebody of this store stated beside the facts that ship with the product.

    ``names``: the own providers and services that count, none of which is a shipped one.
    ``doubts`` say in a sentence each what does not count, or not as it was stated.
    """

    providers: tuple[OwnProvider, ...] = ()
    services: tuple[OwnService, ...] = ()
    links: tuple[OwnLink, ...] = ()
    names: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()

    @cached_property
    def linked(self) -> frozenset[str]:
        """The names of those behind which a link was stated."""
        return frozenset(one.link.downstream for one in self.links)


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """All reference facts, indexed by name. ``catalogue_date`` is the oldest package date.

    Without any ``rate_evidence`` all rates are taken as known; without any ``market`` (shares by
    the name of the service) nobody is known to be large enough for a queue. ``learned`` says in a
    sentence each which rates were replaced by what was imported or heard since. ``ratings`` are by
    model and task; ``usual_distances`` say by kind of replacement how far a typical one is from
    what it replaces (:mod:`risk.catalog.likeness`): without them every replacement is typical.
    ``own`` is what this store adds; it stands among the others already (:mod:`risk.catalog.own`).
    """

    providers: Mapping[str, Provider]
    services: Mapping[str, Service]
    links: tuple[UpstreamLink, ...]
    rates: tuple[FailureRate, ...]
    aliases: tuple[Alias, ...]
    models: Mapping[str, Model]
    retirements: tuple[Retirement, ...]
    catalogue_date: date
    notes: Mapping[str, str] = field(default_factory=dict)
    rate_evidence: Mapping[RateKey, RateEvidence] = field(default_factory=dict)
    market: Mapping[str, MarketShare] = field(default_factory=dict)
    learned: tuple[str, ...] = ()
    ratings: Mapping[tuple[str, Task], Rating] = field(default_factory=dict)
    usual_distances: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    own: OwnFacts = OwnFacts()

    @cached_property
    def open_services(self) -> tuple[Service, ...]:
        """The services that anybody could turn to; own ones serve whom they serve."""
        return tuple(one for one in self.services.values() if one.name not in self.own.names)

    @cached_property
    def ends_of(self) -> Mapping[str, tuple[Retirement, ...]]:
        """The published last days of each model, by its name."""
        found: dict[str, list[Retirement]] = {}
        for one in self.retirements:
            found.setdefault(one.model, []).append(one)
        return {name: tuple(ends) for name, ends in found.items()}

    @cached_property
    def replacements(self) -> dict[object, Any]:
        """What leads away from a model, kept as it was last asked: see :mod:`.replacements`."""
        return {}

    @cached_property
    def comparable(self) -> dict[tuple[str, str, date | None], list[Model]]:
        """What took a model's place on paper when it was last asked, by developer, name and day."""
        return {}
