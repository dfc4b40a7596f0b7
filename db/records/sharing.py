"""Links for outsiders: what each shows and to whom, who opened it, and what came back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.records.base import NEVER_REUSED, Base, Identifier, Name, RowNumber


class ShareLinkRecord(Base):
    """One link. Of its token only the SHA-256 is kept, of its passcode a salted scrypt.

    ``purpose`` is NULL for a link that shows something, and ``questions`` for one that asks a
    startup what is frozen with it. ``startup`` NULL: the whole portfolio. ``view`` is the page's
    state that a live link brings back, ``redacted`` what is left out of whatever the link shows.
    ``made_by_person`` is who signed in, if anybody had to.
    """

    __tablename__ = "share_links"
    __table_args__ = (
        CheckConstraint("kind IN ('live', 'snapshot')", name="kind"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    portfolio_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("portfolios.id"))
    portfolio: Mapped[Name]
    startup: Mapped[str | None]
    view: Mapped[dict[str, Any] | None]
    redacted: Mapped[list[str]]
    passcode_salt: Mapped[bytes | None]
    passcode_hash: Mapped[bytes | None]
    made_by: Mapped[Name]
    made_by_person: Mapped[int | None] = mapped_column(RowNumber)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    purpose: Mapped[str | None] = mapped_column(String(16))


class SnapshotRecord(Base):
    """What a snapshot shows, or the questions of a form; triggers refuse to change or delete it.

    ``digest`` is the SHA-256 of ``content``. ``places`` says which rows of the register the content
    speaks of, for corrections; it is never shown.
    """

    __tablename__ = "snapshots"

    link_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("share_links.id"), primary_key=True, autoincrement=False
    )
    content: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    places: Mapped[list[str]]


class ShareVisitRecord(Base):
    """One opening of a link: a browser that may look at it until ``ends_at``."""

    __tablename__ = "share_visits"
    __table_args__ = (Index(None, "link_id"),)

    id: Mapped[Identifier]
    visit_digest: Mapped[str] = mapped_column(String(64), unique=True)
    link_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("share_links.id"))
    client: Mapped[Name]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class ShareAttemptRecord(Base):
    """One failed try or taken file, kept for an hour to count how many there were."""

    __tablename__ = "share_attempts"
    __table_args__ = (
        Index(None, "kind", "client", "at"),
        Index(None, "link_id", "at"),
    )

    id: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(16))
    link_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("share_links.id"))
    client: Mapped[Name]
    at: Mapped[datetime]


class SharingRecord(Base):
    """What holds for all links; one row. ``address``: where the dashboard was last served here."""

    __tablename__ = "sharing"

    id: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    longest_days: Mapped[int]
    address: Mapped[str | None]


class CorrectionRecord(Base):
    """What the reader of a one-startup snapshot says is wrong, until somebody decides.

    ``items`` are the proposed values; ``accepted`` numbers those of them that were taken over.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("decision IN ('accepted', 'declined')", name="decision"),
        Index(None, "link_id"),
        NEVER_REUSED,
    )

    id: Mapped[Identifier]
    link_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("share_links.id"))
    items: Mapped[list[dict[str, Any]]]
    message: Mapped[str | None]
    proposed_by: Mapped[str | None]
    proposed_at: Mapped[datetime]
    decision: Mapped[str | None] = mapped_column(String(16))
    accepted: Mapped[list[int] | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    batch_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("batches.id"))


class QuestionFormRecord(Base):
    """A form of questions to one startup, and what became of it; its questions are frozen.

    ``sent_at``: when somebody sent the answers. ``correction_id``: the diff that these became, if
    they propose anything for the register.
    """

    __tablename__ = "question_forms"

    link_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("share_links.id"), primary_key=True, autoincrement=False
    )
    due_on: Mapped[date]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None]
    correction_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("corrections.id"))


class QuestionAnswerRecord(Base):
    """The last answer to one question of a form; ``answer`` NULL: whoever answers does not know.

    ``about`` tells the fact apart from all others of its startup, so that what somebody did not
    know is not asked again; NULL for what is no fact of the register.
    """

    __tablename__ = "question_answers"

    link_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("question_forms.link_id"), primary_key=True, autoincrement=False
    )
    question: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answer: Mapped[str | None]
    about: Mapped[str | None]
    said_by: Mapped[str | None]
    said_at: Mapped[datetime]


class QuestionFileRecord(Base):
    """A file that came with answers, as it was sent; nobody has opened it yet."""

    __tablename__ = "question_files"
    __table_args__ = (Index(None, "link_id"), NEVER_REUSED)

    id: Mapped[Identifier]
    link_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("question_forms.link_id"))
    file_name: Mapped[Name]
    kind: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes]
    said_by: Mapped[str | None]
    said_at: Mapped[datetime]
