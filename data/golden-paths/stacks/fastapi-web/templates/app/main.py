"""The application: `uvicorn app.main:app`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from app import errors, logs, middleware, routers
from app.config import settings

STATIC = Path(__file__).parent / "static"


class Files(StaticFiles):
    def lookup_path(self, path: str) -> Any:
        """No file has a NUL in its name; not every release of Starlette knows."""
        return ("", None) if "\0" in path else super().lookup_path(path)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(prepare)
    yield


def prepare() -> None:
    """Make the database ready. Imported here, because importing the app needs no database."""
    from app.migrate import upgrade
    from app.security.bootstrap import create_users

    upgrade()
    create_users()


def create_app() -> FastAPI:
    logs.configure(settings().log_level)
    app = FastAPI(
        title=<%app_title_q%>,
        description=<%tagline_q%>,
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
    )
    app.router.lifespan_context = lifespan
    app.add_middleware(middleware.BodyLimit)
    app.add_middleware(middleware.RequestLog, failed=errors.failed)
    app.add_middleware(middleware.SecurityHeaders, strict_transport=settings().secure_cookies)
    app.mount("/static", Files(directory=STATIC, check_dir=False), name="static")
    errors.install(app)
    routers.include_all(app)
    return app


app = create_app()
