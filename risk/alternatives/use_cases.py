"""Use cases by their names: which kind of work, in which language, and whether somebody talks.

What was stated counts first. Else a small list of words (``fixtures/use_case_words.csv``) is looked
for in the name; the first of its rows that fits counts, and a row that says nothing keeps those
below it out. A name is a hint: it says at which ratings of voters two models are compared, and what
has to be asked. docs/method.md §6.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from risk.catalog.records import LANGUAGES, Task
from risk.catalog.tables import shipped_rows

#: What a row of the list says, beside a task: that somebody talks, or nothing.
TALKS, NOTHING = "live", "nothing"
STATED = "stated"
_WORD = re.compile(r"\w+")
#: Letters of one language alone.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), Task.JAPANESE),
    (re.compile(r"[\uac00-\ud7af\u1100-\u11ff]"), Task.KOREAN),
)
#: Scripts without spaces between words: their words are looked for anywhere.
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is known of the work of a use case.

    ``task`` and ``language`` are None where nothing says so, overall where somebody stated that
    none fits. ``task_by`` and ``language_by`` are the words of the name that say it, or that it was
    stated; ``talks_by`` the words by which somebody talks to it.
    """

    task: Task | None = None
    language: Task | None = None
    task_by: str = ""
    language_by: str = ""
    talks_by: str = ""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """At which ratings to compare models, the likest to the work first."""
        known = (one for one in (self.task, self.language) if one not in (None, Task.OVERALL))
        return (*(one for one in known if one is not None), Task.OVERALL)

    def by(self, task: Task) -> str:
        """What says that the work is of this task: words of the name, or that it was stated."""
        if task is self.task:
            return self.task_by
        return self.language_by if task is self.language else ""


NOTHING_KNOWN = Work()


def work_of(name: str, *, task: Task | None = None, language: Task | None = None) -> Work:
    """The work of a use case by its name and by what was stated of it."""
    said = _named(name)
    return Work(
        task=task or said.task,
        language=language or said.language,
        task_by=STATED if task else said.task_by,
        language_by=STATED if language else said.language_by,
        talks_by=said.talks_by,
    )


@lru_cache(maxsize=4096)
def _named(name: str) -> Work:
    words, text = _words(name), name.casefold()
    found: dict[str, tuple[Task | None, str]] = {}
    closed: set[str] = set()
    for phrase, says in _list():
        if not _holds(words, text, phrase):
            continue
        if says == NOTHING:
            # What this phrase means keeps out every row that looks for a word of it.
            closed.update(_words(phrase))
            continue
        if closed.intersection(_words(phrase)):
            continue
        if says == TALKS:
            found.setdefault(TALKS, (None, phrase))
        else:
            task = Task(says)
            found.setdefault("language" if task in LANGUAGES else "task", (task, phrase))
    for script, task in _SCRIPTS:
        if script.search(name):
            found.setdefault("language", (task, "its letters"))
    (work, work_by), (language, language_by) = (
        found.get(one, (None, "")) for one in ("task", "language")
    )
    return Work(
        task=work,
        language=language,
        task_by=work_by,
        language_by=language_by,
        talks_by=found.get(TALKS, (None, ""))[1],
    )


def _holds(words: Sequence[str], text: str, phrase: str) -> bool:
    if _UNSPACED.search(phrase):
        return phrase in text
    wanted = _words(phrase)
    return any(
        tuple(words[at : at + len(wanted)]) == wanted for at in range(len(words) - len(wanted) + 1)
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("_", " ")))


@cache
def _list() -> tuple[tuple[str, str], ...]:
    """The list: each phrase with what it says, in its order."""
    return tuple(
        (phrase.strip().casefold(), row["says"])
        for row in shipped_rows("use_case_words.csv")
        for phrase in row["words"].split("|")
    )
