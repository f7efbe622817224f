"""Users and their roles; for administrators only."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import find, get_db
from app.errors import Invalid, NotFound
from app.messages import word
from app.pages import Form, page, redirect
from app.records import listing
from app.security import users
from app.security.models import AppUser
from app.security.permissions import ROLES
from app.security.visitor import Visitor, admin, submitted

router = APIRouter(prefix="/admin/users", include_in_schema=False)


def existing(record_id: int, _visitor: Visitor = Depends(admin), db: Session = Depends(get_db)) -> AppUser:
    user = find(db, AppUser, record_id)
    if user is None:
        raise NotFound
    return user


@router.get("")
def index(request: Request, visitor: Visitor = Depends(admin), db: Session = Depends(get_db)) -> Response:
    query = request.query_params
    found = listing.fetch(db, users.query(query.get("q", "")), listing.page_number(query.get("page", "1")))
    return page(request, visitor, "admin/user_accounts.html", found=found)


@router.get("/new")
def new(request: Request, visitor: Visitor = Depends(admin)) -> Response:
    return form_page(request, visitor, {"active": True})


@router.post("/new")
def create(
    request: Request,
    visitor: Visitor = Depends(admin),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        users.create(db, data)
    except Invalid as invalid:
        return form_page(request, visitor, data, invalid)
    return redirect("/admin/users?done=saved")


@router.get("/{record_id:int}")
def edit(request: Request, user: AppUser = Depends(existing), visitor: Visitor = Depends(admin)) -> Response:
    return form_page(request, visitor, vars(user), user=user)


@router.post("/{record_id:int}")
def update(
    request: Request,
    user: AppUser = Depends(existing),
    visitor: Visitor = Depends(admin),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        users.update(db, user, data, acting=visitor.user)
    except Invalid as invalid:
        return form_page(request, visitor, data, invalid, user)
    return redirect("/admin/users?done=saved")


def form_page(
    request: Request, visitor: Visitor, data: Mapping, invalid: Invalid | None = None, user: AppUser | None = None
) -> Response:
    roles = [(role, word(visitor.language, title)) for role, title in ROLES.items()]
    form = Form(data, invalid.errors if invalid else {}, {"role": roles})
    return page(request, visitor, "admin/user_account.html", 422 if invalid else 200, form=form, user=user)
