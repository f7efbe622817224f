"""What goes wrong, and how it is answered: a page for people, problem+json (RFC 9457) for the API."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

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
    def __init__(self, reason: str = "error_403") -> None:
        super().__init__(403, reason)


class NotFound(HTTPException):
    def __init__(self) -> None:
        super().__init__(404)


class SignInNeeded(Exception):
    """Somebody unknown asks for a page of an account."""


def install(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_malformed)
    app.add_exception_handler(Invalid, on_invalid)
    app.add_exception_handler(Conflict, on_conflict)
    app.add_exception_handler(SignInNeeded, on_sign_in_needed)


async def on_http_error(request: Request, error: HTTPException) -> Response:
    reason = message(error.detail) if str(error.detail).startswith("error_") else None
    return answer(request, error.status_code, reason=reason, headers=dict(error.headers or {}))


async def on_malformed(request: Request, error: RequestValidationError) -> Response:
    found = [{"field": field_of(part["loc"]), "message": str(part["msg"])} for part in error.errors()]
    return problem(422, errors=found) if for_api(request) else answer(request, 400)


def field_of(location: Sequence[str | int]) -> str:
    return next(part for part in reversed(location) if isinstance(part, str))


async def on_invalid(request: Request, error: Invalid) -> Response:
    return problem(422, errors=[{"field": field, "message": text.text()} for field, text in error.errors.items()])


async def on_conflict(request: Request, error: Conflict) -> Response:
    return answer(request, 409, reason=error.reason)


async def on_sign_in_needed(request: Request, error: SignInNeeded) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(target)}", 303)


def failed(request: Request) -> Response:
    return answer(request, 500)


def for_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def problem(status: int, *, detail: str = "", headers: dict[str, str] | None = None, **members: object) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status} | members
    if detail:
        body["detail"] = detail
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def answer(
    request: Request, status: int, *, reason: Message | None = None, headers: dict[str, str] | None = None
) -> Response:
    if for_api(request):
        return problem(status, detail=reason.text() if reason else "", headers=headers)
    # Imported here: pages need this module for their own errors.
    from app.pages import error_page

    return error_page(request, status, reason, headers)
