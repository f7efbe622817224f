"""Who asks for a page, and what they may do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.config import settings
from app.database import get_db
from app.errors import Forbidden, SignInNeeded
from app.messages import DEFAULT_LANGUAGE<%#multilingual%>, LANGUAGES<%/multilingual%>
from app.security import permissions
from app.security.models import AppUser
from app.security.sessions import user_of
from app.security.signing import matches, sign

SESSION_COOKIE = "session"
CSRF_COOKIE = "visitor"
<%#multilingual%>
LANGUAGE_COOKIE = "language"
<%/multilingual%>
CSRF_FIELD = "csrf_token"


@dataclass(frozen=True)
class Visitor:
    user: AppUser | None
    language: str
    session: str
    csrf_seed: str

    @property
    def csrf_token(self) -> str:
        """Bound to this browser and this sign-in, so that a token of before is worth nothing after."""
        return sign("csrf", f"{self.csrf_seed}:{self.session}")

    @property
    def is_staff(self) -> bool:
        return self.user is not None and permissions.is_staff(self.user)

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.role == permissions.ADMIN

    def manages(self, entity: str) -> bool:
        return self.user is not None and permissions.manages(self.user, entity)


def stranger(request: Request) -> Visitor:
    seed = request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(16)
    return Visitor(None, language_of(request), "", seed)


def get_visitor(request: Request, db: Session = Depends(get_db)) -> Visitor:
    token = request.cookies.get(SESSION_COOKIE, "")
    user = user_of(db, token) if token else None
    nobody = stranger(request)
    visitor = Visitor(user, nobody.language, token if user else "", nobody.csrf_seed)
    request.state.visitor = visitor
    return visitor


<%#multilingual%>
def language_of(request: Request) -> str:
    """What was chosen, else what the browser prefers, else the first language of the site."""
    chosen = [request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")]
    preferred = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((code for code in chosen + preferred if code in LANGUAGES), DEFAULT_LANGUAGE)
<%/multilingual%>
<%^multilingual%>
def language_of(_request: Request) -> str:
    return DEFAULT_LANGUAGE
<%/multilingual%>


def refuse(visitor: Visitor) -> NoReturn:
    raise SignInNeeded if visitor.user is None else Forbidden
<%#has_accounts%>


def signed_in(visitor: Visitor = Depends(get_visitor)) -> Visitor:
    if visitor.user is None:
        refuse(visitor)
    return visitor
<%/has_accounts%>


def staff(visitor: Visitor = Depends(get_visitor)) -> Visitor:
    if not visitor.is_staff:
        refuse(visitor)
    return visitor


def admin(visitor: Visitor = Depends(get_visitor)) -> Visitor:
    if not visitor.is_admin:
        refuse(visitor)
    return visitor


def manager_of(entity: str) -> Callable[[Visitor], Visitor]:
    """Lets those through whose role manages the entity."""

    def manager(visitor: Visitor = Depends(get_visitor)) -> Visitor:
        if not visitor.manages(entity):
            refuse(visitor)
        return visitor

    return manager


async def body_of(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True))


def submitted(
    request: Request, data: dict[str, str] = Depends(body_of), visitor: Visitor = Depends(get_visitor)
) -> Mapping[str, str]:
    """The fields of a form that was sent from one of our own pages."""
    if CSRF_COOKIE not in request.cookies or not matches(
        data.get(CSRF_FIELD, ""), "csrf", f"{visitor.csrf_seed}:{visitor.session}"
    ):
        raise Forbidden("error_csrf")
    return data


def cookie_flags() -> dict[str, object]:
    return {"httponly": True, "samesite": "lax", "secure": settings().secure_cookies, "path": "/"}
