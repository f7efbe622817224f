"""Settings, read once from the environment."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DEFAULT_DATABASE = "sqlite:///data/app.db"


@dataclass(frozen=True)
class Settings:
    database_url: str
    secret_key: str | None
    bootstrap_users: tuple[dict[str, str], ...]
    secure_cookies: bool
    log_level: str
    password_cost: int


@lru_cache(maxsize=1)
def settings() -> Settings:
    env = os.environ
    return Settings(
        database_url=driver_url(env.get("DATABASE_URL") or DEFAULT_DATABASE),
        secret_key=env.get("SECRET_KEY") or None,
        bootstrap_users=tuple(json.loads(env.get("BOOTSTRAP_USERS") or "[]")),
        secure_cookies=env.get("SECURE_COOKIES", "false").lower() in {"1", "true", "yes"},
        log_level=env.get("LOG_LEVEL", "info").upper(),
        password_cost=int(env.get("PASSWORD_COST") or 15),
    )


def driver_url(url: str) -> str:
    """Name the PostgreSQL driver, because the default differs between SQLAlchemy releases."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg2://{rest}" if scheme in {"postgres", "postgresql"} else url


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; none for a server or a database in memory."""
    path = url.removeprefix("sqlite:///")
    return None if path == url or path in {"", ":memory:"} else Path(path)


@lru_cache(maxsize=1)
def signing_key() -> bytes:
    return (settings().secret_key or kept_secret(settings().database_url)).encode()


def kept_secret(database_url: str) -> str:
    """For development: a key made at the first start and kept beside the database."""
    database = database_file(database_url)
    if database is None:
        raise RuntimeError("Set SECRET_KEY: there is no database file to keep a generated key beside.")
    path = database.with_name("secret_key")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written whole under another name first: whoever comes at the same time reads one and the same key.
        fresh = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii")
