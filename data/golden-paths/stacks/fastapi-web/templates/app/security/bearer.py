"""Bearer tokens of the API: signed, valid for some hours, void once the password or the access changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.database import find, get_db
from app.errors import Forbidden
from app.security.models import AppUser
from app.security.permissions import manages
from app.security.signing import seal, unseal

PURPOSE = "api"
LIFETIME = 8 * 60 * 60

scheme = HTTPBearer(auto_error=False, description="A token of POST /api/v1/token")


def issue(user: AppUser) -> str:
    return seal(PURPOSE, {"user": user.id, "key": fingerprint(user)}, LIFETIME)


def fingerprint(user: AppUser) -> str:
    return hashlib.sha256(str(user.password_hash).encode()).hexdigest()[:16]


def caller(
    credentials: HTTPAuthorizationCredentials | None = Depends(scheme), db: Session = Depends(get_db)
) -> AppUser:
    claims = unseal(PURPOSE, credentials.credentials) if credentials else None
    user = find(db, AppUser, claims["user"]) if claims else None
    if claims is None or user is None or not user.active or fingerprint(user) != claims["key"]:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return user


def manager_of(entity: str) -> Callable[[AppUser], AppUser]:
    """Lets those through whose role manages the entity."""

    def manager(user: AppUser = Depends(caller)) -> AppUser:
        if not manages(user, entity):
            raise Forbidden
        return user

    return manager
