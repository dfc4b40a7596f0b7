"""Tokens, visits and passcodes: made at random, shown once, kept only as what they hash to."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from db.errors import Refused, StoreBusy
from db.sharing.passcode_words import WORDS

SHORTEST_PASSCODE = 8
LONGEST_PASSCODE = 256
WORDS_IN_A_PASSCODE = 6
#: A token is 43 characters; nothing much longer is even hashed.
LONGEST_TOKEN = 200

#: scrypt as OWASP's Password Storage Cheat Sheet has it (N = 2^15, r = 8, p = 3), 32 MiB a check.
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 2**15, 8, 3
_SCRYPT_MEMORY = 64 * 1024 * 1024
_SALT_BYTES = 16


@dataclass(frozen=True)
class HashedPasscode:
    """A passcode as the store keeps it."""

    salt: bytes
    hash: bytes


class Turns:
    """Places at the check of passcodes: few at once, few that wait, and one for each client.

    Each check takes 32 MiB, and whoever waits holds a thread of the server.
    """

    def __init__(self, *, at_once: int = 2, waiting: int = 6) -> None:
        self.free = threading.BoundedSemaphore(at_once)
        self._places = at_once + waiting
        self._clients: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Wait for a turn, if there is a place to wait at.

        Raises:
            StoreBusy: at once, where all places are taken or one of them by this client.
        """
        with self._lock:
            if client in self._clients or len(self._clients) >= self._places:
                raise StoreBusy("Too many passcodes are being checked. Try again in a moment.")
            self._clients.add(client)
        try:
            with self.free:
                yield
        finally:
            with self._lock:
                self._clients.remove(client)


TURNS = Turns()


def new_secret() -> str:
    """Return 256 random bits as text that goes into an address: a token or a visit."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """Return the SHA-256 of a token or visit. Random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_passcode() -> str:
    """Return six words from a list of 512: 54 bits, easy to read out on the telephone."""
    return " ".join(secrets.choice(WORDS) for _ in range(WORDS_IN_A_PASSCODE))


def checked_passcode(text: str) -> str:
    """Return a passcode that somebody chose.

    Raises:
        Refused: it is too short or too long.
    """
    passcode = text.strip()
    if not SHORTEST_PASSCODE <= len(passcode) <= LONGEST_PASSCODE:
        raise Refused(
            f"A passcode has {SHORTEST_PASSCODE} to {LONGEST_PASSCODE} characters. "
            "Write a longer one, or let six words be made for you."
        )
    return passcode


def hash_passcode(passcode: str) -> HashedPasscode:
    """Hash a new passcode with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    with TURNS.free:
        return HashedPasscode(salt=salt, hash=_scrypt(passcode, salt))


def passcode_is_right(
    passcode: str, known: HashedPasscode, *, client: str, turns: Turns = TURNS
) -> bool:
    """Compare in constant time.

    Raises:
        StoreBusy: there is no place for this check.
    """
    with turns.turn(client):
        return hmac.compare_digest(_scrypt(passcode.strip(), known.salt), known.hash)


def _scrypt(passcode: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        passcode.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=_SCRYPT_N,
        r=_SCRYPT_R,
        p=_SCRYPT_P,
        maxmem=_SCRYPT_MEMORY,
        dklen=32,
    )
