from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import models
from app.database import one_writer
<%#has_rules%>
from app.errors import <%#has_adjust%>Conflict, <%/has_adjust%>Invalid
from app.messages import message
<%/has_rules%>
from app.records import fields, <%#has_search_fields%>listing, <%/has_search_fields%>saving

FIELDS = (
<%#fields%>
<%#is_choice%>
    fields.Choice(
        "<%field%>",
<%#required%>
        required=True,
<%/required%>
        choices=(
<%#choices%>
            <%choice_q%>,
<%/choices%>
        ),
    ),
<%/is_choice%>
<%^is_choice%>
    fields.<%check%>("<%field%>"<%#required%>, required=True<%/required%><%#has_max_length%>, max_length=<%max_length%><%/has_max_length%><%#is_number%><%#has_min%>, minimum="<%min%>"<%/has_min%><%#has_max%>, maximum="<%max%>"<%/has_max%><%/is_number%><%#future%>, future=True<%/future%><%#is_reference%>, model=models.<%target_class%><%/is_reference%>),
<%/is_choice%>
<%/fields%>
)
<%#is_web%>
<%#has_filter_fields%>
FILTERS = {
<%#filter_fields%>
    "<%field%>": <%label_q%>,
<%/filter_fields%>
}
<%/has_filter_fields%>
<%^has_filter_fields%>
FILTERS: dict[str, str] = {}
<%/has_filter_fields%>
<%/is_web%>
<%#has_capacity%>
CAPACITY = <%capacity_max%>
<%/has_capacity%>
<%#has_default_fields%>
DEFAULTS: dict[str, Any] = {
<%#default_fields%>
    "<%field%>": <%default_py%>,
<%/default_fields%>
}
<%/has_default_fields%>
<%^has_default_fields%>
DEFAULTS: dict[str, Any] = {}
<%/has_default_fields%>


def query(
    q: str = "",
    filters: Mapping[str, Any] | None = None,
<%#is_private%>
    owner_id: int | None = None,
<%/is_private%>
<%#has_alert%>
    alert: bool = False,
<%/has_alert%>
) -> sa.sql.Select:
    """What matches, <%#is_catalog%>in the order they were added<%/is_catalog%><%^is_catalog%>newest first<%/is_catalog%>."""
    statement = sa.select(models.<%class_name%>)
<%#is_private%>
    if owner_id is not None:
        statement = statement.where(models.<%class_name%>.owner_id == owner_id)
<%/is_private%>
<%#has_search_fields%>
    if q.strip():
        text = listing.contains(q)
        statement = statement.where(
            sa.or_(
<%#search_fields%>
                models.<%class_name%>.<%field%>.ilike(text, escape="\\"),
<%/search_fields%>
            )
        )
<%/has_search_fields%>
    for name, value in (filters or {}).items():
        statement = statement.where(getattr(models.<%class_name%>, name) == value)
<%#has_alert%>
    if alert:
        statement = statement.where(models.<%class_name%>.<%alert_field%> <= models.<%class_name%>.<%alert_at_most%>)
<%/has_alert%>
    return statement.order_by(models.<%class_name%>.id<%^is_catalog%>.desc()<%/is_catalog%>)


def create(
    db: Session,
    data: Mapping[str, Any],
<%#is_private%>
    owner_id: int,
    member: bool,
<%/is_private%>
) -> models.<%class_name%>:
    one_writer(db, "<%plural%>")
    values = fields.clean(FIELDS, data, fields.Context(db<%#is_private%>, owner_id if member else None<%/is_private%>))
<%#has_rules%>
    check(db, values)
<%/has_rules%>
<%#has_adjust%>
    total = stock(db, values["<%adjust_reference%>"]) + values["<%adjust_by%>"]
    adjust(db, values["<%adjust_reference%>"], total)
<%/has_adjust%>
    record = models.<%class_name%>(**values<%#is_private%>, owner_id=owner_id<%/is_private%>)
    db.add(record)
    db.commit()
    return record
<%^has_adjust%>


def update(
    db: Session,
    record: models.<%class_name%>,
    data: Mapping[str, Any],
<%#is_private%>
    member: bool,
<%/is_private%>
) -> None:
    """Change what the data names and keep the rest."""
    one_writer(db, "<%plural%>")
    current = {field.name: getattr(record, field.name) for field in FIELDS}
    context = fields.Context(db<%#is_private%>, record.owner_id if member else None<%/is_private%>, current=current)
    values = fields.clean(FIELDS, current | dict(data), context)
<%#has_rules%>
    check(db, values, record.id)
<%/has_rules%>
    for name, value in values.items():
        setattr(record, name, value)
    db.commit()
<%/has_adjust%>


def delete(db: Session, record: models.<%class_name%>) -> None:
<%#has_adjust%>
    """Remove the record and take its change back."""
    one_writer(db, "<%plural%>")
    left = stock(db, record.<%adjust_reference%>)
    if left < record.<%adjust_by%>:
        raise Conflict(message("invalid_stock", left=left))
    adjust(db, record.<%adjust_reference%>, left - record.<%adjust_by%>)
<%/has_adjust%>
    saving.remove(db, record)
<%#has_rules%>


def check(db: Session, values: Mapping[str, Any], own_id: int = 0) -> None:
    """The rules that look at other records."""
    errors = {}
<%#unique_fields%>
    same = sa.select(models.<%class_name%>.id).where(
        models.<%class_name%>.id != own_id,
        models.<%class_name%>.<%field%> == values["<%field%>"],
    )
    if values["<%field%>"] is not None and db.scalar(same.limit(1)):
        errors["<%field%>"] = message("invalid_taken")
<%/unique_fields%>
<%#unique_groups%>
    same = sa.select(models.<%class_name%>.id).where(
        models.<%class_name%>.id != own_id,
<%#group_fields%>
        models.<%class_name%>.<%group_field%> == values["<%group_field%>"],
<%/group_fields%>
    )
    if db.scalar(same.limit(1)):
        errors["<%#group_fields%><%#last%><%group_field%><%/last%><%/group_fields%>"] = message("invalid_combination")
<%/unique_groups%>
<%#has_capacity%>
    taken = sa.select(sa.func.coalesce(sa.func.sum(models.<%class_name%>.<%capacity_sum%>), 0)).where(
        models.<%class_name%>.id != own_id,
<%#capacity_fields%>
        models.<%class_name%>.<%capacity_field%> == values["<%capacity_field%>"],
<%/capacity_fields%>
    )
    left = CAPACITY - (db.scalar(taken) or 0)
    if (values["<%capacity_sum%>"] or 0) > left:
        errors["<%capacity_sum%>"] = message("invalid_capacity", left=max(left, 0))
<%/has_capacity%>
<%#has_adjust%>
    left = stock(db, values["<%adjust_reference%>"])
    if not 0 <= left + values["<%adjust_by%>"] <= fields.LARGEST_INTEGER:
        errors["<%adjust_by%>"] = message("invalid_stock", left=left)
<%/has_adjust%>
    if errors:
        raise Invalid(errors)
<%/has_rules%>
<%#has_adjust%>


def stock(db: Session, record_id: int) -> int:
    """What is there now, held until this change is stored."""
    target = sa.select(models.<%adjust_class%>.<%adjust_field%>).where(models.<%adjust_class%>.id == record_id)
    return db.scalar(target.with_for_update()) or 0


def adjust(db: Session, record_id: int, total: int) -> None:
    target = sa.update(models.<%adjust_class%>).where(models.<%adjust_class%>.id == record_id)
    db.execute(target.values(<%adjust_field%>=total))
<%/has_adjust%>
