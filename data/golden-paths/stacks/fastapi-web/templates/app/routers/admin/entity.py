from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models
from app.database import find, get_db
from app.errors import Invalid, NotFound
from app.filters import chosen, offered
from app.pages import Form, page, redirect
from app.records import fields, listing
from app.security.visitor import Visitor, manager_of, submitted
from app.services import <%plural%> as service

router = APIRouter(prefix="/admin/<%slug%>", include_in_schema=False)
manager = manager_of("<%entity%>")


def existing(
    record_id: int,
    _visitor: Visitor = Depends(manager),
    db: Session = Depends(get_db),
) -> models.<%class_name%>:
    record = find(db, models.<%class_name%>, record_id)
    if record is None:
        raise NotFound
    return record


@router.get("")
def index(request: Request, visitor: Visitor = Depends(manager), db: Session = Depends(get_db)) -> Response:
    query = request.query_params
    filters = chosen(service.FIELDS, service.FILTERS, query, db)
    statement = service.query(query.get("q", ""), filters<%#has_alert%>, alert="alert" in query<%/has_alert%>)
    return page(
        request,
        visitor,
        "admin/<%plural%>/list.html",
        found=listing.fetch(db, statement, listing.page_number(query.get("page", "1"))),
        filters=offered(service.FIELDS, service.FILTERS, visitor.language, db),
    )


@router.get("/new")
def new(request: Request, visitor: Visitor = Depends(manager), db: Session = Depends(get_db)) -> Response:
    form = Form(service.DEFAULTS, options=fields.options(service.FIELDS, fields.Context(db)))
    return page(request, visitor, "admin/<%plural%>/form.html", form=form, record=None)


@router.post("/new")
def create(
    request: Request,
    visitor: Visitor = Depends(manager),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        service.create(db, data<%#is_private%>, visitor.user.id, member=False<%/is_private%>)
    except Invalid as invalid:
        form = Form(data, invalid.errors, fields.options(service.FIELDS, fields.Context(db)))
        return page(request, visitor, "admin/<%plural%>/form.html", 422, form=form, record=None)
    return redirect("/admin/<%slug%>?done=saved")


@router.get("/{record_id:int}")
def edit(
    request: Request,
    record: models.<%class_name%> = Depends(existing),
    visitor: Visitor = Depends(manager),
    db: Session = Depends(get_db),
) -> Response:
    form = Form(vars(record), options=fields.options(service.FIELDS, fields.Context(db)))
    return page(request, visitor, "admin/<%plural%>/form.html", form=form, record=record)
<%^has_adjust%>


@router.post("/{record_id:int}")
def update(
    request: Request,
    record: models.<%class_name%> = Depends(existing),
    visitor: Visitor = Depends(manager),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        service.update(db, record, data<%#is_private%>, member=False<%/is_private%>)
    except Invalid as invalid:
        form = Form(data, invalid.errors, fields.options(service.FIELDS, fields.Context(db)))
        return page(request, visitor, "admin/<%plural%>/form.html", 422, form=form, record=record)
    return redirect("/admin/<%slug%>?done=saved")
<%/has_adjust%>


@router.post("/{record_id:int}/delete")
def delete(
    record: models.<%class_name%> = Depends(existing),
    _data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    service.delete(db, record)
    return redirect("/admin/<%slug%>?done=deleted")
