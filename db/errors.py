"""Refusals of the store, each one sentence for the reader."""


class StoreError(Exception):
    """The store cannot do what was asked; the message says why and what to do."""


class StoreNotReady(StoreError):
    """The store does not exist yet, or was made by another version of Downstream."""


class StoreBusy(StoreError):
    """Somebody else was writing for too long; nothing was saved."""


class PortfolioNotFound(StoreError):
    """No portfolio has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no portfolio named “{name}”. "
            "Import an inventory under this name, or pick one from the list of portfolios."
        )
        self.name = name


class PortfolioArchived(PortfolioNotFound):
    """The portfolio of this name is put away."""

    def __init__(self, name: str) -> None:
        StoreError.__init__(
            self,
            f"The portfolio “{name}” is archived. Bring it back on the page Import, or with "
            f"“downstream portfolios unarchive”.",
        )
        self.name = name


class BatchNotFound(StoreError):
    """No import has this number."""

    def __init__(self, batch: int) -> None:
        super().__init__(f"There is no batch {batch}. See the list of batches for their numbers.")
        self.batch = batch


class AliasNotFound(StoreError):
    """Nobody decided what this spelling stands for."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Nobody decided what “{text}” stands for. "
            "“downstream aliases list” shows the decisions that there are."
        )
        self.text = text


class Refused(StoreError):
    """The request contradicts what the store holds or holds to be true."""


class AskedToWait(Refused):
    """Another host wants to be asked less often; ``seconds`` says when again, None: it does not."""

    def __init__(self, host: str, seconds: float | None) -> None:
        wait = "" if seconds is None else f"; it says to wait {seconds:,.0f} seconds"
        super().__init__(f"{host} wants to be asked less often{wait}. Nothing was read.")
        self.seconds = seconds


class ShareNotFound(StoreError):
    """No share link has this number."""

    def __init__(self, share: int) -> None:
        super().__init__(
            f"There is no share link {share}. “downstream share list” shows their numbers."
        )
        self.share = share


class ShareNotAvailable(StoreError):
    """A link does not open, whatever the reason: unknown, expired, revoked, or not for this one."""

    def __init__(self) -> None:
        super().__init__("This link is not available. Ask whoever sent it to you for a new one.")


class PasscodeNeeded(StoreError):
    """The link opens with a passcode, which was not given or is wrong."""


class TooManyAttempts(StoreError):
    """Somebody failed too often; ``seconds`` says how long to wait."""

    def __init__(self, seconds: float) -> None:
        minutes = max(1, round(seconds / 60 + 0.49))
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many attempts. Wait {wait} and try again.")
        self.seconds = seconds


class TokenNotFound(StoreError):
    """No token has this number."""

    def __init__(self, token: int) -> None:
        super().__init__(
            f"There is no token {token}. “downstream tokens list” shows their numbers."
        )
        self.token = token


class TokenNotAccepted(StoreError):
    """A token lets nobody in, whatever the reason: unknown, expired or revoked."""

    def __init__(self) -> None:
        super().__init__(
            "This token is not accepted. Make a new one on the page People or with "
            "“downstream tokens create”."
        )


class TooManyRequests(StoreError):
    """A token was used too often within a minute; ``seconds`` says how long to wait."""

    def __init__(self, per_minute: int, seconds: float) -> None:
        super().__init__(
            f"This token may send {per_minute:,} requests a minute. Wait {seconds:.0f} seconds, or "
            "make a token that may send more."
        )
        self.seconds = seconds


class JobNotFound(StoreError):
    """No job of this token has this name."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such job, or no longer. What was imported stands in “batches”."
        )


class TooManyJobs(StoreError):
    """A token has as many unfinished jobs as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} jobs of this token are not done yet. Wait for one.")


class KeyUsedOtherwise(StoreError):
    """An Idempotency-Key belongs to another request, or to one that has no answer to repeat."""


class AnswerNotKept(StoreError):
    """A call was done, and its answer was too long or made room for newer ones."""

    def __init__(self) -> None:
        super().__init__(
            "It was done, but its answer is not kept: it was too long, or newer ones took its "
            "room. “batches” and “audit list” say what was written."
        )


class CorrectionNotFound(StoreError):
    """No correction has this number."""

    def __init__(self, correction: int) -> None:
        super().__init__(
            f"There is no correction {correction}. “downstream correction list” shows them."
        )
        self.correction = correction


class FormNotFound(ShareNotFound):
    """No share link of this number asks questions."""

    def __init__(self, share: int) -> None:
        StoreError.__init__(
            self,
            f"Share link {share} asks no questions. “downstream questions list” shows those that "
            "do.",
        )
        self.share = share
