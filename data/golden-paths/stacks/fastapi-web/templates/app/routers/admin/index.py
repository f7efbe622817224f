"""The start page of the administration: what is there, what is new and what needs attention."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import get_db
from app.pages import page
from app.records import listing
from app.security.visitor import Visitor, staff
from app.services import (
<%#entities%>
    <%plural%>,
<%/entities%>
)

LATEST = 5
QUERIES: dict[str, Any] = {
<%#entities%>
    "<%entity%>": <%plural%>.query,
<%/entities%>
}
<%#has_alerts%>
ALERTS: dict[str, Any] = {
<%#alerts%>
    "<%entity%>": <%plural%>.query(alert=True),
<%/alerts%>
}
<%/has_alerts%>

router = APIRouter(include_in_schema=False)


@router.get("/admin")
def index(request: Request, visitor: Visitor = Depends(staff), db: Session = Depends(get_db)) -> Response:
    found = {
        entity: listing.fetch(db, query(), size=LATEST) for entity, query in QUERIES.items() if visitor.manages(entity)
    }
    return page(
        request,
        visitor,
        "admin/index.html",
        counts={entity: records.total for entity, records in found.items()},
        latest={entity: records.items for entity, records in found.items()},
<%#has_alerts%>
        alerts={
            entity: listing.fetch(db, statement).items
            for entity, statement in ALERTS.items()
            if visitor.manages(entity)
        },
<%/has_alerts%>
    )
