"""Signed-in browsers: a random cookie, its digest in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.security.models import AppUser
from app.security.session_model import LoginSession

LIFETIME = timedelta(hours=12)


def open_session(db: Session, user: AppUser) -> str:
    token = secrets.token_urlsafe(32)
    db.execute(sa.delete(LoginSession).where(LoginSession.expires_at < now()))
    db.add(LoginSession(digest=digest(token), user_id=user.id, expires_at=now() + LIFETIME))
    db.commit()
    return token


def user_of(db: Session, token: str) -> AppUser | None:
    found = db.scalar(sa.select(LoginSession).where(LoginSession.digest == digest(token)))
    if found is None or found.expires_at < now() or not found.user.active:
        return None
    return found.user


def close_session(db: Session, token: str) -> None:
    db.execute(sa.delete(LoginSession).where(LoginSession.digest == digest(token)))
    db.commit()


def close_all(db: Session, user: AppUser) -> None:
    db.execute(sa.delete(LoginSession).where(LoginSession.user_id == user.id))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
