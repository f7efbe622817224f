"""Passwords are kept as scrypt hashes; each hash carries its own cost, so the cost can be raised later."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from app.config import settings

BLOCK = 8
PARALLEL = 3
MEMORY = 256 * 1024 * 1024


def hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    cost = settings().password_cost
    return f"scrypt${cost}${salt.hex()}${derive(password, salt, cost).hex()}"


def verify_password(password: str, stored: str) -> bool:
    scheme, _, rest = stored.partition("$")
    if scheme != "scrypt":
        return False
    cost, salt, expected = rest.split("$")
    return hmac.compare_digest(derive(password, bytes.fromhex(salt), int(cost)).hex(), expected)


def derive(password: str, salt: bytes, cost: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=2**cost, r=BLOCK, p=PARALLEL, maxmem=MEMORY)
