from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import get_db
from app.errors import Invalid
from app.pages import Form, page, redirect
from app.records import fields
from app.security.visitor import Visitor, get_visitor, submitted
from app.services import <%plural%> as service

router = APIRouter(prefix="/<%slug%>", include_in_schema=False)


@router.get("/new")
def new(request: Request, visitor: Visitor = Depends(get_visitor), db: Session = Depends(get_db)) -> Response:
    filled = service.DEFAULTS | dict(request.query_params)
    form = Form(filled, options=fields.options(service.FIELDS, fields.Context(db)))
    return page(request, visitor, "site/<%plural%>/form.html", form=form)


@router.post("/new")
def create(
    request: Request,
    data: Mapping[str, str] = Depends(submitted),
    visitor: Visitor = Depends(get_visitor),
    db: Session = Depends(get_db),
) -> Response:
    try:
        record = service.create(db, data)
    except Invalid as invalid:
        form = Form(data, invalid.errors, fields.options(service.FIELDS, fields.Context(db)))
        return page(request, visitor, "site/<%plural%>/form.html", 422, form=form)
    return redirect(f"/<%slug%>/thanks?reference={record.id:06d}")


@router.get("/thanks")
def thanks(request: Request, visitor: Visitor = Depends(get_visitor)) -> Response:
    reference = request.query_params.get("reference", "")
    known = reference if reference.isascii() and reference.isdigit() and len(reference) < 12 else ""
    return page(request, visitor, "site/<%plural%>/thanks.html", reference=known)
