"""Names that somebody decided, in words: what each stands for, by whom and when."""

from collections.abc import Iterable

from db.services.reference import DecidedAlias
from risk.catalog.records import Alias, Answer
from ui import wording


def meaning(alias: Alias) -> str:
    """Return what a spelling stands for, to end a sentence."""
    if alias.answer is Answer.NO:
        return "no language model"
    if alias.answer is Answer.ASK:
        return "something to be asked about"
    whose, where = wording.provider(alias.developer), wording.provider(alias.host)
    if whose == where == wording.UNKNOWN:
        said = "a language model, nobody said whose"
    else:
        said = f"models of {whose}, hosted by {where}"
    return f"{said} ({alias.product})" if alias.product else said


def decided_by(one: DecidedAlias) -> str:
    """Return who decided and when."""
    return f"{one.by}, {wording.day(one.at)}, {one.at:%H:%M} UTC"


def found(decisions: Iterable[DecidedAlias], words: str) -> list[DecidedAlias]:
    """Return the decisions in whose spelling or meaning every word occurs, whatever its case."""
    wanted = words.casefold().split()
    return [one for one in decisions if all(word in _searched(one) for word in wanted)]


def _searched(one: DecidedAlias) -> str:
    return f"{one.alias.text} {meaning(one.alias)} {one.by}".casefold()


def after_removal(text: str, earlier: Alias | None) -> str:
    """Return what holds after a decision was taken back, and for which dependencies."""
    now = f"stands for {meaning(earlier)} again, as decided before" if earlier else None
    return (
        f"“{text}” {now or 'is read by the rules that come with Downstream again'}. Stored "
        "dependencies keep their reading until their file is imported again."
    )
