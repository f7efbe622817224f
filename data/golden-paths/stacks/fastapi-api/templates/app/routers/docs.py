"""The description of the API for people, made from its OpenAPI document; needs no JavaScript and no network."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import jinja2
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

TEMPLATES = Path(__file__).parents[1] / "templates"

router = APIRouter(include_in_schema=False)


@lru_cache(maxsize=1)
def template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("docs.html")


@router.get("/")
def start() -> Response:
    return RedirectResponse("/docs", 303)


@router.get("/docs")
def docs(request: Request) -> Response:
    return HTMLResponse(template().render(api=request.app.openapi()))
