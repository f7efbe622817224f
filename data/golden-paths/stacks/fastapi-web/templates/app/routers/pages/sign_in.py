"""Signing in and out."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import get_db
from app.messages import translate
from app.pages import Form, page, redirect
from app.security.models import AppUser
from app.security.permissions import is_staff
from app.security.sessions import LIFETIME, close_session, open_session
from app.security.sign_in import TooManyAttempts, authenticate
from app.security.visitor import SESSION_COOKIE, Visitor, cookie_flags, get_visitor, submitted

router = APIRouter(include_in_schema=False)


@router.get("/login")
def form(request: Request, visitor: Visitor = Depends(get_visitor)) -> Response:
    target = request.query_params.get("next", "")
    if visitor.user:
        return redirect(safe_path(target) or start_page(visitor.user))
    return page(request, visitor, "login.html", form=Form(), next=safe_path(target), problem="")


@router.post("/login")
def sign_in(
    request: Request,
    data: Mapping[str, str] = Depends(submitted),
    visitor: Visitor = Depends(get_visitor),
    db: Session = Depends(get_db),
) -> Response:
    target = safe_path(data.get("next", ""))
    address = request.client.host if request.client else ""
    context = {"form": Form({"email": data.get("email", "")}), "next": target}
    try:
        user = authenticate(db, data.get("email", ""), data.get("password", ""), address)
    except TooManyAttempts as limit:
        problem = translate(visitor.language, "sign_in_limited", minutes=limit.seconds // 60)
        response = page(request, visitor, "login.html", 429, problem=problem, **context)
        response.headers["Retry-After"] = str(limit.seconds)
        return response
    if user is None:
        problem = translate(visitor.language, "sign_in_failed")
        return page(request, visitor, "login.html", 422, problem=problem, **context)
    return welcome(db, user, target)


@router.post("/logout")
def sign_out(
    _data: Mapping[str, str] = Depends(submitted),
    visitor: Visitor = Depends(get_visitor),
    db: Session = Depends(get_db),
) -> Response:
    close_session(db, visitor.session)
    response = redirect("/?done=signed_out")
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def welcome(db: Session, user: AppUser, target: str = "") -> Response:
    response = redirect(target or start_page(user))
    seconds = int(LIFETIME.total_seconds())
    response.set_cookie(SESSION_COOKIE, open_session(db, user), max_age=seconds, **cookie_flags())
    return response


def start_page(user: AppUser) -> str:
    return "/admin" if is_staff(user) else "<%#has_accounts%>/account<%/has_accounts%><%^has_accounts%>/<%/has_accounts%>"


def safe_path(target: str) -> str:
    """The target when it is a path of this site, else nothing: a link to our login leads nowhere else."""
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if ours else ""
