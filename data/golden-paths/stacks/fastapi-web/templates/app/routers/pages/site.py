"""The pages that belong to no single kind of record."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
<%#has_catalogs%>
from sqlalchemy.orm import Session
<%/has_catalogs%>
from starlette.responses import Response

<%#has_catalogs%>
from app.database import get_db
<%/has_catalogs%>
from app.pages import page
<%#has_catalogs%>
from app.records import listing
<%/has_catalogs%>
from app.security.visitor import Visitor, get_visitor
<%#has_catalogs%>
from app.services import (
<%#catalogs%>
    <%plural%>,
<%/catalogs%>
)

SHOWN = 6
<%/has_catalogs%>

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(
    request: Request,
    visitor: Visitor = Depends(get_visitor),
<%#has_catalogs%>
    db: Session = Depends(get_db),
<%/has_catalogs%>
) -> Response:
    return page(
        request,
        visitor,
        "home.html",
<%#catalogs%>
        <%plural%>=listing.fetch(db, <%plural%>.query(), size=SHOWN).items,
<%/catalogs%>
    )


@router.get("/about")
def about(request: Request, visitor: Visitor = Depends(get_visitor)) -> Response:
    return page(request, visitor, "about.html")
