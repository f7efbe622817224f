"""Turns templates into pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import messages
from app.messages import Message, message
from app.security.permissions import ROLES
from app.security.visitor import CSRF_COOKIE, <%#multilingual%>LANGUAGE_COOKIE, <%/multilingual%>Visitor, cookie_flags, stranger

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Form:
    """What stands in a form: what was typed, what is wrong with it, and what there is to choose from."""

    data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Message] = field(default_factory=dict)
    options: Mapping[str, list[tuple[int, str]]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        value = self.data.get(name)
        if isinstance(value, datetime):
            return value.isoformat(timespec="minutes")
        if isinstance(value, time):
            return clock(value)
        return "" if value is None else str(value)

    def checked(self, name: str) -> bool:
        return self.value(name).lower() in {"true", "on", "1", "yes"}


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"static": static, "roles": ROLES, "languages": messages.LANGUAGES}
    environment.filters |= {"money": money, "day": day, "moment": moment, "clock": clock}
    environment.filters |= {"number": number, "plain": plain}
    return environment


@cache
def static(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep the file."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def page(request: Request, visitor: Visitor, template: str, status: int = 200, **context: Any) -> Response:
    source = templates().get_template(template)
    html = source.render(
        t=partial(messages.translate, visitor.language),
        w=partial(messages.word, visitor.language),
        visitor=visitor,
        path=request.url.path,
        query=request.query_params,
        link=partial(link, request),
        **context,
    )
    response = HTMLResponse(html, status)
    if request.cookies.get(CSRF_COOKIE) != visitor.csrf_seed:
        response.set_cookie(CSRF_COOKIE, visitor.csrf_seed, **cookie_flags())
<%#multilingual%>
    if request.query_params.get("lang") == visitor.language:
        response.set_cookie(LANGUAGE_COOKIE, visitor.language, max_age=365 * 24 * 60 * 60, **cookie_flags())
<%/multilingual%>
    return response


def error_page(request: Request, status: int, reason: Message | None, headers: Mapping[str, str] | None) -> Response:
    visitor = getattr(request.state, "visitor", None) or stranger(request)
    catalogue = messages.catalogue(visitor.language)["ui"]
    title = f"error_{status}_title" if f"error_{status}_title" in catalogue else "error_title"
    text = reason or message(f"error_{status}" if f"error_{status}" in catalogue else "error_400")
    response = page(request, visitor, "error.html", status, title=title, text=text.text(visitor.language))
    response.headers.update(headers or {})
    return response


def redirect(path: str) -> Response:
    return RedirectResponse(path, 303)


def link(request: Request, **changes: Any) -> str:
    """The present address with some of its query changed."""
    query = {name: value for name, value in request.query_params.items() if name not in {"done", *changes}}
    query |= {name: value for name, value in changes.items() if value is not None}
    return "?" + urlencode(query)


def plain(value: Any) -> str:
    return "–" if value is None or value == "" else str(value)


def money(value: Any) -> str:
    return "–" if value is None else f"{value:,.2f}"


def number(value: Any) -> str:
    return "–" if value is None else f"{value.normalize():,f}"


def day(value: Any) -> str:
    return "–" if value is None else f"{value:%d %b %Y}"


def clock(value: Any) -> str:
    return "–" if value is None else f"{value:%H:%M}"


def moment(value: Any) -> str:
    return "–" if value is None else f"{value:%d %b %Y, %H:%M}"
