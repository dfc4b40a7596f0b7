"""Messages to an address that the operator gave, such as a chat program's webhook."""

from collections.abc import Mapping
from typing import Any

from db.web.addresses import AddressRule as AddressRule
from db.web.addresses import is_public
from db.web.calling import post_json


def send_message(
    address: str, document: Mapping[str, Any], *, allowed: AddressRule | None = None
) -> None:
    """Post one JSON document; addresses outside the public internet are refused.

    Raises:
        Refused: the address may not be called or did not take the message.
    """
    post_json(address, document, allowed=allowed or is_public)
