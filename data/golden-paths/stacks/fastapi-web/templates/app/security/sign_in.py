"""Checks a password, and slows down whoever guesses."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.clock import now
from app.security.models import AppUser, LoginFailure
from app.security.passwords import hash_password, verify_password

WINDOW = timedelta(minutes=15)
ATTEMPTS = 5
ATTEMPTS_OF_ADDRESS = 100


class TooManyAttempts(Exception):
    seconds = int(WINDOW.total_seconds())


@lru_cache(maxsize=1)
def nobody() -> str:
    """Compared against when an email is unknown, so that both answers take the same time."""
    return hash_password("nobody")


def authenticate(db: Session, email: str, password: str, address: str) -> AppUser | None:
    email = "".join(sign for sign in email.strip().lower()[:254] if sign.isprintable())
    account, anyone = digest(f"{address}|{email}"), digest(address)
    if failures(db, account) >= ATTEMPTS or failures(db, anyone) >= ATTEMPTS_OF_ADDRESS:
        raise TooManyAttempts
    user = db.scalar(sa.select(AppUser).where(AppUser.email == email, AppUser.active))
    if verify_password(password[:1000], user.password_hash if user else nobody()) and user:
        db.execute(sa.delete(LoginFailure).where(LoginFailure.key == account))
        db.commit()
        return user
    db.add_all([LoginFailure(key=account), LoginFailure(key=anyone)])
    db.commit()
    return None


def failures(db: Session, key: str) -> int:
    recent = sa.select(sa.func.count()).where(LoginFailure.key == key, LoginFailure.failed_at > now() - WINDOW)
    return db.scalar(recent) or 0


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
