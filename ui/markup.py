"""Text for places that Streamlit reads as Markdown, where a name must stay a name."""

import re

#: What Markdown and Streamlit read as more than text: anywhere, and at the start of a line.
_MARKUP = re.compile(r"([\\`*_\[\]$:~<>|]|-(?=[->]))")
_LINE_START = re.compile(r"^\s*(?:(?=[#+\-])|\d+(?=[.)]))", flags=re.MULTILINE)


#: What becomes a link by itself, also where its signs are escaped.
_LINK_START = re.compile(r"(?:https?(?=:)|www(?=\.)|@(?=[\w-]))", flags=re.IGNORECASE)
_NO_LINK = "\N{WORD JOINER}"
_ADDRESS = re.compile(r"(https?://[^\s;<>\"']+[^\s;<>\"'.,)])")


def escaped(text: object) -> str:
    """Text for a markdown place (captions, labels, badges), shown exactly as it is.

    Needed for every name from the register and every amount: ``$`` would start a formula, and an
    address somebody's link. A sign without width keeps it from becoming one.
    """
    parted = _LINK_START.sub(rf"{_NO_LINK}\g<0>", str(text))
    return _LINE_START.sub(r"\g<0>\\", _MARKUP.sub(r"\\\1", parted))


def with_links(text: str) -> str:
    """The same for a source of the reference facts, whose addresses lead there."""
    parts = _ADDRESS.split(text)
    return "".join(f"<{part}>" if place % 2 else escaped(part) for place, part in enumerate(parts))
