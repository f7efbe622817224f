"""Tells a load balancer that the app and its database answer."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from app.database import get_db

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Health")
def health(db: Session = Depends(get_db)) -> dict[str, str]:
    db.execute(sa.text("SELECT 1"))
    return {"status": "ok"}
