"""The last step of every change."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.messages import message


def remove(db: Session, record: Any) -> None:
    """Delete a record; other records that belong to it keep it in place."""
    db.delete(record)
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
        raise Conflict(message("invalid_in_use")) from None
