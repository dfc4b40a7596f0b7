"""The table of docs/glossary.md: every term of the glossary, by what it is about."""

from docs.markdown import table
from ui.words.glossary import SECTIONS, Term


def tables() -> dict[str, str]:
    """The table of each section by the name of its place."""
    return {
        section.lower(): table(("word", "means"), map(_row, terms))
        for section, terms in SECTIONS.items()
    }


def _row(one: Term) -> tuple[str, str]:
    also = f" ({', '.join(one.also)})" if one.also else ""
    return f'<a id="{one.anchor}"></a>**{one.word}**{also}', one.means
