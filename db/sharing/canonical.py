"""One text for one content, so that equal contents have equal hashes."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical_json(content: Mapping[str, Any]) -> str:
    """Return the content as JSON: keys sorted, no spaces, letters as they are, no NaN.

    Raises:
        ValueError: a number is not finite.
    """
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def content_digest(text: str) -> str:
    """Return the SHA-256 of a content's text in UTF-8, as sha256sum prints it."""
    return hashlib.sha256(text.encode()).hexdigest()
