"""The description of the API for people, made from its OpenAPI document; needs no JavaScript and no network."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.pages import page
from app.security.visitor import Visitor, get_visitor

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request, visitor: Visitor = Depends(get_visitor)) -> Response:
    return page(request, visitor, "docs.html", api=request.app.openapi())
