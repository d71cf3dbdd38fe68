"""Alembic's entry: runs the migrations on the connection it is handed. It opens no database of its own."""

from alembic import context

from intake.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
