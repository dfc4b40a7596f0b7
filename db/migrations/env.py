"""Environment that Alembic runs migrations in: the caller's connection and transaction."""

from alembic import context

from db.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,
)
context.run_migrations()
