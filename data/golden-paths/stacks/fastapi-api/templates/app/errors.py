"""What goes wrong, and how it is answered: problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.messages import Message, message


class Invalid(Exception):
    """Input that breaks a rule: what to change, by field."""

    def __init__(self, errors: dict[str, Message]) -> None:
        self.errors = errors


class Conflict(Exception):
    """A request that the present state of the data does not allow."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason


class Forbidden(HTTPException):
    def __init__(self) -> None:
        super().__init__(403, message("error_403").text())


class NotFound(HTTPException):
    def __init__(self) -> None:
        super().__init__(404)


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_malformed)
    app.add_exception_handler(Invalid, on_invalid)
    app.add_exception_handler(Conflict, on_conflict)


async def on_http_error(request: Request, error: HTTPException) -> Response:
    detail = str(error.detail) if error.detail and error.detail != HTTPStatus(error.status_code).phrase else ""
    return problem(error.status_code, detail=detail, headers=dict(error.headers or {}))


async def on_malformed(request: Request, error: RequestValidationError) -> Response:
    found = [{"field": field_of(part["loc"]), "message": str(part["msg"])} for part in error.errors()]
    return problem(422, errors=found)


def field_of(location: Sequence[str | int]) -> str:
    return next(part for part in reversed(location) if isinstance(part, str))


async def on_invalid(request: Request, error: Invalid) -> Response:
    return problem(422, errors=[{"field": field, "message": text.text()} for field, text in error.errors.items()])


async def on_conflict(request: Request, error: Conflict) -> Response:
    return problem(409, detail=error.reason.text())


def failed(request: Request) -> Response:
    return problem(500)


def problem(status: int, *, detail: str = "", headers: dict[str, str] | None = None, **members: object) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status} | members
    if detail:
        body["detail"] = detail
    return JSONResponse(body, status, headers, media_type="application/problem+json")
