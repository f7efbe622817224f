from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models
from app.database import find, get_db
from app.errors import NotFound
from app.filters import chosen, offered
from app.pages import page
from app.records import listing
from app.security.visitor import Visitor, get_visitor
from app.services import <%plural%> as service

router = APIRouter(prefix="/<%slug%>", include_in_schema=False)


@router.get("")
def index(request: Request, visitor: Visitor = Depends(get_visitor), db: Session = Depends(get_db)) -> Response:
    query = request.query_params
    statement = service.query(query.get("q", ""), chosen(service.FIELDS, service.FILTERS, query, db))
    found = listing.fetch(db, statement, listing.page_number(query.get("page", "1")))
    filters = offered(service.FIELDS, service.FILTERS, visitor.language, db)
    return page(request, visitor, "site/<%plural%>/list.html", found=found, filters=filters)


@router.get("/{record_id:int}")
def detail(
    record_id: int, request: Request, visitor: Visitor = Depends(get_visitor), db: Session = Depends(get_db)
) -> Response:
    record = find(db, models.<%class_name%>, record_id)
    if record is None:
        raise NotFound
    return page(request, visitor, "site/<%plural%>/detail.html", record=record)
