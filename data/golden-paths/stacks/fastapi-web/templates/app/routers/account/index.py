"""Registration, and the start page of an account."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import get_db
from app.errors import Invalid
from app.pages import Form, page
from app.records import listing
from app.routers.pages.sign_in import welcome
from app.security import users
from app.security.permissions import MEMBER
from app.security.visitor import Visitor, get_visitor, signed_in, submitted
from app.services import (
<%#privates%>
    <%plural%>,
<%/privates%>
)

router = APIRouter(include_in_schema=False)


@router.get("/register")
def form(request: Request, visitor: Visitor = Depends(get_visitor)) -> Response:
    return page(request, visitor, "account/register.html", form=Form())


@router.post("/register")
def register(
    request: Request,
    data: Mapping[str, str] = Depends(submitted),
    visitor: Visitor = Depends(get_visitor),
    db: Session = Depends(get_db),
) -> Response:
    try:
        user = users.create(db, dict(data) | {"role": MEMBER, "active": "true"})
    except Invalid as invalid:
        return page(request, visitor, "account/register.html", 422, form=Form(data, invalid.errors))
    return welcome(db, user)


@router.get("/account")
def index(request: Request, visitor: Visitor = Depends(signed_in), db: Session = Depends(get_db)) -> Response:
    owner_id = visitor.user.id
    counts = {
<%#privates%>
        "<%entity%>": listing.count(db, <%plural%>.query(owner_id=owner_id)),
<%/privates%>
    }
    return page(request, visitor, "account/index.html", counts=counts)
