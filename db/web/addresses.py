"""Addresses that the program may call: those of the public internet, however they are written.

An address that a person typed, a feed redirects to or a name resolves to could lead to the machine
itself or to its neighbours. So every answer of the name service is looked at, the connection goes
to the very number that was looked at, and every redirect is looked at anew.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from db.errors import Refused

IpAddress = IPv4Address | IPv6Address
#: Says whether a number may be called. Tests allow their own machine.
AddressRule = Callable[[IpAddress], bool]

LONGEST_ADDRESS = 1000
_PORTS = {"http": 80, "https": 443}
#: All of IPv6 that is given out, and of it what is no host's own: protocols (Teredo among them),
#: documentation twice, and 6to4, which like Teredo hides an IPv4 address.
_GIVEN_OUT = IPv6Network("2000::/3")
_NO_HOSTS = tuple(
    IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """An address that may be called, and the number to call it at."""

    address: str
    scheme: str
    host: str
    port: int
    number: IpAddress

    @property
    def by_number(self) -> str:
        """The address with the number in place of the name."""
        numbered = f"[{self.number}]" if self.number.version == 6 else str(self.number)
        parts = urlsplit(self.address)
        return parts._replace(netloc=f"{numbered}:{self.port}", fragment="").geturl()

    @property
    def host_header(self) -> str:
        """The name that the server is asked for."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def is_public(number: IpAddress) -> bool:
    """Whether a number belongs to the public internet; of IPv6 none that stands for another."""
    if isinstance(number, IPv6Address):
        return number in _GIVEN_OUT and not any(number in one for one in _NO_HOSTS)
    return number.is_global and not number.is_multicast


def target_of(address: str, *, allowed: AddressRule = is_public) -> Target:
    """Look an address up and return where to call.

    Raises:
        Refused: it is no http(s) address, names a user or a password, its name is not known, or
            any number it stands for may not be called.
    """
    parts = _parsed(address)
    host = (parts.hostname or "").rstrip(".")
    port = _port_of(parts)
    numbers = _numbers_of(host, port)
    if not all(allowed(number) for number in numbers):
        raise Refused(
            f"The address of {host} is not on the public internet (or not only there), so it was "
            "not called. Save the file and import it instead."
        )
    return Target(
        address=parts._replace(fragment="").geturl(),
        scheme=parts.scheme,
        host=host,
        port=port,
        number=numbers[0],
    )


def _parsed(address: str) -> SplitResult:
    """The parts of an address that could be called. Raises Refused."""
    if len(address) > LONGEST_ADDRESS:
        raise Refused(f"The address is longer than {LONGEST_ADDRESS:,} characters.")
    if any(not one.isprintable() or one.isspace() or one == "\\" for one in address):
        raise Refused("The address holds blanks or signs that no address has. Copy it anew.")
    try:
        parts = urlsplit(address)
        named = parts.hostname
    except ValueError:
        raise Refused("The address cannot be read. Write https://host/path.") from None
    if parts.scheme not in _PORTS or not named:
        raise Refused("Write an address that begins with https:// or http:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise Refused(
            "The address holds a user name or a password, which would be stored and shown. Give "
            "an address that needs none, or save the file and import it."
        )
    return parts


def _port_of(parts: SplitResult) -> int:
    try:
        stated = parts.port
    except ValueError:
        stated = 0
    if stated == 0:
        raise Refused("The port of the address is no number from 1 to 65535.")
    return stated or _PORTS[parts.scheme]


def _numbers_of(host: str, port: int) -> list[IpAddress]:
    """Every number that the name service gives for a host."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"There is no host called {host[:100]}, or no way to ask.") from None
    texts = dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found)
    numbers: list[IpAddress] = [ip_address(text) for text in texts]
    if not numbers:
        raise Refused(f"There is no host called {host[:100]}.")
    return sorted(numbers, key=lambda number: number.version)
