"""The first users, named by BOOTSTRAP_USERS; existing ones are left as they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from app.config import settings
from app.database import new_session
from app.security.models import AppUser
from app.security.passwords import hash_password


def create_users() -> None:
    with new_session() as db:
        known = set(db.scalars(sa.select(AppUser.email)))
        wanted = [user for user in settings().bootstrap_users if user["email"].lower() not in known]
        if not wanted:
            return
        # Hashing is slow on purpose and releases the interpreter lock, so it is done side by side.
        with ThreadPoolExecutor() as workers:
            hashes = workers.map(hash_password, [user["password"] for user in wanted])
        for user, password_hash in zip(wanted, hashes, strict=True):
            email = user["email"].lower()
            name = user.get("name") or email.partition("@")[0]
            db.add(AppUser(email=email, name=name, role=user["role"], password_hash=password_hash))
        db.commit()
