"""Who may sign in, and what keeps strangers out."""

from __future__ import annotations

import sqlalchemy as sa

from app.clock import now
from app.database import Base


class AppUser(Base):
    __tablename__ = "app_users"

    id = sa.Column(sa.Integer, primary_key=True)
    email = sa.Column(sa.String(254), nullable=False, unique=True)
    name = sa.Column(sa.String(80), nullable=False)
    role = sa.Column(sa.String(40), nullable=False)
    password_hash = sa.Column(sa.String(200), nullable=False)
    active = sa.Column(sa.Boolean, nullable=False, default=True)
    created_at = sa.Column(sa.DateTime, nullable=False, default=now)

    def __str__(self) -> str:
        return str(self.name)


class LoginFailure(Base):
    """A failed attempt; too many of one key in a while lock that key."""

    __tablename__ = "login_failures"

    id = sa.Column(sa.Integer, primary_key=True)
    key = sa.Column(sa.String(64), nullable=False, index=True)
    failed_at = sa.Column(sa.DateTime, nullable=False, default=now)
