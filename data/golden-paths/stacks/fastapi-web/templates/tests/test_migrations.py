"""The migrations build exactly what the models describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app import models
from app.database import Base, engine
from app.migrate import upgrade
from app.security.bootstrap import create_users
from tests.browser import Browser


def test_models_and_migrations_agree(anyone: Browser) -> None:
    assert models.AppUser.__table__ in Base.metadata.tables.values()
    with engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_second_start_changes_nothing(anyone: Browser) -> None:
    upgrade()
    create_users()
    assert anyone.get("/healthz").status_code == 200
