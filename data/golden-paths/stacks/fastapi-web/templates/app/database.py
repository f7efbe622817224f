"""The database: one engine per process, one session per request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, orm, pool

from app.config import database_file, settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
LARGEST_ID = 2**31 - 1


def exact(digits: int, places: int) -> Any:
    """A decimal number: NUMERIC, or in SQLite, which has none, a float that is rounded to its places when it is read."""
    return sa.Numeric(digits, places).with_variant(sa.Float(asdecimal=True, decimal_return_scale=places), "sqlite")


MONEY = exact(12, 2)
DECIMAL = exact(14, 4)


class Base(orm.declarative_base(metadata=sa.MetaData(naming_convention=NAMING))):  # type: ignore[misc]
    __abstract__ = True
    __allow_unmapped__ = True


@lru_cache(maxsize=1)
def engine() -> sa.engine.Engine:
    url = settings().database_url
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False, "timeout": 15}}
    if file := database_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    else:
        options["poolclass"] = pool.StaticPool
    sqlite = sa.create_engine(url, **options)
    event.listen(sqlite, "connect", prepare_sqlite)
    return sqlite


def prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def new_session() -> orm.Session:
    return orm.Session(engine(), expire_on_commit=False, future=True)


def get_db() -> Iterator[orm.Session]:
    with new_session() as session:
        yield session


def find(db: orm.Session, model: type[Any], record_id: int) -> Any | None:
    """The record with this number; a number no column can hold finds nothing."""
    return db.get(model, record_id) if 0 < record_id <= LARGEST_ID else None


def one_writer(db: orm.Session, table: str) -> None:
    """Let one writer at a time past this point, so that a check and the write it allows belong together."""
    connection = db.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:table))"), {"table": table})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
