"""Cutting a cell that names several products into its parts.

``ChatGPT, Claude; Copilot`` names three products; ``OpenAI, Inc`` and ``Llama 3, hosted on Groq``
name one each.
"""

import re

from risk.inventory.name_text import only_legal_or_address, without_address

_URL = re.compile(r"https?://\S+|www\.\S+", re.I)
_SEPARATOR = re.compile(
    r"\s*[,;|\n\r•、，；]+\s*|\s+[&+]\s+|\s*\band/or\b\s*|\s+\b(?:and|or)\b\s+|\s*(?<![:/<])/(?!/)\s*",
    re.I,
)
_HEAD_AND_BRACKET = re.compile(r"^\s*([^(),;]+?)\s*\(([^()]*[,;/&][^()]*)\)\s*$", re.S)
#: "Llama 3.1, hosted on Fireworks" goes on about the product before the comma.
_CONTINUES = re.compile(
    r"\s*\(?(?:via|through|on|hosted|running|deployed|served|accessed|by way of)\b", re.I
)


def product_parts(text: str) -> tuple[str, ...]:
    """The products named in ``text``, in order; one part where it names one."""
    bracket = _HEAD_AND_BRACKET.match(text)
    if bracket and not only_legal_or_address(bracket[2].split(",")[0]):
        head, inside = bracket[1], bracket[2]
        return tuple(f"{head} {part}" for part in _joined(_SEPARATOR.split(inside)))
    whole = without_address(text)
    links: list[str] = []

    def keep(match: re.Match[str]) -> str:
        links.append(match.group())
        return f"\x00{len(links) - 1}\x00"

    pieces = _joined(_SEPARATOR.split(_URL.sub(keep, whole)))
    return tuple(re.sub(r"\x00(\d+)\x00", lambda m: links[int(m[1])], piece) for piece in pieces)


def _joined(pieces: list[str]) -> tuple[str, ...]:
    """The non-empty pieces; a legal form or an address is joined to the name before it."""
    parts: list[str] = []
    for piece in pieces:
        if not piece or not piece.strip(" ()[]{}\t.-"):
            continue
        if parts and (only_legal_or_address(piece) or _CONTINUES.match(piece)):
            parts[-1] = f"{parts[-1]}, {piece.strip()}"
        else:
            parts.append(piece.strip())
    return tuple(parts)
