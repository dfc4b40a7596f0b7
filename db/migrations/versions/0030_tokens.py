"""Tokens of programs, and how often each was used.

Revision ID: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", ROW_NUMBER, primary_key=True),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("portfolio_id", ROW_NUMBER, sa.ForeignKey("portfolios.id")),
        sa.Column("team", sa.Text()),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_by_person", ROW_NUMBER),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoked_by", sa.Text()),
        sa.Column("last_used_at", MOMENT),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("per_minute > 0", name="per_minute"),
        sa.UniqueConstraint("secret_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "token_uses",
        sa.Column(
            "token_id",
            ROW_NUMBER,
            sa.ForeignKey("tokens.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("minute", MOMENT, primary_key=True),
        sa.Column("uses", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("token_uses")
    op.drop_table("tokens")
