from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models
from app.database import find, get_db
from app.errors import Invalid, NotFound
from app.pages import Form, page, redirect
from app.records import fields, listing
from app.security.visitor import Visitor, signed_in, submitted
from app.services import <%plural%> as service

router = APIRouter(prefix="/account/<%slug%>", include_in_schema=False)


def own(
    record_id: int,
    visitor: Visitor = Depends(signed_in),
    db: Session = Depends(get_db),
) -> models.<%class_name%>:
    """The record, if it is there and belongs to the visitor; what belongs to others does not exist here."""
    record = find(db, models.<%class_name%>, record_id)
    if record is None or record.owner_id != visitor.user.id:
        raise NotFound
    return record


@router.get("")
def index(request: Request, visitor: Visitor = Depends(signed_in), db: Session = Depends(get_db)) -> Response:
    statement = service.query(owner_id=visitor.user.id)
    found = listing.fetch(db, statement, listing.page_number(request.query_params.get("page", "1")))
    return page(request, visitor, "account/<%plural%>/list.html", found=found)


@router.get("/new")
def new(request: Request, visitor: Visitor = Depends(signed_in), db: Session = Depends(get_db)) -> Response:
    form = Form(service.DEFAULTS, options=offered(db, visitor))
    return page(request, visitor, "account/<%plural%>/form.html", form=form, record=None)


@router.post("/new")
def create(
    request: Request,
    visitor: Visitor = Depends(signed_in),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        service.create(db, data, visitor.user.id, member=True)
    except Invalid as invalid:
        form = Form(data, invalid.errors, offered(db, visitor))
        return page(request, visitor, "account/<%plural%>/form.html", 422, form=form, record=None)
    return redirect("/account/<%slug%>?done=saved")
<%^has_adjust%>


@router.get("/{record_id:int}")
def edit(
    request: Request,
    record: models.<%class_name%> = Depends(own),
    visitor: Visitor = Depends(signed_in),
    db: Session = Depends(get_db),
) -> Response:
    form = Form(vars(record), options=offered(db, visitor))
    return page(request, visitor, "account/<%plural%>/form.html", form=form, record=record)


@router.post("/{record_id:int}")
def update(
    request: Request,
    record: models.<%class_name%> = Depends(own),
    visitor: Visitor = Depends(signed_in),
    data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    try:
        service.update(db, record, data, member=True)
    except Invalid as invalid:
        form = Form(data, invalid.errors, offered(db, visitor))
        return page(request, visitor, "account/<%plural%>/form.html", 422, form=form, record=record)
    return redirect("/account/<%slug%>?done=saved")
<%/has_adjust%>


@router.post("/{record_id:int}/delete")
def delete(
    record: models.<%class_name%> = Depends(own),
    _data: Mapping[str, str] = Depends(submitted),
    db: Session = Depends(get_db),
) -> Response:
    service.delete(db, record)
    return redirect("/account/<%slug%>?done=deleted")


def offered(db: Session, visitor: Visitor) -> dict[str, list[tuple[int, str]]]:
    return fields.options(service.FIELDS, fields.Context(db, visitor.user.id))
