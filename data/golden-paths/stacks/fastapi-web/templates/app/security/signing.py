"""Signatures over short texts with the secret key of the app."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from typing import Any

from app.config import signing_key


def sign(purpose: str, text: str) -> str:
    return hmac.new(signing_key(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def matches(signature: str, purpose: str, text: str) -> bool:
    return hmac.compare_digest(signature.encode(), sign(purpose, text).encode())


def seal(purpose: str, claims: dict[str, Any], seconds: int) -> str:
    """A token that carries claims, cannot be forged and ends by itself."""
    body = json.dumps(claims | {"until": int(time.time()) + seconds}, separators=(",", ":"))
    payload = base64.urlsafe_b64encode(body.encode()).decode()
    return f"{payload}.{sign(purpose, payload)}"


def unseal(purpose: str, token: str) -> dict[str, Any] | None:
    payload, _, signature = token.partition(".")
    if not matches(signature, purpose, payload):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload))
    except (binascii.Error, ValueError):
        return None
    return claims if claims["until"] > time.time() else None
