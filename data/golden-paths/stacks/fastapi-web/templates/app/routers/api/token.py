"""Signing in for programs: email and password for a bearer token."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.database import get_db
from app.errors import problem
from app.schemas.problem import problems
from app.security.bearer import issue
from app.security.sign_in import TooManyAttempts, authenticate

router = APIRouter(prefix="/api/v1/token", tags=["token"])


class Credentials(BaseModel):
    email: str = Field(..., max_length=254)
    password: str = Field(..., max_length=1000)


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"


@router.post("", response_model=Token, summary="Get a token", responses=problems(401, 422))
def create_token(credentials: Credentials, request: Request, db: Session = Depends(get_db)) -> Token | Response:
    address = request.client.host if request.client else ""
    try:
        user = authenticate(db, credentials.email, credentials.password, address)
    except TooManyAttempts as limit:
        return problem(429, detail="Too many attempts.", headers={"Retry-After": str(limit.seconds)})
    if user is None:
        return problem(401, detail="Email or password is wrong.", headers={"WWW-Authenticate": "Bearer"})
    return Token(access_token=issue(user))
