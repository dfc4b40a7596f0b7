"""What Alembic runs: the migrations, on the connection and in the transaction of the caller."""

from alembic import context

from db.records import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=False,
)
context.run_migrations()
