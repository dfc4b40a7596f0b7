"""Forms of questions to startups: what is asked through a link, what was answered, and files.

Revision ID: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("share_links", sa.Column("purpose", sa.String(16)))
    op.create_table(
        "question_forms",
        sa.Column(
            "link_id",
            ROW_NUMBER,
            sa.ForeignKey("share_links.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("sent_by", sa.Text()),
        sa.Column("correction_id", ROW_NUMBER, sa.ForeignKey("corrections.id")),
    )
    op.create_table(
        "question_answers",
        sa.Column(
            "link_id",
            ROW_NUMBER,
            sa.ForeignKey("question_forms.link_id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("question", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("answer", sa.Text()),
        sa.Column("about", sa.Text()),
        sa.Column("said_by", sa.Text()),
        sa.Column("said_at", MOMENT, nullable=False),
    )
    op.create_table(
        "question_files",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("link_id", ROW_NUMBER, sa.ForeignKey("question_forms.link_id"), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("said_by", sa.Text()),
        sa.Column("said_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_files_link_id", "question_files", ["link_id"])


def downgrade() -> None:
    # An older edition cannot show a form: its link ends. What was accepted of its answers stays.
    op.drop_table("question_files")
    op.drop_table("question_answers")
    op.drop_table("question_forms")
    op.execute(
        "UPDATE share_links SET revoked_at = made_at, revoked_by = 'an older edition'"
        " WHERE purpose IS NOT NULL AND revoked_at IS NULL"
    )
    op.drop_column("share_links", "purpose")
