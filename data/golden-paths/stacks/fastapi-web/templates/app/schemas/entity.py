from __future__ import annotations

<%#has_choice_fields%>
from typing import Literal

<%/has_choice_fields%>
from pydantic import BaseModel, Field

from app import models
from app.schemas import types as kinds


class <%class_name%>In(BaseModel):
<%#fields%>
    <%field%>: <%#is_choice%>Literal[<%#choices%><%choice_q%><%#not_last%>, <%/not_last%><%/choices%>]<%/is_choice%><%^is_choice%>kinds.<%py%><%/is_choice%><%#optional%><%^is_boolean%> | None<%/is_boolean%><%/optional%> = Field(
        <%#has_default%><%#is_money%>kinds.Amount(<%default_py%>)<%/is_money%><%^is_money%><%default_py%><%/is_money%><%/has_default%><%^has_default%><%#required%>...<%/required%><%^required%><%#is_boolean%>False<%/is_boolean%><%^is_boolean%>None<%/is_boolean%><%/required%><%/has_default%>,
<%#has_max_length%>
        max_length=<%max_length%>,
<%/has_max_length%>
<%#is_number%>
<%#has_min%>
        ge=<%min%>,
<%/has_min%>
<%#has_max%>
        le=<%max%>,
<%/has_max%>
<%/is_number%>
        title=<%label_q%>,
    )
<%/fields%>
<%^has_adjust%>


class <%class_name%>Changes(BaseModel):
<%#fields%>
    <%field%>: <%#is_choice%>Literal[<%#choices%><%choice_q%><%#not_last%>, <%/not_last%><%/choices%>]<%/is_choice%><%^is_choice%>kinds.<%py%><%/is_choice%> | None = Field(
        None,
<%#has_max_length%>
        max_length=<%max_length%>,
<%/has_max_length%>
<%#is_number%>
<%#has_min%>
        ge=<%min%>,
<%/has_min%>
<%#has_max%>
        le=<%max%>,
<%/has_max%>
<%/is_number%>
        title=<%label_q%>,
    )
<%/fields%>
<%/has_adjust%>


class <%class_name%>Out(BaseModel):
    id: int
<%#fields%>
    <%field%>: kinds.<%out%><%#optional%><%^is_boolean%> | None<%/is_boolean%><%/optional%> = Field(
        <%#required%>...<%/required%><%^required%><%#is_boolean%>...<%/is_boolean%><%^is_boolean%>None<%/is_boolean%><%/required%>,
        title=<%label_q%>,
    )
<%/fields%>
<%#is_private%>
    owner_id: int
<%/is_private%>
    created_at: kinds.DateTime

    @classmethod
    def of(cls, record: models.<%class_name%>) -> <%class_name%>Out:
        return cls(
            id=record.id,
<%#fields%>
            <%field%>=<%#is_money%>kinds.money(record.<%field%>)<%/is_money%><%#is_decimal%>kinds.number(record.<%field%>)<%/is_decimal%><%^is_money%><%^is_decimal%>record.<%field%><%/is_decimal%><%/is_money%>,
<%/fields%>
<%#is_private%>
            owner_id=record.owner_id,
<%/is_private%>
            created_at=record.created_at,
        )


class <%class_name%>Page(BaseModel):
    items: list[<%class_name%>Out]
    total: int
    page: int
    page_size: int
