"""How errors look (RFC 9457); this is here for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class FieldError(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldError] | None = None


MEANINGS = {
    401: "No valid token",
    403: "Not allowed",
    404: "Not found",
    409: "Not possible in the present state",
    422: "Invalid input",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": Problem, "description": MEANINGS[status], "content": {"application/problem+json": {}}}
        for status in statuses
    }
