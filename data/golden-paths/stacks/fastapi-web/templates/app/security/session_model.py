from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import orm

from app.clock import now
from app.database import Base


class LoginSession(Base):
    """A signed-in browser. Only the digest of its cookie is kept, so a copy of the table opens no account."""

    __tablename__ = "login_sessions"

    id = sa.Column(sa.Integer, primary_key=True)
    digest = sa.Column(sa.String(64), nullable=False, unique=True)
    user_id = sa.Column(sa.Integer, sa.ForeignKey("app_users.id", ondelete="CASCADE"), nullable=False, index=True)
    created_at = sa.Column(sa.DateTime, nullable=False, default=now)
    expires_at = sa.Column(sa.DateTime, nullable=False)

    user = orm.relationship("AppUser", lazy="joined")
