"""Brings the database to the newest migration; runs at every start."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from app.database import engine

SCRIPTS = Path(__file__).parent.parent / "migrations"


def upgrade() -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            # Several workers may start at once; the first one migrates, the others find nothing left to do.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('migrations'))"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
