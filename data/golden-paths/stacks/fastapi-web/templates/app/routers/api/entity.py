from __future__ import annotations

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session

from app import models
from app.database import <%#has_references%>LARGEST_ID, <%/has_references%>find, get_db
from app.errors import NotFound
from app.schemas import types
from app.schemas.<%entity%> import (
<%^has_adjust%>
    <%class_name%>Changes,
<%/has_adjust%>
    <%class_name%>In,
    <%class_name%>Out,
    <%class_name%>Page,
)
from app.schemas.problem import problems
from app.security.bearer import <%#is_private%>caller<%/is_private%><%#is_inbox%><%#is_api%>caller, <%/is_api%><%/is_inbox%><%^is_private%>manager_of<%/is_private%>
<%#is_private%>
from app.security.models import AppUser
from app.security.permissions import manages
<%/is_private%>
from app.records import listing
from app.services import <%plural%> as service

router = APIRouter(prefix="/api/v1/<%slug%>", tags=[<%titles_q%>])
<%^is_private%>
manager = Depends(manager_of("<%entity%>"))
<%/is_private%>


def existing(
    record_id: int,
    db: Session = Depends(get_db),
<%#is_private%>
    user: AppUser = Depends(caller),
<%/is_private%>
) -> models.<%class_name%>:
    record = find(db, models.<%class_name%>, record_id)
<%^is_private%>
    if record is None:
<%/is_private%>
<%#is_private%>
    if record is None or (record.owner_id != user.id and not manages(user, "<%entity%>")):
<%/is_private%>
        raise NotFound
    return record


@router.get(
    "",
    response_model=<%class_name%>Page,
    summary=<%titles_q%>,
<%^is_public%>
<%^is_private%>
    dependencies=[manager],
<%/is_private%>
<%/is_public%>
<%#is_inbox%>
    dependencies=[manager],
<%/is_inbox%>
    responses=problems(<%^is_catalog%>401, <%^is_private%>403, <%/is_private%><%/is_catalog%>422),
)
def list_<%plural%>(
    q: str = Query("", max_length=200, description="Words to search for"),
    page: int = Query(1, ge=1, le=listing.LAST_PAGE),
    page_size: int = Query(listing.PAGE_SIZE, ge=1, le=100),
<%#filter_fields%>
    <%field%>: <%#is_choice%>str<%/is_choice%><%#is_boolean%>bool<%/is_boolean%><%#is_reference%>int<%/is_reference%> | None = Query(None<%#is_reference%>, ge=1, le=LARGEST_ID<%/is_reference%><%#is_choice%>, max_length=200<%/is_choice%>),
<%/filter_fields%>
<%#has_alert%>
    alert: bool = Query(False, description=<%alert_title_q%>),
<%/has_alert%>
    db: Session = Depends(get_db),
<%#is_private%>
    user: AppUser = Depends(caller),
<%/is_private%>
) -> <%class_name%>Page:
<%#has_filter_fields%>
    wanted = {
<%#filter_fields%>
        "<%field%>": <%field%>,
<%/filter_fields%>
    }
    filters = {name: value for name, value in wanted.items() if value is not None}
<%/has_filter_fields%>
<%#is_private%>
    owner_id = None if manages(user, "<%entity%>") else user.id
<%/is_private%>
    statement = service.query(q<%#has_filter_fields%>, filters<%/has_filter_fields%><%#is_private%>, owner_id=owner_id<%/is_private%><%#has_alert%>, alert=alert<%/has_alert%>)
    found = listing.fetch(db, statement, page, page_size)
    shown = [<%class_name%>Out.of(record) for record in found.items]
    return <%class_name%>Page(items=shown, total=found.total, page=page, page_size=page_size)


@router.get(
    "/{record_id:int}",
    response_model=<%class_name%>Out,
    summary="One entry",
<%^is_public%>
<%^is_private%>
    dependencies=[manager],
<%/is_private%>
<%/is_public%>
<%#is_inbox%>
    dependencies=[manager],
<%/is_inbox%>
    responses=problems(<%^is_catalog%>401, <%^is_private%>403, <%/is_private%><%/is_catalog%>404),
)
def read_<%entity%>(record: models.<%class_name%> = Depends(existing)) -> <%class_name%>Out:
    return <%class_name%>Out.of(record)


@router.post(
    "",
    response_model=<%class_name%>Out,
    status_code=201,
    summary="Add one",
<%#is_inbox%>
<%#is_api%>
    dependencies=[Depends(caller)],
<%/is_api%>
<%/is_inbox%>
<%^is_inbox%>
<%^is_private%>
    dependencies=[manager],
<%/is_private%>
<%/is_inbox%>
    responses=problems(401, <%^is_private%>403, <%/is_private%>422),
)
def create_<%entity%>(
    payload: <%class_name%>In,
    db: Session = Depends(get_db),
<%#is_private%>
    user: AppUser = Depends(caller),
<%/is_private%>
) -> <%class_name%>Out:
    data = service.DEFAULTS | types.given(payload)
<%#is_private%>
    record = service.create(db, data, user.id, member=not manages(user, "<%entity%>"))
<%/is_private%>
<%^is_private%>
    record = service.create(db, data)
<%/is_private%>
    return <%class_name%>Out.of(record)
<%^has_adjust%>


@router.patch(
    "/{record_id:int}",
    response_model=<%class_name%>Out,
    summary="Change one",
<%^is_private%>
    dependencies=[manager],
<%/is_private%>
    responses=problems(401, <%^is_private%>403, <%/is_private%>404, 422),
)
def update_<%entity%>(
    payload: <%class_name%>Changes,
    record: models.<%class_name%> = Depends(existing),
    db: Session = Depends(get_db),
<%#is_private%>
    user: AppUser = Depends(caller),
<%/is_private%>
) -> <%class_name%>Out:
    service.update(db, record, types.given(payload)<%#is_private%>, member=not manages(user, "<%entity%>")<%/is_private%>)
    return <%class_name%>Out.of(record)
<%/has_adjust%>


@router.delete(
    "/{record_id:int}",
    status_code=204,
    response_class=Response,
    summary="Delete one",
<%^is_private%>
    dependencies=[manager],
<%/is_private%>
    responses=problems(401, <%^is_private%>403, <%/is_private%>404, 409),
)
def delete_<%entity%>(record: models.<%class_name%> = Depends(existing), db: Session = Depends(get_db)) -> Response:
    service.delete(db, record)
    return Response(status_code=204)
