"""Runs migrations: at start-up on the connection of the app, by `alembic` on one of its own."""

from alembic import context

from app.database import Base, engine
from app import models  # noqa: F401  (fills the metadata)


def run(connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if connection := context.config.attributes.get("connection"):
    run(connection)
else:
    with engine().begin() as own_connection:
        run(own_connection)
