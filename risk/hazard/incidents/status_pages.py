"""Whose status page a feed is, and which incident of which system an address means.

One incident stands in several feeds: a page's JSON, its Atom, what others collected from it. The
systems behind the pages number incidents uniquely, so source and reference come from there.
"""

import re

from risk.hazard.incidents.cells import is_known_spelling, provider_name

#: By the host of the page; what a page calls itself says less.
_BY_HOST = {
    "status.openai.com": "OpenAI",
    "status.anthropic.com": "Anthropic",
    "status.claude.com": "Anthropic",
    "status.character.ai": "Character.AI",
    "status.mistral.ai": "Mistral AI",
    "status.cohere.com": "Cohere",
    "status.x.ai": "xAI",
    "status.cloud.google.com": "Google Cloud",
    "status.aws.amazon.com": "Amazon Web Services",
    "health.aws.amazon.com": "Amazon Web Services",
    "azure.status.microsoft": "Microsoft Azure",
    "www.cloudflarestatus.com": "Cloudflare",
    "status.stability.ai": "Stability AI",
}
#: What pages add to their owner's name.
_TITLE_WORDS = re.compile(r"\s*(?:[-–|:]\s*)?(?:incident history|status(?: page)?)\s*$", re.I)
_HOST = re.compile(r"(?:https?://|tag:)([^/,:?#@\s]+)", re.I)
_INCIDENT_IO = re.compile(r"/incidents/([0-9A-HJKMNP-TV-Z]{26})(?:[/?#]|$)")
_STATUSPAGE = re.compile(r"/incidents/([0-9a-z]{12})(?:[/?#]|$)")

INCIDENT_IO = "incident.io"
STATUSPAGE = "statuspage"


def owner_of(
    title: str | None, address: str | None = None, *, otherwise: str | None = None
) -> str | None:
    """The provider whose page it is: as its address or a known title says, else ``otherwise``.

    A title that nobody knows counts last; None if nothing says.
    """
    host = host_of(address)
    if host in _BY_HOST:
        return _BY_HOST[host]
    name = (title or "").strip()
    while (shorter := _TITLE_WORDS.sub("", name)) != name:
        name = shorter
    if is_known_spelling(name):
        return provider_name(name)
    return otherwise or name or None


def host_of(address: str | None) -> str:
    """The host of an address, or of a tag such as ``tag:status.claude.com,2005:Incident/1``."""
    found = _HOST.match((address or "").strip())
    return found.group(1).lower() if found else ""


def incident_of(address: str) -> tuple[str, str] | None:
    """Source and reference of an incident's address: who numbers it, and its number there."""
    for source, pattern in ((INCIDENT_IO, _INCIDENT_IO), (STATUSPAGE, _STATUSPAGE)):
        if found := pattern.search(address):
            return source, found.group(1)
    return None
