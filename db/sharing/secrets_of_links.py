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
_CHECKS_AT_ONCE = 2
_SECONDS_TO_WAIT = 10.0
_checks = threading.BoundedSemaphore(_CHECKS_AT_ONCE)


@dataclass(frozen=True)
class HashedPasscode:
    """A passcode as the store keeps it."""

    salt: bytes
    hash: bytes


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
    with _turn():
        return HashedPasscode(salt=salt, hash=_scrypt(passcode, salt))


def passcode_is_right(passcode: str, known: HashedPasscode) -> bool:
    """Compare in constant time; at most two at once, because each takes 32 MiB.

    Raises:
        StoreBusy: ten seconds passed without a turn.
    """
    with _turn():
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


@contextmanager
def _turn() -> Iterator[None]:
    if not _checks.acquire(timeout=_SECONDS_TO_WAIT):
        raise StoreBusy("Too many passcodes are being checked. Try again in a moment.")
    try:
        yield
    finally:
        _checks.release()
